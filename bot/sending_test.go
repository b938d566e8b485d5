package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"passerelle/flows"
)

// running runs relays until the returned function is called.
func running(t *testing.T, relays ...*Relay) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{}, len(relays))
	for _, r := range relays {
		go func() {
			r.Run(ctx)
			done <- struct{}{}
		}()
	}
	return func() {
		cancel()
		for range relays {
			<-done
		}
	}
}

// A calling channel does something at every sending.
type calling struct {
	*flaky
	call func(flows.Delivery)
}

// Send implements [Channel].
func (c calling) Send(ctx context.Context, d flows.Delivery) error {
	err := c.flaky.Send(ctx, d)
	c.call(d)
	return err
}

// counted tells how often a delivery had that result.
func (k *kit) counted(result string) bool {
	k.t.Helper()
	_, metrics := fetch(k.t, k.adminPages(), "/metrics", "127.0.0.1")
	return strings.Contains(metrics, `passerelle_deliveries_total{channel="flaky",result="`+result+`"}`)
}

// What a process was about to send when it died is sent by another one within
// seconds, in order, and what it had noted is not sent again.
func TestRelayTakesOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k, l := onLine(t)
		k.must(k.say("flaky:1", "a", "bonjour"))
		k.must(k.say("flaky:1", "b", "AIDE"))
		first, _, err := k.store.Next(t.Context(), "flaky:1")
		k.must(err)
		_, err = k.store.Delivered(t.Context(), first) // and then the process dies
		k.must(err)
		died, channel := time.Now(), &flaky{}
		stop := running(t, k.another(l, channel))
		k.settle()
		stop()
		if got := channel.deliveries(); !slices.Equal(got, []string{"flaky:1 1.1", "flaky:1 2.0"}) {
			t.Fatalf("sent %q", got)
		}
		if waited := channel.when[0].Sub(died); waited > 10*time.Second {
			t.Errorf("taken over after %s", waited)
		}
	})
}

// A sending may last longer than a lease: while its process lives, no other
// one sends in its place.
func TestRelayKeepsOthersAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k, l := onLine(t)
		k.flaky.delay = sendTime - time.Millisecond
		if k.flaky.delay < k.store.Lease() {
			t.Fatal("the channel is not slow enough to tell")
		}
		other := &flaky{}
		stop := running(t, k.relay, k.another(l, other))
		k.must(k.say("flaky:1", "a", "bonjour"))
		k.must(k.say("flaky:1", "b", "AIDE"))
		k.settle()
		stop()
		if got := k.flaky.deliveries(); !slices.Equal(got, []string{"flaky:1 1.0", "flaky:1 1.1", "flaky:1 2.0"}) {
			t.Errorf("sent %q", got)
		}
		if got := other.deliveries(); len(got) > 0 {
			t.Errorf("another process sent %q", got)
		}
	})
}

// onceEach fails the test when a message was sent twice, and tells how many were
// sent.
func onceEach(t *testing.T, channels ...*flaky) int {
	t.Helper()
	sent := map[string]int{}
	for _, c := range channels {
		for _, d := range c.deliveries() {
			if sent[d]++; sent[d] > 1 {
				t.Errorf("%s was sent %d times", d, sent[d])
			}
		}
	}
	return len(sent)
}

// Two processes share a line that is too long for the leases of one: whoever
// stood in line for too long leaves it to whoever sweeps first.
func TestRelaySharesTheLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k, l := onLine(t)
		const learners = 3 * workers
		k.flaky.delay = k.store.Lease() - time.Second
		other := &flaky{delay: k.flaky.delay}
		stop := running(t, k.relay, k.another(l, other))
		for i := range learners {
			k.must(k.say(flows.Address(fmt.Sprint("flaky:", i)), "a", "bonjour"))
		}
		k.settle()
		stop()
		if n := onceEach(t, k.flaky, other); n != 2*learners {
			t.Errorf("%d messages were sent", n)
		}
		if strings.Contains(k.log.String(), "took over") {
			t.Error("a sending was begun that the lease did not outlast")
		}
	})
}

// What a process claims anew after it was cut off is its own still: no sending
// under way gives way to it.
func TestRelayGivesWayToOthersOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k, l := onLine(t)
		k.flaky.delay = sendTime - time.Millisecond
		stop := running(t, k.relay)
		time.Sleep(sweepEvery / 2) // neither of them at the same instant
		for i := range workers {
			k.must(k.say(flows.Address(fmt.Sprint("flaky:", i)), "a", "bonjour"))
		}
		time.Sleep(sweepEvery)
		l.cut.Store(true)
		time.Sleep(k.store.Lease())
		l.cut.Store(false)
		k.settle()
		stop()
		if n := onceEach(t, k.flaky); n != 2*workers || len(k.flaky.when) != n || strings.Contains(k.log.String(), "took over") {
			t.Errorf("%d messages were sent in %d attempts:\n%s", n, len(k.flaky.when), k.log)
		}
	})
}

