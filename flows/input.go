package flows

import "time"

// An Input is something that happened to a conversation.
//
//sumtype:decl
type Input interface {
	// When it happened; the engine knows no other time.
	When() time.Time
	input()
}

type (
	// Opened: the learner opened the conversation without a word, perhaps by a
	// link that names a lesson.
	Opened struct {
		At     time.Time
		Lesson FlowID
	}
	// Said: the learner wrote.
	Said struct {
		At   time.Time
		Text string
		// Code is set when something was found out about the codes of LIER, and
		// when another conversation is known.
		Code *Code
	}
	// Tapped: the learner pressed a button: the choice at that place of the
	// question asked in that turn.
	Tapped struct {
		At     time.Time
		Turn   uint64
		Choice int
	}
	// Sent: the learner sent something that is no text.
	Sent struct {
		At   time.Time
		Kind MediaKind
	}
	// Missed: the channel was away for so long that presses on buttons may be
	// lost. The learner did nothing.
	Missed struct{ At time.Time }
	// Blocked: the learner told the channel to let nothing more of us through.
	Blocked struct{ At time.Time }
	// Elapsed: a timer set by [Schedule] ran out.
	Elapsed struct {
		At    time.Time
		Timer Timer
		// Mark is that of the Schedule; another one now is stale.
		Mark uint64
		// Elsewhere says that the learner is at their other conversation, and is
		// to have no word of it here ([Conversation.Elsewhere]).
		Elsewhere bool
	}
	// Joined: the code this conversation gave was written on another one, which
	// is the learner's, too.
	Joined struct {
		At   time.Time
		Code string
		Peer Address
	}
	// TookOver: an aidant steps in.
	TookOver struct {
		At     time.Time
		Aidant Aidant
		// Epoch is the one the aidant saw.
		Epoch uint64
	}
	// Wrote: the owner wrote to the learner.
	Wrote struct {
		At     time.Time
		Aidant AidantID
		Epoch  uint64
		Text   string
	}
	// Transferred: the owner passes the conversation to a colleague.
	Transferred struct {
		At     time.Time
		Aidant AidantID
		Epoch  uint64
		To     Aidant
	}
	// Released: the owner lets go; the request waits again.
	Released struct {
		At     time.Time
		Aidant AidantID
		Epoch  uint64
	}
	// HandedBack: the owner gives the conversation back to the bot.
	HandedBack struct {
		At     time.Time
		Aidant AidantID
		Epoch  uint64
		// Turn is the last one the aidant saw: words since then are not lost.
		Turn uint64
		// Lesson, when set, starts there; Menu goes to the menu; else the run
		// goes on where it stopped.
		Lesson FlowID
		Menu   bool
	}
)

// When implements [Input].
func (i Opened) When() time.Time { return i.At }

// When implements [Input].
func (i Said) When() time.Time { return i.At }

// When implements [Input].
func (i Tapped) When() time.Time { return i.At }

// When implements [Input].
func (i Sent) When() time.Time { return i.At }

// When implements [Input].
func (i Missed) When() time.Time { return i.At }

// When implements [Input].
func (i Blocked) When() time.Time { return i.At }

// When implements [Input].
func (i Elapsed) When() time.Time { return i.At }

// When implements [Input].
func (i Joined) When() time.Time { return i.At }

// When implements [Input].
func (i TookOver) When() time.Time { return i.At }

// When implements [Input].
func (i Wrote) When() time.Time { return i.At }

// When implements [Input].
func (i Transferred) When() time.Time { return i.At }

// When implements [Input].
func (i Released) When() time.Time { return i.At }

// When implements [Input].
func (i HandedBack) When() time.Time { return i.At }

func (Opened) input()      {}
func (Said) input()        {}
func (Tapped) input()      {}
func (Sent) input()        {}
func (Missed) input()      {}
func (Blocked) input()     {}
func (Elapsed) input()     {}
func (Joined) input()      {}
func (TookOver) input()    {}
func (Wrote) input()       {}
func (Transferred) input() {}
func (Released) input()    {}
func (HandedBack) input()  {}

// A MediaKind says what was sent that is no text.
type MediaKind string

// The kinds of what is no text. Whatever else comes is a file.
const (
	VoiceMedia   MediaKind = "voice"   // a recording
	PictureMedia MediaKind = "picture" // a photo, a picture, a film
	PlaceMedia   MediaKind = "place"   // a place on a map
	ContactMedia MediaKind = "contact" // somebody's number
	StickerMedia MediaKind = "sticker" // a small picture that says a mood
	FileMedia    MediaKind = "file"    // anything else
)
