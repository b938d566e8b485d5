package storetest

import (
	"strconv"
	"time"

	"pgregory.net/rapid"

	"passerelle/flows"
	"passerelle/store"
)

// part notes an SMS of a learner on both, sometimes one that was noted before.
func (m *turnMachine) part(t *rapid.T) {
	a, _ := m.learner(t)
	n := strconv.Itoa(rapid.IntRange(0, 30).Draw(t, "part"))
	p := flows.Part{Delivery: n, ID: n + rapid.SampledFrom([]string{"", "b"}).Draw(t, "id"), At: m.now, Segments: 1, Price: 725}
	day := m.now.Format(time.DateOnly)
	both(t, "sent", m.pair, func(s *store.Store) (bool, error) { return true, s.Sent(t.Context(), a, p, day) })
	total := both(t, "spend", m.pair, func(s *store.Store) (map[string]int64, error) {
		return s.Spend(t.Context(), day, map[string]int64{a.Channel(): 725})
	})
	kept := both(t, "parts", m.pair, func(s *store.Store) (store.Parts, error) { return s.Parts(t.Context(), a) })
	if len(kept.Parts) > 24 || kept.Day != day || total[a.Channel()] < 725 {
		t.Fatalf("%d parts are kept, of %s, %d spent in all", len(kept.Parts), kept.Day, total[a.Channel()])
	}
}

// receipt notes what became of an SMS, perhaps of one nobody sent.
func (m *turnMachine) receipt(t *rapid.T) {
	a, _ := m.learner(t)
	r := flows.Receipt{
		ID: strconv.Itoa(rapid.IntRange(0, 30).Draw(t, "part")), At: m.now,
		State: rapid.SampledFrom([]flows.PartState{flows.PartSent, flows.PartArrived, flows.PartFailed}).Draw(t, "state"),
	}
	both(t, "reported", m.pair, func(s *store.Store) (bool, error) { return s.Reported(t.Context(), a, r) })
	both(t, "failed", m.pair, func(s *store.Store) ([]store.Failed, error) { return s.Failed(t.Context()) })
}

// queue looks at what waits, and at what waits for one.
func (m *turnMachine) queue(t *rapid.T) {
	a, acc := m.learner(t)
	all := both(t, "queue", m.pair, func(s *store.Store) ([]store.Pending, error) { return s.Queue(t.Context(), 0) })
	one := both(t, "pending", m.pair, func(s *store.Store) (store.Pending, error) { return s.Pending(t.Context(), a) })
	if len(one.Letters) != len(acc.waiting) {
		t.Fatalf("%d letters wait for one, want %d", len(one.Letters), len(acc.waiting))
	}
	letters, want := 0, 0
	for _, p := range all {
		letters += len(p.Letters)
	}
	for _, other := range m.account {
		want += len(other.waiting)
	}
	if letters != want {
		t.Fatalf("%d letters wait in all, want %d", letters, want)
	}
}
