package content

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	svg "passerelle/content/picture"
	"passerelle/flows/intent"
)

// A checker looks for what is wrong in a lesson that could be read.
type checker struct {
	*lesson
	// commands are the command words of each language.
	commands map[string]*intent.Commands
	// voice says the sentences of all lessons.
	voice *Edition
	// everyday are the words familiar in every lesson.
	everyday func() vocabulary
}

// lint finishes the shelf: every check of what could break the engine or lose a
// word, and with style those of how it reads, looks and fits an SMS. The
// problems are in order.
func (s *shelf) lint(style bool) []Problem {
	spoken := map[string]*intent.Commands{}
	for _, language := range s.bundle.Languages() {
		spoken[language] = commands(s.bundle, language)
	}
	voice, words := s.voice(), sync.OnceValue(everyday)
	for _, l := range s.lessons {
		if l.garbled {
			continue
		}
		c := checker{lesson: l, commands: spoken, voice: voice, everyday: words}
		c.header()
		for _, step := range l.steps {
			c.step(step)
		}
		c.unused()
		c.translated()
		if style {
			c.style()
			c.aged(s.now)
		}
	}
	if style {
		s.calendar.aged(s.now)
	}
	s.lessonWords()
	s.paths()
	return s.problems()
}

// style checks what no engine stumbles over, and a learner does.
func (c *checker) style() {
	c.reading()
	c.acronyms()
	c.drawn()
	c.bySMS()
	for i, s := range c.steps {
		c.sourced(s)
		c.shows(i, s)
	}
}

// problems gathers what was found, in order.
func (s *shelf) problems() []Problem {
	all := slices.Concat(s.found, s.calendar.found)
	for _, l := range s.lessons {
		all = append(all, l.found...)
		for i := range l.translations {
			all = append(all, l.translations[i].found...)
		}
	}
	return sorted(all)
}

// step checks one step by itself.
func (c *checker) step(s *step) {
	c.answers(s)
	c.pictureOf(s)
	for _, p := range s.said() {
		c.text(p)
	}
	c.reminders(s)
	switch {
	case s.waits() && !s.has(wHint):
		c.add(s.title.at, cNoHint, "step", s.id.text)
	case len(s.lines) == 0 && len(s.kinds()) == 0 && len(s.pictures) == 0:
		c.add(s.title.at, cSaysNothing, "step", s.id.text)
	}
}

// said are the pieces of text of a step that a learner may read as sentences.
func (s *step) said() []phrase {
	var all []phrase
	for _, l := range s.lines {
		all = append(all, l.phrase)
	}
	for _, a := range s.answers {
		for _, l := range a.reply {
			all = append(all, l.phrase)
		}
	}
	for _, d := range s.directives {
		switch d.name {
		case wSMS, wHint, wExample, wRefusal:
			all = append(all, d.argument)
		case wReminder:
			_, taken := readDelay(d.argument.text)
			all = append(all, d.argument.cut(taken, len(d.argument.text)))
		}
	}
	return all
}

// Limits of what a learner can take in.
const (
	maxLabel     = 24 // letters of an answer
	maxAnswers   = 9  // answers of a step: one key each
	goodAnswers  = 5
	maxSentence  = 15 // words
	goodMessages = 4  // messages in a row
)

// answers checks the answers of a step.
func (c *checker) answers(s *step) {
	for i, a := range s.answers {
		if !bare(a.label.text) {
			c.add(a.label.at, cLabelName)
		} else {
			c.short(a.label)
		}
		switch i {
		case maxAnswers:
			c.add(a.whole.at, cTooManyAnswers, "count", number(len(s.answers)), "most", number(maxAnswers))
		case goodAnswers:
			if len(s.answers) <= maxAnswers {
				c.add(a.whole.at, cManyAnswers, "count", number(len(s.answers)), "most", number(goodAnswers))
			}
		}
	}
	c.distinct(s)
	c.orders(s)
	c.places(s)
	if s.quiz() {
		c.quiz(s)
	}
}

// short warns about words that are too long for a button.
func (c *checker) short(label phrase) {
	if n := utf8.RuneCountInString(label.text); n > maxLabel {
		c.add(label.at, cLongLabel, "label", label.text, "length", number(n), "most", number(maxLabel))
	}
}

// bare tells whether a text is plain words: no name to fill in, nothing bold,
// no link. Buttons and descriptions can show nothing else.
func bare(text string) bool {
	return !strings.ContainsAny(text, "{}") && !strings.Contains(text, "**") && !strings.Contains(text, "](")
}

