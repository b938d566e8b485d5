package bot

import (
	"sync"
	"time"

	"passerelle/flows"
)

// rounds are the conversations this process sends for at this moment, each on
// one worker. While a store that was away is coming back, leases run out and
// are claimed again, by this very process too: whoever is at work is told, and
// nobody else here sends for that learner.
type rounds struct {
	mu  sync.Mutex
	all map[flows.Address]*round
}

// A round is the work on one conversation.
type round struct {
	until time.Time // the lease lasts at least so long
	again bool      // another lease was taken meanwhile
}

// begin opens a round. When there is one already it gets the ticket instead.
func (r *rounds) begin(t ticket, now time.Time) bool {
	if r.join(t, now) {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.all[t.to] != nil {
		return false
	}
	if r.all == nil {
		r.all = make(map[flows.Address]*round)
	}
	r.all[t.to] = &round{until: t.until}
	return true
}

// join hands a ticket to the round of its conversation, if there is one.
func (r *rounds) join(t ticket, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	one := r.all[t.to]
	if one == nil {
		return false
	}
	if now.Before(t.until) {
		one.again = true
		one.extend(t.until)
	}
	return true
}

// end closes a round, unless a ticket was handed to it that is not seen to yet.
func (r *rounds) end(to flows.Address) (again bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if again = r.all[to].again; again {
		r.all[to].again = false
		return true
	}
	delete(r.all, to)
	return false
}

// until is how long the lease of a round lasts at least.
func (r *rounds) until(to flows.Address) time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	if one := r.all[to]; one != nil {
		return one.until
	}
	return time.Time{}
}

// renewed notes that the lease of a round lasts longer.
func (r *rounds) renewed(to flows.Address, until time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if one := r.all[to]; one != nil {
		one.extend(until)
	}
}

// noting forgets the tickets handed over so far: what is about to be noted
// tells by itself whether more waits.
func (r *rounds) noting(to flows.Address) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if one := r.all[to]; one != nil {
		one.again = false
	}
}

func (r *round) extend(until time.Time) {
	if until.After(r.until) {
		r.until = until
	}
}
