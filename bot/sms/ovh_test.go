package sms

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"passerelle/flows"
)

// The sums are those of a shell:
//
//	printf '%s' "$AS+$CK+POST+$URL+$BODY+1700000000" | sha1sum
func TestOVHSignature(t *testing.T) {
	t.Parallel()
	const service = "https://eu.api.ovh.com/1.0/sms/sms-ab12345-1"
	tests := []struct{ method, address, body, want string }{
		{"POST", service + "/jobs", `{"message":"Bonjour é"}`, "$1$ae808b819e6fd60b8f7084fb6b02b8f634957977"},
		{"GET", service + "/incoming/42", "", "$1$660ee9ba797811c2eccf8cf3962b47cacda0f86d"},
	}
	for _, tt := range tests {
		got := ovhSignature("as-secret-0001", "ck-consumer-1", tt.method, tt.address, tt.body+"+1700000000")
		if got != tt.want {
			t.Errorf("%s %s: %s, want %s", tt.method, tt.address, got, tt.want)
		}
	}
}

// testNow is the instant of these tests.
func testNow() time.Time { return time.Unix(1_795_790_000, 0) }

// An ovhServer is a strict server like OVHcloud's: it refuses what is signed
// wrongly, or for another time than its own.
type ovhServer struct {
	*httptest.Server

	mu     sync.Mutex
	ahead  time.Duration
	times  int // how often it was asked what time it is
	calls  []string
	bodies []string
	answer func(r *http.Request) (int, string)
}

func startOVH(t *testing.T, answer func(r *http.Request) (int, string)) *ovhServer {
	t.Helper()
	s := &ovhServer{answer: answer}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

func (s *ovhServer) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.URL.Path == "/auth/time" {
		s.times++
		_, _ = io.WriteString(w, strconv.FormatInt(testNow().Add(s.ahead).Unix(), 10))
		return
	}
	body, _ := io.ReadAll(r.Body)
	stamp := r.Header.Get("X-Ovh-Timestamp")
	seconds, _ := strconv.ParseInt(stamp, 10, 64)
	switch {
	case testNow().Add(s.ahead).Sub(time.Unix(seconds, 0)).Abs() > 30*time.Second:
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"errorCode":"QUERY_TIME_OUT","message":"Query out of time"}`)
		return
	case r.Header.Get("X-Ovh-Signature") != ovhSignature("as", "ck", r.Method, s.URL+r.URL.RequestURI(), string(body)+"+"+stamp),
		r.Header.Get("X-Ovh-Application") != "ak", r.Header.Get("X-Ovh-Consumer") != "ck":
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"errorCode":"INVALID_SIGNATURE","message":"Invalid signature"}`)
		return
	}
	s.calls = append(s.calls, r.Method+" "+r.URL.Path)
	s.bodies = append(s.bodies, string(body))
	status, text := s.answer(r)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}

// gateway is one that calls this server.
func (s *ovhServer) gateway(from string) *ovh {
	return newOVH(ovhOptions{
		API: s.URL + "/", AppKey: "ak", AppSecret: "as", ConsumerKey: "ck", Service: "sms-ab12345-1",
		From: from, Secret: "clé secrète", Client: s.Client(), Now: testNow,
	})
}

// always answers so.
func always(status int, text string) func(*http.Request) (int, string) {
	return func(*http.Request) (int, string) { return status, text }
}

const ovhTaken = `{"ids":[27814656],"invalidReceivers":[],"validReceivers":["+33612345678"],"totalCreditsRemoved":1}`

func testParcel() parcel {
	return parcel{to: "+33612345678", text: "Bonjour à vous", segments: 1, key: "0123456789abcdef01234567-0"}
}

