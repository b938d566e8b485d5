package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"passerelle/flows"
)

// A Due is a conversation that something is to be done about, claimed for the
// caller for the length of a lease.
type Due struct {
	Address flows.Address
	Kind    DueKind
	// Wakes are the timers that ran out, earliest first. Each becomes a
	// [flows.Elapsed] whose dedupe id is [WakeID].
	Wakes []flows.Wake
}

// A DueKind says what is due.
type DueKind int

// The kinds of due.
const (
	OutboxDue DueKind = iota // a message waits; the caller holds the lease to send it
	TimersDue                // timers ran out
)

// String names the kind.
func (k DueKind) String() string {
	if k == TimersDue {
		return "timers"
	}
	return "outbox"
}

// Due claims conversations whose outbox or timers are due, over all
// partitions, at most limit of them. No two callers get the same claim before
// the lease ends. What it could claim and read is good even when it also
// returns an error: one unreadable conversation holds up no other.
func (s *Store) Due(ctx context.Context, now time.Time, limit int) ([]Due, error) {
	timers, err := s.claim(ctx, TimersDue, now, max(limit/2, 1))
	rest := max(limit-len(timers), 1)
	outbox, err2 := s.claim(ctx, OutboxDue, now, rest)
	return append(outbox, timers...), wrap("claim what is due", errors.Join(err, err2))
}

func (s *Store) claim(ctx context.Context, kind DueKind, now time.Time, limit int) ([]Due, error) {
	set := wakeSet
	if kind == TimersDue {
		set = timerSet
	}
	members, failed := s.kernel.Claim(ctx, set, score(now), score(now.Add(s.lease)), limit)
	records, err := s.records(ctx, members)
	due := make([]Due, 0, len(records))
	for _, r := range records {
		d := Due{Address: r.Conversation.Address, Kind: kind}
		if kind == TimersDue {
			d.Wakes = r.due(score(now))
		}
		due = append(due, d)
	}
	return due, errors.Join(failed, err)
}

// records reads the records of members, in order. Those that cannot be read
// are left out, and are the error.
func (s *Store) records(ctx context.Context, members []Member) ([]Record, error) {
	if len(members) == 0 {
		return nil, nil
	}
	keys := make([]Key, len(members))
	for i, m := range members {
		keys[i] = Key{m.Partition, m.Name}
	}
	found, err := s.kernel.Get(ctx, keys...)
	if err != nil {
		return nil, err
	}
	var records []Record
	var wrong error
	for i, v := range found {
		r, err := decodeRecord(v)
		if err != nil {
			wrong = errors.Join(wrong, fmt.Errorf("conversation %s: %w", keys[i].Name, err))
			continue
		}
		records = append(records, r)
	}
	return records, wrong
}
