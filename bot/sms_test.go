package bot

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passerelle/bot/phone"
	"passerelle/bot/sms"
	"passerelle/bot/sms/smstest"
	"passerelle/flows"
	"passerelle/flows/flowstest"
	"passerelle/store/storetest"
)

// mobile is the number of a person: one of those kept for films. Source: Arcep,
// decision 2018-0881, annex.
func mobile(n int) string { return fmt.Sprintf("+336399%05d", n) }

// smsAddress is the address of that number.
func smsAddress(number string) flows.Address { return flows.Address("sms:" + number) }

// newSMSKit opens a house with a provider of SMS.
func newSMSKit(t *testing.T, change func(*Config)) (*kit, *smstest.Twilio) {
	t.Helper()
	server := smstest.Start(t, smstest.Options{})
	var handler http.Handler
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(web.Close)
	server.SetWebhook(web.URL + smsPath)
	k := openKit(t, t.TempDir(), func(h *house) {
		h.config.URL, h.config.SMSPrice, h.config.Hours = web.URL, 700, usualHours()
		h.config.SMS = smsConfig{
			Gateway: sms.Twilio, From: smstest.From, URL: server.URL(), User: smstest.Account, Password: smstest.Token,
			Prefixes: strings.Fields(france), BudgetDay: 1e9, BudgetNumber: 1e9,
		}
		if change != nil {
			change(h.config)
		}
	})
	k.relay.connect(map[string]Channel{sms.Channel: k.sms, "phone": &k.phones})
	handler = k.pages()
	return k, server
}

// texting runs the house while people write SMS.
func (k *kit) texting(work func()) {
	k.t.Helper()
	k.relayed(func() {
		done := make(chan struct{})
		go func() {
			defer close(done)
			k.sms.Run(k.t.Context())
		}()
		work()
	})
}

// A whole lesson by SMS, on every road of its transcript: by numbers, by typing
// what the answers say, and by a mixture with mistakes; in short by one of them
// on each road. The lesson says what the transcript says, and each person reads
// all of it, once, in order, in the form of SMS.
func TestLessonBySMS(t *testing.T) {
	k, server := newSMSKit(t, nil)
	k.texting(func() {
		n := 0
		for i, story := range stories(t, emailStories) {
			for j, way := range []way{byButton, byLabel, withMistakes} {
				if i%3 != j && !storetest.Long() {
					continue
				}
				n++
				p := &texter{kit: k, server: server, number: mobile(n), way: way}
				p.play(fmt.Sprintf("story %d, %s", i+1, way), story)
			}
		}
	})
	for _, refused := range server.Refused() {
		t.Errorf("the provider refused: %s", refused)
	}
	if failed := server.Failed(); failed > 0 {
		t.Errorf("%d SMS were not taken", failed)
	}
}

// A texter learns by SMS.
type texter struct {
	*kit
	server *smstest.Twilio
	number string
	way    way
	inputs int
	lines  uint64 // of the transcript, so far
	read   int    // SMS, so far
}

// play goes through a story to its end.
func (p *texter) play(name string, story []beat) {
	p.t.Helper()
	for i, b := range story {
		p.take(fmt.Sprintf("%s, answer %d (%s)", name, i+1, b.in.Text), b)
	}
}

// take does what the learner did, and compares what was said with the
// transcript.
func (p *texter) take(what string, b beat) {
	p.t.Helper()
	p.inputs++
	text := b.in.Text
	if b.in.Kind == flowstest.Tapped {
		text = p.choice(b.in.Button)
	}
	said := p.say(what, text)
	if p.way == withMistakes && len(said) == 1 && strings.HasPrefix(said[0], "Voulez-vous dire") {
		said = p.say(what, "oui")
	}
	var want []string
	for _, answer := range b.answers {
		want = append(want, onePiece(answer))
	}
	if diff := cmp.Diff(want, said); diff != "" {
		p.t.Fatalf("%s: said (-transcript +here):\n%s", what, diff)
	}
}

