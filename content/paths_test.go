package content

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// shelved compiles lessons written without their headers.
func shelved(tb testing.TB, bodies map[string]string) *shelf {
	tb.Helper()
	fsys := fstest.MapFS{}
	for id, body := range bodies {
		text := fmt.Sprintf("---\nleçon: %s\ntitre: Leçon %s\nmatériel: rien\n---\n%s", id, id, body)
		fsys[id+"/"+id+".md"] = &fstest.MapFile{Data: []byte(text)}
	}
	return collect(fsys, sentencesOf(tb))
}

// codes lists what is wrong, without advice, as "lesson:step-title code".
func codes(problems []Problem) []string {
	var all []string
	for _, p := range problems {
		if p.Severity != Advice {
			all = append(all, fmt.Sprintf("%s:%d %s", strings.TrimSuffix(p.File[strings.Index(p.File, "/")+1:], ".md"), p.Line, p.Code))
		}
	}
	return all
}

const (
	ask   = "\n## Q%[1]s {#%[1]s}\n\nAlors ?\n\n- Oui -> %[2]s\n- Non -> %[3]s\n"
	say   = "\n## S%[1]s {#%[1]s}\n\nVoilà.\n\n-> %[2]s\n"
	play  = "\n## P%[1]s {#%[1]s}\n\n@leçon %[2]s\n"
	pause = "\n## W%[1]s {#%[1]s}\n\nÀ demain.\n\n@attendre 1 jour -> %[2]s\n"
	end   = "\n## Fin {#fin}\n\nFini.\n\n@fin réussi\n"
)

