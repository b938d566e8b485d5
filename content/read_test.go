package content

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode/utf8"

	"golang.org/x/tools/txtar"
	"pgregory.net/rapid"

	"passerelle/flows"
	"passerelle/locales"
)

// What is no text, or too much of it, is refused with its place.
func TestFilesThatAreNoLesson(t *testing.T) {
	big := strings.Repeat("a", maxText+1)
	many := fstest.MapFS{}
	for i := range maxLessons + 1 {
		many[fmt.Sprintf("l%d/l%d.md", i, i)] = &fstest.MapFile{Data: []byte("x")}
	}
	full := fstest.MapFS{"autre/autre.md": {Data: []byte(another)}}
	for i := range maxFiles {
		full[fmt.Sprintf("autre/%d.svg", i)] = &fstest.MapFile{Data: []byte(drawing)}
	}
	one := func(data string) fstest.MapFS { return fstest.MapFS{"l/l.md": {Data: []byte(data)}} }
	with := func(name, data string) fstest.MapFS {
		return fstest.MapFS{"autre/autre.md": {Data: []byte(another)}, "autre/" + name: {Data: []byte(data)}}
	}
	tests := []struct {
		name string
		fsys fstest.MapFS
		code Code
		at   place
	}{
		{"not UTF-8", one("---\nleçon: \xe9\n"), cNotUTF8, place{2, 8, 1}},
		{"NUL", one("abc\x00"), cNulByte, place{1, 4, 1}},
		{"too large", one(big), cFileSize, place{}},
		{"long line", one("a\n" + strings.Repeat("é", maxLine+3)), cLineLength, place{2, maxLine + 1, 3}},
		{"empty", one(""), cNoHeader, place{1, 1, 1}},
		{"blank", one("\n \n"), cNoHeader, place{1, 1, 1}},
		{"no lesson", fstest.MapFS{"l/x.md": {}}, cNoLesson, place{}},
		{"a folder in the place of the lesson", fstest.MapFS{"l/l.md/x": {}}, cUnreadable, place{}},
		{"too many lessons", many, cTooMany, place{}},
		{"too many files", full, cTooMany, place{}},
		{"a folder inside a lesson", with("images/x.svg", drawing), cStrayFile, place{}},
		{"picture too large", with("x.svg", strings.Repeat(drawing, maxPicture/len(drawing)+1)), cPictureSize, place{}},
		{"translation too large", with("autre.en.toml", big), cFileSize, place{}},
		{"translation without a language", with("autre.toml", "\"autre.title\" = \"x\"\n"), cTOML, place{1, 1, 19}},
		{"translation not UTF-8", with("autre.en.toml", "\"autre.title\" = \"\xe9\"\n"), cTOML, place{1, 1, 19}},
	}
	bundle := sentencesOf(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			problems := Lint(tt.fsys, bundle, someDay())
			i := slices.IndexFunc(problems, func(p Problem) bool { return p.Code == tt.code })
			if i < 0 {
				t.Fatalf("no %s in %v", tt.code, problems)
			}
			p := problems[i].In(bundle, "fr")
			if got := (place{p.Line, p.Column, p.Length}); got != tt.at {
				t.Errorf("at %v, want %v: %s", got, tt.at, p)
			}
			if p.Sentence == "" || strings.ContainsAny(p.Sentence+p.Repair, "{}") {
				t.Errorf("sentence %q, repair %q", p.Sentence, p.Repair)
			}
		})
	}
}

// A folder that cannot be read is a problem, not a panic.
func TestNoFolder(t *testing.T) {
	e, problems := Load(os.DirFS(filepath.Join(t.TempDir(), "nowhere")), sentencesOf(t))
	if e != nil || len(problems) != 1 || problems[0].Code != cUnreadable {
		t.Errorf("edition %v, problems %v", e, problems)
	}
}

// The table of problems is whole: each code stands once in it, has its
// sentence in both languages, a repair if it says so, and a test shows it.
func TestRules(t *testing.T) {
	bundle := sentencesOf(t)
	shown := shownCodes(t)
	seen := map[Code]bool{}
	for _, r := range rules {
		if seen[r.code] {
			t.Errorf("%s stands twice in the table", r.code)
		}
		seen[r.code] = true
		if !shown[r.code] {
			t.Errorf("no test shows %s", r.code)
		}
		for _, language := range []string{"fr", "en"} {
			hasSentence(t, bundle, language, "lint."+string(r.code), true)
			hasSentence(t, bundle, language, "lint."+string(r.code)+".repair", r.repair)
		}
	}
	for code := range shown {
		if !seen[code] {
			t.Errorf("%s is not in the table", code)
		}
	}
	ids := bundle.IDs("fr")
	for _, id := range ids {
		code, _, _ := strings.Cut(strings.TrimPrefix(id, "lint."), ".")
		if strings.HasPrefix(id, "lint.L") && !seen[Code(code)] {
			t.Errorf("%s is the sentence of no problem", id)
		}
	}
}

