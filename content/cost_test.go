package content

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"passerelle/flows"
)

// What a small lesson costs is a golden file: its messages, its two ways, in
// each language, rewritten or not.
func TestCost(t *testing.T) {
	name := filepath.Join("testdata", "cost.txtar")
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	lessons, want := fstest.MapFS{}, ""
	for _, f := range archive.Files {
		if f.Name == "cost" {
			want = string(f.Data)
			continue
		}
		lessons[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	got := billed(loaded(t, lessons))
	if updating() {
		archive.Files = append(archive.Files[:len(lessons)], txtar.File{Name: "cost", Data: []byte(got)})
		if err := os.WriteFile(name, txtar.Format(archive), 0o600); err != nil {
			t.Fatal(err)
		}
		want = got
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what lessons cost (-want +got):\n%s", diff)
	}
}

// billed writes down what all lessons cost, a line a message.
func billed(e *Edition) string {
	var b strings.Builder
	facts := []flows.Arg{{Name: "publisher", Value: "la mairie"}, {Name: "contact", Value: "le 3900"}}
	for _, c := range []Counter{
		{Edition: e, Language: "fr", Facts: facts},
		{Edition: e, Language: "en", Facts: facts},
		{Edition: e, Language: "fr", Facts: facts, AsWritten: true},
	} {
		fmt.Fprintf(&b, "# %s, as written: %v\n\nhello %v, menu %v\n", c.Language, c.AsWritten, c.Greeting(), c.Goodbye())
		for _, id := range sortedKeys(e.revision.Flows) {
			cost := c.Lesson(flows.FlowID(id))
			fmt.Fprintf(&b, "\n%s: %s, %d steps, short %v, long %v\n", id, cost.Title, cost.Steps, cost.Short, cost.Long)
			for _, charge := range cost.Charges {
				fmt.Fprintf(&b, "  %s %s %v %v\n", charge.Step, charge.Choice, charge.Size, charge.Way)
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

// The ways through lessons with loops, quizzes, calls and other lessons. Every
// step and every reply of these is one segment.
func TestWays(t *testing.T) {
	f := fmt.Sprintf
	const reply = "\n## Q%[1]s {#%[1]s}\n\nAlors ?\n\n- Oui -> %[2]s\n- Non -> %[3]s\n  D'accord.\n"
	const quiz = "\n## Q {#q}\n\nQui ?\n\n- [ ] Lui -> fin\n  Non.\n- [x] Elle -> s\n  Oui.\n"
	const person = "\n## Aide {#aide}\n\nJ'appelle.\n\n@aidant\n"
	const stopped = "\n## Arrêt {#arret}\n\nTant pis.\n\n@fin arrêté\n"
	tests := []struct {
		name        string
		bodies      map[string]string
		short, long int // messages; none is no way
	}{
		{"an end", map[string]string{"a": end}, 1, 1},
		{"one after another", map[string]string{"a": f(say, "s", "fin") + end}, 2, 2},
		{"a shorter one", map[string]string{"a": f(ask, "q", "s", "fin") + f(say, "s", "fin") + end}, 2, 3},
		{"a reply", map[string]string{"a": f(reply, "q", "fin", "fin") + end}, 2, 3},
		{"back to itself", map[string]string{"a": f(reply, "q", "fin", "q") + end}, 2, 2},
		{"back further", map[string]string{"a": f(ask, "q", "r", "fin") + f(reply, "r", "fin", "q") + end}, 2, 3},
		{"a step that only leads back", map[string]string{"a": f(ask, "q", "r", "s") + f(ask, "r", "s", "fin") + f(say, "s", "r") + end}, 3, 3},
		{"a quiz", map[string]string{"a": quiz + f(say, "s", "fin") + end}, 4, 4},
		{"a person", map[string]string{"a": f(ask, "q", "aide", "fin") + person + end}, 2, 2},
		{"a person only", map[string]string{"a": person}, 0, 0},
		{"an end before the aim", map[string]string{"a": f(ask, "q", "s", "fin") + f(say, "s", "arret") + stopped + end}, 2, 3},
		{"no aim", map[string]string{"a": f(say, "s", "arret") + stopped}, 0, 2},
		{
			"another lesson",
			map[string]string{"a": f(play, "p", "b") + end, "b": f(ask, "q", "s", "fin") + f(say, "s", "fin") + end},
			3, 4,
		},
		{"another lesson that calls a person", map[string]string{"a": f(play, "p", "b") + end, "b": person}, 0, 0},
		{"a comparison", map[string]string{"a": "\n## Si {#si}\n\n@si points >= 1 -> s\n@sinon -> fin\n" + f(say, "s", "fin") + end}, 1, 2},
		{"a pause", map[string]string{"a": f(pause, "w", "fin") + end}, 2, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := shelved(t, tt.bodies)
			cost := Counter{Edition: s.edition(nil), Language: "fr"}.Lesson("a")
			if got := messages(cost.Short); got != tt.short {
				t.Errorf("short way: %d messages, want %d", got, tt.short)
			}
			if got := messages(cost.Long); got != tt.long {
				t.Errorf("long way: %d messages, want %d", got, tt.long)
			}
		})
	}
}

// messages are those of a way on which each is one segment.
func messages(w *Way) int {
	switch {
	case w == nil:
		return 0
	case w.Sent != w.Messages || w.Written != w.Messages:
		return -1
	}
	return w.Messages
}

// What is built in costs less as it is sent than as it is written, and never
// more than two segments a message.
func TestCostOfEmbeddedLessons(t *testing.T) {
	e := builtIn(t)
	if e == nil {
		t.Fatal("the lessons built in have mistakes")
	}
	c := Counter{Edition: e, Language: flows.DefaultLanguage}
	for id := range e.revision.Flows {
		cost := c.Lesson(id)
		if cost.Short == nil || cost.Long == nil || cost.Long.Sent < cost.Short.Sent {
			t.Fatalf("%s: short way %v, long way %v", id, cost.Short, cost.Long)
		}
		t.Logf("%s: short way %v, long way %v", id, *cost.Short, *cost.Long)
		for _, way := range []*Way{cost.Short, cost.Long} {
			if 10*way.Sent > 7*way.Written {
				t.Errorf("%s: %d segments sent of %d written", id, way.Sent, way.Written)
			}
		}
		for _, charge := range cost.Charges {
			if charge.Sent > mostSegments {
				t.Errorf("%s %s: %d segments", charge.Step, charge.Choice, charge.Sent)
			}
		}
	}
}
