package flows

import "time"

// An Effect is something to be done, committed with the turn that wants it.
//
//sumtype:decl
type Effect interface{ effect() }

type (
	// Say sends the learner one message.
	Say struct {
		Revision RevisionID `json:"v"`
		Key      Key        `json:"k"`
		Args     []Arg      `json:"a,omitempty"`
		// Turn and Choices offer answers: labels, in order. A press on the
		// second one comes back as Tapped{Turn, 1}.
		Turn    uint64 `json:"t,omitempty"`
		Choices []Arg  `json:"c,omitempty"`
		// Picture is the name of a picture of the lesson Flow; its description
		// is the sentence Key + ".picture".
		Flow    FlowID `json:"f,omitempty"`
		Picture string `json:"p,omitempty"`
		// Aidant, when set, is who said the words of the argument "words".
		Aidant string `json:"h,omitempty"`
		// Reminder marks a message the learner did not just ask for: it waits
		// for permitted hours.
		Reminder bool `json:"m,omitempty"`
		// Until, when set, is the last day on which it is of use: after that it
		// is not sent.
		Until Date `json:"u,omitempty"`
		// Opens marks the first message of those that nobody wrote for just now:
		// it says from whom it comes.
		Opens bool `json:"o,omitempty"`
	}
	// Alert tells the desk about this conversation.
	Alert struct {
		Reason Reason
		Topic  Key
		Epoch  uint64
	}
	// Close takes the conversation off the desk's list of waiting requests.
	Close struct{ Epoch uint64 }
	// Schedule sets a timer. There is at most one of each kind: a new one
	// replaces the old.
	Schedule struct {
		Timer Timer
		Mark  uint64
		Delay Delay
	}
	// Cancel forgets the timer of that kind, if any.
	Cancel struct{ Timer Timer }
	// Hush empties the outbox of the address before anything is said.
	Hush struct{}
	// Count adds one to each of these counters.
	Count struct{ Of []Counter }
)

func (Say) effect()      {}
func (Alert) effect()    {}
func (Close) effect()    {}
func (Schedule) effect() {}
func (Cancel) effect()   {}
func (Hush) effect()     {}
func (Count) effect()    {}

// A Timer is a kind of timer.
type Timer string

// The kinds of timer.
const (
	ReminderTimer Timer = "reminder" // a question waits; waits for permitted hours
	PauseTimer    Timer = "pause"    // a planned pause ends, at the hour the learner was told
	WaitTimer     Timer = "wait"     // tell a waiting learner that they are not forgotten
	OfferTimer    Timer = "offer"    // offer a waiting learner to go on alone
	ExpiryTimer   Timer = "expiry"   // a request nobody took ends
	NudgeTimer    Timer = "nudge"    // remind the owner of an unanswered message
	ReleaseTimer  Timer = "release"  // an owner who does not answer loses the conversation
	SilenceTimer  Timer = "silence"  // a learner silent with an aidant goes back to the bot
	DeadlineTimer Timer = "deadline" // a deadline is near; comes in permitted hours, earlier if need be
	LaterTimer    Timer = "later"    // a lesson was a month ago; waits for permitted hours
)

// A Turn is one input and all that came of it, committed whole.
type Turn struct {
	// ID is the dedupe id: the channel's id of the message. The same ID is
	// taken once.
	ID      string
	Before  Conversation
	Input   Input
	After   Conversation
	Effects []Effect
	Outcome Outcome
	// Messages are what Say effects became, in order, rendered.
	Messages []Message
	// Wakes are what Schedule effects became, with their instants.
	Wakes []Wake
}

// A Wake is a timer with the instant it is due.
type Wake struct {
	Timer Timer     `json:"k"`
	Mark  uint64    `json:"m"`
	Due   time.Time `json:"d"`
}

// An Outcome tells what a turn made of its input, for logs, counters and the
// transcript. It names no person and repeats no word but Heard.
type Outcome struct {
	Reason Reason
	// Heard is what may be kept of the learner's words: secrets masked, and
	// all of it hidden where the step is discreet.
	Heard string
	// Chosen is the label of the button pressed, or of the answer of a step
	// that the words were understood as, or what stands for a thing [Sent].
	Chosen Key
}

// A Reason says why the engine did what it did.
type Reason string

// The reasons of outcomes, alerts and requests.
const (
	Understood    Reason = "understood"     // an answer was taken
	Command       Reason = "command"        // a command was obeyed
	Began         Reason = "began"          // a lesson began
	Greeted       Reason = "greeted"        // a first contact
	NotUnderstood Reason = "not-understood" // the ladder moved one rung, or reached a person
	AskedBack     Reason = "asked-back"     // did you mean …?
	Refused       Reason = "refused"        // a typed answer was not of the type asked
	Stale         Reason = "stale"          // an old button, an old timer, an answer to the question before
	Reminded      Reason = "reminded"       // a timer spoke
	Resumed       Reason = "resumed"        // a pause ended
	AskedPerson   Reason = "asked-person"   // the learner asked for a person
	StepHandoff   Reason = "step"           // the lesson calls a person
	GoingRound    Reason = "going-round"    // the same step again and again
	Looping       Reason = "looping"        // a lesson that never comes to rest
	Missing       Reason = "missing"        // a step or lesson that is nowhere any more
	Unread        Reason = "unread"         // what was sent is no text
	AskedAgain    Reason = "asked-again"    // the channel had been away: the question was asked again
	SecretSeen    Reason = "secret"         // words that held a secret
	CrisisSeen    Reason = "crisis"         // words that told a danger
	ToPerson      Reason = "to-person"      // words for the aidant
	Handled       Reason = "handled"        // an aidant's action
	Unanswered    Reason = "unanswered"     // the owner has not answered for a while
	Late          Reason = "late"           // an aidant's action that came too late
	HandoffEnded  Reason = "handoff-ended"  // a request was cancelled, expired or returned
	Linked        Reason = "linked"         // two conversations of one learner were joined
	WrongCode     Reason = "wrong-code"     // a code that nobody gave, or too many of them
	OptedOut      Reason = "stop"           // STOP
	OptedIn       Reason = "start"          // BONJOUR or START after STOP
	Silent        Reason = "silent"         // nothing to say: after STOP, or where no question waits
)
