package storetest

import (
	"context"
	"errors"
	"time"

	"passerelle/store"
)

// setbackStories are what the store promises when it lost its last moments.
func setbackStories() []story {
	return []story{
		{"an input is repeated only while the store has it", repeatedInput},
		{"a store that went back says so, once", wentBack},
		{"another history under the same version is told", anotherHistory},
		{"a store that lost all of a conversation", lostWhole},
		{"whoever only reads forgets no alarm", lostWholeAndRead},
		{"what was known before a write failed is not forgotten", knownBeforeFailure},
		{"a reader that was slow raises no alarm", slowReader},
		{"a late note takes no message of another history", lateNote},
	}
}

// What was sent before the store went back is noted after it: the message that
// has its place now was not sent yet.
func lateNote(s *scene) {
	there := s.another()
	s.commit("m1", "bonjour", "un")
	s.delivered(s.next())
	backup := s.backup()
	s.commit("m2", "1", "deux")
	sent := s.next()
	can[bool](s)(s.store.Delivered(s.Context(), sent)) // a backup has no empty list to bring back
	s.restore(backup)
	before := can[store.Record](s)(there.Load(s.Context(), marie))
	can[store.Committed](s)(s.takes(there, before, "m3"))
	can[bool](s)(s.store.Delivered(s.Context(), sent))
	s.is("still waiting", s.next().Message.Text, "y")
}

// backup is all of Marie's partition, as it is now.
func (s *scene) backup() []store.Thing {
	s.Helper()
	var kept []store.Thing
	s.ok(s.kernel.Scan(s.Context(), func(t store.Thing) error {
		if t.Partition == store.Partition(marie) {
			kept = append(kept, t)
		}
		return nil
	}))
	return kept
}

// restore brings the store back to where it was, as a replica that was behind
// would when it takes over.
func (s *scene) restore(backup []store.Thing) {
	s.Helper()
	s.ok(s.kernel.Restore(s.Context(), backup...))
}

// takes commits a turn of Marie's from that record.
func (s *scene) takes(on *store.Store, before store.Record, id string) (store.Committed, error) {
	return on.Commit(s.Context(), before, Turn(before, id, s.now, "x", "y"))
}

// again commits what met a conflict from the record that came with it.
func (s *scene) again(on *store.Store, after store.Committed, err error, id string) store.Committed {
	s.Helper()
	s.fails(err, store.ErrConflict)
	return can[store.Committed](s)(s.takes(on, after.Record, id))
}

func (s *scene) setbacks() []store.Setback {
	s.Helper()
	return can[[]store.Setback](s)(s.store.Setbacks(s.Context()))
}

func repeatedInput(s *scene) {
	taken := func(id string) bool { return can[bool](s)(s.store.Repeated(s.Context(), marie, id)) }
	s.is("nobody began", taken("m1"), false)
	s.commit("m1", "bonjour", "Bonjour !")
	backup := s.backup()
	known := s.commit("m2", "1", "Bien.")
	s.is("taken", taken("m1") && taken("m2"), true)
	s.is("another", taken("m3"), false)
	s.restore(backup)
	s.is("taken long before", taken("m1"), true)
	s.is("taken and lost", taken("m2"), false)
	got, err := s.takes(s.store, known.Record, "m2")
	s.is("version", got.Record.Version, uint64(1))
	s.is("taken again", s.again(s.store, got, err, "m2").WentBack, true)
	s.is("taken for good", taken("m2"), true)
}

func wentBack(s *scene) {
	s.commit("m1", "bonjour", "Bonjour !")
	backup := s.backup()
	s.commit("m2", "1", "Bien.")
	s.commit("m3", "2", "Très bien.")
	s.restore(backup)
	guess := can[store.Record](s)(s.store.Load(s.Context(), marie))
	s.is("still known", guess.Version, uint64(3))
	got, err := s.takes(s.store, guess, "m4")
	mark := store.Setback{Address: marie, Known: 3, Found: 1, At: s.now}
	s.is("found", got.Record.Setback, &mark)
	s.is("only found", got.WentBack, false)
	s.is("no mark yet", s.setbacks(), []store.Setback{})
	s.pass(time.Minute)
	done := s.again(s.store, got, err, "m4")
	s.is("told", done.WentBack, true)
	s.is("marked", s.setbacks(), []store.Setback{mark})
	s.is("counted", can[store.Stats](s)(s.store.Stats(s.Context())).Setbacks, int64(1))
	s.is("goes on", done.Record.Version, uint64(2))
	entries := can[[]store.Entry](s)(s.store.Transcript(s.Context(), marie, 2))
	s.is("lines", len(entries), 3)
	s.is("noted", entries[0], store.Entry{N: 3, Turn: 2, At: s.now, Who: store.Note, Reason: store.WentBack})
	s.is("then the learner", entries[1].Who, store.Learner)
	s.is("the last", entries[2].N, done.Record.Lines)
	cached := can[store.Record](s)(s.store.Load(s.Context(), marie))
	s.is("told once", can[store.Committed](s)(s.takes(s.store, cached, "m5")).WentBack, false)
	s.is("marked once", len(s.setbacks()), 1)
}

