package content

import (
	"bytes"
	"io/fs"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"passerelle/locales"
)

// translated is the translation of the lesson "autre" to English.
func translated(t interface {
	Helper()
	Fatal(args ...any)
}, folder fstest.MapFS, bundle *locales.Bundle,
) *Translation {
	t.Helper()
	one, err := NewTranslator(folder, bundle, "fr").Translation("autre", "en")
	if err != nil {
		t.Fatal(err)
	}
	return one
}

// sentence finds a sentence of a translation.
func sentence(t *testing.T, one *Translation, id string) Sentence {
	t.Helper()
	for _, s := range one.Sentences {
		if s.ID == id {
			return s
		}
	}
	t.Fatalf("no sentence %s", id)
	return Sentence{}
}

const handWritten = `# Written by hand.

["autre.title"]
other = "Another lesson"

["autre.un.choice.non.reply"]
other = "Courage!"

["autre.gone"]
other = "Was said once"
`

// A translation is never lost: not when the French changes, not when the
// sentence goes and comes back.
func TestTranslationIsKept(t *testing.T) {
	bundle, folder := sentencesOf(t), everyWayFolder()
	file := "autre/autre.en.toml"
	turn := func() *Translation {
		one := translated(t, folder, bundle)
		folder[file] = &fstest.MapFile{Data: one.Bytes()}
		return one
	}
	folder[file] = &fstest.MapFile{Data: []byte(handWritten)}
	one := turn()
	if got := sentence(t, one, "autre.un.choice.non.reply"); got.State != FreshSentence || got.Text != "Courage!" {
		t.Errorf("written by hand: %+v", got)
	}
	if got := sentence(t, one, "autre.un.choice.oui"); got.State != OpenSentence || !strings.Contains(got.Where, "24") {
		t.Errorf("not translated: %+v", got)
	}
	folder["autre/autre.md"] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(otherLesson, "Courage.", "Bon courage."))}
	for range 2 {
		if got := sentence(t, turn(), "autre.un.choice.non.reply"); got.State != OldSentence || got.Text != "Courage!" {
			t.Errorf("the French changed: %+v", got)
		}
	}
	if !has(t, folder, bundle, cOldSentence) {
		t.Error("lint says nothing of an old translation")
	}
	folder["autre/autre.md"] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(otherLesson, "  Courage.\n", ""))}
	turn()
	folder["autre/autre.md"] = &fstest.MapFile{Data: []byte(otherLesson)}
	if got := sentence(t, turn(), "autre.un.choice.non.reply"); got.State != FreshSentence || got.Text != "Courage!" {
		t.Errorf("the sentence came back: %+v", got)
	}
	if data := string(folder[file].Data); !strings.HasPrefix(data, "# Written by hand.\n\n") || !strings.Contains(data, `#| other = "Was said once"`) {
		t.Errorf("the head or what is unused was lost:\n%s", data)
	}
	if has(t, folder, bundle, cOldSentence) {
		t.Error("lint finds an old translation where there is none")
	}
}

// A translation that cannot be read is not taken for none.
func TestTranslationUnreadable(t *testing.T) {
	bundle := sentencesOf(t)
	for name, file := range map[string]*fstest.MapFile{
		"a folder": {Mode: fs.ModeDir}, "a large file": {Data: bytes.Repeat([]byte("#\n"), maxText)},
		"no TOML": {Data: []byte("[[")},
	} {
		folder := everyWayFolder()
		folder["autre/autre.en.toml"] = file
		if one, err := NewTranslator(folder, bundle, "fr").Translation("autre", "en"); err == nil {
			t.Errorf("%s is taken: %s", name, one.Before)
		}
	}
	folder := everyWayFolder()
	delete(folder, "autre/autre.en.toml")
	if one := translated(t, folder, bundle); one.Before != nil || one.Count(FreshSentence) != 0 {
		t.Errorf("there is a translation: %+v", one)
	}
}

// has tells whether lint finds a problem.
func has(t *testing.T, folder fstest.MapFS, bundle *locales.Bundle, code Code) bool {
	t.Helper()
	for _, p := range Lint(folder, bundle, someDay()) {
		if p.Code == code {
			return true
		}
	}
	return false
}

// states are names of states, as an editor's language has them.
func states() map[SentenceState]string {
	return map[SentenceState]string{FreshSentence: "à jour", OldSentence: "ancienne", OpenSentence: "à traduire"}
}

// Whatever is translated comes through the file and through the table as it is,
// and both are the same when written again.
func TestTranslationRoundTrip(t *testing.T) {
	bundle := sentencesOf(t)
	text := rapid.StringOf(rapid.OneOf(rapid.SampledFrom([]rune("=+-@'\"\\;,\t\n#[]|aé ش")), rapid.Rune().Filter(func(r rune) bool {
		return r != '\r' && r != 0 && r != '{' && r != '\ufffd' && r != '\ufeff'
	})))
	rapid.Check(t, func(t *rapid.T) {
		folder := everyWayFolder()
		one := translated(t, folder, bundle)
		for i := range one.Sentences {
			one.Sentences[i].Text = text.Draw(t, "text")
			one.Sentences[i].judge()
		}
		folder["autre/autre.en.toml"] = &fstest.MapFile{Data: one.Bytes()}
		again := translated(t, folder, bundle)
		if diff := cmp.Diff(one.Sentences, again.Sentences, cmp.AllowUnexported(Sentence{})); diff != "" {
			t.Fatalf("through the file (-before +after):\n%s\n%s", diff, one.Bytes())
		}
		rows, err := ReadCSV(CSV([]*Translation{one}, []string{"a", "b", "c", "d", "e"}, states()))
		if err != nil {
			t.Fatal(err)
		}
		delete(folder, "autre/autre.en.toml")
		fresh := translated(t, folder, bundle)
		if remarks := Take([]*Translation{fresh}, rows, "ancienne"); len(one.Sentences) != len(rows) {
			t.Fatalf("%d rows of %d sentences, %v", len(rows), len(one.Sentences), remarks)
		}
		if diff := cmp.Diff(string(one.Bytes()), string(fresh.Bytes())); diff != "" {
			t.Fatalf("through the table (-before +after):\n%s", diff)
		}
	})
}

