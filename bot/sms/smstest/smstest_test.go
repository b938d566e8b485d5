package smstest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passerelle/bot/sms/smstest"
)

const (
	person = "+33612345678"
	path   = "/2010-04-01/Accounts/" + smstest.Account + "/Messages.json"
)

// A client asks a server by hand.
type client struct {
	t *testing.T
	s *smstest.Twilio
}

// ask sends a request with the right name and token, and returns the status,
// the header and the object of the answer.
func (c client) ask(method, target, body string, changes ...func(*http.Request)) (int, http.Header, map[string]any) {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.s.URL()+target, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	r.SetBasicAuth(smstest.Account, smstest.Token)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for _, change := range changes {
		change(r)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil, nil
	}
	defer answer.Body.Close()
	object := map[string]any{}
	if err := json.NewDecoder(answer.Body).Decode(&object); err != nil {
		c.t.Fatal(err)
	}
	return answer.StatusCode, answer.Header, object
}

// form is a message to the person with some fields changed; "-" takes one away.
func form(changes ...string) string {
	f := url.Values{"To": {person}, "From": {smstest.From}, "Body": {"Bonjour"}}
	for pair := range slices.Chunk(changes, 2) {
		if pair[1] == "-" {
			f.Del(pair[0])
		} else {
			f.Set(pair[0], pair[1])
		}
	}
	return f.Encode()
}

// A message that keeps the rules is made, and shown as Twilio shows it.
func TestCreate(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 23, 12, 0, 0, 1e8, time.FixedZone("Paris", 3600))
	s := smstest.Start(t, smstest.Options{Now: func() time.Time { return noon }})
	status, header, made := client{t, s}.ask("POST", path, form("Body", "L’été", "StatusCallback", "https://a.example/sms"))
	if status != 201 || !strings.HasPrefix(header.Get("Content-Type"), "application/json") {
		t.Errorf("status %d, %v", status, header)
	}
	all := s.Messages(person)
	if len(all) != 1 || all[0].Body != "L’été" || all[0].Status != "queued" || all[0].Segments != 1 || !all[0].At.Equal(noon.Truncate(time.Second)) {
		t.Fatalf("received %+v", all)
	}
	for name, want := range map[string]any{
		"sid": all[0].SID, "body": "L’été", "to": person, "from": smstest.From, "num_segments": "1", "status": "queued",
		"direction": "outbound-api", "account_sid": smstest.Account, "date_created": "Mon, 23 Nov 2026 11:00:00 +0000",
		"date_sent": nil, "error_code": nil, "uri": strings.TrimSuffix(path, ".json") + "/" + all[0].SID + ".json",
	} {
		if made[name] != want {
			t.Errorf("%s: %v, want %v", name, made[name], want)
		}
	}
	if len(all[0].SID) != 34 || !strings.HasPrefix(all[0].SID, "SM") || len(s.Refused()) != 0 || len(s.Messages("+33600000000")) != 0 {
		t.Errorf("name %q, refused %q", all[0].SID, s.Refused())
	}
}

