package content

import (
	"passerelle/flows"
	"passerelle/flows/gsm"
)

// What a lesson costs by SMS. A message costs its segments, and a learner costs
// the messages of the way they take: the steps passed and the replies given.
// Two ways are reckoned, and what lies between is what people do. The short way
// is the cheapest to the aim of the lesson, with the right answer in each quiz.
// The long way is the dearest to any end that never leads back, the answers
// followed in the order of the file. Hints, reminders, words not understood and
// questions asked again come on top. A name in a sentence counts as 20 letters.

// A Counter counts what sentences cost by SMS, in segments.
type Counter struct {
	Edition  *Edition
	Language flows.Language
	// Facts are values any sentence may use, see [Edition.Render].
	Facts []flows.Arg
	// AsWritten says that the gateway sends texts without rewriting them.
	AsWritten bool
}

// A Cost is what a lesson costs.
type Cost struct {
	Lesson flows.FlowID
	Title  string
	Steps  int
	// Charges are those of all messages, in the order of the file, without
	// those of the lessons it plays. The ways hold these, too.
	Charges []Charge
	// Short and Long are nil where no way comes to such an end.
	Short, Long *Way
}

// A Charge is what one message of a lesson costs.
type Charge struct {
	// Step says it; with a Choice it is the reply to that answer.
	Step   flows.StepID
	Choice string
	Size   gsm.Size // as one text
	Way
}

// A Way is what messages cost, one after another.
type Way struct {
	Messages int
	// Sent counts the segments that are sent. Written counts those of the same
	// messages without any care: no text for SMS, nothing rewritten, no picture
	// in words.
	Sent, Written int
}

// and is one way after another.
func (w Way) and(next Way) Way {
	return Way{w.Messages + next.Messages, w.Sent + next.Sent, w.Written + next.Written}
}

// dearer tells whether a way costs more than another, in segments, then in
// messages.
func (w Way) dearer(than Way) bool {
	return w.Sent > than.Sent || w.Sent == than.Sent && w.Messages > than.Messages
}

// Lesson reckons a lesson of the edition, and what it plays.
func (c Counter) Lesson(id flows.FlowID) Cost {
	flow := c.Edition.revision.Flows[id]
	title, _, _ := c.Edition.text(c.Language, id.Title())
	cost := Cost{Lesson: id, Title: title, Steps: len(flow.Steps)}
	for i := range flow.Steps {
		cost.Charges = append(cost.Charges, c.charges(flow, &flow.Steps[i])...)
	}
	cost.Short, cost.Long = c.way(flow, false), c.way(flow, true)
	return cost
}

// charges are those of a step and of its replies.
func (c Counter) charges(flow *flows.Flow, s *flows.Step) []Charge {
	var all []Charge
	if s.Text || s.Picture != "" {
		charge := c.charge(sayStep(flow.ID, s))
		charge.Step = s.ID
		all = append(all, charge)
	}
	for _, choice := range s.Choices {
		if choice.Reply {
			charge := c.charge(sayReply(flow.ID, s, choice.ID))
			charge.Step, charge.Choice = s.ID, choice.ID
			all = append(all, charge)
		}
	}
	return all
}

// Greeting is what a first contact costs: who speaks here, and the menu. Of a menu
// with topics the dearest is opened, to its last page.
func (c Counter) Greeting() Way {
	question := flows.KeyMenu
	if len(c.Edition.revision.Topics) > 0 {
		question = flows.KeyMenuTopics
	}
	return c.charge(flows.Say{Key: flows.KeyWelcome}).and(c.menu(question))
}

// Goodbye is what follows every lesson: the menu again.
func (c Counter) Goodbye() Way { return c.menu(flows.KeyMenuNext) }

// menu is what it costs to choose a lesson.
func (c Counter) menu(question flows.Key) Way {
	way := c.offer(question, c.Edition.revision.Offers())
	var dearest Way
	for _, topic := range c.Edition.revision.Topics {
		var pages Way
		for page := range topic.Pages {
			pages = pages.and(c.offer(flows.KeyMenuLessons, topic.Offers(page)))
		}
		if pages.dearer(dearest) {
			dearest = pages
		}
	}
	return way.and(dearest)
}