func hasSentence(t *testing.T, bundle *locales.Bundle, language, id string, want bool) {
	t.Helper()
	_, used, ok := bundle.Text(language, id)
	if got := ok && used == language; got != want {
		t.Errorf("%s in %s: there %v, want %v", id, language, got, want)
	}
}

// shownCodes are the codes that the golden files show, and those of other tests.
func shownCodes(t *testing.T) map[Code]bool {
	t.Helper()
	shown := map[Code]bool{}
	for _, code := range []Code{
		cNotUTF8, cNulByte, cFileSize, cLineLength, cTooMany, cUnreadable, cPictureSize,
		cUnplayed, cPlaysOtherwise, cDraft, cScript, // TestReviewOfTranscripts
		cOriginal, // TestCopyOfALesson
	} {
		shown[code] = true
	}
	for _, a := range mistakes(t) {
		_, said := split(a)
		for line := range strings.Lines(said["fr"]) {
			for _, severity := range []string{"erreur ", "attention ", "conseil "} {
				if _, rest, ok := strings.Cut(line, ": "+severity+"L"); ok && len(rest) > 4 && rest[3] == ':' {
					shown[Code("L"+rest[:3])] = true
				}
			}
		}
	}
	return shown
}

func mistakes(tb testing.TB) []*txtar.Archive {
	tb.Helper()
	names, err := filepath.Glob("testdata/mistakes/*.txtar")
	if err != nil {
		tb.Fatal(err)
	}
	var all []*txtar.Archive
	for _, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, a)
	}
	return all
}

// Lessons changed at random never make the reader panic, and every problem has
// a place that exists, a sentence, and a drawing of the right size.
func TestMutations(t *testing.T) {
	bundle := sentencesOf(t)
	rounds := 1500
	if os.Getenv("PASSERELLE_LONG") != "" {
		rounds = 30000
	}
	var seeds []string
	for _, a := range mistakes(t) {
		for _, f := range a.Files {
			if strings.HasSuffix(f.Name, ".md") {
				seeds = append(seeds, string(f.Data))
			}
		}
	}
	seeds = append(seeds, fixture(t, "tout.md"), fixture(t, "all.md"))
	r := rand.New(rand.NewPCG(1, 2))
	found := 0
	for range rounds {
		text := seeds[r.IntN(len(seeds))]
		for range 1 + r.IntN(4) {
			text = mutated(r, text, seeds)
		}
		for _, p := range Lint(folderWith(text), bundle, someDay()) {
			found++
			if err := misplaced(p.In(bundle, "fr"), text); err != nil {
				t.Fatalf("%v\n%s\n%q", err, p, text)
			}
		}
	}
	t.Logf("%d lessons changed at random, %d problems", rounds, found)
}

// mutated changes a text in one place.
func mutated(r *rand.Rand, text string, seeds []string) string {
	i := r.IntN(len(text) + 1)
	j := min(len(text), i+r.IntN(12))
	pieces := []string{
		"\n", "\t", " ", "  ", "-", "- ", "->", "→", "=>", "@", "@si ", "@fin", "@mots ", "##", "## ", "{", "}", "{#", "[", "]", "](", "![", "**",
		"<!--", "-->", "---", ":", ",", "é", "👍", "\u202f", "\x00", "\xff", "\r", "\ufeff", "0", "99999999999999999999", "demain 10h", "ﷺ", "e\u0301",
	}
	other := seeds[r.IntN(len(seeds))]
	from := r.IntN(len(other))
	switch r.IntN(5) {
	case 0:
		return text[:i] + text[j:]
	case 1:
		return text[:i] + text[i:j] + text[i:j] + text[j:]
	case 2:
		return text[:i] + other[from:min(len(other), from+r.IntN(80))] + text[i:]
	case 3:
		return strings.Replace(text, "\n", pieces[r.IntN(len(pieces))], 1+r.IntN(3))
	}
	return text[:i] + pieces[r.IntN(len(pieces))] + text[i:]
}

