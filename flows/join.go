package flows

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"passerelle/flows/intent"
)

// One learner, two channels. LIER gives a code; LIER and that code, written on
// the other channel, joins the two conversations: each names the other as its
// peer. What both know is pulled, never pushed: a turn begins with
// [Conversation.With], and writes to its own conversation only. So either side parts them alone.

// A Join is what LIER left on a conversation.
type Join struct {
	// Peer is the learner's other conversation, since that instant. Two are
	// joined while each names the other.
	Peer  Address   `json:"p,omitempty"`
	Since time.Time `json:"s,omitzero"`
	// Code is the one given last, good before that instant.
	Code  string    `json:"c,omitempty"`
	Until time.Time `json:"u,omitzero"`
	// Wrong counts the codes written here that were none, since that instant.
	Wrong int       `json:"w,omitempty"`
	From  time.Time `json:"f,omitzero"`
	// Seen is when the peer had been used last as its state was last pulled, in
	// milliseconds of Unix time.
	Seen int64 `json:"d,omitempty"`
}

// Bounds of codes.
const (
	CodeLife   = 15 * time.Minute // how long a code is good
	CodeLength = 6                // its letters and digits
	MaxWrong   = 5                // wrong codes looked at in wrongSpan
	wrongSpan  = time.Hour
	codeRest   = 5 * time.Minute // a code with less left is not given again
)

// Names of the arguments of [KeyCode] that hold the code: for the eye, and as it
// is to be written.
const (
	CodeName = "code"
	WordName = "word"
)

// A Code is what was found out before the turn about the codes of LIER, as
// [Revision.Linking] asked.
type Code struct {
	// New is a code that nobody has: [CodeLength] letters and digits.
	New string
	// Of gave the code that was written, and now names this conversation as its
	// peer; empty when there is no such code.
	Of Address
	// Text is the code that was read in the words, or empty.
	Text string
}

// Linking is what an input has to do with the joining of conversations, before
// its turn is taken.
type Linking struct {
	// Fresh asks for a new code, Code who gave this one.
	Fresh bool
	Code  string
	// Text is the code that was read, to be looked at or not.
	Text string
	// Ends says that the learner parts the two: nothing more is pulled.
	Ends bool
}

// Linking reads what an input asks of whoever keeps the codes.
func (r *Revision) Linking(c Conversation, in Input) Linking {
	said, ok := in.(Said)
	if !ok {
		return Linking{}
	}
	t := turn{lib: &Library{newest: r}, c: c, at: in.When()}
	text := intent.Clean(said.Text)
	t.overhear(text)
	typed := t.codeIn(text)
	text, _ = t.masked(text, typed)
	command := t.commandIn(text)
	serves := c.Mode == BotMode || c.Mode == WaitingMode
	return Linking{
		Fresh: serves && typed.code == "" && command == intent.Link && !t.codeLasts(),
		Code:  t.worthALook(serves, typed.code),
		Text:  typed.code,
		Ends:  command == intent.Unlink,
	}
}

// worthALook is the code, or nothing when it is not to be looked for.
func (t *turn) worthALook(serves bool, code string) string {
	if !serves || t.tooManyWrong() || t.ownCode(code) {
		return ""
	}
	return code
}

// With is the conversation as its next turn begins, when that is the learner's
// other one: joined with it, or about to be. Progress is that of both, a profile
// is filled up, and the run is that of whichever was used last. A question that
// was not asked here is not answered by accident: the learner rests until they
// write, and then is asked. Mode, epoch, request, owner and timers stay those of
// each conversation.
func (c Conversation) With(peer Conversation) Conversation {
	joining := c.Join.Peer != peer.Address
	if !joining && peer.Join.Peer != c.Address {
		return c
	}
	c.Progress = allProgress(c.Progress, peer.Progress)
	c.Profile = c.Profile.filledUp(peer.Profile)
	if peer.Mode != StoppedMode {
		c.Reminders = c.Reminders.with(peer.Reminders, joining)
	}
	later := peer.Used > c.Used
	c.Join.Seen = max(c.Join.Seen, peer.Used)
	if joining && (len(c.Run) == 0 || len(peer.Run) == 0) {
		later = len(peer.Run) > 0 // a lesson begun is not lost to a menu
	}
	switch {
	case sameRun(c.Run, peer.Run):
		return c.planning(peer, later)
	case later:
		return c.takingOver(peer.Run)
	}
	return c
}

