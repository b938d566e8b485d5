package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"passerelle/flows"
	"passerelle/store"
	"passerelle/store/bolt"
)

// How long, and how often, what came of a sending is tried to be noted.
const (
	noteTime  = time.Minute
	firstNote = 50 * time.Millisecond
	lastNote  = 500 * time.Millisecond
)

// attempt sends one message and notes what came of it. More tells that the
// next one may follow.
func (r *Relay) attempt(ctx context.Context, p *post, d flows.Delivery) (more bool) {
	lasting := context.WithoutCancel(ctx) // what was begun is finished, even at the end
	held, sent := r.carry(lasting, p, d)
	if sent != nil && !held {
		r.log.InfoContext(ctx, "another sender took over", slog.Any("address", d.To), slog.Int("attempt", d.Attempt))
		r.meter.deliveries.WithLabelValues(p.name, resultLater).Inc()
		return false
	}
	result, outcome := r.judge(lasting, d, sent)
	more, err := r.note(ctx, d.To, outcome)
	if err != nil {
		result = resultUnnoted
		r.log.WarnContext(ctx, "what came of a message could not be noted, it may be sent again",
			slog.Any("address", d.To), slog.String("why", err.Error()))
	}
	r.meter.deliveries.WithLabelValues(p.name, result).Inc()
	return more && held
}

// carry sends one message and keeps others away meanwhile, however slow the
// channel is. Not held says that another sender took over: the sending is given
// up, and may have gone through. While the store is away nobody can take over.
func (r *Relay) carry(ctx context.Context, p *post, d flows.Delivery) (held bool, sent error) {
	sending, giveUp := context.WithCancel(ctx)
	defer giveUp()
	done := make(chan error, 1)
	go func() { done <- r.try(sending, p.channel, d) }()
	pulse := time.NewTicker(r.store.Lease() / 3)
	defer pulse.Stop()
	for held = true; ; {
		select {
		case sent = <-done:
			return held, sent
		case <-pulse.C:
			if still, err := r.renew(ctx, d); err == nil && !still {
				held = false
				giveUp()
			}
		}
	}
}

// fresh tells whether the caller still holds the lease, with time enough before
// it is to be renewed.
func (r *Relay) fresh(ctx context.Context, d flows.Delivery) (bool, error) {
	if r.rounds.until(d.To).Sub(r.now()) >= r.store.Lease()*2/3 {
		return true, nil
	}
	return r.renew(ctx, d)
}

// renew prolongs the lease, if nobody else has taken it.
func (r *Relay) renew(ctx context.Context, d flows.Delivery) (held bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	called := r.now()
	held, err = r.store.Renew(ctx, d, r.rounds.until(d.To))
	if held {
		r.rounds.renewed(d.To, called.Add(r.store.Lease()))
	}
	return held, err
}

// A write notes what came of a sending.
type write func(context.Context) (more bool, err error)

// judge decides what is noted of a sending.
func (r *Relay) judge(ctx context.Context, d flows.Delivery, sent error) (result string, _ write) {
	var refusal *flows.Refusal
	errors.As(sent, &refusal)
	about := []any{slog.Any("address", d.To), slog.Int("attempt", d.Attempt), slog.Any("error", sent)}
	switch {
	case sent == nil:
		return resultSent, func(ctx context.Context) (bool, error) { return r.store.Delivered(ctx, d) }
	case refusal != nil && refusal.Never, r.hopeless(ctx, d):
		r.log.WarnContext(ctx, "a message is given up", about...)
		return resultBuried, func(ctx context.Context) (bool, error) { return r.store.Bury(ctx, d, sent.Error()) }
	case refusal != nil && refusal.After > 0:
		at := r.now().Add(refusal.After)
		return resultLater, func(ctx context.Context) (bool, error) { return false, r.store.Hold(ctx, d, at, sent.Error()) }
	}
	r.log.InfoContext(ctx, "a message is tried again", about...)
	at := r.now().Add(pauseAfter(d.Attempt))
	return resultLater, func(ctx context.Context) (bool, error) { return false, r.store.Retry(ctx, d, at, sent.Error()) }
}

// note writes what came of a sending, again and again while the store is away:
// whoever finds the message first when it is back would send it again. Told to
// stop, it tries once more at most.
func (r *Relay) note(ctx context.Context, to flows.Address, w write) (more bool, err error) {
	r.rounds.noting(to)
	patience := r.now().Add(noteTime)
	for pause := firstNote; ; pause = min(2*pause, lastNote) {
		called := r.now()
		if more, err = once(ctx, w); err == nil {
			r.rounds.renewed(to, called.Add(r.store.Lease()))
			return more, nil
		}
		if ctx.Err() != nil || final(err) || r.now().Add(pause).After(patience) {
			return false, fmt.Errorf("note what came of a message: %w", err)
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
	}
}

// once gives the store its time for one answer, even at the end.
func once(ctx context.Context, w write) (more bool, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTime)
	defer cancel()
	return w(ctx)
}

// final tells whether an error of the store is one that no waiting mends.
func final(err error) bool {
	for _, known := range []error{bolt.ErrStopped, bolt.ErrDamaged, bolt.ErrClosed, store.ErrDamaged, store.ErrLater} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

// hopeless tells whether a message was tried often enough, for long enough.
func (r *Relay) hopeless(ctx context.Context, d flows.Delivery) bool {
	if d.Attempt < maxAttempts {
		return false
	}
	queued, err := r.store.Queued(ctx, d)
	return err == nil && r.now().Sub(queued) >= leastKept
}

// errSendFailed says that a channel gave up in the middle.
var errSendFailed = errors.New("the channel failed")

// try sends one message, in bounded time. A channel that fails badly is an
// error like another.
func (r *Relay) try(ctx context.Context, channel Channel, d flows.Delivery) (err error) {
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	defer func() {
		if recover() != nil { // what it says could hold the message
			r.log.ErrorContext(ctx, "a channel failed", slog.Any("address", d.To), slog.String("stack", string(debug.Stack())))
			err = errSendFailed
		}
	}()
	return channel.Send(ctx, d)
}
