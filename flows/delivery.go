package flows

import "time"

// A Delivery is one sending of one message.
type Delivery struct {
	// ID is the same at every attempt, so that a channel able to may refuse a
	// repeat: turn, place in the turn, and a sum, "12.0.1mq5x".
	ID      string
	To      Address
	Message Message
	// Attempt counts from 1.
	Attempt int
}

// A Refusal is the error of a channel that could not deliver. Any other error
// means: try again later.
type Refusal struct {
	// Reason is for operators; it holds no address and no word of a message.
	Reason string
	// Never says that trying again is of no use.
	Never bool
	// After is how long the channel asks to be left alone, or 0.
	After time.Duration
}

// Error implements error.
func (r *Refusal) Error() string { return r.Reason }
