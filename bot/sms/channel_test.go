package sms

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passerelle/bot/sms/smstest"
	"passerelle/flows"
)

// A desk is all that stands behind the channel, in memory: what it took, what it
// noted, and whether it is there.
type desk struct {
	mu      sync.Mutex
	away    error
	trouble map[flows.Address]error // of single conversations
	taken   []string                // "address id text", once each
	ids     map[string]bool
	parts   map[flows.Address][]flows.Part
	notes   map[string]string
	refused []string
}

func newDesk() *desk {
	return &desk{ids: map[string]bool{}, parts: map[flows.Address][]flows.Part{}, notes: map[string]string{}}
}

func (d *desk) receive(_ context.Context, from flows.Address, id string, in flows.Input) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.away != nil || d.trouble[from] != nil {
		return errors.Join(d.away, d.trouble[from])
	}
	if d.ids[id] {
		return nil
	}
	d.ids[id] = true
	what := fmt.Sprintf("%T", in)
	switch in := in.(type) {
	case flows.Said:
		what = in.Text
	case flows.Sent:
		what = "(" + string(in.Kind) + ")"
	}
	d.taken = append(d.taken, numberOf(from)+" "+what)
	return nil
}

func (d *desk) sent(_ context.Context, to flows.Address, p flows.Part) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.parts[to] = append(d.parts[to], p)
	return d.away
}

func (d *desk) sentTo(_ context.Context, to flows.Address) ([]flows.Part, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.parts[to]), d.away
}

func (d *desk) reported(_ context.Context, to flows.Address, r flows.Receipt) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i, p := range d.parts[to] {
		if p.ID == r.ID {
			d.parts[to][i].State, d.parts[to][i].Reason = r.State, r.Reason
			return true, d.away
		}
	}
	return false, d.away
}

// heard are the inputs taken so far.
func (d *desk) heard() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.taken)
}

// leave has the store go away, or come back with nil.
func (d *desk) leave(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.away = err
}

// open connects a channel to a provider, and that to the channel.
func open(t *testing.T, d *desk) (*SMS, *smstest.Twilio) {
	t.Helper()
	server := smstest.Start(t, smstest.Options{})
	var handler http.Handler
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(web.Close)
	server.SetWebhook(web.URL + "/sms")
	s := behind(t, d, server.URL(), web.URL+"/sms")
	handler = s.Handler()
	return s, server
}

// behind is a channel of that desk, with that provider.
func behind(t *testing.T, d *desk, api, callback string) *SMS {
	t.Helper()
	s, err := New(Options{
		Gateway: Twilio, From: smstest.From, API: api, Callback: callback,
		User: smstest.Account, Password: smstest.Token, Prefixes: []string{"+33", "+262"},
		Receive: d.receive, Sent: d.sent, Parts: d.sentTo, Reported: d.reported,
		Price: func(flows.Address) int { return 700 },
		Note: func(_ context.Context, name, value string) error {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.notes[name] = value
			return d.away
		},
		Noted: func(_ context.Context, name string) (string, error) {
			d.mu.Lock()
			defer d.mu.Unlock()
			return d.notes[name], d.away
		},
		Acquire: func(context.Context, time.Duration) (bool, error) { return true, nil },
		Release: func(context.Context) error { return nil },
		Refused: func(reason string) {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.refused = append(d.refused, reason)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// run runs the channel until the test ends.
func run(t *testing.T, s *SMS) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
}

// until waits for what is sure to come.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !done(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("in vain: waited for %s", what)
		}
	}
}

const (
	learner = "+33639980123"
	other   = "+33639980124"
)

func deliver(text string) flows.Delivery {
	return flows.Delivery{ID: "1.0.abc", To: Channel + ":" + learner, Message: flows.Message{Text: text}, Attempt: 1}
}

// long is a text of three SMS.
func long() string { return strings.Repeat("Une phrase tient ici. ", 33) }

