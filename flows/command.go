package flows

import (
	"slices"
	"strconv"
	"strings"

	"passerelle/flows/intent"
)

// command obeys a word that works in any step. STOP and DÉLIER were obeyed
// before.
func (t *turn) command(c intent.Command) {
	switch c {
	case intent.Help:
		t.help()
	case intent.Again, intent.Start:
		t.once()
	case intent.Where:
		t.where()
	case intent.Back:
		t.back()
	case intent.Pause:
		t.rest()
	case intent.Menu:
		t.ask(MenuQuestion, KeyMenu)
	case intent.Lang:
		t.ask(LanguageQuestion, KeyLanguage)
	case intent.Person:
		t.handoff(AskedPerson, "")
	case intent.Contact:
		t.aside(KeyContact)
	case intent.Link:
		t.giveCode()
	case intent.Reminders:
		t.listReminders(KeyReminders)
	case intent.NoCommand, intent.Stop, intent.Unlink:
	}
}

// help explains the step: its next hint, and when there is none left, what can
// be written anywhere.
func (t *turn) help() {
	s := t.stepAsked()
	if s != nil && t.top().Helped < s.Hints {
		t.hint(s)
		return
	}
	t.aside(KeyHelp)
}

// aside says something that is no answer to the question, and offers the
// answers again; where they are yes and no, the question itself is asked again.
func (t *turn) aside(key Key, args ...Arg) {
	switch t.c.Question.Kind {
	case PauseQuestion:
		t.say(key, args...)
		t.ask(PauseQuestion, KeyPlanned)
	case DoubtQuestion:
		t.say(key, args...)
		t.offering(KeyDoubt, t.doubted())
	case AgreeQuestion, RepeatQuestion:
		t.say(key, args...)
		t.anew()
	default:
		t.offering(key, args...)
	}
}

// where says the lesson, and how many questions are left on the shortest way
// to an end: a number of steps would count roads the learner never takes.
func (t *turn) where() {
	if t.top() == nil {
		t.aside(KeyWhereMenu)
		return
	}
	t.aside(KeyWhere,
		Arg{Name: "lesson", Key: t.c.Run[0].Flow.Title()},
		Arg{Name: "count", Value: strconv.Itoa(max(t.questionsLeft(), 1))})
}

// back returns to the question before; from the menu, to the lesson.
func (t *turn) back() {
	s := t.asked()
	aside := t.c.Question.Kind != StepQuestion && t.c.Question.Kind != PauseQuestion
	switch {
	case t.top() == nil, t.c.Question.Topic != "":
		t.ask(MenuQuestion, KeyMenu)
	case aside && s != nil && s.Waits():
		t.askStep(s)
	case aside && s != nil && t.top().planned():
		t.ask(PauseQuestion, KeyPlanned)
	default:
		t.before()
	}
}

// before enters the last question passed, also that of a lesson around this
// one.
func (t *turn) before() {
	for i, f := range slices.Backward(t.c.Run) {
		n := len(f.Trail)
		for n > 0 && !t.there(f, f.Trail[n-1]) {
			n-- // an editor took that step away meanwhile
		}
		if n == 0 {
			continue
		}
		t.unplan()
		t.c.Run = t.c.Run[:i+1]
		t.top().Trail = f.Trail[:n-1]
		t.enter(f.Trail[n-1])
		return
	}
	t.beginning()
}

// there tells whether a run can be put on a step.
func (t *turn) there(f Frame, id StepID) bool {
	return t.lib.newest.find(f.Flow, id) != nil || t.lib.revision(f.Revision).find(f.Flow, id) != nil
}

// beginning answers RETOUR where nothing comes before.
func (t *turn) beginning() {
	if s := t.asked(); s != nil && s.Waits() {
		t.say(KeyBackStart)
		t.askStep(s)
		return
	}
	t.leave()
	t.ask(MenuQuestion, KeyMenu)
}

// rest stops the lesson until the learner writes. Nothing is sent meanwhile.
func (t *turn) rest() {
	t.c.Question = Question{Kind: RestQuestion}
	t.unplan()
	t.say(KeyRest)
}

// stop ends all sending, whatever the mode.
func (t *turn) stop() {
	t.optOut()
	t.say(KeyStop)
}

// blocked is STOP of a learner who can be told nothing any more.
func (t *turn) blocked() {
	if t.c.Mode == StoppedMode {
		t.because(Silent)
		return
	}
	t.optOut()
}

func (t *turn) optOut() {
	t.because(OptedOut)
	t.do(Hush{})
	t.leaveHandoff()
	t.c.Mode = StoppedMode
	t.c.Epoch++
	t.c.Question = Question{Kind: RestQuestion}
	t.c.Misses = 0
	t.unplan()
	t.forgetCode()
	t.c.Reminders.forget()
}

// whileStopped is silent after STOP, until the learner comes back.
func (t *turn) whileStopped(back bool) {
	if !back {
		t.because(Silent)
		return
	}
	t.comeBack()
	t.because(OptedIn)
	t.resume()
}

// comesBack tells whether words mean BONJOUR or START, or begin with it: after
// STOP nothing else can be meant.
func (t *turn) comesBack(text string) bool {
	first, _, _ := strings.Cut(text, " ")
	return t.commandIn(text) == intent.Start || t.commandIn(first) == intent.Start
}

// comeBack undoes STOP.
func (t *turn) comeBack() {
	t.c.Mode = BotMode
	t.c.Epoch++
	t.say(KeyStart)
}

// warn answers words that held a secret. They were masked before anything else
// was done with them. It is a rung of the ladder: who is warned again and again
// may have been misunderstood.
func (t *turn) warn() {
	t.because(SecretSeen)
	t.say(KeySecret)
	switch {
	case t.c.Mode == HumanMode:
		t.toPerson()
	case t.c.Mode == WaitingMode:
		t.heardByDesk()
	case t.fresh():
		t.say(KeyWelcome)
		t.ask(MenuQuestion, KeyMenu)
	case t.c.Misses >= 3:
		t.c.Misses = 0
		t.handoff(SecretSeen, "")
	default:
		t.c.Misses++
		t.resume()
	}
}
