package flowstest_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passerelle/flows"
	"passerelle/flows/flowstest"
	"passerelle/flows/intent"
)

// words are the sentences of the small library; a sentence that is missing is
// said as its key.
var words = map[flows.Key]string{
	"bot.menu":                    "Que voulez-vous apprendre ?",
	"bot.menu.next":               "Et maintenant ?",
	"bot.menu.person":             "Parler à une personne",
	"bot.words":                   "{words}",
	"bot.handoff.hello":           "Je suis {aidant}, {place}.",
	"bot.handoff.hello.alone":     "Je suis {aidant}.",
	"cafe.title":                  "Faire un café",
	"cafe.sucre":                  "Voulez-vous du sucre ?\n\nRegardez la tasse.",
	"cafe.sucre.picture":          "Une tasse",
	"cafe.sucre.choice.oui":       "Oui",
	"cafe.sucre.choice.non":       "Non",
	"cafe.sucre.choice.oui.reply": "Un sucre.",
	"cafe.sucre.choice.non.reply": "Sans sucre.",
	"cafe.sucre.choice.plus-tard": "Plus tard",
	"cafe.sucre.reminder.1":       "Le café refroidit.",
	"cafe.demain":                 "On reprend demain.",
	"cafe.fin":                    "Le café est prêt.",
}

func render(_ flows.Language, s flows.Say) flows.Message {
	say := func(k flows.Key) string {
		if text, ok := words[k]; ok {
			return text
		}
		return string(k)
	}
	m := flows.Message{Text: say(s.Key), Aidant: s.Aidant}
	for _, a := range s.Args {
		m.Text = strings.ReplaceAll(m.Text, "{"+a.Name+"}", a.Value)
	}
	if s.Picture != "" {
		m.Picture = &flows.Picture{Name: s.Picture, Alt: say(s.Key + ".picture")}
	}
	for _, c := range s.Choices {
		m.Choices = append(m.Choices, flows.Button{Label: say(c.Key)})
	}
	return m
}

// small is a library of one lesson with a question, a reminder and a pause.
func small() *flows.Library {
	cafe := &flows.Flow{ID: "cafe", Index: map[flows.StepID]int{"sucre": 0, "demain": 1, "fin": 2}, Steps: []flows.Step{
		{
			ID: "sucre", Text: true, Picture: "tasse.svg",
			Choices:   []flows.Choice{{ID: "oui", To: "fin", Reply: true}, {ID: "non", To: "fin", Reply: true}, {ID: "plus-tard", To: "demain"}},
			Readers:   map[flows.Language]*intent.Choices{"fr": labels("Oui", "Non", "Plus tard")},
			Reminders: []flows.Delay{{Days: 1}},
		},
		{ID: "demain", Text: true, Pause: &flows.Delay{Days: 1, Clock: 601}, Next: "fin"},
		{ID: "fin", Text: true, End: flows.Succeeded},
	}}
	revision := &flows.Revision{
		ID: "r1", Languages: []flows.Language{"fr"}, Menu: []flows.FlowID{"cafe"}, Flows: map[flows.FlowID]*flows.Flow{"cafe": cafe},
		Readers: map[flows.Language]*flows.Readers{"fr": {
			Commands: intent.CompileCommands([]intent.CommandWords{
				{Command: intent.Stop, Words: []string{"stop"}},
				{Command: intent.Start, Words: []string{"bonjour"}},
				{Command: intent.Person, Words: []string{"aidant"}},
				{Command: intent.Back, Words: []string{"retour"}},
			}),
			YesNo: labels("Oui", "Non"), Languages: labels("Français"), Offer: labels("Attendre", "Continuer", "Annuler"),
			Menu:   labels("Faire un café", "Parler à une personne"),
			MenuOn: labels("Continuer", "Faire un café", "Parler à une personne"),
		}},
	}
	l := flows.NewLibrary(revision)
	l.Staffed = true
	return l
}

func labels(texts ...string) *intent.Choices {
	made := make([]intent.Label, len(texts))
	for i := range texts {
		made[i].Text = texts[i]
	}
	return intent.Compile(made)
}

func fresh() *flowstest.Player {
	paris := time.FixedZone("Europe/Paris", 3600)
	return &flowstest.Player{Advance: small().Advance, Render: render, Zone: paris}
}

