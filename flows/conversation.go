package flows

import "time"

// A Conversation is everything that is known of one learner on one address.
// It is a value: the engine copies what it changes. As JSON it has 300 bytes or
// so; every part has a cap, and all of them together stay under 16 kB.
type Conversation struct {
	Address Address `json:"a"`
	Profile Profile `json:"p,omitzero"`
	Mode    Mode    `json:"m,omitempty"`
	// Epoch counts the changes of mode or owner; it fences off late writers.
	Epoch uint64 `json:"e,omitempty"`
	// Owner is the aidant in charge, in human mode.
	Owner Aidant `json:"o,omitzero"`
	// Request is the open request for help, or the zero value.
	Request Request `json:"r,omitzero"`
	// Turn is the number of the last turn.
	Turn uint64 `json:"t,omitempty"`
	// Run is the stack of runs, the innermost last; empty between lessons.
	Run []Frame `json:"f,omitempty"`
	// Question is what the learner was asked last.
	Question Question `json:"q,omitzero"`
	// Misses counts the answers not understood since the last one that was.
	Misses int `json:"x,omitempty"`
	// Progress is how far each lesson got, in the order first tried.
	Progress []Progress `json:"g,omitempty"`
	// Spoken is when something was last said to the learner, in seconds since
	// 1970, or 0.
	Spoken int64 `json:"s,omitempty"`
	// Join is what LIER left: the learner's other conversation, a code.
	Join Join `json:"j,omitzero"`
	// Used is when the conversation was used last, in milliseconds of Unix time;
	// it is later than all that was pulled from its peer.
	Used int64 `json:"d,omitempty"`
	// Reminders are what the learner agreed to be told or asked later.
	Reminders Reminders `json:"w,omitzero"`
}

// A Profile is what the learner told of themselves. Every field may be empty.
type Profile struct {
	FirstName string   `json:"n,omitempty"`
	Language  Language `json:"l,omitempty"`
	Commune   string   `json:"c,omitempty"` // postcode
	Level     string   `json:"v,omitempty"` // how at ease, as an answer told
	Equipment string   `json:"e,omitempty"` // what is at hand, as an answer told
}

// A Mode says who answers.
type Mode string

// The modes of a conversation.
const (
	BotMode     Mode = ""        // the lessons answer
	WaitingMode Mode = "waiting" // a person was asked for
	HumanMode   Mode = "human"   // an aidant answers; the bot is silent
	StoppedMode Mode = "stopped" // the learner wrote STOP: nothing is sent
)

// An Aidant is the person who helps, as the learner is told.
type Aidant struct {
	ID    AidantID `json:"i"`
	Name  string   `json:"n"`           // first name
	Place string   `json:"p,omitempty"` // the structure they work for
}

// A Request is one period of human help.
type Request struct {
	Reason Reason    `json:"r,omitempty"`
	Topic  Key       `json:"k,omitempty"`
	Asked  time.Time `json:"a,omitzero"`
	Taken  time.Time `json:"t,omitzero"`
	// Heard is the turn of the learner's last words to a person.
	Heard uint64 `json:"h,omitempty"`
	// Unanswered is set while the learner's last words wait for the owner.
	Unanswered bool `json:"u,omitempty"`
}

// Open tells whether there is a request at all.
func (r Request) Open() bool { return !r.Asked.IsZero() }

// A Frame is one run: one pass of a learner through one flow.
type Frame struct {
	Flow     FlowID     `json:"f"`
	Step     StepID     `json:"s"`
	Revision RevisionID `json:"v"`
	// Entered is the turn in which the step was entered; it names timers.
	Entered uint64   `json:"e"`
	Tries   int      `json:"t,omitempty"` // wrong answers given to this quiz
	Again   int      `json:"g,omitempty"` // times in a row the answer led back here
	Helped  int      `json:"h,omitempty"` // hints given for this step
	Won     []StepID `json:"p,omitempty"` // the quizzes answered right: one point each
	// Warned is set once the learner was told that a page may have changed.
	Warned bool `json:"d,omitempty"`
	// Planned is set while the timer of a planned pause runs.
	Planned bool `json:"w,omitempty"`
	// PlannedThere is set while it runs on the learner's other conversation.
	PlannedThere bool     `json:"o,omitempty"`
	Answers      []Answer `json:"a,omitempty"`
	// Trail are the questions passed, for RETOUR, at most [MaxTrail].
	Trail []StepID `json:"b,omitempty"`
}

// An Answer is what the learner chose or typed, kept under a name.
type Answer struct {
	Name  string `json:"n"`
	Value string `json:"v"`
	Label Key    `json:"k,omitempty"` // set when it was chosen
}

// A Question is what the learner's next words are read against.
type Question struct {
	Kind QuestionKind `json:"k,omitempty"`
	// Turn is the turn that asked: a press on older buttons is stale.
	Turn uint64 `json:"t,omitempty"`
	// Revision asked it.
	Revision RevisionID `json:"v,omitempty"`
	// Of and Choice are what a doubt is about: the question doubted, and the
	// answer by its place among the choices.
	Of     QuestionKind `json:"o,omitempty"`
	Choice int          `json:"c,omitempty"`
	// Topic and Page are set where a page of a topic is offered.
	Topic TopicID `json:"p,omitempty"`
	Page  int     `json:"g,omitempty"`
	// About is what a question about a later day is about: a lesson, or a group
	// of deadlines.
	About string `json:"a,omitempty"`
	// Timed is set while a reminder is scheduled for it.
	Timed bool `json:"w,omitempty"`
	// Missed is set once it was asked again after the channel was away.
	Missed bool `json:"m,omitempty"`
}

// A QuestionKind says what a question is about.
type QuestionKind string

// The kinds of question.
const (
	NoQuestion       QuestionKind = ""
	StepQuestion     QuestionKind = "step"     // the step of the innermost run
	MenuQuestion     QuestionKind = "menu"     // which lesson
	DoubtQuestion    QuestionKind = "doubt"    // did you mean this choice?
	LanguageQuestion QuestionKind = "language" // which language
	PauseQuestion    QuestionKind = "pause"    // a planned pause: go on now?
	RestQuestion     QuestionKind = "rest"     // PAUSE was written: anything goes on
	OfferQuestion    QuestionKind = "offer"    // waiting for a person: wait, go on, cancel

	RemindersQuestion QuestionKind = "reminders" // which reminder to turn on or off
	MemberQuestion    QuestionKind = "member"    // which deadline of a group
	AgreeQuestion     QuestionKind = "agree"     // may we ask about the lesson in a month?
	LaterQuestion     QuestionKind = "later"     // did you do it alone?
	RepeatQuestion    QuestionKind = "repeat"    // the lesson again?
)

// Progress is how far a learner got with one lesson.
type Progress struct {
	Flow   FlowID    `json:"f"`
	Ending Ending    `json:"e,omitempty"` // of the last run that ended
	Points int       `json:"p,omitempty"`
	At     time.Time `json:"t,omitzero"`
}

// Limits of what a conversation may grow to.
const (
	MaxDepth    = 4   // lessons inside lessons
	MaxTrail    = 8   // questions remembered for RETOUR
	MaxAnswer   = 100 // bytes of an answer kept
	MaxAnswers  = 8   // answers kept in one run
	MaxQuizzes  = 20  // quizzes that count in one run
	MaxProgress = 30  // lessons remembered
	MaxAuto     = 25  // steps taken in one turn without a question
	MaxSays     = 6   // messages of a lesson in one turn
	MaxAgain    = 8   // times in a row an answer may lead back to its step
	MaxEffects  = 14  // effects of one turn
)
