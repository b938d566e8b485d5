package flows

import (
	"time"

	"passerelle/flows/intent"
)

// Where messages travel slowly, an answer may come days later, or after the
// question it belongs to.

// recallAfter is how long nothing was said to a learner who is told again what
// they are learning.
const recallAfter = 24 * time.Hour

// recall tells a learner who answers a lesson after a day or more which one it
// is. A reminder said since then told them.
func (t *turn) recall() {
	quiet := t.at.Unix()-t.c.Spoken >= int64(recallAfter/time.Second)
	if t.c.Spoken == 0 || !quiet || t.stepDoubted() == nil {
		return
	}
	t.say(KeyRecall, Arg{Name: "lesson", Key: t.c.Run[0].Flow.Title()})
}

// answersBefore tells whether words that have nothing in common with the
// question that waits are surely an answer to the one before it: its label, or
// a word accepted for that. A number fits any question, and tells nothing.
func (t *turn) answersBefore(text string, read intent.Reading) bool {
	s, before := t.asked(), t.stepBefore()
	if before == nil || len(s.Choices) > 0 && read.Reason != intent.NothingFits {
		return false
	}
	if _, fits := t.parse(s, text); s.Ask != intent.NoType && fits {
		return false
	}
	late := before.reader(t.language()).Read(text)
	return late.Sure && (late.Reason == intent.ExactLabel || late.Reason == intent.AcceptedWord)
}

// stepBefore is the last question passed in the innermost run, or nil.
func (t *turn) stepBefore() *Step {
	f := t.top()
	if len(f.Trail) == 0 {
		return nil
	}
	last := f.Trail[len(f.Trail)-1]
	if s := t.lib.revision(f.Revision).find(f.Flow, last); s != nil {
		return s
	}
	return t.lib.newest.find(f.Flow, last)
}
