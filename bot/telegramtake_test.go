package bot

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"passerelle/bot/telegram/telegramtest"
	"passerelle/flows"
	"passerelle/store/redis"
)

// telegramKit is a house with a bot, whose webhook is called by hand.
func telegramKit(t *testing.T, change func(*Config)) *kit {
	t.Helper()
	server := telegramtest.Start(t)
	return openKit(t, t.TempDir(), func(h *house) {
		h.config.TelegramToken, h.config.TelegramAPI, h.config.TelegramSecret = server.Token(), server.URL(), webhookSecret
		h.config.URL = "https://passerelle.example.org"
		if change != nil {
			change(h.config)
		}
	})
}

// A part of the store that is away, or a line that is full, is no reason to put
// an input aside; what goes wrong by itself is.
func TestTelegramParksNoOutage(t *testing.T) {
	t.Parallel()
	k := telegramKit(t, nil)
	in := flows.Said{At: k.bot.now(), Text: "bonjour"}
	tests := []struct {
		why    error
		parked int
	}{{fmt.Errorf("load: %w", redis.ErrAway), 0}, {fmt.Errorf("wait: %w", ErrBusy), 0}, {errPanicked, 1}}
	for _, tt := range tests {
		err := k.parkFromTelegram(t.Context(), "telegram:7", "1", in, tt.why)
		all, wrong := k.store.Parked(t.Context())
		k.must(wrong)
		if len(all) != tt.parked || (err == nil) != (tt.parked == 1) {
			t.Errorf("%v: %d parked, error %v; want %d", tt.why, len(all), err, tt.parked)
		}
	}
}

// A press that a cap refused leaves its buttons, as an old one does: the learner
// can press again.
func TestTelegramCappedPress(t *testing.T) {
	t.Parallel()
	k := telegramKit(t, func(c *Config) { c.Messages = 1 })
	k.must(k.say("telegram:7", "1", "bonjour"))
	press := flows.Tapped{At: k.bot.now(), Turn: k.record("telegram:7").Conversation.Question.Turn}
	reason, err := k.fromTelegram(t.Context(), "telegram:7", "2", press)
	if err != nil || reason != flows.Stale {
		t.Errorf("reason %q, error %v; want that of a stale press", reason, err)
	}
}

// A long text that answers a long one is read, in letters that take six bytes.
func TestTelegramLongUpdate(t *testing.T) {
	t.Parallel()
	k := telegramKit(t, nil)
	web := httptest.NewServer(newServer(k.pages(), k.house.log).Handler)
	t.Cleanup(web.Close)
	long := strings.Repeat(`\u0645`, 4096)
	marks := strings.Repeat(`{"type":"custom_emoji","offset":1000,"length":2,"custom_emoji_id":"5368324170671202286"},`, 99) + `{"type":"bold","offset":0,"length":1}`
	body := `{"update_id":1,"message":{"message_id":2,"date":1,"chat":{"id":7,"type":"private"},"from":{"id":7},"text":"` + long + `","entities":[` + marks +
		`],"reply_to_message":{"message_id":1,"date":1,"chat":{"id":7,"type":"private"},"text":"` + long + `","entities":[` + marks + `]}}}`
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, web.URL+telegramPath, strings.NewReader(body))
	k.must(err)
	r.Header.Set("X-Telegram-Bot-Api-Secret-Token", webhookSecret)
	answer, err := http.DefaultClient.Do(r)
	k.must(err)
	defer func() { _ = answer.Body.Close() }() // it is empty
	if answer.StatusCode != http.StatusOK || k.record("telegram:7").Version == 0 {
		t.Errorf("status %d for %d bytes, want 200 and a conversation", answer.StatusCode, len(body))
	}
}

// The embedded store has one process: the right to poll is not written into it.
func TestTelegramPollsAloneWithoutLease(t *testing.T) {
	t.Parallel()
	k := telegramKit(t, nil)
	for range 2 {
		hold, _ := k.pollLease()
		if held, err := hold(t.Context()); err != nil || !held {
			t.Errorf("held %v, error %v", held, err)
		}
	}
}

// A webhook needs the token, and an address that Telegram calls.
func TestTelegramWebhookSettings(t *testing.T) {
	t.Parallel()
	tests := []struct {
		config Config
		ok     bool
	}{
		{Config{TelegramToken: "1:a"}, true},
		{Config{TelegramSecret: webhookSecret, URL: "https://a.example"}, false},
		{Config{TelegramToken: "1:a", TelegramSecret: webhookSecret}, false},
		{Config{TelegramToken: "1:a", TelegramSecret: webhookSecret, URL: "http://a.example"}, false},
		{Config{TelegramToken: "1:a", TelegramSecret: webhookSecret, URL: "HTTPS://a.example/"}, true},
		{Config{TelegramToken: "1:a", TelegramSecret: webhookSecret, URL: "http://a.example", TelegramAPI: "http://127.0.0.1:1"}, true},
	}
	for _, tt := range tests {
		if err := tt.config.guardTelegram(); (err == nil) != tt.ok {
			t.Errorf("%+v: %v", tt.config, err)
		}
	}
}
