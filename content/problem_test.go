package content

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// A problem as JSON holds all that an editor's program needs to show it.
func TestProblemAsJSON(t *testing.T) {
	bundle := sentencesOf(t)
	s := shelved(t, map[string]string{"a": "\n## Un\n\nAlors ?\n\n- Oui -> fim\n\n@aide Oui.\n" + end})
	problems := s.lint(true)
	if len(problems) != 1 {
		t.Fatal(codes(problems))
	}
	got, err := json.Marshal(problems[0].In(bundle, "fr"))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"file":"a/a.md","line":11,"column":10,"length":3,"severity":"error","code":"L101","source":"- Oui -\u003e fim",` +
		`"sentence":"étape « un » : « fim » n'existe pas","repair":"Vouliez-vous dire « fin » ?"}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
	if plain := problems[0].String(); !strings.HasPrefix(plain, "a/a.md:11:10: error L101: ") {
		t.Errorf("before it has words: %q", plain)
	}
}

// Problems come in the order of the files and of their lines, and only errors
// keep an edition from being made.
func TestSeverities(t *testing.T) {
	bundle := sentencesOf(t)
	advice := "\n## Un\n\nAlors ?\n\n- Oui\n" + end
	tests := []struct {
		name, body string
		made       bool
	}{
		{"nothing", end, true},
		{"advice", advice, true},
		{"warning", advice + "\n## Perdue\n\nPerdue.\n\n@fin arrêté\n", true},
		{"error", strings.Replace(advice, "- Oui", "- Oui -> ici", 1), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := "---\nleçon: a\ntitre: A\nmatériel: rien\n---\n" + tt.body
			e, problems := Load(fstest.MapFS{"a/a.md": {Data: []byte(text)}}, bundle)
			if made := e != nil; made != tt.made || HasErrors(problems) == made {
				t.Errorf("edition %v, problems %v", made, codes(problems))
			}
			for i := 1; i < len(problems); i++ {
				if problems[i-1].Line > problems[i].Line {
					t.Errorf("line %d before %d", problems[i-1].Line, problems[i].Line)
				}
			}
		})
	}
}

// Translations and archives changed at random are refused or understood, and
// never make a panic.
func TestMutationsOfOtherFiles(t *testing.T) {
	bundle := sentencesOf(t)
	rounds := 300
	if os.Getenv("PASSERELLE_LONG") != "" {
		rounds = 10000
	}
	translation := "[\"autre.title\"]\nother = \"Another {x}\"\n\n[\"autre.un\"]\ndescription = \"d\"\nother = \"\"\"\nThat's\nall\"\"\"\n"
	whole := loaded(t, folderWith(fixture(t, "tout.md")))
	packed, err := whole.Archive()
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(3, 4))
	refused := 0
	for range rounds {
		text := mutated(r, mutated(r, translation, []string{translation}), []string{translation})
		fsys := fstest.MapFS{"autre/autre.md": {Data: []byte(another)}, "autre/autre.en.toml": {Data: []byte(text)}}
		for _, p := range Lint(fsys, bundle, someDay()) {
			if p.In(bundle, "fr").Sentence == "" || p.Line < 0 || p.Line > strings.Count(text, "\n")+strings.Count(text, "\r")+1 {
				t.Fatalf("%s\n%q", p, text)
			}
		}
		broken := append([]byte(nil), packed...)
		broken[r.IntN(len(broken))] ^= byte(1 + r.IntN(255))
		switch e, err := Unpack(broken); {
		case err != nil && e == nil:
			refused++
		case err != nil || e.Flows().ID != whole.Flows().ID:
			t.Fatalf("edition %v, error %v", e, err)
		}
	}
	t.Logf("%d archives changed at random, %d refused", rounds, refused)
}