func TestOVHSend(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, from, text string
		want             map[string]any
	}{
		{"a short number", "", "Bonjour à vous", map[string]any{"senderForResponse": true, "coding": "7bit", "message": "Bonjour à vous"}},
		{"a name", "Mairie", "Être ≠ avoir", map[string]any{
			"senderForResponse": false, "coding": "8bit", "message": "Être ≠ avoir", "sender": "Mairie",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := startOVH(t, always(http.StatusOK, ovhTaken))
			s.ahead = time.Hour
			p := testParcel()
			p.text = tt.text
			id, err := s.gateway(tt.from).send(t.Context(), p)
			if id != "27814656" || err != nil {
				t.Fatalf("id %q, error %v", id, err)
			}
			var got map[string]any
			if err := json.Unmarshal([]byte(s.bodies[0]), &got); err != nil {
				t.Fatal(err)
			}
			maps.Copy(tt.want, map[string]any{
				"receivers": []any{"+33612345678"}, "noStopClause": true, "priority": "high",
				"validityPeriod": 1440.0, "charset": "UTF-8", "tag": tag(p),
			})
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("job (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]string{"POST /sms/sms-ab12345-1/jobs"}, s.calls); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
		})
	}
}

// refused is what a refusal says; known is false for an error that is none.
func refused(err error) (reason string, never bool, after time.Duration, known bool) {
	refusal, known := errors.AsType[*flows.Refusal](err)
	if !known {
		return "", false, 0, false
	}
	return refusal.Reason, refusal.Never, refusal.After, true
}

func TestOVHRefusals(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		status int
		body   string
		reason string
		never  bool
		after  time.Duration
	}{
		{"nobody's number", 200, `{"ids":[],"invalidReceivers":["+33612345678"]}`, reasonInvalid, true, 0},
		{"no id", 200, `{"ids":[]}`, reasonAway + " (no id)", false, 0},
		{"not let in", 403, `{"errorCode":"INVALID_CREDENTIAL","message":"This credential is not valid"}`, reasonAccount + " (INVALID_CREDENTIAL)", false, longPause},
		{"no credit", 400, `{"class":"Client::BadRequest","message":"Not enough credits"}`, reasonAccount + " (Client::BadRequest)", false, longPause},
		{"sender unknown", 400, `{"message":"Invalid sender Mairie"}`, reasonAccount, false, longPause},
		{"receiver", 400, `{"message":"The receiver +33612345678 is wrong"}`, reasonInvalid, true, 0},
		{"another mistake", 400, `{"message":"+33612345678"}`, reasonRefused + " (400)", true, 0},
		{"no such service", 404, `{"message":"This service does not exist"}`, reasonAccount + " (404)", false, longPause},
		{"too many", 429, ``, reasonBusy + " (429)", false, 0},
		{"trouble", 503, `<html>`, reasonAway + " (503)", false, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := startOVH(t, always(tt.status, tt.body)).gateway("").send(t.Context(), testParcel())
			reason, never, after, _ := refused(err)
			if reason != tt.reason || never != tt.never || after != tt.after {
				t.Errorf("%q never %v after %v, want %q %v %v", reason, never, after, tt.reason, tt.never, tt.after)
			}
		})
	}
}

