package store

import (
	"slices"
	"time"

	"passerelle/flows"
)

// A Consent is one proof: the learner agreed to be written to, or wanted nothing
// more. The number is the conversation's address.
type Consent struct {
	// At is when the turn was taken, in whole seconds: minutes after the message
	// at most, unless nobody was there to take it.
	At   time.Time   `json:"t"`
	Kind ConsentKind `json:"k"`
	// Words are the learner's own, as far as the transcript may keep them, cut
	// at 60 bytes; none when a button, a link or the channel said it.
	Words string `json:"w,omitempty"`
	// ID is the dedupe id of the turn: what the channel calls the message.
	ID string `json:"i"`
}

// A ConsentKind says what was agreed to.
type ConsentKind string

// The kinds of consent.
const (
	ConsentIn  ConsentKind = "in"  // the first thing the learner did, or the return after STOP
	ConsentOut ConsentKind = "out" // STOP, in words or by the channel
)

// Bounds of the proofs of one conversation: the first and the last are what is
// asked for.
const (
	maxConsents     = 10
	maxConsentWords = 60
	maxConsentID    = 100
)

// consent notes the proof that the turn is. It is called before the turn is
// noted as one of the learner's.
func (d *draft) consent() {
	kind := d.consented()
	if kind == "" {
		return
	}
	kept := slices.Clone(d.before.Consents)
	if len(kept) >= maxConsents {
		kept = slices.Delete(kept, 1, len(kept)-maxConsents+2)
	}
	d.after.Consents = append(kept, Consent{
		At: d.turn.Input.When().UTC().Truncate(time.Second), Kind: kind,
		Words: shorten(d.turn.Outcome.Heard, maxConsentWords), ID: shorten(d.turn.ID, maxConsentID),
	})
}

// consented is what a turn proves, if anything. A link that opens a lesson is a
// way back after STOP that has another reason.
func (d *draft) consented() ConsentKind {
	stopped := d.before.Conversation.Mode == flows.StoppedMode
	back := stopped && d.turn.After.Mode != flows.StoppedMode
	switch {
	case d.turn.Outcome.Reason == flows.OptedOut:
		return ConsentOut
	case d.turn.Outcome.Reason == flows.OptedIn:
		return ConsentIn
	case d.acted() && (back || d.before.Spoke == 0):
		return ConsentIn
	}
	return ""
}

// acted tells whether the learner did something.
func (d *draft) acted() bool {
	switch d.turn.Input.(type) {
	case flows.Opened, flows.Said, flows.Tapped, flows.Sent:
		return true
	case flows.Missed, flows.Blocked, flows.Elapsed, flows.Joined,
		flows.TookOver, flows.Wrote, flows.Transferred, flows.Released, flows.HandedBack:
	}
	return false
}
