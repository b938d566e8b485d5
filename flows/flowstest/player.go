package flowstest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"passerelle/flows"
)

// A Player plays one conversation: it keeps the conversation, a clock of its
// own and the timers that wait, and writes down what is answered. The zero
// value with its three fields set is a fresh learner.
type Player struct {
	// Advance is the engine, usually the method of a [flows.Library].
	Advance func(flows.Conversation, flows.Input) (flows.Conversation, []flows.Effect, flows.Outcome)
	// Render makes words of what is said, in the learner's language; an empty
	// language means that the learner has not chosen.
	Render func(flows.Language, flows.Say) flows.Message
	// Zone is the learner's.
	Zone *time.Location

	conversation flows.Conversation
	now          time.Time
	timers       []flows.Wake // at most one of each kind
	question     flows.Say    // the last message that had buttons
	ended        flows.Ending // of a lesson, in the last action
}

// maxFired is how many timers may run out while time passes once. A lesson
// that sets more of them does not come to rest.
const maxFired = 1000

// Conversation returns the conversation so far.
func (p *Player) Conversation() flows.Conversation { return p.conversation }

// Now returns the time of the player's clock.
func (p *Player) Now() time.Time { return p.now }

// Buttons counts the buttons of the last question.
func (p *Player) Buttons() int { return len(p.question.Choices) }

// Clone returns a player that goes on from here by itself.
func (p *Player) Clone() *Player {
	other := *p
	other.timers = slices.Clone(p.timers)
	return &other
}

// Do plays one line that happens and returns what was answered: each message
// and each alert as a transcript writes it. Any other line plays nothing.
func (p *Player) Do(l Line) ([]string, error) {
	if p.now.IsZero() {
		p.now = time.Date(2026, time.January, 12, 10, 0, 0, 0, p.Zone)
		p.conversation.Address = "phone:demo"
	}
	p.ended = flows.NoEnding
	switch {
	case !l.Happens():
		return nil, nil
	case l.Kind == Waited:
		return p.wait(l.Delay)
	case l.Kind == Tapped && l.Button > len(p.question.Choices):
		return nil, fmt.Errorf("there is no button %d: the last question has %d", l.Button, len(p.question.Choices))
	}
	return p.take(p.input(l)), nil
}

// input makes an input of a line, as it would come in at this moment: an
// aidant sees the conversation as it is.
func (p *Player) input(l Line) flows.Input {
	epoch, owner := p.conversation.Epoch, p.conversation.Owner.ID
	switch l.Kind {
	case Tapped:
		return flows.Tapped{At: p.now, Turn: p.question.Turn, Choice: l.Button - 1}
	case Opened:
		return flows.Opened{At: p.now, Lesson: flows.FlowID(l.Text)}
	case TookOver:
		return flows.TookOver{At: p.now, Aidant: l.Aidant, Epoch: epoch}
	case Wrote:
		return flows.Wrote{At: p.now, Aidant: l.Aidant.ID, Epoch: epoch, Text: l.Text}
	case Transferred:
		return flows.Transferred{At: p.now, Aidant: l.Aidant.ID, Epoch: epoch, To: l.To}
	case Released:
		return flows.Released{At: p.now, Aidant: owner, Epoch: epoch}
	case HandedBack:
		return flows.HandedBack{At: p.now, Aidant: owner, Epoch: epoch, Turn: p.conversation.Turn, Menu: l.Menu}
	default:
		return flows.Said{At: p.now, Text: l.Text}
	}
}

// take plays one input.
func (p *Player) take(in flows.Input) []string {
	after, effects, _ := p.Advance(p.conversation, in)
	if e := ending(p.conversation, after, p.now); e != flows.NoEnding {
		p.ended = e
	}
	p.conversation = after
	var answers []string
	for _, effect := range effects {
		switch e := effect.(type) {
		case flows.Say:
			if len(e.Choices) > 0 {
				p.question = e
			}
			answers = append(answers, Format(p.Render(after.Profile.Language, e)))
		case flows.Alert:
			answers = append(answers, "! "+string(e.Reason))
		case flows.Schedule:
			p.forget(e.Timer)
			p.timers = append(p.timers, flows.Wake{Timer: e.Timer, Mark: e.Mark, Due: e.Delay.From(p.now)})
		case flows.Cancel:
			p.forget(e.Timer)
		case flows.Close, flows.Hush, flows.Count:
			// Nobody reads a list of requests or counters here, and no message waits.
		}
	}
	return answers
}

func (p *Player) forget(timer flows.Timer) {
	p.timers = slices.DeleteFunc(p.timers, func(w flows.Wake) bool { return w.Timer == timer })
}

// wait lets time pass: the timers due run out in order, each at its instant.
func (p *Player) wait(d flows.Delay) ([]string, error) {
	until := d.From(p.now)
	var answers []string
	for range maxFired {
		w, due := p.next(until)
		if !due {
			p.now = until
			return answers, nil
		}
		p.forget(w.Timer)
		p.now = w.Due
		answers = append(answers, p.take(flows.Elapsed{At: w.Due, Timer: w.Timer, Mark: w.Mark})...)
	}
	return nil, errors.New("timers set one another for ever: let less time pass, or look for a loop in the lesson")
}

// next returns the first timer to run out, if that is not after until.
func (p *Player) next(until time.Time) (first flows.Wake, due bool) {
	if len(p.timers) == 0 {
		return flows.Wake{}, false
	}
	first = slices.MinFunc(p.timers, func(a, b flows.Wake) int {
		return cmp.Or(a.Due.Compare(b.Due), strings.Compare(string(a.Timer), string(b.Timer)))
	})
	return first, !first.Due.After(until)
}

// ending tells how a lesson ended between two conversations: the outermost if
// it did, else one inside it.
func ending(before, after flows.Conversation, at time.Time) flows.Ending {
	found := flows.NoEnding
	for _, p := range after.Progress {
		if !p.At.Equal(at) {
			continue
		}
		if len(after.Run) == 0 && len(before.Run) > 0 && before.Run[0].Flow == p.Flow {
			return p.Ending
		}
		if !slices.Contains(before.Progress, p) {
			found = p.Ending
		}
	}
	return found
}

// nothing stands for a state that does not exist.
const nothing = "none"

// state writes what is now of what a line checks: "step", "mode" or "end".
func (p *Player) state(checked string) string {
	what, _, _ := strings.Cut(checked, " ")
	now := nothing
	switch what {
	case "mode":
		now = modeName(p.conversation.Mode)
	case "end":
		now = cmp.Or(string(p.ended), nothing)
	case "step":
		if n := len(p.conversation.Run); n > 0 {
			f := p.conversation.Run[n-1]
			now = string(f.Flow.Text(f.Step))
		}
	}
	return what + " " + now
}

// modeName is what transcripts call a mode.
func modeName(m flows.Mode) string { return cmp.Or(string(m), "bot") }