func TestNumber(t *testing.T) {
	tests := []struct {
		text string
		want flows.Address
		err  error
	}{
		{"+33 6 39 98 01 23", "sms:+33639980123", nil},
		{"06 39 98 01 23", "sms:+33639980123", nil},
		{"0033639980123", "sms:+33639980123", nil},
		{"33639980123", "sms:+33639980123", nil},
		{"07.57.12.34.56", "sms:+33757123456", nil},
		{"+262692123456", "sms:+262692123456", nil},
		{"262692123456", "sms:+262692123456", nil},
		{"+590690123456", "sms:+590690123456", nil},
		{"+687751234", "sms:+687751234", nil},
		{"+33145678901", "", ErrLandline},
		{"0937123456", "", ErrLandline},
		{"0800123456", "", ErrLandline},
		{"38184", "", ErrShort},
		{"3646", "", ErrShort},
		{"LaPoste", "", ErrNoNumber},
		{"", "", ErrNoNumber},
		{"+", "", ErrNoNumber},
		{"whatsapp:+33639980123", "", ErrNoNumber},
		{"+339", "", ErrNoNumber},
		{strings.Repeat("6", 4000), "", ErrNoNumber},
		{"٠٦٣٩٩٨٠١٢٣", "sms:+33639980123", nil},
	}
	for _, tt := range tests {
		got, err := Number(tt.text)
		if got != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("Number(%.20q) = %q, %v; want %q, %v", tt.text, got, err, tt.want, tt.err)
		}
	}
}

// Each part is noted before the next leaves; what was noted is not sent again.
func TestSendGoesOnWhereItStopped(t *testing.T) {
	d := newDesk()
	s, server := open(t, d)
	message := deliver(long())
	want := message.Message.SMS().Messages()
	if len(want) != 3 {
		t.Fatalf("%d parts, want 3", len(want))
	}
	d.parts[message.To] = []flows.Part{{Delivery: message.ID, Place: 0, ID: "twilio/SM1"}}
	server.Script(smstest.Fault{To: learner, Times: 1, Code: http.StatusServiceUnavailable})
	if err := s.Send(t.Context(), message); err == nil {
		t.Fatal("a provider in trouble took a part")
	}
	if err := s.Send(t.Context(), message); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range server.Messages(learner) {
		got = append(got, m.Body)
	}
	if diff := cmp.Diff(want[1:], got); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
	for i, p := range d.parts[message.To][1:] {
		if p.Place != i+1 || p.Segments != 2 && i == 0 || p.Price != 700*p.Segments || !strings.HasPrefix(p.ID, "twilio/SM") {
			t.Errorf("part %d is noted as %+v", i+1, p)
		}
	}
}

// Whoever told the provider STOP is written to no more, and that is taken as an
// input; a pause of one is a pause of all.
func TestSendRefused(t *testing.T) {
	tests := []struct {
		name   string
		fault  smstest.Fault
		reason string
		never  bool
		after  time.Duration
		taken  []string
	}{
		{"stopped at the provider", smstest.Fault{Times: 1, Code: 400, TwilioCode: 21610}, "blocked (21610)", true, 0, []string{learner + " flows.Blocked"}},
		{"no number", smstest.Fault{Times: 1, Code: 400, TwilioCode: 21211}, "number.invalid (21211)", true, 0, nil},
		{"no mobile", smstest.Fault{Times: 1, Code: 400, TwilioCode: 21614}, "number.landline (21614)", true, 0, nil},
		{"abroad", smstest.Fault{Times: 1, Code: 400, TwilioCode: 21408}, "number.abroad (21408)", true, 0, nil},
		{"too many", smstest.Fault{Times: 1, Code: 429, TwilioCode: 20429, RetryAfter: 7}, "gateway.busy (20429)", false, 7 * time.Second, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk()
			s, server := open(t, d)
			server.Script(tt.fault)
			err := s.Send(t.Context(), deliver("Bonjour"))
			var refusal *flows.Refusal
			if !errors.As(err, &refusal) || refusal.Reason != tt.reason || refusal.Never != tt.never || refusal.After != tt.after {
				t.Errorf("refused with %+v (%v)", refusal, err)
			}
			if diff := cmp.Diff(tt.taken, d.heard()); diff != "" {
				t.Errorf("taken (-want +got):\n%s", diff)
			}
			again := deliver("Bonsoir")
			again.To = Channel + ":" + other
			if err := s.Send(t.Context(), again); (err != nil) != (tt.after > 0) {
				t.Errorf("another person's message: %v", err)
			}
		})
	}
}

