package flows

import "slices"

// top is the innermost run, or nil between lessons.
func (t *turn) top() *Frame {
	if len(t.c.Run) == 0 {
		return nil
	}
	return &t.c.Run[len(t.c.Run)-1]
}

// start begins a lesson; whatever ran before is left.
func (t *turn) start(lesson FlowID) {
	t.because(Began)
	t.leave()
	t.c.Misses = 0
	t.push(lesson)
}

// leave forgets what runs.
func (t *turn) leave() {
	t.unplan()
	t.c.Run = nil
}

// planned tells whether a planned pause is under way, set here or there.
func (f *Frame) planned() bool { return f.Planned || f.PlannedThere }

// unplan forgets the timer of a planned pause, if one runs.
func (t *turn) unplan() {
	f := t.top()
	if f == nil {
		return
	}
	f.PlannedThere = false
	if f.Planned {
		f.Planned = false
		t.cancel(PauseTimer)
	}
}

// push begins a lesson inside the one that runs, or by itself.
func (t *turn) push(lesson FlowID) {
	flow := t.lib.newest.Flows[lesson]
	switch {
	case flow == nil:
		t.lost(Missing, KeyMissing)
	case len(t.c.Run) >= MaxDepth:
		t.lost(Looping, KeyBroken)
	default:
		if around := t.top(); t.lacks(lesson) && (around == nil || !t.lacks(around.Flow)) {
			t.say(KeyFrench)
		}
		t.c.Run = append(t.c.Run, Frame{Flow: lesson, Revision: t.lib.newest.ID})
		t.enter(flow.Steps[0].ID)
	}
}

// enter goes to a step of the innermost run and on from there, step by step,
// until one waits.
func (t *turn) enter(id StepID) {
	for range MaxAuto {
		step := t.place(id)
		if step == nil {
			t.lost(Missing, KeyMissing)
			return
		}
		next, rests := t.play(step)
		if rests {
			return
		}
		id = next
	}
	t.lost(Looping, KeyBroken)
}

// place puts the innermost run on a step: that of the newest revision if it has
// it, else the one the learner already stands in. It returns nil when the step
// is nowhere.
func (t *turn) place(id StepID) *Step {
	f := t.top()
	from := t.lib.newest
	step := from.find(f.Flow, id)
	if step == nil {
		from = t.lib.revision(f.Revision)
		step = from.find(f.Flow, id)
	}
	if step == nil {
		return nil
	}
	f.Step, f.Revision, f.Entered = step.ID, from.ID, t.c.Turn
	f.Tries, f.Helped = 0, 0
	t.unplan()
	t.walk(f.Flow, step.ID, "", "")
	return step
}

// play does what a step says. It returns where to go on, or that the
// conversation rests here.
func (t *turn) play(s *Step) (next StepID, rests bool) {
	t.caution(s)
	if s.Waits() {
		if !t.stays {
			t.count(CountAsked)
		}
		t.askStep(s)
		return "", true
	}
	if t.agreed(s) {
		t.sayStep(s)
	}
	switch {
	case t.says > MaxSays:
		t.lost(Looping, KeyBroken)
		return "", true
	case s.End != NoEnding:
		return t.finish(s.End)
	case s.Lesson != "":
		return t.descend(s.Lesson)
	case s.Pause != nil:
		t.c.Question = Question{Kind: PauseQuestion, Revision: t.top().Revision}
		t.top().Planned = true
		t.do(Schedule{Timer: PauseTimer, Mark: t.c.Turn, Delay: *s.Pause})
		return "", true
	case s.Handoff:
		t.handoff(StepHandoff, t.top().Flow.Text(s.ID)+".topic")
		return "", true
	}
	return t.branch(s), false
}

// caution tells, once in a run of a lesson, that what a step says may have
// changed since somebody looked.
func (t *turn) caution(s *Step) {
	if run := &t.c.Run[0]; !s.Expires.IsZero() && !t.at.Before(s.Expires) && !run.Warned {
		run.Warned = true
		t.say(KeyStepOld)
	}
}

