package sms

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passerelle/bot/sms/smstest"
	"passerelle/flows"
)

// A twilioClock is moved by hand.
type twilioClock struct{ atomic.Int64 }

func (c *twilioClock) now() time.Time          { return time.Unix(0, c.Load()) }
func (c *twilioClock) set(at time.Time)        { c.Store(at.UnixNano()) }
func (c *twilioClock) pass(long time.Duration) { c.Add(int64(long)) }

// What people wrote is listed from an instant on, oldest first, over days and
// pages, under the ids of the webhook. What we sent is none of it.
func TestTwilioLists(t *testing.T) {
	t.Parallel()
	clock := &twilioClock{}
	midnight := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	clock.set(midnight.Add(-30 * time.Minute))
	server := smstest.Start(t, smstest.Options{Now: clock.now})
	g := twilioAt(server.URL())
	var all []event
	for n := range 2*twilioPage + 50 {
		text := fmt.Sprintf("numéro %d", n)
		sid := server.Say(twilioPerson, text)
		all = append(all, event{kind: heard, id: sid, number: twilioPerson, text: text, at: clock.now().UTC().Truncate(time.Second)})
		if n%10 == 0 {
			if _, err := g.send(t.Context(), twilioParcel("Bien")); err != nil {
				t.Fatal(err)
			}
		}
		clock.pass(4700 * time.Millisecond)
	}
	for _, first := range []int{0, 1, 49, 382, 383, 384, 500, len(all) - 1, len(all)} {
		from := clock.now()
		if first < len(all) {
			from = all[first].at.Add(300 * time.Millisecond).In(time.FixedZone("Mayotte", 3*3600))
		}
		got, err := g.since(t.Context(), from, unknown)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(all[first:], got, cmp.AllowUnexported(event{})); diff != "" && len(all[first:])+len(got) > 0 {
			t.Fatalf("from message %d on (-want +got):\n%s", first, diff)
		}
	}
	if refused := server.Refused(); len(refused) > 0 {
		t.Errorf("refused: %q", refused)
	}
}

// twilioListOf is a gateway to a server that lists these pages, each by the
// number in its token; {next} in one is the address of the next.
func twilioListOf(t *testing.T, page func(n int) string) (*twilio, *atomic.Int64) {
	t.Helper()
	asked := &atomic.Int64{}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		n := 0
		_, _ = fmt.Sscan(r.URL.Query().Get("PageToken"), &n)
		next := fmt.Sprintf("%s?PageToken=%d", r.URL.Path, n+1)
		_, _ = io.WriteString(w, strings.ReplaceAll(page(n), "{next}", next))
	}))
	t.Cleanup(web.Close)
	return twilioAt(web.URL), asked
}

// twilioItem is one message of a list as Twilio writes it, with values of our
// own, some of them changed.
func twilioItem(t *testing.T, changes string) string {
	t.Helper()
	item := map[string]any{}
	for _, fields := range []string{`{"body":"Bonjour","num_segments":"1","direction":"inbound","from":"+33612345678","to":"+33937000001",
		"date_updated":"Mon, 23 Nov 2026 11:59:00 +0000","price":null,"error_message":null,"uri":"/2010-04-01/x.json",
		"account_sid":"AC5e1f00d5e1f00d5e1f00d5e1f00d5e1f","num_media":"0","status":"received","messaging_service_sid":null,
		"sid":"SM0123456789abcdef0123456789abcdef","date_sent":"Mon, 23 Nov 2026 11:59:00 +0000",
		"date_created":"Mon, 23 Nov 2026 11:58:59 +0000","error_code":null,"price_unit":"EUR","api_version":"2010-04-01",
		"subresource_uris":{"media":"/2010-04-01/y.json"}}`, `{` + changes + `}`} {
		if err := json.Unmarshal([]byte(fields), &item); err != nil {
			t.Fatal(err)
		}
	}
	text, _ := json.Marshal(item)
	return string(text)
}

// Items of a list, one by one.
func TestTwilioListed(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 23, 11, 59, 0, 0, time.UTC)
	want := event{kind: heard, id: "SM0123456789abcdef0123456789abcdef", number: twilioPerson, text: "Bonjour", at: at}
	other := func(change func(*event)) []event {
		e := want
		change(&e)
		return []event{e}
	}
	tests := []struct {
		name, fields string
		want         []event
	}{
		{"words", ``, []event{want}},
		{"a picture", `"body":"","num_media":"1","sid":"MM0123456789abcdef0123456789abcdef"`, other(func(e *event) {
			e.id, e.text, e.media = "MM0123456789abcdef0123456789abcdef", "", flows.FileMedia
		})},
		{"a picture with words", `"num_media":"1"`, []event{want}},
		{"no words", `"body":null`, other(func(e *event) { e.text = "" })},
		{"not sent yet", `"date_sent":null`, other(func(e *event) { e.at = at.Add(-time.Second) })},
		{"of no time", `"date_sent":"hier","date_created":null`, other(func(e *event) { e.at = time.Time{} })},
		{"too old", `"date_sent":"Mon, 23 Nov 2026 10:59:59 +0000"`, nil},
		{"on the second", `"date_sent":"Mon, 23 Nov 2026 12:00:00 +0100"`, other(func(e *event) { e.at = at.Add(-59 * time.Minute) })},
		{"of ours", `"direction":"outbound-api"`, nil},
		{"of ours, as an answer", `"direction":"outbound-reply"`, nil},
		{"of nobody", `"from":null`, nil},
		{"without an id", `"sid":null`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			g, _ := twilioListOf(t, func(int) string { return `{"messages":[` + twilioItem(t, tt.fields) + `],"next_page_uri":null}` })
			got, err := g.since(t.Context(), at.Add(-59*time.Minute), unknown)
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(event{})); diff != "" || err != nil {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		})
	}
}

