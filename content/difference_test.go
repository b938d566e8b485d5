package content

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"passerelle/flows"
	"passerelle/locales"
)

// coffee is a small lesson to be changed.
const coffee = `---
leçon: cafe
titre: Faire un café
matériel: rien
---
## Début {#debut}
Voulez-vous un café chaud ?
- Oui -> eau
- Non -> fin
## Eau {#eau}
Avez-vous de l'eau ?
@aide Regardez le robinet.
- J'ai de l'eau -> fin
- Pas d'eau
  Cherchez de l'eau.
## Fin {#fin}
Au revoir.
@fin réussi
`

// tea is another one that stays as it is.
const tea = `---
leçon: the
titre: Faire un thé
matériel: rien
---
## Début {#debut}
Un thé est prêt.
@fin réussi
`

// editionOf is the edition of lessons by id.
func editionOf(t testing.TB, lessons map[string]string) *Edition {
	t.Helper()
	folder := fstest.MapFS{}
	for name, text := range lessons {
		if !strings.Contains(name, "/") {
			name += "/" + name + ".md"
		}
		folder[name] = &fstest.MapFile{Data: []byte(text)}
	}
	e, problems := Load(folder, sentencesOf(t))
	if e == nil {
		t.Fatal(problems)
	}
	return e
}

// changed is the difference that replacing texts of the small lesson makes.
func changed(t testing.TB, replaced ...string) LessonChange {
	t.Helper()
	after := strings.NewReplacer(replaced...).Replace(coffee)
	d := Differ(editionOf(t, map[string]string{"cafe": coffee, "the": tea}), editionOf(t, map[string]string{"cafe": after, "the": tea}))
	if len(d.Lessons) != 1 || d.Lessons[0].Lesson != "cafe" || d.Sentences != 0 {
		t.Fatalf("the difference is %+v", d)
	}
	return d.Lessons[0]
}

func TestDiffer(t *testing.T) {
	for _, tt := range []struct {
		name     string
		replaced []string
		want     LessonChange
	}{
		{"a word", []string{"un café chaud", "un bon café"}, LessonChange{Steps: []StepChange{{
			Step: "debut", Change: Changed, Sentences: []SentenceChange{{Language: "fr", Words: []Word{
				{"Voulez-vous un", Kept}, {"bon", Added}, {"café", Kept}, {"chaud", Removed}, {"?", Kept},
			}}},
		}}}},
		{"the title", []string{"titre: Faire", "titre: Boire"}, LessonChange{Title: "Boire un café", Sentences: []SentenceChange{{
			Language: "fr", Part: "title", Words: []Word{{"Faire", Removed}, {"Boire", Added}, {"un café", Kept}},
		}}}},
		{"a hint and a reply", []string{"le robinet", "la fontaine", "Cherchez de", "Trouvez de"}, LessonChange{Steps: []StepChange{{
			Step: "eau", Change: Changed, Sentences: []SentenceChange{
				{"fr", "choice.pas-d-eau.reply", []Word{{"Cherchez", Removed}, {"Trouvez", Added}, {"de l'eau.", Kept}}},
				{"fr", "hint.1", []Word{{"Regardez", Kept}, {"le robinet.", Removed}, {"la fontaine.", Added}}},
			},
		}}}},
		{"answers", []string{"- Oui -> eau", "- Oui -> fin\n- Peut-être -> eau", "- Non -> fin\n", ""}, LessonChange{Steps: []StepChange{{
			Step: "debut", Change: Changed, Answers: []AnswerChange{
				{"Oui", Changed, "eau", "fin"}, {"Peut-être", Added, "", "eau"}, {"Non", Removed, "fin", ""},
			},
		}}}},
		{"a step more", []string{"- Oui -> eau", "- Oui -> tasse", "## Eau", "## Tasse {#tasse}\nPrenez une tasse.\n## Eau"}, LessonChange{Steps: []StepChange{
			{Step: "debut", Change: Changed, Answers: []AnswerChange{{"Oui", Changed, "eau", "tasse"}}},
			{Step: "tasse", Change: Added},
		}}},
		{"a step renamed", []string{"{#eau}", "{#boire}\n@ancien eau", "-> eau", "-> boire"}, LessonChange{Steps: []StepChange{
			{Step: "boire", Former: "eau", Change: Renamed},
		}}},
		{"how it ends", []string{"@fin réussi", "@fin arrêté"}, LessonChange{Steps: []StepChange{{Step: "fin", Change: Changed, Rules: true}}}},
		{"the menu", []string{"matériel: rien", "matériel: rien\nmenu: non"}, LessonChange{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.want.Title == "" {
				tt.want.Title = "Faire un café"
			}
			tt.want.Lesson, tt.want.Change = "cafe", Changed
			if diff := cmp.Diff(tt.want, changed(t, tt.replaced...)); diff != "" {
				t.Errorf("the difference (-want +got):\n%s", diff)
			}
		})
	}
}