// Each rule has a request that breaks it; nothing is sent then.
func TestStrict(t *testing.T) {
	t.Parallel()
	user := func(name, password string) func(*http.Request) {
		return func(r *http.Request) { r.SetBasicAuth(name, password) }
	}
	kind := func(value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Content-Type", value) }
	}
	asIs := func(*http.Request) {}
	other := strings.Replace(path, smstest.Account, "AC00000000000000000000000000000000", 1)
	tests := []struct {
		name, method, target, body string
		change                     func(*http.Request)
		status, code               int
	}{
		{"nobody's", "POST", path, form(), func(r *http.Request) { r.Header.Del("Authorization") }, 401, 20003},
		{"a wrong token", "POST", path, form(), user(smstest.Account, "x"), 401, 20003},
		{"a wrong account", "POST", path, form(), user("AC12", smstest.Token), 401, 20003},
		{"a list of nobody's", "GET", path, "", user(smstest.Account, ""), 401, 20003},
		{"somebody else's", "POST", other, form(), asIs, 404, 20404},
		{"another resource", "GET", "/2010-04-01/Accounts.json", "", asIs, 404, 20404},
		{"another method", "PUT", path, form(), asIs, 405, 20004},
		{"JSON", "POST", path, `{"To":"` + person + `"}`, kind("application/json"), 415, 20001},
		{"no kind", "POST", path, form(), kind(""), 415, 20001},
		{"no form", "POST", path, "To=%zz", asIs, 400, 20001},
		{"too much", "POST", path, form("Body", strings.Repeat("a", 70_000)), asIs, 413, 20001},
		{"to nobody", "POST", path, form("To", "-"), asIs, 400, 21604},
		{"from nobody", "POST", path, form("From", "-"), asIs, 400, 21603},
		{"nothing to say", "POST", path, form("Body", "-"), asIs, 400, 21602},
		{"an empty text", "POST", path, form("Body", ""), asIs, 400, 21602},
		{"too long", "POST", path, form("Body", strings.Repeat("a", 1601)), asIs, 400, 21617},
		{"too long in UTF-16", "POST", path, form("Body", strings.Repeat("😀", 801)), asIs, 400, 21617},
		{"a number of home", "POST", path, form("To", "0612345678"), asIs, 400, 21211},
		{"a number with spaces", "POST", path, form("To", "+33 6 12 34 56 78"), asIs, 400, 21211},
		{"an address of ours", "POST", path, form("To", "sms:"+person), asIs, 400, 21211},
		{"a short code", "POST", path, form("To", "38123"), asIs, 400, 21211},
		{"from another", "POST", path, form("From", "+33937000002"), asIs, 400, 21606},
		{"to itself", "POST", path, form("To", smstest.From), asIs, 400, 21266},
		{"no callback", "POST", path, form("StatusCallback", ""), asIs, 400, 21609},
		{"a callback that is none", "POST", path, form("StatusCallback", "/sms"), asIs, 400, 21609},
		{"a field nobody knows", "POST", path, form("body", "x"), asIs, 400, 20001},
		{"a field twice", "POST", path, form() + "&Body=x", asIs, 400, 20001},
		{"bytes", "POST", path, form("Body", "a\xff"), asIs, 400, 20001},
		{"a list of a time", "GET", path + "?DateSent%3E=2026-11-23T10:00:00Z", "", asIs, 400, 20001},
		{"a page of nothing", "GET", path + "?PageSize=0", "", asIs, 400, 20001},
		{"a page of too much", "GET", path + "?PageSize=1001", "", asIs, 400, 20001},
		{"a page that is none", "GET", path + "?Page=-1", "", asIs, 400, 20001},
		{"a filter nobody knows", "GET", path + "?Date=2026-11-23", "", asIs, 400, 20001},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := smstest.Start(t, smstest.Options{})
			s.Script(smstest.Fault{To: "+33600000000", Code: 500}) // for somebody else
			status, _, problem := client{t, s}.ask(tt.method, tt.target, tt.body, tt.change)
			if status != tt.status || problem["code"] != float64(tt.code) || problem["status"] != float64(tt.status) || problem["message"] == "" {
				t.Errorf("%d %v, want %d %d", status, problem, tt.status, tt.code)
			}
			if len(s.Refused()) != 1 || len(s.Messages(person)) != 0 || len(s.Messages(smstest.From)) != 0 {
				t.Errorf("refused %q, received %v", s.Refused(), s.Messages(person))
			}
		})
	}
}

// The longest texts pass.
func TestLongest(t *testing.T) {
	t.Parallel()
	s := smstest.Start(t, smstest.Options{})
	for _, text := range []string{strings.Repeat("a", 1600), strings.Repeat("😀", 800)} {
		if status, _, problem := (client{t, s}).ask("POST", path, form("Body", text)); status != 201 {
			t.Errorf("%d %v", status, problem)
		}
	}
}

