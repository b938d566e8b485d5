package bot

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"passerelle/content"
	"passerelle/flows"
	"passerelle/store"
	"passerelle/store/bolt"
)

// A street is the store that several houses share, as several processes would
// on one server. It can be cut off.
type street struct {
	store.Kernel
	cut bool
}

// Get implements [store.Kernel].
func (s *street) Get(ctx context.Context, records ...store.Key) ([]store.Versioned, error) {
	if s.cut {
		return nil, errFlaky
	}
	return s.Kernel.Get(ctx, records...)
}

// Close leaves the kernel to the others.
func (*street) Close() error { return nil }

// newStreet makes a store for several houses.
func newStreet(t *testing.T) *street {
	t.Helper()
	kernel, err := bolt.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = kernel.Close() })
	return &street{Kernel: kernel}
}

// serve starts a house that serves lessons of its own.
func (s *street) serve(t *testing.T, lessons map[string]string) *kit {
	t.Helper()
	return openKit(t, t.TempDir(), func(h *house) {
		h.close()
		h.store, h.serves = store.Open(s, store.Options{}), true
		h.edition = taught(t, h.words, lessons)
	})
}

// taught is an edition of these lessons.
func taught(t *testing.T, w words, lessons map[string]string) *content.Edition {
	t.Helper()
	folder := fstest.MapFS{}
	for id, text := range lessons {
		folder[id+"/"+id+".md"] = &fstest.MapFile{Data: []byte(text)}
	}
	e, problems := content.Load(folder, w.bundle)
	if e == nil {
		t.Fatal(problems)
	}
	return e
}

// renewed are the lessons after an editor changed the old one and wrote one
// more.
func renewed() map[string]string {
	return map[string]string{
		"ancienne": strings.NewReplacer(
			"l'ancienne question", "la nouvelle question", "Première réponse", "Réponse rouge",
			"Deuxième réponse", "Réponse bleue", "l'ancienne fin", "la nouvelle fin",
		).Replace(old),
		"autre": strings.NewReplacer("leçon: ancienne", "leçon: autre", "Ancienne leçon", "Leçon de plus").Replace(old),
	}
}

// following runs the follower of a house while the work is done.
func (k *kit) following(work func()) {
	ctx, stop := context.WithCancel(k.t.Context())
	var running sync.WaitGroup
	running.Go(func() { k.newFollower().run(ctx) })
	defer running.Wait()
	defer stop()
	work()
}

// page is all that a learner reads, with the words on the buttons.
func (k *kit) page(who flows.Address) string {
	k.t.Helper()
	lines, err := k.lines(k.t.Context(), who, 0)
	k.must(err)
	var page strings.Builder
	for _, l := range lines {
		page.WriteString(l.Message.Text + "\n")
		for _, c := range l.Message.Choices {
			page.WriteString("[" + c.Label + "]\n")
		}
	}
	return page.String()
}

// reads fails the test when a learner does not read a text.
func (k *kit) reads(who flows.Address, text string) {
	k.t.Helper()
	if page := k.page(who); !strings.Contains(page, text) {
		k.t.Errorf("%s reads no %q:\n%s", who, text, page)
	}
}

// What one process brings reaches the learners of another within seconds:
// whoever enters a step reads the new words, whoever stands on a question is
// judged by the one they read.
func TestFollow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStreet(t)
		k := s.serve(t, map[string]string{"ancienne": old})
		open := flows.Opened{At: time.Now(), Lesson: "ancienne"}
		k.must(k.bot.Receive(t.Context(), "phone:before", "1", open))
		k.following(func() {
			time.Sleep(10 * followEvery)
			k.must(k.bot.Receive(t.Context(), "phone:between", "1", open))
			k.reads("phone:between", "l'ancienne question")

			s.serve(t, renewed())
			time.Sleep(followEvery + time.Second)
			k.must(k.bot.Receive(t.Context(), "phone:after", "1", open))
			k.reads("phone:after", "la nouvelle question")
			k.must(k.say("phone:after", "2", "réponse bleue"))
			k.reads("phone:after", "la nouvelle fin")
			k.must(k.say("phone:menu", "1", "bonjour"))
			k.reads("phone:menu", "[Leçon de plus]")

			k.reads("phone:before", "l'ancienne question")
			k.must(k.say("phone:before", "2", "deuxième réponse"))
			k.reads("phone:before", "la nouvelle fin")
			k.must(k.say("phone:between", "2", "réponse bleue"))
			if page := k.page("phone:between"); strings.Contains(page, "la nouvelle fin") {
				t.Errorf("the old question took an answer of the new one:\n%s", page)
			}
		})
		if log := k.log.String(); strings.Count(log, "new lessons are in force") != 1 || strings.Contains(log, "ERROR") {
			t.Errorf("log:\n%s", log)
		}
	})
}

