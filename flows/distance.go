package flows

// far is farther than any lesson is long.
const far = 1 << 20

// questionsLeft counts the questions on the shortest way from here to the aim of the
// outermost lesson, the present one included.
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
		if i+1 < len(t.c.Run) {
			from = step.Next
		}
		questions += r.distance(f.Flow, from, MaxDepth)
	}
	return questions
}

// distance is how many questions lie between a step and the nearest end of its
// lesson, those of sub-lessons included, at most so many lessons deep. An end
// that reaches the aim is looked for first, then any.
func (r *Revision) distance(lesson FlowID, from StepID, depth int) int {
	flow := r.Flows[lesson]
	if flow == nil || flow.Step(from) == nil || depth == 0 {
		return 0
	}
	if d := r.search(search{flow: flow, aim: true, depth: depth})[flow.Index[from]]; d < far {
		return d
	}
	return r.search(search{flow: flow, depth: depth})[flow.Index[from]] % far
}

// A search is for the nearest end of a flow; with aim, for one that succeeds.
type search struct {
	flow  *Flow
	aim   bool
	depth int
	near  []int // the distance of each step, as far as it is known
}

func (r *Revision) search(s search) []int {
	flow := s.flow
	s.near = make([]int, len(flow.Steps))
	for i := range s.near {
		s.near[i] = far
	}
	for changed := true; changed; {
		changed = false
		for i := len(flow.Steps) - 1; i >= 0; i-- {
			if d := r.through(&s, &flow.Steps[i]); d < s.near[i] {
				s.near[i], changed = d, true
			}
		}
	}
	return s.near
}

// through is the distance of one step, when those of the others are known.
func (r *Revision) through(s *search, step *Step) int {
	cost := 0
	if step.Waits() {
		cost = 1
	}
	if sub := r.Flows[step.Lesson]; sub != nil {
		cost += r.distance(step.Lesson, sub.Steps[0].ID, s.depth-1)
	}
	if step.End == Succeeded || !s.aim && (step.End == Stopped || step.Handoff) {
		return cost
	}
	best := s.to(step.Next)
	for i := range step.Choices {
		best = min(best, s.to(step.Choices[i].To))
	}
	for i := range step.Branches {
		best = min(best, s.to(step.Branches[i].To))
	}
	return min(cost+best, far)
}

func (s *search) to(id StepID) int {
	if i, ok := s.flow.Index[id]; ok {
		return s.near[i]
	}
	return far
}