// Faults come in order, for whom they are meant, and are no rules broken.
func TestFaults(t *testing.T) {
	t.Parallel()
	s := smstest.Start(t, smstest.Options{})
	c := client{t, s}
	s.Script(smstest.Fault{To: "+33600000001", Code: 500})
	s.Script(smstest.Fault{Times: 2, TwilioCode: 21610})
	s.Script(smstest.Fault{To: person, Code: 429, TwilioCode: 20429, RetryAfter: 7})
	s.Script(smstest.Fault{Cut: true, Hang: time.Millisecond})
	s.Script(smstest.Fault{Listing: true, Code: 503})
	for i, want := range []struct{ status, code int }{{400, 21610}, {400, 21610}, {429, 20429}, {0, 0}, {201, 0}} {
		status, header, object := c.ask("POST", path, form())
		code, _ := object["code"].(float64)
		if status != want.status || int(code) != want.code || (header.Get("Retry-After") == "7") != (status == 429) {
			t.Errorf("call %d: %d %v %v, want %v", i, status, header, object, want)
		}
	}
	if status, _, _ := c.ask("GET", path, ""); status != 503 {
		t.Errorf("list: %d, want 503", status)
	}
	if n := len(s.Messages(person)); n != 2 || len(s.Refused()) != 0 {
		t.Errorf("%d messages, want that cut off and the last; refused %q", n, s.Refused())
	}
}

// One that was told to wait leaves when the server closes, and nothing is done.
func TestHangs(t *testing.T) {
	t.Parallel()
	s := smstest.New(smstest.Options{})
	web := httptest.NewServer(s.Handler())
	s.Script(smstest.Fault{Hang: time.Hour, Times: -1})
	left := make(chan error, 1)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, web.URL+path, strings.NewReader(form()))
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth(smstest.Account, smstest.Token)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	go func() {
		answer, err := http.DefaultClient.Do(r)
		if err == nil {
			answer.Body.Close()
		}
		left <- err
	}()
	s.Close()
	if err := <-left; err == nil {
		t.Error("it was answered")
	}
	web.Close()
	if n := len(s.Messages(person)); n != 0 || s.URL() != "" {
		t.Errorf("%d messages came", n)
	}
}

// A hook keeps the forms it was called with, and answers with a status.
type hook struct {
	*httptest.Server

	status int
	forms  chan url.Values
	signed chan string
}

func newHook(t *testing.T) *hook {
	t.Helper()
	h := &hook{status: 204, forms: make(chan url.Values, 100), signed: make(chan string, 100)}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		f, err := url.ParseQuery(string(body))
		if err != nil || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded; charset=UTF-8" {
			t.Errorf("%s %s: %v", r.Method, body, err)
		}
		h.forms <- f
		h.signed <- r.Header.Get("X-Twilio-Signature")
		w.WriteHeader(h.status)
	}))
	t.Cleanup(h.Close)
	return h
}

