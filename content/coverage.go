package content

import (
	"cmp"
	"strconv"

	"passerelle/flows"
	"passerelle/flows/intent"
)

// Coverage: which ways of a lesson its transcripts take. A way is an answer, a
// comparison that holds, a step that goes on by itself, an end: whatever may
// lead on differently, or say something of its own.

// A Passage is one way through a step of a lesson.
type Passage struct {
	// Key is that of [flows.Library.Walked].
	Key  flows.Key    `json:"way"`
	Step flows.StepID `json:"step"`
	Kind PassageKind  `json:"kind"`
	// Label is the answer, the comparison, or the title of the step.
	Label string `json:"label,omitempty"`
	// File and Line are the place of the step.
	File string `json:"file"`
	Line int    `json:"line"`
}

// A PassageKind says what a way is.
type PassageKind string

// The kinds of way.
const (
	AnswerPassage PassageKind = "answer" // an answer is chosen
	TypedPassage  PassageKind = "typed"  // an answer in the learner's own words
	TriesPassage  PassageKind = "tries"  // the last try of a quiz is wrong
	BranchPassage PassageKind = "if"     // a comparison holds
	ElsePassage   PassageKind = "else"   // none does
	AfterPassage  PassageKind = "after"  // a pause or a sub-lesson is over
	StepPassage   PassageKind = "step"   // a step that asks nothing is said
)

// passages lists the ways through a lesson, in the order of the file.
func (l *lesson) passages() []Passage {
	var all []Passage
	for i := range l.flow.Steps {
		s := &l.flow.Steps[i]
		add := func(kind PassageKind, under, label string) {
			all = append(all, Passage{
				Key: l.flow.ID.Text(s.ID) + flows.Key(under), Step: s.ID, Kind: kind, Label: label,
				File: l.docket.file, Line: l.steps[i].title.at.line,
			})
		}
		l.passagesOf(s, l.steps[i].title.text, add)
	}
	return all
}

// passagesOf adds the ways through a step of that title.
func (l *lesson) passagesOf(s *flows.Step, title string, add func(kind PassageKind, under, label string)) {
	for _, c := range s.Choices {
		if c.Added { // every lesson has it alike
			continue
		}
		key := ".choice." + c.ID
		add(AnswerPassage, key, cmp.Or(plain(l.sentences[string(l.flow.ID.Text(s.ID))+key]), c.ID))
	}
	for i, b := range s.Branches {
		add(BranchPassage, ".branch."+strconv.Itoa(i+1), b.Name+" "+string(b.Op)+" "+b.Value)
	}
	switch {
	case s.Ask != intent.NoType:
		add(TypedPassage, ".typed", title)
	case s.Tries > 1:
		add(TriesPassage, ".tries", title)
	case len(s.Branches) > 0:
		add(ElsePassage, ".else", title)
	case s.Pause != nil, s.Lesson != "":
		add(AfterPassage, ".after", title)
	case len(s.Choices) == 0:
		add(StepPassage, "", title)
	}
}

// gaps are the ways of a lesson that were not taken.
func (l *lesson) gaps(walked map[flows.Key]bool) []Passage {
	var left []Passage
	for _, w := range l.passages() {
		if !walked[w.Key] {
			left = append(left, w)
		}
	}
	return left
}
