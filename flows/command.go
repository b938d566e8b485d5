package flows

import (
	"strconv"

	"passerelle/flows/intent"
)

// command obeys a word that works in any step. STOP was obeyed before.
func (t *turn) command(c intent.Command) {
	switch c {
	case intent.Help:
		t.help()
	case intent.Again, intent.Start:
		t.resume()
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
	case intent.NoCommand, intent.Stop:
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
	t.offering(KeyHelp)
}

// where says the lesson, and how many questions are left on the shortest way
// to an end: a number of steps would count roads the learner never takes.
func (t *turn) where() {
	if t.top() == nil {
		t.offering(KeyWhereMenu)
		return
	}
	t.offering(KeyWhere,
		Arg{Name: "lesson", Key: t.c.Run[0].Flow.Title()},
		Arg{Name: "count", Value: strconv.Itoa(max(t.questionsLeft(), 1))})
}

// back returns to the question before; from the menu, to the lesson.
func (t *turn) back() {
	f := t.top()
	if f == nil {
		t.ask(MenuQuestion, KeyMenu)
		return
	}
	aside := t.c.Question.Kind != StepQuestion && t.c.Question.Kind != PauseQuestion
	if s := t.asked(); aside && s != nil && s.Waits() {
		t.askStep(s)
		return
	}
	t.unplan()
	for {
		if n := len(f.Trail); n > 0 {
			id := f.Trail[n-1]
			f.Trail = f.Trail[:n-1]
			t.enter(id)
			return
		}
		if len(t.c.Run) == 1 {
			break
		}
		t.c.Run = t.c.Run[:len(t.c.Run)-1]
		f = t.top()
	}
	t.beginning()
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
	t.because(OptedOut)
	t.do(Hush{})
	t.leaveHandoff()
	t.c.Mode = StoppedMode
	t.c.Epoch++
	t.c.Question = Question{Kind: RestQuestion}
	t.c.Misses = 0
	t.unplan()
	t.say(KeyStop)
}

// whileStopped is silent after STOP, until the learner comes back.
func (t *turn) whileStopped(back bool) {
	if !back {
		t.because(Silent)
		return
	}
	t.because(OptedIn)
	t.c.Mode = BotMode
	t.c.Epoch++
	t.say(KeyStart)
	t.resume()
}

// warn answers words that held a secret. They were masked before anything else
// was done with them.
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
	default:
		t.resume()
	}
}
