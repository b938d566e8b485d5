package storetest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"passerelle/flows"
	"passerelle/store"
)

// noteStories are what the store promises of notes, and of who was there
// lately.
func noteStories() []story {
	return []story{
		{"the note last written is read by all", lastNoted},
		{"of several notes at once one stays", notedAtOnce},
		{"a note is never misread", misreadNote},
		{"notes are copied", notesCopied},
		{"who was there lately is visited", visitedLately},
		{"a visitor may use the store, and ends the visits", visitorWorks},
		{"a record that cannot be read stops no visit", visitsGoOn},
	}
}

func lastNoted(s *scene) {
	ctx, there := s.Context(), s.another()
	noted := func(name string) string { return can[string](s)(there.Noted(ctx, name)) }
	s.is("nothing yet", noted("picture"), "")
	for _, value := range []string{"AgAC-1", "AgAC-2", "AgAC-2", "é \"<\n", ""} {
		s.ok(s.store.Note(ctx, "picture", value))
		s.is("in another process", noted("picture"), value)
	}
	s.ok(there.Note(ctx, "current", "x"))
	s.is("another name", noted("current"), "x")
	s.is("the first name", noted("picture"), "")
	_, err := s.store.Current(ctx)
	s.fails(err, store.ErrUnknown)
	s.is("no conversation", can[store.Stats](s)(s.store.Stats(ctx)), store.Stats{})
	if s.store.Note(ctx, strings.Repeat("n", 1000), "x") == nil {
		s.Error("a name that no kernel keeps was taken")
	}
}

func notedAtOnce(s *scene) {
	const writers, times = 4, 25
	ctx := s.Context()
	var writing sync.WaitGroup
	for w := range writers {
		process, value := s.another(), strings.Repeat("x", w+1)
		writing.Go(func() {
			for range times {
				if err := process.Note(ctx, "shared", value); err != nil {
					s.Errorf("note: %v", err)
				}
			}
		})
	}
	writing.Wait()
	value := can[string](s)(s.store.Noted(ctx, "shared"))
	s.is("one of them", len(value) >= 1 && len(value) <= writers, true)
	s.is("each was written", can[[]store.Versioned](s)(s.kernel.Get(ctx, noteKey("shared")))[0].Version, uint64(writers*times))
}

// noteKey is where a note lies.
func noteKey(name string) store.Key {
	return store.Key{Partition: store.Partition(flows.Address(name)), Name: "note:" + name}
}

// What a later release wrote is left alone; damage is repaired by what is noted
// next.
func misreadNote(s *scene) {
	ctx := s.Context()
	s.ok(s.store.Note(ctx, "n", "first"))
	for _, c := range []struct {
		value string
		read  error
		write error
	}{
		{`{"format":2,"v":"x"}`, store.ErrLater, store.ErrLater},
		{`{"format":2,"v":{"text":"x"}}`, store.ErrLater, store.ErrLater},
		{`{"format":1,"v":"x","new":[1]}`, nil, nil},
		{`{"v":"x"}`, store.ErrDamaged, nil},
		{`{"format":1,"v":"x`, store.ErrDamaged, nil},
	} {
		s.write(noteKey("n"), c.value)
		_, err := s.store.Noted(ctx, "n")
		s.fails(err, c.read)
		s.fails(s.store.Note(ctx, "n", "next"), c.write)
	}
	s.is("repaired", can[string](s)(s.store.Noted(ctx, "n")), "next")
}

func notesCopied(s *scene) {
	ctx := s.Context()
	s.ok(s.store.Note(ctx, "picture", "AgAC-1"))
	to := NewModel()
	can[store.Digest](s)(store.Copy(ctx, s.kernel, to, func(store.Stage, store.Digest) {}))
	s.is("there", can[string](s)(store.Open(to, store.Options{}).Noted(ctx, "picture")), "AgAC-1")
}

// meets commits a turn of somebody's.
func (s *scene) meets(who flows.Address) {
	s.Helper()
	before := can[store.Record](s)(s.another().Load(s.Context(), who))
	id := string(who) + s.now.String()
	can[store.Committed](s)(s.store.Commit(s.Context(), before, Turn(before, id, s.now, "ok")))
}

// lately lists who is visited, in order.
func (s *scene) lately(channel string, since time.Time) []flows.Address {
	s.Helper()
	var visited []flows.Address
	s.ok(s.store.Lately(s.Context(), channel, since, func(a flows.Address) error {
		visited = append(visited, a)
		return nil
	}))
	slices.Sort(visited)
	return visited
}

func visitedLately(s *scene) {
	ctx := s.Context()
	s.is("nobody", s.lately("telegram", s.now), []flows.Address{})
	s.meets("telegram:1")
	s.meets("telegram:2")
	s.meets("sms:+33612345678")
	s.meets("telegrams:3")
	begun := s.now
	s.pass(20 * time.Minute)
	s.meets("telegram:2")
	s.meets("telegram:4")
	s.ok(s.store.Note(ctx, "0123456789abcdef", "no conversation"))
	s.ok(s.store.Propose(ctx, "r1"))
	s.ok(s.store.SaveRevision(ctx, "r1", []byte("lessons")))
	can[bool](s)(s.store.Acquire(ctx, "poll", "here", time.Hour))
	all := []flows.Address{"telegram:1", "telegram:2", "telegram:4"}
	s.is("since it began", s.lately("telegram", begun), all)
	s.is("since now", s.lately("telegram", s.now), all[1:])
	s.is("since for ever", s.lately("telegram", time.Time{}), all)
	s.is("since an hour", s.lately("telegram", s.now.Add(-time.Hour)), all)
	s.is("by a clock that is ahead", s.lately("telegram", s.now.Add(time.Hour)), []flows.Address{})
	s.is("a learner of another channel", s.lately("sms", begun), []flows.Address{"sms:+33612345678"})
	s.pass(300 * 24 * time.Hour)
	s.is("long ago", s.lately("telegram", s.now.Add(-24*time.Hour)), []flows.Address{})
	s.is("long since", s.lately("telegram", begun), all)
	s.now = begun
	s.is("by a clock that is behind", s.lately("telegram", s.now.Add(20*time.Minute)), all[1:])
}

var errEnough = errors.New("enough")

func visitorWorks(s *scene) {
	s.meets("telegram:1")
	s.meets("telegram:2")
	visits := 0
	err := s.store.Lately(s.Context(), "telegram", s.now, func(a flows.Address) error {
		visits++
		s.pass(time.Second)
		s.meets(a)
		if visits == 2 {
			return errEnough
		}
		return nil
	})
	s.fails(err, errEnough)
	s.is("visits", visits, 2)
	stopped, stop := context.WithCancel(s.Context())
	stop()
	err = s.store.Lately(stopped, "telegram", s.now, func(flows.Address) error { return stopped.Err() })
	s.fails(err, context.Canceled)
}

func visitsGoOn(s *scene) {
	s.meets("telegram:1")
	s.meets("telegram:2")
	for i, value := range []string{"damaged", `{"format":9}`} {
		s.write(store.Key{Partition: i, Name: strings.Repeat(string(rune('a'+i)), 16)}, value)
	}
	var visited []flows.Address
	err := s.store.Lately(s.Context(), "telegram", s.now, func(a flows.Address) error {
		visited = append(visited, a)
		return nil
	})
	slices.Sort(visited)
	s.is("visited", visited, []flows.Address{"telegram:1", "telegram:2"})
	s.fails(err, store.ErrDamaged)
	s.fails(err, store.ErrLater)
}
