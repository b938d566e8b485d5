package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"passerelle/flows"
)

// queueStep is how many outboxes are read at once: one may be long.
const queueStep = 64

// A Pending is a conversation with something to send.
type Pending struct {
	Address flows.Address
	// Due is when the first letter is sent, or when the lease of whoever sends it
	// now ends.
	Due time.Time
	// Letters are what waits, in order.
	Letters []Letter
}

// A Letter is what an operator may know of a message that waits: not its words.
type Letter struct {
	ID string
	// Tried counts the attempts that failed.
	Tried int
	// Queued is when it was said.
	Queued time.Time
	// Why is the reason given last to [Store.Retry] or [Store.Hold], or "".
	Why string
}

// Queue lists the conversations with something to send, soonest first, at most
// limit of them, or all when it is 0. It takes no lease, and what it tells may
// have changed since. What can be read is good even when it also returns an
// error.
func (s *Store) Queue(ctx context.Context, limit int) ([]Pending, error) {
	members, err := s.kernel.Members(ctx, wakeSet, limit)
	if err != nil {
		return nil, fmt.Errorf("list what waits: %w", err)
	}
	var all []Pending
	var wrong error
	for some := range slices.Chunk(members, queueStep) {
		pending, err := s.pending(ctx, some)
		wrong = errors.Join(wrong, err)
		all = append(all, pending...)
	}
	return all, wrap("list what waits", wrong)
}

// Pending tells what waits for one address: nothing, perhaps.
func (s *Store) Pending(ctx context.Context, a flows.Address) (Pending, error) {
	members, err := s.kernel.Members(ctx, wakeSet, 0)
	if err != nil {
		return Pending{}, fmt.Errorf("look at what waits: %w", err)
	}
	p := placeOf(a)
	i := slices.IndexFunc(members, func(m Member) bool { return m.Partition == p.partition && m.Name == p.id })
	if i < 0 {
		return Pending{Address: a}, nil
	}
	found, err := s.pending(ctx, members[i:i+1])
	if err != nil || len(found) == 0 || found[0].Address != a {
		return Pending{Address: a}, wrap("look at what waits", err)
	}
	return found[0], nil
}

// pending reads the outboxes of members, in order. One that was emptied
// meanwhile is left out, and one that cannot be read is the error.
func (s *Store) pending(ctx context.Context, members []Member) ([]Pending, error) {
	records, wrong := s.records(ctx, members)
	due := make(map[Key]time.Time, len(members))
	for _, m := range members {
		due[Key{m.Partition, m.Name}] = instant(m.Score)
	}
	keys := make([]Key, len(records))
	for i, r := range records {
		keys[i] = placeOf(r.Conversation.Address).outbox()
	}
	lists, err := s.kernel.Range(ctx, 0, keys...)
	if err != nil {
		return nil, errors.Join(wrong, err)
	}
	var all []Pending
	for i, r := range records {
		letters, err := lettersOf(lists[i])
		wrong = errors.Join(wrong, err)
		if a := r.Conversation.Address; len(letters) > 0 {
			all = append(all, Pending{Address: a, Due: due[placeOf(a).record()], Letters: letters})
		}
	}
	return all, wrong
}

// lettersOf are the letters of an outbox that can be read.
func lettersOf(list [][]byte) ([]Letter, error) {
	var letters []Letter
	var wrong error
	for _, entry := range list {
		l, err := decodeLetter(entry)
		if err != nil {
			wrong = errors.Join(wrong, err)
			continue
		}
		letters = append(letters, Letter{ID: l.id, Tried: l.Tried, Queued: instant(l.Queued), Why: l.Why})
	}
	return letters, wrong
}
