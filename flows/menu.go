package flows

import (
	"slices"

	"passerelle/flows/intent"
)

// The menu. A few lessons make one list. More of them are under topics: the
// learner is asked for a topic, then for one of its lessons, a few at a time.
// Words that name any lesson open it from either list.

// A Topic is what some lessons of the menu are about (its name: key
// bot.topic.ID).
type Topic struct {
	ID TopicID
	// Pages are its lessons, as many together as are offered at once.
	Pages [][]FlowID
}

// A line is one thing the menu offers: a lesson, a page of a topic, or what its
// label says.
type line struct {
	label  Key
	lesson FlowID
	topic  TopicID
	page   int
}

// topic returns the topic of that id, or nil.
func (r *Revision) topic(id TopicID) *Topic {
	i := slices.IndexFunc(r.Topics, func(t Topic) bool { return t.ID == id })
	if i < 0 {
		return nil
	}
	return &r.Topics[i]
}

// Offers are the labels of what a revision offers first, to a learner who has
// begun no lesson.
func (r *Revision) Offers() []Key { return keysOf(append(r.lines(), line{label: KeyMenuPerson})) }

// Offers are the labels of a page of the topic.
func (t *Topic) Offers(page int) []Key { return keysOf(t.lines(page)) }

// Onward is the label that goes on with the lesson begun earlier: of a long menu
// it names no lesson, so that an SMS holds it.
func (r *Revision) Onward() Key {
	if len(r.Topics) > 0 {
		return KeyMenuResume
	}
	return KeyMenuContinue
}

// keysOf are the labels of lines.
func keysOf(lines []line) []Key {
	keys := make([]Key, len(lines))
	for i := range lines {
		keys[i] = lines[i].label
	}
	return keys
}

// lessonLines offer these lessons.
func lessonLines(lessons []FlowID) []line {
	lines := make([]line, len(lessons))
	for i, f := range lessons {
		lines[i] = line{label: f.Title(), lesson: f}
	}
	return lines
}

// lines are what a page of a topic offers.
func (t *Topic) lines(page int) []line {
	lines := lessonLines(t.Pages[page])
	if page+1 < len(t.Pages) {
		lines = append(lines, line{label: KeyMenuMore, topic: t.ID, page: page + 1})
	}
	return append(lines, line{label: KeyMenuOther})
}

// lines are what a revision offers first.
func (r *Revision) lines() []line {
	if len(r.Topics) == 0 {
		return lessonLines(r.Menu)
	}
	var lines []line
	if r.First != "" {
		lines = append(lines, line{label: KeyMenuFirst, lesson: r.First})
	}
	for _, topic := range r.Topics {
		lines = append(lines, line{label: topic.ID.Label(), topic: topic.ID})
	}
	return lines
}

// menu is the revision that asked which lesson, as the learner still sees it.
func (t *turn) menu() *Revision {
	if r := t.lib.revision(t.c.Question.Revision); r != nil {
		return r
	}
	return t.lib.newest
}

// page is the page of a topic that the question offers, or nil.
func (t *turn) page() (topic *Topic, page int) {
	q := t.c.Question
	topic = t.menu().topic(q.Topic)
	if topic == nil || q.Page >= len(topic.Pages) {
		return nil, 0
	}
	return topic, q.Page
}

// menuLines are what the question offers.
func (t *turn) menuLines() []line {
	if topic, page := t.page(); topic != nil {
		return topic.lines(page)
	}
	var lines []line
	if len(t.c.Run) > 0 {
		lines = append(lines, line{label: t.menu().Onward()})
	}
	return append(append(lines, t.menu().lines()...), line{label: KeyMenuPerson})
}

// unlisted are the lessons that only words reach.
func (t *turn) unlisted() []line {
	if r := t.menu(); len(r.Topics) > 0 {
		return lessonLines(r.Menu)
	}
	return nil
}

// readMenu reads words against what is offered, and against all lessons. A label
// on the screen comes first, then a word that opens a lesson, then words that
// resemble either.
func (t *turn) readMenu(text string) intent.Reading {
	readers := t.menu().readers(t.language())
	shown, lesson := t.menuReader(readers).Read(text), readers.Lessons.Read(text)
	lesson.Choice += len(t.menuLines())
	asked := t.c.Question.Kind == MenuQuestion
	switch {
	case shown.Reason == intent.ByNumber, shown.Reason == intent.ByOrdinal, shown.Reason == intent.OutOfRange:
		return shown
	case shown.Reason == intent.ExactLabel && asked, !literal(lesson) && literal(shown):
		return shown
	case lesson.Sure, shown.Choice < 0 && lesson.Choice >= len(t.menuLines()):
		return lesson
	}
	return shown
}

// literal tells whether words are a label, or one of the words accepted for it.
func literal(r intent.Reading) bool {
	return r.Reason == intent.ExactLabel || r.Reason == intent.AcceptedWord
}

// menuReader reads what the question offers.
func (t *turn) menuReader(readers *Readers) *intent.Choices {
	topic, page := t.page()
	switch {
	case topic != nil:
		return readers.Topics[topic.ID][page]
	case len(t.c.Run) > 0:
		return readers.MenuOn
	}
	return readers.Menu
}

// pickMenu takes what is at that place of the menu.
func (t *turn) pickMenu(choice int) {
	picked := append(t.menuLines(), t.unlisted()...)[choice]
	switch {
	case picked.lesson != "":
		t.start(picked.lesson)
	case picked.topic != "":
		t.askTopic(picked.topic, picked.page)
	case picked.label == KeyMenuOther:
		t.ask(MenuQuestion, KeyMenu)
	case picked.label == KeyMenuPerson:
		t.handoff(AskedPerson, "")
	default:
		t.say(KeyResume)
		t.resume()
	}
}

// askTopic asks which lesson of a topic, as there are now; where that page is
// gone it asks from the beginning.
func (t *turn) askTopic(id TopicID, page int) {
	topic := t.lib.newest.topic(id)
	if topic == nil || page >= len(topic.Pages) {
		t.ask(MenuQuestion, KeyMenu)
		return
	}
	t.c.Question = Question{Kind: MenuQuestion, Revision: t.lib.newest.ID, Topic: id, Page: page}
	t.offering(KeyMenuLessons)
}

// askMenu asks which lesson again, where the learner was in the menu.
func (t *turn) askMenu() {
	if q := t.c.Question; q.Topic != "" {
		t.askTopic(q.Topic, q.Page)
		return
	}
	t.ask(MenuQuestion, KeyMenu)
}
