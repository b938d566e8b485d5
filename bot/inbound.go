package bot

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"passerelle/flows"
	"passerelle/store"
)

// fromProvider takes an input that a provider brought. Some are put aside at
// once, for they would keep others waiting and be refused again: those of a
// conversation that cannot be read, and of one that can be told nothing more. A
// newcomer whom a cap turned away was told so.
func (h *house) fromProvider(ctx context.Context, from flows.Address, id string, in flows.Input) (flows.Reason, error) {
	reason, err := h.bot.Take(ctx, from, id, in)
	switch {
	case errors.Is(err, ErrFull):
		return cappedReason, nil
	case errors.Is(err, store.ErrDamaged), errors.Is(err, store.ErrLater), errors.Is(err, store.ErrFull):
		return parkedReason, h.bot.Park(ctx, from, id, in, err)
	}
	return reason, err
}

// lease is a right that one process has at a time: to hold, or keep, and to let
// go. The embedded store has one process, which always may: nothing is written
// for it.
func (h *house) lease(name string) (hold func(context.Context, time.Duration) (bool, error), letGo func(context.Context) error) {
	if !h.config.shared() {
		return func(context.Context, time.Duration) (bool, error) { return true, nil }, func(context.Context) error { return nil }
	}
	holder := rand.Text()
	hold = func(ctx context.Context, long time.Duration) (bool, error) {
		return h.store.Acquire(ctx, name, holder, long)
	}
	return hold, func(ctx context.Context) error { return h.store.Release(ctx, name, holder) }
}