func anotherHistory(s *scene) {
	there := s.another()
	first := s.commit("m1", "bonjour", "Bonjour !")
	backup := s.backup()
	known := s.commit("m2", "1", "Bien.")
	s.restore(backup)
	can[store.Committed](s)(s.takes(there, first.Record, "m3"))
	got, err := s.takes(s.store, known.Record, "m4")
	s.is("found", got.Record.Setback, &store.Setback{Address: marie, Known: 2, Found: 2, At: s.now})
	s.is("told", s.again(s.store, got, err, "m4").WentBack, true)
	s.is("the other history goes on", s.load().Ring.Has("m3"), true)
	s.is("an ordinary conflict is none", len(s.setbacks()), 1)
}

func lostWhole(s *scene) {
	known := s.commit("m1", "bonjour", "Bonjour !")
	empty := store.Open(NewModel(), store.Options{Now: func() time.Time { return s.now }})
	got, err := s.takes(empty, known.Record, "m2")
	s.is("nothing", got.Record.Version, uint64(0))
	s.is("told", s.again(empty, got, err, "m2").WentBack, true)
	mark := store.Setback{Address: marie, Known: 1, At: s.now}
	s.is("marked", can[[]store.Setback](s)(empty.Setbacks(s.Context())), []store.Setback{mark})
}

func lostWholeAndRead(s *scene) {
	here, line := s.over()
	nothing := can[store.Record](s)(here.Load(s.Context(), marie))
	can[store.Committed](s)(s.takes(here, nothing, "m1"))
	line.Kernel = NewModel()
	mark := store.Setback{Address: marie, Known: 1, At: s.now}
	for range 3 {
		s.is("found", can[store.Record](s)(here.Refresh(s.Context(), marie)).Setback, &mark)
	}
	found := can[store.Record](s)(here.Load(s.Context(), marie))
	s.is("told", can[store.Committed](s)(s.takes(here, found, "m2")).WentBack, true)
	s.is("marked", can[[]store.Setback](s)(here.Setbacks(s.Context())), []store.Setback{mark})
}

// A moody kernel fails or does something else meanwhile, when told to.
type moody struct {
	store.Kernel
	fails     bool
	meanwhile func()
}

var errMoody = errors.New("the kernel is away")

// Apply implements [store.Kernel].
func (m *moody) Apply(ctx context.Context, w store.Write) (store.Reply, error) {
	if m.fails {
		return store.Reply{}, errMoody
	}
	return m.Kernel.Apply(ctx, w)
}

// Get implements [store.Kernel].
func (m *moody) Get(ctx context.Context, keys ...store.Key) ([]store.Versioned, error) {
	found, err := m.Kernel.Get(ctx, keys...)
	if does := m.meanwhile; does != nil {
		m.meanwhile = nil
		does()
	}
	return found, err
}

// over is a process whose line to the kernel is moody.
func (s *scene) over() (*store.Store, *moody) {
	m := &moody{Kernel: s.kernel}
	return store.Open(m, store.Options{Now: func() time.Time { return s.now }, Lease: lease}), m
}

func knownBeforeFailure(s *scene) {
	here, line := s.over()
	first := s.commit("m1", "bonjour", "Bonjour !")
	backup := s.backup()
	known := can[store.Committed](s)(s.takes(here, first.Record, "m2"))
	line.fails = true
	for range 2 {
		_, err := s.takes(here, known.Record, "m3")
		s.fails(err, errMoody)
	}
	line.fails = false
	s.is("all is there", can[store.Record](s)(here.Load(s.Context(), marie)), known.Record)
	line.fails = true
	_, err := s.takes(here, known.Record, "m3")
	s.fails(err, errMoody)
	line.fails = false
	s.restore(backup)
	found := can[store.Record](s)(here.Load(s.Context(), marie))
	s.is("version", found.Version, uint64(1))
	line.fails = true
	_, err = s.takes(here, found, "m3")
	s.fails(err, errMoody)
	line.fails = false
	found = can[store.Record](s)(here.Load(s.Context(), marie))
	s.is("told", can[store.Committed](s)(s.takes(here, found, "m3")).WentBack, true)
	s.is("marked", s.setbacks(), []store.Setback{{Address: marie, Known: 2, Found: 1, At: s.now}})
}

// A record is read; before it is looked at, the same process has written the
// next one.
func slowReader(s *scene) {
	here, line := s.over()
	first := s.commit("m1", "bonjour", "Bonjour !")
	line.meanwhile = func() { can[store.Committed](s)(s.takes(here, first.Record, "m2")) }
	slow := can[store.Record](s)(here.Load(s.Context(), marie))
	s.is("slow", slow.Version, uint64(1))
	got, err := s.takes(here, slow, "m3")
	s.is("no alarm", s.again(here, got, err, "m3").WentBack, false)
	s.is("no mark", s.setbacks(), []store.Setback{})
}
