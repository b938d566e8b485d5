package telegramtest_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"passerelle/bot/telegram/telegramtest"
)

// A bot that takes updates at a webhook. answer decides on each.
type bot struct {
	*httptest.Server

	mu     sync.Mutex
	got    []update
	at     []time.Time
	secret string
	busy   int
	most   int // at a time
}

func newBot(t *testing.T, answer func(w http.ResponseWriter, u update, attempt int)) *bot {
	t.Helper()
	b := &bot{}
	attempts := map[int64]int{}
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var u update
		if err := json.NewDecoder(r.Body).Decode(&u); err != nil {
			t.Errorf("an update: %v", err)
		}
		b.mu.Lock()
		b.got, b.at = append(b.got, u), append(b.at, time.Now())
		b.secret = r.Header.Get("X-Telegram-Bot-Api-Secret-Token")
		attempts[u.ID]++
		attempt := attempts[u.ID]
		b.busy++
		b.most = max(b.most, b.busy)
		b.mu.Unlock()
		answer(w, u, attempt)
		b.mu.Lock()
		b.busy--
		b.mu.Unlock()
	}))
	t.Cleanup(b.Close)
	return b
}

// texts are what came, in order.
func (b *bot) texts() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var found []string
	for _, u := range b.got {
		if u.Press != nil {
			found = append(found, "press "+u.Press.Data)
		} else {
			found = append(found, u.Message.Text)
		}
	}
	return found
}

// until waits for an outcome of which the server is told.
func until(t *testing.T, s *telegramtest.Server, what string, done func() bool) {
	t.Helper()
	late := time.After(20 * time.Second)
	for {
		changed := s.Changed()
		if done() {
			return
		}
		select {
		case <-changed:
		case <-late:
			t.Fatalf("waited for %s", what)
		}
	}
}

// drained waits until a server has nothing left to confirm.
func drained(t *testing.T, s *telegramtest.Server) {
	t.Helper()
	until(t, s, "an empty queue", func() bool { return s.Pending() == 0 })
}

func hook(t *testing.T, s *telegramtest.Server, b *bot, params fields) {
	t.Helper()
	all := fields{"url": b.URL + "/telegram"}
	maps.Copy(all, params)
	must[bool](t, s, "setWebhook", all)
}

func ok(http.ResponseWriter, update, int) {}

