package bot

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"passerelle/store"
	"passerelle/store/redis"
)

// An outage is the time during which a store on the network takes no turns. It
// may last for hours: one line tells that it began, one that it is over.
type outage struct {
	mu    sync.Mutex
	since time.Time // zero: there is none
}

// begin notes that the store fails; first tells that this is news.
func (o *outage) begin(now time.Time) (first bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	first = o.since.IsZero()
	if first {
		o.since = now
	}
	return first
}

// end notes that the store works; ended tells that this is news.
func (o *outage) end(now time.Time) (lasted time.Duration, ended bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.since.IsZero() {
		return 0, false
	}
	lasted = now.Sub(o.since)
	o.since = time.Time{}
	return lasted, true
}

// lasting tells whether the store fails, as far as anybody noticed.
func (o *outage) lasting() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return !o.since.IsZero()
}

// over logs the end of an outage, if there was one. Whoever just read something
// calls it; writing is tried first.
func (o *outage) over(ctx context.Context, s *store.Store, log *slog.Logger) {
	if !o.lasting() {
		return
	}
	if _, err := s.Acquire(ctx, "ready", "ready", time.Second); err != nil {
		return
	}
	if lasted, ended := o.end(time.Now()); ended {
		log.WarnContext(ctx, "the store takes turns again", slog.String("after", lasted.Round(time.Second).String()))
	}
}

// calm is a log that tells once that the store on the network takes no turns,
// whatever fails because of it.
type calm struct {
	slog.Handler

	outage *outage
}

// Handle implements [slog.Handler].
func (c calm) Handle(ctx context.Context, r slog.Record) error {
	why := outageIn(r)
	if why == nil {
		return c.Handler.Handle(ctx, r)
	}
	if !c.outage.begin(r.Time) {
		return nil
	}
	line := slog.NewRecord(r.Time, slog.LevelError, "the store takes no turns, they are refused until it does", r.PC)
	line.AddAttrs(slog.Any("error", why))
	return c.Handler.Handle(ctx, line)
}

// WithAttrs implements [slog.Handler].
func (c calm) WithAttrs(attrs []slog.Attr) slog.Handler {
	return calm{c.Handler.WithAttrs(attrs), c.outage}
}

// WithGroup implements [slog.Handler].
func (c calm) WithGroup(name string) slog.Handler {
	return calm{c.Handler.WithGroup(name), c.outage}
}

// outageIn is the error of a line, if it is that of an outage.
func outageIn(r slog.Record) (why error) {
	r.Attrs(func(a slog.Attr) bool {
		if err, ok := a.Value.Any().(error); ok && isOutage(err) {
			why = err
		}
		return why == nil
	})
	return why
}

// isOutage tells whether a store on the network failed as a whole.
func isOutage(err error) bool {
	return errors.Is(err, redis.ErrAway) || errors.Is(err, redis.ErrRefused) ||
		errors.Is(err, redis.ErrDenied) || errors.Is(err, redis.ErrUnconfirmed)
}
