//go:build unix

package bot

import (
	"syscall"
	"testing"
	"time"
)

// A process is frozen while it has much to send, for longer than its leases
// last: the other one takes over. When the first wakes it sends nothing again
// but what it had in its hands.
func TestFrozen(t *testing.T) {
	t.Parallel()
	tr := newPair(t, 24, 20)
	tr.patience = time.Second
	frozen := tr.children[0]
	tr.busy(frozen)
	owed := tr.owedBy(frozen)
	tr.strike(func() {
		tr.signal(frozen, syscall.SIGSTOP)
		tr.write(2, 16)
		tr.paid(frozen, owed)
		tr.signal(frozen, syscall.SIGCONT)
	})
	awake := time.Now()
	tr.rest()
	tr.until("a message by the process that woke up", func() bool { return tr.sentBy(frozen, awake) })
	tr.delivered()
	tr.stop()
	y := tr.check()
	t.Logf("%d inputs, %d messages, %d sent twice, %d of them late", tr.taken.Load(), y.messages, y.repeats(), len(y.late))
	if y.repeats() > workers {
		t.Errorf("%d messages came again, at most %d may", y.repeats(), workers)
	}
}

func (tr *trial) signal(c *child, s syscall.Signal) {
	tr.t.Helper()
	if err := c.process.Process.Signal(s); err != nil {
		tr.t.Fatal(err)
	}
}
