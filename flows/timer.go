package flows

import "time"

// remindLater sets the reminder of that place for the question just asked, if
// its step or its lesson has one.
func (t *turn) remindLater(s *Step, place int) {
	f := t.top()
	delays := s.Reminders
	if len(delays) == 0 {
		delays = t.silence(f)
	}
	if place >= len(delays) || place >= reminders {
		return
	}
	t.c.Question.Timed = true
	mark := f.Entered*reminders + uint64(place) //nolint:gosec // never negative
	t.do(Schedule{Timer: ReminderTimer, Mark: mark, Delay: delays[place]})
}

// reminders is the most one question may have; a mark holds the turn in which
// the step was entered and the place of the reminder.
const reminders = 8

func (t *turn) silence(f *Frame) []Delay {
	r := t.lib.revision(f.Revision)
	if r == nil || r.Flows[f.Flow] == nil {
		return nil
	}
	return r.Flows[f.Flow].Silence
}

// elapsed takes a timer that ran out. One that is of another step, or of
// another epoch, says nothing.
func (t *turn) elapsed(in Elapsed) {
	t.because(Stale)
	defer t.open()
	switch in.Timer {
	case ReminderTimer:
		t.remind(in)
	case PauseTimer:
		t.pauseOver(in)
	case WaitTimer, OfferTimer, ExpiryTimer:
		if t.c.Mode == WaitingMode && t.c.Epoch == in.Mark {
			t.waited(in.Timer)
		}
	case DeadlineTimer:
		t.deadlineNear(in)
	case LaterTimer:
		t.askingDue(in)
	case NudgeTimer, ReleaseTimer, SilenceTimer:
		if t.c.Mode == HumanMode && t.c.Epoch == in.Mark {
			t.helped(in.Timer)
		}
	}
}

// open marks the first message of a turn that the learner did not begin.
func (t *turn) open() {
	for i, e := range t.effects {
		if say, ok := e.(Say); ok {
			say.Opens = true
			t.effects[i] = say
			return
		}
	}
}

func (t *turn) remind(in Elapsed) {
	f, s, mark := t.top(), t.stepDoubted(), in.Mark
	if t.c.Mode != BotMode || s == nil || !t.c.Question.Timed || f.Entered != mark/reminders {
		return
	}
	if in.Elsewhere {
		t.c.Question.Timed = false
		return
	}
	t.because(Reminded)
	t.c.Question.Kind = StepQuestion
	place := int(mark % reminders)
	if len(s.Reminders) > 0 {
		t.c.Question = Question{Kind: StepQuestion, Turn: t.c.Turn, Revision: f.Revision}
		t.do(Say{
			Revision: f.Revision, Key: f.Flow.Text(s.ID) + ".reminder." + digit(place+1),
			Args: t.args(s), Turn: t.c.Turn, Choices: t.stepOffers(), Flow: f.Flow, Reminder: true,
		})
	} else {
		t.c.Question.Timed = false
		t.do(Say{
			Revision: t.lib.newest.ID, Key: KeyReminder, Reminder: true,
			Args: []Arg{{Name: "lesson", Key: t.c.Run[0].Flow.Title()}},
		})
	}
	t.remindLater(s, place+1)
}

// pauseOver goes on after a planned pause. While a person helps it waits, here or there; a
// learner who wrote PAUSE since then is left in peace.
func (t *turn) pauseOver(in Elapsed) {
	f := t.top()
	if f == nil || f.Entered != in.Mark || !f.Planned {
		return
	}
	s := t.asked()
	if s != nil && s.Pause == nil {
		return
	}
	if t.c.Mode != BotMode || in.Elsewhere {
		t.do(Schedule{Timer: PauseTimer, Mark: in.Mark, Delay: Delay{After: time.Hour}})
		return
	}
	t.because(Resumed)
	f.Planned = false
	if s == nil { // the lesson changed meanwhile
		t.recover()
		return
	}
	t.goOn()
}

func (t *turn) waited(timer Timer) {
	t.because(Reminded)
	switch timer {
	case WaitTimer:
		t.say(KeyStillWaiting)
	case OfferTimer:
		t.ask(OfferQuestion, KeyOffer)
	default:
		t.cancelRequest(KeyExpired)
		t.ask(MenuQuestion, KeyMenu)
	}
}

func (t *turn) helped(timer Timer) {
	unanswered := t.c.Request.Unanswered
	switch {
	case timer == SilenceTimer:
		t.because(HandoffEnded)
		t.backToBot(KeySilence)
		t.resume()
	case timer == NudgeTimer && unanswered:
		t.because(Unanswered)
		t.do(Alert{Reason: Unanswered, Topic: t.c.Request.Topic, Epoch: t.c.Epoch})
	case timer == ReleaseTimer && unanswered:
		t.because(Unanswered)
		t.release()
	}
}
