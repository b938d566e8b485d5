package bot

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"passerelle/bot/sms"
	"passerelle/bot/sms/smstest"
	"passerelle/flows"
)

// Every sentence of the lessons, and of the program, in every language, as the
// requests that send it: Twilio's own description of its API, served by Prism,
// refuses none. A part of the steps is enough without PASSERELLE_LONG=1.
func TestEveryTextBySMS(t *testing.T) {
	t.Parallel()
	api := smstest.Prism(t, "sms/testdata/twilio-messages.openapi.json")
	sent := 0
	channel, err := sms.New(sms.Options{
		Gateway: sms.Twilio, From: smstest.From, API: api, Callback: "https://aide.exemple.fr/sms",
		User: smstest.Account, Password: smstest.Token, Prefixes: strings.Fields(france),
		Sent: func(context.Context, flows.Address, flows.Part) error {
			sent++
			return nil
		},
		Parts: func(context.Context, flows.Address) ([]flows.Part, error) { return nil, nil },
		Price: func(flows.Address) int { return 700 },
	})
	if err != nil {
		t.Fatal(err)
	}
	k := newKit(t)
	n, parts := 0, 0
	for _, language := range k.edition.Flows().Languages {
		for _, say := range k.everything("jeanne_martin@laposte.net") {
			m, err := k.bot.render(t.Context(), language, say)
			k.must(err)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			if err := channel.Send(ctx, flows.Delivery{ID: fmt.Sprint(n), To: smsAddress(mobile(1)), Message: m, Attempt: 1}); err != nil {
				t.Errorf("%s in %s: %v", say.Key, language, err)
			}
			cancel()
			n++
			parts += len(m.SMS().Messages())
		}
	}
	if n < 500 || sent != parts {
		t.Errorf("%d messages, %d SMS sent of %d", n, sent, parts)
	}
}
