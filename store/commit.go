package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"passerelle/flows"
)

// Committed is what came of a commit.
type Committed struct {
	// Record is the one after the turn; after [ErrConflict] or [ErrDuplicate],
	// the current one.
	Record Record
	// Lease says that the caller holds the right to send what waits in the
	// outbox; otherwise nothing waits, or someone else is at it.
	Lease bool
	// WentBack says that the store had lost turns of this conversation that
	// were known here, and that the turn now taken left the mark of it.
	WentBack bool
}

// ErrBadTurn refuses a turn that no later release could read rightly, or whose
// parts do not belong together: an address that is empty or no UTF-8, a message
// that nothing says. Trying it again is of no use; it may be parked.
var ErrBadTurn = errors.New("the turn is not well formed")

// Load returns a conversation, perhaps from memory. One that nobody began has
// version 0.
func (s *Store) Load(ctx context.Context, a flows.Address) (Record, error) {
	if r, ok := s.cache.get(a); ok {
		return r, nil
	}
	r, err := s.current(ctx, a)
	if err != nil {
		return Record{}, fmt.Errorf("load a conversation: %w", err)
	}
	return r, nil
}

// current reads a record from the kernel.
func (s *Store) current(ctx context.Context, a flows.Address) (Record, error) {
	found, err := s.kernel.Get(ctx, placeOf(a).record())
	if err != nil {
		return Record{}, err
	}
	return s.remember(a, found[0])
}

// remember decodes what the kernel holds for an address, and caches it.
func (s *Store) remember(a flows.Address, v Versioned) (Record, error) {
	known := s.cache.forget(a)
	if v.Version == 0 {
		r := s.beside(Record{Conversation: flows.Conversation{Address: a}}, known)
		if r.Setback != nil { // no commit has left the mark yet
			s.cache.put(r)
		}
		return r, nil
	}
	r, err := decodeRecord(v)
	if err != nil {
		return Record{}, err
	}
	if r.Conversation.Address != a {
		return Record{}, fmt.Errorf("two addresses share one key: %w", ErrDamaged)
	}
	r = s.beside(r, known)
	s.cache.put(r)
	return r, nil
}

// Commit writes a whole turn, or nothing of it. Before is the record the turn
// was made from; when it is no longer the current one, the answer is
// [ErrConflict] with the current one, and the caller advances again. An input
// that was taken before is [ErrDuplicate].
func (s *Store) Commit(ctx context.Context, before Record, turn flows.Turn) (Committed, error) {
	if err := checkTurn(before, turn); err != nil {
		return Committed{}, fmt.Errorf("commit a turn: %w", err)
	}
	if before.Ring.Has(turn.ID) {
		return s.repeated(ctx, before, turn.ID)
	}
	d := s.draft(before, turn)
	w, err := d.write()
	if err != nil {
		return Committed{}, fmt.Errorf("commit a turn: %w", err)
	}
	reply, err := s.apply(ctx, before, w)
	if err != nil {
		return Committed{}, fmt.Errorf("commit a turn: %w", err)
	}
	switch reply.Refusal {
	case Changed:
		return s.changed(before, turn.ID, reply.Record)
	case Full:
		return Committed{Record: before}, ErrFull
	case NotRefused, Moved:
	}
	s.cache.put(d.after)
	return Committed{Record: d.after, Lease: reply.Took, WentBack: before.Setback != nil}, nil
}

// apply writes to a conversation. After an error nobody knows what was
// written: the next Load asks the kernel.
func (s *Store) apply(ctx context.Context, before Record, w Write) (Reply, error) {
	reply, err := s.kernel.Apply(ctx, w)
	if err != nil {
		s.cache.doubt(before)
	}
	return reply, err
}

// Repeated tells whether an input was taken before, surely enough for it to be
// acknowledged: what was only read may have been lost since, or be lost yet.
func (s *Store) Repeated(ctx context.Context, a flows.Address, id string) (bool, error) {
	r, err := s.settled(ctx, a)
	return r.Ring.Has(id), wrap("look for an input", err)
}

// settled reads a record of which all is durable that was known of it before.
func (s *Store) settled(ctx context.Context, a flows.Address) (Record, error) {
	if _, err := s.kernel.Apply(ctx, Write{Partition: placeOf(a).partition}); err != nil {
		return Record{}, err
	}
	return s.current(ctx, a)
}

// repeated answers a turn whose input its own record says was taken. When the
// store knows nothing of that, it went back.
func (s *Store) repeated(ctx context.Context, before Record, id string) (Committed, error) {
	r, err := s.settled(ctx, before.Conversation.Address)
	if err != nil {
		return Committed{}, fmt.Errorf("commit a turn: %w", err)
	}
	return s.conflict(before, id, r)
}

