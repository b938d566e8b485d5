package flows

import "passerelle/flows/intent"

// questionsLeft counts the questions from here to the end of the outermost
// lesson, the present one included, when all goes well: the first answer is
// given everywhere, and the right one in a quiz. Editors write it first.
func (t *turn) questionsLeft() int {
	questions := 0
	for i := range t.c.Run {
		f := &t.c.Run[i]
		r := t.lib.revision(f.Revision)
		if r == nil {
			r = t.lib.newest
		}
		step := r.find(f.Flow, f.Step)
		if step == nil {
			continue
		}
		from := step.ID
		if i+1 < len(t.c.Run) { // the sub-lesson it plays is counted by itself
			from = step.Next
		}
		questions += r.road(f.Flow, from, MaxDepth)
	}
	return questions
}

// road counts the questions on the good way from a step to the end of its
// lesson, at most so many lessons deep. A way that leads back stops there.
func (r *Revision) road(lesson FlowID, from StepID, depth int) int {
	flow := r.Flows[lesson]
	if flow == nil || depth == 0 {
		return 0
	}
	questions := 0
	passed := make([]bool, len(flow.Steps))
	for {
		i, ok := flow.Index[from]
		if !ok || passed[i] {
			return questions
		}
		passed[i] = true
		step := &flow.Steps[i]
		if step.Waits() {
			questions++
		}
		if sub := r.Flows[step.Lesson]; sub != nil {
			questions += r.road(step.Lesson, sub.Steps[0].ID, depth-1)
		}
		from = step.goodWay()
	}
}

// goodWay is where the first answer of a step leads, or the right one.
func (s *Step) goodWay() StepID {
	switch {
	case s.End != NoEnding || s.Handoff:
		return ""
	case len(s.Branches) > 0:
		return s.Branches[0].To
	case len(s.Choices) == 0 || s.Ask != intent.NoType:
		return s.Next
	}
	for i := range s.Choices {
		if s.Choices[i].Right {
			return s.Choices[i].To
		}
	}
	return s.Choices[0].To
}