// planning is the conversation with what its peer, at the same place, knows of a
// planned pause: whether the timer runs there; or that the learner, who was there
// since, wants it no more.
func (c Conversation) planning(peer Conversation, later bool) Conversation {
	if len(c.Run) == 0 {
		return c
	}
	c.Run = slices.Clone(c.Run)
	f, theirs := &c.Run[len(c.Run)-1], &peer.Run[len(peer.Run)-1]
	f.PlannedThere = theirs.Planned && (later || f.PlannedThere)
	if later && f.Planned && !theirs.planned() {
		f.Planned = false
		if c.Question.Kind == PauseQuestion {
			c.Question = Question{Kind: RestQuestion}
		}
	}
	return c
}

// takingOver is the conversation with the run of its peer. The frames count as
// entered in the coming turn, so that no timer set here before is about them.
func (c Conversation) takingOver(run []Frame) Conversation {
	c.Run = slices.Clone(run)
	for i := range c.Run {
		c.Run[i].Entered = c.Turn + 1
		c.Run[i].Planned, c.Run[i].PlannedThere = false, c.Run[i].Planned
	}
	c.Misses = 0
	kept := c.Question.Kind == OfferQuestion || c.Question.Kind == LanguageQuestion
	switch {
	case c.Mode == BotMode && c.Question.Kind != NoQuestion, c.Mode == WaitingMode && !kept:
		c.Question = Question{Kind: RestQuestion}
	default:
	}
	return c
}

// Elsewhere tells whether the learner is at the peer since a timer was set here,
// and is to have no word of it: they are reminded there, or a person is called
// there, or, of a question, they turned from the lesson to a rest, the menu, a
// language. A planned pause ends when it was said to, as it would on one phone
// alone. Where STOP was written nothing comes, so it comes here.
func (c Conversation) Elsewhere(peer Conversation, timer Timer) bool {
	joined := c.Join.Peer == peer.Address && peer.Join.Peer == c.Address
	if !joined || peer.Used <= c.Used || peer.Mode == StoppedMode {
		return false
	}
	if timer == DeadlineTimer || timer == LaterTimer {
		return true
	}
	if peer.Mode != BotMode || timer == PauseTimer {
		return peer.Mode != BotMode
	}
	switch peer.Question.Kind {
	case RestQuestion, MenuQuestion, LanguageQuestion,
		RemindersQuestion, MemberQuestion, AgreeQuestion, LaterQuestion, RepeatQuestion:
		return true
	case NoQuestion, StepQuestion, DoubtQuestion, PauseQuestion, OfferQuestion:
	}
	return peer.Question.Timed
}

// sameRun tells whether two learners would stand at the same place with the same
// behind them.
func sameRun(a, b []Frame) bool {
	return slices.EqualFunc(a, b, func(f, g Frame) bool {
		return f.Flow == g.Flow && f.Step == g.Step && f.Tries == g.Tries &&
			slices.Equal(f.Won, g.Won) && slices.Equal(f.Answers, g.Answers) && slices.Equal(f.Trail, g.Trail)
	})
}

// allProgress is what two conversations know of lessons; of each the later.
// When there is too much the longest ago is forgotten.
func allProgress(ours, theirs []Progress) []Progress {
	all := slices.Clone(ours)
	for _, p := range theirs {
		i := slices.IndexFunc(all, func(q Progress) bool { return q.Flow == p.Flow })
		switch {
		case i < 0:
			all = append(all, p)
		case p.At.After(all[i].At):
			all[i] = p
		}
	}
	for len(all) > MaxProgress {
		oldest := 0
		for i := range all {
			if all[i].At.Before(all[oldest].At) {
				oldest = i
			}
		}
		all = slices.Delete(all, oldest, oldest+1)
	}
	return all
}

// filledUp is the profile with what only the other one has.
func (p Profile) filledUp(other Profile) Profile {
	return Profile{
		FirstName: cmp.Or(p.FirstName, other.FirstName),
		Language:  cmp.Or(p.Language, other.Language),
		Commune:   cmp.Or(p.Commune, other.Commune),
		Level:     cmp.Or(p.Level, other.Level),
		Equipment: cmp.Or(p.Equipment, other.Equipment),
	}
}

// use notes that the conversation was used last: now, and after all that is
// known of its peer, whatever the clocks say.
func (t *turn) use() { t.c.Used = max(t.at.UnixMilli(), t.c.Used+1, t.c.Join.Seen+1) }

func (t *turn) codeLives() bool { return t.c.Join.Code != "" && t.at.Before(t.c.Join.Until) }

