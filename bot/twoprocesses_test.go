package bot

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"passerelle/store/storetest"
)

// slow is how long a provider takes for a message where outboxes are to fill.
const slow = 200 * time.Millisecond

// takeover is how long the messages of a process that died may be left.
const takeover = 15 * time.Second

// newPair is a trial of two processes on one Redis, with a slow provider.
func newPair(t *testing.T, learners, texts int) *trial {
	t.Helper()
	server := storetest.Redis(t)
	tr := newTrial(t, server, 2, newProvider(t, func() time.Duration { return slow }))
	tr.twice = 0.25
	tr.invite(learners, texts)
	return tr
}

// A process is killed while it has much to send: the other one takes that over
// within seconds. The first one comes back, and both go on.
func TestTakeover(t *testing.T) {
	t.Parallel()
	tr := newPair(t, 24, 20)
	dead := tr.children[0]
	tr.busy(dead)
	owed := tr.owedBy(dead)
	tr.strike(dead.kill)
	tr.write(4, 16)
	tr.paid(dead, owed)
	dead.start()
	dead.ready()
	back := time.Now()
	tr.rest()
	tr.until("a message by the process that came back", func() bool { return tr.sentBy(dead, back) })
	tr.delivered()
	tr.stop()
	y := tr.check()
	t.Logf("%d inputs, %d messages, %d sent twice", tr.taken.Load(), y.messages, y.repeats())
	if len(y.again) > workers || len(y.late) > 0 {
		t.Errorf("%d messages came again, %d of them late; at most %d may, and none late", y.repeats(), len(y.late), workers)
	}
}

// Every input comes to two processes at once, and is one turn.
func TestTwiceAtOnce(t *testing.T) {
	t.Parallel()
	tr := newPair(t, 8, 10)
	tr.provider.delay = func() time.Duration { return 0 }
	tr.twice = 1
	tr.write(10, 8)
	tr.delivered()
	repeated := 0
	for _, c := range tr.children {
		n, _ := c.gauge(`passerelle_turns_total{reason="repeated"}`)
		repeated += int(n)
	}
	if inputs := int(tr.taken.Load()); repeated < inputs {
		t.Errorf("%d of %d inputs came twice", repeated, inputs)
	}
	tr.stop()
	if y := tr.check(); y.repeats() > 0 {
		t.Errorf("%d messages came again", y.repeats())
	}
}

// busy has all learners write until a process sends with half its hands.
func (tr *trial) busy(c *child) {
	tr.t.Helper()
	for tr.left() > 8 {
		tr.write(2, 16)
		tr.look() // before lines go
		if tr.provider.bringing(tr.name(c)) >= workers/2 {
			return
		}
	}
	tr.t.Fatal("the process never had enough to send")
}

// rest has all learners write all that is left.
func (tr *trial) rest() {
	tr.t.Helper()
	for tr.left() > 0 {
		tr.look() // before lines go
		tr.write(min(tr.left(), 4), 16)
	}
}

// left is how many texts each learner has still to write.
func (tr *trial) left() int { return len(tr.learners[0].texts) - int(tr.learners[0].taken.Load()) }

// name is what a process calls itself at the provider.
func (tr *trial) name(c *child) string {
	for i, other := range tr.children {
		if other == c {
			return strconv.Itoa(i)
		}
	}
	return ""
}

// sentBy tells whether a process sent anything since then.
func (tr *trial) sentBy(c *child, since time.Time) bool {
	for _, w := range tr.learners {
		for _, p := range tr.provider.given(w.address) {
			if p.By == tr.name(c) && p.taken.After(since) {
				return true
			}
		}
	}
	return false
}

// A debt is what one process had still to send to a learner.
type debt struct {
	to    *writer
	given int    // how much the learner was brought so far
	turn  uint64 // the last turn whose answer is owed
}

// owedBy is what the learners wait for whom a process sends just now: it holds
// their leases.
func (tr *trial) owedBy(c *child) []debt {
	tr.t.Helper()
	var all []debt
	for _, w := range tr.learners {
		taken, given := uint64(w.taken.Load()), tr.provider.given(w.address)
		if len(given) == 0 {
			continue
		}
		if last := given[len(given)-1]; last.By == tr.name(c) && last.answered.IsZero() && last.Turn < taken {
			all = append(all, debt{w, len(given), taken})
		}
	}
	if len(all) == 0 {
		tr.t.Fatal("nothing is owed")
	}
	return all
}

// paid waits until others delivered what a process owed, and something said
// later. It measures from the last blow.
func (tr *trial) paid(by *child, debts []debt) {
	tr.t.Helper()
	debtor, since := tr.name(by), tr.blows[len(tr.blows)-1].began
	var waits []time.Duration
	for _, d := range debts {
		var given []parcel
		tr.until("what was owed", func() bool {
			given = tr.provider.given(d.to.address)
			return given[len(given)-1].Turn > d.turn
		})
		for _, p := range given[d.given:] {
			if p.Turn > d.turn {
				continue
			}
			if p.By == debtor {
				tr.t.Errorf("message %s was sent by the process that is away", p.ID)
			}
			waits = append(waits, p.taken.Sub(since))
		}
	}
	first, last := slices.Min(waits), slices.Max(waits)
	tr.t.Logf("%d messages owed to %d learners came from %s to %s after the blow", len(waits), len(debts),
		first.Round(time.Millisecond), last.Round(time.Millisecond))
	if last > takeover {
		tr.t.Errorf("the last message owed came %s after the blow, want within %s", last, takeover)
	}
}
