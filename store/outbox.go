package store

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"passerelle/flows"
)

// A letter is a message in the outbox. In the list it begins with its id and a
// space, which is what an acknowledgement is compared with.
type letter struct {
	id      string
	Tried   int           `json:"n,omitempty"` // attempts that failed
	Queued  int64         `json:"q,omitempty"` // when it was said, in milliseconds
	Why     string        `json:"w,omitempty"` // why it waits
	Message flows.Message `json:"m"`
}

// deliveryID is the version that said it, the place in the turn and a sum of
// the turn's own id, "12.0.1mq5x": a store that went back in time writes a
// version twice, and then still no two messages share one.
func deliveryID(version uint64, i int, turn string) string {
	return strconv.FormatUint(version, 10) + "." + strconv.Itoa(i) + "." + strconv.FormatUint(uint64(Sum([]byte(turn))), 36)
}

// saidIn is the version a delivery was said in.
func saidIn(id string) uint64 {
	version, _, _ := strings.Cut(id, ".")
	n, _ := strconv.ParseUint(version, 10, 64) // an id of ours
	return n
}

func encodeLetter(l letter) ([]byte, error) {
	body, err := json.Marshal(l)
	if err != nil {
		return nil, fmt.Errorf("encode a message: %w", err)
	}
	return append([]byte(l.id+" "), body...), nil
}

func decodeLetter(entry []byte) (letter, error) {
	id, body, ok := bytes.Cut(entry, []byte(" "))
	l := letter{id: string(id)}
	if !ok || json.Unmarshal(body, &l) != nil {
		return letter{}, fmt.Errorf("decode a message: %w", ErrDamaged)
	}
	return l, nil
}

// Next returns the first message waiting for that address; false when there is
// none. The caller holds the conversation's lease: from [Committed], from
// [Store.Due], or from [Store.Delivered]. A reminder that was overtaken by the
// learner's own next step is taken away instead; one that has its own end only
// when that is past.
func (s *Store) Next(ctx context.Context, a flows.Address) (flows.Delivery, bool, error) {
	for {
		d, ok, err := s.head(ctx, a)
		if err != nil || !ok {
			return flows.Delivery{}, false, wrap("read the next message", err)
		}
		over, err := s.overtaken(ctx, &d)
		if err != nil {
			return flows.Delivery{}, false, wrap("read the next message", err)
		}
		if !over {
			return d, true, nil
		}
		if _, err := s.pop(ctx, d); err != nil {
			return flows.Delivery{}, false, wrap("take away a reminder", err)
		}
	}
}

func (s *Store) head(ctx context.Context, a flows.Address) (flows.Delivery, bool, error) {
	l, ok, err := s.letter(ctx, a)
	if err != nil || !ok {
		return flows.Delivery{}, false, err
	}
	return flows.Delivery{ID: l.id, To: a, Message: l.Message, Attempt: l.Tried + 1}, true, nil
}

// letter reads the first letter of an outbox.
func (s *Store) letter(ctx context.Context, a flows.Address) (letter, bool, error) {
	lists, err := s.kernel.Range(ctx, 1, placeOf(a).outbox())
	if err != nil || len(lists[0]) == 0 {
		return letter{}, false, err
	}
	l, err := decodeLetter(lists[0][0])
	return l, err == nil, err
}

// Queued tells when a message was said, as long as it is the first in the
// outbox; the zero time otherwise.
func (s *Store) Queued(ctx context.Context, d flows.Delivery) (time.Time, error) {
	l, _, err := s.letter(ctx, d.To)
	if err != nil || l.id != d.ID {
		return time.Time{}, wrap("read when a message was said", err)
	}
	return instant(l.Queued), nil
}

// overtaken tells whether a message is of no use any more. A reminder that has its
// own end waits no longer once the learner is awake.
func (s *Store) overtaken(ctx context.Context, d *flows.Delivery) (bool, error) {
	m := &d.Message
	switch {
	case m.Until != 0 && s.now().Unix() >= m.Until:
		return true, nil
	case !m.Reminder:
		return false, nil
	}
	r, err := s.current(ctx, d.To)
	over := saidIn(d.ID) < r.Spoke
	if over && m.Until != 0 {
		m.Reminder = false
		return false, err
	}
	return over, err
}

