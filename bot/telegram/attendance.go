package telegram

import (
	"context"
	"log/slog"
	"strconv"
	"sync"
	"time"
)

const (
	// pressLife is how long Telegram keeps the press on a button.
	pressLife = 150 * time.Second
	// noteEvery is how often it is noted, for whoever starts next, that
	// somebody is there.
	noteEvery = 20 * time.Second
)

// An attendance tells since when nobody listened to Telegram.
type attendance struct {
	mu     sync.Mutex
	last   time.Time // we were there
	noted  time.Time
	since  time.Time // presses since then may be lost; zero: none
	trials int       // to find that out, or to have them asked again
}

// present notes that we hear Telegram now. Once what it kept for us is taken,
// those who may have pressed in vain are asked again.
func (t *Telegram) present(ctx context.Context, caughtUp bool) {
	t.seen.mu.Lock()
	defer t.seen.mu.Unlock()
	s, now := &t.seen, t.o.Now()
	if now.Sub(s.last) > pressLife && s.since.IsZero() {
		last, err := t.lastHeard(ctx, now)
		if err != nil && !t.leaves(ctx) {
			return // the next time tells
		}
		if err == nil && now.Sub(last) > pressLife {
			s.since = last
		}
	}
	s.last = now
	if caughtUp && !s.since.IsZero() {
		t.askAgain(ctx)
	}
	if s.since.IsZero() && now.Sub(s.noted) >= noteEvery {
		s.noted = now
		t.noteAlive(ctx, now)
	}
}

// askAgain has those asked again who may have pressed in vain.
func (t *Telegram) askAgain(ctx context.Context) {
	s := &t.seen
	if err := t.o.Missed(ctx, s.since); err != nil {
		t.o.Logger.Error("ask again those whose presses were lost", slog.Any("error", err))
		if !t.leaves(ctx) {
			return
		}
	}
	s.since, s.trials = time.Time{}, 0
}

// leaves counts a failure, and tells whether to go on without: what fails again
// and again while the store takes turns is left, like an input.
func (t *Telegram) leaves(ctx context.Context) bool {
	if ctx.Err() != nil || t.o.Ready(ctx) != nil {
		return false
	}
	t.seen.trials++
	if t.seen.trials < maxStrikes {
		return false
	}
	t.seen.trials = 0
	return true
}

func (t *Telegram) noteAlive(ctx context.Context, now time.Time) {
	if err := t.o.Note(ctx, t.aliveName(), strconv.FormatInt(now.Unix(), 10)); err != nil && ctx.Err() == nil {
		t.o.Logger.Warn("note that Telegram is heard", slog.Any("error", err))
	}
}

// lastHeard is when this or another process last heard Telegram; now, when none
// ever did.
func (t *Telegram) lastHeard(ctx context.Context, now time.Time) (time.Time, error) {
	text, err := t.o.Noted(ctx, t.aliveName())
	if err != nil {
		t.o.Logger.Warn("look when Telegram was heard", slog.Any("error", err))
		return time.Time{}, err
	}
	last := t.seen.last
	if seconds, bad := strconv.ParseInt(text, 10, 64); bad == nil && time.Unix(seconds, 0).After(last) {
		last = time.Unix(seconds, 0)
	}
	if last.IsZero() {
		last = now
	}
	return last, nil
}

func (t *Telegram) aliveName() string { return Channel + "/" + t.id + "/heard" }
