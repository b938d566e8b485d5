package telegram

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"passerelle/bot/telegram/telegramtest"
	"passerelle/flows"
)

const secret = "correct-horse-battery"

// post sends a body to the webhook and returns the status.
func post(t *testing.T, h http.Handler, method, given, body string) int {
	t.Helper()
	r := httptest.NewRequest(method, "/telegram", strings.NewReader(body))
	if given != "" {
		r.Header.Set("X-Telegram-Bot-Api-Secret-Token", given)
	}
	w := httptest.NewRecorder()
	http.MaxBytesHandler(h, 64<<10).ServeHTTP(w, r)
	return w.Code
}

// text is an update in which a person wrote.
func text(id int, words string) string {
	return fmt.Sprintf(`{"update_id":%d,"message":{"message_id":1,"date":1,"chat":{"id":7,"type":"private"},"from":{"id":7},"text":%q}}`, id, words)
}

// Each request with its status, and how many inputs it left.
func TestWebhookAnswers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, method, secret, body string
		status, taken              int
	}{
		{"words", "POST", secret, text(1, "bonjour"), 200, 1},
		{"without the secret", "POST", "", text(1, "bonjour"), 401, 0},
		{"with another", "POST", secret + "x", text(1, "bonjour"), 401, 0},
		{"another method", "GET", secret, "", 405, 0},
		{"no JSON", "POST", secret, "bonjour", 400, 0},
		{"nothing", "POST", secret, "", 400, 0},
		{"no id", "POST", secret, `{}`, 400, 0},
		{"an id that is none", "POST", secret, `{"update_id":-1}`, 400, 0},
		{"an array", "POST", secret, `[` + text(1, "a") + `]`, 400, 0},
		{"too long", "POST", secret, text(1, strings.Repeat("a", 70_000)), 413, 0},
		{"an unknown kind", "POST", secret, `{"update_id":1,"sunrise":{"at":5}}`, 200, 0},
		{"a shape nobody knows", "POST", secret, `{"update_id":1,"message":"bonjour"}`, 200, 0},
		{"a group", "POST", secret, `{"update_id":1,"message":{"chat":{"id":-5,"type":"group"},"text":"a"}}`, 200, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := newListener()
			h := l.channel(t, telegramtest.Start(t), func(o *Options) { o.Secret = secret }).Handler()
			if got := post(t, h, tt.method, tt.secret, tt.body); got != tt.status {
				t.Errorf("status %d, want %d", got, tt.status)
			}
			if len(l.inputs[address(7)]) != tt.taken {
				t.Errorf("%d inputs taken, want %d", len(l.inputs[address(7)]), tt.taken)
			}
		})
	}
}

// The same update brought twice is one input; those that come in another order
// are all taken.
func TestWebhookReplays(t *testing.T) {
	t.Parallel()
	l := newListener()
	h := l.channel(t, telegramtest.Start(t), func(o *Options) { o.Secret = secret }).Handler()
	for _, id := range []int{3, 1, 3, 2, 1, 3} {
		if got := post(t, h, "POST", secret, text(id, strconv.Itoa(id))); got != 200 {
			t.Errorf("status %d, want 200", got)
		}
	}
	if got, want := l.said(7), []string{"3", "1", "2"}; !slices.Equal(got, want) {
		t.Errorf("taken %q, want %q", got, want)
	}
}

// An update is brought again until it is taken; the fifth failure parks it.
func TestWebhookRefuses(t *testing.T) {
	t.Parallel()
	l := newListener()
	l.fail = func(flows.Address, flows.Input) error { return errAway }
	h := l.channel(t, telegramtest.Start(t), func(o *Options) { o.Secret = secret }).Handler()
	l.away = true
	for range maxStrikes + 1 {
		if got := post(t, h, "POST", secret, text(1, "bonjour")); got != 503 {
			t.Fatalf("status %d while the store is away, want 503", got)
		}
	}
	l.set(func() { l.away = false })
	var got []int
	for range maxStrikes {
		got = append(got, post(t, h, "POST", secret, text(1, "bonjour")))
	}
	if want := []int{503, 503, 503, 503, 200}; !slices.Equal(got, want) || len(l.parked) != 1 {
		t.Errorf("statuses %v, %d parked; want %v, 1", got, len(l.parked), want)
	}
}