// offer is what a question with its answers costs.
func (c Counter) offer(question flows.Key, answers []flows.Key) Way {
	say := flows.Say{Key: question}
	for _, answer := range answers {
		say.Choices = append(say.Choices, flows.Arg{Key: answer})
	}
	return c.charge(say).Way
}

// charge is what one message costs.
func (c Counter) charge(say flows.Say) Charge {
	m := c.Edition.Render(c.Language, say, c.Facts)
	sent := m.SMS()
	sent.AsWritten = c.AsWritten
	written := gsm.Step{Text: m.Text, Choices: sent.Choices, AsWritten: true}
	charge := Charge{Size: gsm.Measure(sent.Whole()), Way: Way{Messages: 1, Written: gsm.Measure(written.Whole()).Segments}}
	for _, text := range sent.Messages() {
		charge.Sent += gsm.Measure(text).Segments
	}
	return charge
}

// way finds the cheapest way to the aim of a lesson, or the dearest to any end.
func (c Counter) way(flow *flows.Flow, dearest bool) *Way {
	s := search{flow: flow, dearest: dearest, found: make([]*Way, len(flow.Steps))}
	for i := range flow.Steps {
		s.legs = append(s.legs, c.leg(flow, &flow.Steps[i], dearest))
	}
	if dearest {
		s.passed = make([]bool, len(flow.Steps))
		return s.ahead(0)
	}
	s.settle()
	return s.found[0]
}

// A leg is what it costs to pass a step: what it says, with the lesson it plays,
// and the replies that lead on.
type leg struct {
	own Way
	// end says that the way may end here.
	end  bool
	ways []onward
}

// An onward is a way on: a reply, if there is one, and the next step.
type onward struct {
	reply Way
	to    flows.StepID
}

// leg reckons one step. None leads on from a call for a person, or from a
// lesson that never comes to the end that is looked for.
func (c Counter) leg(flow *flows.Flow, s *flows.Step, dearest bool) leg {
	l := leg{end: s.End == flows.Succeeded || dearest && s.End != flows.NoEnding}
	replies := map[string]Way{}
	for _, charge := range c.charges(flow, s) {
		if charge.Choice == "" {
			l.own = charge.Way
		} else {
			replies[charge.Choice] = charge.Way
		}
	}
	if s.Lesson != "" {
		inner := c.way(c.Edition.revision.Flows[s.Lesson], dearest)
		if inner == nil {
			return l
		}
		l.own = l.own.and(*inner)
	}
	for i, to := range exits(s) {
		switch {
		case len(s.Choices) == 0:
			l.ways = append(l.ways, onward{Way{}, to})
		case dearest || s.Tries == 0 || s.Choices[i].Right:
			l.ways = append(l.ways, onward{replies[s.Choices[i].ID], to})
		}
	}
	return l
}

// A search looks for the best way from each step of a lesson to its end.
type search struct {
	flow    *flows.Flow
	legs    []leg
	dearest bool
	found   []*Way
	passed  []bool // looking for the dearest: where it was looked
}

// settle finds the cheapest ways: they grow from the ends of the lesson until
// none can be bettered.
func (s *search) settle() {
	for changed := true; changed; {
		changed = false
		for i := len(s.found) - 1; i >= 0; i-- {
			way := s.from(i, func(j int) *Way { return s.found[j] })
			if better := s.best(s.found[i], way); better != s.found[i] {
				s.found[i], changed = better, true
			}
		}
	}
}

// ahead finds the dearest way from a step. A step that the search is just coming
// from has none yet: what leads back to it is no way on.
func (s *search) ahead(i int) *Way {
	if !s.passed[i] {
		s.passed[i] = true
		s.found[i] = s.from(i, s.ahead)
	}
	return s.found[i]
}

// from is the best way from a step on, by what is known of the next ones.
func (s *search) from(i int, known func(j int) *Way) *Way {
	l := s.legs[i]
	if l.end {
		return &l.own
	}
	var best *Way
	for _, on := range l.ways {
		if next := known(s.flow.Index[on.to]); next != nil {
			whole := l.own.and(on.reply).and(*next)
			best = s.best(best, &whole)
		}
	}
	return best
}

// best is the better of two ways, either of which may be none; of two as good,
// the one before.
func (s *search) best(before, after *Way) *Way {
	switch {
	case after == nil:
		return before
	case before == nil, s.dearest && after.dearer(*before), !s.dearest && before.dearer(*after):
		return after
	}
	return before
}
