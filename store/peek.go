package store

import (
	"context"
	"fmt"

	"passerelle/flows"
)

// Refresh is [Store.Load] that always asks the kernel: another process may have
// taken the last turn.
func (s *Store) Refresh(ctx context.Context, a flows.Address) (Record, error) {
	r, err := s.current(ctx, a)
	if err != nil {
		return Record{}, fmt.Errorf("read a conversation: %w", err)
	}
	return r, nil
}

// Unsent tells whether a conversation has something left to send. It needs no
// lease.
func (s *Store) Unsent(ctx context.Context, a flows.Address) (bool, error) {
	_, waits, err := s.letter(ctx, a)
	return waits, wrap("look at an outbox", err)
}

// Waits counts the messages that wait to be sent in a conversation, up to most.
// It needs no lease.
func (s *Store) Waits(ctx context.Context, a flows.Address, most int) (int, error) {
	lists, err := s.kernel.Range(ctx, most, placeOf(a).outbox())
	if err != nil {
		return 0, fmt.Errorf("look at an outbox: %w", err)
	}
	return len(lists[0]), nil
}
