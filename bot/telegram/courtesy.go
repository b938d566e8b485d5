package telegram

import (
	"context"
	"sync"
	"time"

	tg "github.com/go-telegram/bot"
)

// courtesyTime is how long a courtesy may take, maxCourtesies how many are done
// at a time. More are left undone: nobody learns less by it.
const (
	courtesyTime  = 5 * time.Second
	maxCourtesies = 64
)

// courtesies are calls nobody waits for: that a press was taken, that somebody
// is writing.
type courtesies struct {
	mu     sync.Mutex
	busy   int
	closed bool
	all    sync.WaitGroup
}

// later does a courtesy soon, if there is room.
func (t *Telegram) later(ctx context.Context, do func(ctx context.Context)) {
	t.desk.mu.Lock()
	defer t.desk.mu.Unlock()
	if t.desk.closed || t.desk.busy >= maxCourtesies {
		return
	}
	t.desk.busy++
	t.desk.all.Go(func() {
		defer t.desk.done()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), courtesyTime)
		defer cancel()
		do(ctx)
	})
}

func (c *courtesies) done() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy--
}

// Close waits for what is under way; nothing is begun any more.
func (t *Telegram) Close() {
	t.desk.mu.Lock()
	t.desk.closed = true
	t.desk.mu.Unlock()
	t.desk.all.Wait()
}

// answered has a pressed button stop turning.
func (t *Telegram) answered(ctx context.Context, query string) {
	_, _ = t.api.AnswerCallbackQuery(ctx, &tg.AnswerCallbackQueryParams{CallbackQueryID: query}) // an old one is refused
}
