package content

import (
	"slices"

	"passerelle/flows"
	"passerelle/flows/intent"
)

// Checks of where steps lead. They are made on the compiled flows, for those
// are what runs: a lesson that passes them cannot strand a learner, turn in
// circles without a question, or talk without an end.

// paths checks the lessons one by one, then how they call each other. A lesson
// whose own lines are wrong is left out: half a map would only mislead.
func (s *shelf) paths() {
	calls := newCalls(s)
	calls.cycles()
	for _, l := range s.lessons {
		if !l.sound() {
			continue
		}
		w := walk{lesson: l, flow: l.flow, calls: calls}
		reached := w.reached()
		w.unreached(reached)
		w.endless(reached)
		if !w.loops() {
			w.calls.solid[l.folder] = true
		}
		w.maybeEmpty(reached)
		w.offline(reached)
	}
	calls.talk()
}

// sound tells whether the steps of a lesson were all understood.
func (l *lesson) sound() bool {
	return len(l.steps) > 0 && !slices.ContainsFunc(l.found, func(p Problem) bool {
		return p.Severity == Error && (p.Code[1] == '1' || p.Code[1] == '2' || p.Code >= cNoElse && p.Code <= cIfForm)
	})
}

// A walk goes through the steps of one lesson.
type walk struct {
	*lesson
	flow  *flows.Flow
	calls *calls
}

// exits are the steps an answer, or the step itself, leads to.
func exits(s *flows.Step) []flows.StepID {
	var to []flows.StepID
	switch {
	case len(s.Choices) > 0 && s.Ask == intent.NoType:
		for _, c := range s.Choices {
			if !c.Added { // it never leads on
				to = append(to, c.To)
			}
		}
	case s.Handoff || s.End != flows.NoEnding:
	default:
		for _, b := range s.Branches {
			to = append(to, b.To)
		}
		to = append(to, s.Next)
	}
	return to
}

// each visits the places of the steps that a step leads to.
func (w *walk) each(i int, visit func(j int)) {
	for _, id := range exits(&w.flow.Steps[i]) {
		if j, known := w.flow.Index[id]; known {
			visit(j)
		}
	}
}

// reached marks the steps that can be reached from the first.
func (w *walk) reached() []bool {
	seen := make([]bool, len(w.flow.Steps))
	queue := []int{0}
	seen[0] = true
	for len(queue) > 0 {
		i := queue[0]
		queue = queue[1:]
		w.each(i, func(j int) {
			if !seen[j] {
				seen[j] = true
				queue = append(queue, j)
			}
		})
	}
	return seen
}

// unreached warns about steps that nothing leads to: their words would be lost in
// silence.
func (w *walk) unreached(reached []bool) {
	for i, s := range w.steps {
		if !reached[i] {
			w.add(s.title.at, cNeverReached, "step", s.id.text)
		}
	}
}

// endless complains about the first step from which no end can be reached: the
// others are usually the same mistake.
func (w *walk) endless(reached []bool) {
	ends := make([]bool, len(w.flow.Steps))
	for changed := true; changed; {
		changed = false
		for i := len(ends) - 1; i >= 0; i-- {
			s := &w.flow.Steps[i]
			good := s.Handoff || s.End != flows.NoEnding
			w.each(i, func(j int) { good = good || ends[j] })
			if good && !ends[i] {
				ends[i], changed = true, true
			}
		}
	}
	for i, s := range w.steps {
		if reached[i] && !ends[i] {
			w.add(s.title.at, cNoEnd, "step", s.id.text)
			return
		}
	}
}

// loops complains about steps that go round without a question. A planned
// pause is no question: it would come back for ever.
func (w *walk) loops() bool {
	const (
		fresh = iota
		open
		done
	)
	state := make([]int, len(w.flow.Steps))
	found := false
	var visit func(i int)
	visit = func(i int) {
		state[i] = open
		if s := &w.flow.Steps[i]; !s.Waits() && (s.Lesson == "" || w.calls.silent(s.Lesson)) {
			w.each(i, func(j int) {
				switch state[j] {
				case fresh:
					visit(j)
				case open:
					found = true
					w.add(w.steps[i].title.at, cLoop, "step", w.steps[i].id.text, "back", w.steps[j].id.text)
				}
			})
		}
		state[i] = done
	}
	for i := range state {
		if state[i] == fresh {
			visit(i)
		}
	}
	return found
}

// maybeEmpty complains about a name that is used where, on some way through
// the lesson, nothing was kept under it yet. The names of the profile may
// always be empty: sentences are made for it.
func (w *walk) maybeEmpty(reached []bool) {
	names := w.runNames()
	before := w.surelyFilled(names)
	for i, s := range w.steps {
		if !reached[i] {
			continue
		}
		after := before[i] | bit(names, w.flow.Steps[i].Keep)
		for _, p := range s.asked() {
			w.emptyIn(p, names, before[i])
		}
		for _, a := range s.answers {
			for _, l := range a.reply {
				w.emptyIn(l.phrase, names, after)
			}
		}
	}
}

// asked are the pieces of text of a step that come before its answer.
func (s *step) asked() []phrase {
	bare := *s
	bare.answers = nil
	return bare.said()
}

// emptyIn warns about the names of one phrase that are not filled for sure.
func (w *walk) emptyIn(p phrase, names []string, filled uint64) {
	for _, n := range bracesIn(p) {
		if b := bit(names, n.text); b != 0 && filled&b == 0 {
			w.add(n.at, cMaybeEmpty, "name", n.text)
		}
	}
}

// surelyFilled finds, for each step, the names filled on every way to it.
func (w *walk) surelyFilled(names []string) []uint64 {
	before := make([]uint64, len(w.flow.Steps))
	for i := range before {
		before[i] = ^uint64(0)
	}
	before[0] = 0
	for changed := true; changed; {
		changed = false
		for i := range before {
			after := before[i] | bit(names, w.flow.Steps[i].Keep)
			w.each(i, func(j int) {
				if merged := before[j] & after; merged != before[j] {
					before[j], changed = merged, true
				}
			})
		}
	}
	return before
}

// bit is the place of a name in a set of names.
func bit(names []string, name string) uint64 {
	if i := slices.Index(names, name); i >= 0 && i < 64 {
		return 1 << i
	}
	return 0
}