// distinct complains about answers that cannot be told apart.
func (c *checker) distinct(s *step) {
	type owner struct {
		answer *answer
		at     place
	}
	labels, ids := map[string]owner{}, map[string]owner{}
	for _, a := range s.answers {
		folded := intent.Fold(a.label.text)
		first, twice := labels[folded]
		if !twice {
			first, twice = ids[a.id.text]
		}
		if twice && !a.label.empty() && !a.id.empty() {
			c.add(a.label.at, cAnswerTwice, "label", a.label.text, "line", number(first.at.line))
			continue
		}
		labels[folded], ids[a.id.text] = owner{a, a.label.at}, owner{a, a.label.at}
	}
	for _, a := range s.answers {
		for _, w := range a.words {
			folded := intent.Fold(w.text)
			first, taken := labels[folded]
			if taken && first.answer != a {
				c.add(w.at, cSameWord, "word", w.text, "line", number(first.at.line))
			}
			if !taken {
				labels[folded] = owner{a, w.at}
			}
		}
	}
}

// orders complains about answers that are commands: STOP would win over them,
// and the others would lose their meaning here.
func (c *checker) orders(s *step) {
	for _, a := range s.answers {
		for _, w := range slices.Concat([]phrase{a.label}, a.words) {
			if command := c.commands["fr"].Read(w.text); command != intent.NoCommand {
				c.add(w.at, cLabelCommand, "label", w.text)
			}
		}
	}
}

// places complains about answers that are a number, a rank or a letter of
// another answer: whoever writes "1" means the first one.
func (c *checker) places(s *step) {
	for i, a := range s.answers {
		for _, w := range slices.Concat([]phrase{a.label}, a.words) {
			if saysOtherPlace(w.text, i, len(s.answers)) {
				c.add(w.at, cLabelPlace, "label", w.text, "number", number(i+1))
			}
		}
	}
}

// saysOtherPlace tells whether a text says a place that is not its own.
func saysOtherPlace(text string, i, count int) bool {
	n := intent.Place(text, count)
	return n != 0 && n != i+1
}

// quiz checks a question with a right answer.
func (c *checker) quiz(s *step) {
	right := false
	for _, a := range s.answers {
		switch a.box {
		case noBox:
			c.add(a.whole.at, cHalfQuiz)
			return
		case rightBox:
			right = true
		case wrongBox:
			if len(a.reply) == 0 {
				c.add(a.label.at, cNoExplanation, "label", a.label.text)
			}
		}
	}
	if !right {
		c.add(s.answers[0].whole.at, cNoRight)
	}
}

// pictureOf checks that a step's picture is there.
func (c *checker) pictureOf(s *step) {
	for _, p := range s.pictures {
		_, there := c.pictures[p.name.text]
		if !bare(p.alt.text) {
			c.add(p.alt.at, cLabelName)
		}
		switch {
		case !strings.HasSuffix(p.name.text, ".svg"):
			c.add(p.name.at, cNotSVG, "file", p.name.text)
		case !there:
			c.add(p.name.at, cNoFile, "file", p.name.text, "suggestion", nearest(p.name.text, sortedKeys(c.pictures)))
		}
	}
}

// unused complains about pictures that no step shows.
func (c *checker) unused() {
	shown := map[string]bool{}
	for _, s := range c.steps {
		for _, p := range s.pictures {
			shown[p.name.text] = true
		}
	}
	for _, name := range sortedKeys(c.pictures) {
		if !shown[name] {
			d := docket{file: c.folder + "/" + name}
			d.add(place{}, cUnusedFile, "file", name)
			c.found = append(c.found, d.found...)
		}
	}
}

// drawn warns about pictures that a chat could not show, for it takes no SVG.
func (c *checker) drawn() {
	for _, name := range sortedKeys(c.pictures) {
		data := c.pictures[name]
		fault := new(svg.Fault)
		if !isPicture(data) || !errors.As(svg.Check(data), &fault) {
			continue
		}
		d := docket{file: c.folder + "/" + name, lines: strings.Split(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n")}
		at := place{line: fault.Line, column: fault.Column, length: 1}
		if fault.Line >= 1 && fault.Line <= len(d.lines) {
			line := d.lines[fault.Line-1]
			at.column = utf8.RuneCountInString(line[:min(fault.Column-1, len(line))]) + 1
		}
		d.add(at, cNotDrawn, "what", fault.What)
		c.found = append(c.found, d.found...)
	}
}