func parse(t *testing.T, text string) *flowstest.File {
	t.Helper()
	f, err := flowstest.Parse("t", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// playAll plays a file, and puts together what its scenarios say.
func playAll(f *flowstest.File, fresh func() *flowstest.Player) (updated []byte, diff string, err error) {
	results := flowstest.Play(f, fresh)
	for _, r := range results {
		diff += r.Diff
		err = errors.Join(err, r.Err)
	}
	return f.Updated(results), diff, err
}

func play(t *testing.T, text string) (updated, diff string) {
	t.Helper()
	b, diff, err := playAll(parse(t, text), fresh)
	if err != nil {
		t.Fatal(err)
	}
	return string(b), diff
}

// The transcript of the small library, written by hand from the rules of the
// engine, plays as written and comes back byte for byte.
func TestPlayAsWritten(t *testing.T) {
	src, err := os.ReadFile("testdata/cafe.essai.md")
	if err != nil {
		t.Fatal(err)
	}
	updated, diff := play(t, string(src))
	if diff != "" {
		t.Errorf("the transcript does not play as written:\n%s", diff)
	}
	if diff := cmp.Diff(string(src), updated); diff != "" {
		t.Errorf("updated (-want +got):\n%s", diff)
	}
}

// Every line that is an answer matters: without it, or with another letter,
// the transcript no longer plays, and writing it anew repairs it.
func TestPlaySeesEveryAnswer(t *testing.T) {
	src, err := os.ReadFile("testdata/cafe.essai.md")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(src), "\n")
	seen := 0
	for i, line := range lines {
		if line == "" || !strings.Contains("< !  ", line[:1]) {
			continue
		}
		for _, other := range []string{"", line[:len(line)-1] + "X"} {
			changed := strings.Join(append(append(append([]string{}, lines[:i]...), other), lines[i+1:]...), "\n")
			f, err := flowstest.Parse("t", []byte(changed))
			if err != nil {
				continue // a picture or a button in the air
			}
			seen++
			updated, diff, err := playAll(f, fresh)
			if err != nil || diff == "" || string(updated) == changed {
				t.Fatalf("line %d as %q goes unseen: %q, %v", i+1, other, diff, err)
			}
			if again, diff := play(t, string(updated)); diff != "" || again != string(updated) {
				t.Fatalf("line %d as %q is not repaired:\n%s", i+1, other, diff)
			}
		}
	}
	if seen < 40 {
		t.Errorf("only %d changes tried", seen)
	}
}

func TestPlayWritesAnswersAnew(t *testing.T) {
	const before = `# head

## one
# above the first
> bonjour
# directly below
< Old words
! stale
= mode bot

# leads to the next
>> 1
= step cafe.sucre
> aidant

## two

< Nobody asked
> menu`
	const after = `# head

## one
# above the first
> bonjour
# directly below
< bot.welcome

< Que voulez-vous apprendre ?
  [1] Faire un café
  [2] Parler à une personne
= mode bot

# leads to the next
>> 1
< Voulez-vous du sucre ?
<
< Regardez la tasse.
  ![Une tasse]
  [1] Oui
  [2] Non
  [3] Plus tard
= step cafe.sucre

> aidant
! asked-person
< bot.handoff.waiting

## two

> menu
< bot.welcome

< Que voulez-vous apprendre ?
  [1] Faire un café
  [2] Parler à une personne
`
	got, diff := play(t, before)
	if !strings.Contains(diff, "-< Old words\n") || !strings.Contains(diff, "+< bot.welcome\n") || !strings.Contains(diff, "--- t: two (written)") {
		t.Errorf("diff:\n%s", diff)
	}
	want := strings.ReplaceAll(after, "! asked-person\n< bot.handoff.waiting", "! asked-person\n\n< bot.handoff.waiting")
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("updated (-want +got):\n%s", d)
	}
	if again, diff := play(t, got); diff != "" || again != got {
		t.Errorf("what was written anew does not play:\n%s", diff)
	}
}

func TestPlayChecksStates(t *testing.T) {
	tests := []struct{ name, lines, want string }{
		{"mode", "> bonjour\n= mode human", "-= mode human\n+= mode bot\n"},
		{"step", "> bonjour\n>> 1\n= step cafe.fin", "-= step cafe.fin\n+= step cafe.sucre\n"},
		{"no step", "> bonjour\n= step cafe.fin", "-= step cafe.fin\n+= step none\n"},
		{"end", "> bonjour\n>> 1\n>> 1\n= end stopped", "-= end stopped\n+= end succeeded\n"},
		{"no end", "> bonjour\n>> 1\n= end succeeded", "-= end succeeded\n+= end none\n"},
		{"an end is of its own exchange", "> bonjour\n>> 1\n>> 1\n> bonjour\n= end succeeded", "-= end succeeded\n+= end none\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			answered, _ := play(t, "## a\n"+tt.lines)
			updated, diff := play(t, answered)
			if !strings.Contains(diff, tt.want) || updated != answered {
				t.Errorf("a wrong state is to be shown and kept, got\n%s", diff)
			}
		})
	}
}

func TestPlayErrors(t *testing.T) {
	tests := []struct{ name, lines, want string }{
		{"no question yet", "\n>> 1", "t:3: there is no button 1: the last question has 0"},
		{"too few buttons", "> bonjour\n>> 3", "t:3: there is no button 3: the last question has 2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := playAll(parse(t, "## a\n"+tt.lines), fresh)
			if err == nil || err.Error() != tt.want {
				t.Errorf("Play = %v, want %s", err, tt.want)
			}
		})
	}
}
