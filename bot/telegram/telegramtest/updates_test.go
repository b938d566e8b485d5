package telegramtest_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"passerelle/bot/telegram/telegramtest"
)

// texts polls and returns the texts of what came.
func texts(tb testing.TB, s *telegramtest.Server, params fields) []string {
	tb.Helper()
	var found []string
	for _, u := range must[[]update](tb, s, "getUpdates", params) {
		found = append(found, u.Message.Text)
	}
	return found
}

func TestOffset(t *testing.T) {
	s := telegramtest.Start(t)
	first := s.Say(7, "un")
	for _, text := range []string{"deux", "trois", "quatre"} {
		s.Say(7, text)
	}
	polls := []struct {
		name   string
		params fields
		want   []string
		left   int
	}{
		{"without an offset nothing is confirmed", fields{}, []string{"un", "deux", "trois", "quatre"}, 4},
		{"limit", fields{"limit": 2}, []string{"un", "deux"}, 4},
		{"a limit of 0 is none", fields{"limit": 0}, []string{"un", "deux", "trois", "quatre"}, 4},
		{"an offset confirms what is below", fields{"offset": first + 1}, []string{"deux", "trois", "quatre"}, 3},
		{"and again", fields{"offset": first + 1}, []string{"deux", "trois", "quatre"}, 3},
		{"a lower one brings nothing back", fields{"offset": first}, []string{"deux", "trois", "quatre"}, 3},
		{"-2 keeps the last two", fields{"offset": -2}, []string{"trois", "quatre"}, 2},
		{"-9 keeps all", fields{"offset": -9}, []string{"trois", "quatre"}, 2},
		{"all confirmed", fields{"offset": first + 4}, nil, 0},
	}
	for _, p := range polls {
		if got := texts(t, s, p.params); !slices.Equal(got, p.want) {
			t.Errorf("%s: got %v, want %v", p.name, got, p.want)
		}
		if s.Pending() != p.left {
			t.Errorf("%s: %d pending, want %d", p.name, s.Pending(), p.left)
		}
	}
	wants(t, ask(t, s, "getUpdates", fields{"offset": "x"}), 400, "invalid offset")
	wants(t, ask(t, s, "getUpdates", fields{"timeout": -1}), 400, "invalid timeout")
}

// waiting starts a long poll and returns when the server has it, or has
// another.
func waiting(t *testing.T, s *telegramtest.Server, offset int) <-chan answer {
	t.Helper()
	came := make(chan answer, 1)
	go func() {
		defer close(came)
		a, err := try(s, "getUpdates", "application/json", strings.NewReader(fmt.Sprintf(`{"timeout":50,"offset":%d}`, offset)))
		if err == nil {
			came <- a
		}
	}()
	until(t, s, "a poll", s.Polling)
	return came
}

func TestLongPollWakes(t *testing.T) {
	s := telegramtest.Start(t)
	came := waiting(t, s, 0)
	s.Say(7, "bonjour")
	if got := read[[]update](t, <-came); len(got) != 1 || got[0].Message.Text != "bonjour" {
		t.Errorf("got %v", got)
	}
}