// A list that never ends is read up to a bound, and one of old messages only as
// far as it is new.
func TestTwilioListIsBounded(t *testing.T) {
	t.Parallel()
	from := twilioNoon().Add(-time.Hour)
	g, asked := twilioListOf(t, func(int) string { return `{"messages":[` + twilioItem(t, ``) + `],"next_page_uri":"{next}"}` })
	if got, err := g.since(t.Context(), from, unknown); err != nil || len(got) != twilioPages || asked.Load() != twilioPages {
		t.Errorf("%d messages by %d calls, %v; want %d", len(got), asked.Load(), err, twilioPages)
	}
	g, asked = twilioListOf(t, func(n int) string {
		fields := ""
		if n == 2 {
			fields = `"date_sent":"Mon, 23 Nov 2026 10:00:00 +0000"`
		}
		return `{"messages":[` + twilioItem(t, fields) + `],"next_page_uri":"{next}"}`
	})
	if got, err := g.since(t.Context(), from, unknown); err != nil || len(got) != 2 || asked.Load() != 3 {
		t.Errorf("%d messages by %d calls, %v; want 2 by 3", len(got), asked.Load(), err)
	}
}

// The token goes nowhere else, and what is no list is an error.
func TestTwilioListGoesWrong(t *testing.T) {
	t.Parallel()
	for _, next := range []string{
		"https://elsewhere.example{next}", "//elsewhere.example{next}", "@elsewhere.example{next}", ".elsewhere.example",
		"/2010-04-01/Accounts/AC00000000000000000000000000000000/Messages.json?Page=1", "{next}/../../x",
	} {
		g, asked := twilioListOf(t, func(int) string { return `{"messages":[],"next_page_uri":"` + next + `"}` })
		_, err := g.since(t.Context(), twilioNoon(), unknown)
		if stays := strings.HasPrefix(next, "{next}"); stays != (err == nil) || !stays && (!errors.Is(err, errTwilioStray) || asked.Load() != 1) {
			t.Errorf("%s: %v after %d calls", next, err, asked.Load())
		}
	}
	for _, page := range []string{"", "<html>", "null", "{}", `{"messages":{}}`, `{"messages":[],"next_page_uri":5}`, `{"messages":[` + strings.Repeat(" ", maxTwilioAnswer) + `]}`} {
		g, _ := twilioListOf(t, func(int) string { return page })
		if _, err := g.since(t.Context(), twilioNoon(), unknown); !errors.Is(err, errTwilioList) {
			t.Errorf("%.40q: %v", page, err)
		}
	}
}

// Only what was sent to our number is asked for, from that day of Greenwich on.
func TestTwilioAsks(t *testing.T) {
	t.Parallel()
	asked := make(chan url.Values, 1)
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.URL.Query()
		_, _ = io.WriteString(w, `{"messages":[]}`)
	}))
	t.Cleanup(web.Close)
	from := time.Date(2026, 11, 23, 0, 30, 0, 0, time.FixedZone("Paris", 3600))
	if got, err := twilioAt(web.URL).since(t.Context(), from, unknown); err != nil || len(got) != 0 {
		t.Errorf("%v, %v", got, err)
	}
	want := url.Values{"To": {smstest.From}, "DateSent>": {"2026-11-22"}, "PageSize": {"300"}}
	if diff := cmp.Diff(want, <-asked); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
}

// A refused list is refused as a message would be.
func TestTwilioListIsRefused(t *testing.T) {
	t.Parallel()
	server := smstest.Start(t, smstest.Options{})
	server.Script(smstest.Fault{Listing: true, Cut: true})
	server.Script(smstest.Fault{Listing: true, Code: 503, RetryAfter: 20})
	g := twilioAt(server.URL())
	_, err := g.since(t.Context(), twilioNoon(), unknown)
	if !twilioAgain(err) {
		t.Errorf("cut: %v", err)
	}
	_, err = g.since(t.Context(), twilioNoon(), unknown)
	if refusal, ok := errors.AsType[*flows.Refusal](err); !ok || refusal.After != 20*time.Second || refusal.Never {
		t.Errorf("503: %v", err)
	}
	if _, err = g.since(t.Context(), twilioNoon(), unknown); err != nil {
		t.Errorf("after that: %v", err)
	}
}
