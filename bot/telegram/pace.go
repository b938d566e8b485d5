package telegram

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"passerelle/flows"
)

// How fast messages leave, as Telegram allows: one a second to one person, a few
// at once now and then, and so many a second to all people together. A server
// that takes more of all takes as much more of one.
const (
	perSecond = 30
	chatBurst = 4
	// patience is how long a sender waits for its turn before it comes back
	// later instead.
	patience = time.Second
	// So many people refused within this time: it is all of us.
	refusedMany  = 3
	refusedSince = 2 * time.Second
	// leastPause is for a refusal that does not say how long.
	leastPause = time.Second
	// keptChats is from how many people on idle ones are forgotten.
	keptChats = 1024
)

// A pace keeps messages from leaving faster than Telegram takes them. What it is
// asked to wait for one person holds up nobody else.
type pace struct {
	now func() time.Time

	mu    sync.Mutex
	all   *rate.Limiter
	each  rate.Limit
	chats map[int64]*rhythm
	keep  int
	// pause is until when nothing leaves at all.
	pause    time.Time
	refusals []refusal
}

// A rhythm is the pace of one chat, and until when Telegram wants none of it.
type rhythm struct {
	limiter *rate.Limiter
	pause   time.Time
}

// A refusal is "too many requests" for one chat.
type refusal struct {
	chat      int64
	at, until time.Time
}

// newPace lets so many messages leave in a second.
func newPace(all int, now func() time.Time) *pace {
	if all <= 0 {
		all = perSecond
	}
	return &pace{
		now: now, all: rate.NewLimiter(rate.Limit(all), max(1, all/3)),
		each:  max(1, rate.Limit(all)/perSecond),
		chats: map[int64]*rhythm{}, keep: keptChats,
	}
}

// wait waits for the turn of a message, but never long: then it is refused for
// as long as that takes.
func (p *pace) wait(ctx context.Context, chat int64) error {
	wait, ok := p.book(chat)
	if !ok {
		return &flows.Refusal{Reason: "a message waits for its turn", After: wait}
	}
	if wait <= 0 {
		return nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// book takes the next place for a message and tells how long it is until then.
// When that is too long nothing is taken.
func (p *pace) book(chat int64) (wait time.Duration, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	r := p.rhythm(chat, now)
	if pause := max(p.pause.Sub(now), r.pause.Sub(now)); pause > 0 {
		return pause, false
	}
	own, all := r.limiter.ReserveN(now, 1), p.all.ReserveN(now, 1)
	wait = max(own.DelayFrom(now), all.DelayFrom(now))
	if wait > patience {
		own.CancelAt(now)
		all.CancelAt(now)
		return wait, false
	}
	return wait, true
}

// rhythm is that of a chat. From time to time those of people who got nothing
// lately are forgotten.
func (p *pace) rhythm(chat int64, now time.Time) *rhythm {
	if r, ok := p.chats[chat]; ok {
		return r
	}
	if len(p.chats) >= p.keep {
		for other, r := range p.chats {
			if r.limiter.TokensAt(now) >= chatBurst && !r.pause.After(now) {
				delete(p.chats, other)
			}
		}
		p.keep = max(keptChats, 2*len(p.chats))
	}
	r := &rhythm{limiter: rate.NewLimiter(p.each, chatBurst)}
	p.chats[chat] = r
	return r
}

// refused notes that Telegram wants nothing for a chat for a while, and returns
// for how long. When it says so for several chats at once, everything pauses
// until the first of them may go on.
func (p *pace) refused(chat int64, after time.Duration) (pause time.Duration, everybody bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	pause = max(after, leastPause)
	p.rhythm(chat, now).pause = now.Add(pause)
	p.refusals = slices.DeleteFunc(p.refusals, func(r refusal) bool {
		return r.chat == chat || now.Sub(r.at) > refusedSince
	})
	p.refusals = append(p.refusals, refusal{chat, now, now.Add(pause)})
	if len(p.refusals) < refusedMany {
		return pause, false
	}
	first := slices.MinFunc(p.refusals, func(a, b refusal) int { return a.until.Compare(b.until) })
	everybody = first.until.After(p.pause)
	if everybody {
		p.pause = first.until
	}
	return pause, everybody
}
