package content

import (
	"strconv"
	"strings"

	"passerelle/flows"
	"passerelle/flows/intent"
	"passerelle/locales"
)

// The drawing of a lesson. It is made from the flow that runs and the words
// that are sent, so it cannot show anything else. Its rules:
//
//  1. The steps stand below each other, in the order of the file.
//  2. What leads to the next step goes straight down, what leads further goes
//     on the right, what leads back goes on the left.
//  3. All that leads to one step on one side shares one line.
//  4. No kind of step is told by its colour alone: each has a sign and a word.
//  5. The same lesson gives the same bytes.

// Draw draws a lesson as SVG for its editors, with the words its learners read
// in that language. What is written around them, a legend for one, comes from
// the bundle. With counts, if there are any, it tells what came of each step. It
// is not ok when the edition has no such lesson.
func (e *Edition) Draw(id flows.FlowID, language flows.Language, bundle *locales.Bundle, counts map[flows.Counter]int64) (svg []byte, ok bool) {
	flow := e.revision.Flows[id]
	if flow == nil {
		return nil, false
	}
	s := &sketch{edition: e, flow: flow, language: language, bundle: bundle, counts: counts}
	s.title, _, _ = e.text(language, id.Title())
	s.boxes = make([]card, len(flow.Steps))
	for i := range flow.Steps {
		s.draft(i)
	}
	s.arrange()
	return s.paint(), true
}

// A sketch is a lesson on its way to a drawing.
type sketch struct {
	edition  *Edition
	flow     *flows.Flow
	language flows.Language
	bundle   *locales.Bundle
	counts   map[flows.Counter]int64
	title    string
	boxes    []card // the steps
	roads    []road
	plan
}

// A card is a step in the drawing: its box and what is in it.
type card struct {
	*flows.Step
	mark mark
	note string // what kind of step it is, in words
	text string // what it says, on one line
	// counted tells what came of it, or is empty.
	counted string
	lines   []string
	// rows count the roads that leave it, by side.
	rows      [sides]int
	y, height int
}

// A road leads from a step to another: an answer, a comparison, or the way the
// step goes by itself.
type road struct {
	from, to int
	side     side
	row      int    // among the roads that leave its box on that side
	label    string // when it is taken
	shown    string // what is written where it leaves its box
	choice   string // the id of the answer, if it is one
}

// A side is where a road leaves its box.
type side int

const (
	below side = iota // to the next step
	ahead             // further, on the right
	back              // to the step itself or to one above, on the left
	sides
)

// sideOf is the side on which a road leaves.
func sideOf(from, to int) side {
	switch {
	case to == from+1:
		return below
	case to > from:
		return ahead
	}
	return back
}

// draft makes the box of a step and the roads that leave it.
func (s *sketch) draft(i int) {
	step := &s.flow.Steps[i]
	b := &s.boxes[i]
	*b = card{Step: step, mark: markOf(step)}
	m := s.edition.Render(s.language, s.shown(step), shownAs(factNames))
	b.note = s.note(b)
	b.text = s.wording(step, m.Text)
	b.counted = s.counted(step)
	for j, to := range exits(step) {
		if place, known := s.flow.Index[to]; known {
			r := road{from: i, to: place, side: sideOf(i, place), label: s.label(step, j, m.Choices)}
			if j < len(step.Choices) {
				r.choice = step.Choices[j].ID
			}
			r.row = b.rows[r.side]
			b.rows[r.side]++
			s.roads = append(s.roads, r)
		}
	}
}

// shown is the message of a step, with its names as an editor writes them.
func (s *sketch) shown(step *flows.Step) flows.Say {
	say := sayStep(s.flow.ID, step)
	say.Args = shownAs(step.Names)
	return say
}

// shownAs leaves names in their braces.
func shownAs(names []string) []flows.Arg {
	args := make([]flows.Arg, len(names))
	for i, name := range names {
		args[i] = flows.Arg{Name: name, Value: "{" + name + "}"}
	}
	return args
}

// wording is what a step says on one line: its words, else the lesson it
// plays, else why a person is called.
func (s *sketch) wording(step *flows.Step, text string) string {
	switch {
	case step.Text:
	case step.Lesson != "":
		text, _, _ = s.edition.text(s.language, step.Lesson.Title())
	case step.Handoff:
		text, _, _ = s.edition.text(s.language, s.flow.ID.Text(step.ID)+".topic")
	default:
		return ""
	}
	return onOneLine.Replace(text)
}

// onOneLine takes the lines out of a text, and what makes words bold.
var onOneLine = strings.NewReplacer("**", "", "\n\n", " ", "\n", " ")

// label says when a road is taken: the answer with its number and, in a quiz,
// its box; the comparison; else nothing.
func (s *sketch) label(step *flows.Step, j int, choices []flows.Button) string {
	switch {
	case j < len(step.Choices) && step.Tries > 0 && step.Choices[j].Right:
		return number(j+1) + " [x] " + choices[j].Label
	case j < len(step.Choices) && step.Tries > 0:
		return number(j+1) + " [ ] " + choices[j].Label
	case j < len(step.Choices):
		return number(j+1) + " " + choices[j].Label
	case j < len(step.Branches):
		b := step.Branches[j]
		return b.Name + " " + string(b.Op) + " " + b.Value
	case len(step.Branches) > 0:
		return s.say("else")
	}
	return ""
}

// note says what kind of step a box is, and what belongs to that.
func (s *sketch) note(b *card) string {
	kind := s.say("kind." + b.mark.kind)
	what := ""
	switch {
	case b.Lesson != "":
		what = string(b.Lesson)
	case b.Pause != nil:
		what = s.delay(*b.Pause)
	case b.Ask != intent.NoType:
		what = s.say("type." + string(b.Ask))
	case b.Deadline != "":
		what = string(b.Deadline)
	case b.Tries > 0:
		what = s.say("tries", "count", number(b.Tries))
	}
	if what != "" {
		kind = s.say("note", "kind", kind, "what", what)
	}
	if b.Picture != "" {
		kind = s.say("picture", "kind", kind)
	}
	return kind
}

// delay is a time to come in words.
func (s *sketch) delay(d flows.Delay) string {
	var parts []string
	add := func(id string, n int) {
		if n > 0 {
			parts = append(parts, s.say(id, "count", number(n)))
		}
	}
	if d.Days == 1 && d.Clock > 0 {
		parts = append(parts, s.say("tomorrow"))
	} else {
		add("days", d.Days)
	}
	minutes := int(d.After.Minutes())
	add("hours", minutes/60)
	add("minutes", minutes%60)
	if d.Clock > 0 {
		clock := strconv.Itoa(100 + (d.Clock-1)%60)[1:]
		parts = append(parts, s.say("clock", "hours", number((d.Clock-1)/60), "minutes", clock))
	}
	return strings.Join(parts, " ")
}

// say is a sentence of the drawing itself; args are names and values in turn.
func (s *sketch) say(id string, args ...string) string {
	var filled []locales.Arg
	for i := 0; i+1 < len(args); i += 2 {
		filled = append(filled, locales.Arg{Name: args[i], Value: args[i+1]})
	}
	id = "draw." + id
	text, _, ok := s.bundle.Text(string(s.language), id, filled...)
	if !ok {
		return id
	}
	return strings.TrimSpace(text)
}