// Renew prolongs the lease of a sender at work, which ends at until or a little
// later, to [Store.Lease] from now. Not held says that the caller is to give
// the sending up: another sender took over, or the message is no longer the
// first. Renewing twice is no harm.
//
// A lease is taken by another only once it ended, and so lasts longer than
// until by a whole lease at least. Whatever ends sooner is the caller's own.
func (s *Store) Renew(ctx context.Context, d flows.Delivery, until time.Time) (held bool, err error) {
	end := s.leaseEnd()
	w := atHead(d)
	w.Effects = []Effect{Take{
		Set: wakeSet, Member: placeOf(d.To).id,
		Score: end, After: min(end, score(until.Add(s.lease))-1), Until: maxScore,
	}}
	reply, err := s.kernel.Apply(ctx, w)
	return reply.Took, wrap("keep the right to send", err)
}

// Delivered notes that a message was sent: it leaves the outbox, if it is the
// first there. More tells that the caller still holds the lease and another
// message waits. A second acknowledgement of the same message changes nothing.
func (s *Store) Delivered(ctx context.Context, d flows.Delivery) (more bool, err error) {
	more, err = s.pop(ctx, d)
	return more, wrap("note a delivery", err)
}

// pop takes the first message away, with effects of the same write. In the
// same atomic step the conversation's wake goes when nothing is left, or the
// lease is renewed: a commit that adds a message comes before or after, and
// finds the wake in step with the list either way.
func (s *Store) pop(ctx context.Context, d flows.Delivery, also ...Effect) (more bool, err error) {
	p := placeOf(d.To)
	w := atHead(d)
	w.Effects = append([]Effect{Pop{List: w.Head.List}}, also...)
	w.Effects = append(w.Effects, s.follow(p, s.leaseEnd()))
	reply, err := s.kernel.Apply(ctx, w)
	if err != nil {
		return false, err
	}
	if reply.Refusal != NotRefused {
		return s.passed(ctx, d, s.leaseEnd())
	}
	return reply.More, nil
}

// atHead is a write that is refused unless the delivery is the first.
func atHead(d flows.Delivery) Write {
	p := placeOf(d.To)
	return Write{Partition: p.partition, Head: &Head{List: p.outbox().Name, Prefix: d.ID + " "}}
}

// follow keeps the wake in step with the outbox. A sender whose note comes late,
// after another one took the lease, leaves that one its lease.
func (s *Store) follow(p place, score int64) Follow {
	return Follow{Set: wakeSet, Member: p.id, Score: score, Until: s.leaseEnd(), List: p.outbox().Name}
}

// passed is where a sender stands whose message is no longer the first. When
// the outbox was emptied under its hands, it still holds the lease, and what
// was said since is its to send. Otherwise its lease ran out and another
// sender was faster: it lets go.
func (s *Store) passed(ctx context.Context, d flows.Delivery, until int64) (more bool, err error) {
	r, err := s.current(ctx, d.To)
	if err != nil || saidIn(d.ID) >= r.Hushed {
		return false, err
	}
	p := placeOf(d.To)
	reply, err := s.kernel.Apply(ctx, Write{Partition: p.partition, Effects: []Effect{s.follow(p, until)}})
	return reply.More, err
}

// Retry keeps a message for another attempt at that time, and counts this one.
// It stays the first: nothing said later overtakes it. Why names nobody; of an
// empty one the last stays.
func (s *Store) Retry(ctx context.Context, d flows.Delivery, at time.Time, why string) error {
	return wrap("keep a message for another attempt", s.keep(ctx, d, letter{Tried: d.Attempt, Why: why}, at))
}

// Hold keeps a message until then without counting an attempt: a reminder that
// waits for permitted hours, a channel that asks to be left alone. When the
// learner speaks meanwhile, the reminder is dropped and the answer goes out. Why
// is that of [Store.Retry].
func (s *Store) Hold(ctx context.Context, d flows.Delivery, until time.Time, why string) error {
	return wrap("keep a message", s.keep(ctx, d, letter{Tried: d.Attempt - 1, Why: why}, until))
}

// keep puts a letter in the place of the one that was under way.
func (s *Store) keep(ctx context.Context, d flows.Delivery, l letter, at time.Time) error {
	first, _, err := s.letter(ctx, d.To) // when it is another one, the write is refused
	if err != nil {
		return err
	}
	l.id, l.Message, l.Queued = d.ID, d.Message, first.Queued
	l.Why = cmp.Or(shorten(l.Why, maxReason), first.Why)
	entry, err := encodeLetter(l)
	if err != nil {
		return err
	}
	w := atHead(d)
	w.Effects = []Effect{Swap{List: w.Head.List, Entry: entry}, s.follow(placeOf(d.To), score(at))}
	reply, err := s.kernel.Apply(ctx, w)
	if err != nil || reply.Refusal == NotRefused {
		return err
	}
	_, err = s.passed(ctx, d, score(s.now())) // what was said since is due at once
	return err
}

// wrap names the operation an error comes from.
func wrap(operation string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", operation, err)
}
