package telegram

import (
	"fmt"
	"slices"
	"testing"

	"passerelle/bot/telegram/telegramtest"
	"passerelle/flows"
)

// When a question is asked anew, the buttons of the one before go; of one that
// was answered by a press the choice stays.
func TestOldButtonsGo(t *testing.T) {
	t.Parallel()
	server, l := telegramtest.Start(t), newListener()
	channel := l.channel(t, server, nil)
	server.Say(1, "bonjour")
	run(t, channel)
	until(t, "the words", func() bool { return len(l.said(1)) == 1 })
	ask := func(turn uint64) {
		t.Helper()
		m := flows.Message{Turn: turn, Text: "Avez-vous ?", Choices: []flows.Button{{Label: "Oui"}, {Label: "Non"}}}
		if err := channel.Send(t.Context(), flows.Delivery{ID: fmt.Sprint(turn), To: address(1), Message: m, Attempt: 1}); err != nil {
			t.Fatal(err)
		}
	}
	ask(1)
	ask(2)
	server.Await(t, 1, "the first without buttons", func(all []telegramtest.Message) bool { return buttons(all, 0) == "" })
	if err := server.Press(1, "Non"); err != nil {
		t.Fatal(err)
	}
	server.Await(t, 1, "the choice", func(all []telegramtest.Message) bool { return buttons(all, 1) == "✓ Non" })
	ask(3)
	channel.Close()
	var got []string
	for i := range server.Messages(1) {
		got = append(got, buttons(server.Messages(1), i))
	}
	if want := []string{"", "✓ Non", "Oui Non"}; !slices.Equal(got, want) {
		t.Errorf("buttons %q, want %q", got, want)
	}
	for _, refused := range server.Refused() {
		t.Errorf("refused: %s", refused)
	}
}

// buttons are those of one message.
func buttons(all []telegramtest.Message, n int) (labels string) {
	for _, row := range all[n].Buttons {
		for _, b := range row {
			if labels != "" {
				labels += " "
			}
			labels += b.Text
		}
	}
	return labels
}
