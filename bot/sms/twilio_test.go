package sms

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passerelle/bot/sms/smstest"
	"passerelle/flows"
)

// The person and the address of the tests of Twilio.
const (
	twilioPerson = "+33612345678"
	twilioHook   = "https://passerelle.example/sms"
)

// twilioNoon is the time of these tests.
func twilioNoon() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }

// twilioAt is a gateway to a server of a test.
func twilioAt(api string) *twilio {
	return newTwilio(twilioOptions{
		API: api, Account: smstest.Account, Token: smstest.Token, From: smstest.From, Callback: twilioHook, Now: twilioNoon,
	})
}

// twilioSays is a gateway to a server that answers always the same.
func twilioSays(t *testing.T, status int, body string) *twilio {
	t.Helper()
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(web.Close)
	return twilioAt(web.URL)
}

// One part to the person of the tests.
func twilioParcel(text string) parcel {
	return parcel{to: twilioPerson, text: text, segments: 1, key: "0123456789abcdef01234567-0"}
}

// A text arrives letter by letter, under the id that was returned.
func TestTwilioSends(t *testing.T) {
	t.Parallel()
	server := smstest.Start(t, smstest.Options{Now: twilioNoon})
	g := twilioAt(server.URL())
	texts := []string{"Bonjour", "Ça va ? 1 = oui & 2 = non + %20 €", "مرحبا 😀", strings.Repeat("a", 459), " \n"}
	var want []smstest.Message
	for i, text := range texts {
		id, err := g.send(t.Context(), twilioParcel(text))
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, smstest.Message{SID: id, Body: text, At: twilioNoon(), Status: "queued", Segments: []int{1, 1, 1, 3, 1}[i]})
	}
	if diff := cmp.Diff(want, server.Messages(twilioPerson)); diff != "" {
		t.Errorf("received (-want +got):\n%s", diff)
	}
	if refused := server.Refused(); len(refused) > 0 {
		t.Errorf("refused: %q", refused)
	}
}

// Each refusal of Twilio, and what the relay is told.
func TestTwilioRefusals(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		fault smstest.Fault
		want  flows.Refusal
	}{
		{"unsubscribed", smstest.Fault{TwilioCode: 21610}, flows.Refusal{Reason: "blocked (21610)", Never: true}},
		{"no number", smstest.Fault{TwilioCode: 21211}, flows.Refusal{Reason: "number.invalid (21211)", Never: true}},
		{"no mobile", smstest.Fault{TwilioCode: 21614}, flows.Refusal{Reason: "number.landline (21614)", Never: true}},
		{"a short code", smstest.Fault{TwilioCode: 21265}, flows.Refusal{Reason: "number.short (21265)", Never: true}},
		{"a country that is off", smstest.Fault{TwilioCode: 21408}, flows.Refusal{Reason: "number.abroad (21408)", Never: true}},
		{"too many", smstest.Fault{Code: 429, TwilioCode: 20429, RetryAfter: 7}, flows.Refusal{Reason: "gateway.busy (20429)", After: 7 * time.Second}},
		{"too many, by a proxy", smstest.Fault{Code: 429}, flows.Refusal{Reason: "gateway.busy (429)"}},
		{"too many waiting", smstest.Fault{TwilioCode: 21611}, flows.Refusal{Reason: "gateway.busy (21611)"}},
		{"trouble", smstest.Fault{Code: 503, TwilioCode: 20503, RetryAfter: 90}, flows.Refusal{Reason: "gateway.away (503)", After: 90 * time.Second}},
		{"more trouble", smstest.Fault{Code: 500, TwilioCode: 21610}, flows.Refusal{Reason: "gateway.away (500)"}},
		{"a wrong token", smstest.Fault{Code: 401, TwilioCode: 20003}, flows.Refusal{Reason: "gateway.account (20003)", After: longPause}},
		{"no right", smstest.Fault{Code: 403}, flows.Refusal{Reason: "gateway.account (403)", After: longPause}},
		{"another account", smstest.Fault{Code: 404, TwilioCode: 20404}, flows.Refusal{Reason: "gateway.account (404 20404)", After: longPause}},
		{"not our number", smstest.Fault{TwilioCode: 21606}, flows.Refusal{Reason: "gateway.account (21606)", After: longPause}},
		{"too long", smstest.Fault{TwilioCode: 21617}, flows.Refusal{Reason: "gateway.refused (400 21617)", Never: true}},
		{"a code nobody knows", smstest.Fault{Code: 422, TwilioCode: 99999}, flows.Refusal{Reason: "gateway.refused (422 99999)", Never: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server := smstest.Start(t, smstest.Options{})
			tt.fault.To = twilioPerson
			server.Script(tt.fault)
			_, err := twilioAt(server.URL()).send(t.Context(), twilioParcel("Bonjour"))
			refusal, ok := errors.AsType[*flows.Refusal](err)
			if !ok {
				t.Fatalf("error %v, want a refusal", err)
			}
			if diff := cmp.Diff(tt.want, *refusal); diff != "" {
				t.Errorf("refusal (-want +got):\n%s", diff)
			}
			if id, err := twilioAt(server.URL()).send(t.Context(), twilioParcel("Bonjour")); err != nil || id == "" {
				t.Errorf("the next one: %q, %v", id, err)
			}
		})
	}
}

