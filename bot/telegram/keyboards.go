package telegram

import (
	"context"
	"sync"

	tg "github.com/go-telegram/bot"
)

// maxKeyboards is how many people's buttons are remembered.
const maxKeyboards = 10_000

// keyboards remember the last message with buttons in each chat: when the next
// one comes, the old buttons go, for a press on them would be late. Of a
// question that was answered by a press the choice stays, marked.
type keyboards struct {
	mu  sync.Mutex
	all map[int64]int
}

// replace notes the newest message with buttons, and returns the one before, or
// 0.
func (k *keyboards) replace(chat int64, message int) (before int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	before = k.all[chat]
	if k.all == nil || len(k.all) >= maxKeyboards {
		k.all = make(map[int64]int)
	}
	k.all[chat] = message
	return before
}

// keep leaves the buttons of a message as they are.
func (k *keyboards) keep(chat int64, message int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.all[chat] == message {
		delete(k.all, chat)
	}
}

// clear takes the buttons off a message. It may fail.
func (t *Telegram) clear(ctx context.Context, chat int64, message int) {
	_, err := t.api.EditMessageReplyMarkup(ctx, &tg.EditMessageReplyMarkupParams{ChatID: chat, MessageID: message})
	t.sender.courtesy(ctx, chat, "take old buttons away", err)
}