// changed tells why a record was not the expected one.
func (s *Store) changed(before Record, id string, v Versioned) (Committed, error) {
	r, err := s.remember(before.Conversation.Address, v)
	if err != nil {
		return Committed{}, fmt.Errorf("commit a turn: %w", err)
	}
	return s.conflict(before, id, r)
}

// conflict answers a turn that was made from another record: another turn came
// first, or this very turn did, or turns were lost.
func (s *Store) conflict(before Record, id string, found Record) (Committed, error) {
	done := Committed{Record: s.beside(found, before)}
	if found.Ring.Has(id) {
		return done, ErrDuplicate
	}
	return done, ErrConflict
}

// checkTurn tells whether effects, messages and wakes belong together.
func checkTurn(before Record, turn flows.Turn) error {
	a := before.Conversation.Address
	switch {
	case turn.ID == "":
		return fmt.Errorf("%w: it has no id", ErrBadTurn)
	case !readable(a):
		return fmt.Errorf("%w: its address is empty, or no UTF-8", ErrBadTurn)
	case a != turn.After.Address:
		return fmt.Errorf("%w: it is of another address", ErrBadTurn)
	case turn.Input == nil:
		return fmt.Errorf("%w: it has no input", ErrBadTurn)
	}
	says, wakes := 0, 0
	for _, effect := range turn.Effects {
		switch e := effect.(type) {
		case flows.Say:
			says++
		case flows.Schedule:
			if wakes >= len(turn.Wakes) || turn.Wakes[wakes].Timer != e.Timer {
				return fmt.Errorf("%w: a timer has no instant", ErrBadTurn)
			}
			wakes++
		case flows.Alert, flows.Close, flows.Cancel, flows.Hush, flows.Count:
		}
	}
	if says != len(turn.Messages) || wakes != len(turn.Wakes) {
		return fmt.Errorf("%w: %d messages for %d sayings, %d instants for %d timers",
			ErrBadTurn, len(turn.Messages), says, len(turn.Wakes), wakes)
	}
	return nil
}

// readable tells whether a record of that address would be read as it was
// written: what is no UTF-8 is replaced on the way.
func readable(a flows.Address) bool { return a != "" && utf8.ValidString(string(a)) }

// A draft is a commit being made.
type draft struct {
	before, after Record
	turn          flows.Turn
	place         place
	now           time.Time
	lease         time.Duration
	hush          bool
	counts        []flows.Counter
}

func (s *Store) draft(before Record, turn flows.Turn) *draft {
	d := &draft{
		before: before, after: before, turn: turn,
		place: placeOf(turn.After.Address), now: s.now(), lease: s.lease,
	}
	d.after.Conversation = turn.After
	d.after.Setback = nil
	d.after.Version++
	d.after.Ring = before.Ring.add(turn.ID, d.now)
	d.consent()
	d.input()
	d.effects()
	if slices.ContainsFunc(turn.Messages, func(m flows.Message) bool { return m.Reminder }) {
		d.after.Reminded = d.after.Version
	}
	return d
}

// input notes what the input alone changes in the record.
func (d *draft) input() {
	switch in := d.turn.Input.(type) {
	case flows.Opened, flows.Said, flows.Tapped, flows.Sent:
		d.after.Spoke = d.after.Version
	case flows.Elapsed:
		d.after.Timers = without(d.after.Timers, func(w flows.Wake) bool {
			return w.Timer == in.Timer && w.Mark == in.Mark
		})
	case flows.Missed, flows.Blocked, flows.Joined, flows.TookOver, flows.Wrote, flows.Transferred, flows.Released, flows.HandedBack:
	}
}

// effects notes what the effects change in the record.
func (d *draft) effects() {
	wakes := d.turn.Wakes
	for _, effect := range d.turn.Effects {
		switch e := effect.(type) {
		case flows.Schedule:
			d.forgetTimer(e.Timer)
			d.after.Timers = append(d.after.Timers, wakes[0])
			wakes = wakes[1:]
		case flows.Cancel:
			d.forgetTimer(e.Timer)
		case flows.Alert:
			d.alert(e)
		case flows.Close:
			d.after.Waiting = nil
		case flows.Hush:
			d.hush = true
			d.after.Hushed = d.after.Version
		case flows.Count:
			d.counts = append(d.counts, e.Of...)
		case flows.Say:
		}
	}
}

func (d *draft) forgetTimer(t flows.Timer) {
	d.after.Timers = without(d.after.Timers, func(w flows.Wake) bool { return w.Timer == t })
}

