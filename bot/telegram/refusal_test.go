package telegram

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	tg "github.com/go-telegram/bot"

	"passerelle/bot/telegram/telegramtest"
	"passerelle/flows"
)

// An expectation is what a sending should come to: never, after how long, or
// again with an error that says so.
type expectation struct {
	never bool
	after time.Duration
	says  string
}

func (e expectation) check(t *testing.T, err error) {
	t.Helper()
	refusal := &flows.Refusal{}
	errors.As(err, &refusal)
	if err == nil || refusal.Never != e.never || refusal.After != e.after || !strings.Contains(err.Error(), e.says) {
		t.Errorf("got %v (never %v, after %v), want %+v", err, refusal.Never, refusal.After, e)
	}
}

// chain is all an error says, and those it wraps.
func chain(err error) string {
	all := ""
	for ; err != nil; err = errors.Unwrap(err) {
		all += fmt.Sprintf("%v\n%+v\n", err, err)
	}
	return all
}

func TestRefusals(t *testing.T) {
	page := "<html>mot-de-passe 502 Bad Gateway</html>"
	tests := []struct {
		name  string
		fault telegramtest.Fault
		want  expectation
	}{
		{"too many", telegramtest.Fault{Code: 429, RetryAfter: 7}, expectation{after: 7 * time.Second, says: "wants a pause"}},
		{"too many, of a page", telegramtest.Fault{Code: 429, Description: page}, expectation{says: "no JSON"}},
		{"blocked", telegramtest.Fault{Code: 403, Description: "Forbidden: bot was blocked by the user"}, expectation{never: true, says: "the person blocked the bot"}},
		{"gone", telegramtest.Fault{Code: 403, Description: "Forbidden: user is deactivated"}, expectation{never: true, says: "user is deactivated"}},
		{"no chat", telegramtest.Fault{Code: 400, Description: "Bad Request: chat not found"}, expectation{never: true, says: "chat not found"}},
		{"too long", telegramtest.Fault{Code: 400, Description: "Bad Request: message is too long"}, expectation{never: true, says: "message is too long"}},
		{"much said", telegramtest.Fault{Code: 400, Description: strings.Repeat("wrong\n", 1000)}, expectation{never: true, says: "wrong wrong"}},
		{"unknown token", telegramtest.Fault{Code: 401}, expectation{after: unknownToken, says: "token"}},
		{"unknown path", telegramtest.Fault{Code: 404}, expectation{after: unknownToken, says: "token"}},
		{"another process", telegramtest.Fault{Code: 409, Description: "Conflict: other"}, expectation{says: "other"}},
		{"trouble", telegramtest.Fault{Code: 500}, expectation{says: "500"}},
		{"trouble of a proxy", telegramtest.Fault{Code: 502, Description: page}, expectation{says: "no JSON"}},
		{"cut after it was done", telegramtest.Fault{Cut: true}, expectation{says: "EOF"}},
		{"cut before", telegramtest.Fault{Drop: true}, expectation{says: "EOF"}},
		{"no answer", telegramtest.Fault{Hang: time.Minute}, expectation{says: "deadline"}},
	}
	for _, tt := range tests {
		for name, msg := range map[string]flows.Message{"text": {}, "picture": {Picture: pomme()}} {
			t.Run(tt.name+"/"+name, func(t *testing.T) {
				m := newMailroom(t)
				m.server.Say(4242424242, "bonjour")
				m.server.Script(tt.fault)
				limit := 10 * time.Second
				if tt.fault.Hang > 0 {
					limit = 50 * time.Millisecond
				}
				ctx, cancel := context.WithTimeout(t.Context(), limit)
				defer cancel()
				err := m.Send(ctx, letterTo(4242424242, msg))
				tt.want.check(t, err)
				m.keepsSecrets(t, chain(err))
				if len(err.Error()) > 300 {
					t.Errorf("%d letters", len(err.Error()))
				}
			})
		}
	}
}

func TestNobodyThere(t *testing.T) {
	web := httptest.NewServer(nil)
	web.Close()
	m := newMailroom(t, func(o *Options) { o.API = web.URL })
	err := m.Send(t.Context(), letterTo(4242424242, flows.Message{}))
	expectation{says: "refused"}.check(t, err)
	m.keepsSecrets(t, chain(err))
}

// A message that Telegram took is not sent again because of what it tells about
// it: a newer Telegram may tell more than we can read.
func TestTakenButUnreadable(t *testing.T) {
	calls := 0
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls++
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, `{"ok":true,"result":{"message_id":"new"}}`)
	}))
	defer web.Close()
	m := newMailroom(t, func(o *Options) { o.API = web.URL })
	for _, msg := range []flows.Message{{}, {Picture: pomme()}} {
		if err := m.Send(t.Context(), letterTo(7, msg)); err != nil {
			t.Errorf("it would be sent again: %v", err)
		}
	}
	if calls != 2 || len(m.notes) != 0 {
		t.Errorf("%d calls, notes %v", calls, m.notes)
	}
}

func TestBlockedForGood(t *testing.T) {
	m := newMailroom(t)
	m.sends(t, 7, flows.Message{Text: "Bonjour."})
	m.server.Block(7)
	expectation{never: true, says: "the person blocked the bot"}.check(t, m.Send(t.Context(), letterTo(7, flows.Message{})))
	m.server.Unblock(7)
	m.sends(t, 7, flows.Message{Text: "Rebonjour."})
}

func TestNeverWritten(t *testing.T) {
	m := newMailroom(t)
	expectation{never: true, says: "initiate"}.check(t, m.Send(t.Context(), letterTo(7, flows.Message{})))
}

func TestOtherToken(t *testing.T) {
	m := newMailroom(t, func(o *Options) { o.Token = "110201543:other" })
	err := m.Send(t.Context(), letterTo(7, flows.Message{}))
	expectation{after: unknownToken, says: "token"}.check(t, err)
}

// What Telegram says could hold anything, were it somebody else.
func TestJudgeKeepsSecrets(t *testing.T) {
	m := newMailroom(t)
	token := m.server.Token()
	for _, err := range []error{
		&tg.MigrateError{Message: "Bad Request: 4242424242 " + token, MigrateToChatID: 4242424242},
		&tg.TooManyRequestsError{Message: token},
		fmt.Errorf("%w, %s", tg.ErrorBadRequest, token),
		fmt.Errorf("%w, not blocked %s", tg.ErrorForbidden, token),
		fmt.Errorf("%w, %s", tg.ErrorForbidden, token),
		fmt.Errorf("%w, %s", tg.ErrorUnauthorized, token),
		fmt.Errorf("error response from telegram, 500 %s", token),
		&url.Error{Op: "Post", URL: "https://api.telegram.org/bot" + token, Err: io.EOF},
	} {
		got := m.sender.judge(7, err)
		if got == nil {
			t.Fatalf("%T is no error", err)
		}
		m.keepsSecrets(t, chain(got))
	}
}
