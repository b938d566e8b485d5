package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"passerelle/content"
	"passerelle/flows"
	"passerelle/store"
)

// edition makes an edition of its own for each number.
func edition(t *testing.T, w words, n int) *content.Edition {
	t.Helper()
	text := strings.ReplaceAll(old, "Ancienne leçon", fmt.Sprint("Leçon ", n))
	e, problems := content.Load(fstest.MapFS{"ancienne/ancienne.md": {Data: []byte(text)}}, w.bundle)
	if e == nil {
		t.Fatal(problems)
	}
	return e
}

// archives are a store of editions that counts how often it is asked.
type archives struct {
	kept  map[flows.RevisionID][]byte
	asked int
}

// bring returns an archive, or [store.ErrUnknown].
func (a *archives) bring(_ context.Context, id flows.RevisionID) ([]byte, error) {
	a.asked++
	if archive, ok := a.kept[id]; ok {
		return archive, nil
	}
	return nil, store.ErrUnknown
}

func TestShelf(t *testing.T) {
	w := testWords(t)
	kept := &archives{kept: map[flows.RevisionID][]byte{}}
	var ids []flows.RevisionID
	for n := range maxOlder + 3 {
		e := edition(t, w, n)
		archive, err := e.Archive()
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, e.Flows().ID)
		kept.kept[e.Flows().ID] = archive
	}
	s := newShelf(testEdition(t, w), kept.bring)

	standing := func(id flows.RevisionID) flows.Conversation {
		return flows.Conversation{Question: flows.Question{Revision: id}}
	}
	if l, err := s.libraryFor(t.Context(), standing(s.newest().Flows().ID)); err != nil || l.Newest() != s.newest().Flows() || kept.asked != 0 {
		t.Errorf("the newest edition: %v, asked the store %d times", err, kept.asked)
	}
	for _, id := range ids {
		for range 3 {
			if _, err := s.libraryFor(t.Context(), standing(id)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if kept.asked != len(ids) {
		t.Errorf("the store was asked %d times for %d editions", kept.asked, len(ids))
	}
	if len(s.older) != maxOlder || s.recent.Len() != maxOlder {
		t.Errorf("%d older editions at hand, want %d", len(s.older), maxOlder)
	}
	if s.at(ids[0]) != nil || s.at(ids[len(ids)-1]) == nil {
		t.Error("not the oldest edition was put away")
	}
	e, err := s.edition(t.Context(), ids[0])
	if err != nil {
		t.Fatal(err)
	}
	said := e.Render("fr", flows.Say{Key: "ancienne.title"}, nil)
	if said.Text != "Leçon 0" {
		t.Errorf("an old edition says %q", said.Text)
	}
}

// An edition that is lost or broken is reported, and the conversation goes on
// with what there is.
func TestShelfWithoutEdition(t *testing.T) {
	w := testWords(t)
	kept := &archives{kept: map[flows.RevisionID][]byte{"broken": []byte("no archive")}}
	s := newShelf(testEdition(t, w), kept.bring)
	for _, id := range []flows.RevisionID{"lost", "broken"} {
		library, err := s.libraryFor(t.Context(), flows.Conversation{Run: []flows.Frame{{Revision: id}}})
		if err == nil || library == nil {
			t.Errorf("edition %s: library %v, error %v", id, library, err)
		}
		if id == "lost" && !errors.Is(err, store.ErrUnknown) {
			t.Errorf("error %v", err)
		}
	}
}

// opened is a learner in the middle of a lesson of an edition.
func opened(e *content.Edition) flows.Conversation {
	c := flows.Conversation{Address: "phone:a", Profile: flows.Profile{Language: "fr"}}
	c, _, _ = flows.NewLibrary(e.Flows()).Advance(c, flows.Opened{Lesson: "ancienne"})
	return c
}

// crowd is a shelf, and more editions in the store than find room on it.
func crowd(t *testing.T) (*shelf, []*content.Edition) {
	t.Helper()
	w := testWords(t)
	var all []*content.Edition
	kept := map[string]*content.Edition{}
	for n := range 2*maxOlder + 2 {
		e := edition(t, w, n)
		all = append(all, e)
		kept[string(e.Flows().ID)] = e
	}
	s := newShelf(testEdition(t, w), func(_ context.Context, id flows.RevisionID) ([]byte, error) {
		return []byte(id), nil
	})
	s.unpack = func(id []byte) (*content.Edition, error) { return kept[string(id)], nil }
	return s, all
}

// goesOn tells whether a learner can answer in the lesson the shelf found.
func goesOn(t *testing.T, s *shelf, c flows.Conversation) bool {
	library, err := s.libraryFor(t.Context(), c)
	if err != nil {
		t.Error(err)
		return false
	}
	_, _, outcome := library.Advance(c, flows.Said{Text: "1"})
	return outcome.Reason == flows.Understood
}

// A library holds every edition a conversation stands on, even when others
// push one of them off the shelf while the next is brought.
func TestShelfPushedOff(t *testing.T) {
	s, all := crowd(t)
	c := opened(all[0])
	c.Run = append([]flows.Frame{{Flow: "ancienne", Step: "question", Revision: all[1].Flows().ID}}, c.Run...)
	bring := s.bring
	s.bring = func(ctx context.Context, id flows.RevisionID) ([]byte, error) {
		for _, e := range all[2:] {
			s.put(e)
		}
		return bring(ctx, id)
	}
	if !goesOn(t, s, c) {
		t.Error("the lesson is missing")
	}
	if s.at(all[1].Flows().ID) != nil {
		t.Error("the outer edition was not pushed off: the test saw nothing")
	}
}

// Many learners on many editions at once, while another edition comes in force
// again and again.
func TestShelfAtOnce(t *testing.T) {
	s, all := crowd(t)
	var learners, editor sync.WaitGroup
	done := make(chan struct{})
	editor.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-done:
				return
			default:
				s.renew(all[i%len(all)])
			}
		}
	})
	for n := range 16 {
		learners.Go(func() {
			for i := range 200 {
				if c := opened(all[(7*i+3*n)%len(all)]); !goesOn(t, s, c) {
					t.Error("the lesson is missing")
					return
				}
			}
		})
	}
	learners.Wait()
	close(done)
	editor.Wait()
}

// What comes in force is the newest from then on; the one before is at hand,
// and nothing is on the shelf twice.
func TestShelfRenew(t *testing.T) {
	s, all := crowd(t)
	s.renew(all[0])
	for _, e := range []*content.Edition{all[1], all[1], all[0], all[2]} {
		before := s.newest()
		s.renew(e)
		library, err := s.libraryFor(t.Context(), opened(before))
		if err != nil || s.newest() != e || library.Newest() != e.Flows() {
			t.Errorf("%s is not the newest: error %v", e.Flows().ID, err)
		}
		if s.at(before.Flows().ID) != before || s.older[e.Flows().ID] != nil || !goesOn(t, s, opened(before)) {
			t.Errorf("%s is lost, or %s is there twice", before.Flows().ID, e.Flows().ID)
		}
	}
	if len(s.older) != 3 || s.recent.Len() != 3 {
		t.Errorf("%d older editions at hand, want 3", len(s.older))
	}
}
