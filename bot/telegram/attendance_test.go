package telegram

import (
	"context"
	"strconv"
	"testing"
	"time"

	"passerelle/bot/telegram/telegramtest"
)

// attended is a channel whose presence is told by hand, on that clock.
func attended(t *testing.T, l *listener, c *clock, change func(*Options)) *Telegram {
	t.Helper()
	return l.channel(t, telegramtest.Start(t), func(o *Options) {
		o.Now = c.now
		if change != nil {
			change(o)
		}
	})
}

// While one process does not hear Telegram, another may: nothing was missed.
func TestAnotherProcessWasThere(t *testing.T) {
	t.Parallel()
	l, c := newListener(), newClock()
	first, second := attended(t, l, c, nil), attended(t, l, c, nil)
	first.present(t.Context(), true)
	for range 60 {
		c.at = c.at.Add(noteEvery)
		second.present(t.Context(), true)
	}
	first.present(t.Context(), true)
	if len(l.missed) != 0 {
		t.Errorf("asked again %d times, want none: somebody was there", len(l.missed))
	}
	c.at = c.at.Add(pressLife + time.Second)
	first.present(t.Context(), true)
	if len(l.missed) != 1 {
		t.Errorf("asked again %d times, want once: nobody was there", len(l.missed))
	}
}

// An absence is not forgotten when the store does not tell of it at once.
func TestAbsenceIsLookedUpAgain(t *testing.T) {
	t.Parallel()
	l, c := newListener(), newClock()
	attended(t, l, c, nil).present(t.Context(), true)
	c.at = c.at.Add(time.Hour)
	fails := true
	back := attended(t, l, c, func(o *Options) {
		noted := o.Noted
		o.Noted = func(ctx context.Context, name string) (string, error) {
			if fails {
				return "", errAway
			}
			return noted(ctx, name)
		}
	})
	back.present(t.Context(), true)
	fails = false
	back.present(t.Context(), true)
	if len(l.missed) != 1 {
		t.Errorf("asked again %d times, want once", len(l.missed))
	}
}

// When nobody can be asked again although the store takes turns, it is left
// after some trials; while the store is away it is tried for as long as it takes.
func TestAskingAgainEnds(t *testing.T) {
	t.Parallel()
	l, c := newListener(), newClock()
	attended(t, l, c, nil).present(t.Context(), true)
	c.at = c.at.Add(time.Hour)
	trials := 0
	back := attended(t, l, c, func(o *Options) {
		o.Missed = func(context.Context, time.Time) error { trials++; return errAway }
	})
	l.away = true
	for range maxStrikes + 1 {
		back.present(t.Context(), true)
	}
	l.set(func() { l.away = false })
	for range maxStrikes + 1 {
		back.present(t.Context(), true)
	}
	if want := maxStrikes + 1 + maxStrikes; trials != want {
		t.Errorf("tried %d times, want %d", trials, want)
	}
	if l.notes[back.aliveName()] != strconv.FormatInt(c.at.Unix(), 10) {
		t.Errorf("noted %v, want that somebody is there", l.notes)
	}
}

// A note that can never be read is written anew.
func TestUnreadableNote(t *testing.T) {
	t.Parallel()
	l, c := newListener(), newClock()
	channel := attended(t, l, c, func(o *Options) {
		o.Noted = func(context.Context, string) (string, error) { return "", errAway }
	})
	for range maxStrikes {
		if len(l.notes) != 0 {
			t.Fatalf("noted %v before it was given up", l.notes)
		}
		channel.present(t.Context(), true)
	}
	if len(l.notes) != 1 || len(l.missed) != 0 {
		t.Errorf("noted %v, asked again %v; want a note, and nobody asked", l.notes, l.missed)
	}
}