// A table that came back is checked row by row.
func TestTakeRemarks(t *testing.T) {
	one := &Translation{Sentences: []Sentence{
		{ID: "a.title", French: "Titre"},
		{ID: "a.nom", French: "Bonjour {prénom}."},
		{ID: "a.b.choice.oui", French: "Oui", label: true},
		{ID: "a.vieux", French: "Nouveau français", Text: "Old", hash: hashOf("Vieux français"), State: OldSentence},
		{ID: "a.vide", French: "Vide", Text: "Kept", State: FreshSentence},
	}}
	table := "id;où;français;traduction;état\r\n" +
		"a.rien;;Rien;Nothing;\r\n" +
		"a.nom;;Bonjour {prénom}.;Hello.;\r\n" +
		"a.b.choice.oui;;Oui;Yes of course with pleasure;\r\n" +
		"a.title;;Ancien titre;'=Title;\r\n" +
		"a.title;;Titre;Other title;\r\n" +
		"a.vieux;;Nouveau français;Old;ancienne\r\n" +
		"a.vide;;Vide;;\r\n" +
		";;;;\r\n ;\r\n"
	rows, err := ReadCSV([]byte(byteOrderMark + table))
	if err != nil {
		t.Fatal(err)
	}
	want := []Remark{
		{2, "a.rien", UnknownRemark, ""},
		{3, "a.nom", NamesRemark, "{prénom}"},
		{4, "a.b.choice.oui", LongRemark, "27"},
		{5, "a.title", ChangedRemark, ""},
		{6, "a.title", TwiceRemark, ""},
	}
	if diff := cmp.Diff(want, Take([]*Translation{one}, rows, "ancienne")); diff != "" {
		t.Errorf("remarks (-want +got):\n%s", diff)
	}
	var texts, marks []string
	for _, s := range one.Sentences {
		texts, marks = append(texts, s.Text), append(marks, string(s.State))
	}
	if diff := cmp.Diff([]string{"=Title", "", "Yes of course with pleasure", "Old", "Kept"}, texts); diff != "" {
		t.Errorf("texts (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"old", "", "fresh", "old", "fresh"}, marks); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
	rows[5].State = "" // the translator looked at it
	Take([]*Translation{one}, rows[5:6], "ancienne")
	if one.Sentences[3].State != FreshSentence {
		t.Error("an old translation that was approved stays old")
	}
}

// Office programs part columns as they like.
func TestReadCSVCommas(t *testing.T) {
	for _, sign := range []string{";", ",", "\t"} {
		rows, err := ReadCSV([]byte(strings.ReplaceAll("a|b|c|d|e\na.b|o|\"f|f\"|t|s\n", "|", sign)))
		want := []Row{{Line: 2, ID: "a.b", French: "f" + sign + "f", Text: "t", State: "s"}}
		if diff := cmp.Diff(want, rows); err != nil || diff != "" {
			t.Errorf("parted by %q: %v %s", sign, err, diff)
		}
	}
	for _, bad := range []string{"a;b\n", "a;b;c;d;e\n\"x", "\xff\xfe;"} {
		if _, err := ReadCSV([]byte(bad)); err == nil || !strings.HasPrefix(err.Error(), "line ") {
			t.Errorf("%q is taken, or has no place: %v", bad, err)
		}
	}
}

// However a table is damaged, reading it ends, and what it says never panics.
func TestReadCSVMutations(t *testing.T) {
	bundle, folder := sentencesOf(t), fstest.MapFS{"autre/autre.md": everyWayFolder()["autre/autre.md"]}
	base := CSV([]*Translation{translated(t, folder, bundle)}, []string{"id", "b", "c", "d", "e"}, states())
	rounds, read := 2000, 0
	if os.Getenv("PASSERELLE_LONG") != "" {
		rounds = 30000
	}
	for seed := range uint64(rounds) {
		r := rand.New(rand.NewPCG(seed, 3))
		data := []byte(string(base))
		for range 1 + r.IntN(8) {
			i := r.IntN(len(data))
			switch r.IntN(3) {
			case 0:
				data[i] = "\";,\t\r\n'=\x00\xffé"[r.IntN(11)]
			case 1:
				data = append(data[:i], data[min(len(data), i+r.IntN(9)):]...)
			default:
				data = append(data[:i], append([]byte("\";\n"), data[i:]...)...)
			}
			data = append(data, '\n')
		}
		rows, err := ReadCSV(data)
		if err != nil {
			continue
		}
		read++
		one := translated(t, folder, bundle)
		Take([]*Translation{one}, rows, "ancienne")
		for _, s := range one.Sentences {
			if (s.Text == "") != (s.State == OpenSentence) {
				t.Fatalf("seed %d: %+v", seed, s)
			}
		}
	}
	if read < rounds/20 {
		t.Errorf("only %d of %d damaged tables could be read", read, rounds)
	}
}
