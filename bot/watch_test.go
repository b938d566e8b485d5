package bot

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"

	"passerelle/store"
)

// A desk is a folder of lessons that a house watches, and whoever writes there.
type desk struct {
	*kit
	dir string
}

// watching runs the watch over a folder that holds one lesson, while the work is
// done, and returns what was logged.
func watching(t *testing.T, work func(f desk)) string {
	t.Helper()
	dir := lessonsIn(t, map[string]string{"cafe": coffee})
	k := newKit(t)
	k.config.Content, k.serves = dir, true
	k.must(k.publish(t.Context()))
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { k.watch(ctx) })
	func() {
		defer running.Wait()
		defer stop()
		f := desk{k, dir}
		f.teaches("the lesson of the folder", "Faire un café")
		work(f)
	}()
	return k.log.String()
}

// file is the lesson's file.
func (f desk) file(id string) string { return filepath.Join(f.dir, id, id+".md") }

// write saves a lesson as a plain program does.
func (f desk) write(id, text string) {
	f.t.Helper()
	f.must(os.WriteFile(f.file(id), []byte(text), 0o600))
}

// rename saves a lesson as careful programs do: beside it, then in its place.
func (f desk) rename(id, text string) {
	f.t.Helper()
	beside := filepath.Join(f.dir, id, "."+id+".swp")
	f.must(os.WriteFile(beside, []byte(text), 0o600))
	f.must(os.Rename(beside, f.file(id)))
}

// eventually waits until something is true.
func (f desk) eventually(what string, is func() bool) {
	f.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			f.t.Fatalf("never: %s", what)
		}
	}
}

// teaches waits until a lesson of that title is in force.
func (f desk) teaches(what, title string) {
	f.t.Helper()
	f.eventually(what, func() bool {
		e := f.shelf.newest()
		for id := range e.Flows().Flows {
			if e.Title(id) == title {
				return true
			}
		}
		return false
	})
}

// finds waits until the folder's faults name a place, or until there are none.
func (f desk) finds(place string) {
	f.t.Helper()
	f.eventually("a fault at "+place, func() bool {
		_, problems, _ := f.workshop.look()
		for _, p := range problems {
			if p.Severity == "error" {
				return place != "" && strings.HasPrefix(p.Place(), place)
			}
		}
		return place == ""
	})
}

// titled is the lesson with another title.
func titled(title string) string { return strings.Replace(coffee, "Faire un café", title, 1) }

// However an editor saves, again and again, the lesson in force is the one
// saved last.
func TestWatchSaves(t *testing.T) {
	watching(t, func(f desk) {
		for round := range 3 {
			f.write("cafe", titled(fmt.Sprint("Écrit ", round)))
			f.teaches("a plain save", fmt.Sprint("Écrit ", round))
			f.rename("cafe", titled(fmt.Sprint("Renommé ", round)))
			f.teaches("a save by renaming", fmt.Sprint("Renommé ", round))
		}
		force, err := f.store.Current(t.Context())
		if err != nil || force.Revision != f.shelf.newest().Flows().ID {
			t.Errorf("in force is %+v, %v", force, err)
		}
	})
}

// A lesson in a new folder is taken, one whose folder goes is gone.
func TestWatchFolders(t *testing.T) {
	watching(t, func(f desk) {
		f.must(os.Mkdir(filepath.Join(f.dir, "the"), 0o700))
		f.finds("the/the.md")
		f.write("the", strings.NewReplacer("leçon: cafe", "leçon: the", "un café", "un thé").Replace(coffee))
		f.teaches("a new lesson", "Faire un thé")
		f.rename("the", strings.NewReplacer("leçon: cafe", "leçon: the", "un café", "un bon thé").Replace(coffee))
		f.teaches("the new lesson changed", "Faire un bon thé")
		f.must(os.RemoveAll(filepath.Join(f.dir, "the")))
		f.eventually("a lesson that is gone", func() bool { return f.shelf.newest().Flows().Flows["the"] == nil })
	})
}

// A burst of saves is read a few times at most, and the last one wins.
func TestWatchBurst(t *testing.T) {
	watching(t, func(f desk) {
		_, _, before := f.workshop.look()
		const saves = 200
		for n := range saves {
			f.rename("cafe", titled(fmt.Sprint("Rafale ", n)))
		}
		f.teaches("the last of a burst", fmt.Sprint("Rafale ", saves-1))
		if _, _, reads := f.workshop.look(); reads-before > saves/10 {
			t.Errorf("%d saves were read %d times", saves, reads-before)
		}
	})
}

