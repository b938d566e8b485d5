package content

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"passerelle/flows"
)

// dated is a folder with one lesson that tells days, and the file of deadlines
// given, or none.
func dated(deadlines string) fstest.MapFS {
	folder := fstest.MapFS{"l/l.md": {Data: []byte(`---
leçon: l
titre: Une leçon
matériel: rien
---

## Un {#un}

Du {ouvre:actualisation} au {ferme:actualisation}.

Avez-vous fini ?

- Oui
- Non -> un

@aide Touchez un bouton.

## Rappel {#rappel}

C'est noté.

@échéance caf-mars

## Fin {#fin}

C'est fini.

@fin réussi
`)}, "l/l.en.toml": {Data: []byte("[\"l.un\"]\nother = \"From {ouvre:actualisation} to {ferme:actualisation}.\"\n")}}
	if deadlines != "" {
		folder[deadlinesFile] = &fstest.MapFile{Data: []byte(deadlines)}
	}
	return folder
}

func TestDeadlinesOfTheProgram(t *testing.T) {
	e, problems := Load(dated(""), sentencesOf(t))
	if e == nil {
		t.Fatal(problems)
	}
	want := []string{"actualisation", "caf-janvier", "caf-fevrier", "caf-mars", "impots", "boite-laposte"}
	if diff := cmp.Diff(want, deadlineIDs(e.Flows().Deadlines)); diff != "" {
		t.Errorf("deadlines (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"actualisation", "caf", "impots", "boite-laposte"}, e.Flows().Lines()); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	step := e.Flows().Flows["l"].Step("rappel")
	if step.Deadline != "caf-mars" || step.Next != "fin" {
		t.Errorf("the step is %+v", step)
	}
	if names := e.Flows().Flows["l"].Step("un").Names; !cmp.Equal(names, []string{"ouvre:actualisation", "ferme:actualisation"}) {
		t.Errorf("it names %q", names)
	}
}

// A local file takes the place of the whole one, is part of the edition, and
// travels with it.
func TestDeadlinesOfAFolder(t *testing.T) {
	bundle := sentencesOf(t)
	local := strings.Replace(embeddedDeadlines, "closes = 15", "closes = 16", 1)
	usual, _ := Load(dated(""), bundle)
	e, problems := Load(Overlay(dated(""), fstest.MapFS{deadlinesFile: {Data: []byte(local)}}), bundle)
	if usual == nil || e == nil {
		t.Fatal(problems)
	}
	if e.Flows().ID == usual.Flows().ID {
		t.Error("other days make no other edition")
	}
	archive, err := e.Archive()
	if err != nil {
		t.Fatal(err)
	}
	back, err := Unpack(archive)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range []*Edition{e, back} {
		if d := one.Flows().Deadline("actualisation"); d == nil || d.Closes != 16 || one.Flows().ID != e.Flows().ID {
			t.Errorf("the deadline is %+v", d)
		}
	}
	if adopted, err := usual.Adopt(archive); err != nil || adopted.Flows().ID != e.Flows().ID {
		t.Errorf("it is not adopted: %v", err)
	}
}

// However bytes of the file are changed, each complaint has its place, and no
// edition is made of days that are none.
func TestDeadlinesOfAnyBytes(t *testing.T) {
	bundle := sentencesOf(t)
	for i := 0; i < len(embeddedDeadlines); i += 29 {
		for _, with := range []string{"", "]", "99", "\x00", "= \"", "\n["} {
			text := embeddedDeadlines[:i] + with + embeddedDeadlines[i+1:]
			s := collect(fstest.MapFS{deadlinesFile: {Data: []byte(text)}}, bundle)
			for _, p := range s.calendar.found {
				if p.File != deadlinesFile || p.Line < 1 || p.Line > len(s.calendar.lines) || p.Column < 1 || p.In(bundle, "fr").Sentence == "" {
					t.Fatalf("%q at %d: %+v", with, i, p)
				}
			}
			for _, d := range s.deadlines {
				if !HasErrors(s.calendar.found) && len(d.Remind) == 0 || d.Opens < 0 || d.Opens > 31 || d.Closes > 31 || d.Every < 0 {
					t.Fatalf("%q at %d: %+v, %v", with, i, d, s.calendar.found)
				}
			}
		}
	}
}

func TestDaysInSentences(t *testing.T) {
	e, problems := Load(dated(""), sentencesOf(t))
	if e == nil {
		t.Fatal(problems)
	}
	for _, tt := range []struct {
		language flows.Language
		opens    string
		want     string
	}{
		{"fr", "2026-11-28", "Du 28 novembre au 15 décembre."},
		{"fr", "2027-01-01", "Du 1er janvier au 15 décembre."},
		{"en", "2026-08-28", "From 28 August to 15 December."},
		{"en", "2026-01-01", "From 1 January to 15 December."},
		{"ar", "2026-03-28", "Du 28 mars au 15 décembre."}, // not translated
		{"fr", "no day", "Du no day au 15 décembre."},
	} {
		say := flows.Say{Key: "l.un", Args: []flows.Arg{
			{Name: "ouvre:actualisation", Key: flows.KeyDate, Value: tt.opens},
			{Name: "ferme:actualisation", Key: flows.KeyDate, Value: "2026-12-15"},
		}}
		if got, _, _ := strings.Cut(e.Render(tt.language, say, nil).Text, "\n"); got != tt.want {
			t.Errorf("in %s: %q, want %q", tt.language, got, tt.want)
		}
	}
	say := flows.Say{Key: flows.DeadlineKey("caf") + ".reminder", Args: []flows.Arg{{Name: "mois", Key: flows.KeyMonth, Value: "2027-08-01"}}}
	if got := e.Render("fr", say, nil).Short; !strings.HasPrefix(got, "En août :") {
		t.Errorf("the month is in %q", got)
	}
}
