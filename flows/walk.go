package flows

// Walked tells the ways through lessons that a turn takes, in order. A way is a
// key: FLOW.STEP for a step that was entered, with ".choice.ID" for an answer
// chosen, ".typed" for one in the learner's own words, ".tries" when the last
// try of a quiz was wrong, ".branch.1" and on for a comparison that holds,
// ".else" when none does, ".after" when a pause or a sub-lesson is over.
//
// [Library.Advance] takes the same turn without telling them.
func (l *Library) Walked(before Conversation, in Input) []Key {
	t := l.turn(before, in)
	t.watched = true
	t.take(in)
	return t.walked
}

// walk notes a way, if anybody watches.
func (t *turn) walk(f FlowID, s StepID, way, which string) {
	if t.watched {
		t.walked = append(t.walked, f.Text(s)+Key(way+which))
	}
}
