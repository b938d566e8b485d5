package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"passerelle/flows"
)

// A Record is a conversation as the store keeps it. It is a value: a commit
// makes another one.
type Record struct {
	Conversation flows.Conversation
	// Version counts the writes; 0 is a conversation nobody has begun.
	Version uint64
	// Sum is that of the record as the kernel holds it: [Sum].
	Sum uint32
	// Ring remembers the inputs lately taken.
	Ring Ring
	// Timers are pending, at most one of each kind.
	Timers []flows.Wake
	// Lines counts the lines of the transcript, those no longer kept too.
	Lines uint64
	// Waiting is the request the desk sees, or nil.
	Waiting *Waiting
	// Spoke is the version in which the learner last did something: a
	// reminder older than that is not sent any more.
	Spoke uint64
	// Reminded is the version in which a reminder was last said.
	Reminded uint64
	// Hushed is the version in which the outbox was last emptied.
	Hushed uint64
	// Consents prove when the learner agreed to be written to, and when no
	// longer: the first and the last nine, in order.
	Consents []Consent
	// Setback is set when more was known of the conversation than the store
	// has. A commit from this record leaves the mark, and proves it: it is no
	// part of what is kept.
	Setback *Setback
}

// Waiting is what the desk is told about a conversation that waits.
type Waiting struct {
	Reason flows.Reason `json:"r,omitempty"`
	Topic  flows.Key    `json:"k,omitempty"`
	Since  time.Time    `json:"s"`
	Epoch  uint64       `json:"e,omitempty"`
}

// recordFormat is the form of a record this release writes. It rises when an
// older release could no longer read a record rightly; a field that an older
// one may ignore does not count. Every form ever released stays readable:
// decodeRecord is where an older one is brought up.
const recordFormat = 3

// recordJSON is a record in the store, up to the end of its line; the ring
// follows as it is. The version is the kernel's.
type recordJSON struct {
	Format       int                `json:"format"`
	Conversation flows.Conversation `json:"c"`
	Ring1        []byte             `json:"i,omitempty"` // in form 1
	Timers       []flows.Wake       `json:"w,omitempty"`
	Lines        uint64             `json:"n,omitempty"`
	Waiting      *Waiting           `json:"h,omitempty"`
	Spoke        uint64             `json:"s,omitempty"`
	Reminded     uint64             `json:"m,omitempty"`
	Hushed       uint64             `json:"u,omitempty"`
	Consents     []Consent          `json:"o,omitempty"`
}

func encodeRecord(r Record) ([]byte, error) {
	value, err := json.Marshal(recordJSON{
		Format: recordFormat, Conversation: r.Conversation, Timers: r.Timers,
		Lines: r.Lines, Waiting: r.Waiting, Spoke: r.Spoke, Reminded: r.Reminded, Hushed: r.Hushed,
		Consents: r.Consents,
	})
	return append(append(value, '\n'), r.Ring...), err
}

func decodeRecord(v Versioned) (Record, error) {
	var j recordJSON
	line, rest, _ := bytes.Cut(v.Value, []byte("\n"))
	if err := decode(line, &j, recordFormat); err != nil {
		return Record{}, fmt.Errorf("decode a record: %w", err)
	}
	ring, ok := Ring(bytes.Clone(rest)), len(rest)%ringEntry == 0
	if j.Format == 1 {
		ring, ok = ringOfForm1(j.Ring1)
	}
	if j.Conversation.Address == "" || !ok {
		return Record{}, fmt.Errorf("decode a record: %w", ErrDamaged)
	}
	return Record{
		Conversation: j.Conversation, Version: v.Version, Sum: Sum(v.Value), Ring: ring, Timers: j.Timers,
		Lines: j.Lines, Waiting: j.Waiting, Spoke: j.Spoke, Reminded: j.Reminded, Hushed: j.Hushed,
		Consents: j.Consents,
	}, nil
}

// A formatted value names the form it was written in.
type formatted interface{ form() int }

func (j *recordJSON) form() int { return j.Format }

// decode reads a value of a form from 1 to newest. A later form is refused
// even when it can no longer be read as one of ours.
func decode(data []byte, into formatted, newest int) error {
	err := json.Unmarshal(data, into)
	if err != nil {
		var later struct {
			Format int `json:"format"`
		}
		if json.Unmarshal(data, &later) == nil && later.Format > newest {
			return ErrLater
		}
		return ErrDamaged // the reader's own words could quote the learner's
	}
	switch form := into.form(); {
	case form > newest:
		return ErrLater
	case form < 1:
		return ErrDamaged
	}
	return nil
}

// due are the timers that are due at that score.
func (r Record) due(now int64) []flows.Wake {
	var due []flows.Wake
	for _, w := range r.Timers {
		if score(w.Due) <= now {
			due = append(due, w)
		}
	}
	slices.SortStableFunc(due, func(a, b flows.Wake) int { return a.Due.Compare(b.Due) })
	return due
}

// without are the timers that the condition does not hold for.
func without(timers []flows.Wake, gone func(flows.Wake) bool) []flows.Wake {
	return slices.DeleteFunc(slices.Clone(timers), gone)
}

// WakeID is the dedupe id of the input that an elapsed timer becomes. Two
// processes that see the same timer run out give it the same one.
func WakeID(w flows.Wake) string {
	return fmt.Sprintf("timer/%s/%d/%d", w.Timer, w.Mark, score(w.Due))
}
