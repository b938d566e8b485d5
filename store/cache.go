package store

import (
	"container/list"
	"sync"

	"passerelle/flows"
)

// A cache keeps the records lately used. It may be wrong: only a commit, which
// compares versions, may rely on it.
type cache struct {
	mu     sync.Mutex
	most   int
	order  *list.List // of guess, the latest first
	places map[flows.Address]*list.Element
}

// A guess is a record as this process last knew it. A doubtful one is no answer
// any more: it only tells how far the conversation had come.
type guess struct {
	Record
	doubtful bool
}

func newCache(most int) *cache {
	return &cache{most: most, order: list.New(), places: map[flows.Address]*list.Element{}}
}

func (c *cache) get(a flows.Address) (Record, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.places[a]
	if !ok || e.Value.(guess).doubtful {
		return Record{}, false
	}
	c.order.MoveToFront(e)
	return e.Value.(guess).Record, true
}

// put keeps a record unless a later one is there already.
func (c *cache) put(r Record) { c.keep(guess{Record: r}) }

// doubt makes the next Load ask the kernel: a write from that record may have
// been done, or not.
func (c *cache) doubt(r Record) { c.keep(guess{Record: r, doubtful: true}) }

func (c *cache) keep(g guess) {
	if c.most <= 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	a := g.Conversation.Address
	if e, ok := c.places[a]; ok {
		if e.Value.(guess).Version <= g.Version {
			e.Value = g
		}
		c.order.MoveToFront(e)
		return
	}
	c.places[a] = c.order.PushFront(g)
	if c.order.Len() > c.most {
		oldest := c.order.Back()
		delete(c.places, oldest.Value.(guess).Conversation.Address)
		c.order.Remove(oldest)
	}
}

// forget takes a record out, and returns what was known: nothing, perhaps.
func (c *cache) forget(a flows.Address) (known Record) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.places[a]
	if !ok {
		return Record{}
	}
	c.order.Remove(e)
	delete(c.places, a)
	return e.Value.(guess).Record
}
