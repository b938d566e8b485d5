package bot

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"

	"passerelle/content"
	"passerelle/flows"
)

// A folder of lessons is read again when an editor saves a file in it. Folders
// are watched, not files: many editors save by renaming a new file over the old
// one, and a watch on that file would be gone. A save is several changes, so
// the folder is read once it has been quiet, and at the latest after a while.
const (
	quiet  = 200 * time.Millisecond
	latest = 2 * time.Second
	// again is when a folder is tried again that could not be read.
	again = 5 * time.Second
)

// A workshop is what the host's folder holds just now: the last edition that
// was good, and all that is wrong with what lies there.
type workshop struct {
	mu       sync.Mutex
	edition  *content.Edition
	problems []content.Problem
	reads    int // how often the folder was read
}

// look returns what the folder holds, and how often it was read.
func (w *workshop) look() (*content.Edition, []content.Problem, int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.edition, w.problems, w.reads
}

// put keeps what was read; an edition that is nil leaves the last good one.
func (w *workshop) put(e *content.Edition, problems []content.Problem) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if e != nil {
		w.edition = e
	}
	w.problems = problems
	w.reads++
}

// watch reads the host's folder again after each change, until ctx ends.
func (h *house) watch(ctx context.Context) {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		h.log.WarnContext(ctx, "lessons are not read again when they change", slog.Any("error", err))
		return
	}
	defer watcher.Close()                                                                        //nolint:errcheck // nothing is left to be told
	s := &sentry{house: h, watcher: watcher, due: time.NewTimer(0), taken: h.edition.Flows().ID} // a change since the start was missed
	defer s.due.Stop()
	for s.next(ctx) {
	}
}

// A sentry waits for changes of one folder.
type sentry struct {
	*house
	watcher *fsnotify.Watcher
	due     *time.Timer
	since   time.Time        // the first change not read yet, or zero
	told    string           // the faults the log tells of
	away    string           // why the folder could not be read the last time
	taken   flows.RevisionID // the edition that was taken last
}

// post watches the folder and those of the lessons in it. One that is watched
// already stays so. It fails when the folder itself is not there.
func (s *sentry) post(ctx context.Context) error {
	entries, err := os.ReadDir(s.config.Content)
	if err != nil {
		return err
	}
	wrong := s.watcher.Add(s.config.Content)
	if errors.Is(wrong, fs.ErrNotExist) {
		return wrong
	}
	for _, e := range entries {
		if e.IsDir() && !isAside(e.Name()) {
			err := s.watcher.Add(filepath.Join(s.config.Content, e.Name()))
			if !errors.Is(err, fs.ErrNotExist) { // gone meanwhile
				wrong = errors.Join(wrong, err)
			}
		}
	}
	if wrong != nil {
		s.log.WarnContext(ctx, "watch the folder of lessons", slog.Any("error", wrong))
	}
	return nil
}

// isAside tells whether a name is one that programs give to what they keep
// beside an editor's files.
func isAside(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~")
}

// matters tells whether a change may be one of the lessons.
func (s *sentry) matters(e fsnotify.Event) bool {
	itself := filepath.Clean(e.Name) == filepath.Clean(s.config.Content)
	return e.Op != fsnotify.Chmod && (itself || !isAside(filepath.Base(e.Name)))
}

// next waits for one thing to happen; false when ctx ended.
func (s *sentry) next(ctx context.Context) bool {
	select {
	case e := <-s.watcher.Events:
		if s.matters(e) {
			s.changed()
		}
	case err := <-s.watcher.Errors: // some changes may have been missed
		s.log.WarnContext(ctx, "watch the folder of lessons", slog.Any("error", err))
		s.changed()
	case <-s.due.C:
		s.since = time.Time{}
		s.retry(ctx, s.visit(ctx))
	case <-ctx.Done():
		return false
	}
	return true
}