// A process that was cut off while it sent finds that another one took over,
// and gives the sending up.
func TestRelayGivesWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k, l := onLine(t)
		k.flaky.delay = sendTime - time.Millisecond
		other := &flaky{delay: time.Second}
		stop := running(t, k.relay, k.another(l, other))
		k.must(k.say("flaky:1", "a", "bonjour"))
		time.Sleep(time.Second)
		l.cut.Store(true)
		time.Sleep(k.store.Lease() + sweepEvery/2)
		l.cut.Store(false)
		k.settle()
		stop()
		if got := k.flaky.deliveries(); len(got) > 0 {
			t.Errorf("sent after another one took over: %q", got)
		}
		if got := other.deliveries(); !slices.Equal(got, []string{"flaky:1 1.0", "flaky:1 1.1"}) {
			t.Errorf("the other one sent %q", got)
		}
	})
}

// A message that went out while the store was away is noted when it is back,
// and not sent again, although its lease ran out.
func TestRelayNotesLater(t *testing.T) {
	for name, away := range map[string]time.Duration{
		"for a moment":             time.Second,
		"for longer than a lease":  15 * time.Second,
		"for nearly all there is":  noteTime - time.Second,
		"shorter than any attempt": time.Millisecond,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				k, l := onLine(t)
				cut := func(flows.Delivery) {
					l.cut.Store(true)
					time.AfterFunc(away, func() { l.cut.Store(false) })
				}
				k.relay.connect(map[string]Channel{"flaky": calling{k.flaky, cut}})
				stop := running(t, k.relay)
				k.must(k.say("flaky:1", "a", "bonjour"))
				k.settle()
				stop()
				if got := k.flaky.deliveries(); !slices.Equal(got, []string{"flaky:1 1.0", "flaky:1 1.1"}) {
					t.Errorf("sent %q", got)
				}
				if k.counted(resultUnnoted) {
					t.Error("something was counted as not noted")
				}
			})
		})
	}
}

// One that cannot be noted is let go at last: it is counted, told once, and
// sent again.
func TestRelayLetsGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k, l := onLine(t)
		first := true
		k.relay.connect(map[string]Channel{"flaky": calling{k.flaky, func(flows.Delivery) {
			l.cut.Store(first)
			first = false
		}}})
		stop := running(t, k.relay)
		k.must(k.say("flaky:1", "a", "bonjour"))
		time.Sleep(noteTime + storeTime)
		l.cut.Store(false)
		k.settle()
		stop()
		if got := k.flaky.deliveries(); !slices.Equal(got, []string{"flaky:1 1.0", "flaky:1 1.0", "flaky:1 1.1"}) {
			t.Errorf("sent %q", got)
		}
		if !k.counted(resultUnnoted) || strings.Count(k.log.String(), "could not be noted") != 1 {
			t.Errorf("not counted, or not told once:\n%s", k.log)
		}
	})
}

// A stop while the store is away is no reason to stay.
func TestRelayStopsWithoutStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k, l := onLine(t)
		k.relay.connect(map[string]Channel{"flaky": calling{k.flaky, func(flows.Delivery) { l.cut.Store(true) }}})
		stop := running(t, k.relay)
		for _, who := range []flows.Address{"flaky:1", "flaky:2", "flaky:3"} {
			_ = k.say(who, "a", "bonjour") // the store may be away by now
		}
		time.Sleep(sweepEvery)
		began := time.Now()
		stop()
		if waited := time.Since(began); waited > storeTime {
			t.Errorf("stopped after %s", waited)
		}
		if len(k.flaky.deliveries()) == 0 {
			t.Error("nothing was sent")
		}
		l.cut.Store(false)
	})
}

// A lease taken while the last message is being noted is not lost: what the
// next turn says goes out at once.
func TestRelayGoesOnAtOnce(t *testing.T) {
	var r rounds
	now := time.Now()
	old := ticket{"flaky:1", now.Add(time.Second)}
	if !r.begin(old, now) || r.begin(old, now) {
		t.Fatal("two work on one conversation")
	}
	r.noting(old.to)
	if r.end(old.to) || r.join(old, now) {
		t.Fatal("the round goes on for nothing")
	}
	r.begin(old, now)
	next := ticket{"flaky:1", now.Add(time.Minute)}
	if !r.join(next, now) || !r.end(old.to) || !r.until(old.to).Equal(next.until) {
		t.Error("the next lease was lost")
	}
	if void := (ticket{"flaky:1", now}); !r.join(void, now) || r.end(old.to) {
		t.Error("a void ticket was served")
	}
}