// alert puts a waiting conversation on the desk's list: since the learner
// asked, or since the first alert. Any other alert asks nobody to come (the
// owner reads along; a broken lesson is for whoever counts reasons).
func (d *draft) alert(e flows.Alert) {
	if d.turn.After.Mode != flows.WaitingMode {
		return
	}
	since := d.turn.Input.When()
	if asked := d.turn.After.Request; asked.Open() {
		since = asked.Asked
	} else if d.after.Waiting != nil {
		since = d.after.Waiting.Since
	}
	d.after.Waiting = &Waiting{Reason: e.Reason, Topic: e.Topic, Since: since, Epoch: e.Epoch}
}

// write makes the kernel's write of the draft.
func (d *draft) write() (Write, error) {
	entries := d.lines()
	d.after.Lines += uint64(len(entries))
	value, err := encodeRecord(d.after)
	if err != nil {
		return Write{}, fmt.Errorf("encode a record: %w", err)
	}
	d.after.Sum = Sum(value)
	w := Write{
		Partition: d.place.partition,
		Put:       &Put{Name: d.place.id, Version: d.before.Version, Sum: d.before.Sum, Value: value},
	}
	if err := d.writeLines(&w, entries); err != nil {
		return Write{}, err
	}
	if err := d.writeOutbox(&w); err != nil {
		return Write{}, err
	}
	d.writeIndexes(&w)
	return w, d.writeSetback(&w)
}

func (d *draft) writeLines(w *Write, entries []Entry) error {
	if len(entries) == 0 {
		return nil
	}
	list := d.place.transcript().Name
	push := Push{List: list}
	for _, e := range entries {
		line, err := encodeEntry(e)
		if err != nil {
			return err
		}
		push.Entries = append(push.Entries, line)
	}
	w.Effects = append(w.Effects, push)
	if d.before.Lines/trimEvery != d.after.Lines/trimEvery {
		w.Effects = append(w.Effects, Trim{List: list, Keep: HotLines})
	}
	return nil
}

// writeOutbox queues what was said and takes the right to send it, unless
// someone holds it.
func (d *draft) writeOutbox(w *Write) error {
	list := d.place.outbox().Name
	if d.hush {
		w.Effects = append(w.Effects, Drop{List: list})
	}
	if len(d.turn.Messages) == 0 {
		if d.hush {
			w.Effects = append(w.Effects, Leave{Set: wakeSet, Member: d.place.id})
		}
		return nil
	}
	if !d.hush {
		w.Room = &Room{List: list, Max: MaxOutbox}
	}
	push := Push{List: list}
	for i, m := range d.turn.Messages {
		entry, err := encodeLetter(letter{id: deliveryID(d.after.Version, i, d.turn.ID), Queued: d.now.UnixMilli(), Message: m})
		if err != nil {
			return err
		}
		push.Entries = append(push.Entries, entry)
	}
	w.Effects = append(w.Effects, push, d.take())
	return nil
}

// take asks for the lease. It is free when the outbox was empty or its time is
// past. A wait longer than any lease is no sender at work: when a reminder was
// said since the learner last spoke, it is that one, kept for the morning, and
// it does not keep a learner who is awake from the answer. A channel out of
// order is left its pause, however often the learner writes.
func (d *draft) take() Take {
	t := Take{
		Set: wakeSet, Member: d.place.id,
		Score: score(d.now.Add(d.lease)), After: score(d.now), Until: maxScore,
	}
	speaks := d.after.Spoke == d.after.Version
	if speaks && d.before.Reminded > 0 && d.before.Reminded >= d.before.Spoke {
		t.Until = score(d.now.Add(2 * d.lease))
	}
	return t
}

// writeIndexes keeps the sets in step with the record.
func (d *draft) writeIndexes(w *Write) {
	_, elapsed := d.turn.Input.(flows.Elapsed)
	if elapsed || !slices.Equal(d.before.Timers, d.after.Timers) {
		w.Effects = append(w.Effects, timerIndex(d.place, d.after.Timers))
	}
	switch {
	case d.after.Waiting != nil:
		w.Effects = append(w.Effects, Place{Set: requestSet, Member: d.place.id, Score: score(d.after.Waiting.Since)})
	case d.before.Waiting != nil:
		w.Effects = append(w.Effects, Leave{Set: requestSet, Member: d.place.id})
	}
	if d.before.Version == 0 {
		w.Effects = append(w.Effects, Add{Counter: conversations, N: 1})
	}
	w.Effects = append(w.Effects, raises(d.counts)...)
}

// timerIndex puts a conversation where its earliest timer belongs.
func timerIndex(p place, timers []flows.Wake) Effect {
	if len(timers) == 0 {
		return Leave{Set: timerSet, Member: p.id}
	}
	earliest := slices.MinFunc(timers, func(a, b flows.Wake) int { return a.Due.Compare(b.Due) })
	return Place{Set: timerSet, Member: p.id, Score: score(earliest.Due)}
}
