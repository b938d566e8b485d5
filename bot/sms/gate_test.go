package sms

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passerelle/bot/sms/smstest"
	"passerelle/flows"
)

// While much comes in, the gate opens soon after the store is back: who knocks
// does not keep it shut, whether we talk to them or not.
func TestGateUnderTraffic(t *testing.T) {
	d := newDesk()
	s, server := open(t, d)
	run(t, s)
	until(t, "an open gate", func() bool { return !s.gate.closed() })
	d.leave(errAway)
	stop := make(chan struct{})
	var all sync.WaitGroup
	for n := range 4 {
		all.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				case <-time.After(20 * time.Millisecond):
					number := fmt.Sprintf("+336399%d%04d", n, i)
					if n == 0 {
						number = fmt.Sprintf("+2126%08d", i)
					}
					server.Say(number, "bonjour")
				}
			}
		})
	}
	until(t, "a shut gate", s.gate.closed)
	d.leave(nil)
	until(t, "an open gate", func() bool { return !s.gate.closed() })
	close(stop)
	all.Wait()
}

// A conversation that cannot take its turn keeps nobody else waiting, neither
// those who write now nor those of a list.
func TestOneInTrouble(t *testing.T) {
	d := newDesk()
	d.trouble = map[flows.Address]error{Channel + ":" + learner: errAway}
	s, server := open(t, d)
	run(t, s)
	server.Say(learner, "un")
	server.Say(other, "un")
	until(t, "the other", func() bool { return len(d.heard()) == 1 })
	server.SetWebhook("http://127.0.0.1:1/sms")
	server.Say(learner, "deux")
	server.Say(other, "deux")
	until(t, "the other's second", func() bool { return len(d.heard()) == 2 })
	if !s.gate.closed() {
		t.Error("the gate is open for the one in trouble")
	}
	d.mu.Lock()
	d.trouble = nil
	d.mu.Unlock()
	until(t, "all", func() bool { return len(d.heard()) == 4 })
	want := []string{other + " un", other + " deux", learner + " un", learner + " deux"}
	if diff := cmp.Diff(want, d.heard()); diff != "" {
		t.Errorf("taken (-want +got):\n%s", diff)
	}
}

// An account that may not list what came in may still send, and what comes in is
// taken.
func TestNoRightToList(t *testing.T) {
	d := newDesk()
	s, server := open(t, d)
	server.Script(smstest.Fault{Listing: true, Times: 100, Code: 403, TwilioCode: 20003})
	run(t, s)
	server.Say(learner, "bonjour")
	if got := d.heard(); len(got) != 1 {
		t.Errorf("taken: %q", got)
	}
	if err := s.Send(t.Context(), deliver("Bonjour")); err != nil {
		t.Errorf("send: %v", err)
	}
}
