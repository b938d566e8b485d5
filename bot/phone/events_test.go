package phone

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"passerelle/flows"
)

// An event is one server-sent event as a browser reads it.
type event struct{ id, name, data string }

// A follower is an open stream.
type follower struct {
	testing.TB

	scanner *bufio.Scanner
	stop    func()
}

// follow opens the stream of a visitor.
func (v *visitor) follow(query, lastID string) *follower {
	v.Helper()
	ctx, stop := context.WithCancel(v.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, v.url+"/events"+query, nil)
	if err != nil {
		v.Fatal(err)
	}
	if lastID != "" {
		r.Header.Set("Last-Event-ID", lastID)
	}
	resp, err := v.client.Do(r)
	if err != nil {
		v.Fatal(err)
	}
	v.Cleanup(func() { stop(); resp.Body.Close() })
	if got := resp.Header.Get("Content-Type"); got != "text/event-stream" {
		v.Fatalf("status %d, type %q", resp.StatusCode, got)
	}
	return &follower{v.TB, bufio.NewScanner(resp.Body), stop}
}

// next is the next event, or the zero one at the end of the stream.
func (f *follower) next() event {
	f.Helper()
	var e event
	for f.scanner.Scan() {
		name, value, _ := strings.Cut(f.scanner.Text(), ": ")
		switch name {
		case "id":
			e.id = value
		case "event":
			e.name = value
		case "data":
			e.data = value
		case "":
			return e
		}
	}
	return event{}
}

// lines is the next event, which must hold these lines.
func (f *follower) lines(id string, numbers ...uint64) {
	f.Helper()
	e := f.next()
	var u update
	if err := json.Unmarshal([]byte(e.data), &u); err != nil || e.name != "lines" || e.id != id {
		f.Fatalf("%v: event %+v, want lines up to %s", err, e, id)
	}
	var got []uint64
	for _, l := range u.Lines {
		got = append(got, l.N)
	}
	if fmt.Sprint(got) != fmt.Sprint(numbers) {
		f.Errorf("lines %v, want %v", got, numbers)
	}
}

func TestEventsFollowAndResume(t *testing.T) {
	m := newMemory()
	v := serve(t, newPhone(t, m, nil))
	v.begin()
	f := v.follow("?after=1", "")
	f.lines("2", 2) // what the page does not have yet
	v.post("/say", "id", "a", "text", "1")
	f.lines("4", 3, 4)
	f.stop()
	v.post("/say", "id", "b", "text", "C’est fait")
	v.post("/say", "id", "c", "text", "Marie")
	f = v.follow("?after=1", "4") // the browser's own header knows better
	f.lines("8", 5, 6, 7, 8)
}

func TestEventsAreWokenByDeliveries(t *testing.T) {
	m := newMemory()
	p := newPhone(t, m, nil)
	v := serve(t, p)
	v.begin()
	of := m.only(t)
	f := v.follow("?after=2", "")
	if e := f.next(); e.name != "beat" {
		t.Fatalf("first event %+v", e)
	}
	m.set(func(m *memory) { m.say(of, "Vous êtes toujours là ?") })
	for range 2 { // a delivery repeated shows nothing twice
		if err := p.Send(t.Context(), flows.Delivery{ID: "9.0", To: of}); err != nil {
			t.Fatal(err)
		}
	}
	f.lines("3", 3)
	if err := p.Send(t.Context(), flows.Delivery{To: "phone:someone-else"}); err != nil {
		t.Fatal(err)
	}
	m.set(func(m *memory) { m.say(of, "Je vous attends.") })
	_ = p.Send(t.Context(), flows.Delivery{To: of})
	for e := f.next(); e.name != "lines"; e = f.next() {
		if e.name != "beat" {
			t.Fatalf("event %+v", e)
		}
	}
}

func TestEventsOfNobody(t *testing.T) {
	v := serve(t, newPhone(t, newMemory(), nil))
	if status, _ := v.get("/events"); status != http.StatusNoContent {
		t.Errorf("status %d", status)
	}
}

