package phone

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
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