// misplaced tells what is wrong with the place of a problem.
func misplaced(p Problem, text string) error {
	if p.Sentence == "" {
		return fmt.Errorf("%s has no sentence", p.Code)
	}
	if p.Line == 0 {
		return nil // about the whole file
	}
	if p.File != "tout/tout.md" {
		return fmt.Errorf("%s is about line %d of %s", p.Code, p.Line, p.File)
	}
	text = strings.ReplaceAll(strings.ReplaceAll(strings.TrimPrefix(text, "\ufeff"), "\r\n", "\n"), "\r", "\n")
	lines := strings.Split(strings.ToValidUTF8(text, "\ufffd"), "\n")
	if p.Line > len(lines) || lines[p.Line-1] != p.Source {
		return fmt.Errorf("line %d is not %q", p.Line, p.Source)
	}
	size := utf8.RuneCountInString(p.Source)
	if p.Column < 1 || p.Length < 1 || p.Column > size+1 || p.Column+p.Length > size+1 && p.Length > 1 {
		return fmt.Errorf("column %d, length %d of %d", p.Column, p.Length, size)
	}
	for line := range strings.Lines(p.String()) {
		if utf8.RuneCountInString(line) > 600 {
			return fmt.Errorf("a line of %d characters", utf8.RuneCountInString(line))
		}
	}
	return nil
}

// The excerpt of a long line shows the culprit, wherever it stands.
func TestExcerpt(t *testing.T) {
	long := strings.Repeat("abcdefghi ", 30)
	tests := []struct {
		name           string
		source         string
		column, length int
		want           string
	}{
		{"short", "- Oui -> non", 10, 3, "  7 | - Oui -> non\n    |          ^^^\n"},
		{"tab", "\t- Oui", 4, 3, "  7 | \t- Oui\n    | \t  ^^^\n"},
		{"at the end", "- Oui", 6, 1, "  7 | - Oui\n    |      ^\n"},
		{"start of a long line", long, 1, 9, "  7 | " + long[:76] + "…\n    | ^^^^^^^^^\n"},
		{"middle of a long line", long, 101, 9, "  7 | …" + long[81:157] + "…\n    | " + strings.Repeat(" ", 20) + "^^^^^^^^^\n"},
		{"end of a long line", long, 291, 9, "  7 | …" + long[224:] + "\n    | " + strings.Repeat(" ", 67) + "^^^^^^^^^\n"},
		{"a long culprit", long, 1, 300, "  7 | " + long[:76] + "…\n    | " + strings.Repeat("^", 76) + "\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := Problem{File: "f", Line: 7, Column: tt.column, Length: tt.length, Source: tt.source, Code: "L101", Severity: Error, Sentence: "s"}
			if got, want := p.String(), fmt.Sprintf("f:7:%d: error L101: s\n", tt.column)+tt.want; got != want {
				t.Errorf("\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestDelays(t *testing.T) {
	tests := []struct {
		text string
		want flows.Delay
		rest string
	}{
		{"30 minutes", flows.Delay{After: 30 * time.Minute}, ""},
		{"2 heures et encore", flows.Delay{After: 2 * time.Hour}, " et encore"},
		{"1 jour Avez-vous fini ?", flows.Delay{Days: 1}, " Avez-vous fini ?"},
		{"2 semaines", flows.Delay{Days: 14}, ""},
		{"demain", flows.Delay{Days: 1}, ""},
		{"demain 10h", flows.Delay{Days: 1, Clock: 601}, ""},
		{"Demain à 9h30 !", flows.Delay{Days: 1, Clock: 571}, " !"},
		{"demain à tous", flows.Delay{Days: 1}, " à tous"},
		{"dans 3 jours 9h30", flows.Delay{Days: 3, Clock: 571}, ""},
		{"in 3 days at 09:30", flows.Delay{Days: 3, Clock: 571}, ""},
		{"0h", flows.Delay{Clock: 1}, ""},
		{"30 minutes 10h", flows.Delay{After: 30 * time.Minute}, " 10h"},
		{"", flows.Delay{}, ""},
		{"bientôt", flows.Delay{}, "bientôt"},
		{"0 jour", flows.Delay{}, "0 jour"},
		{"-1 jour", flows.Delay{}, "-1 jour"},
		{"400 jours", flows.Delay{}, "400 jours"},
		{"99999999999999999999 jours", flows.Delay{}, "99999999999999999999 jours"},
		{"3", flows.Delay{}, "3"},
		{"25h", flows.Delay{}, "25h"},
		{"10h75", flows.Delay{}, "10h75"},
		{"10:", flows.Delay{}, "10:"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			got, taken := readDelay(tt.text)
			if got != tt.want || tt.text[taken:] != tt.rest {
				t.Errorf("%+v, rest %q", got, tt.text[taken:])
			}
		})
	}
}

// A reminder may have to come before an hour.
func TestReminderDelay(t *testing.T) {
	tests := []struct {
		text string
		want flows.Delay
		rest string
	}{
		{"1 jour Avez-vous fini ?", flows.Delay{Days: 1}, " Avez-vous fini ?"},
		{"avant demain 18h Avez-vous fini ?", flows.Delay{Days: 1, Clock: 18*60 + 1, Latest: true}, " Avez-vous fini ?"},
		{"before 3 days at 9h Done?", flows.Delay{Days: 3, Clock: 541, Latest: true}, " Done?"},
		{"avant vous", flows.Delay{}, "avant vous"},
		{"avant", flows.Delay{}, "avant"},
		{"", flows.Delay{}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			got, taken := readReminder(tt.text)
			if got != tt.want || tt.text[taken:] != tt.rest {
				t.Errorf("%+v, rest %q", got, tt.text[taken:])
			}
		})
	}
}

func TestSilence(t *testing.T) {
	tests := []struct {
		text string
		want []flows.Delay
		ok   bool
	}{
		{"rappel après 1 jour, puis 3 jours", []flows.Delay{{Days: 1}, {Days: 3}}, true},
		{"2 heures", []flows.Delay{{After: 2 * time.Hour}}, true},
		{"aucun", nil, true},
		{"none", nil, true},
		{"jamais", nil, false},
		{"1 jour,", nil, false},
		{"1 jour, 1 jour, 1 jour, 1 jour, 1 jour, 1 jour", nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			got, ok := readSilence(tt.text)
			if ok != tt.ok || ok && !slices.Equal(got, tt.want) {
				t.Errorf("%v, %v", got, ok)
			}
		})
	}
}

// One wrong letter is always forgiven, in a word of three or more.
func TestNearest(t *testing.T) {
	ids := []string{"appareil", "mot-de-passe", "bienvenue", "resultat", "envoyer"}
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SampledFrom(ids).Draw(t, "id")
		at := rapid.IntRange(0, len(want)-1).Draw(t, "at")
		wrong := want[:at] + rapid.StringMatching(`[a-z]?`).Draw(t, "letter") + want[at+1:]
		if got := nearest(wrong, ids); got != want {
			t.Fatalf("%q: %q, want %q", wrong, got, want)
		}
	})
	if got := nearest("rien-de-tel", ids); got != "" {
		t.Errorf("a suggestion for a word that is like none: %q", got)
	}
	if got := nearest("apapreil", ids); got != "appareil" {
		t.Errorf("letters swapped: %q", got)
	}
}

