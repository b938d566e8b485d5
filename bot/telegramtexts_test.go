package bot

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"passerelle/bot/telegram/telegramtest"
	"passerelle/flows"
)

// Every sentence of the lessons, and of the program, in every language: a strict
// Telegram takes it and shows it as it was written, the pictures too. A part of
// the steps is enough without PASSERELLE_LONG=1.
func TestEveryTextInTelegram(t *testing.T) {
	t.Parallel()
	server := telegramtest.Start(t)
	k := openKit(t, t.TempDir(), func(h *house) {
		h.config.TelegramToken, h.config.TelegramAPI, h.config.TelegramRate = server.Token(), server.URL(), 1_000_000
	})
	const address = "jeanne_martin@laposte.net"
	server.Say(1, "/start")
	var want []string
	var shown strings.Builder
	pictures, last := 0, 0
	read := func() {
		for _, m := range server.Messages(1) {
			if m.ID <= last {
				continue
			}
			last = m.ID
			shown.WriteString(m.Text + m.Caption + "\n")
			if len(m.Photo) > 0 {
				pictures++
			}
		}
	}
	for _, language := range k.edition.Flows().Languages {
		for _, say := range k.everything(address) {
			m, err := k.bot.render(t.Context(), language, say)
			k.must(err)
			d := flows.Delivery{ID: fmt.Sprint(len(want)), To: "telegram:1", Message: m, Attempt: 1}
			if err := k.telegram.Send(t.Context(), d); err != nil {
				t.Errorf("%s in %s: %v", say.Key, language, err)
			}
			want = append(want, unmarked(m.Text))
			if len(want)%100 == 0 {
				read() // the server remembers a thousand messages
			}
		}
	}
	read()
	whole := shown.String()
	for _, text := range want {
		if !strings.Contains(whole, text) {
			t.Errorf("not shown as written: %q", text)
		}
	}
	for _, refused := range server.Refused() {
		t.Errorf("Telegram refused: %s", refused)
	}
	if !strings.Contains(whole, address) || pictures < 20 || len(want) < 500 {
		t.Errorf("%d texts, %d pictures, address shown %v", len(want), pictures, strings.Contains(whole, address))
	}
}

// usualSteps is how many steps of all lessons are said, from places spread over
// them, but with PASSERELLE_LONG=1.
const usualSteps = 40

// everything is all that can be said, each name in it standing for that value.
func (k *kit) everything(value string) []flows.Say {
	revision := k.edition.Flows()
	var all []flows.Say
	for _, id := range k.words.bundle.IDs("fr") {
		part := strings.HasSuffix(id, ".words") || strings.HasPrefix(id, "bot.command.") || strings.HasPrefix(id, "bot.date")
		if strings.HasPrefix(id, "bot.") && !part {
			all = append(all, flows.Say{Revision: revision.ID, Key: flows.Key(id)})
		}
	}
	steps := 0
	for _, flow := range revision.Flows {
		steps += len(flow.Steps)
	}
	every, n := 1, 0
	if os.Getenv("PASSERELLE_LONG") == "" {
		every = max(1, steps/usualSteps)
	}
	for _, id := range slices.Sorted(maps.Keys(revision.Flows)) {
		for i := range revision.Flows[id].Steps {
			if n++; n%every == 0 {
				all = append(all, sentences(revision.ID, id, &revision.Flows[id].Steps[i], value)...)
			}
		}
	}
	return all
}

// sentences are those of one step.
func sentences(revision flows.RevisionID, f flows.FlowID, s *flows.Step, value string) []flows.Say {
	key := f.Text(s.ID)
	var args []flows.Arg
	for _, name := range s.Names {
		args = append(args, flows.Arg{Name: name, Value: value})
	}
	say := func(key flows.Key) flows.Say { return flows.Say{Revision: revision, Key: key, Args: args} }
	var all []flows.Say
	if s.Text {
		whole := say(key)
		whole.Flow, whole.Picture = f, s.Picture
		for _, c := range s.Choices {
			whole.Choices = append(whole.Choices, flows.Arg{Key: key + ".choice." + flows.Key(c.ID)})
		}
		all = append(all, whole)
	}
	for n := range s.Hints {
		all = append(all, say(key+flows.Key(fmt.Sprint(".hint.", n+1))))
	}
	for n := range s.Reminders {
		all = append(all, say(key+flows.Key(fmt.Sprint(".reminder.", n+1))))
	}
	for _, c := range s.Choices {
		if c.Reply {
			all = append(all, say(key+".choice."+flows.Key(c.ID)+".reply"))
		}
	}
	if s.Refusal {
		all = append(all, say(key+".refusal"))
	}
	if s.Example {
		all = append(all, flows.Say{Revision: revision, Key: flows.KeyExample, Args: []flows.Arg{{Name: "example", Key: key + ".example"}}})
	}
	return all
}
