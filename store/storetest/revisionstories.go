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
		{"the revision last published is in force", lastPublished},
		{"of several published at once one stays", publishedAtOnce},
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

func lastPublished(s *scene) {
	ctx, there := s.Context(), s.another()
	_, err := there.Current(ctx)
	s.fails(err, store.ErrUnknown)
	for _, id := range []flows.RevisionID{"r1", "r2", "r2", "r1"} {
		s.ok(s.store.Publish(ctx, id))
		s.is("here", can[flows.RevisionID](s)(s.store.Current(ctx)), id)
		s.is("in another process", can[flows.RevisionID](s)(there.Current(ctx)), id)
	}
	s.is("no archive was made", can[[]flows.RevisionID](s)(s.store.Revisions(ctx)), []flows.RevisionID{})
	stats := can[store.Stats](s)(s.store.Stats(ctx))
	s.is("no conversation either", stats, store.Stats{})
}

// Whoever read what another one has just replaced reads again: nobody is
// refused, and all agree in the end.
func publishedAtOnce(s *scene) {
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
				if err := process.Publish(ctx, flows.RevisionID(name+strconv.Itoa(i))); err != nil {
					s.Errorf("publish: %v", err)
				}
			}
		})
	}
	writing.Wait()
	id := can[flows.RevisionID](s)(s.store.Current(ctx))
	s.is(string(id)+" is the last of one of them", lasts[id], true)
	s.is("each was written", can[[]store.Versioned](s)(s.kernel.Get(ctx, currentKey()))[0].Version, uint64(writers*times))
}

// What a later release wrote is left alone; damage is repaired by what is
// published next.
func misreadCurrent(s *scene) {
	ctx := s.Context()
	s.ok(s.store.Publish(ctx, "r1"))
	for _, c := range []struct {
		value string
		read  error
		write error
	}{
		{`{"format":2,"r":"r2"}`, store.ErrLater, store.ErrLater},
		{`{"format":2,"r":{"fr":"r2"}}`, store.ErrLater, store.ErrLater},
		{`{"format":1,"r":"r2","new":[1]}`, nil, nil},
		{`{"format":1}`, store.ErrDamaged, nil},
		{`{"format":1,"r":"r`, store.ErrDamaged, nil},
	} {
		s.write(currentKey(), c.value)
		_, err := s.store.Current(ctx)
		s.fails(err, c.read)
		s.fails(s.store.Publish(ctx, "r3"), c.write)
	}
	s.is("repaired", can[flows.RevisionID](s)(s.store.Current(ctx)), flows.RevisionID("r3"))
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
