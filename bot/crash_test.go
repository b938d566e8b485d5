package bot

import (
	mathrand "math/rand/v2"
	"sync"
	"testing"
	"time"

	"passerelle/store/storetest"
)

// load is how hard the crash test is: learners, inputs of each, clients at a
// time, and how often something is killed.
type load struct{ learners, texts, clients, kills int }

// crashLoad is small, or with PASSERELLE_LONG=1 that of the acceptance.
func crashLoad() load {
	if storetest.Long() {
		return load{learners: 50, texts: 20, clients: 32, kills: 20}
	}
	return load{learners: 20, texts: 8, clients: 16, kills: 3}
}

// The program, or Redis, or both are killed again and again while many
// learners write; each repeats what was not acknowledged. In the end every
// input was taken once, in order, and every answer was delivered. Only a
// sending interrupted before it was noted is repeated.
//
// One exception is counted: with appendfsync everysec, Redis writes nothing
// while it waits for the disk, and answers all the same. What it took in those
// moments is gone when it is killed, and the program notices.
func TestCrash(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name           string
		appendfsync    string // of Redis; empty: the embedded store
		program, redis bool   // who is killed
	}{
		{"embedded, program", "", true, false},
		{"redis everysec, program", "everysec", true, false},
		{"redis everysec, redis", "everysec", false, true},
		{"redis always, redis", "always", false, true},
		{"redis always, both", "always", true, true},
	}
	for _, tt := range tests {
		if tt.appendfsync == "everysec" && tt.program && !storetest.Long() {
			continue
		}
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var server *storetest.Server
			if tt.appendfsync != "" {
				server = storetest.Redis(t, "appendfsync", tt.appendfsync)
			}
			c := &crash{trial: newTrial(t, server, 1, moodyProvider(t)), load: crashLoad(), program: tt.program, redis: tt.redis}
			c.lossy = tt.redis && tt.appendfsync == "everysec"
			c.play()
		})
	}
}

// moodyProvider takes some milliseconds, and does not always want to.
func moodyProvider(t *testing.T) *provider {
	t.Helper()
	p := newProvider(t, func() time.Duration { return mathrand.N(30 * time.Millisecond) })
	p.moody = true
	return p
}

// A crash is a trial of one program, and what of it is killed.
type crash struct {
	*trial

	load           load
	program, redis bool
}

// play kills while learners write, and counts at the end.
func (c *crash) play() {
	c.t.Helper()
	began := time.Now()
	c.invite(c.load.learners, c.load.texts)
	for i := range c.load.kills {
		c.round(i%5 == 0)
	}
	c.write(c.load.texts-c.load.kills*c.share(), c.load.clients)
	c.delivered()
	c.stop()
	c.judge(c.check(), time.Since(began))
}

// share is how many texts each learner writes around one kill.
func (c *crash) share() int { return c.load.texts / c.load.kills }

// round kills once, in the middle of what learners write.
func (c *crash) round(long bool) {
	c.t.Helper()
	few := int(c.taken.Load()) + c.load.learners/5
	written := make(chan struct{})
	go func() {
		defer close(written)
		c.write(c.share(), c.load.clients)
	}()
	c.took(few)
	if !long {
		time.Sleep(mathrand.N(30 * time.Millisecond)) // a moment like any other
	}
	c.until("messages under way", func() bool { return c.provider.bringing(c.name(c.children[0])) > 1 || closed(written) })
	c.strike(c.kill)
	c.heal(long, written)
	<-written
}

// kill ends whom it concerns by SIGKILL, at once.
func (c *crash) kill() {
	var all sync.WaitGroup
	defer all.Wait()
	if c.program {
		all.Go(c.children[0].kill)
	}
	if c.redis {
		all.Go(c.server.Kill)
	}
}

// longAway is longer than a lease lasts.
const longAway = 8 * time.Second

// heal starts again what was killed. Where the program is there meanwhile, it
// may have to do without Redis until leases ran out and it refused an input.
func (c *crash) heal(long bool, written <-chan struct{}) {
	c.t.Helper()
	if before := c.refused.Load(); c.redis && !c.program && long {
		since := time.Now()
		c.until("an input refused", func() bool {
			return closed(written) || c.refused.Load() > before && time.Since(since) > longAway
		})
	}
	if c.redis {
		time.Sleep(mathrand.N(300 * time.Millisecond))
		c.server.Start()
	}
	c.look()
	if c.program {
		c.children[0].start()
	}
}

// judge bounds what may have been sent twice: what was on its way when the
// program was killed. A program that lives notes all it sent.
func (c *crash) judge(y reckoning, spent time.Duration) {
	c.t.Helper()
	most := 0
	if c.program || c.lossy {
		most = c.load.kills * workers
	}
	c.t.Logf("%d inputs, %d messages, %d kills, %d times refused, %d inputs lost of %d learners, %d messages sent twice (at most %d), %s",
		c.taken.Load(), y.messages, c.load.kills, c.refused.Load(), y.lost, y.back, y.repeats(), most, spent.Round(time.Millisecond))
	if y.repeats() > most || len(y.late) > 0 && !c.lossy {
		c.t.Errorf("%d messages came again, %d of them late; at most %d may, and none late", y.repeats(), len(y.late), most)
	}
	if c.redis && !c.program && c.refused.Load() == 0 {
		c.t.Error("no input was refused while Redis was away")
	}
}

// closed tells whether a channel that nobody sends on is.
func closed(done <-chan struct{}) bool {
	select {
	case <-done:
		return true
	default:
		return false
	}
}
