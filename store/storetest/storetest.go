// Package storetest holds the suite that every kernel of the store passes.
//
// [Run] does three things to a kernel. It tells stories, each of one promise of
// the store, on the kernel. It drives the kernel in lock step with [Model], a
// kernel of a few maps that anyone can check by reading: the same random
// history goes to both, and every reply must be the same, once with bare
// writes, once with the domain verbs above, and once with all of it restored
// into another kernel. And it lets many workers commit and send at once, and
// counts what came of it.
//
// It also holds the peers of the tests: a real redis-server ([Redis]) and a
// cluster ([Redises]) that are killed on request, a proxy that cuts and delays
// ([NewProxy]), and a load whose witness tells what was lost or taken twice
// ([NewLoad]).
package storetest

import (
	"errors"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"passerelle/store"
)

// A Factory makes an empty kernel. The suite closes it.
type Factory func(t *testing.T) store.Kernel

// Run is the whole suite.
func Run(t *testing.T, open Factory) {
	t.Helper()
	Stories(t, open)
	t.Run("lock step of writes", func(t *testing.T) { writesInLockStep(t, open) })
	t.Run("lock step of turns", func(t *testing.T) { turnsInLockStep(t, open) })
	t.Run("lock step of copies", func(t *testing.T) { copiesInLockStep(t, open) })
	t.Run("workers", func(t *testing.T) { workers(t, open) })
}

// Stories are the part of the suite that tells of each promise once.
func Stories(t *testing.T, open Factory) {
	t.Helper()
	t.Run("kernel", func(t *testing.T) { tell(t, kernelStories(), open) })
	t.Run("store", func(t *testing.T) { tell(t, storeStories(), open) })
	t.Run("revisions", func(t *testing.T) { tell(t, revisionStories(), open) })
	t.Run("counts", func(t *testing.T) { tell(t, countStories(), open) })
	t.Run("notes", func(t *testing.T) { tell(t, noteStories(), open) })
	t.Run("codes", func(t *testing.T) { tell(t, codeStories(), open) })
	t.Run("setback", func(t *testing.T) { tell(t, setbackStories(), open) })
	t.Run("outbox", func(t *testing.T) { tell(t, outboxStories(), open) })
	t.Run("parts", func(t *testing.T) { tell(t, partStories(), open) })
	t.Run("queue", func(t *testing.T) { tell(t, queueStories(), open) })
	t.Run("copy", func(t *testing.T) { tell(t, copyStories(), open) })
}

// Long tells whether the tests are to take their time.
func Long() bool { return os.Getenv("PASSERELLE_LONG") == "1" }

// A story is one promise, told on a fresh kernel.
type story struct {
	name string
	tell func(s *scene)
}

func tell(t *testing.T, stories []story, open Factory) {
	t.Helper()
	for _, one := range stories {
		t.Run(one.name, func(t *testing.T) { one.tell(newScene(t, open(t))) })
	}
}

// A scene is a kernel, a store over it, and a clock that the story moves.
type scene struct {
	*testing.T
	kernel store.Kernel
	store  *store.Store
	now    time.Time
}

// lease is that of every store of the suite.
const lease = time.Minute

func newScene(t *testing.T, k store.Kernel) *scene {
	t.Helper()
	s := &scene{T: t, kernel: k, now: Monday()}
	s.store = s.another()
	t.Cleanup(func() {
		if err := s.store.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

// another is a second process on the same kernel: it shares nothing but that.
func (s *scene) another() *store.Store {
	return store.Open(s.kernel, store.Options{Now: func() time.Time { return s.now }, Lease: lease})
}

func (s *scene) pass(d time.Duration) { s.now = s.now.Add(d) }

// is compares, and tells what differs.
func (s *scene) is(what string, got, want any) {
	s.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.EquateErrors()); diff != "" {
		s.Fatalf("%s (-want +got):\n%s", what, diff)
	}
}

// can returns the value of a call that must not fail.
func can[T any](s *scene) func(T, error) T {
	return func(v T, err error) T {
		s.Helper()
		if err != nil {
			s.Fatalf("unexpected error: %v", err)
		}
		return v
	}
}

func (s *scene) ok(err error) {
	s.Helper()
	if err != nil {
		s.Fatalf("unexpected error: %v", err)
	}
}

func (s *scene) fails(err, want error) {
	s.Helper()
	if !errors.Is(err, want) {
		s.Fatalf("error %v, want %v", err, want)
	}
}