// What left is not sent again, where that can be known.
func TestOVHAgain(t *testing.T) {
	t.Parallel()
	p := testParcel()
	other := testParcel()
	other.key = p.key[:len(p.key)-1] + "1"
	if tag(p) == tag(other) || len(tag(p)) != maxTag {
		t.Fatalf("tags %s and %s", tag(p), tag(other))
	}
	p.again, other.again = true, true
	s := startOVH(t, func(r *http.Request) (int, string) {
		switch {
		case r.Method == http.MethodPost:
			return http.StatusOK, ovhTaken
		case r.URL.RequestURI() == "/sms/sms-ab12345-1/outgoing?tag="+tag(p):
			return http.StatusOK, "[7]"
		}
		return http.StatusOK, "[]"
	})
	g := s.gateway("")
	for _, tt := range []struct {
		p    parcel
		want string
	}{{p, "7"}, {other, "27814656"}} {
		if id, err := g.send(t.Context(), tt.p); id != tt.want || err != nil {
			t.Errorf("id %q, error %v, want %q", id, err, tt.want)
		}
	}
	want := []string{"GET /sms/sms-ab12345-1/outgoing", "GET /sms/sms-ab12345-1/outgoing", "POST /sms/sms-ab12345-1/jobs"}
	if diff := cmp.Diff(want, s.calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

// What was taken is taken, in whatever words.
func TestOVHTakenUnreadably(t *testing.T) {
	t.Parallel()
	p := testParcel()
	id, err := startOVH(t, always(http.StatusOK, "fait")).gateway("").send(t.Context(), p)
	if id != p.key || err != nil {
		t.Errorf("id %q, error %v", id, err)
	}
}

// The clock is asked for once, and again when OVHcloud finds it wrong.
func TestOVHClock(t *testing.T) {
	t.Parallel()
	s := startOVH(t, always(http.StatusOK, ovhTaken))
	s.ahead = -2 * time.Hour
	g := s.gateway("")
	for i, ahead := range []time.Duration{-2 * time.Hour, -2 * time.Hour, 5 * time.Minute, 5 * time.Minute} {
		s.mu.Lock()
		s.ahead = ahead
		s.mu.Unlock()
		if _, err := g.send(t.Context(), testParcel()); err != nil {
			t.Fatalf("message %d: %v", i, err)
		}
	}
	if s.times != 2 || len(s.calls) != 4 {
		t.Errorf("asked for the time %d times, sent %d messages", s.times, len(s.calls))
	}
}

func TestOVHRead(t *testing.T) {
	t.Parallel()
	const key = "key=cl%C3%A9+secr%C3%A8te"
	tests := []struct {
		name, query, outgoing string
		status                int
		want                  []event
		err                   error
	}{
		{"no key", "id=7&ptt=4&description=1", "", 200, nil, errForged},
		{"another key", "key=autre&id=7&ptt=4", "", 200, nil, errForged},
		{"an answer of a person: a bell", key + "&message=oui&senderid=%2B33612345678", "", 200, []event{{kind: bell}}, nil},
		{"no number of a message", key + "&id=abc&ptt=4", "", 200, nil, errMalformed},
		{"not ours", key + "&id=7&ptt=4", `{"message":"The requested object does not exist"}`, 404, []event{{kind: nothing}}, nil},
		{
			"arrived", key + "&id=7&ptt=4&date=2026-11-22+10%3A00%3A00&description=1&descriptionDlr=Success",
			`{"id":7,"receiver":"+33612345678","deliveryReceipt":1,"ptt":4,"message":"Bonjour"}`, 200,
			[]event{{kind: receipt, id: "7", number: "+33612345678", state: flows.PartArrived}},
			nil,
		},
		{
			"what the address says is not believed", key + "&id=7&ptt=4&description=1",
			`{"id":7,"receiver":"+33612345678","deliveryReceipt":2,"ptt":24}`, 200,
			[]event{{kind: receipt, id: "7", number: "+33612345678", state: flows.PartFailed, reason: reasonOff + " (24)"}},
			nil,
		},
		{
			"on its way", key + "&id=7&ptt=3&description=4", `{"receiver":"+33612345678","deliveryReceipt":4,"ptt":3}`, 200,
			[]event{{kind: receipt, id: "7", number: "+33612345678", state: flows.PartSent}},
			nil,
		},
		{
			"nobody's number", key + "&id=7&ptt=23&description=2", `{"receiver":"+33612345678","deliveryReceipt":2,"ptt":23}`, 200,
			[]event{{kind: receipt, id: "7", number: "+33612345678", state: flows.PartFailed, reason: reasonUnknown + " (23)"}},
			nil,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := startOVH(t, always(tt.status, tt.outgoing))
			r := httptest.NewRequest(http.MethodGet, "https://ecole.example/sms?"+tt.query, nil)
			got, err := s.gateway("").read(r, nil)
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(event{})); diff != "" || !errors.Is(err, tt.err) {
				t.Errorf("error %v, events (-want +got):\n%s", err, diff)
			}
		})
	}
}

// Without a secret nobody is believed.
func TestOVHNoSecret(t *testing.T) {
	t.Parallel()
	g := newOVH(ovhOptions{Client: http.DefaultClient, Now: testNow})
	r := httptest.NewRequest(http.MethodGet, "https://ecole.example/sms?key=&message=oui", nil)
	if events, err := g.read(r, nil); !errors.Is(err, errForged) {
		t.Errorf("events %v, error %v", events, err)
	}
}