// An id made of any text is an id, or nothing.
func TestSlug(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		if id := slug(rapid.String().Draw(t, "text")); id != "" && !isID(id) {
			t.Fatalf("%q is no id", id)
		}
	})
	long := slug("Ouvrir le navigateur de l'iPhone et écrire l'adresse")
	if long != "ouvrir-le-navigateur-de-l-iphone" {
		t.Errorf("%q", long)
	}
}

func BenchmarkCompile(b *testing.B) {
	bundle := sentencesOf(b)
	data := []byte(seventeenSteps())
	b.Run("parse and compile", func(b *testing.B) {
		for b.Loop() {
			l := &lesson{file: read("l/l.md", "l", data), languages: bundle.Languages()}
			build(l, map[string]*lesson{"l": l})
		}
	})
	b.Run("load", func(b *testing.B) {
		fsys := fstest.MapFS{"l/l.md": {Data: data}}
		for b.Loop() {
			if e, problems := Load(fsys, bundle); e == nil {
				b.Fatal(problems)
			}
		}
	})
}

// seventeenSteps is a lesson of the usual size.
func seventeenSteps() string {
	var b strings.Builder
	b.WriteString("---\nleçon: l\ntitre: Une leçon\nmatériel: téléphone\n---\n")
	for i := range 16 {
		fmt.Fprintf(&b, `
## Étape %d {#e%d}

Bonjour {prénom}. Voici l'étape %d.
Touchez le bouton bleu, en bas de l'écran.

@sms Touchez le bouton bleu.

- C'est fait
- Je ne trouve pas -> e%d
  Regardez en bas de l'écran.
  @mots pas trouvé, où est-il
- Je suis bloqué -> fin

@aide Le bouton est bleu.
@exemple C'est fait
`, i, i, i, i)
	}
	b.WriteString("\n## Fin {#fin}\n\nBravo !\n\n@fin réussi\n")
	return b.String()
}
