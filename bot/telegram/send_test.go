package telegram

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"passerelle/bot/telegram/telegramtest"
	"passerelle/flows"
)

// A mailroom is a channel that sends to a Telegram on loopback, and what the
// program around it keeps.
type mailroom struct {
	*Telegram
	server *telegramtest.Server
	log    *lines

	mu       sync.Mutex
	notes    map[string]string
	rendered int
	picture  func() ([]byte, error)
}

// lines is a log that many may write to.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// hurried is a clock on which nobody ever waits: two seconds pass at each look.
func hurried() func() time.Time {
	var looks atomic.Int64
	start := time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)
	return func() time.Time { return start.Add(time.Duration(looks.Add(1)) * 2 * time.Second) }
}

// newMailroom opens one on a server of its own. The clock is a hurried one.
func newMailroom(t *testing.T, change ...func(*Options)) *mailroom {
	t.Helper()
	m := &mailroom{server: telegramtest.Start(t), notes: map[string]string{}, log: &lines{}, picture: drawn}
	m.Telegram = m.another(t, change...)
	return m
}

// another is the channel of another process: it shares the notes only.
func (m *mailroom) another(t *testing.T, change ...func(*Options)) *Telegram {
	t.Helper()
	o := Options{
		Token: m.server.Token(), API: m.server.URL(), PerSecond: 1000, Now: hurried(),
		Picture: m.render, Note: m.note, Noted: m.noted,
		Text: func(_ flows.Language, id string, args ...flows.Arg) string {
			return map[string]string{"telegram.picture": "Image : "}[id] + args[0].Value
		},
		Logger: slog.New(slog.NewTextHandler(m.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, c := range change {
		c(&o)
	}
	channel, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		m.keepsSecrets(t, m.log.String())
	})
	return channel
}

func (m *mailroom) render(context.Context, flows.Picture) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rendered++
	return m.picture()
}

func (m *mailroom) note(_ context.Context, name, value string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.notes[name] = value
	return nil
}

func (m *mailroom) noted(_ context.Context, name string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.notes[name], nil
}

// keepsSecrets fails when a text holds the token, or words of a message.
func (m *mailroom) keepsSecrets(t *testing.T, text string) {
	t.Helper()
	_, secret, _ := strings.Cut(m.server.Token(), ":")
	for _, word := range []string{secret, "mot-de-passe", "4242424242"} {
		if strings.Contains(text, word) {
			t.Errorf("%q stands in %q", word, text)
		}
	}
}

// letterTo is a delivery; its words are secret.
func letterTo(chat int64, m flows.Message) flows.Delivery {
	if m.Text == "" {
		m.Text = "mot-de-passe"
	}
	return flows.Delivery{ID: "3.0.abc", To: address(chat), Message: m, Attempt: 1}
}

// sends sends one message, which must go through.
func (m *mailroom) sends(t *testing.T, chat int64, msg flows.Message) telegramtest.Message {
	t.Helper()
	m.server.Say(chat, "bonjour")
	if err := m.Send(t.Context(), letterTo(chat, msg)); err != nil {
		t.Fatal(err)
	}
	all := m.server.Messages(chat)
	return all[len(all)-1]
}