// Whoever is started last decides, also when that brings old lessons back; the
// commands of an operator decide nothing.
func TestFollowLast(t *testing.T) {
	s := newStreet(t)
	before := map[string]string{"ancienne": old}
	k := s.serve(t, before)
	own := k.shelf.newest().Flows().ID
	f := k.newFollower()
	is := func(what string, want flows.RevisionID) {
		t.Helper()
		f.look(t.Context())
		if got := k.shelf.newest().Flows().ID; got != want {
			t.Errorf("%s: %s is taught, want %s", what, got, want)
		}
	}
	is("alone", own)
	other := s.serve(t, renewed()).shelf.newest().Flows().ID
	is("another was started", other)
	k.serves = false
	k.must(k.publish(t.Context()))
	is("a command", other)
	s.serve(t, before)
	is("the old one was started again", own)
	if len(k.shelf.older) != 1 || k.shelf.recent.Len() != 1 || k.shelf.at(other) == nil {
		t.Errorf("%d older editions on the shelf, want the one before", k.shelf.recent.Len())
	}
}

// A draft that slipped onto the shelf while an editor published gives way to
// what was published, although this process had taken it before.
func TestFollowAfterDraft(t *testing.T) {
	k := newKit(t)
	published := taught(t, k.words, renewed())
	k.must(keep(t.Context(), k.store, published))
	_, err := k.store.Publish(t.Context(), store.Publication{Revision: published.Flows().ID})
	k.must(err)
	f := k.newFollower()
	f.look(t.Context())
	k.shelf.renew(taught(t, k.words, map[string]string{"ancienne": old}))
	f.look(t.Context())
	if got := k.shelf.newest().Flows().ID; got != published.Flows().ID {
		t.Errorf("%s is taught", got)
	}
}

// A store on which only commands ran has no edition in force.
func TestFollowNobody(t *testing.T) {
	k := newKit(t)
	own := k.shelf.newest()
	k.newFollower().look(t.Context())
	if k.shelf.newest() != own || k.log.Len() > 0 {
		t.Errorf("log:\n%s", k.log)
	}
}

// An edition that cannot be used is kept out, and the log says so once. One
// that is only not there yet is taken when it comes.
func TestFollowKeepsOut(t *testing.T) {
	s := newStreet(t)
	k := s.serve(t, map[string]string{"ancienne": old})
	own := k.shelf.newest()
	f := k.newFollower()
	looks := func(id flows.RevisionID) {
		t.Helper()
		k.must(k.store.Propose(t.Context(), id))
		for range 3 {
			f.look(t.Context())
		}
		if k.shelf.newest() != own {
			t.Errorf("%s is taught", id)
		}
		if n := strings.Count(k.log.String(), "revision="+string(id)); n != 1 {
			t.Errorf("the log names %s %d times:\n%s", id, n, k.log)
		}
	}
	k.must(k.store.SaveRevision(t.Context(), "damaged", []byte("no archive")))
	looks("damaged")
	late := taught(t, k.words, renewed())
	archive, err := late.Archive()
	k.must(err)
	looks(late.Flows().ID)
	k.must(k.store.SaveRevision(t.Context(), late.Flows().ID, archive))
	f.look(t.Context())
	if k.shelf.newest().Flows().ID != late.Flows().ID {
		t.Errorf("an edition that came later is not taught:\n%s", k.log)
	}
}

// While the store is away everything stays as it is; the log says so once.
func TestFollowAway(t *testing.T) {
	s := newStreet(t)
	k := s.serve(t, map[string]string{"ancienne": old})
	next := s.serve(t, renewed()).shelf.newest().Flows().ID
	f := k.newFollower()
	for round := range 2 {
		s.cut = true
		for range 3 {
			f.look(t.Context())
		}
		if n := strings.Count(k.log.String(), errFlaky.Error()); n != round+1 {
			t.Errorf("outage %d: the log says so %d times", round+1, n)
		}
		s.cut = false
		f.look(t.Context())
		if got := k.shelf.newest().Flows().ID; got != next {
			t.Errorf("outage %d: %s is taught, want %s", round+1, got, next)
		}
	}
	stopping, stop := context.WithCancel(t.Context())
	stop()
	s.cut = true
	said := k.log.Len()
	f.look(stopping)
	if k.log.Len() != said {
		t.Errorf("the end of the program is told as an outage:\n%s", k.log)
	}
}
