package store

import (
	"context"
	"time"
)

// Stats count what the store holds.
type Stats struct {
	Conversations int64
	// Outbox counts the conversations with something left to send.
	Outbox int64
	Dead   int64
	Parked int64
	// Setbacks counts the marks of [Store.Setbacks].
	Setbacks int64
	// Requests wait for a person, the oldest since OldestRequest.
	Requests      int64
	OldestRequest time.Time
	// OldestDue is when the next message is to be sent: long past when the
	// sending is behind.
	OldestDue time.Time
}

// Stats counts; once a minute is not too often.
func (s *Store) Stats(ctx context.Context) (Stats, error) {
	var stats Stats
	for _, c := range []struct {
		kind   Kind
		name   string
		n      *int64
		lowest *time.Time
	}{
		{CounterKind, conversations, &stats.Conversations, nil},
		{SetKind, wakeSet, &stats.Outbox, &stats.OldestDue},
		{ListKind, deadList, &stats.Dead, nil},
		{ListKind, parkedList, &stats.Parked, nil},
		{ListKind, setbackList, &stats.Setbacks, nil},
		{SetKind, requestSet, &stats.Requests, &stats.OldestRequest},
	} {
		count, err := s.kernel.Count(ctx, c.kind, c.name)
		if err != nil {
			return Stats{}, wrap("count what the store holds", err)
		}
		*c.n = count.N
		if c.lowest != nil && count.N > 0 {
			*c.lowest = instant(count.Lowest)
		}
	}
	return stats, nil
}
