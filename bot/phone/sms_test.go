package phone

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passerelle/flows"
)

// What a script reads is what SMS would bring, and what it costs.
func TestScriptBySMS(t *testing.T) {
	m := newMemory()
	got := playScript(t, newPhone(t, m, nil), Console{SMS: true, Price: 725}, "bonjour\n>> 1\naidant\n")
	want := `> bonjour
< Bonjour. Je suis un robot.
< Une personne peut vous aider : écrivez AIDANT.

< Quel appareil avez-vous ?
< 1 Un téléphone Android
< 2 Un iPhone
< 3 Un ordinateur
# Segments : 2. En tout : 2, soit 0,15 €.

>> 1
< (Une enveloppe bleue)
< Très bien. Regardez le dessin.
< Touchez l'enveloppe bleue.
< 1 C'est fait
< 2 Je ne la vois pas
# Segments : 1. En tout : 3, soit 0,22 €.

> aidant
< Léa : Bonjour, je vous aide.
# Segments : 1. En tout : 4, soit 0,29 €.
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Who comes back sees the last messages again, and pays for new ones only.
func TestTerminalBySMSCountsNewMessagesOnly(t *testing.T) {
	m := newMemory()
	p := newPhone(t, m, nil)
	playScript(t, p, Console{As: "phone:marie"}, "bonjour\n")
	var out bytes.Buffer
	c := Console{
		In: strings.NewReader("fin\n"), Out: &out, As: "phone:marie", Interactive: true, SMS: true, Price: 700,
	}
	if err := p.Terminal(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	wants(t, out.String(), "< 2 Un iPhone", "En tout : 1, soit 0,07 €.", "!En tout : 3")
}

// Where nothing is sent there is nothing to pay.
func TestSilenceBySMSCostsNothing(t *testing.T) {
	passes := func(context.Context, string) error { return nil }
	got := playScript(t, newPhone(t, newMemory(), nil), Console{SMS: true, Price: 700, Pass: passes}, "~ 24h\n")
	if got != "~ 24h\n" {
		t.Errorf("printed %q", got)
	}
}

func TestBySMS(t *testing.T) {
	long := strings.Repeat("Une phrase de plus, assez longue pour compter vraiment. ", 8)
	picture := &flows.Picture{Alt: "Une enveloppe"}
	tests := []struct {
		name    string
		message flows.Message
		want    []string
	}{
		{"nothing", flows.Message{}, nil},
		{"its own text", flows.Message{Text: "Long.", Short: "Court."}, []string{"Court."}},
		{"its own text needs no picture", flows.Message{Text: "Long.", Short: "Court.", Picture: picture}, []string{"Court."}},
		{"any other may", flows.Message{Text: "Voyez.", Picture: picture}, []string{"(Une enveloppe)\nVoyez."}},
		{"an aidant has a name", flows.Message{Text: "J’arrive.", Aidant: "Léa"}, []string{"Léa : J’arrive."}},
		{
			"numbers for buttons",
			flows.Message{Text: "Oui ?", Choices: []flows.Button{{Label: "Oui"}, {Label: "Non"}}},
			[]string{"Oui ?\n1 Oui\n2 Non"},
		},
		{
			"several messages",
			flows.Message{Text: long + "Oui ?", Choices: []flows.Button{{Label: "Oui"}}},
			[]string{strings.TrimSpace(long[:56*5]), strings.TrimSpace(long[56*5:]) + "\nOui ?\n1 Oui"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := bySMS(tt.message); !slices.Equal(got, tt.want) {
				t.Errorf("by SMS %q, want %q", got, tt.want)
			}
		})
	}
}