// The program registers its webhook; what people write and press arrives, also
// what came while nobody answered.
func TestWebhookIsCalled(t *testing.T) {
	t.Parallel()
	server, l := telegramtest.Start(t), newListener()
	var h http.Handler
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.ServeHTTP(w, r) }))
	t.Cleanup(web.Close)
	refusals := 3
	l.fail = func(flows.Address, flows.Input) error {
		if refusals--; refusals >= 0 {
			return errAway
		}
		return nil
	}
	l.away = true
	channel := l.channel(t, server, func(o *Options) { o.Webhook, o.Secret = web.URL+"/telegram", secret })
	h = channel.Handler()
	var want []string
	for n := range 20 {
		want = append(want, strconv.Itoa(n))
		server.Say(7, strconv.Itoa(n))
	}
	run(t, channel)
	until(t, "all taken", func() bool { return slices.Equal(l.said(7), want) && server.Pending() == 0 })
	if got := server.Calls("setWebhook"); len(got) != 1 || got[0].Params["max_connections"] != "1" {
		t.Errorf("setWebhook was called %v, want once with one connection", got)
	}
}

// Another program with this token may take the webhook away: it is registered
// again after a while. The texts of the bot are given once.
func TestWebhookIsRegisteredAgain(t *testing.T) {
	t.Parallel()
	server, l, c := telegramtest.Start(t), newListener(), newClock()
	channel := l.channel(t, server, func(o *Options) {
		o.Webhook, o.Secret, o.Now = "http://127.0.0.1:1/telegram", secret, c.now
	})
	for _, step := range []struct {
		after time.Duration
		calls int
	}{{0, 1}, {time.Minute, 1}, {registerEvery, 2}, {time.Minute, 2}} {
		c.at = c.at.Add(step.after)
		channel.isThere(t.Context())
		if got := len(server.Calls("setWebhook")); got != step.calls {
			t.Errorf("%v later setWebhook was called %d times, want %d", step.after, got, step.calls)
		}
	}
	until(t, "the texts", func() bool { return len(server.Calls("setMyShortDescription")) == 3 })
	channel.Close()
	if got := len(server.Calls("setMyCommands")); got != 3 {
		t.Errorf("the menu was given %d times, want once in each language and once for all", got)
	}
}

// A press that was parked leaves its buttons, and stops turning.
func TestParkedPressIsAnswered(t *testing.T) {
	t.Parallel()
	server, l := telegramtest.Start(t), newListener()
	l.fail = func(flows.Address, flows.Input) error { return errAway }
	channel := l.channel(t, server, func(o *Options) { o.Secret = secret })
	press := `{"update_id":1,"callback_query":{"id":"q","from":{"id":7},"data":"12.0","message":{"message_id":5,"date":1,"chat":{"id":7,"type":"private"},"reply_markup":{"inline_keyboard":[[{"text":"Oui","callback_data":"12.0"}]]}}}}`
	for range maxStrikes {
		post(t, channel.Handler(), "POST", secret, press)
	}
	until(t, "the answer to the press", func() bool { return len(server.Calls("answerCallbackQuery")) == 1 })
	channel.Close()
	if got := server.Calls("editMessageReplyMarkup"); len(got) != 0 {
		t.Errorf("%d buttons shown as chosen, want none", len(got))
	}
}

// A token with letters that none has is refused at once: an error that quotes
// an address could hold it in a form nobody looks for.
func TestTokenOfStrangeLetters(t *testing.T) {
	t.Parallel()
	for _, token := range []string{"", "123", "123:", ":abc", "-1:abc", "123:a b", "123:a/b", "123:a\"b", "123:a\nb", "123:a%zz", "123:é", "123:abc:d"} {
		if CheckToken(token) == nil {
			t.Errorf("the token %q passes", token)
		}
	}
	if err := CheckToken("110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDs-_w"); err != nil {
		t.Errorf("a token as BotFather gives it: %v", err)
	}
}
