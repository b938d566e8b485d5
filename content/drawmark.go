package content

import (
	"slices"

	"passerelle/flows"
	"passerelle/flows/intent"
)

// A mark tells one kind of step from the others: by a sign, by the form of its
// box, by a word (the sentence "draw.kind.KIND"), and by a colour.
type mark struct {
	kind string
	fill string // of its box
	sign string // a path in a square of 14 pixels
	form string // attributes of the outline of its box, each after a blank
}

// marks are all kinds of steps, in the order of the legend.
var marks = []mark{
	{"say", "#f1f5f9", "M1 3H13M1 7H13M1 11H9", ` rx="2"`},
	{"question", "#dbeafe", "M1 7a6 6 0 1 0 12 0a6 6 0 1 0 -12 0M5 5.6a2 2 0 1 1 3 1.6q-1 .5 -1 1.6M7 10.2v.6", ` rx="8"`},
	{"quiz", "#fef9c3", "M7 1l1.8 4 4.2.5 -3.1 2.9 .8 4.3L7 10.6l-3.7 2.1 .8 -4.3L1 5.5 5.2 5z", ` rx="8"`},
	{"ask", "#ffedd5", "M1 3H13V11H1zM4.5 5v4M3.5 5h2M3.5 9h2", ""},
	{"compare", "#ede9fe", "M7 1L13 7 7 13 1 7z", ` stroke-dasharray="2 2"`},
	{"lesson", "#e0e7ff", "M1 1H13V13H1zM4 1V13M10 1V13", ` rx="2" stroke-width="2.5"`},
	{"pause", "#fae8ff", "M3 2h3v10h-3zM8.5 2h3v10h-3z", ` rx="8" stroke-dasharray="7 4"`},
	{"person", "#fee2e2", "M4.5 4a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0M1.5 13q0 -5 5.5 -5t5.5 5z", ` rx="2" stroke-width="4"`},
	{"reached", "#dcfce7", "M1 7a6 6 0 1 0 12 0a6 6 0 1 0 -12 0M4 7.2l2.2 2.3 4 -4.6", ` rx="14" stroke-width="2.5"`},
	{"stopped", "#e7e5e4", "M1 7a6 6 0 1 0 12 0a6 6 0 1 0 -12 0M5 5h4v4h-4z", ` rx="14" stroke-dasharray="7 4"`},
}

// markOf is the mark of a step.
func markOf(s *flows.Step) mark {
	kind := kindOf(s)
	i := slices.IndexFunc(marks, func(m mark) bool { return m.kind == kind })
	return marks[i]
}

// kindOf names what a step does besides saying something.
func kindOf(s *flows.Step) string {
	switch {
	case s.Tries > 0:
		return "quiz"
	case s.Ask != intent.NoType:
		return "ask"
	case len(s.Choices) > 0:
		return "question"
	case len(s.Branches) > 0:
		return "compare"
	case s.Lesson != "":
		return "lesson"
	case s.Pause != nil:
		return "pause"
	case s.Handoff:
		return "person"
	case s.End == flows.Succeeded:
		return "reached"
	case s.End == flows.Stopped:
		return "stopped"
	}
	return "say"
}
