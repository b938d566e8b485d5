// Package bot connects: it takes what learners send through the channels to
// the engine, and what the engine says back to the channels.
//
// # One turn
//
// A channel hands an input to [Bot.Receive], with the id under which it is
// taken once. Receive loads the conversation, lets the library advance it,
// renders what is to be said, makes instants of symbolic delays in the
// learner's zone, and commits all of it at once. Only when Receive returned nil
// may a channel acknowledge the input to its provider. Inputs of one address
// are taken in order; an address never waits for another.
//
// # Sending
//
// What was committed lies in the outbox of the store. The [Relay] of the
// process that committed sends it at once, in order; a sweep finds what was
// left behind, by this process or by one that died, and the timers that are
// due. A channel that has trouble is tried again, ever more rarely, and holds
// up nobody but the learner concerned.
//
// # What never fails in silence
//
// An input that cannot be taken, however often it is tried, is parked, the
// desk is alerted and the learner reads a sentence. A cap on strangers says so
// once. A command that fails says what to do.
//
// # Commands
//
// [Main] is the whole program: serve, phone, lint and the others of the table
// in main.go. One process holds the embedded store; a command that needs it
// meanwhile is run by that process, over a socket in the data folder.
package bot

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"passerelle/flows"
	"passerelle/store"
)

// Sentences of this room, said outside of any lesson.
const (
	keyFailed  flows.Key = "bot.failed"   // an input was parked
	keyTooMany flows.Key = "bot.too.many" // too many messages in a minute
	keyFull    flows.Key = "bot.full"     // too many new learners in an hour
	keySpent   flows.Key = "bot.spent"    // the day's money is spent
)

// Errors a channel decides by.
var (
	// ErrBusy: too many inputs of this learner wait already. Try again later.
	ErrBusy = errors.New("too many inputs of one conversation are waiting")
	// ErrFull: too many new learners came in the last hour. Try again later.
	ErrFull = errors.New("too many new conversations in the last hour")
)

// A Channel carries messages to learners. An error of type *[flows.Refusal]
// says whether and when to try again.
type Channel interface {
	Send(ctx context.Context, d flows.Delivery) error
}

// A Bot takes turns. Its fields are set once, before the first.
type Bot struct {
	store *store.Store
	shelf *shelf
	zones zones
	// facts are what any sentence may name, in a language.
	facts func(flows.Language) []flows.Arg
	// hours are those in which learners are written to unasked.
	hours hours
	// greetIn is the language of learners nobody knows yet; empty: the default.
	greetIn flows.Language
	// caps is nil where only the host writes.
	relay *Relay
	caps  *caps
	// purse is nil where nothing costs money.
	purse *purse
	meter *meter
	log   *slog.Logger
	now   func() time.Time

	// broken gets the reason when the store takes no more changes.
	broken chan error

	lanes lanes
}

// storeTime is how long the store may take for one answer.
const storeTime = 5 * time.Second