// changed has the folder read once it is quiet.
func (s *sentry) changed() {
	now := time.Now()
	if s.since.IsZero() {
		s.since = now
	}
	s.due.Reset(min(quiet, max(0, latest-now.Sub(s.since))))
}

// visit watches the folder and reads it, in this order: a new lesson may be
// saved again meanwhile.
func (s *sentry) visit(ctx context.Context) error {
	if err := s.post(ctx); err != nil {
		return fmt.Errorf("watch the folder of lessons: %w", err)
	}
	return s.read(ctx)
}

// retry has the folder visited once more after a while when a visit failed, as
// when another folder is about to be put in its place. The log says so once.
func (s *sentry) retry(ctx context.Context, err error) {
	if err == nil {
		s.away = ""
		return
	}
	s.due.Reset(again)
	if why := err.Error(); s.away != why && !ended(ctx) {
		s.away = why
		s.log.ErrorContext(ctx, "the folder of lessons is tried again soon", slog.Any("error", err))
	}
}

// read reads the folder and takes what is good and new; what is not good keeps
// the last good edition, and the log says so once.
func (s *sentry) read(ctx context.Context) error {
	edition, problems, err := s.readFolder()
	if err != nil {
		return fmt.Errorf("read the folder of lessons: %w", err)
	}
	s.workshop.put(edition, problems)
	if edition == nil {
		s.tell(ctx, problems)
		return nil
	}
	s.told = ""
	if edition.Flows().ID == s.taken {
		return nil
	}
	if err := s.take(ctx, edition); err != nil {
		return fmt.Errorf("take the lessons that changed: %w", err)
	}
	s.taken = edition.Flows().ID
	return nil
}

// readFolder makes the edition of the folder, if it is good, and finds all that
// could be better.
func (h *house) readFolder() (*content.Edition, []content.Problem, error) {
	folder, done, err := lessons(h.config)
	if err != nil {
		return nil, nil, err
	}
	defer done()
	local, err := fs.Glob(os.DirFS(h.config.Content), "*")
	if err != nil {
		return nil, nil, err
	}
	edition, faults := content.Load(folder, h.words.bundle)
	problems := content.Lint(folder, h.words.bundle, time.Now())
	if edition == nil && !content.HasErrors(problems) {
		problems = faults // it was repaired between the two
	}
	problems = slices.DeleteFunc(problems, func(p content.Problem) bool {
		return p.Severity != content.Error && !slices.Contains(local, string(p.Lesson()))
	})
	for i := range problems {
		problems[i] = problems[i].In(h.words.bundle, h.words.language)
	}
	return edition, problems, nil
}

// take puts what was read in force, unless an editor published: then it is a
// draft, to be seen on the editors' page.
func (h *house) take(ctx context.Context, e *content.Edition) error {
	id := e.Flows().ID
	force, err := h.store.Current(ctx)
	if err != nil {
		return err
	}
	if force.Published || force.Revision == id || !h.serves {
		return nil
	}
	if err := keep(ctx, h.store, e); err != nil {
		return err
	}
	if err := h.store.Propose(ctx, id); err != nil {
		return err
	}
	if force, err = h.store.Current(ctx); err != nil || force.Revision != id {
		return err // somebody published meanwhile: the follower takes that
	}
	h.shelf.renew(e)
	h.log.InfoContext(ctx, "the folder of lessons changed and is in force", slog.String("revision", string(id)))
	return nil
}

// most is how many faults of a folder the log names.
const most = 5

// tell logs the faults that keep a folder from being taken, unless it just did.
func (s *sentry) tell(ctx context.Context, problems []content.Problem) {
	var attributes []any
	var faults strings.Builder
	for _, p := range problems {
		if p.Severity == content.Error && len(attributes) < most {
			attributes = append(attributes, slog.String("at", p.Place()))
			faults.WriteString(p.String())
		}
	}
	if faults.String() == s.told {
		return
	}
	s.told = faults.String()
	s.log.ErrorContext(ctx, "the folder of lessons has errors; the last good lessons stay", attributes...)
}
