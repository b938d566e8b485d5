package telegram

import (
	"sync"
	"time"
)

const (
	// doubleTime is how soon after a press the same one is a trembling finger,
	// and no question to come back to.
	doubleTime = 5 * time.Second
	// maxDoubles is how many people's presses are remembered.
	maxDoubles = 10_000
)

// doubles remember the press each person was last taken at.
type doubles struct {
	mu  sync.Mutex
	all map[int64]lastPress
}

// A lastPress is a button of a message, and when it was taken.
type lastPress struct {
	message int
	data    string
	at      time.Time
}

// note remembers a press that was taken.
func (d *doubles) note(chat int64, p *press, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.all == nil || len(d.all) >= maxDoubles {
		d.all = make(map[int64]lastPress)
	}
	d.all[chat] = lastPress{p.message, p.data, now}
}

// again tells whether that very press was taken a moment ago.
func (d *doubles) again(chat int64, p *press, now time.Time) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	last := d.all[chat]
	return last.message == p.message && last.data == p.data && now.Sub(last.at) < doubleTime
}
