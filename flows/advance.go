package flows

import (
	"slices"
	"time"

	"passerelle/flows/intent"
)

// Advance takes one turn: it returns the conversation after the input, what is
// to be done, and why. It never fails: what it cannot understand is an answer
// or a handoff, with a reason. The argument is not changed, and the same
// arguments always give the same result.
func (l *Library) Advance(before Conversation, in Input) (Conversation, []Effect, Outcome) {
	t := l.turn(before, in)
	t.take(in)
	if t.c.Used == before.Used && !sameRun(before.Run, t.c.Run) {
		t.use()
	}
	if t.hide {
		t.outcome.Heard = hidden
	}
	if before.Question.Timed && !t.c.Question.Timed {
		t.cancel(ReminderTimer)
	}
	t.plan()
	t.tell()
	return t.c, t.effects, t.outcome
}

// turn begins a turn on a conversation of its own.
func (l *Library) turn(before Conversation, in Input) turn {
	t := turn{lib: l, c: before, at: in.When()}
	t.c.Run = slices.Clone(before.Run)
	t.c.Turn++
	return t
}

// A turn is one turn being taken: the conversation so far, and the effects.
type turn struct {
	lib     *Library
	c       Conversation
	at      time.Time
	effects []Effect
	outcome Outcome
	says    int    // messages of the lesson so far
	left    StepID // the question an answer led away from
	hide    bool   // what was written is not to be kept
	found   *Code  // what is known of codes
	watched bool   // the ways taken are noted
	walked  []Key
	stays   bool // an answer led back to its own question
	counts  []Counter
	putOff  bool // the reminders of deadlines wait for an hour
}

func (t *turn) take(in Input) {
	switch in.(type) {
	case Said, Tapped, Opened, Sent:
		t.use()
		t.c.Question.Missed = false
	case Missed, Blocked, Elapsed, Joined, TookOver, Wrote, Transferred, Released, HandedBack:
	}
	switch in := in.(type) {
	case Said:
		t.found = in.Code
		t.said(in.Text)
	case Tapped:
		t.tapped(in)
	case Opened:
		t.opened(in.Lesson)
	case Sent:
		t.sent(in.Kind)
	case Missed:
		t.missed()
	case Blocked:
		t.blocked()
	case Elapsed:
		t.elapsed(in)
	case Joined:
		t.joined(in)
	case TookOver:
		t.tookOver(in)
	case Wrote:
		t.wrote(in)
	case Transferred:
		t.transferred(in)
	case Released:
		t.released(in)
	case HandedBack:
		t.handedBack(in)
	}
}

// said reads what the learner wrote, in the one order that keeps every promise:
// what ends something before all, then a danger, then secrets, then the person
// in charge, then the question.
func (t *turn) said(raw string) {
	text := intent.Clean(raw)
	t.overhear(text)
	typed := t.codeIn(text)
	text, secrets := t.masked(text, typed)
	t.outcome.Heard = text
	command, crisis := t.commandIn(text), t.crisisIn(text)
	switch {
	case command == intent.Unlink && !t.fresh():
		t.unlink()
	case command == intent.Stop && t.c.Mode != StoppedMode:
		t.stop()
	case crisis != intent.NoCrisis:
		t.crisis(crisis)
	case t.c.Mode == StoppedMode:
		t.whileStopped(t.comesBack(text))
	case len(secrets) > 0:
		t.warn()
	case typed.code != "" && t.c.Mode != HumanMode:
		t.link(typed.code)
	case t.c.Mode == HumanMode:
		t.toPerson()
	case t.c.Mode == WaitingMode:
		t.whileWaiting(text, command)
	case t.fresh():
		t.greet(text, command)
	default:
		t.answer(text, command)
	}
}

