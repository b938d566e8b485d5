package bot

import (
	"container/list"
	"context"
	"fmt"
	"sync"

	"passerelle/content"
	"passerelle/flows"
)

// maxOlder is how many older editions are kept at hand.
const maxOlder = 8

// A shelf holds the editions conversations stand on: the newest, which may be
// replaced at any time, and older ones as they are asked for, brought from the
// store.
type shelf struct {
	// bring fetches an edition's archive from the store.
	bring func(context.Context, flows.RevisionID) ([]byte, error)
	// unpack makes an edition of an archive.
	unpack func([]byte) (*content.Edition, error)

	mu      sync.Mutex
	latest  *content.Edition
	older   map[flows.RevisionID]*list.Element
	recent  *list.List     // of *content.Edition, latest first
	library *flows.Library // latest and all of older
}

// newShelf makes a shelf with one edition on it.
func newShelf(newest *content.Edition, bring func(context.Context, flows.RevisionID) ([]byte, error)) *shelf {
	return &shelf{
		bring:   bring,
		unpack:  content.Unpack,
		latest:  newest,
		older:   make(map[flows.RevisionID]*list.Element),
		recent:  list.New(),
		library: flows.NewLibrary(newest.Flows()),
	}
}

// newest returns the edition that new steps are taken from. It may be another
// one the next time: what belongs together is made from one answer.
func (s *shelf) newest() *content.Edition {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.latest
}

// renew makes an edition the newest. The one before stays at hand as an older
// one: learners stand on it.
func (s *shelf) renew(e *content.Edition) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.latest
	if before.Flows().ID == e.Flows().ID {
		return
	}
	if place, ok := s.older[e.Flows().ID]; ok { // it is in force again
		s.recent.Remove(place)
		delete(s.older, e.Flows().ID)
	}
	s.latest = e
	s.shelve(before)
}

// libraryFor returns a library that knows every revision the conversation
// stands on. A revision that cannot be brought is left out: the engine then
// says that the lesson changed. The error tells the operator.
func (s *shelf) libraryFor(ctx context.Context, c flows.Conversation) (*flows.Library, error) {
	var missing error
	var needed []*flows.Revision
	for _, id := range c.Names() {
		e, err := s.edition(ctx, id)
		if err != nil {
			missing = err
			continue
		}
		needed = append(needed, e.Flows())
	}
	return s.holding(needed), missing
}

// holding is the library of the shelf, or one made for these revisions when
// others have meanwhile taken the place of one of them.
func (s *shelf) holding(needed []*flows.Revision) *flows.Library {
	s.mu.Lock()
	defer s.mu.Unlock()
	newest := s.latest.Flows()
	for _, r := range needed {
		if s.older[r.ID] == nil && r.ID != newest.ID {
			return flows.NewLibrary(newest, needed...)
		}
	}
	return s.library
}

// edition returns the edition of that revision, from the shelf or the store;
// of no revision, the newest.
func (s *shelf) edition(ctx context.Context, id flows.RevisionID) (*content.Edition, error) {
	if found := s.at(id); found != nil {
		return found, nil
	}
	archive, err := s.bring(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("bring revision %s: %w", id, err)
	}
	found, err := s.unpack(archive)
	if err != nil {
		return nil, fmt.Errorf("unpack revision %s: %w", id, err)
	}
	s.put(found)
	return found, nil
}

// at returns an edition that is at hand, or nil.
func (s *shelf) at(id flows.RevisionID) *content.Edition {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id == "" || id == s.latest.Flows().ID {
		return s.latest
	}
	place, ok := s.older[id]
	if !ok {
		return nil
	}
	s.recent.MoveToFront(place)
	return place.Value.(*content.Edition)
}

// put adds an older edition, unless it is at hand already.
func (s *shelf) put(e *content.Edition) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.older[e.Flows().ID]; ok || e.Flows().ID == s.latest.Flows().ID {
		return
	}
	s.shelve(e)
}

// shelve adds an older edition and takes away the one not used for longest.
// The caller holds the mutex.
func (s *shelf) shelve(e *content.Edition) {
	if s.recent.Len() >= maxOlder {
		last := s.recent.Remove(s.recent.Back()).(*content.Edition)
		delete(s.older, last.Flows().ID)
	}
	s.older[e.Flows().ID] = s.recent.PushFront(e)
	var older []*flows.Revision
	for at := s.recent.Front(); at != nil; at = at.Next() {
		older = append(older, at.Value.(*content.Edition).Flows())
	}
	s.library = flows.NewLibrary(s.latest.Flows(), older...)
}
