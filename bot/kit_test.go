package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"passerelle/bot/phone"
	"passerelle/content"
	"passerelle/flows"
	"passerelle/store"
	"passerelle/store/bolt"
)

// A kit is a whole house on a store of its own, with one channel more that
// does as it is told, and a log that is kept.
type kit struct {
	*house
	t     *testing.T
	data  string
	flaky *flaky
	log   *strings.Builder
}

// monday is when the tests happen.
func monday(t *testing.T) time.Time { return in(t, home, "2026-11-23 10:00") }

// newKit opens a house; the test runs the relay when it wants one.
func newKit(t *testing.T) *kit {
	t.Helper()
	return openKit(t, t.TempDir(), nil)
}

// openKit opens a house on that data; it is closed at the end of the test.
func openKit(t *testing.T, data string, change func(*house)) *kit {
	t.Helper()
	kernel, err := bolt.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	w := testWords(t)
	log := &strings.Builder{}
	h := &house{
		outage: &outage{},
		config: &Config{Data: data, Newcomers: 1000, Messages: 1000, Admin: "127.0.0.1:0", Hours: usualHours(), Lessons: strings.Fields(fewLessons)},
		words:  w, log: slog.New(slog.NewTextHandler(log, nil)), meter: newMeter(),
		store: store.Open(kernel, store.Options{}), edition: testEdition(t, w),
	}
	if h.zones, err = loadZones(); err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(h)
	}
	if err := h.publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := h.wire(); err != nil {
		t.Fatal(err)
	}
	k := &kit{house: h, t: t, data: data, flaky: &flaky{}, log: log}
	h.relay.connect(map[string]Channel{"phone": &h.phones, "flaky": k.flaky})
	t.Cleanup(h.close)
	return k
}

// fewLessons are the embedded lessons that tests play with: enough for them, and
// soon read under the race detector. testdata/script/tour.txtar plays with all.
const fewLessons = "creer-email choisir-mot-de-passe"

// lessonsVariable has a program use them.
const lessonsVariable = "PASSERELLE_LESSONS=" + fewLessons

// testEdition is that of the embedded lessons that tests play with.
func testEdition(t *testing.T, w words) *content.Edition {
	t.Helper()
	embedded.Do(func() {
		if e, _ := content.Load(content.Only(content.Embedded(), strings.Fields(fewLessons)...), w.bundle); e != nil {
			embedded.edition = e
		}
	})
	if embedded.edition == nil {
		t.Fatal("the embedded lessons have errors")
	}
	return embedded.edition
}

// embedded is that edition, made once: it never changes, and takes its time under
// the race detector.
var embedded struct {
	sync.Once
	edition *content.Edition
}

// say has a learner write something.
func (k *kit) say(who flows.Address, id, text string) error {
	return k.bot.Receive(k.t.Context(), who, id, flows.Said{At: time.Now(), Text: text})
}

// must stops the test when something failed.
func (k *kit) must(err error) {
	k.t.Helper()
	if err != nil {
		k.t.Fatal(err)
	}
}

// record is the conversation as the store has it.
func (k *kit) record(who flows.Address) store.Record {
	k.t.Helper()
	r, err := k.store.Load(k.t.Context(), who)
	k.must(err)
	return r
}

// heard are the texts a learner was sent, as the transcript has them.
func (k *kit) heard(who flows.Address) []string {
	k.t.Helper()
	lines, err := k.lines(k.t.Context(), who, 0)
	k.must(err)
	var texts []string
	for _, l := range lines {
		if l.From != phone.Learner {
			texts = append(texts, l.Message.Text)
		}
	}
	return texts
}

// lastHeard is the last of these.
func (k *kit) lastHeard(who flows.Address) string {
	k.t.Helper()
	all := k.heard(who)
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1]
}

// relayed runs the relay while the work is done and until all is sent.
func (k *kit) relayed(work func()) {
	k.t.Helper()
	k.must(k.alone(k.t.Context(), func(context.Context) error {
		work()
		k.settle()
		return nil
	}))
}

// settle waits until the outbox is empty, ever more patiently.
func (k *kit) settle() {
	k.t.Helper()
	pause := 50 * time.Millisecond
	for range 10_000 {
		s, err := k.store.Stats(k.t.Context())
		k.must(err)
		if s.Outbox == 0 {
			return
		}
		time.Sleep(pause)
		pause = min(pause*2, time.Minute)
	}
	k.t.Fatal("the outbox never empties")
}

// errFlaky is a trouble of the network.
var errFlaky = errors.New("no network")

// A flaky channel fails as often as it is told and keeps what it sent.
type flaky struct {
	mu    sync.Mutex
	fails []error // what the next attempts return; nil sends
	sent  []string
	when  []time.Time // of every attempt
	delay time.Duration
}

// Send implements [Channel].
func (f *flaky) Send(ctx context.Context, d flows.Delivery) error {
	select {
	case <-time.After(f.delay):
	case <-ctx.Done():
		return ctx.Err()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.when = append(f.when, time.Now())
	if len(f.fails) > 0 {
		err := f.fails[0]
		f.fails = f.fails[1:]
		if err != nil {
			return err
		}
	}
	version, rest, _ := strings.Cut(d.ID, ".")
	place, _, _ := strings.Cut(rest, ".")
	f.sent = append(f.sent, fmt.Sprintf("%s %s.%s", d.To, version, place))
	return nil
}

// deliveries are what was sent.
func (f *flaky) deliveries() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.sent...)
}

// noLeaks fails the test when it leaves a goroutine behind.
func noLeaks(t *testing.T) {
	t.Helper()
	t.Cleanup(func() { goleak.VerifyNone(t) })
}
