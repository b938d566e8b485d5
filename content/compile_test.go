package content

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"passerelle/flows"
)

const drawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"/>`

// another is the smallest lesson there is.
const another = "---\nleçon: autre\ntitre: Une autre\nmatériel: rien\n---\n\n## Un\n\nC'est tout.\n\n@fin réussi\n"

// folderWith is a folder whose lesson "tout" has that text.
func folderWith(text string) fstest.MapFS {
	return fstest.MapFS{
		"tout/tout.md":       {Data: []byte(text)},
		"tout/telephone.svg": {Data: []byte(drawing)},
		"autre/autre.md":     {Data: []byte(another)},
	}
}

func fixture(tb testing.TB, name string) string {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return string(data)
}

// loaded is the edition of a folder without an error.
func loaded(tb testing.TB, lessons fstest.MapFS) *Edition {
	tb.Helper()
	bundle := sentencesOf(tb)
	e, problems := Load(lessons, bundle)
	if e == nil {
		for _, p := range problems {
			tb.Error(p.In(bundle, "en"))
		}
		tb.FailNow()
	}
	return e
}

// The compiled form of a lesson with everything in it is a golden file.
func TestCompiledFlow(t *testing.T) {
	e := loaded(t, folderWith(fixture(t, "tout.md")))
	got, err := json.MarshalIndent(map[string]any{
		"flow": withoutReaders(e, "tout"), "sentences": lessonWords(e, "tout"), "menu": e.Flows().Menu,
	}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if updating() {
		if err := os.WriteFile("testdata/tout.json", append(got, '\n'), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(fixture(t, "tout.json"), string(got)+"\n"); diff != "" {
		t.Errorf("compiled flow (-want +got):\n%s", diff)
	}
}

// withoutReaders is a flow without its compiled words, which have no form of
// their own.
func withoutReaders(e *Edition, id flows.FlowID) flows.Flow {
	flow := *e.Flows().Flows[id]
	flow.Steps = append([]flows.Step(nil), flow.Steps...)
	for i := range flow.Steps {
		flow.Steps[i].Readers = nil
	}
	return flow
}

func lessonWords(e *Edition, id string) map[string]string {
	words := map[string]string{}
	for key, text := range e.words["fr"] {
		if strings.HasPrefix(key, id+".") {
			words[key] = text
		}
	}
	return words
}

// English words for directives, keys and values mean the same, and so do the
// line ends and the mark of other systems.
func TestSpellingsOfOneLesson(t *testing.T) {
	french := fixture(t, "tout.md")
	want := loaded(t, folderWith(french))
	tests := []struct{ name, text string }{
		{"english", fixture(t, "all.md")},
		{"windows", "\ufeff" + strings.ReplaceAll(french, "\n", "\r\n")},
		{"old mac", strings.ReplaceAll(french, "\n", "\r")},
		{"no last line end", strings.TrimSpace(french)},
		{"more spaces", strings.ReplaceAll(french, "\n  ", "\n\t    ")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := loaded(t, folderWith(tt.text))
			// "iPhone" compared by its label and by its id is the same choice.
			if diff := cmp.Diff(withoutReaders(want, "tout"), withoutReaders(got, "tout"), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("flow (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(lessonWords(want, "tout"), lessonWords(got, "tout")); diff != "" {
				t.Errorf("sentences (-want +got):\n%s", diff)
			}
		})
	}
}

// What a revision understands is compiled for every language.
func TestReaders(t *testing.T) {
	lessons := folderWith(fixture(t, "tout.md"))
	lessons["tout/tout.en.toml"] = &fstest.MapFile{Data: []byte(
		"[\"tout.debut.choice.oui\"]\nother = \"Ready\"\n\n[\"tout.debut.choice.oui.words\"]\nother = \"here we go, okay\"\n")}
	lessons["autre/autre.en.toml"] = &fstest.MapFile{Data: []byte("[\"autre.title\"]\nother = \"Another one\"\n")}
	revision := loaded(t, lessons).Flows()
	step := revision.Flows["tout"].Step("debut")
	french, english := revision.Readers["fr"], revision.Readers["en"]
	tests := []struct {
		name string
		got  int
		want int
	}{
		{"french label", step.Readers["fr"].Read("oui, prêt").Choice, 0},
		{"french word", step.Readers["fr"].Read("allons-y").Choice, 0},
		{"english label", step.Readers["en"].Read("ready").Choice, 0},
		{"english word", step.Readers["en"].Read("here we go").Choice, 0},
		{"label left in french", step.Readers["en"].Read("plus tard").Choice, 1},
		{"title in the menu", french.Menu.Read("une autre").Choice, 0},
		{"translated title", english.Menu.Read("another one").Choice, 0},
		{"title after going on", french.MenuOn.Read("une autre").Choice, 1},
		{"name of a language", english.Languages.Read("français").Choice, 0},
		{"tag of a language", french.Languages.Read("en").Choice, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.got != tt.want {
				t.Errorf("choice %d, want %d", tt.got, tt.want)
			}
		})
	}
}

// STOP is obeyed in every language, whichever the learner reads.
func TestStopInEveryLanguage(t *testing.T) {
	bundle := sentencesOf(t)
	for _, reads := range bundle.Languages() {
		for _, writes := range bundle.Languages() {
			for _, word := range commandWords(bundle, writes, "stop").Words {
				if got := commands(bundle, reads).Read(word); got != "stop" {
					t.Errorf("%q read by a reader of %s is %q", word, reads, got)
				}
			}
		}
	}
}

// The menu shows the easy lessons first, and not those that say so.
func TestMenu(t *testing.T) {
	lessons := fstest.MapFS{}
	for id, more := range map[string]string{"a": "", "b": "niveau: 9\n", "c": "niveau: 1\n", "d": "menu: non\n", "e": "menu: oui\n"} {
		text := strings.ReplaceAll(another, "leçon: autre\n", "leçon: "+id+"\n"+more)
		text = strings.Replace(text, "Une autre", "Leçon "+id, 1)
		lessons[id+"/"+id+".md"] = &fstest.MapFile{Data: []byte(text)}
	}
	want := []flows.FlowID{"c", "a", "e", "b"}
	if diff := cmp.Diff(want, loaded(t, lessons).Flows().Menu); diff != "" {
		t.Errorf("menu (-want +got):\n%s", diff)
	}
}

// A menu of more than five lessons has topics, and a topic of more than five has
// pages; the lesson that helps to choose comes before all.
func TestLongMenu(t *testing.T) {
	lessons := fstest.MapFS{}
	for id, more := range map[string]string{
		"m1": "thème: e-mail\nordre: 2\n", "m2": "thème: e-mail\nordre: 1\n", "m3": "theme: email\n",
		"m4": "thème: e-mail\nniveau: 1\n", "m5": "thème: e-mail\n", "m6": "thème: e-mail\nordre: 9\n",
		"x": "", "work": "thème: emploi\n", "hidden": "thème: droits\nmenu: non\n",
		"faire-le-point": "thème: autre\nordre: 1\n",
	} {
		text := strings.ReplaceAll(another, "leçon: autre\n", "leçon: "+id+"\n"+more)
		text = strings.Replace(text, "Une autre", "Leçon "+id, 1)
		lessons[id+"/"+id+".md"] = &fstest.MapFile{Data: []byte(text)}
	}
	r := loaded(t, lessons).Flows()
	want := []flows.Topic{
		{ID: "e-mail", Pages: [][]flows.FlowID{{"m2", "m1", "m4", "m3"}, {"m5", "m6"}}},
		{ID: "emploi", Pages: [][]flows.FlowID{{"work"}}},
		{ID: "autre", Pages: [][]flows.FlowID{{"x"}}},
	}
	if diff := cmp.Diff(want, r.Topics); diff != "" {
		t.Errorf("topics (-want +got):\n%s", diff)
	}
	if r.First != "faire-le-point" || len(r.Menu) != 9 {
		t.Errorf("first %q of %d", r.First, len(r.Menu))
	}
	offers := []flows.Key{flows.KeyMenuFirst, "bot.topic.e-mail", "bot.topic.emploi", "bot.topic.autre", flows.KeyMenuPerson}
	if diff := cmp.Diff(offers, r.Offers()); diff != "" {
		t.Errorf("offers (-want +got):\n%s", diff)
	}
	french := r.Readers["fr"]
	for _, tt := range []struct {
		name      string
		got, want int
	}{
		{"a topic", french.Menu.Read("boulot").Choice, 2},
		{"a topic, when a lesson waits", french.MenuOn.Read("emploi").Choice, 3},
		{"more", french.Topics["e-mail"][0].Read("la suite").Choice, 4},
		{"no more", french.Topics["e-mail"][1].Read("autre chose").Choice, 2},
		{"any lesson", french.Lessons.Read("leçon work").Choice, 7},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: choice %d, want %d", tt.name, tt.got, tt.want)
		}
	}
}

// The lessons that are built in have no mistake.
func TestEmbeddedLessons(t *testing.T) {
	bundle := sentencesOf(t)
	e, problems := Load(Embedded(), bundle)
	for _, p := range problems {
		if p.Severity != Advice {
			t.Error(p.In(bundle, "fr"))
		}
	}
	if e == nil || e.Flows().Flows["creer-email"] == nil {
		t.Error("the lesson creer-email is not there")
	}
}