func TestSend(t *testing.T) {
	m := newMailroom(t)
	got := m.sends(t, 7, flows.Message{
		Turn: 12, Text: "👍 Votre adresse est **jeanne_martin@laposte.net**.\n\nC’est <b>juste</b> ? 2 ** 3",
		Choices: []flows.Button{{Label: "Oui"}, {Label: "Non"}},
	})
	want := telegramtest.Message{
		ID: got.ID, At: got.At, Mine: true,
		Text:     "👍 Votre adresse est jeanne_martin@laposte.net.\n\nC’est <b>juste</b> ? 2 ** 3",
		Entities: []telegramtest.Entity{{Type: "bold", Offset: 21, Length: 25}},
		Buttons:  [][]telegramtest.Button{{{Text: "Oui", Data: "12.0"}}, {{Text: "Non", Data: "12.1"}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("shown (-want +got):\n%s", diff)
	}
	call := m.server.Calls("sendMessage")[0].Params
	if call["parse_mode"] != "" || call["link_preview_options"] != `{"is_disabled":true}` {
		t.Errorf("asked for %v", call)
	}
}

func TestSendArabicByAidant(t *testing.T) {
	m := newMailroom(t)
	got := m.sends(t, 7, flows.Message{Text: "اكتب **نعم**", Aidant: "Léa", RTL: true})
	if got.Text != "\u2068Léa\u2069 : اكتب نعم" || len(got.Entities) != 1 || got.Entities[0].Offset != 13 {
		t.Errorf("got %+v", got)
	}
}

func TestNothingToSay(t *testing.T) {
	m := newMailroom(t)
	m.server.Say(7, "bonjour")
	if err := m.Send(t.Context(), letterTo(7, flows.Message{Text: " "})); err != nil || len(m.server.Calls("")) != 0 {
		t.Errorf("got %v, calls %v", err, m.server.Calls(""))
	}
}

func TestNoAddressOfOurs(t *testing.T) {
	m := newMailroom(t)
	for _, to := range []flows.Address{"sms:+33600000000", "telegram:", "telegram:a", "telegram:1.5"} {
		var refusal *flows.Refusal
		if err := m.Send(t.Context(), flows.Delivery{To: to}); !errors.As(err, &refusal) || !refusal.Never {
			t.Errorf("%s: %v", to, err)
		}
	}
}

// Telegram takes whatever the engine says, and shows all of it.
func TestTelegramTakesAll(t *testing.T) {
	m := newMailroom(t)
	chat := int64(0)
	rapid.Check(t, func(r *rapid.T) {
		msg, w := messages(r)
		chat++
		m.server.Say(chat, "bonjour")
		if err := m.Send(t.Context(), flows.Delivery{ID: "1", To: address(chat), Message: msg}); err != nil {
			r.Fatal(err)
		}
		said := ""
		for _, p := range m.server.Messages(chat) {
			if p.Photo == nil || solid(p.Caption) == solid(w.read) {
				said += p.Text + p.Caption
			}
		}
		if blank(w.read) {
			said = strings.Trim(said, "…")
		}
		if solid(said) != solid(w.read) {
			r.Fatalf("shown %q, want %q", said, w.read)
		}
	})
	if refused := m.server.Refused(); len(refused) > 0 {
		t.Errorf("Telegram refused %q", refused)
	}
}

// long is a text of three parts.
func long() string { return strings.Repeat(strings.Repeat("Mots. ", 100)+"\n\n", 17) }

func TestLongText(t *testing.T) {
	m := newMailroom(t)
	m.sends(t, 7, flows.Message{Turn: 1, Text: long(), Choices: []flows.Button{{Label: "Oui"}}})
	all := m.server.Messages(7)
	if len(all) != 3 || all[0].Buttons != nil || all[1].Buttons != nil || len(all[2].Buttons) != 1 {
		t.Fatalf("%d messages", len(all))
	}
	if got := all[0].Text + all[1].Text + all[2].Text; solid(got) != solid(long()) {
		t.Error("words are missing")
	}
}

// Telegram counts emoji twice, and takes no more than it says.
func TestAtTheLimits(t *testing.T) {
	m := newMailroom(t)
	m.server.Say(7, "bonjour")
	for _, n := range []int{1023, 1024, 1025, 4095, 4096, 4097} {
		for _, text := range []string{strings.Repeat("é", n), strings.Repeat("🙂", n/2) + strings.Repeat("a", n%2)} {
			for _, pic := range []*flows.Picture{nil, pomme()} {
				m.sends(t, 7, flows.Message{Text: text, Picture: pic})
			}
		}
	}
	m.sends(t, 7, flows.Message{Text: strings.Repeat("**a** ", 101)})
	if refused := m.server.Refused(); len(refused) > 0 {
		t.Errorf("Telegram refused %q", refused)
	}
}

// A message that was stopped between its parts goes on with the next part, not
// with the first again.
func TestStoppedInTheMiddle(t *testing.T) {
	faults := map[string]telegramtest.Fault{
		"too many": {Code: 429, RetryAfter: 1}, "dropped": {Drop: true}, "a page": {Code: 502, Description: "<html>"},
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			m := newMailroom(t)
			m.server.Say(7, "bonjour")
			fault.Method = "sendMessage"
			m.server.Script(telegramtest.Fault{Method: "sendMessage"}) // the first goes through
			m.server.Script(fault)
			d := letterTo(7, flows.Message{Text: long()})
			if err := m.Send(t.Context(), d); err == nil {
				t.Fatal("nothing stopped it")
			}
			if err := m.Send(t.Context(), d); err != nil {
				t.Fatal(err)
			}
			shown := ""
			for _, p := range m.server.Messages(7) {
				shown += p.Text
			}
			if solid(shown) != solid(long()) {
				t.Errorf("%d messages", len(m.server.Messages(7)))
			}
			if n := len(m.sender.begun.far); n != 0 {
				t.Errorf("%d messages are remembered", n)
			}
		})
	}
}

