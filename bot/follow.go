package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"passerelle/content"
	"passerelle/flows"
	"passerelle/store"
)

// followEvery is how often a process looks which edition is in force.
const followEvery = 2 * time.Second

// A follower keeps the newest edition of a shelf the one in force: what an editor
// published last, else that of the process on this store that was started last.
// An edition this process cannot teach leaves it with its own.
type follower struct {
	store *store.Store
	shelf *shelf
	own   *content.Edition // the one this process was started with
	log   *slog.Logger
	every time.Duration
	away  bool             // the store did not answer the last time
	seen  flows.RevisionID // the edition in force that was taken last
	made  flows.RevisionID // what became of it here: one carried on is another
	told  flows.RevisionID // the edition the log says could not be taken
	unfit flows.RevisionID // the edition that is not tried again
}

// newFollower makes one for this house.
func (h *house) newFollower() *follower {
	return &follower{store: h.store, shelf: h.shelf, own: h.edition, log: h.log, every: followEvery}
}

// run follows until ctx ends.
func (f *follower) run(ctx context.Context) {
	ticker := time.NewTicker(f.every)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			f.look(ctx)
		case <-ctx.Done():
			return
		}
	}
}

// look asks once which edition is in force, and takes it when it is another.
func (f *follower) look(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	force, err := f.store.Current(ctx)
	if errors.Is(err, store.ErrUnknown) { // nobody published one yet
		err = nil
	}
	if err != nil {
		f.missed(ctx, err)
		return
	}
	f.away = false
	newest := f.shelf.newest().Flows().ID
	if force.Revision == newest {
		f.seen, f.made = force.Revision, newest
	}
	if force.Revision == f.unfit || force.Revision == f.seen && newest == f.made {
		return
	}
	if err := f.take(ctx, force); err != nil {
		f.kept(ctx, force.Revision, err)
	}
}

// take makes an edition of the store the newest here.
func (f *follower) take(ctx context.Context, force store.Force) error {
	id := force.Revision
	archive, err := f.shelf.bring(ctx, id)
	if err != nil {
		return fmt.Errorf("bring revision %s: %w", id, err)
	}
	adopt := f.own.Adopt
	if force.Published {
		adopt = f.own.Carry
	}
	e, err := adopt(archive)
	if err != nil {
		f.unfit = id // it will not be fit the next time either
		return fmt.Errorf("adopt revision %s: %w", id, err)
	}
	if err := keep(ctx, f.store, e); err != nil { // a carried one is another than the archive
		return err
	}
	f.seen, f.made = id, e.Flows().ID
	before := f.shelf.newest()
	f.shelf.renew(e)
	f.log.InfoContext(ctx, "new lessons are in force",
		slog.String("revision", string(id)), slog.String("before", string(before.Flows().ID)), slog.Int("lessons", len(e.Flows().Menu)))
	return nil
}

// keep stores an edition, before any learner stands on it.
func keep(ctx context.Context, s *store.Store, e *content.Edition) error {
	archive, err := e.Archive()
	if err != nil {
		return fmt.Errorf("pack the lessons: %w", err)
	}
	return s.SaveRevision(ctx, e.Flows().ID, archive)
}

// settle takes what an editor published at once.
func (f *follower) settle(ctx context.Context) {
	if force, err := f.store.Current(ctx); err == nil && force.Published {
		f.look(ctx)
	}
}

// missed notes that the store did not answer: once, until it answers again.
func (f *follower) missed(ctx context.Context, err error) {
	if !f.away && !ended(ctx) {
		f.away = true
		f.log.WarnContext(ctx, "look which lessons are in force", slog.Any("error", err))
	}
}

// kept notes that this process stays with what it teaches: once for each
// edition.
func (f *follower) kept(ctx context.Context, id flows.RevisionID, err error) {
	if f.told != id && !ended(ctx) {
		f.told = id
		f.log.ErrorContext(ctx, "other lessons are in force, these stay",
			slog.String("revision", string(id)), slog.Any("error", err))
	}
}

// ended tells whether the program is stopping: what fails then is no news.
func ended(ctx context.Context) bool { return errors.Is(ctx.Err(), context.Canceled) }
