package sms

import (
	"context"
	"sync"
	"time"

	"passerelle/flows"
)

// maxShut is how many people a gate is shut for one by one; beyond it, it is
// shut for all.
const maxShut = 10_000

// A gate has requests of people wait of whom something came in before that is
// not taken yet. The zero gate is open.
type gate struct {
	mu sync.Mutex
	// all is when something of anybody came in that was not taken; zero: never.
	all time.Time
	// one is the same of single people, the latest.
	one map[flows.Address]time.Time
	// opened is closed, and replaced, whenever the gate opens for somebody.
	opened chan struct{}
}

// shutAll shuts the gate for everybody, for what came at that time.
func (g *gate) shutAll(came time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.all = came
}

// shut shuts the gate for one person, for what came at that time.
func (g *gate) shut(who flows.Address, came time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.keep(who, came)
}

// keep remembers that a person waits. The lock is held.
func (g *gate) keep(who flows.Address, came time.Time) {
	if g.one == nil {
		g.one = make(map[flows.Address]time.Time)
	}
	if _, shut := g.one[who]; !shut && len(g.one) >= maxShut {
		g.all = came
		return
	}
	if came.After(g.one[who]) {
		g.one[who] = came
	}
}

// open opens the gate for all of whom everything is taken that came before that
// time, but for those who failed.
func (g *gate) open(before time.Time, failed map[flows.Address]bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for who, came := range g.one {
		if !came.After(before) && !failed[who] {
			delete(g.one, who)
		}
	}
	for who := range failed {
		g.keep(who, before)
	}
	if !g.all.After(before) && len(g.one) < maxShut {
		g.all = time.Time{}
	}
	if g.opened != nil {
		close(g.opened)
		g.opened = nil
	}
}

// shutSince tells whether the gate is shut, also for what came after that time.
func (g *gate) shutSince(at time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.all.After(at) {
		return true
	}
	for _, came := range g.one {
		if came.After(at) {
			return true
		}
	}
	return false
}

// closed tells whether it is shut for anybody.
func (g *gate) closed() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return !g.all.IsZero() || len(g.one) > 0
}

// pass waits until the gate is open for somebody, for a while.
func (g *gate) pass(ctx context.Context, who flows.Address, long time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, long)
	defer cancel()
	for {
		opened, shut := g.look(who)
		if !shut {
			return true
		}
		select {
		case <-opened:
		case <-ctx.Done():
			return false
		}
	}
}

// look tells whether the gate is shut for somebody, and what is closed when that
// may have changed.
func (g *gate) look(who flows.Address) (opened <-chan struct{}, shut bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.opened == nil {
		g.opened = make(chan struct{})
	}
	_, late := g.one[who]
	return g.opened, late || !g.all.IsZero()
}