func TestStreamsAreCapped(t *testing.T) {
	tests := []struct {
		name      string
		each, all int
	}{
		{"one learner", 2, 100},
		{"in all", 100, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newPhone(t, newMemory(), func(o *Options) { o.StreamsEach, o.Streams = tt.each, tt.all })
			v := serve(t, p)
			v.begin()
			first, second := v.follow("", ""), v.follow("", "")
			first.next()
			second.next()
			if e := v.follow("", "").next(); e.name != "full" || !strings.Contains(e.data, "Actualiser") {
				t.Fatalf("third stream: %+v", e)
			}
			first.stop()
			for end := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
				if e := v.follow("", "").next(); e.name == "lines" {
					return
				}
				if time.Now().After(end) {
					t.Fatal("a stream that ended still counts")
				}
			}
		})
	}
}

func TestCloseEndsStreams(t *testing.T) {
	p := newPhone(t, newMemory(), nil)
	v := serve(t, p)
	v.begin()
	f := v.follow("", "")
	f.next()
	p.Close()
	p.Close()
	if e := f.next(); e != (event{}) {
		t.Errorf("event %+v after the end", e)
	}
}

func TestStreamEndsWhenTheStoreIsAway(t *testing.T) {
	m := newMemory()
	p := newPhone(t, m, nil)
	v := serve(t, p)
	v.begin()
	of := m.only(t)
	f := v.follow("", "")
	f.next()
	m.set(func(m *memory) { m.blind = true })
	_ = p.Send(t.Context(), flows.Delivery{To: of})
	if e := f.next(); e != (event{}) {
		t.Errorf("event %+v, want the end: the page then says so", e)
	}
}

// A server that grants little time for reading a request must not cut what
// lasts.
func TestStreamOutlivesReadTimeout(t *testing.T) {
	m := newMemory()
	p := newPhone(t, m, func(o *Options) { o.Heartbeat = 150 * time.Millisecond })
	s := httptest.NewUnstartedServer(p.Handler())
	s.Config.ReadTimeout = 50 * time.Millisecond
	s.Start()
	t.Cleanup(s.Close)
	t.Cleanup(p.Close)
	v := visit(t, s.URL)
	v.begin()
	f := v.follow("", "")
	f.next()
	for range 3 {
		if e := f.next(); e.name != "beat" {
			t.Fatalf("event %+v, want a sign of life", e)
		}
	}
}

// A quiet page hears from us every 20 seconds.
func TestHeartbeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPhone(t, newMemory(), nil)
		ctx, cancel := context.WithTimeout(t.Context(), 65*time.Second)
		defer cancel()
		w := &recorder{ResponseRecorder: httptest.NewRecorder()}
		r := httptest.NewRequest(http.MethodGet, "http://localhost/events", nil).WithContext(ctx)
		r.Header.Set("Cookie", cookieName+"="+string(newSecret()))
		p.Handler().ServeHTTP(w, r)
		if got := strings.Count(w.Body.String(), "event: beat"); got != 4 { // at once, at 20, 40 and 60
			t.Errorf("%d signs of life in 65 seconds:\n%s", got, w.Body)
		}
	})
}

// A recorder is a connection that breaks after some writes, if told so.
type recorder struct {
	*httptest.ResponseRecorder

	mu    sync.Mutex
	left  int
	limit bool
}

var errBroken = errors.New("connection broken")

func (w *recorder) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.limit {
		if w.left--; w.left < 0 {
			return 0, errBroken
		}
	}
	return w.ResponseRecorder.Write(b)
}

func TestBrokenConnectionEndsTheStream(t *testing.T) {
	m := newMemory()
	p := newPhone(t, m, nil)
	s := newSecret()
	if err := m.receive(t.Context(), s.address(), "a", flows.Opened{}); err != nil {
		t.Fatal(err)
	}
	for writes := range 2 {
		w := &recorder{ResponseRecorder: httptest.NewRecorder(), limit: true, left: writes}
		r := httptest.NewRequest(http.MethodGet, "http://localhost/events", nil)
		r.Header.Set("Cookie", cookieName+"="+string(s))
		p.Handler().ServeHTTP(w, r) // returns, or the test never ends
	}
	if p.pages.count != 0 || len(p.pages.open) != 0 {
		t.Errorf("%d streams left", p.pages.count)
	}
}
