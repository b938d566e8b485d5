package telegram

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/go-telegram/bot/models"

	"passerelle/flows"
)

const (
	// maxStrikes is how often an update may fail before it is parked.
	maxStrikes = 5
	// slow is how long an answer may take before the person sees that somebody
	// is writing.
	slow = 700 * time.Millisecond
)

// take takes the input of one update. Nil means that the update may be
// acknowledged: its turn is committed, or it means nothing, or it failed so
// often that it was parked.
func (t *Telegram) take(ctx context.Context, u *models.Update) error {
	a, err := t.understand(u)
	if err != nil || a.in == nil {
		return nil //nolint:nilerr // it was logged, and will not be better the next time
	}
	if t.idle(a) {
		t.thank(ctx, a, flows.Stale)
		return nil
	}
	if a.press != nil {
		t.sender.boards.keep(a.chat, a.press.message)
	}
	waiting := time.AfterFunc(slow, func() { t.later(ctx, func(ctx context.Context) { t.typing(ctx, a.chat) }) })
	reason, err := t.o.Receive(ctx, address(a.chat), a.id, a.in)
	waiting.Stop()
	if err != nil {
		if err = t.struck(ctx, a, err); err != nil {
			return err
		}
		reason = flows.Stale // nothing was chosen
	}
	t.strikes.forget(a.id)
	t.thank(ctx, a, reason)
	return nil
}

// idle tells whether a press says nothing: on a choice that shows as chosen, or
// a second time on the one just taken.
func (t *Telegram) idle(a arrival) bool {
	return a.press != nil && (a.press.data == chosenData || t.doubles.again(a.chat, a.press, t.o.Now()))
}

var errUnread = errors.New("an update could not be read")

// understand reads an update that a stranger may have shaped.
func (t *Telegram) understand(u *models.Update) (a arrival, err error) {
	defer func() {
		if recover() != nil { // what it says could hold the person's words
			t.o.Logger.Error("an update could not be read", slog.Int64("update", u.ID))
			err = errUnread
		}
	}()
	return t.read(u), nil
}

// thank ends a press: the button stops turning, and the choice shows as
// chosen. Neither is worth waiting for.
func (t *Telegram) thank(ctx context.Context, a arrival, reason flows.Reason) {
	if a.press == nil {
		return
	}
	if reason != flows.Stale {
		t.doubles.note(a.chat, a.press, t.o.Now())
	}
	t.later(ctx, func(ctx context.Context) {
		t.answered(ctx, a.press.query)
		if reason != flows.Stale && a.press.label != "" {
			t.chosen(ctx, a.chat, a.press.message, a.press.label)
		}
	})
}

// struck counts a failure. One that comes while the store takes turns is the
// input's own fault: at the fifth it is put aside, so that the rest goes on.
func (t *Telegram) struck(ctx context.Context, a arrival, why error) error {
	if ctx.Err() != nil || t.o.Ready(ctx) != nil || t.strikes.count(a.id) < maxStrikes {
		return fmt.Errorf("take an update: %w", why)
	}
	if err := t.o.Park(ctx, address(a.chat), a.id, a.in, why); err != nil {
		return fmt.Errorf("park an update: %w", err)
	}
	return nil
}

// strikes count how often inputs failed.
type strikes struct {
	mu  sync.Mutex
	all map[string]int
}

// maxStruck is how many failing inputs are counted at a time; beyond it they
// begin to count anew.
const maxStruck = 10_000

// count counts one more failure of an input.
func (s *strikes) count(id string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil || len(s.all) >= maxStruck {
		s.all = make(map[string]int)
	}
	s.all[id]++
	return s.all[id]
}

// forget ends the count of an input.
func (s *strikes) forget(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, id)
}