// What people write is brought once, also when nobody takes it, and is listed in
// any case.
func TestSay(t *testing.T) {
	t.Parallel()
	h := newHook(t)
	s := smstest.Start(t, smstest.Options{})
	unheard := s.Say(person, "Bonjour") // nowhere to bring it
	s.SetWebhook(h.URL + "/sms?x=1#rc=3")
	sid := s.Say(person, "Ça va ?")
	got := <-h.forms
	for name, want := range map[string]string{
		"MessageSid": sid, "SmsSid": sid, "AccountSid": smstest.Account, "From": person, "To": smstest.From,
		"Body": "Ça va ?", "NumMedia": "0", "NumSegments": "1", "SmsStatus": "received", "FromCity": "",
	} {
		if !got.Has(name) || got.Get(name) != want {
			t.Errorf("%s: %q, want %q", name, got[name], want)
		}
	}
	if signature := <-h.signed; len(signature) != 28 || got.Has("MessageStatus") {
		t.Errorf("signature %q, %v", signature, got)
	}
	h.status = 503
	refused := s.Say(person, "Encore")
	h.Close()
	missed := s.Say(person, "Toujours")
	if s.Failed() != 2 || len(h.forms) != 1 {
		t.Errorf("%d failed, %d calls; want 2 and 1 more", s.Failed(), len(h.forms))
	}
	status, _, list := client{t, s}.ask("GET", path, "")
	var sids []string
	for _, m := range list["messages"].([]any) {
		sids = append(sids, m.(map[string]any)["sid"].(string))
	}
	if diff := cmp.Diff([]string{missed, refused, sid, unheard}, sids); diff != "" || status != 200 {
		t.Errorf("%d, listed (-want +got):\n%s", status, diff)
	}
	if n := len(s.Messages(smstest.From)); n != 0 {
		t.Errorf("%d messages of people count as sent", n)
	}
}

// What became of a message is told to the address its sender gave.
func TestReport(t *testing.T) {
	t.Parallel()
	h := newHook(t)
	s := smstest.Start(t, smstest.Options{})
	_, _, made := client{t, s}.ask("POST", path, form("StatusCallback", h.URL))
	sid, _ := made["sid"].(string)
	s.Report(sid, "sent", "")
	s.Report(sid, "undelivered", "30003")
	s.Report("SM00000000000000000000000000000000", "sent", "")
	first, second := <-h.forms, <-h.forms
	if first.Get("MessageStatus") != "sent" || first.Has("ErrorCode") || first.Get("To") != person || first.Get("MessageSid") != sid {
		t.Errorf("first: %v", first)
	}
	if second.Get("MessageStatus") != "undelivered" || second.Get("ErrorCode") != "30003" || len(h.forms) != 0 || s.Failed() != 0 {
		t.Errorf("second: %v, then %d more, %d failed", second, len(h.forms), s.Failed())
	}
	_, _, list := client{t, s}.ask("GET", path, "")
	one := list["messages"].([]any)[0].(map[string]any)
	if one["status"] != "undelivered" || one["error_code"] != 30003.0 || s.Messages(person)[0].Status != "undelivered" {
		t.Errorf("listed as %v", one)
	}
	_, _, made = client{t, s}.ask("POST", path, form())
	s.Report(made["sid"].(string), "delivered", "") // nobody asked
	if got := s.Messages(person)[1].Status; got != "delivered" || len(h.forms) != 0 {
		t.Errorf("status %q, %d calls", got, len(h.forms))
	}
}

// A closed server calls nobody any more, and what waits for an answer ends.
func TestClose(t *testing.T) {
	t.Parallel()
	called := make(chan struct{})
	web := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // else nobody notices that the caller left
		close(called)
		<-r.Context().Done()
	}))
	t.Cleanup(web.Close)
	s := smstest.New(smstest.Options{Webhook: web.URL})
	said := make(chan string, 1)
	go func() { said <- s.Say(person, "Bonjour") }()
	<-called
	s.Close()
	if sid := <-said; sid == "" || s.Failed() != 1 {
		t.Errorf("%q, %d failed", sid, s.Failed())
	}
	if s.Say(person, "Encore"); s.Failed() != 2 {
		t.Errorf("%d failed, want 2", s.Failed())
	}
}

// Await returns once it is so.
func TestAwait(t *testing.T) {
	t.Parallel()
	s := smstest.Start(t, smstest.Options{})
	go func() {
		for range 3 {
			client{t, s}.ask("POST", path, form())
		}
	}()
	s.Await(t, person, "three", func(all []smstest.Message) bool { return len(all) == 3 })
	if n := len(s.Messages(person)); n != 3 {
		t.Errorf("%d messages, want 3", n)
	}
}
