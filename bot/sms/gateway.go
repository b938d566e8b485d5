package sms

import (
	"context"
	"errors"
	"net/http"
	"time"

	"passerelle/flows"
)

// A gateway is one provider: how it is asked to send, and how it tells what
// came in. It holds no state that a restart must not lose.
type gateway interface {
	// name is short and stable: it begins the ids of this provider.
	name() string
	// send hands over one part and returns the provider's id of it. An error of
	// type *[flows.Refusal] tells whether trying again is of use; any other
	// means: again, later. No error holds a number, a word or a secret.
	send(ctx context.Context, p parcel) (id string, err error)
	// read makes events of a request. It is errForged unless the request proves
	// that it comes from the provider, and errMalformed when it does and cannot
	// be understood.
	read(r *http.Request, body []byte) ([]event, error)
	// answer writes what the provider wants to read once its events are taken.
	answer(w http.ResponseWriter)
}

// A lister is a gateway that can be asked for what came in: it does not bring a
// second time what nobody took.
type lister interface {
	// since lists what was received from that instant on, oldest first, as read
	// would have told it. Those whose id is known may be left out.
	since(ctx context.Context, from time.Time, known func(id string) bool) ([]event, error)
	// every is how often it is asked when nothing is the matter.
	every() time.Duration
}

// A parcel is one part to be sent.
type parcel struct {
	to       string // E.164
	text     string
	segments int
	// key is the same at every attempt of the same part, and of no other: at
	// most 36 letters, digits and dashes. A gateway that can refuses a repeat.
	key string
	// again says that there was an attempt before: the part may have been taken.
	again bool
}

// An event is what a gateway told. Kind says which fields count.
type event struct {
	kind eventKind
	// id is the provider's id of the message.
	id string
	// number is the person's, as the provider writes it.
	number string
	// at is when it happened, or zero: now.
	at time.Time
	// text is what the person wrote; media, when set, what was sent that is no
	// text.
	text  string
	media flows.MediaKind
	// state and reason are those of a receipt.
	state  flows.PartState
	reason string
}

// An eventKind says what happened.
type eventKind int

// The kinds of event.
const (
	heard   eventKind = iota // a person wrote
	receipt                  // the network tells what became of a part
	stopped                  // a person told the provider to let nothing through
	nothing                  // a sign of life of the provider
	bell                     // there is something new for [lister.since]
)

// Errors of [gateway.read].
var (
	errForged    = errors.New("the request does not prove that it comes from the provider")
	errMalformed = errors.New("the request cannot be understood")
)