func TestWebhookDelivers(t *testing.T) {
	s := telegramtest.Start(t)
	s.Say(7, "avant")
	b := newBot(t, func(w http.ResponseWriter, _ update, _ int) { w.WriteHeader(http.StatusAccepted) })
	hook(t, s, b, fields{"secret_token": "un-secret_1"})
	s.Say(7, "après")
	drained(t, s)
	if got := b.texts(); !slices.Equal(got, []string{"avant", "après"}) || b.secret != "un-secret_1" {
		t.Errorf("got %v with secret %q", got, b.secret)
	}
	wants(t, ask(t, s, "getUpdates", nil), 409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
	must[bool](t, s, "deleteWebhook", nil)
	s.Say(7, "plus tard")
	if got := texts(t, s, nil); !slices.Equal(got, []string{"plus tard"}) {
		t.Errorf("after deleteWebhook: %v", got)
	}
	must[bool](t, s, "deleteWebhook", fields{"drop_pending_updates": true})
	if s.Pending() != 0 {
		t.Error("not dropped")
	}
}

func TestWebhookEndsPoll(t *testing.T) {
	s := telegramtest.Start(t)
	came := waiting(t, s, 0)
	hook(t, s, newBot(t, ok), nil)
	wants(t, <-came, 409, "Conflict: terminated by setWebhook request")
}

// A failed update is repeated at once, then after 2, 4, 8 … s; what came
// behind it in its chat waits, other chats do not.
func TestWebhookRepeats(t *testing.T) {
	s := telegramtest.Start(t) // 2 s are 20 ms
	b := newBot(t, func(w http.ResponseWriter, u update, attempt int) {
		if u.Message.Text == "un" && attempt < 5 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	hook(t, s, b, fields{"max_connections": 2})
	s.Say(7, "un")
	s.Say(7, "deux")
	s.Say(8, "autre")
	drained(t, s)
	got := slices.DeleteFunc(b.texts(), func(text string) bool { return text == "autre" })
	if !slices.Equal(got, []string{"un", "un", "un", "un", "un", "deux"}) {
		t.Fatalf("got %v", got)
	}
	var at []time.Time
	for i, u := range b.got {
		if u.Message.Text == "un" {
			at = append(at, b.at[i])
		}
	}
	for i, least := range []time.Duration{0, 20, 40, 80} {
		if gap := at[i+1].Sub(at[i]); gap < least*time.Millisecond {
			t.Errorf("attempt %d came after %v", i+2, gap)
		}
	}
	info := must[fields](t, s, "getWebhookInfo", nil)
	if info["max_connections"] != 2.0 || !strings.Contains(fmt.Sprint(info["last_error_message"]), "503") {
		t.Errorf("info: %v", info)
	}
}

func TestWebhookRetryAfter(t *testing.T) {
	s := telegramtest.Start(t)
	b := newBot(t, func(w http.ResponseWriter, _ update, attempt int) {
		if attempt == 1 {
			w.Header().Set("Retry-After", "30") // 300 ms here
			w.WriteHeader(http.StatusTooManyRequests)
		}
	})
	hook(t, s, b, nil)
	s.Say(7, "un")
	drained(t, s)
	if gap := b.at[1].Sub(b.at[0]); gap < 300*time.Millisecond {
		t.Errorf("came again after %v", gap)
	}
}

// A message and a press of one person travel in two lines, and a press that
// was not taken in time is gone.
func TestWebhookLines(t *testing.T) {
	s := telegramtest.Start(t)
	stuck := make(chan struct{})
	free := sync.OnceFunc(func() { close(stuck) })
	t.Cleanup(free)
	b := newBot(t, func(w http.ResponseWriter, u update, _ int) {
		if u.Message.Text == "lent" {
			<-stuck
		}
		if u.Press != nil && u.Press.Data == "perdu" {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
	hook(t, s, b, nil)
	s.Say(7, "lent")
	s.PressData(7, 1, "1.0")
	until(t, s, "the press", func() bool { return s.Pending() == 1 })
	s.PressData(7, 1, "perdu")
	s.PressData(7, 1, "2.0")
	s.Say(8, "autre")
	until(t, s, "a press and another chat", func() bool {
		return slices.Contains(b.texts(), "press perdu") && slices.Contains(b.texts(), "autre")
	})
	free()
	s.Pass(150 * time.Second)
	s.PressData(7, 1, "3.0")
	until(t, s, "a press", func() bool { return slices.Contains(b.texts(), "press 3.0") })
	if slices.Contains(b.texts(), "press 2.0") {
		t.Error("a press of 150 s ago came")
	}
}

func TestWebhookConnections(t *testing.T) {
	for _, most := range []int{1, 3} {
		s := telegramtest.Start(t)
		b := newBot(t, func(http.ResponseWriter, update, int) { time.Sleep(2 * time.Millisecond) }) // work
		hook(t, s, b, fields{"max_connections": most})
		for i := range int64(40) {
			s.Say(i%10+1, fmt.Sprint(i))
		}
		drained(t, s)
		if b.most > most || len(b.got) != 40 {
			t.Errorf("%d at a time, %d in all; allowed were %d", b.most, len(b.got), most)
		}
		last := map[int64]int64{}
		for _, u := range b.got {
			if u.ID < last[u.Message.Chat.ID] {
				t.Errorf("chat %d: %d after %d", u.Message.Chat.ID, u.ID, last[u.Message.Chat.ID])
			}
			last[u.Message.Chat.ID] = u.ID
		}
	}
}

func TestWebhookRules(t *testing.T) {
	strict := telegramtest.StartWith(t, telegramtest.Options{})
	cases := []struct {
		name        string
		params      fields
		description string
	}{
		{"https", fields{"url": "https://example.org/telegram"}, ""},
		{"port 8443", fields{"url": "https://example.org:8443/telegram"}, ""},
		{"port 8080", fields{"url": "https://example.org:8080/telegram"}, "ports 80, 88, 443 or 8443"},
		{"http", fields{"url": "http://example.org/telegram"}, "An HTTPS URL must be provided"},
		{"http on loopback", fields{"url": "http://127.0.0.1/telegram"}, "An HTTPS URL must be provided"},
		{"no URL", fields{"url": "telegram"}, "invalid webhook URL"},
		{"secret of 256", fields{"url": "https://a.fr", "secret_token": strings.Repeat("a", 256)}, ""},
		{"of 257", fields{"url": "https://a.fr", "secret_token": strings.Repeat("a", 257)}, "secret token is too long"},
		{"with an accent", fields{"url": "https://a.fr", "secret_token": "clé"}, "unallowed characters"},
		{"with a space inside", fields{"url": "https://a.fr", "secret_token": "a b"}, "unallowed characters"},
		{"100 connections", fields{"url": "https://a.fr", "max_connections": 100}, ""},
		{"101", fields{"url": "https://a.fr", "max_connections": 101}, "invalid max_connections"},
		{"0", fields{"url": "https://a.fr", "max_connections": 0}, "invalid max_connections"},
		{"allowed updates", fields{"url": "https://a.fr", "allowed_updates": []string{"message"}}, ""},
		{"no list of them", fields{"url": "https://a.fr", "allowed_updates": "message"}, "can't parse allowed updates"},
		{"taken away", fields{"url": ""}, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			wants(t, ask(t, strict, "setWebhook", c.params), map[bool]int{true: 400}[c.description != ""], c.description)
		})
	}
	if info := must[fields](t, strict, "getWebhookInfo", nil); info["url"] != "" {
		t.Errorf("info: %v", info)
	}
	plain := telegramtest.Start(t)
	wants(t, ask(t, plain, "setWebhook", fields{"url": "http://example.org/telegram"}), 400, "HTTPS")
}
