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

// Parts are the SMS of a conversation that a provider took, the latest last.
type Parts struct {
	// Parts are at most 24.
	Parts []flows.Part
	// Day is the one of the last part, as who sent it counts days; Spent, in
	// hundredths of a cent, and Segments are all that was taken on it.
	Day      string
	Spent    int64
	Segments int64
}

// partsJSON are parts in the store.
type partsJSON struct {
	Format   int          `json:"format"`
	Parts    []flows.Part `json:"p,omitempty"`
	Day      string       `json:"d,omitempty"`
	Spent    int64        `json:"c,omitempty"`
	Segments int64        `json:"n,omitempty"`
}

func (j *partsJSON) form() int { return j.Format }

// partsFormat is the form of parts this release writes.
const partsFormat = 1

func encodeParts(p Parts) ([]byte, error) {
	value, err := json.Marshal(partsJSON{
		Format: partsFormat, Parts: p.Parts, Day: p.Day, Spent: p.Spent, Segments: p.Segments,
	})
	if err != nil {
		return nil, fmt.Errorf("encode parts: %w", err)
	}
	return value, nil
}

func decodeParts(value []byte) (Parts, error) {
	var j partsJSON
	err := decodeKept(value, &j, partsFormat)
	return Parts{Parts: j.Parts, Day: j.Day, Spent: j.Spent, Segments: j.Segments}, err
}

// A Failed is an SMS that a provider took and the network did not deliver. Its
// part is that of [Store.Parts], where it may have arrived since.
type Failed struct {
	// ID is the provider's name of the part, Delivery the message it is of.
	ID       string        `json:"i"`
	Delivery string        `json:"d"`
	Address  flows.Address `json:"a"`
	Reason   string        `json:"r,omitempty"`
	At       time.Time     `json:"t"`
}

// Parts returns the SMS lately taken by a provider for that address.
func (s *Store) Parts(ctx context.Context, a flows.Address) (Parts, error) {
	found, err := s.kernel.Get(ctx, placeOf(a).parts())
	if err != nil {
		return Parts{}, fmt.Errorf("read the SMS of a conversation: %w", err)
	}
	kept, err := decodeParts(found[0].Value)
	return kept, wrap("read the SMS of a conversation", err)
}

// Sent notes that a provider took a part, and adds it to what was spent on that
// day. A part of the same place of the same message is replaced; it costs again
// unless the provider gave it the same id, so noting one part twice does no
// harm. What is damaged is begun anew: an SMS that is not noted would be sent
// again.
func (s *Store) Sent(ctx context.Context, to flows.Address, p flows.Part, day string) error {
	p.Reason = shorten(p.Reason, maxReason)
	err := s.rewrite(ctx, placeOf(to).parts(), func(value []byte) (edit, error) {
		kept, err := decodeParts(value)
		if errors.Is(err, ErrDamaged) {
			kept, err = Parts{}, nil
		}
		if err != nil {
			return edit{}, err
		}
		next, err := encodeParts(kept.with(p, day))
		return edit{value: next}, err
	})
	return wrap("note an SMS", err)
}

// with are the parts with one more. One that was noted already keeps what was
// reported of it.
func (k Parts) with(p flows.Part, day string) Parts {
	again := slices.IndexFunc(k.Parts, func(one flows.Part) bool {
		return one.Delivery == p.Delivery && one.Place == p.Place
	})
	if again >= 0 && k.Parts[again].ID == p.ID {
		p.State, p.Reason = k.Parts[again].State, k.Parts[again].Reason
		k.Parts[again] = p
		return k
	}
	if again >= 0 {
		k.Parts = slices.Delete(k.Parts, again, again+1)
	}
	k.Parts = append(k.Parts, p)
	k.Parts = k.Parts[max(len(k.Parts)-maxParts, 0):]
	if day != k.Day {
		k.Day, k.Spent, k.Segments = day, 0, 0
	}
	k.Spent += int64(p.Price)
	k.Segments += int64(p.Segments)
	return k
}

// Reported notes what a network reports of a part. Reports come late, twice and
// in any order: sent never undoes a later state, arrived is final, and failed
// may still be followed by arrived. A part that fails is listed ([Store.Failed])
// in the same write. Known is false when no part of the conversation has that
// id; nothing is written then.
func (s *Store) Reported(ctx context.Context, a flows.Address, r flows.Receipt) (known bool, err error) {
	r.Reason = shorten(r.Reason, maxReason)
	err = s.rewrite(ctx, placeOf(a).parts(), func(value []byte) (edit, error) {
		kept, err := decodeParts(value)
		if err != nil {
			return edit{}, err
		}
		i := slices.IndexFunc(kept.Parts, func(p flows.Part) bool { return p.ID == r.ID })
		if known = i >= 0; !known || !follows(kept.Parts[i].State, r.State) {
			return edit{}, nil
		}
		kept.Parts[i].State, kept.Parts[i].Reason = r.State, r.Reason
		next, err := encodeParts(kept)
		if err != nil || r.State != flows.PartFailed {
			return edit{value: next}, err
		}
		also, err := listed(a, kept.Parts[i], r.At)
		return edit{value: next, also: also}, err
	})
	return known && err == nil, wrap("note a report of an SMS", err)
}

// follows tells whether a report tells more than is known.
func follows(known, told flows.PartState) bool {
	switch told {
	case flows.PartTaken:
		return false
	case flows.PartSent:
		return known == flows.PartTaken
	case flows.PartFailed:
		return known == flows.PartTaken || known == flows.PartSent
	case flows.PartArrived:
		return known != flows.PartArrived
	}
	return false
}

// listed adds a part to the list of those that failed.
func listed(a flows.Address, p flows.Part, at time.Time) ([]Effect, error) {
	entry, err := json.Marshal(Failed{ID: p.ID, Delivery: p.Delivery, Address: a, Reason: p.Reason, At: at.UTC()})
	if err != nil {
		return nil, fmt.Errorf("encode a failed SMS: %w", err)
	}
	return []Effect{
		Push{List: failedList, Entries: [][]byte{entry}},
		Trim{List: failedList, Keep: maxFailed},
	}, nil
}

// Failed lists the SMS that are kept of those that did not arrive, oldest
// first.
func (s *Store) Failed(ctx context.Context) ([]Failed, error) {
	return everywhere(ctx, s, failedList, func(f Failed) time.Time { return f.At })
}
