package flows

// A Counter is a number by which editors learn how a lesson goes. It names
// lessons, steps and places, never a learner.
type Counter struct {
	Flow FlowID
	// Step is empty where the whole lesson is meant.
	Step StepID
	What Counted
	// Territory is the département of the learner, where it matters.
	Territory string
}

// A Counted is what a [Counter] counts.
type Counted string

// What is counted of a question, of an end, and of a lesson long after it.
const (
	CountAsked     Counted = "asked"     // the question was reached
	CountPassed    Counted = "passed"    // an answer led on
	CountFailed    Counted = "failed"    // an answer was wrong, or not understood
	CountDifferent Counted = "different" // the learner's screen is not the one shown
	CountEnded     Counted = "ended"     // the lesson ended at this step
	CountAlone     Counted = "alone"     // later: done again, alone
	CountHelped    Counted = "helped"    // later: done again, with help
	CountNotYet    Counted = "notyet"    // later: not done yet
)

// count adds one to a counter of the step on which the innermost run stands.
func (t *turn) count(what Counted) {
	f := t.top()
	t.counts = append(t.counts, Counter{Flow: f.Flow, Step: f.Step, What: what})
}

// tell makes one effect of all that was counted in the turn.
func (t *turn) tell() {
	if len(t.counts) > 0 {
		t.do(Count{Of: t.counts})
	}
}
