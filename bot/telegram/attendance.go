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
	mu    sync.Mutex
	last  time.Time // somebody was there
	noted time.Time
	since time.Time // presses since then may be lost; zero: none
}

// present notes that we hear Telegram now. Once what it kept for us is taken,
// those who may have pressed in vain are asked again.
func (t *Telegram) present(ctx context.Context, caughtUp bool) {
	t.seen.mu.Lock()
	defer t.seen.mu.Unlock()
	s, now := &t.seen, t.o.Now()
	if s.last.IsZero() {
		s.last = t.lastNoted(ctx, now)
	}
	if now.Sub(s.last) > pressLife && s.since.IsZero() {
		s.since = s.last
	}
	s.last = now
	if caughtUp && !s.since.IsZero() {
		if err := t.o.Missed(ctx, s.since); err != nil {
			t.o.Logger.Error("ask again those whose presses were lost", slog.Any("error", err))
			return
		}
		s.since = time.Time{}
	}
	if s.since.IsZero() && now.Sub(s.noted) >= noteEvery {
		s.noted = now
		t.noteAlive(ctx, now)
	}
}

func (t *Telegram) noteAlive(ctx context.Context, now time.Time) {
	if err := t.o.Note(ctx, t.aliveName(), strconv.FormatInt(now.Unix(), 10)); err != nil && ctx.Err() == nil {
		t.o.Logger.Warn("note that Telegram is heard", slog.Any("error", err))
	}
}

// lastNoted is when this or another process last heard Telegram; now, when
// none ever did.
func (t *Telegram) lastNoted(ctx context.Context, now time.Time) time.Time {
	text, err := t.o.Noted(ctx, t.aliveName())
	seconds, bad := strconv.ParseInt(text, 10, 64)
	if err != nil || bad != nil {
		return now
	}
	return time.Unix(seconds, 0)
}

func (t *Telegram) aliveName() string { return Channel + "/" + t.id + "/heard" }
