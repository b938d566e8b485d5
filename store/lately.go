package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"passerelle/flows"
)

// Lately visits every conversation of a channel whose newest input, whoever it
// came from, was taken at that instant or after it. Times of inputs are kept to
// a quarter of an hour: one whose input is older by less may be visited too, and
// so may one of two years ago ([Ring]).
//
// All that the store holds is read first, then the visits begin: a visitor may
// use the store. A conversation that changes meanwhile is visited or not, none
// is twice. The first error of the visitor ends it; records that cannot be read
// are left out, and are the error at the end.
func (s *Store) Lately(ctx context.Context, channel string, since time.Time, visit func(flows.Address) error) error {
	now := s.now()
	var found []flows.Address
	var wrong error
	err := s.kernel.Scan(ctx, func(t Thing) error {
		r, ok, err := t.conversation()
		switch {
		case err != nil:
			wrong = errors.Join(wrong, err)
		case ok && r.Conversation.Address.Channel() == channel && r.Ring.since(since, now):
			found = append(found, r.Conversation.Address)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("look for conversations: %w", err)
	}
	for _, a := range found {
		if err := visit(a); err != nil {
			return err
		}
	}
	return wrap("look for conversations", wrong)
}

// conversation reads a thing as the record of a conversation; false means that
// it is something else.
func (t Thing) conversation() (Record, bool, error) {
	if t.Record.Version == 0 || !isPlace(t.Name) {
		return Record{}, false, nil
	}
	r, err := decodeRecord(t.Record)
	if err != nil {
		return Record{}, false, fmt.Errorf("conversation %s: %w", t.Name, err)
	}
	return r, placeOf(r.Conversation.Address).record() == t.Key, nil
}