// codeLasts tells whether the code given last may be given once more.
func (t *turn) codeLasts() bool {
	return t.c.Join.Code != "" && t.c.Join.Until.Sub(t.at) >= codeRest
}

func (t *turn) ownCode(code string) bool { return t.codeLives() && code == t.c.Join.Code }

func (t *turn) tooManyWrong() bool {
	return t.c.Join.Wrong >= MaxWrong && t.at.Before(t.c.Join.From.Add(wrongSpan))
}

// forgetCode forgets the code given last.
func (t *turn) forgetCode() { t.c.Join.Code, t.c.Join.Until = "", time.Time{} }

// giveCode says the code to be written on the other channel: the one given
// last, while it lasts, or a new one.
func (t *turn) giveCode() {
	t.because(Command)
	if !t.codeLasts() {
		t.forgetCode()
		if t.found == nil || t.found.New == "" {
			t.say(KeyCodeNone)
			return
		}
		t.c.Join.Code, t.c.Join.Until = t.found.New, t.at.UTC().Truncate(time.Second).Add(CodeLife)
	}
	code := t.c.Join.Code
	t.say(KeyCode,
		Arg{Name: CodeName, Value: InGroups(code), Secret: true}, Arg{Name: WordName, Value: code, Secret: true},
		Arg{Name: "minutes", Value: strconv.Itoa(int((t.c.Join.Until.Sub(t.at) + time.Minute - 1) / time.Minute))})
}

// link takes LIER with a code, and goes on where the learner stands.
func (t *turn) link(code string) {
	fresh := t.fresh()
	if fresh {
		t.say(KeyWelcome)
	}
	joins := t.tryCode(code)
	if t.c.Mode == BotMode && (joins || fresh) {
		t.resume()
		return
	}
	t.stand()
}

// stand finds a place for a learner whose question is nowhere any more, after a
// sentence that is no answer to it.
func (t *turn) stand() {
	if t.c.Mode == BotMode && t.astray() {
		t.recover()
	}
}

// tryCode joins the two conversations when the code is good, else says why not.
func (t *turn) tryCode(code string) (joins bool) {
	switch {
	case t.ownCode(code):
		t.because(Command)
		t.say(KeyCodeOwn)
	case t.tooManyWrong():
		t.because(WrongCode)
		t.say(KeyCodeMany)
	case t.found == nil || t.found.Of == "" || t.found.Of == t.c.Address:
		t.because(WrongCode)
		t.countWrong()
		t.say(KeyCodeWrong)
	default:
		t.because(Linked)
		t.peerUp(t.found.Of)
		t.say(KeyJoined)
		return true
	}
	return false
}

func (t *turn) countWrong() {
	j := &t.c.Join
	if j.Wrong == 0 || !t.at.Before(j.From.Add(wrongSpan)) {
		j.Wrong, j.From = 0, t.at.UTC().Truncate(time.Second)
	}
	j.Wrong++
}

// peerUp names the learner's other conversation; one named before is forgotten,
// and so is the code. The wrong codes stay counted.
func (t *turn) peerUp(peer Address) {
	t.c.Join.Peer, t.c.Join.Since = peer, t.at.UTC().Truncate(time.Second)
	t.forgetCode()
}

// joined takes the redeeming of a code, too late after STOP. Whoever has this
// number is told; where a person helps, that person is.
func (t *turn) joined(in Joined) {
	if !t.ownCode(in.Code) || in.Peer == "" || in.Peer == t.c.Address || t.c.Mode == StoppedMode {
		t.because(Late)
		return
	}
	t.because(Linked)
	t.peerUp(in.Peer)
	if t.c.Mode == HumanMode {
		t.do(Alert{Reason: Linked, Topic: t.c.Request.Topic, Epoch: t.c.Epoch})
		return
	}
	t.say(KeyJoinedTold)
	t.stand()
}

// unlink parts the two conversations, in any mode: in silence after STOP, and
// where a person helps, who reads it. Each keeps what it knows.
func (t *turn) unlink() {
	t.because(Command)
	alone := t.c.Join.Peer == ""
	t.c.Join.Peer, t.c.Join.Since = "", time.Time{}
	t.forgetCode()
	switch {
	case t.c.Mode == StoppedMode:
		t.because(Silent)
	case t.c.Mode == HumanMode:
		t.toPerson()
	case alone:
		t.say(KeyAlone)
	default:
		t.say(KeyParted)
	}
	t.stand()
}