// OVHcloud lists ids, in any order; one may be gone when it is read.
func TestOVHSince(t *testing.T) {
	t.Parallel()
	s := startOVH(t, func(r *http.Request) (int, string) {
		switch strings.TrimPrefix(r.URL.Path, "/sms/sms-ab12345-1") {
		case "/incoming":
			if q := r.URL.Query(); q.Get("creationDatetime.from") != "2026-11-27T14:00:00Z" || q.Get("creationDatetime.to") != "2026-11-27T15:33:20Z" {
				return http.StatusBadRequest, q.Encode()
			}
			return http.StatusOK, `[12,11,10,12]`
		case "/incoming/10":
			return http.StatusOK, `{"id":10,"sender":"+33612345678","message":"Oui","creationDatetime":"2026-11-27T15:20:00+01:00","tag":null,"credits":1}`
		case "/incoming/12":
			return http.StatusOK, `{"id":12,"sender":"+33712345678","message":null,"creationDatetime":"2026-11-27T15:10:00+01:00"}`
		}
		return http.StatusNotFound, `{"message":"The requested object does not exist"}`
	})
	got, err := s.gateway("").since(t.Context(), time.Date(2026, 11, 27, 14, 0, 0, 0, time.UTC), unknown)
	want := []event{
		{kind: heard, id: "12", number: "+33712345678", at: time.Date(2026, 11, 27, 14, 10, 0, 0, time.UTC)},
		{kind: heard, id: "10", number: "+33612345678", text: "Oui", at: time.Date(2026, 11, 27, 14, 20, 0, 0, time.UTC)},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(event{}), cmpopts.EquateApproxTime(0)); diff != "" || err != nil {
		t.Errorf("error %v, events (-want +got):\n%s", err, diff)
	}
}

// A list that is too long to be read comes in pieces; nobody is left out.
func TestOVHLongList(t *testing.T) {
	t.Parallel()
	const messages = 12_000
	first := testNow().Add(-messages * time.Second)
	s := startOVH(t, func(r *http.Request) (int, string) {
		from, _ := time.Parse(time.RFC3339, r.URL.Query().Get("creationDatetime.from"))
		to, _ := time.Parse(time.RFC3339, r.URL.Query().Get("creationDatetime.to"))
		var ids []string
		for i := range messages {
			if at := first.Add(time.Duration(i) * time.Second); !at.Before(from) && !at.After(to) {
				ids = append(ids, strconv.Itoa(100_000_000+i))
			}
		}
		return http.StatusOK, "[" + strings.Join(ids, ",") + "]"
	})
	ids, err := s.gateway("").incoming(t.Context(), first, testNow())
	seen := make(map[int64]bool)
	for _, id := range ids {
		seen[id] = true
	}
	if err != nil || len(seen) != messages {
		t.Errorf("%d of %d ids, error %v", len(seen), messages, err)
	}
}

// No error tells what was sent, to whom, or a secret.
func TestErrorsTellNothing(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	said := make([]string, 0, 6)
	for _, ctx := range []context.Context{t.Context(), ended} {
		for _, g := range []gateway{
			newOVH(ovhOptions{API: gone.URL, AppKey: "ak-geheim", AppSecret: "as-geheim", ConsumerKey: "ck-geheim", Client: newClient(), Now: testNow}),
			newAndroid(androidOptions{URL: gone.URL, User: "u-geheim", Password: "p-geheim", Client: newClient(), Now: testNow}),
			newGeneric(genericOptions{
				Generic:  Generic{url: gone.URL + "/?k={password}&to={to}&m={text}", method: http.MethodGet},
				Password: "p-geheim", Client: newClient(), Now: testNow,
			}),
		} {
			_, err := g.send(ctx, testParcel())
			if reason, _, _, _ := refused(err); ctx != ended && reason != reasonAway+" (no answer)" {
				t.Errorf("%s: reason %q", g.name(), reason)
			}
			said = append(said, fmt.Sprint(err))
		}
	}
	for _, text := range said {
		if text == "<nil>" || strings.Contains(text, "geheim") || strings.Contains(text, "3361") || strings.Contains(text, "Bonjour") {
			t.Errorf("an error says %q", text)
		}
	}
}