// Nothing leaves for whom we do not talk to.
func TestSendToNobody(t *testing.T) {
	s, server := open(t, newDesk())
	for number, reason := range map[string]string{"+212612345678": reasonAbroad, "+33145678901": reasonLandline, "38184": reasonShort, "x": reasonInvalid} {
		d := deliver("Bonjour")
		d.To = flows.Address(Channel + ":" + number)
		var refusal *flows.Refusal
		if err := s.Send(t.Context(), d); !errors.As(err, &refusal) || !refusal.Never || refusal.Reason != reason {
			t.Errorf("to %s: %v, want %s", number, err, reason)
		}
		if n := len(server.Messages(number)); n > 0 {
			t.Errorf("%d messages for %s", n, number)
		}
	}
}

// An SMS is taken once, and one of a number we do not talk to leaves nothing.
func TestInbound(t *testing.T) {
	d := newDesk()
	s, server := open(t, d)
	run(t, s)
	server.Say(learner, "bonjour 🙂 سلام")
	server.Say("+212612345678", "bonjour")
	server.Say("+33145678901", "bonjour")
	server.Say(learner, "")
	server.Say(learner, strings.Repeat("é", 10_000))
	want := []string{learner + " bonjour 🙂 سلام", learner + " ", learner + " " + strings.Repeat("é", 10_000)}
	if diff := cmp.Diff(want, d.heard()); diff != "" {
		t.Errorf("taken (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{reasonAbroad, reasonLandline}, d.refused); diff != "" {
		t.Errorf("refused (-want +got):\n%s", diff)
	}
	if n := server.Failed(); n > 0 {
		t.Errorf("%d SMS were not taken", n)
	}
}

// What does not prove where it comes from is nothing to us.
func TestForged(t *testing.T) {
	d := newDesk()
	s, _ := open(t, d)
	run(t, s)
	ask := func(method, body string) int {
		r := httptest.NewRequest(method, "/sms", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("X-Twilio-Signature", "Zm9yZ2Vk")
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		return w.Code
	}
	form := "MessageSid=SM1&AccountSid=" + smstest.Account + "&From=%2B33639980123&Body=bonjour"
	for _, tt := range []struct {
		method, body string
		want         int
	}{
		{http.MethodPost, form, http.StatusForbidden},
		{http.MethodPost, "", http.StatusForbidden},
		{http.MethodGet, "", http.StatusForbidden},
		{http.MethodPut, form, http.StatusMethodNotAllowed},
		{http.MethodPost, form + strings.Repeat("x", maxBody), http.StatusRequestEntityTooLarge},
	} {
		if got := ask(tt.method, tt.body); got != tt.want {
			t.Errorf("%s of %d bytes: %d, want %d", tt.method, len(tt.body), got, tt.want)
		}
	}
	if heard := d.heard(); len(heard) > 0 {
		t.Errorf("taken: %q", heard)
	}
}

var errAway = errors.New("the store is away")

// While the store is away nothing is acknowledged. What the gateway will not
// bring again is listed when the store is back, in order and once, and what comes
// meanwhile waits behind it.
func TestStoreAway(t *testing.T) {
	d := newDesk()
	s, server := open(t, d)
	run(t, s)
	server.Say(learner, "un")
	d.leave(errAway)
	server.Say(learner, "deux")
	server.Say(other, "deux")
	if n := server.Failed(); n != 2 {
		t.Fatalf("%d SMS were not taken, want 2", n)
	}
	late := make(chan struct{})
	go func() {
		defer close(late)
		server.Say(learner, "trois")
	}()
	d.leave(nil)
	<-late
	until(t, "all", func() bool { return len(d.heard()) == 4 })
	want := []string{learner + " un", learner + " deux", other + " deux", learner + " trois"}
	if diff := cmp.Diff(want, d.heard()); diff != "" {
		t.Errorf("taken (-want +got):\n%s", diff)
	}
}

// What stands in no outbox is sent each time, and not kept.
func TestAside(t *testing.T) {
	d := newDesk()
	s, server := open(t, d)
	for _, id := range []string{"0.a", "0.b"} {
		message := deliver("Revenez dans une heure.")
		message.ID, message.Aside = id, true
		if err := s.Send(t.Context(), message); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(server.Messages(learner)); n != 2 {
		t.Errorf("%d messages, want 2", n)
	}
	if p := d.parts[deliver("").To][0]; p.Delivery != "" {
		t.Errorf("noted as %+v", p)
	}
}

// What came in while no process was there is listed at the start, before
// anything new is taken.
func TestNobodyThere(t *testing.T) {
	d := newDesk()
	s, server := open(t, d)
	s.gate.open(time.Now(), nil)
	if _, failed, err := s.catchUp(t.Context(), s.gateway.(lister)); len(failed) > 0 || err != nil { // it has been there before
		t.Fatal(err)
	}
	server.SetWebhook("http://127.0.0.1:1/sms")
	for _, text := range []string{"un", "deux", "trois"} {
		server.Say(learner, text)
	}
	next := behind(t, d, server.URL(), s.o.Callback)
	run(t, next)
	until(t, "all", func() bool { return len(d.heard()) == 3 })
	want := []string{learner + " un", learner + " deux", learner + " trois"}
	if diff := cmp.Diff(want, d.heard()); diff != "" {
		t.Errorf("taken (-want +got):\n%s", diff)
	}
	until(t, "an open gate", func() bool { return !next.gate.closed() })
}

// A receipt finds its part, also one that is faster than the note of it.
func TestReceipt(t *testing.T) {
	d := newDesk()
	s, server := open(t, d)
	run(t, s)
	if err := s.Send(t.Context(), deliver("Bonjour")); err != nil {
		t.Fatal(err)
	}
	sid := server.Messages(learner)[0].SID
	to := deliver("").To
	noted := d.parts[to]
	d.mu.Lock()
	d.parts[to] = nil
	d.mu.Unlock()
	done := make(chan struct{})
	go func() {
		defer close(done)
		server.Report(sid, "undelivered", "30005")
	}()
	if err := d.sent(t.Context(), to, noted[0]); err != nil {
		t.Fatal(err)
	}
	<-done
	if p := d.parts[to][0]; p.State != flows.PartFailed || !strings.HasPrefix(p.Reason, reasonUnknown) {
		t.Errorf("the part is %+v", p)
	}
}

// A gateway lacks what it needs, or is none.
func TestMissing(t *testing.T) {
	if _, err := New(Options{Gateway: "pigeon"}); !errors.Is(err, ErrGateway) {
		t.Errorf("error %v, want ErrGateway", err)
	}
	for _, name := range []string{Twilio, OVH, Android, Custom} {
		missing, err := Missing(Options{Gateway: name})
		if err != nil || !slices.Contains(missing, "callback") {
			t.Errorf("%s lacks %q, %v", name, missing, err)
		}
		if name != Twilio && !slices.Contains(missing, "secret") {
			t.Errorf("%s takes what comes in without a secret", name)
		}
		if _, err := New(Options{Gateway: name}); !errors.Is(err, ErrIncomplete) {
			t.Errorf("%s without settings: %v", name, err)
		}
	}
}

// unknown knows no id.
func unknown(string) bool { return false }