// What Twilio took is not sent again, whatever can be read of its answer.
func TestTwilioTakesAnyYes(t *testing.T) {
	t.Parallel()
	key := twilioParcel("").key
	const sid = "SM0123456789abcdef0123456789abcdef"
	tests := []struct {
		name, body, want string
		status           int
	}{
		{"its name", `{"sid":"` + sid + `","status":"queued"}`, sid, 201},
		{"another status", `{"sid":"` + sid + `"}`, sid, 200},
		{"no JSON", "<html>", key, 201},
		{"nothing", "", key, 204},
		{"no name", `{"status":"queued"}`, key, 201},
		{"null", `{"sid":null}`, key, 201},
		{"a name that is none", `{"sid":"../../SM1"}`, key, 201},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			id, err := twilioSays(t, tt.status, tt.body).send(t.Context(), twilioParcel("Bonjour"))
			if id != tt.want || err != nil {
				t.Errorf("%q, %v, want %q", id, err, tt.want)
			}
		})
	}
}

// An answer cut off after the yes counts as well; one that never came does not.
func TestTwilioCutOff(t *testing.T) {
	t.Parallel()
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"sid":"SM01`)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}))
	t.Cleanup(web.Close)
	if id, err := twilioAt(web.URL).send(t.Context(), twilioParcel("Bonjour")); id != twilioParcel("").key || err != nil {
		t.Errorf("a yes that was cut off: %q, %v", id, err)
	}
	server := smstest.Start(t, smstest.Options{})
	server.Script(smstest.Fault{Cut: true})
	if id, err := twilioAt(server.URL()).send(t.Context(), twilioParcel("Bonjour")); id != "" || !twilioAgain(err) {
		t.Errorf("no answer: %q, %v", id, err)
	}
	if n := len(server.Messages(twilioPerson)); n != 1 {
		t.Errorf("%d messages came, want 1", n)
	}
}

// twilioAgain tells whether an error means: again, later.
func twilioAgain(err error) bool {
	refusal, ok := errors.AsType[*flows.Refusal](err)
	return err != nil && (!ok || !refusal.Never)
}

// A message is for the address in the configuration alone, and no error tells
// whom it was for, what it said, or who we are.
func TestTwilioErrors(t *testing.T) {
	t.Parallel()
	elsewhere := smstest.Start(t, smstest.Options{})
	leads := httptest.NewServer(http.RedirectHandler(elsewhere.URL()+"/2010-04-01/Accounts/"+smstest.Account+"/Messages.json", http.StatusTemporaryRedirect))
	t.Cleanup(leads.Close)
	talks := twilioSays(t, 400, `{"code":21211,"message":"The 'To' number `+twilioPerson+` is not a valid phone number.","status":400}`)
	hangs := smstest.Start(t, smstest.Options{})
	hangs.Script(smstest.Fault{Hang: time.Hour})
	for name, g := range map[string]*twilio{
		"nobody there": twilioAt("http://127.0.0.1:1"), "no address": twilioAt("http://a b"), "led elsewhere": twilioAt(leads.URL),
		"a number in the answer": talks, "no answer": twilioAt(hangs.URL()),
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		_, err := g.send(ctx, twilioParcel("Bonjour Léa"))
		cancel()
		if err == nil {
			t.Fatalf("%s: no error", name)
		}
		for _, secret := range []string{smstest.Account, smstest.Token, twilioPerson[1:], "Bonjour", smstest.From[1:]} {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("%s: the error %q holds %q", name, err, secret)
			}
		}
	}
	if n := len(elsewhere.Messages(twilioPerson)); n != 0 {
		t.Errorf("%d messages went elsewhere", n)
	}
}

// Without settings of its own a gateway calls Twilio, in real time.
func TestTwilioDefaults(t *testing.T) {
	t.Parallel()
	g := newTwilio(twilioOptions{Account: smstest.Account})
	if g.o.API != "https://api.twilio.com" || g.client.Timeout != callTime || g.o.Now == nil || g.name() != "twilio" {
		t.Errorf("API %q, time %v, name %q", g.o.API, g.client.Timeout, g.name())
	}
}
