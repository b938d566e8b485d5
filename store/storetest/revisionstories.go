package storetest

import (
	"strconv"
	"sync"
	"time"

	"passerelle/flows"
	"passerelle/store"
)

// revisionStories are what the store promises of what is taught.
func revisionStories() []story {
	return []story{
		{"revisions are kept", revisionsKept},
		{"the revision last proposed is in force", lastProposed},
		{"of several proposed at once one stays", proposedAtOnce},
		{"what an editor published stays in force", publishedStays},
		{"of several published at once none is forgotten", publishedAtOnce},
		{"what names the revision in force is never misread", misreadCurrent},
	}
}

func revisionsKept(s *scene) {
	ctx := s.Context()
	_, err := s.store.Revision(ctx, "none")
	s.fails(err, store.ErrUnknown)
	s.ok(s.store.SaveRevision(ctx, "r1", []byte("first")))
	s.pass(time.Second)
	s.ok(s.store.SaveRevision(ctx, "r0", []byte("second")))
	s.pass(time.Second)
	s.ok(s.store.SaveRevision(ctx, "r1", []byte("first")))
	s.is("archive", can[[]byte](s)(s.store.Revision(ctx, "r1")), []byte("first"))
	s.is("oldest first", can[[]flows.RevisionID](s)(s.store.Revisions(ctx)), []flows.RevisionID{"r1", "r0"})
}

func lastProposed(s *scene) {
	ctx, there := s.Context(), s.another()
	_, err := there.Current(ctx)
	s.fails(err, store.ErrUnknown)
	for _, id := range []flows.RevisionID{"r1", "r2", "r2", "r1"} {
		s.ok(s.store.Propose(ctx, id))
		s.is("here", can[store.Force](s)(s.store.Current(ctx)).Revision, id)
		s.is("in another process", can[store.Force](s)(there.Current(ctx)).Revision, id)
	}
	s.is("no archive was made", can[[]flows.RevisionID](s)(s.store.Revisions(ctx)), []flows.RevisionID{})
	stats := can[store.Stats](s)(s.store.Stats(ctx))
	s.is("no conversation either", stats, store.Stats{})
}

// Whoever read what another one has just replaced reads again: nobody is
// refused, and all agree in the end.
func proposedAtOnce(s *scene) {
	const writers, times = 4, 25
	ctx := s.Context()
	lasts := map[flows.RevisionID]bool{}
	var writing sync.WaitGroup
	for w := range writers {
		name := "r" + strconv.Itoa(w) + "/"
		lasts[flows.RevisionID(name+strconv.Itoa(times-1))] = true
		process := s.another()
		writing.Go(func() {
			for i := range times {
				if err := process.Propose(ctx, flows.RevisionID(name+strconv.Itoa(i))); err != nil {
					s.Errorf("propose: %v", err)
				}
			}
		})
	}
	writing.Wait()
	id := can[store.Force](s)(s.store.Current(ctx)).Revision
	s.is(string(id)+" is the last of one of them", lasts[id], true)
	s.is("each was written", can[[]store.Versioned](s)(s.kernel.Get(ctx, currentKey()))[0].Version, uint64(writers*times))
}

// What a later release wrote is left alone; damage is repaired by what is
// proposed next, and what was published comes back.
func misreadCurrent(s *scene) {
	ctx := s.Context()
	s.ok(s.store.Propose(ctx, "r1"))
	for _, c := range []struct {
		value string
		read  error
		write error
	}{
		{`{"format":3,"r":"r2"}`, store.ErrLater, store.ErrLater},
		{`{"format":3,"r":{"fr":"r2"}}`, store.ErrLater, store.ErrLater},
		{`{"format":1,"r":"r2","new":[1]}`, nil, nil},
		{`{"format":1}`, store.ErrDamaged, nil},
		{`{"format":1,"r":"r`, store.ErrDamaged, nil},
	} {
		s.write(currentKey(), c.value)
		_, err := s.store.Current(ctx)
		s.fails(err, c.read)
		s.fails(s.store.Propose(ctx, "r3"), c.write)
	}
	s.is("repaired", can[store.Force](s)(s.store.Current(ctx)).Revision, flows.RevisionID("r3"))
	can[store.Publication](s)(s.store.Publish(ctx, store.Publication{Revision: "r4"}))
	s.write(currentKey(), `{"format":2}`)
	s.ok(s.store.Propose(ctx, "r5"))
	s.is("brought back", can[store.Force](s)(s.store.Current(ctx)), store.Force{Revision: "r4", Published: true})
}

// No server replaces what an editor published; the history tells what was when,
// and going back is one more line of it.
func publishedStays(s *scene) {
	ctx, there := s.Context(), s.another()
	s.is("no history", can[[]store.Publication](s)(there.Published(ctx)), []store.Publication{})
	s.ok(s.store.Propose(ctx, "own"))
	var want []store.Publication
	previous := flows.RevisionID("own")
	for _, p := range []store.Publication{
		{Revision: "r1", By: "Léa", Note: "Fautes corrigées", Local: []flows.FlowID{"droits"}}, {Revision: "r2"}, {Revision: "r1", By: "Max"},
	} {
		s.pass(time.Hour)
		got := can[store.Publication](s)(s.store.Publish(ctx, p))
		p.Previous, p.At = previous, s.now
		s.is("published", got, p)
		s.ok(there.Propose(ctx, "own"))
		s.is("in force", can[store.Force](s)(there.Current(ctx)), store.Force{Revision: p.Revision, Published: true})
		want, previous = append(want, p), p.Revision
	}
	s.is("history", can[[]store.Publication](s)(there.Published(ctx)), want)
}

// Editors who publish at once overwrite one another, and each has a line that
// tells what was before.
func publishedAtOnce(s *scene) {
	const writers, times = 4, 10
	ctx := s.Context()
	var writing sync.WaitGroup
	for w := range writers {
		process := s.another()
		writing.Go(func() {
			for i := range times {
				p := store.Publication{Revision: flows.RevisionID(strconv.Itoa(w) + "/" + strconv.Itoa(i))}
				if _, err := process.Publish(ctx, p); err != nil {
					s.Errorf("publish: %v", err)
				}
			}
		})
	}
	writing.Wait()
	all := can[[]store.Publication](s)(s.store.Published(ctx))
	s.is("lines", len(all), writers*times)
	before := flows.RevisionID("")
	for _, p := range all {
		s.is("before "+string(p.Revision), p.Previous, before)
		before = p.Revision
	}
	s.is("in force", can[store.Force](s)(s.store.Current(ctx)).Revision, before)
}

// currentKey is where the revision in force is named.
func currentKey() store.Key {
	return store.Key{Partition: store.Partition("current"), Name: "current"}
}

// write puts a value in place of a record, whatever it was.
func (s *scene) write(key store.Key, value string) {
	s.Helper()
	found := can[[]store.Versioned](s)(s.kernel.Get(s.Context(), key))[0]
	reply := can[store.Reply](s)(s.kernel.Apply(s.Context(), store.Write{
		Partition: key.Partition,
		Put:       &store.Put{Name: key.Name, Version: found.Version, Sum: store.Sum(found.Value), Value: []byte(value)},
	}))
	s.is("written", reply.Refusal, store.NotRefused)
}