// tapped takes a press on a button of the waiting question.
func (t *turn) tapped(in Tapped) {
	offers := t.offers()
	stale := in.Turn == 0 || in.Turn != t.c.Question.Turn || in.Choice < 0 || in.Choice >= len(offers)
	if !stale {
		t.outcome.Chosen = offers[in.Choice].Key
	}
	switch {
	case t.c.Mode == StoppedMode:
		t.whileStopped(false)
	case t.c.Mode == HumanMode:
		t.toPerson()
	case t.c.Mode == WaitingMode && !stale:
		t.pickWaiting(in.Choice)
	case t.c.Mode == WaitingMode && t.lib.Staffed:
		t.noted()
	case t.c.Mode == WaitingMode:
		t.cancelRequest(KeyCancelled)
		t.resume()
	case stale && t.fresh():
		t.greet("", intent.NoCommand)
	case t.astray():
		t.recover()
	case stale:
		t.because(Stale)
		t.say(KeyStale)
		t.once()
	default:
		t.because(Understood)
		t.recall()
		t.pick(in.Choice)
	}
}

// opened takes the opening of a conversation by a link or a first look.
func (t *turn) opened(lesson FlowID) {
	known := t.lib.newest.Flows[lesson] != nil
	switch {
	case t.c.Mode == StoppedMode && known:
		t.comeBack()
		t.start(lesson)
	case t.c.Mode == StoppedMode:
		t.whileStopped(true)
	case t.c.Mode == HumanMode:
		t.toPerson()
	case t.c.Mode == WaitingMode && t.lib.Staffed:
		t.noted()
	case t.c.Mode == WaitingMode && known && !t.c.runs(lesson):
		t.cancelRequest(KeyCancelled)
		t.start(lesson)
	case t.c.Mode == WaitingMode:
		t.cancelRequest(KeyCancelled)
		t.resume()
	case t.fresh() && !known:
		t.greet("", intent.NoCommand)
	case !known || t.c.runs(lesson):
		t.because(Command)
		t.say(KeyResume)
		t.resume()
	default:
		if t.fresh() {
			t.say(KeyWelcome)
		}
		t.start(lesson)
	}
}

// greet answers a first contact: who speaks here, then the lesson named, a
// person, or the menu.
func (t *turn) greet(text string, command intent.Command) {
	t.because(Greeted)
	t.say(KeyWelcome)
	read := t.readMenu(text)
	named := read.Sure && read.Reason != intent.ByNumber && read.Reason != intent.ByOrdinal
	switch {
	case command == intent.Person:
		t.handoff(AskedPerson, "")
	case command == intent.Lang:
		t.ask(LanguageQuestion, KeyLanguage)
	case command == intent.Contact:
		t.say(KeyContact)
		t.ask(MenuQuestion, KeyMenu)
	case command == intent.Link:
		t.giveCode()
		t.ask(MenuQuestion, KeyMenu)
	case command == intent.Reminders:
		t.listReminders(KeyReminders)
	case named:
		t.pickMenu(read.Choice)
	default:
		t.ask(MenuQuestion, KeyMenu)
	}
}

// fresh tells whether the learner has not been spoken to yet.
func (t *turn) fresh() bool {
	return t.c.Mode == BotMode && t.c.Question.Kind == NoQuestion
}

// runs tells whether that lesson is being played.
func (c *Conversation) runs(lesson FlowID) bool {
	return len(c.Run) > 0 && c.Run[0].Flow == lesson
}

// commandIn reads a command in the learner's language, else in the one lessons
// are written in: a lesson without a translation names its commands so. A
// command with a slash is read in any: a channel shows its menu in a language
// of its own.
func (t *turn) commandIn(text string) intent.Command {
	newest := t.lib.newest
	command := t.readers().Commands.Read(text)
	if command == intent.NoCommand {
		command = newest.readers(DefaultLanguage).Commands.Read(text)
	}
	if _, slashed := intent.Slashed(text); !slashed {
		return command
	}
	for _, l := range newest.Languages {
		if command == intent.NoCommand {
			command = newest.readers(l).Commands.Read(text)
		}
	}
	return command
}

func (t *turn) because(r Reason) { t.outcome.Reason = r }

func (t *turn) language() Language {
	if l := t.c.Profile.Language; slices.Contains(t.lib.newest.Languages, l) {
		return l
	}
	return t.lib.newest.Languages[0]
}

func (t *turn) readers() *Readers { return t.lib.newest.readers(t.language()) }
