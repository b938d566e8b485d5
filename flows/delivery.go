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
	// Aside says that it stands in no outbox: it is tried once.
	Aside bool
}

// A Part is one SMS of a delivery that a provider took: what it is called there,
// what it costs, and what the network reported of it since.
type Part struct {
	// Delivery and Place name the message and the place of the part in it, from 0.
	Delivery string `json:"d"`
	Place    int    `json:"p,omitempty"`
	// ID is the provider's name of the part, "twilio/SM12".
	ID       string    `json:"i"`
	At       time.Time `json:"t"`
	Segments int       `json:"n"`
	// Price is that of all its segments, in hundredths of a cent.
	Price int `json:"c"`
	// State is what was reported last; Reason says why a part failed, as that
	// of a [Refusal].
	State  PartState `json:"s,omitempty"`
	Reason string    `json:"r,omitempty"`
}

// A Receipt is what a network reports of a part.
type Receipt struct {
	// ID is the provider's name of the part.
	ID     string
	At     time.Time
	State  PartState
	Reason string
}

// A PartState is how far a part came.
type PartState string

// The states of a part. Taken by the provider is all that is known at first; a
// part that arrived or failed stays so.
const (
	PartTaken   PartState = ""
	PartSent    PartState = "sent"
	PartArrived PartState = "arrived"
	PartFailed  PartState = "failed"
)

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
