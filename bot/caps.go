package bot

import (
	"container/list"
	"sync"
	"time"

	"passerelle/flows"
)

// maxWatched is how many learners are watched at a time; beyond it, the one
// not heard of for longest is forgotten, and may begin to count anew.
const maxWatched = 20_000

// maxExcuses is how many newcomers are told in an hour that they were turned
// away, where that costs money.
const maxExcuses = 30

// maxUrgent is how many messages of one person in danger pass every cap in an
// hour, and maxCries how many newcomers in danger do.
const (
	maxUrgent = 10
	maxCries  = 100
)

// A verdict says whether an input is taken.
type verdict int

// The verdicts: taken; over the cap and told so once; over it and told before.
const (
	admitted verdict = iota
	overCap
	overCapAgain
)

// caps bound what strangers can make grow: new learners in an hour, messages
// of one learner in a minute. They live in memory, for a restart is no way in
// that a stranger has.
type caps struct {
	mu        sync.Mutex
	newcomers window
	excuses   window
	cries     window // of newcomers in danger
	messages  window
	watched   map[flows.Address]*list.Element
	recent    *list.List // of *watch, latest first
}

// A window allows so many in so long, and counts.
type window struct {
	most int
	long time.Duration
	tally
}

// A tally is a count since an instant.
type tally struct {
	since time.Time
	count int
}

// A watch is what is counted of one learner.
type watch struct {
	who      flows.Address
	messages tally
	turned   tally  // refusals since the learner was told
	broke    string // the day on which they were told that the money is spent
	urgent   tally  // cries for help
}

// newCaps makes caps with nothing counted yet.
func newCaps(newcomers, messages int) *caps {
	return &caps{
		newcomers: window{most: newcomers, long: time.Hour},
		excuses:   window{most: maxExcuses, long: time.Hour},
		cries:     window{most: maxCries, long: time.Hour},
		messages:  window{most: messages, long: time.Minute},
		watched:   make(map[flows.Address]*list.Element),
		recent:    list.New(),
	}
}

// message counts one message of a learner.
func (c *caps) message(who flows.Address, now time.Time) verdict {
	c.mu.Lock()
	defer c.mu.Unlock()
	seen := c.watch(who)
	if c.messages.admits(&seen.messages, now) {
		return admitted
	}
	return seen.refuse(now, c.messages.long)
}

// newcomer counts one learner never seen before.
func (c *caps) newcomer(who flows.Address, now time.Time) verdict {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.newcomers.admits(&c.newcomers.tally, now) {
		return admitted
	}
	return c.watch(who).refuse(now, c.newcomers.long)
}

// excuse tells whether one newcomer more, who is turned away, is told so where
// that costs money: strangers with new numbers could make thousands of it.
func (c *caps) excuse(now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.excuses.admits(&c.excuses.tally, now)
}

// urgent tells whether a cry for help passes every cap.
func (c *caps) urgent(who flows.Address, fresh bool, now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if fresh && !c.cries.admits(&c.cries.tally, now) {
		return false
	}
	return window{most: maxUrgent, long: time.Hour}.admits(&c.watch(who).urgent, now)
}

// spent counts one refusal for want of money on that day: it is told once.
func (c *caps) spent(who flows.Address, day string) verdict {
	c.mu.Lock()
	defer c.mu.Unlock()
	seen := c.watch(who)
	if seen.broke == day {
		return overCapAgain
	}
	seen.broke = day
	return overCap
}

// admits counts one more, unless the window is full.
func (w window) admits(t *tally, now time.Time) bool {
	if now.Sub(t.since) >= w.long || now.Before(t.since) {
		*t = tally{since: now}
	}
	if t.count >= w.most {
		return false
	}
	t.count++
	return true
}

// refuse tells the first refusal in a window from the next ones.
func (w *watch) refuse(now time.Time, long time.Duration) verdict {
	once := window{most: 1, long: long}
	if once.admits(&w.turned, now) {
		return overCap
	}
	return overCapAgain
}

// watch returns what is counted of a learner, and forgets the one not heard of
// for longest when there are too many.
func (c *caps) watch(who flows.Address) *watch {
	if at, ok := c.watched[who]; ok {
		c.recent.MoveToFront(at)
		return at.Value.(*watch)
	}
	if c.recent.Len() >= maxWatched {
		oldest := c.recent.Back()
		delete(c.watched, c.recent.Remove(oldest).(*watch).who)
	}
	seen := &watch{who: who}
	c.watched[who] = c.recent.PushFront(seen)
	return seen
}
