package content

import (
	"slices"
	"strconv"
	"strings"
)

// What a step does besides saying something: at most one thing.

// A kindAt is one of the things a step may do, and where it says so.
type kindAt struct {
	name string
	at   place
}

// kinds lists what a step does, in the order of the file.
func (s *step) kinds() []kindAt {
	var all []kindAt
	if len(s.answers) > 0 {
		all = append(all, kindAt{"answers", s.answers[0].whole.at})
	}
	for _, name := range []string{wAsk, wIf, wLesson, wWait, wPerson, wEnd, wDeadline} {
		if d, ok := s.one(name); ok {
			all = append(all, kindAt{name, d.word.at})
		}
	}
	if d, ok := s.one(wElse); ok && !s.has(wIf) {
		all = append(all, kindAt{wElse, d.word.at})
	}
	slices.SortStableFunc(all, func(a, b kindAt) int { return a.at.line - b.at.line })
	return all
}

// waits tells whether a step rests until the learner answers.
func (s *step) waits() bool { return len(s.answers) > 0 || s.has(wAsk) }

// kind is what a step does. It also complains about all that does not go with
// it.
func (b *builder) kind(s *step) string {
	b.fitting(s)
	b.gotos(s)
	b.arguments(s)
	all := s.kinds()
	if len(all) == 0 {
		return ""
	}
	for _, k := range all[1:] {
		b.add(k.at, cTwoThings, "first", describe(all[0]), "second", describe(k))
	}
	return all[0].name
}

// describe names a thing a step does as the file writes it.
func describe(k kindAt) string {
	if k.name == "answers" {
		return "- …"
	}
	return "@" + k.name
}

// fitting complains about directives that serve nothing in their step.
func (b *builder) fitting(s *step) {
	for _, d := range s.directives {
		switch d.name {
		case wHint, wExample, wReminder, wDiscreet:
			b.require(s.waits(), d, cNoQuestion)
		case wScreen:
			b.require(len(s.answers) > 0, d, cNoQuestion)
		case wKeep:
			b.require(s.waits(), d, cNoQuestion)
			if _, asked := s.one(wAsk); asked && d.name == wKeep {
				b.require(keepName(&step{directives: s.all(wAsk)}).empty(), d, cDirectiveTwice)
			}
		case wRefusal:
			b.require(s.has(wAsk), d, cNoQuestion)
		case wTries:
			b.require(s.quiz(), d, cNoQuiz)
		case wSMS:
			b.require(len(s.lines) > 0, d, cNoText)
		}
	}
	if len(s.lines) == 0 && (s.waits() || len(s.pictures) > 0) {
		b.add(s.title.at, cMute, "step", s.id.text)
	}
}

// require complains about a directive that serves nothing where it stands.
func (b *builder) require(ok bool, d directive, code Code) {
	if !ok {
		b.add(d.word.at, code, "word", d.word.text)
	}
}

// gotos complains about a second "->", and about one that is never followed.
func (b *builder) gotos(s *step) {
	for i, to := range s.gotos {
		switch {
		case i > 0:
			b.add(to.at, cGotoTwice)
		case s.leavesElsewhere():
			b.add(to.at, cGotoEnd)
		case len(s.answers) > 0 && !slices.ContainsFunc(s.answers, func(a *answer) bool { return a.target.empty() }):
			b.add(to.at, cUselessGoto)
		}
	}
}

// leavesElsewhere tells whether a step names where it goes by another line
// than "->", or goes nowhere.
func (s *step) leavesElsewhere() bool {
	wait, _ := s.one(wWait)
	return s.has(wEnd) || s.has(wPerson) || s.has(wIf) || s.has(wElse) || !wait.target.empty()
}

// arguments checks the closed lists of words after directives.
func (b *builder) arguments(s *step) {
	if d, ok := s.one(wEnd); ok {
		if _, known := endings.find(d.argument.text); !known {
			b.add(d.argument.at, cEnding, "value", d.argument.text, "suggestion", endings.nearest(d.argument.text))
		}
	}
	b.deadline(s)
	d, ok := s.one(wAsk)
	if !ok {
		return
	}
	if _, known := types.find(d.argument.text); !known {
		b.add(d.argument.at, cType, "type", d.argument.text, "suggestion", types.nearest(d.argument.text), "known", types.known(""))
	}
	if !d.target.empty() && keepName(&step{directives: []directive{d}}).empty() {
		b.add(d.target.at, cKeepForm, "target", d.target.text)
	}
}

// deadline complains about a deadline that nobody knows.
func (b *builder) deadline(s *step) {
	d, ok := s.one(wDeadline)
	known := deadlineIDs(b.deadlines)
	if id := d.argument.text; ok && !slices.Contains(known, id) {
		b.add(d.argument.at, cDeadline, "value", id, "suggestion", nearest(id, known), "known", strings.Join(known, ", "))
	}
}

// numberOf reads a whole number.
func numberOf(text string) (int, bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil
}
