package content

import (
	"slices"

	"passerelle/flows"
	"passerelle/flows/intent"
)

// calls is how lessons play each other, and how much they say in one go.
type calls struct {
	shelf *shelf
	// depth is how many lessons deep each goes; a lesson in a circle has none.
	depth map[string]int
	// solid are the lessons whose steps lead somewhere and never turn in
	// circles: only these can be measured.
	solid map[string]bool
	quiet map[flows.FlowID]bool
	spans map[flows.FlowID][]span
}

// newCalls prepares to follow the lessons of a shelf; nothing is measured yet.
func newCalls(s *shelf) *calls {
	return &calls{
		shelf: s, depth: map[string]int{}, solid: map[string]bool{},
		quiet: map[flows.FlowID]bool{}, spans: map[flows.FlowID][]span{},
	}
}

// cycles complains about lessons that play themselves, and about lessons too
// deep inside each other.
func (c *calls) cycles() {
	for _, l := range c.shelf.lessons {
		c.measure(l, nil)
	}
}

// measure finds how deep a lesson goes; above are the lessons that play it.
func (c *calls) measure(l *lesson, above []string) int {
	if d, done := c.depth[l.folder]; done {
		return d
	}
	above = append(above, l.folder)
	depth := 1
	for _, s := range l.steps {
		for _, d := range s.all(wLesson) {
			depth = max(depth, 1+c.call(l, d.argument, above))
		}
	}
	c.depth[l.folder] = depth
	return depth
}

// call follows one "@leçon".
func (c *calls) call(from *lesson, to phrase, above []string) int {
	called := c.shelf.byID[to.text]
	if called == nil {
		return 0
	}
	if slices.Contains(above, to.text) {
		from.add(to.at, cLessonCycle, "lesson", to.text)
		return 0
	}
	depth := c.measure(called, above)
	if depth == flows.MaxDepth {
		from.add(to.at, cLessonDepth, "lesson", to.text, "most", number(flows.MaxDepth))
	}
	return depth
}

// silent tells whether a lesson may come to its end without a question.
func (c *calls) silent(id flows.FlowID) bool {
	if known, done := c.quiet[id]; done {
		return known
	}
	c.quiet[id] = true // for a lesson in a circle, which is an error anyway
	l := c.shelf.byID[string(id)]
	c.quiet[id] = l != nil && l.sound() && c.passes(l, map[flows.StepID]bool{}, l.flow.Steps[0].ID)
	return c.quiet[id]
}

// passes tells whether an end can be reached from a step without a question.
func (c *calls) passes(l *lesson, seen map[flows.StepID]bool, id flows.StepID) bool {
	s := l.flow.Step(id)
	if s == nil || seen[id] || s.Waits() || s.Lesson != "" && !c.silent(s.Lesson) {
		return false
	}
	seen[id] = true
	if s.End != flows.NoEnding {
		return true
	}
	for _, to := range exits(s) {
		if c.passes(l, seen, to) {
			return true
		}
	}
	return false
}

// A span is how much happens at most from a step on before the learner has a
// say: until a rest, and on the ways that come to the end of the lesson.
type span struct {
	rest, end amount
	ends      bool
	done      bool
}

// An amount counts the messages said and the steps taken.
type amount struct{ says, steps int }

// plus is one amount after another.
func (a amount) plus(b amount) amount { return amount{a.says + b.says, a.steps + b.steps} }

// most is the greater of each: the two need not be of one way, which errs on the
// side of saying less.
func (a amount) most(b amount) amount { return amount{max(a.says, b.says), max(a.steps, b.steps)} }

// talk complains where too much is said in one go. It waits until nothing else
// is wrong with the ways through the lessons.
func (c *calls) talk() {
	for _, l := range c.shelf.lessons {
		if !c.solid[l.folder] || HasErrors(l.found) {
			return
		}
	}
	for _, l := range c.shelf.lessons {
		for i := range l.flow.Steps {
			c.span(l, i)
		}
	}
	after := c.afterwards()
	for _, l := range c.shelf.lessons {
		c.listen(l, after[l.flow.ID])
	}
}