// say writes an SMS, and returns what was said to it once all of it arrived.
func (p *texter) say(what, text string) (said []string) {
	p.t.Helper()
	before := p.record(smsAddress(p.number)).Version
	p.server.Say(p.number, text)
	p.await(what+": a turn", func() bool { return p.record(smsAddress(p.number)).Version > before })
	lines, err := p.kit.lines(p.t.Context(), smsAddress(p.number), p.lines)
	p.must(err)
	var parts []string
	for _, l := range lines {
		p.lines = l.N
		if l.From == phone.Bot {
			said = append(said, onePiece(l.Message.Text))
			parts = append(parts, l.Message.SMS().Messages()...)
		}
	}
	p.await(what+": all SMS", func() bool {
		unsent, err := p.store.Unsent(p.t.Context(), smsAddress(p.number))
		p.must(err)
		return !unsent
	})
	var got []string
	for _, m := range p.server.Messages(p.number)[p.read:] {
		got = append(got, m.Body)
	}
	if diff := cmp.Diff(parts, got); diff != "" {
		p.t.Fatalf("%s: SMS (-want +got):\n%s", what, diff)
	}
	p.read += len(got)
	return said
}

// await waits for what is sure to come.
func (k *kit) await(what string, done func() bool) {
	k.t.Helper()
	for deadline := time.Now().Add(time.Minute); !done(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			k.t.Fatalf("in vain: waited for %s", what)
		}
	}
}

// choice is what this person writes for the answer at that place, from 1.
func (p *texter) choice(place int) string {
	p.t.Helper()
	labels := offered(p.server.Messages(p.number))
	if place > len(labels) {
		p.t.Fatalf("answer %d of %q", place, labels)
	}
	switch letters := []rune(labels[place-1]); {
	case p.way == byButton, p.way == withMistakes && p.inputs%2 == 0:
		return fmt.Sprint(place)
	case p.way == withMistakes && len(letters) > 9: // a letter too many
		return string(letters[:5]) + string(letters[4:])
	}
	return labels[place-1]
}

// offered are the answers of the newest SMS that has any.
func offered(all []smstest.Message) []string {
	for _, m := range slices.Backward(all) {
		var labels []string
		for line := range strings.Lines(m.Body) {
			if label, ok := strings.CutPrefix(line, fmt.Sprint(len(labels)+1, " ")); ok {
				labels = append(labels, strings.TrimSpace(label))
			}
		}
		if len(labels) > 1 {
			return labels
		}
	}
	return nil
}

// Whatever stands in an SMS, it is taken once and answered, nothing fails, and
// the conversation does not grow beyond its bound.
func TestStrangeSMS(t *testing.T) {
	k, server := newSMSKit(t, func(c *Config) { c.Messages = 1_000_000 })
	rounds := 300
	if storetest.Long() {
		rounds = 30_000
	}
	random := rand.New(rand.NewPCG(5, 2026))
	seeds := []string{
		"", " ", "\x00", "\xff\xfe", "1", "oui", "STOP", "bonjour", "menu", "🙂🙃👨‍👩‍👧", "أريد أن أتعلم", "LIER ABC234", "e\u0301te\u0301",
		strings.Repeat("é", 1600), strings.Repeat("🙂", 800), "<script>", "%00%ff", "+33639980123", strings.Repeat("1 ", 500), "\u202eerid",
	}
	k.texting(func() {
		for range rounds {
			text := []byte(seeds[random.IntN(len(seeds))] + seeds[random.IntN(len(seeds))])
			for range random.IntN(4) {
				if len(text) > 0 {
					text[random.IntN(len(text))] = byte(random.IntN(256))
				}
			}
			server.Say(mobile(random.IntN(3)), string(text))
		}
	})
	if n := server.Failed(); n > 0 {
		t.Errorf("%d SMS were not taken", n)
	}
	stats, err := k.store.Stats(t.Context())
	k.must(err)
	if stats.Conversations != 3 || stats.Parked != 0 || stats.Dead != 0 {
		t.Errorf("the store holds %+v", stats)
	}
	for n := range 3 {
		state, err := json.Marshal(k.record(smsAddress(mobile(n))).Conversation)
		k.must(err)
		if len(state) > 16_000 {
			t.Errorf("a conversation of %d bytes", len(state))
		}
	}
	for _, bad := range []string{"panic", "the engine failed", "a channel failed"} {
		if strings.Contains(k.log.String(), bad) {
			t.Errorf("the log has %q", bad)
		}
	}
}