// What is said beside the outbox has the same id each time.
func TestSameIDOtherWords(t *testing.T) {
	m := newMailroom(t)
	m.server.Say(7, "bonjour")
	m.server.Script(telegramtest.Fault{Method: "sendMessage"})
	m.server.Script(telegramtest.Fault{Method: "sendMessage", Code: 500})
	if err := m.Send(t.Context(), letterTo(7, flows.Message{Text: long()})); err == nil {
		t.Fatal("nothing stopped it")
	}
	if got := m.sends(t, 7, flows.Message{Text: "Autre"}); got.Text != "Autre" {
		t.Errorf("got %q", got.Text)
	}
}

func TestOneRefusedPersonHoldsNobody(t *testing.T) {
	m := newMailroom(t, func(o *Options) { o.Now = time.Now })
	for chat := range int64(4) {
		m.server.Say(1+chat, "bonjour")
	}
	m.server.Script(telegramtest.Fault{Chat: 1, Times: -1, Code: 429, RetryAfter: 30})
	for range 5 {
		var refusal *flows.Refusal
		if err := m.Send(t.Context(), letterTo(1, flows.Message{})); !errors.As(err, &refusal) || refusal.After < 25*time.Second {
			t.Fatal(err)
		}
	}
	if n := len(m.server.Calls("sendMessage")); n != 1 {
		t.Errorf("asked %d times within the pause", n)
	}
	m.sends(t, 2, flows.Message{Text: "Bonjour."})
	m.server.Script(telegramtest.Fault{Chat: 3, Code: 429, RetryAfter: 20})
	m.server.Script(telegramtest.Fault{Chat: 4, Code: 429, RetryAfter: 20})
	_, _ = m.Send(t.Context(), letterTo(3, flows.Message{})), m.Send(t.Context(), letterTo(4, flows.Message{}))
	if err := m.Send(t.Context(), letterTo(2, flows.Message{})); err == nil || !strings.Contains(m.log.String(), "everybody") {
		t.Errorf("three are refused, and the fourth gets %v", err)
	}
}

// Telegram's own limits are never met.
func TestPaceKeepsLimits(t *testing.T) {
	m := &mailroom{server: telegramtest.StartWith(t, telegramtest.Options{Limited: true}), log: &lines{}}
	channel := m.another(t, func(o *Options) { o.Now, o.PerSecond = time.Now, 0 })
	var senders sync.WaitGroup
	var later atomic.Int64
	for chat := range int64(8) {
		m.server.Say(1+chat, "bonjour")
		senders.Go(func() {
			for range 8 {
				if err := channel.Send(t.Context(), letterTo(1+chat, flows.Message{Text: "Bonjour."})); err != nil {
					later.Add(1)
				}
			}
		})
	}
	senders.Wait()
	for _, call := range m.server.Calls("sendMessage") {
		if call.Code != 200 {
			t.Fatalf("answered %d", call.Code)
		}
	}
	if n := int64(len(m.server.Calls("sendMessage"))); n+later.Load() != 64 || n < 40 {
		t.Errorf("%d sent, %d later", n, later.Load())
	}
}

func TestChosen(t *testing.T) {
	m := newMailroom(t)
	got := m.sends(t, 7, flows.Message{Turn: 1, Text: "?", Choices: []flows.Button{{Label: "Oui"}, {Label: "Non"}}})
	for range 2 {
		m.chosen(t.Context(), 7, got.ID, "Non")
		m.chosen(t.Context(), 7, got.ID, "✓ Non")
		m.chosen(t.Context(), 7, 0, "Non")
		m.chosen(t.Context(), 7, got.ID, "")
	}
	want := [][]telegramtest.Button{{{Text: "✓ Non", Data: "-"}}}
	if diff := cmp.Diff(want, m.server.Messages(7)[0].Buttons); diff != "" {
		t.Errorf("buttons (-want +got):\n%s", diff)
	}
	if turn, choice := pressed("-"); turn != 0 || choice != 0 {
		t.Errorf("the marked button means choice %d of turn %d", choice, turn)
	}
	if n := len(m.server.Calls("editMessageReplyMarkup")); n != 2 {
		t.Errorf("%d edits", n)
	}
}

func TestTyping(t *testing.T) {
	m := newMailroom(t)
	m.server.Say(7, "bonjour")
	m.typing(t.Context(), 7)
	if got := m.server.State(7).Action; got != "typing" {
		t.Errorf("the person sees %q", got)
	}
	m.server.Script(telegramtest.Fault{Code: 502, Description: "<html>"})
	m.typing(t.Context(), 7)
	if !strings.Contains(m.log.String(), "level=DEBUG") {
		t.Error("the failure is not told")
	}
}

func TestBoundedMemory(t *testing.T) {
	kept := map[string]int{}
	for i := range 1000 {
		dropOne(kept, 10)
		kept[fmt.Sprint(i)] = i
	}
	if len(kept) != 10 || kept["999"] != 999 {
		t.Errorf("kept %v", kept)
	}
}