// listen measures every stretch of a lesson that begins with the learner: at
// its first step and after each answer.
func (c *calls) listen(l *lesson, after amount) {
	c.judge(l, l.steps[0].title.at, amount{}, l.flow.Steps[0].ID, after)
	for i := range l.flow.Steps {
		s := &l.flow.Steps[i]
		switch {
		case s.Pause != nil, s.Ask != intent.NoType:
			c.judge(l, l.steps[i].title.at, amount{}, s.Next, after)
		}
		for j, answer := range l.steps[i].answers {
			choice := s.Choices[j]
			reply := amount{}
			if choice.Reply {
				reply.says = 1
			}
			c.judge(l, answer.whole.at, reply, choice.To, after)
		}
	}
}

// judge complains about one stretch.
func (c *calls) judge(l *lesson, at place, before amount, to flows.StepID, after amount) {
	s := c.span(l, l.flow.Index[to])
	total := s.rest
	if s.ends {
		total = total.most(s.end.plus(after))
	}
	total = total.plus(before)
	switch {
	case total.says > flows.MaxSays || total.steps >= flows.MaxAuto:
		l.add(at, cTalksTooLong, "count", number(max(total.says, total.steps)), "most", number(flows.MaxSays))
	case total.says > goodMessages:
		l.add(at, cTalksLong, "count", number(total.says), "most", number(goodMessages))
	}
}

// span measures a step. There are no circles without a question, so it ends.
func (c *calls) span(l *lesson, i int) span {
	id := l.flow.ID
	if c.spans[id] == nil {
		c.spans[id] = make([]span, len(l.flow.Steps))
	}
	if known := c.spans[id][i]; known.done {
		return known
	}
	found := c.spanOf(l, &l.flow.Steps[i])
	found.done = true
	c.spans[id][i] = found
	return found
}

// spanOf measures a step that was not measured yet. What waits, pauses or calls a
// person is a rest; an end may be followed by what the caller says.
func (c *calls) spanOf(l *lesson, s *flows.Step) span {
	own := amount{steps: 1}
	if s.Text || s.Picture != "" {
		own.says = 1
	}
	switch {
	case s.Waits(), s.Pause != nil, s.Handoff:
		return span{rest: own}
	case s.End != flows.NoEnding:
		return span{rest: own, end: own, ends: true}
	case s.Lesson != "":
		return c.spanOfCall(l, s, own)
	}
	out := span{rest: own}
	for _, to := range exits(s) {
		next := c.span(l, l.flow.Index[to])
		out.join(own, next)
	}
	return out
}

// spanOfCall measures a step that plays another lesson.
func (c *calls) spanOfCall(l *lesson, s *flows.Step, own amount) span {
	inner := c.span(c.shelf.byID[string(s.Lesson)], 0)
	out := span{rest: own.plus(inner.rest)}
	if inner.ends {
		out.join(own.plus(inner.end), c.span(l, l.flow.Index[s.Next]))
	}
	return out
}

// join adds a way on: what was done so far, then a span.
func (s *span) join(before amount, next span) {
	s.rest = s.rest.most(before.plus(next.rest))
	if next.ends {
		s.ends = true
		s.end = s.end.most(before.plus(next.end))
	}
}

// afterwards is, for each lesson, how much may follow its end in the lessons
// that play it. Callers are measured before those they call.
func (c *calls) afterwards() map[flows.FlowID]amount {
	after := map[flows.FlowID]amount{}
	for range flows.MaxDepth {
		for _, l := range c.shelf.lessons {
			for i := range l.flow.Steps {
				s := &l.flow.Steps[i]
				if s.Lesson == "" {
					continue
				}
				next := c.span(l, l.flow.Index[s.Next])
				follows := next.rest
				if next.ends {
					follows = follows.most(next.end.plus(after[l.flow.ID]))
				}
				after[s.Lesson] = after[s.Lesson].most(follows)
			}
		}
	}
	return after
}
