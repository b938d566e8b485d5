package bot

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"passerelle/store"
	"passerelle/store/bolt"
)

// A line is the way of one process to its store. It can be cut.
type line struct {
	store.Kernel

	cut atomic.Bool
}

// errCut is what a line that is cut gives.
var errCut = errors.New("the line to the store is cut")

func (l *line) err() error {
	if l.cut.Load() {
		return errCut
	}
	return nil
}

// Get implements [store.Kernel].
func (l *line) Get(ctx context.Context, records ...store.Key) ([]store.Versioned, error) {
	if err := l.err(); err != nil {
		return nil, err
	}
	return l.Kernel.Get(ctx, records...)
}

// Range implements [store.Kernel].
func (l *line) Range(ctx context.Context, limit int, lists ...store.Key) ([][][]byte, error) {
	if err := l.err(); err != nil {
		return nil, err
	}
	return l.Kernel.Range(ctx, limit, lists...)
}

// Claim implements [store.Kernel].
func (l *line) Claim(ctx context.Context, set string, due, until int64, limit int) ([]store.Member, error) {
	if err := l.err(); err != nil {
		return nil, err
	}
	return l.Kernel.Claim(ctx, set, due, until, limit)
}

// Apply implements [store.Kernel].
func (l *line) Apply(ctx context.Context, w store.Write) (store.Reply, error) {
	if err := l.err(); err != nil {
		return store.Reply{}, err
	}
	return l.Kernel.Apply(ctx, w)
}

// onLine opens a house with a line to its store that can be cut.
func onLine(t *testing.T) (*kit, *line) {
	t.Helper()
	l := &line{}
	k := openKit(t, t.TempDir(), func(h *house) {
		_ = h.store.Close()
		kernel, err := bolt.Open(h.config.Data)
		if err != nil {
			t.Fatal(err)
		}
		l.Kernel = kernel
		h.store = store.Open(l, store.Options{})
	})
	return k, l
}

// another is the relay of a second process on the same store, with a line of
// its own.
func (k *kit) another(l *line, channel Channel) *Relay {
	second := &Relay{
		store: store.Open(l.Kernel, store.Options{}), zones: k.zones, hours: usualHours(), meter: newMeter(),
		log: k.relay.log, now: time.Now, receive: k.bot.Receive, outage: &outage{},
	}
	second.connect(map[string]Channel{"flaky": channel})
	return second
}

// backup is all the store holds now.
func (l *line) backup(t *testing.T) []store.Thing {
	t.Helper()
	var all []store.Thing
	err := l.Scan(t.Context(), func(one store.Thing) error {
		all = append(all, one)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// A store that lost its last moments is told of once: one line that names
// nobody, a count, a mark that stays. The learner goes on from where it stands.
func TestReceiveFromAStoreThatWentBack(t *testing.T) {
	k, l := onLine(t)
	k.must(k.say("phone:secret", "1", "bonjour"))
	backup := l.backup(t)
	k.must(k.say("phone:secret", "2", "1"))
	k.must(k.say("phone:secret", "3", "AIDE"))
	k.must(l.Restore(t.Context(), backup...))
	k.must(k.say("phone:secret", "4", "1"))
	k.must(k.say("phone:secret", "5", "AIDE"))
	if r := k.record("phone:secret"); r.Conversation.Turn != 3 || len(r.Conversation.Run) != 1 {
		t.Errorf("the learner does not go on: %+v", r.Conversation)
	}
	marks, err := k.store.Setbacks(t.Context())
	k.must(err)
	if len(marks) != 1 || marks[0].Address != "phone:secret" || marks[0].Known != 3 || marks[0].Found != 1 {
		t.Errorf("marks %+v", marks)
	}
	told := k.log.String()
	if strings.Count(told, "went back in time") != 1 || strings.Contains(told, "secret") {
		t.Errorf("log:\n%s", told)
	}
	_, metrics := fetch(t, k.adminPages(), "/metrics", "127.0.0.1")
	for _, want := range []string{"passerelle_store_went_back_total 1", "passerelle_conversations_went_back 1"} {
		if !strings.Contains(metrics, want) {
			t.Errorf("the metrics lack %s", want)
		}
	}
	said, err := report(t, k)
	if err != nil || !strings.Contains(said, "! Les données ont reculé dans le temps : 1 conversation a perdu") {
		t.Errorf("error %v, report\n%s", err, said)
	}
}

// An input whose turn was lost is taken when it comes again, not taken for a
// repeated one.
func TestReceiveAgainWhatWasLost(t *testing.T) {
	k, l := onLine(t)
	k.must(k.say("phone:a", "1", "bonjour"))
	backup := l.backup(t)
	k.must(k.say("phone:a", "2", "1"))
	k.must(l.Restore(t.Context(), backup...))
	for range 3 {
		k.must(k.say("phone:a", "2", "1"))
	}
	if r := k.record("phone:a"); r.Conversation.Turn != 2 || len(r.Conversation.Run) != 1 {
		t.Errorf("conversation %+v", r.Conversation)
	}
}

// A repeated input is acknowledged only when the store says that its turn is
// safe.
func TestReceiveRepeatedNeedsTheStore(t *testing.T) {
	k, l := onLine(t)
	k.must(k.say("phone:a", "1", "bonjour"))
	l.cut.Store(true)
	if err := k.say("phone:a", "1", "bonjour"); !errors.Is(err, errCut) {
		t.Errorf("error %v", err)
	}
	l.cut.Store(false)
	k.must(k.say("phone:a", "1", "bonjour"))
	if r := k.record("phone:a"); r.Conversation.Turn != 1 {
		t.Errorf("turn %d", r.Conversation.Turn)
	}
}