// Lessons, pictures and translations that come and go.
func TestDifferOfWholes(t *testing.T) {
	before := editionOf(t, map[string]string{"cafe": coffee, "the": tea, "cafe/tasse.svg": `<svg viewBox="0 0 1 1"/>`, "cafe/vieux.svg": `<svg viewBox="0 0 1 1"/>`})
	after := editionOf(t, map[string]string{
		"cafe": coffee, "cacao": strings.NewReplacer("leçon: the", "leçon: cacao", "un thé", "un cacao").Replace(tea),
		"cafe/tasse.svg": `<svg viewBox="0 0 2 2"/>`, "cafe/neuf.svg": `<svg viewBox="0 0 1 1"/>`,
		"cafe/cafe.en.toml": "[\"cafe.title\"]\nother = \"Make coffee\"\n",
	})
	got := Differ(before, after)
	want := []LessonChange{
		{Lesson: "cacao", Title: "Faire un cacao", Change: Added, Steps: []StepChange{{Step: "debut", Change: Added}}},
		{
			Lesson: "cafe", Title: "Faire un café", Change: Changed,
			Sentences: []SentenceChange{{"en", "title", []Word{{"Make coffee", Added}}}},
			Pictures:  []PictureChange{{"neuf.svg", Added}, {"tasse.svg", Changed}, {"vieux.svg", Removed}},
		},
		{Lesson: "the", Title: "Faire un thé", Change: Removed, Steps: []StepChange{{Step: "debut", Change: Removed}}},
	}
	if diff := cmp.Diff(want, got.Lessons); diff != "" {
		t.Errorf("the difference (-want +got):\n%s", diff)
	}
	if same := Differ(after, after); !same.Empty() {
		t.Errorf("an edition differs from itself: %+v", same)
	}
}

// The words removed and kept are the old sentence, the words kept and added the
// new one.
func TestWordByWord(t *testing.T) {
	sentence := rapid.Map(rapid.SliceOfN(rapid.SampledFrom(strings.Fields("le la un robinet eau ouvert é")), 0, 12), func(words []string) string {
		return strings.Join(words, " ")
	})
	rapid.Check(t, func(t *rapid.T) {
		old, now := sentence.Draw(t, "old"), sentence.Draw(t, "now")
		var was, is []string
		for _, w := range wordByWord(old, now) {
			if w.Change != Added {
				was = append(was, w.Text)
			}
			if w.Change != Removed {
				is = append(is, w.Text)
			}
		}
		if got := strings.Join(was, " "); got != old {
			t.Fatalf("the old sentence is %q, want %q", got, old)
		}
		if got := strings.Join(is, " "); got != now {
			t.Fatalf("the new sentence is %q, want %q", got, now)
		}
	})
}