// Ways through lessons that look dangerous, and what is wrong with them.
func TestPaths(t *testing.T) {
	f := fmt.Sprintf
	tests := []struct {
		name   string
		bodies map[string]string
		want   []string
	}{
		{"a question in a loop", map[string]string{"a": f(ask, "q", "s", "fin") + f(say, "s", "q") + end}, nil},
		{"a step that follows itself", map[string]string{"a": f(say, "s", "s") + end}, []string{"a:7 L105", "a:7 L106", "a:13 L104"}},
		{"a pause is no question", map[string]string{"a": f(ask, "q", "w", "fin") + f(pause, "w", "w") + end}, []string{"a:14 L105", "a:14 L106"}},
		{"a pause in a loop with a question", map[string]string{"a": f(ask, "q", "w", "fin") + f(pause, "w", "q") + end}, nil},
		{
			"a lesson that asks, in a loop",
			map[string]string{"a": f(play, "p", "b") + f(say, "s", "p") + end, "b": f(ask, "q", "fin", "fin") + end},
			[]string{"a:7 L105", "a:17 L104"},
		},
		{
			"a silent lesson, in a loop",
			map[string]string{"a": f(play, "p", "b") + f(say, "s", "p") + end, "b": end},
			[]string{"a:7 L105", "a:11 L106", "a:17 L104"},
		},
		{
			"a lesson that may be silent, in a loop",
			map[string]string{
				"a": f(ask, "q", "p", "fin") + f(play, "p", "b") + f(say, "s", "p") + end,
				"b": "\n## Si {#si}\n\n@si points >= 1 -> q\n@sinon -> fin\n" + f(ask, "q", "fin", "fin") + end,
			},
			[]string{"a:14 L105", "a:18 L106"},
		},
		{
			"a lesson whose only rest is a person",
			map[string]string{"a": f(play, "p", "b") + end, "b": "\n## Aide {#aide}\n\nJ'appelle.\n\n@aidant\n"},
			nil,
		},
		{
			"three lessons deep",
			map[string]string{"a": f(play, "p", "b") + end, "b": f(play, "p", "c") + end, "c": end},
			nil,
		},
		{
			"much said across lessons",
			map[string]string{
				"a": f(say, "s1", "s2") + f(say, "s2", "p") + f(play, "p", "b") + end,
				"b": f(say, "s1", "s2") + f(say, "s2", "s3") + f(say, "s3", "fin") + end,
			},
			[]string{"a:7 L110"},
		},
		{
			"much said after a lesson comes to its end",
			map[string]string{
				"a": f(play, "p", "b") + f(say, "s1", "s2") + f(say, "s2", "s3") + f(say, "s3", "s4") + f(say, "s4", "fin") + end,
				"b": f(ask, "q", "s", "fin") + f(say, "s", "fin") + end,
			},
			[]string{"b:11 L110"},
		},
		{
			"many silent steps",
			map[string]string{"a": silentSteps(26) + end},
			[]string{"a:7 L110"},
		},
		{"just few enough silent steps", map[string]string{"a": silentSteps(23) + end}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, codes(shelved(t, tt.bodies).lint(true))); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

// silentSteps are steps that only compare, one after the other.
func silentSteps(n int) string {
	var b strings.Builder
	for i := range n {
		next := fmt.Sprintf("c%d", i+1)
		if i == n-1 {
			next = "fin"
		}
		fmt.Fprintf(&b, "\n## C%d {#c%d}\n\n@si points > %d -> %s\n@sinon -> %s\n", i, i, i, next, next)
	}
	return b.String()
}

// The places of a syntax tree point at what they name, to the character.
func TestPlaces(t *testing.T) {
	text := "---\nleçon: l\nmots: été, à l'aide\n---\n\n## Où êtes-vous ? {#ou}\n\n" +
		"👍 Ça va ?\n\n-  [x]  Très bien  {#bien}  ->  fin\n\t@mots  ça va,  super \n   Parfait.\n\n@si  âge >= 18  -> fin\n"
	f := read("l/l.md", "l", []byte(text))
	s := f.steps[0]
	a := s.answers[0]
	words, _ := f.get(hWords)
	d, _ := s.one(wIf)
	compared, _ := readComparison(d.argument)
	tests := []struct {
		name string
		got  phrase
		want phrase
	}{
		{"value", words, phrase{"été, à l'aide", place{3, 7, 13}}},
		{"item", words.list()[1], phrase{"à l'aide", place{3, 12, 8}}},
		{"title", s.title, phrase{"Où êtes-vous ?", place{6, 4, 14}}},
		{"id", s.id, phrase{"ou", place{6, 21, 2}}},
		{"text", s.lines[0].phrase, phrase{"👍 Ça va ?", place{8, 1, 9}}},
		{"label", a.label, phrase{"Très bien", place{10, 9, 9}}},
		{"choice", a.id, phrase{"bien", place{10, 22, 4}}},
		{"target", a.target, phrase{"fin", place{10, 33, 3}}},
		{"word", a.words[1], phrase{"super", place{11, 17, 5}}},
		{"reply", a.reply[0].phrase, phrase{"Parfait.", place{12, 4, 8}}},
		{"directive", d.word, phrase{"@si", place{14, 1, 3}}},
		{"name", compared.name, phrase{"âge", place{14, 6, 3}}},
		{"sign", compared.sign, phrase{">=", place{14, 10, 2}}},
		{"number", compared.value, phrase{"18", place{14, 13, 2}}},
		{"where it leads", d.target, phrase{"fin", place{14, 20, 3}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.got != tt.want {
				t.Errorf("%+v, want %+v", tt.got, tt.want)
			}
		})
	}
}

// Comparisons are typed by what the lesson keeps under their name.
func TestComparisons(t *testing.T) {
	const kept = `
## Âge {#age}

Quel âge ?

@demander nombre -> retenir âge

## Fini {#fini}

Fini ?

@demander oui-non -> retenir fini

## Ville {#ville}

Où ?

@demander texte -> retenir ville

## Appareil {#appareil}

Quel appareil ?

- Un iPhone {#iphone}
- Autre

@retenir appareil

## Langue {#langue}

Quelle langue ?

- Français {#fr}
- English {#en}

@retenir langue

## Si {#si}

@si %s -> fin
@sinon -> fin
`
	tests := []struct {
		text, value string
		numeric     bool
		code        Code
	}{
		{"âge >= 18", "18", true, ""},
		{"âge < 1,5", "1,5", true, ""},
		{"âge = beaucoup", "", false, cIfValue},
		{"points != 0", "0", true, ""},
		{"fini = oui", "oui", false, ""},
		{"fini = yes", "", false, cIfValue},
		{"ville = Creil", "Creil", false, ""},
		{"ville > Creil", "", false, cIfOp},
		{"appareil = iphone", "iphone", false, ""},
		{"appareil = un iphone", "iphone", false, ""},
		{"appareil != autre", "autre", false, ""},
		{"appareil = minitel", "", false, cIfValue},
		{"prénom = Marie", "Marie", false, ""},
		{"commune != 60100", "60100", false, ""},
		{"langue = en", "en", false, ""},
		{"langue = anglais", "", false, cIfValue},
		{"taille > 2", "", false, cIfName},
		{"publisher = x", "", false, cIfName},
		{"âge", "", false, cIfForm},
		{"= 3", "", false, cIfForm},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			s := shelved(t, map[string]string{"a": fmt.Sprintf(kept, tt.text) + end})
			problems := s.lint(true)
			if tt.code != "" {
				if len(problems) == 0 || !HasErrors(problems) || !strings.Contains(fmt.Sprint(codes(problems)), string(tt.code)) {
					t.Errorf("no %s in %v", tt.code, codes(problems))
				}
				return
			}
			if got := codes(problems); got != nil {
				t.Fatalf("problems: %v", got)
			}
			b := s.lessons[0].flow.Step("si").Branches[0]
			if b.Value != tt.value || b.Numeric != tt.numeric || b.To != "fin" {
				t.Errorf("%+v", b)
			}
		})
	}
}

// The names a step's sentences use are handed to the engine, those of replies
// and of translations too.
func TestNamesOfAStep(t *testing.T) {
	fsys := fstest.MapFS{
		"a/a.md":      {Data: []byte("---\nleçon: a\ntitre: A\nmatériel: rien\n---\n\n## Un\n\nBonjour {prénom}, de {publisher}.\n\n- Oui\n  Vous avez {points} point.\n- Non\n\n@aide {x}\n" + end)},
		"a/a.en.toml": {Data: []byte("\"a.un.choice.non.reply\" = \"{commune}\"\n\"a.un\" = \"Hello {prénom}\"\n\"title\" = \"{x}\"\n")},
	}
	want := []string{"prénom", "points", "x", "commune"}
	if diff := cmp.Diff(want, collect(fsys, sentencesOf(t)).lessons[0].flow.Steps[0].Names); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}
