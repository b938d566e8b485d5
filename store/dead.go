package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"passerelle/flows"
)

// A Dead is a message that will not be delivered.
type Dead struct {
	ID      string        `json:"i"`
	Address flows.Address `json:"a"`
	Message flows.Message `json:"m"`
	// Attempts were made.
	Attempts int       `json:"n"`
	Reason   string    `json:"r"`
	At       time.Time `json:"t"`
}

// A Parked is an input that failed again and again and was put aside.
type Parked struct {
	ID      string        `json:"i"`
	Address flows.Address `json:"a"`
	Reason  string        `json:"r"`
	At      time.Time     `json:"t"`
}

// Bury takes a message out of the outbox for good and keeps it among the dead
// letters, with a reason that names nobody. More is that of
// [Store.Delivered]: the caller goes on with the next message.
func (s *Store) Bury(ctx context.Context, d flows.Delivery, reason string) (more bool, err error) {
	dead, err := json.Marshal(Dead{
		ID: d.ID, Address: d.To, Message: d.Message, Attempts: d.Attempt,
		Reason: shorten(reason, maxReason), At: s.now().UTC(),
	})
	if err != nil {
		return false, fmt.Errorf("bury a message: %w", err)
	}
	more, err = s.pop(ctx, d,
		Push{List: deadList, Entries: [][]byte{dead}}, Trim{List: deadList, Keep: maxBuried})
	return more, wrap("bury a message", err)
}

// Dead lists the dead letters that are kept, oldest first.
func (s *Store) Dead(ctx context.Context) ([]Dead, error) {
	return everywhere(ctx, s, deadList, func(d Dead) time.Time { return d.At })
}

// Park puts an input aside that fails again and again: it counts as taken, and
// when it was a timer ([WakeID]) the timer is gone. A later copy of it is a
// duplicate. One whose address can have no record ([ErrBadTurn]), or has one that
// cannot be read, is only noted.
func (s *Store) Park(ctx context.Context, a flows.Address, id, reason string) error {
	parked, err := json.Marshal(Parked{ID: id, Address: a, Reason: shorten(reason, maxReason), At: s.now().UTC()})
	if err != nil {
		return fmt.Errorf("park an input: %w", err)
	}
	for {
		done, err := false, ErrDamaged
		if readable(a) {
			done, err = s.park(ctx, a, id, parked)
		}
		if errors.Is(err, ErrDamaged) || errors.Is(err, ErrLater) {
			_, err = s.kernel.Apply(ctx, Write{Partition: Partition(a), Effects: noted(parked)})
			done = true
		}
		if err != nil || done {
			return wrap("park an input", err)
		}
	}
}

// park tries once; it is not done when the conversation changed meanwhile.
func (s *Store) park(ctx context.Context, a flows.Address, id string, parked []byte) (done bool, err error) {
	before, err := s.current(ctx, a)
	if err != nil {
		return false, err
	}
	if before.Ring.Has(id) {
		return s.Repeated(ctx, a, id)
	}
	after := before
	after.Version++
	after.Ring = before.Ring.add(id, s.now())
	after.Timers = without(before.Timers, func(w flows.Wake) bool { return WakeID(w) == id })
	value, err := encodeRecord(after)
	if err != nil {
		return false, err
	}
	after.Sum = Sum(value)
	p := placeOf(a)
	w := Write{
		Partition: p.partition,
		Put:       &Put{Name: p.id, Version: before.Version, Sum: before.Sum, Value: value},
		Effects:   append(noted(parked), timerIndex(p, after.Timers)),
	}
	if before.Version == 0 {
		w.Effects = append(w.Effects, Add{Counter: conversations, N: 1})
	}
	reply, err := s.apply(ctx, before, w)
	if err != nil || reply.Refusal != NotRefused {
		return false, err
	}
	s.cache.put(after)
	return true, nil
}

// noted adds to the list of parked inputs.
func noted(parked []byte) []Effect {
	return []Effect{
		Push{List: parkedList, Entries: [][]byte{parked}},
		Trim{List: parkedList, Keep: maxParked},
	}
}

// Parked lists the parked inputs that are kept, oldest first.
func (s *Store) Parked(ctx context.Context) ([]Parked, error) {
	return everywhere(ctx, s, parkedList, func(p Parked) time.Time { return p.At })
}

// everywhere reads the lists of one name in all partitions, oldest first.
func everywhere[T any](ctx context.Context, s *Store, name string, at func(T) time.Time) ([]T, error) {
	keys := make([]Key, Partitions)
	for i := range keys {
		keys[i] = Key{i, name}
	}
	lists, err := s.kernel.Range(ctx, 0, keys...)
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", name, err)
	}
	var all []T
	for _, list := range lists {
		for _, entry := range list {
			var t T
			if json.Unmarshal(entry, &t) != nil {
				return nil, fmt.Errorf("list %s: %w", name, ErrDamaged)
			}
			all = append(all, t)
		}
	}
	slices.SortStableFunc(all, func(a, b T) int { return at(a).Compare(at(b)) })
	return all, nil
}
