package content

import (
	"cmp"
	"maps"
	"slices"

	"passerelle/flows"
	"passerelle/flows/intent"
)

// The menu is made from the headers: "thème", "ordre", "niveau", "menu".

// Limits of a list of lessons: by SMS each of its screens is one message.
const (
	maxListed = 5 // lessons of a menu without topics, or of a topic on one page
	pageSize  = 4 // lessons of a page, where a topic has several
)

// placement is the lesson that helps to choose the others.
const placement = "faire-le-point"

// Places of a lesson that names none.
const (
	usualLevel = 5
	usualOrder = 9
)

// rank is the number a header gives under a key, from 1 to 9.
func (l *lesson) rank(key string, usual int) int {
	value, _ := l.get(key)
	if n, ok := numberOf(value.text); ok {
		return n
	}
	return usual
}

// theme is the place of the lesson's theme among all of them.
func (l *lesson) theme() int {
	value, _ := l.get(hTheme)
	name, known := themes.find(value.text)
	if !known {
		name = otherTheme
	}
	return slices.IndexFunc(themes, func(names []string) bool { return names[0] == name })
}

// offered are the lessons that learners choose from, in order: the one that helps
// to choose, then theme by theme.
func (s *shelf) offered() []*lesson {
	var menu []*lesson
	for _, l := range s.lessons {
		value, _ := l.get(hMenu)
		if shown, _ := yesNo.find(value.text); shown != "non" {
			menu = append(menu, l)
		}
	}
	slices.SortStableFunc(menu, func(a, b *lesson) int {
		title := func(l *lesson) string { return fold(l.sentences[string(l.flow.ID.Title())]) }
		return cmp.Or(
			-first(a, b), cmp.Compare(a.theme(), b.theme()),
			cmp.Compare(a.rank(hOrder, usualOrder), b.rank(hOrder, usualOrder)),
			cmp.Compare(a.rank(hLevel, usualLevel), b.rank(hLevel, usualLevel)), cmp.Compare(title(a), title(b)))
	})
	return menu
}

// first is 1 where only a is the lesson that helps to choose, -1 where only b is.
func first(a, b *lesson) int {
	switch placement {
	case a.folder:
		return 1
	case b.folder:
		return -1
	}
	return 0
}

// menu fills in what a revision offers.
func (s *shelf) menu(r *flows.Revision) {
	all := s.offered()
	for _, l := range all {
		r.Menu = append(r.Menu, l.flow.ID)
	}
	if len(all) <= maxListed {
		return
	}
	if all[0].folder == placement {
		r.First = placement
		all = all[1:]
	}
	for i, names := range themes {
		var under []flows.FlowID
		for _, l := range all {
			if l.theme() == i {
				under = append(under, l.flow.ID)
			}
		}
		if len(under) > 0 {
			r.Topics = append(r.Topics, flows.Topic{ID: flows.TopicID(slug(names[0])), Pages: pages(under)})
		}
	}
}

// offering is the edition with that lesson alone in its menu, or with the first one
// that plays it when it is in no menu.
func (e *Edition) offering(f flows.FlowID) *Edition {
	one, revision := *e, *e.revision
	one.revision = &revision
	if !slices.Contains(revision.Menu, f) {
		if i := slices.IndexFunc(revision.Menu, func(other flows.FlowID) bool { return plays(revision.Flows[other], f) }); i >= 0 {
			f = revision.Menu[i]
		}
	}
	revision.Menu = slices.DeleteFunc(slices.Clone(revision.Menu), func(other flows.FlowID) bool { return other != f })
	revision.First, revision.Topics = "", nil
	revision.Readers = maps.Clone(revision.Readers)
	for language, readers := range revision.Readers {
		changed := *readers
		changed.Topics, changed.Lessons = nil, nil
		one.readMenu(language, &changed)
		revision.Readers[language] = &changed
	}
	return &one
}

// plays tells whether a lesson plays another one.
func plays(f *flows.Flow, other flows.FlowID) bool {
	return slices.ContainsFunc(f.Steps, func(s flows.Step) bool { return s.Lesson == other })
}

// pages are lessons as they are offered together.
func pages(lessons []flows.FlowID) [][]flows.FlowID {
	if len(lessons) <= maxListed {
		return [][]flows.FlowID{lessons}
	}
	return slices.Collect(slices.Chunk(lessons, pageSize))
}

// readMenu compiles what the menu understands.
func (e *Edition) readMenu(language flows.Language, readers *flows.Readers) {
	r := e.revision
	lines := e.titles(language, r.Offers())
	readers.Menu = intent.Compile(lines)
	readers.MenuOn = intent.Compile(append(e.labels(language, r.Onward()), lines...))
	if len(r.Topics) == 0 {
		return
	}
	readers.Topics = map[flows.TopicID][]*intent.Choices{}
	for i := range r.Topics {
		topic := &r.Topics[i]
		for page := range topic.Pages {
			choices := intent.Compile(e.titles(language, topic.Offers(page)))
			readers.Topics[topic.ID] = append(readers.Topics[topic.ID], choices)
		}
	}
	titles := make([]flows.Key, len(r.Menu))
	for i, id := range r.Menu {
		titles[i] = id.Title()
	}
	readers.Lessons = intent.Compile(e.titles(language, titles))
}

// titles are labels; the title of a lesson also has the words that open the
// lesson.
func (e *Edition) titles(language flows.Language, keys []flows.Key) []intent.Label {
	all := e.labels(language, keys...)
	for _, id := range e.revision.Menu {
		if i := slices.Index(keys, id.Title()); i >= 0 {
			list, _, _ := e.text(language, flows.Key(id)+".words")
			all[i].Words = append(all[i].Words, commas(list)...)
		}
	}
	return all
}