// sayStep says the words of a step that asks nothing.
func (t *turn) sayStep(s *Step) {
	if !s.Text && s.Picture == "" {
		return
	}
	t.says++
	f := t.top()
	t.do(Say{
		Revision: f.Revision, Key: f.Flow.Text(s.ID), Args: t.args(s),
		Flow: f.Flow, Picture: s.Picture,
	})
}

// askStep asks the question of a step, unless the learner has come back to it
// too often: then a person is called.
func (t *turn) askStep(s *Step) {
	if t.roundAgain(s) {
		t.handoff(GoingRound, "")
		return
	}
	t.says++
	t.question(s)
	t.remindLater(s, 0)
}

// question says the words of a step together with the answers it accepts.
func (t *turn) question(s *Step) {
	f := t.top()
	t.c.Question = Question{Kind: StepQuestion, Turn: t.c.Turn, Revision: f.Revision}
	t.do(Say{
		Revision: f.Revision, Key: f.Flow.Text(s.ID), Args: t.args(s),
		Turn: t.c.Turn, Choices: t.stepOffers(), Flow: f.Flow, Picture: s.Picture,
	})
}

// roundAgain counts how often in a row an answer led back to its own question,
// directly or through steps that ask nothing.
func (t *turn) roundAgain(s *Step) bool {
	f := t.top()
	if t.left != s.ID {
		f.Again = 0
		return false
	}
	if n := len(f.Trail); n > 0 && f.Trail[n-1] == s.ID {
		f.Trail = f.Trail[:n-1]
	}
	f.Again++
	if f.Again < MaxAgain {
		return false
	}
	f.Again = 0
	return true
}

// branch is where a step that asks nothing goes.
func (t *turn) branch(s *Step) StepID {
	for i := range s.Branches {
		if b := &s.Branches[i]; b.holds(t.value(b.Name).Value) {
			t.walk(t.top().Flow, s.ID, ".branch.", string(digit(i+1)))
			return b.To
		}
	}
	if len(s.Branches) > 0 {
		t.walk(t.top().Flow, s.ID, ".else", "")
	}
	return s.Next
}

// descend begins a sub-lesson and returns its first step.
func (t *turn) descend(lesson FlowID) (next StepID, rests bool) {
	flow := t.lib.newest.Flows[lesson]
	if flow == nil || len(t.c.Run) >= MaxDepth {
		t.lost(Missing, KeyMissing)
		return "", true
	}
	t.c.Run = append(t.c.Run, Frame{Flow: lesson, Revision: t.lib.newest.ID})
	return flow.Steps[0].ID, false
}

// finish ends the innermost run. A sub-lesson goes on in the lesson that
// called it; otherwise the menu asks what comes next.
func (t *turn) finish(e Ending) (next StepID, rests bool) {
	t.count(CountEnded)
	f := t.top()
	t.progress(Progress{Flow: f.Flow, Ending: e, Points: len(f.Won), At: t.at})
	t.c.Run = t.c.Run[:len(t.c.Run)-1]
	if t.top() == nil {
		t.c.Run = nil
		t.finished(f.Flow, e)
		return "", true
	}
	caller := t.standing()
	if caller == nil {
		t.lost(Missing, KeyMissing)
		return "", true
	}
	t.walk(t.top().Flow, caller.ID, ".after", "")
	return caller.Next, false
}

// standing is the step on which the innermost run stands, wherever it is known.
func (t *turn) standing() *Step {
	f := t.top()
	if s := t.lib.revision(f.Revision).find(f.Flow, f.Step); s != nil {
		return s
	}
	return t.lib.newest.find(f.Flow, f.Step)
}

func (t *turn) progress(p Progress) {
	t.c.Progress = slices.Clone(t.c.Progress)
	for i := range t.c.Progress {
		if t.c.Progress[i].Flow == p.Flow {
			t.c.Progress[i] = p
			return
		}
	}
	if len(t.c.Progress) >= MaxProgress {
		t.c.Progress = t.c.Progress[1:]
	}
	t.c.Progress = append(t.c.Progress, p)
}

// lost leaves a lesson that cannot go on: the learner gets a sentence and the
// menu, the desk is told.
func (t *turn) lost(why Reason, key Key) {
	t.because(why)
	t.do(Alert{Reason: why, Epoch: t.c.Epoch})
	t.leave()
	t.say(key)
	t.ask(MenuQuestion, KeyMenu)
}
