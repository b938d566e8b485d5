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

// A shelf holds the editions conversations stand on: the newest, and older
// ones as they are asked for, brought from the store.
type shelf struct {
	newest *content.Edition
	// bring fetches an older edition's archive from the store.
	bring func(context.Context, flows.RevisionID) ([]byte, error)
	// unpack makes an edition of an archive.
	unpack func([]byte) (*content.Edition, error)

	mu      sync.Mutex
	older   map[flows.RevisionID]*list.Element
	recent  *list.List     // of *content.Edition, latest first
	library *flows.Library // newest and all of older
}

// newShelf makes a shelf with one edition on it.
func newShelf(newest *content.Edition, bring func(context.Context, flows.RevisionID) ([]byte, error)) *shelf {
	return &shelf{
		newest:  newest,
		bring:   bring,
		unpack:  content.Unpack,
		older:   make(map[flows.RevisionID]*list.Element),
		recent:  list.New(),
		library: flows.NewLibrary(newest.Flows()),
	}
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
	for _, r := range needed {
		if s.older[r.ID] == nil && r.ID != s.newest.Flows().ID {
			return flows.NewLibrary(s.newest.Flows(), needed...)
		}
	}
	return s.library
}

// edition returns the edition of that revision, from the shelf or the store.
func (s *shelf) edition(ctx context.Context, id flows.RevisionID) (*content.Edition, error) {
	if id == "" || id == s.newest.Flows().ID {
		return s.newest, nil
	}
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

// at returns an older edition that is at hand, or nil.
func (s *shelf) at(id flows.RevisionID) *content.Edition {
	s.mu.Lock()
	defer s.mu.Unlock()
	place, ok := s.older[id]
	if !ok {
		return nil
	}
	s.recent.MoveToFront(place)
	return place.Value.(*content.Edition)
}

// put adds an older edition and takes away the one not used for longest.
func (s *shelf) put(e *content.Edition) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.older[e.Flows().ID]; ok {
		return
	}
	if s.recent.Len() >= maxOlder {
		last := s.recent.Remove(s.recent.Back()).(*content.Edition)
		delete(s.older, last.Flows().ID)
	}
	s.older[e.Flows().ID] = s.recent.PushFront(e)
	var older []*flows.Revision
	for at := s.recent.Front(); at != nil; at = at.Next() {
		older = append(older, at.Value.(*content.Edition).Flows())
	}
	s.library = flows.NewLibrary(s.newest.Flows(), older...)
}