// A broken save keeps the last good lessons, for learners and for the editors'
// page; the log and the page name its place.
func TestWatchBroken(t *testing.T) {
	log := watching(t, func(f desk) {
		good := f.shelf.newest()
		f.write("cafe", strings.Replace(coffee, "-> sucre", "-> nulle-part", 1))
		f.finds("cafe/cafe.md:8:")
		if e, _, _ := f.workshop.look(); e.Flows().ID != good.Flows().ID || f.shelf.newest() != good {
			t.Error("a broken save took the good lessons away")
		}
		f.write("cafe", titled("Réparé"))
		f.teaches("the repaired lesson", "Réparé")
		f.finds("")
	})
	if n := strings.Count(log, "at=cafe/cafe.md:8:"); n != 1 {
		t.Errorf("the log names the fault %d times:\n%s", n, log)
	}
}

// What an editor published stays in force: the folder is then a draft.
func TestWatchDraft(t *testing.T) {
	watching(t, func(f desk) {
		published := f.shelf.newest().Flows().ID
		_, err := f.store.Publish(t.Context(), store.Publication{Revision: published})
		f.must(err)
		f.write("cafe", titled("Brouillon"))
		f.eventually("the draft is read", func() bool {
			e, _, _ := f.workshop.look()
			return e.Title("cafe") == "Brouillon"
		})
		force, err := f.store.Current(t.Context())
		if err != nil || force.Revision != published || f.shelf.newest().Flows().ID != published {
			t.Errorf("a draft is in force: %+v, %v", force, err)
		}
	})
}

// A folder that is taken away for a moment, and another put in its place, is
// found again and watched; the log says once that it is away.
func TestWatchAnotherFolder(t *testing.T) {
	k := newKit(t)
	dir := lessonsIn(t, map[string]string{"cafe": coffee})
	k.config.Content, k.serves = dir, true
	k.must(k.publish(t.Context()))
	watcher, err := fsnotify.NewWatcher()
	k.must(err)
	defer watcher.Close()
	ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
	defer stop()
	s := &sentry{house: k.house, watcher: watcher, due: time.NewTimer(0)}
	until := func(what string, is func() bool) {
		for !is() {
			if !s.next(ctx) {
				t.Fatalf("never: %s\n%s", what, k.log)
			}
		}
	}
	taught := func(title string) func() bool {
		return func() bool { return k.shelf.newest().Title("cafe") == title }
	}
	until("the first lesson", taught("Faire un café"))
	k.must(os.Rename(dir, dir+".old"))
	until("the folder is missed", func() bool { return s.away != "" })
	s.retry(ctx, s.visit(ctx))
	k.must(os.Rename(lessonsIn(t, map[string]string{"cafe": titled("Autre dossier")}), dir))
	until("the other folder", taught("Autre dossier"))
	desk{k, dir}.write("cafe", titled("Encore suivi"))
	until("a save in the other folder", taught("Encore suivi"))
	if n := strings.Count(k.log.String(), "tried again"); n != 1 || s.away != "" {
		t.Errorf("the log says %d times that the folder is away:\n%s", n, k.log)
	}
}

// What programs keep beside an editor's files is no change of the lessons.
func TestWatchAside(t *testing.T) {
	k := newKit(t)
	k.config.Content = ".lessons/"
	s := &sentry{house: k.house}
	for name, want := range map[string]bool{
		".lessons": true, ".lessons/cafe": true, ".lessons/cafe/cafe.md": true,
		".lessons/.git": false, ".lessons/cafe/.cafe.md.swp": false, ".lessons/cafe/cafe.md~": false,
	} {
		if got := s.matters(fsnotify.Event{Name: name, Op: fsnotify.Write}); got != want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// Lessons that did not change are not put in force again: another server on the
// store may have been started since.
func TestWatchSame(t *testing.T) {
	watching(t, func(f desk) {
		mine := f.shelf.newest().Flows().ID
		f.must(f.store.SaveRevision(t.Context(), "other", []byte("of another server")))
		f.must(f.store.Propose(t.Context(), "other"))
		_, _, before := f.workshop.look()
		f.write("cafe", coffee)
		f.eventually("the folder is read", func() bool { _, _, reads := f.workshop.look(); return reads > before })
		f.write("cafe", strings.Replace(coffee, "-> sucre", "-> nulle-part", 1))
		f.finds("cafe/cafe.md:8:")
		if force, err := f.store.Current(t.Context()); err != nil || force.Revision != "other" || f.shelf.newest().Flows().ID != mine {
			t.Errorf("in force is %+v, %v", force, err)
		}
	})
}
