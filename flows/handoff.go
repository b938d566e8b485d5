package flows

import (
	"time"

	"passerelle/flows/intent"
)

// The hand-off: asked, taken, then returned, cancelled or expired. Every change
// of mode or owner raises the epoch; whoever acts on an older one comes too
// late and changes nothing.

// How long each side waits. A waiting learner is told that they are not
// forgotten, then offered to go on alone; an owner who does not answer is
// reminded, then loses the conversation; a silent learner goes back to the bot.
const (
	stillAfter   = 15 * time.Minute
	offerAfter   = 30 * time.Minute
	expiryAfter  = 7 * 24 * time.Hour
	nudgeAfter   = 10 * time.Minute
	releaseAfter = 20 * time.Minute
	silenceAfter = 24 * time.Hour
)

// handoff asks for a person.
func (t *turn) handoff(why Reason, topic Key) {
	if t.outcome.Reason != NotUnderstood {
		t.because(why)
	}
	t.c.Mode = WaitingMode
	t.c.Epoch++
	t.c.Misses = 0
	t.c.Question = Question{}
	t.c.Request = Request{Reason: why, Topic: topic, Asked: t.at, Heard: t.c.Turn}
	t.wait(why)
	if why == NotUnderstood || why == SecretSeen {
		t.say(KeyTooHard)
	}
	if t.lib.Staffed {
		t.say(KeyWaiting)
		return
	}
	t.say(KeyWaitingNobody)
}

// wait puts the request before the desk and sets the timers of waiting.
func (t *turn) wait(why Reason) {
	t.do(Alert{Reason: why, Topic: t.c.Request.Topic, Epoch: t.c.Epoch})
	t.schedule(ExpiryTimer, expiryAfter)
	if t.lib.Staffed {
		t.schedule(WaitTimer, stillAfter)
		t.schedule(OfferTimer, offerAfter)
	}
}

func (t *turn) schedule(timer Timer, after time.Duration) {
	t.do(Schedule{Timer: timer, Mark: t.c.Epoch, Delay: Delay{After: after}})
}

// whileWaiting reads words written while a person is awaited: RETOUR returns,
// the rest is kept for the person.
func (t *turn) whileWaiting(text string, command intent.Command) {
	read := t.read(text)
	switch {
	case read.Sure:
		t.pickWaiting(read.Choice)
	case command == intent.Lang:
		t.because(Command)
		t.ask(LanguageQuestion, KeyLanguage)
	case command == intent.Back, t.alone(command):
		t.cancelRequest(KeyCancelled)
		t.resume()
	case command == intent.Menu:
		t.cancelRequest(KeyCancelled)
		t.ask(MenuQuestion, KeyMenu)
	case command == intent.Person:
		t.because(Command)
		t.already()
	case command == intent.Contact:
		t.because(Command)
		t.aside(KeyContact)
	case command == intent.Link:
		t.giveCode()
	case command == intent.Reminders:
		t.because(Command)
		t.listReminders(KeyReminders)
	case !t.lib.Staffed && t.answersLesson(text):
	default:
		t.noted()
	}
}

// pickWaiting takes an answer to what a waiting learner is asked.
func (t *turn) pickWaiting(choice int) {
	t.because(Understood)
	if t.c.Question.Kind != LanguageQuestion {
		t.pick(choice)
		return
	}
	if !t.speak(choice) {
		return
	}
	t.c.Question = Question{}
	t.already()
}

// alone tells whether a command asks for the bot where nobody else answers.
func (t *turn) alone(command intent.Command) bool {
	bot := command == intent.Help || command == intent.Again || command == intent.Where || command == intent.Start
	return bot && !t.lib.Staffed
}

// answersLesson goes on with the lesson when the words are an answer to the
// question left behind, and tells whether they were.
func (t *turn) answersLesson(text string) bool {
	s := t.asked()
	if s == nil || !s.Waits() || t.c.Question.Kind == RestQuestion { // that one was asked elsewhere
		return false
	}
	waiting, left := t.c.Question, Question{Kind: StepQuestion, Revision: t.top().Revision}
	t.c.Question = left
	read := t.discreetly(t.read(text))
	if !read.Sure {
		t.c.Question = waiting
		t.hide = false // they are for the person
		return false
	}
	t.cancelRequest(KeyCancelled)
	t.because(Understood)
	t.c.Question = left
	t.pick(read.Choice)
	return true
}

func (t *turn) already() {
	if t.lib.Staffed {
		t.offering(KeyAlreadyWaiting)
		return
	}
	t.offering(KeyWaitingNobody)
}

// noted keeps words for the person who will read them, and says so.
func (t *turn) noted() {
	t.because(ToPerson)
	t.heardByDesk()
	if t.lib.Staffed {
		t.offering(KeyNoted)
		return
	}
	t.offering(KeyNotedNobody)
}

func (t *turn) heardByDesk() {
	why := ToPerson
	waits := t.c.Mode == WaitingMode && t.c.Request.Reason == CrisisSeen // whoever comes is to know, whatever was written since
	if t.outcome.Reason == CrisisSeen || waits {
		why = CrisisSeen
	}
	t.c.Request.Heard = t.c.Turn
	t.do(Alert{Reason: why, Topic: t.c.Request.Topic, Epoch: t.c.Epoch})
}

// pickOffer takes what a learner who has waited long would rather do.
func (t *turn) pickOffer(choice int) {
	switch choice {
	case 0:
		t.c.Question = Question{}
		t.schedule(OfferTimer, offerAfter)
		t.say(KeyStillWaiting)
	case 1:
		t.cancelRequest(KeyCancelled)
		t.resume()
	default:
		t.cancelRequest(KeyCancelled)
		t.ask(MenuQuestion, KeyMenu)
	}
}

// cancelRequest gives the conversation back to the bot before anybody took it.
func (t *turn) cancelRequest(key Key) {
	t.because(HandoffEnded)
	t.leaveHandoff()
	t.c.Mode = BotMode
	t.c.Epoch++
	t.c.Question = Question{}
	t.say(key)
}

// leaveHandoff closes the request and forgets its timers.
func (t *turn) leaveHandoff() {
	switch t.c.Mode {
	case WaitingMode:
		t.do(Close{Epoch: t.c.Epoch})
		t.cancelWaiting()
	case HumanMode:
		t.do(Close{Epoch: t.c.Epoch})
		t.cancelHuman()
	case BotMode, StoppedMode:
	}
	t.c.Owner, t.c.Request = Aidant{}, Request{}
}

func (t *turn) cancelWaiting() {
	t.cancel(ExpiryTimer)
	if t.lib.Staffed {
		t.cancel(WaitTimer, OfferTimer)
	}
}

func (t *turn) cancelHuman() {
	t.cancel(SilenceTimer)
	if t.c.Request.Unanswered {
		t.cancel(NudgeTimer, ReleaseTimer)
	}
}

// toPerson passes the learner's words to the aidant in charge; the bot is
// silent.
func (t *turn) toPerson() {
	if r := t.outcome.Reason; r != SecretSeen && r != CrisisSeen {
		t.because(ToPerson)
	}
	t.heardByDesk()
	t.schedule(SilenceTimer, silenceAfter)
	if !t.c.Request.Unanswered {
		t.c.Request.Unanswered = true
		t.schedule(NudgeTimer, nudgeAfter)
		t.schedule(ReleaseTimer, releaseAfter)
	}
}
