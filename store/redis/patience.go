package redis

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"passerelle/store"
)

// The pauses between two attempts.
const (
	firstPause = 10 * time.Millisecond
	lastPause  = 250 * time.Millisecond
)

// try makes a call again while what fails may pass by itself, as long as the
// caller's time lasts.
func (k *Kernel) try(ctx context.Context, call func(context.Context) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	began := time.Now()
	err := call(ctx) // bounded by the time of one answer
	if passes(err) {
		ctx, cancel := context.WithDeadline(ctx, began.Add(patience))
		defer cancel()
		err = again(ctx, err, call)
	}
	return explain(err)
}

// again makes a call that failed again, ever more rarely.
func again(ctx context.Context, err error, call func(context.Context) error) error {
	for pause := firstPause; passes(err); pause = min(2*pause, lastPause) {
		select {
		case <-time.After(pause/2 + rand.N(pause)): //nolint:gosec // no secret hangs on it
		case <-ctx.Done():
			return gaveUp(ctx, err)
		}
		err = call(ctx)
	}
	return err
}

// gaveUp is the error of a caller whose time is over.
func gaveUp(ctx context.Context, err error) error {
	if errors.Is(context.Cause(ctx), context.Canceled) {
		return ctx.Err()
	}
	return fmt.Errorf("%w: %w", ErrAway, err)
}

// The server's own errors that pass by themselves: it starts, it changes
// roles, a slot moves.
func passing() []string {
	return []string{
		"LOADING", "CLUSTERDOWN", "MASTERDOWN", "TRYAGAIN", "READONLY", "MOVED", "ASK",
		"NOREPLICAS", "NOSCRIPT", "UNBLOCKED", "BUSY", "max number of clients",
	}
}

// passes tells whether the same call may go well a moment later. What is no
// answer of the server is trouble of the network.
func passes(err error) bool {
	if err == nil || ours(err) {
		return false
	}
	if _, ok := errors.AsType[redis.Error](err); !ok {
		return true
	}
	return begins(err, passing()...)
}

// ours tells whether an error is one that no attempt more would change.
func ours(err error) bool {
	for _, known := range []error{
		context.Canceled, redis.Nil, redis.ErrClosed, ErrUnconfirmed, ErrClosed, store.ErrDamaged,
	} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

// begins tells whether what the server says begins like one of these. Redis 6.2
// says last what went wrong inside a script.
func begins(err error, prefixes ...string) bool {
	inside := ""
	if redis.HasErrorPrefix(err, "Error running script") {
		_, inside, _ = strings.Cut(err.Error(), ": -")
	}
	return slices.ContainsFunc(prefixes, func(p string) bool {
		return redis.HasErrorPrefix(err, p) || strings.HasPrefix(inside, p)
	})
}

// explain turns what the server says into what to do about it.
func explain(err error) error {
	switch {
	case err == nil, errors.Is(err, ErrUnconfirmed):
		return err
	case errors.Is(err, redis.ErrClosed):
		return ErrClosed
	case begins(err, "NOAUTH", "WRONGPASS", "NOPERM", "AUTH", "invalid password"):
		return fmt.Errorf("%w: %w", ErrDenied, err)
	case begins(err, "This instance has cluster support disabled", "DB index is out of range", "SELECT is not allowed"):
		return fmt.Errorf("%w: %w", ErrAddress, err)
	case begins(err, "MISCONF", "OOM"):
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	return err
}
