package flows

import (
	"time"

	"passerelle/flows/intent"
)

// A Revision is one published state of all lessons, compiled. It never changes
// once made.
type Revision struct {
	ID RevisionID
	// Languages are those learners may choose, the default one first.
	Languages []Language
	// Flows are all lessons by id.
	Flows map[FlowID]*Flow
	// Menu lists the lessons offered to learners, in order.
	Menu []FlowID
	// Topics sort the lessons of a long menu; a short one has none. First, when
	// set, is the lesson offered before them.
	Topics []Topic
	First  FlowID
	// Readers hold, for each language, what the program itself understands:
	// commands, yes and no, the titles and accepted words of lessons.
	Readers map[Language]*Readers
	// Deadlines are those learners may be reminded of, in the order of the list.
	Deadlines []Deadline
	// Crises knows the words that tell a danger, in all languages at once.
	Crises *intent.Crises
}

// Readers are the compiled words of one language of a revision.
type Readers struct {
	Commands *intent.Commands
	YesNo    *intent.Choices // yes at 0, no at 1
	// Menu understands what the menu offers: the lessons in the order of
	// Revision.Menu, or the first one and the topics, then "talk to a person";
	// MenuOn the same after "go on with the lesson" at 0.
	Menu, MenuOn *intent.Choices
	// Topics understands each page of a topic: its lessons, "more" if there is
	// a next page, "something else".
	Topics map[TopicID][]*intent.Choices
	// Lessons understands all lessons in the order of Revision.Menu, where the
	// menu has topics.
	Lessons *intent.Choices
	// Offer understands what a waiting learner is offered: to wait, to go on
	// alone, to cancel.
	Offer *intent.Choices
	// Reminders understands the lines of [Revision.Lines], then the question a
	// month later, then that this is all; Members, by the name of a line, the
	// deadlines of a group. Later understands the answers of that question.
	Reminders *intent.Choices
	Members   map[string]*intent.Choices
	Later     *intent.Choices
	// Languages understands the name of a language, in the order of
	// Revision.Languages.
	Languages *intent.Choices
}

// A Flow is what a lesson compiles to.
type Flow struct {
	ID FlowID
	// Steps are in the order of the file; a run begins at the first.
	Steps []Step
	// Index finds a step's place in Steps.
	Index map[StepID]int
	// Formerly maps the ids of removed steps to those that replace them.
	Formerly map[StepID]StepID
	// Equipment is what the learner needs at hand, as the lesson declares it.
	Equipment []string
	// Languages are those it has words in; where none is told, it has all.
	Languages []Language
	// Silence are the reminders of every waiting step that has none of its own.
	Silence []Delay
}

// Step returns the step of that id, or nil.
func (f *Flow) Step(id StepID) *Step {
	if f == nil {
		return nil
	}
	i, ok := f.Index[id]
	if !ok {
		return nil
	}
	return &f.Steps[i]
}

// A Step is one screenful of a lesson: something said, then at most one of a
// question, a comparison, a sub-lesson, a pause, a call for a person, an end.
// One that holds none of these goes on to Next by itself.
type Step struct {
	ID StepID
	// Text says whether the step has words of its own (key FLOW.STEP).
	Text bool
	// Picture is the name of a picture file of the lesson, or empty
	// (its description: key FLOW.STEP.picture).
	Picture string
	// Hints counts the hints (keys FLOW.STEP.hint.1 and on).
	Hints int
	// Example and Refusal say whether these sentences exist
	// (keys FLOW.STEP.example, FLOW.STEP.refusal).
	Example, Refusal bool
	// Names are those its sentences use in braces.
	Names []string
	// Discreet hides what the learner wrote here when it was not understood.
	Discreet bool

	// Choices are the answers accepted; Readers reads them in each language.
	Choices []Choice
	Readers map[Language]*intent.Choices
	// Keep, when set, is the name under which the answer is kept, whether
	// chosen (its choice id) or typed.
	Keep string
	// Tries is how often a quiz may be answered; 0 means this is no quiz.
	Tries int
	// Ask is a question answered in the learner's own words.
	Ask intent.Type

	// Branches are comparisons read in order; Next is where none holds.
	Branches []Branch
	// Lesson is a sub-lesson to play; afterwards the run goes on at Next.
	Lesson FlowID
	// Reminders are sent while the question stays open
	// (keys FLOW.STEP.reminder.1 and on; those of Flow.Silence have the key
	// bot.reminder).
	Reminders []Delay
	// Pause, when set, is how long to wait before going on to Next.
	Pause *Delay
	// Handoff calls a person (what it is about: key FLOW.STEP.topic).
	Handoff bool
	// Expires, when set, is when what the step says of the world is to be
	// compared with it again: it may have changed.
	Expires time.Time
	// Deadline, when set, is one the learner agreed to be reminded of.
	Deadline DeadlineID
	// End ends the run.
	End Ending
	// Next is where a step goes by itself, where a typed answer leads, and
	// where a quiz goes when its tries are used up.
	Next StepID
}

// Waits tells whether the run rests at this step until the learner answers.
func (s *Step) Waits() bool { return len(s.Choices) > 0 || s.Ask != intent.NoType }

// A Choice is one answer a step accepts. Its label is the sentence
// FLOW.STEP.choice.ID.
type Choice struct {
	ID string
	To StepID
	// Reply says whether something is said when it is chosen
	// (key FLOW.STEP.choice.ID.reply).
	Reply bool
	// Right marks the right answer of a quiz: one point.
	Right bool
	// Different marks the answer of a learner whose screen is not the one shown.
	// Added says that the program adds it, and answers it: its label is the
	// sentence bot.different.
	Different, Added bool
}

// Label is the key of what the answer is called, at a step of a flow.
func (c *Choice) Label(f FlowID, s StepID) Key {
	if c.Added {
		return KeyDifferent
	}
	return f.Text(s) + ".choice." + Key(c.ID)
}

// DifferentID is the id of the answer that the program adds.
const DifferentID = "different"

// A Branch is one typed comparison. Name is a kept answer, a profile field or
// "points"; Value is a number, or text compared as a whole.
type Branch struct {
	Name  string
	Op    Op
	Value string
	// Number is Value when it is a number; Numeric says so.
	Number  float64
	Numeric bool
	To      StepID
}

// An Op compares.
type Op string

// The comparisons an editor may write.
const (
	Equal          Op = "="
	NotEqual       Op = "!="
	Less           Op = "<"
	Greater        Op = ">"
	LessOrEqual    Op = "<="
	GreaterOrEqual Op = ">="
)

// An Ending is how a run ended.
type Ending string

// The endings of a lesson: it reached its aim, or stopped before.
const (
	NoEnding  Ending = ""
	Succeeded Ending = "succeeded"
	Stopped   Ending = "stopped"
)

// Names kept in the learner's profile, across lessons, instead of in the run.
const (
	FirstNameName = "prénom"
	CommuneName   = "commune"
	LanguageName  = "langue"
	LevelName     = "niveau"     // how at ease the learner is: the id of an answer
	EquipmentName = "équipement" // what the learner has at hand: the id of an answer
	PointsName    = "points"     // read only: the points of the run
)