// Of two polls the first is ended.
func TestTwoPolls(t *testing.T) {
	s := telegramtest.Start(t)
	first := waiting(t, s, 0)
	second := waiting(t, s, 0)
	wants(t, <-first, 409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running")
	s.Say(7, "bonjour")
	if got := read[[]update](t, <-second); len(got) != 1 {
		t.Errorf("got %v", got)
	}
}

// The end of a server ends its polls.
func TestCloseEndsPolls(t *testing.T) {
	var came <-chan answer
	t.Run("server", func(t *testing.T) {
		s := telegramtest.Start(t)
		came = waiting(t, s, 0)
	})
	select {
	case <-came:
	case <-time.After(10 * time.Second):
		t.Error("the poll still waits")
	}
}

func TestExpiry(t *testing.T) {
	s := known(t)
	m := must[sent](t, s, "sendMessage", fields{"chat_id": 7, "text": "Oui ?", "reply_markup": keyboard("Oui", "1.0")})
	s.PressData(7, m.ID, "1.0")
	s.PressData(7, m.ID, "1.0")
	all := must[[]update](t, s, "getUpdates", nil)
	if len(all) != 3 || s.Pending() != 3 {
		t.Fatalf("got %v", all)
	}
	s.Pass(149 * time.Second)
	wants(t, ask(t, s, "answerCallbackQuery", fields{"callback_query_id": all[1].Press.ID, "text": strings.Repeat("é", 201)}), 400, "MESSAGE_TOO_LONG")
	wants(t, ask(t, s, "answerCallbackQuery", fields{"callback_query_id": all[1].Press.ID, "text": strings.Repeat("é", 200)}), 0, "")
	const old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
	wants(t, ask(t, s, "answerCallbackQuery", fields{"callback_query_id": "12"}), 400, old)
	s.Pass(time.Second)
	wants(t, ask(t, s, "answerCallbackQuery", fields{"callback_query_id": all[2].Press.ID}), 400, old)
	if got := texts(t, s, nil); !slices.Equal(got, []string{"bonjour"}) {
		t.Errorf("after 150 s: %v", got)
	}
	s.Pass(24 * time.Hour)
	if s.Pending() != 0 {
		t.Errorf("%d updates after a day", s.Pending())
	}
}

func TestAllowedUpdates(t *testing.T) {
	s := telegramtest.Start(t)
	reaction := func() int64 { return s.Push(map[string]any{"message_reaction": map[string]any{}}) }
	if s.Say(7, "a") == 0 || reaction() != 0 {
		t.Error("by default all come but the few that must be asked for")
	}
	wants(t, ask(t, s, "getUpdates", fields{"allowed_updates": []string{"message_reaction"}, "offset": -1}), 0, "")
	if s.Say(7, "a") != 0 || reaction() == 0 {
		t.Error("only what is asked for comes")
	}
	wants(t, ask(t, s, "getUpdates", nil), 0, "")
	if s.Say(7, "a") != 0 {
		t.Error("it holds until another is given")
	}
	wants(t, ask(t, s, "getUpdates", fields{"allowed_updates": []string{}}), 0, "")
	if s.Say(7, "a") == 0 {
		t.Error("an empty list is the default")
	}
	wants(t, ask(t, s, "getUpdates", fields{"allowed_updates": "message"}), 400, "can't parse allowed updates")
}

// What people do arrives as the API describes it.
func TestPeople(t *testing.T) {
	s := telegramtest.Start(t)
	if err := s.Press(7, "Oui"); err == nil {
		t.Error("pressed a button that is not there")
	}
	s.Language(7, "en")
	s.Say(7, "/start creer-email")
	must[sent](t, s, "sendMessage", fields{"chat_id": 7, "text": "1", "reply_markup": keyboard("Oui", "1.0")})
	must[sent](t, s, "sendMessage", fields{"chat_id": 7, "text": "2", "reply_markup": keyboard("Oui", "2.0")})
	if err := s.Press(7, "Oui"); err != nil {
		t.Fatal(err)
	}
	voice := s.Voice(7, []byte("OggS"), 2*time.Second)
	s.Show(7, map[string]any{"location": map[string]any{"latitude": 48.1, "longitude": 2.2}})
	s.Block(7)
	got := must[[]update](t, s, "getUpdates", nil)
	if len(got) != 5 || got[1].Press.Data != "2.0" || got[1].Press.From.ID != 7 || got[1].Press.From.Language != "en" || got[4].Member.New.Status != "kicked" {
		t.Fatalf("got %+v", got)
	}
	if got[2].ID != voice || got[2].Message.Voice.ID == "" {
		t.Errorf("voice: %+v", got[2])
	}
	if s.Push(map[string]any{"update_id": got[0].ID, "message": map[string]any{"chat": map[string]any{"id": 9}}}) != got[0].ID {
		t.Error("an update may keep its id")
	}
	if next := s.Say(9, "a"); next != got[4].ID+1 {
		t.Errorf("the next id is %d", next)
	}
	if kinds := s.Talk(7); kinds[len(kinds)-1].Kind != "location" || len(s.Messages(7)) != 2 {
		t.Errorf("talk: %+v", kinds)
	}
}

// Two hundred people write while one bot polls: all arrives once and in order.
func TestConcurrent(t *testing.T) {
	s := telegramtest.Start(t)
	var people sync.WaitGroup
	for chat := range int64(20) {
		people.Go(func() {
			for i := range 10 {
				s.Say(chat+1, fmt.Sprint(i))
				s.Messages(chat + 1)
			}
		})
	}
	next, seen := int64(0), map[int64]int{}
	for total := 0; total < 200; {
		for _, u := range must[[]update](t, s, "getUpdates", fields{"offset": next, "timeout": 30, "limit": 7}) {
			if want := fmt.Sprint(seen[u.Message.Chat.ID]); u.Message.Text != want {
				t.Fatalf("chat %d said %s, want %s", u.Message.Chat.ID, u.Message.Text, want)
			}
			seen[u.Message.Chat.ID]++
			next = u.ID + 1
			total++
			must[sent](t, s, "sendMessage", fields{"chat_id": u.Message.Chat.ID, "text": "oui"})
		}
	}
	people.Wait()
	s.Await(t, 1, "ten answers", func(m []telegramtest.Message) bool { return len(m) == 10 })
	if len(s.Refused()) > 0 {
		t.Errorf("refused: %v", s.Refused())
	}
}

func TestFaults(t *testing.T) {
	s := known(t)
	send := func() answer { return ask(t, s, "sendMessage", fields{"chat_id": 7, "text": "a"}) }
	s.Script(telegramtest.Fault{Method: "sendMessage", Chat: 7, Times: 2, Code: 429, RetryAfter: 3})
	s.Script(telegramtest.Fault{Method: "sendMessage", Chat: 8, Times: -1, Code: 500})
	for range 2 {
		a := send()
		wants(t, a, 429, "Too Many Requests: retry after 3")
		if a.Parameters.RetryAfter != 3 {
			t.Errorf("retry after %d", a.Parameters.RetryAfter)
		}
	}
	wants(t, send(), 0, "")
	for range 3 {
		wants(t, ask(t, s, "sendMessage", fields{"chat_id": 8, "text": "a"}), 500, "Internal Server Error")
	}
	s.Heal()
	wants(t, ask(t, s, "sendMessage", fields{"chat_id": 8, "text": "a"}), 403, "")
	if len(s.Messages(7)) != 1 || len(s.Refused()) != 0 {
		t.Errorf("messages %v, refused %v", s.Messages(7), s.Refused())
	}
}

// An answer may be lost when the message is there, or not.
func TestLostAnswers(t *testing.T) {
	s := known(t)
	body := `{"chat_id":7,"text":"a"}`
	for i, f := range []telegramtest.Fault{{Drop: true}, {Cut: true}} {
		s.Script(f)
		if _, err := try(s, "sendMessage", "application/json", strings.NewReader(body)); err == nil {
			t.Errorf("%+v: an answer came", f)
		}
		if got := len(s.Messages(7)); got != i {
			t.Errorf("%+v: %d messages", f, got)
		}
	}
	s.Script(telegramtest.Fault{Code: 502, Description: "<html>Bad Gateway</html>"})
	if _, err := try(s, "sendMessage", "application/json", strings.NewReader(body)); err == nil {
		t.Error("a page was read as JSON")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	s.Script(telegramtest.Fault{Hang: time.Hour})
	r, _ := http.NewRequestWithContext(ctx, http.MethodGet, s.URL()+"/bot"+s.Token()+"/getMe", nil)
	if w, err := http.DefaultClient.Do(r); err == nil {
		w.Body.Close()
		t.Error("a hanging call was answered")
	}
	calls := s.Calls("sendmessage")
	if len(calls) != 3 || calls[1].Code != 200 || calls[2].Code != 502 || calls[1].Chat != 7 || calls[1].Params["text"] != "a" {
		t.Errorf("calls: %+v", calls)
	}
}

func TestLimits(t *testing.T) {
	now := time.Now()
	s := telegramtest.StartWith(t, telegramtest.Options{Limited: true, Now: func() time.Time { return now }})
	send := func(chat int64) int { return ask(t, s, "sendMessage", fields{"chat_id": chat, "text": "a"}).Code }
	for chat := range int64(40) {
		s.Say(chat+1, "a")
	}
	for range 5 {
		if code := send(1); code != 0 {
			t.Fatalf("within the burst: %d", code)
		}
	}
	a := ask(t, s, "sendMessage", fields{"chat_id": 1, "text": "a"})
	if a.Code != 429 || a.Parameters.RetryAfter != 1 {
		t.Errorf("after the burst: %+v", a)
	}
	s.Pass(time.Second)
	if send(1) != 0 || send(1) != 429 {
		t.Error("one more a second")
	}
	s.Pass(time.Minute)
	codes := map[int]int{}
	for chat := range int64(40) {
		codes[send(chat+1)]++
	}
	if codes[0] != 30 || codes[429] != 10 {
		t.Errorf("to 40 chats at once: %v", codes)
	}
}