// Who stands on a step that is gone answers, and goes on where the answers lead.
func TestLand(t *testing.T) {
	before := editionOf(t, map[string]string{"cafe": coffee, "the": tea})
	after := editionOf(t, map[string]string{"cafe": strings.NewReplacer(
		"{#debut}", "{#bonjour}\n@ancien debut", "-> eau", "-> robinet", "{#eau}", "{#robinet}", "@aide Regardez le robinet.\n", "",
	).Replace(coffee)})
	for step, want := range map[flows.StepID]Landing{
		"debut": {Lesson: "cafe", Step: "debut", Replaced: "bonjour", On: []flows.StepID{"fin"}},
		"eau":   {Lesson: "cafe", Step: "eau", On: []flows.StepID{"fin"}},
	} {
		got, moves := before.Land(after, "cafe", step)
		if diff := cmp.Diff(want, got); !moves || diff != "" {
			t.Errorf("who stands on %s, %t (-want +got):\n%s", step, moves, diff)
		}
	}
	if got, moves := before.Land(after, "cafe", "fin"); moves {
		t.Errorf("a step that stays: %+v", got)
	}
	if got, moves := before.Land(after, "the", "debut"); !moves || got.On != nil {
		t.Errorf("a lesson that is gone: %+v", got)
	}
}

// Lessons published with an older release are carried on: the program's own
// sentences are then those of this one. What it finds wrong it does not carry.
func TestCarry(t *testing.T) {
	own := editionOf(t, map[string]string{"the": tea})
	pack := func(lesson string, bundle *locales.Bundle) []byte {
		s := collect(fstest.MapFS{"cafe/cafe.md": {Data: []byte(lesson)}}, bundle)
		packed, err := s.edition(s.sources()).Archive()
		if err != nil {
			t.Fatal(err)
		}
		return packed
	}
	same, err := own.Carry(pack(coffee, sentencesOf(t)))
	if want := editionOf(t, map[string]string{"cafe": coffee}).revision.ID; err != nil || same.revision.ID != want {
		t.Fatalf("from the same release: %v", err)
	}
	older := pack(coffee, without(t, "bot.menu"))
	carried, err := own.Carry(older)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, ok := carried.text("fr", "bot.menu"); !ok || carried.revision.ID != same.revision.ID {
		t.Errorf("from an older release: %s, want %s", carried.revision.ID, same.revision.ID)
	}
	for _, archive := range [][]byte{older[:len(older)-4], pack(strings.Replace(coffee, "@fin réussi", "", 1), sentencesOf(t))} {
		if _, err := own.Carry(archive); err == nil {
			t.Error("what is wrong was carried")
		}
	}
}

// A copy of a national lesson tells when the original changed.
func TestCopyOfALesson(t *testing.T) {
	national := fstest.MapFS{
		"cafe/cafe.md": {Data: []byte(coffee)}, "cafe/cafe.essai.md": {Data: []byte("## Un\n> bonjour\n")},
		"the/the.md": {Data: []byte(tea)},
	}
	files, err := Copy(national, "cafe")
	if err != nil {
		t.Fatal(err)
	}
	local := fstest.MapFS{}
	for name, data := range files {
		local["cafe/"+name] = &fstest.MapFile{Data: data}
	}
	if got := Lessons(local); len(files) != 2 || !slices.Equal(got, []flows.FlowID{"cafe"}) {
		t.Errorf("the copy holds %d files of %v", len(files), got)
	}
	outdated := func(what string, want int) {
		t.Helper()
		_, problems := Load(Overlay(national, local), sentencesOf(t))
		if found := Outdated(problems); len(found) != want || HasErrors(problems) {
			t.Errorf("%s: %v", what, problems)
		}
	}
	outdated("just copied", 0)
	national["cafe/cafe.essai.md"].Data = []byte("## Deux\n> bonjour\n")
	local["cafe/cafe.md"].Data = bytes.Replace(local["cafe/cafe.md"].Data, []byte("chaud"), []byte("froid"), 1)
	outdated("changed here", 0)
	national["cafe/cafe.md"].Data = []byte(strings.Replace(coffee, "chaud", "serré", 1))
	outdated("changed there", 1)
	delete(national, "cafe/cafe.md")
	delete(national, "cafe/cafe.essai.md")
	outdated("gone there", 0)
	if _, err := Copy(national, "cafe"); err == nil {
		t.Error("a lesson that is not there was copied")
	}
}
