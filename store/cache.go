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
	order  *list.List // of Record, the latest first
	places map[flows.Address]*list.Element
}

func newCache(most int) *cache {
	return &cache{most: most, order: list.New(), places: map[flows.Address]*list.Element{}}
}

func (c *cache) get(a flows.Address) (Record, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.places[a]
	if !ok {
		return Record{}, false
	}
	c.order.MoveToFront(e)
	return e.Value.(Record), true
}

// put keeps a record unless a later one is there already.
func (c *cache) put(r Record) {
	if c.most <= 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	a := r.Conversation.Address
	if e, ok := c.places[a]; ok {
		if e.Value.(Record).Version <= r.Version {
			e.Value = r
		}
		c.order.MoveToFront(e)
		return
	}
	c.places[a] = c.order.PushFront(r)
	if c.order.Len() > c.most {
		oldest := c.order.Back()
		delete(c.places, oldest.Value.(Record).Conversation.Address)
		c.order.Remove(oldest)
	}
}

// forget makes the next Load ask the kernel.
func (c *cache) forget(a flows.Address) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.places[a]; ok {
		c.order.Remove(e)
		delete(c.places, a)
	}
}
