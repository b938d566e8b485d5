package flows

import (
	"slices"

	"passerelle/flows/intent"
)

// The ladder: not understood once, the answers again; twice, a hint; three
// times, an example; the fourth time, a person.

// miss moves one rung up.
func (t *turn) miss(why Reason) {
	t.because(why)
	t.c.Misses++
	s := t.stepAsked()
	if s != nil {
		t.hide = t.hide || s.Discreet
		t.count(CountFailed)
	}
	switch t.c.Misses {
	case 1:
		t.first(s)
	case 2:
		t.hint(s)
	case 3:
		t.example(s)
	default:
		t.c.Misses = 0
		t.handoff(NotUnderstood, "")
	}
}

// hidden stands for words that are not to be kept.
const hidden = "•••"

// stepAsked is the step that asks, or nil for a question of the program.
func (t *turn) stepAsked() *Step {
	if t.c.Question.Kind != StepQuestion {
		return nil
	}
	return t.asked()
}

// stepDoubted is the step that asks, also while one of its answers is asked
// back.
func (t *turn) stepDoubted() *Step {
	q := t.c.Question
	if q.Kind == StepQuestion || q.Kind == DoubtQuestion && q.Of == StepQuestion {
		return t.asked()
	}
	return nil
}

func (t *turn) first(s *Step) {
	switch {
	case s == nil || s.Ask == intent.NoType:
		t.unclear()
	case s.Refusal:
		t.offering(t.top().Flow.Text(s.ID)+".refusal", t.args(s)...)
	default:
		t.offering(KeyRefused + "." + Key(s.Ask))
	}
}

// unclear offers the answers again. Before a planned pause they were never
// offered: the question is asked first.
func (t *turn) unclear() {
	if t.c.Question.Kind == PauseQuestion {
		t.offering(KeyPlanned)
		return
	}
	t.offering(KeyUnclear)
}

// hint says the next hint of the step, or what can be written anywhere.
func (t *turn) hint(s *Step) {
	if s == nil || s.Hints == 0 {
		t.offering(KeyHint)
		return
	}
	f := t.top()
	n := min(f.Helped+1, s.Hints)
	f.Helped = n
	t.offering(f.Flow.Text(s.ID)+".hint."+digit(n), t.args(s)...)
}

// digit writes a small number without asking for memory.
func digit(n int) Key {
	const digits = "0123456789"
	return Key(digits[n%10 : n%10+1])
}

func (t *turn) example(s *Step) {
	offers := t.offers()
	switch {
	case s != nil && s.Example:
		t.offering(KeyExample, Arg{Name: "example", Key: t.top().Flow.Text(s.ID) + ".example"})
	case len(offers) > 0 && (s == nil || s.Ask == intent.NoType):
		t.offering(KeyExample, Arg{Name: "example", Key: offers[0].Key})
	case s != nil:
		t.offering(KeyRefused + "." + Key(s.Ask))
	default:
		t.unclear()
	}
}

// doubt asks back: did you mean this answer? It counts as not understood.
func (t *turn) doubt(choice int) {
	if t.c.Misses >= 3 || choice >= len(t.meanings()) {
		t.miss(NotUnderstood)
		return
	}
	t.because(AskedBack)
	t.c.Misses++
	t.c.Question.Of, t.c.Question.Kind = t.c.Question.Kind, DoubtQuestion
	t.c.Question.Choice = choice
	t.offering(KeyDoubt, t.doubted())
}

// doubted is the answer a doubt is about.
func (t *turn) doubted() Arg {
	q := t.c.Question
	t.c.Question.Kind = q.Of
	meanings := t.meanings()
	t.c.Question.Kind = q.Kind
	if q.Choice >= len(meanings) {
		return Arg{Name: "choice"}
	}
	return Arg{Name: "choice", Key: meanings[q.Choice].Key}
}

// resume takes the conversation up where it rested: the question is asked
// again, or the menu.
func (t *turn) resume() {
	if t.top() == nil {
		t.askMenu()
		return
	}
	s := t.asked()
	switch {
	case s == nil:
		t.recover()
	case s.Waits():
		t.askStep(s)
	case s.Pause != nil && t.top().planned():
		t.ask(PauseQuestion, KeyPlanned)
	case s.Pause != nil:
		t.goOn()
	default:
		t.back()
	}
}

// recover finds a place for a learner whose step is nowhere any more: the last
// question passed that still exists, else the beginning of the lesson.
func (t *turn) recover() {
	if t.outcome.Reason == "" {
		t.because(Missing)
	}
	t.unplan()
	for f := t.top(); f != nil; f = t.top() {
		for i, v := range slices.Backward(f.Trail) {
			if id := v; t.lib.newest.find(f.Flow, id) != nil {
				f.Trail = f.Trail[:i]
				t.enter(id)
				return
			}
		}
		if flow := t.lib.newest.Flows[f.Flow]; flow != nil {
			f.Trail = nil
			t.enter(flow.Steps[0].ID)
			return
		}
		t.c.Run = t.c.Run[:len(t.c.Run)-1]
	}
	t.lost(Missing, KeyMissing)
}
