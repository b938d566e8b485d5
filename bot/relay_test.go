package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"passerelle/flows"
)

// tried counts the attempts.
func (f *flaky) tried() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.when)
}

// never is a channel's last word; later asks to be left alone.
func never() error { return &flows.Refusal{Reason: "no such number", Never: true} }

func later(d time.Duration) error { return &flows.Refusal{Reason: "slow down", After: d} }

// fails is the same error several times.
func fails(n int, err error) []error { return slices.Repeat([]error{err}, n) }

// Trouble delays messages; it neither loses, nor repeats, nor reorders them.
func TestRelay(t *testing.T) {
	tests := []struct {
		name  string
		fails []error
		// sent are the deliveries of two turns of two messages and one.
		sent []string
		dead int64
		// most is how long it may take, and least how long it must.
		least, most time.Duration
	}{
		{"no trouble", nil, []string{"1.0", "1.1", "2.0"}, 0, 0, time.Second},
		{"once", fails(1, errFlaky), []string{"1.0", "1.1", "2.0"}, 0, time.Second, 5 * time.Second},
		{"in the middle", []error{nil, errFlaky, errFlaky}, []string{"1.0", "1.1", "2.0"}, 0, 2 * time.Second, 15 * time.Second},
		{"for long", fails(maxAttempts-1, errFlaky), []string{"1.0", "1.1", "2.0"}, 0, time.Hour, 24 * time.Hour},
		{"for too long", fails(maxAttempts, errFlaky), []string{"1.1", "2.0"}, 1, time.Hour, 24 * time.Hour},
		{"never", []error{never()}, []string{"1.1", "2.0"}, 1, 0, time.Second},
		{"asked to wait", fails(40, later(time.Minute)), []string{"1.0", "1.1", "2.0"}, 0, 40 * time.Minute, 42 * time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				k := newKit(t)
				k.flaky.fails = tt.fails
				began := time.Now()
				k.relayed(func() {
					k.must(k.say("flaky:1", "a", "bonjour"))
					k.must(k.say("flaky:1", "b", "AIDE"))
				})
				spent := time.Since(began)
				var want []string
				for _, id := range tt.sent {
					want = append(want, "flaky:1 "+id)
				}
				if got := k.flaky.deliveries(); !slices.Equal(got, want) {
					t.Errorf("sent %q, want %q", got, want)
				}
				if spent < tt.least || spent > tt.most {
					t.Errorf("took %s, want %s to %s", spent, tt.least, tt.most)
				}
				s, err := k.store.Stats(t.Context())
				k.must(err)
				if s.Dead != tt.dead {
					t.Errorf("%d dead letters, want %d", s.Dead, tt.dead)
				}
			})
		})
	}
}

// A learner who goes on writing while the channel is out of order does not use
// up the attempts: all is there when the channel is.
func TestRelayOutageWhileLearnerWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t)
		k.flaky.fails = fails(1_000_000, errFlaky)
		k.relayed(func() {
			for i := range 60 {
				k.must(k.say("flaky:1", fmt.Sprint("a", i), "AIDE"))
				time.Sleep(time.Minute)
			}
			if tried := k.flaky.tried(); tried > 15 {
				t.Errorf("%d attempts in an hour: the pauses are not kept", tried)
			}
			k.flaky.mu.Lock()
			defer k.flaky.mu.Unlock()
			k.flaky.fails = nil
		})
		s, err := k.store.Stats(t.Context())
		k.must(err)
		if sent := k.flaky.deliveries(); s.Dead != 0 || len(sent) < 60 || sent[0] != "flaky:1 1.0" {
			t.Errorf("%d dead letters, %d sent", s.Dead, len(sent))
		}
	})
}

// However often it was tried, a message is given up only after hours.
func TestRelayGivesUpByAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t)
		began := time.Now()
		k.must(k.say("flaky:1", "a", "bonjour"))
		p := newPost("flaky", k.flaky)
		for time.Since(began) < leastKept {
			d, ok, err := k.store.Next(t.Context(), "flaky:1")
			k.must(err)
			if !ok || !strings.HasPrefix(d.ID, "1.0.") {
				t.Fatalf("given up after %s", time.Since(began))
			}
			k.flaky.fails = fails(1, errFlaky)
			k.relay.attempt(t.Context(), p, d)
			time.Sleep(leastKept / (2 * maxAttempts))
		}
		d, _, err := k.store.Next(t.Context(), "flaky:1")
		k.must(err)
		k.flaky.fails = fails(1, errFlaky)
		k.relay.attempt(t.Context(), p, d)
		if next, _, err := k.store.Next(t.Context(), "flaky:1"); err != nil || next.ID == d.ID {
			t.Errorf("not given up at attempt %d after %s: %v", d.Attempt, time.Since(began), err)
		}
	})
}

// The pauses between attempts grow, and differ.
func TestPauseAfter(t *testing.T) {
	for attempt := 1; attempt <= maxAttempts; attempt++ {
		full := lastRetry
		if attempt < 12 {
			full = min(firstRetry<<(attempt-1), lastRetry)
		}
		seen := map[time.Duration]bool{}
		for range 50 {
			pause := pauseAfter(attempt)
			if pause < full/2 || pause > full*3/2 {
				t.Fatalf("pause %s after attempt %d, want about %s", pause, attempt, full)
			}
			seen[pause] = true
		}
		if len(seen) < 2 {
			t.Errorf("all pauses after attempt %d are alike", attempt)
		}
	}
}

// A channel that hangs holds up no other, and a learner in trouble no other
// learner.
func TestRelayKeepsTroubleApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t)
		slow := &flaky{delay: time.Hour}
		k.relay.connect(map[string]Channel{"flaky": k.flaky, "slow": slow})
		sending, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			k.relay.Run(sending)
		}()
		for i := range 3 * workers {
			k.must(k.say(flows.Address(fmt.Sprint("slow:", i)), "a", "bonjour"))
		}
		began := time.Now()
		k.must(k.say("flaky:1", "a", "bonjour"))
		for len(k.flaky.deliveries()) < 2 {
			time.Sleep(time.Millisecond)
		}
		if waited := time.Since(began); waited > time.Second {
			t.Errorf("waited %s for the trouble of another channel", waited)
		}
		stop()
		<-done
	})
}

// Messages for a channel this installation has not wait for one that has.
func TestRelayKeepsForLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t)
		run := func(long time.Duration) {
			k.must(k.alone(t.Context(), func(context.Context) error {
				time.Sleep(long)
				return nil
			}))
		}
		k.must(k.say("pigeon:1", "a", "bonjour"))
		run(24 * time.Hour)
		if s, err := k.store.Stats(t.Context()); err != nil || s.Outbox != 1 || s.Dead != 0 {
			t.Errorf("stats %+v, %v", s, err)
		}
		k.relay.connect(map[string]Channel{"pigeon": k.flaky})
		run(2 * noChannel)
		if got := k.flaky.deliveries(); !slices.Equal(got, []string{"pigeon:1 1.0", "pigeon:1 1.1"}) {
			t.Errorf("sent %q", got)
		}
	})
}

// What a dead process left behind is found.
func TestRelayFindsLeftovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t)
		k.must(k.say("flaky:1", "a", "bonjour"))
		k.relay.connect(map[string]Channel{"flaky": k.flaky}) // forgets who was in line
		k.relayed(func() {})
		if got := k.flaky.deliveries(); len(got) != 2 {
			t.Errorf("sent %q", got)
		}
	})
}

// Told to stop, the relay finishes the sending under way, and gives the rest
// back at once.
func TestRelayStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t)
		k.flaky.delay = 3 * time.Second
		k.must(k.alone(t.Context(), func(context.Context) error {
			k.must(k.say("flaky:1", "a", "bonjour"))
			time.Sleep(time.Second)
			return nil
		}))
		if got := k.flaky.deliveries(); !slices.Equal(got, []string{"flaky:1 1.0"}) {
			t.Errorf("sent %q", got)
		}
		k.flaky.delay = 0
		began := time.Now()
		k.relayed(func() {})
		if got := k.flaky.deliveries(); !slices.Equal(got, []string{"flaky:1 1.0", "flaky:1 1.1"}) {
			t.Errorf("sent %q", got)
		}
		if waited := time.Since(began); waited > 2*time.Second {
			t.Errorf("the next start waited %s", waited)
		}
	})
}

// A channel that panics is one that failed.
type panicking struct{ *flaky }

// Send implements [Channel].
func (p panicking) Send(ctx context.Context, d flows.Delivery) error {
	if d.Attempt == 1 {
		panic(d.Message.Text)
	}
	return p.flaky.Send(ctx, d)
}

func TestRelaySurvivesPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t)
		k.relay.connect(map[string]Channel{"flaky": panicking{k.flaky}})
		k.relayed(func() { k.must(k.say("flaky:1", "a", "bonjour")) })
		if got := k.flaky.deliveries(); len(got) != 2 {
			t.Errorf("sent %q", got)
		}
		if strings.Contains(k.log.String(), "robot") {
			t.Error("the log holds a message")
		}
	})
}

// A timer that runs out takes its turn; one that came due at night waits for
// the morning, where the learner lives.
func TestRelayTimers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(in(t, home, "2026-11-23 20:00")))
		k := newKit(t)
		k.relayed(func() {
			k.must(k.say("flaky:1", "a", "bonjour"))
			k.must(k.say("flaky:1", "b", "1"))
			time.Sleep(23 * time.Hour)
			if k.record("flaky:1").Conversation.Turn != 2 {
				t.Error("a reminder came before its day")
			}
			time.Sleep(24 * time.Hour)
		})
		if k.record("flaky:1").Conversation.Turn < 3 {
			t.Error("the reminder never came")
		}
		for _, at := range k.flaky.when {
			if local := at.In(k.zones.home); !usualHours().permitted(local, flows.Profile{}).Equal(local) {
				t.Errorf("sent at %s", local)
			}
		}
	})
}

// A reminder found in the outbox at night is kept for the morning.
func TestRelayHoldsReminders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(in(t, home, "2026-11-28 23:00"))) // a Saturday
		k := newKit(t)
		before := k.record("flaky:1")
		turn := flows.Turn{
			ID: "a", Before: before.Conversation, After: before.Conversation,
			Input:    flows.Elapsed{At: time.Now(), Timer: flows.ReminderTimer},
			Effects:  []flows.Effect{flows.Say{Key: flows.KeyReminder, Reminder: true}},
			Messages: []flows.Message{{Text: "rappel", Reminder: true}},
		}
		_, err := k.bot.commit(t.Context(), before, turn)
		k.must(err)
		k.relayed(func() {})
		if len(k.flaky.when) != 1 || k.flaky.when[0].In(k.zones.home).Format(minute) != "2026-11-30 08:00" {
			t.Errorf("sent at %v", k.flaky.when)
		}
	})
}

// A timer whose turn cannot be taken is parked like any input, and does not
// come back for ever.
func TestRelayPoisonousTimer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(monday(t)))
		k := newKit(t)
		k.must(k.say("phone:a", "a", "bonjour"))
		k.must(k.say("phone:a", "b", "1"))
		k.shelf.library = nil
		said := len(k.heard("phone:a"))
		k.relayed(func() { time.Sleep(72 * time.Hour) })
		parked, err := k.store.Parked(t.Context())
		k.must(err)
		if len(parked) != 1 || len(k.record("phone:a").Timers) != 0 {
			t.Errorf("parked %+v, timers %+v\n%s", parked, k.record("phone:a").Timers, k.log)
		}
		if len(k.heard("phone:a")) != said {
			t.Errorf("a broken timer spoke: %q", k.lastHeard("phone:a"))
		}
	})
}

func TestAbsentChannel(t *testing.T) {
	var refusal *flows.Refusal
	err := absent{}.Send(t.Context(), flows.Delivery{})
	if !errors.As(err, &refusal) || refusal.Never || refusal.After <= 0 {
		t.Errorf("refusal %+v", refusal)
	}
	if p := (&Relay{nowhere: newPost("other", absent{})}).post("pigeon:1"); p.name != "other" {
		t.Errorf("post %q", p.name)
	}
}

// A line too long for one lease has conversations put in line again. Each
// message still leaves once, and in order.
func TestRelaySendsOnceWhenSlow(t *testing.T) {
	tests := []struct {
		name     string
		delay    time.Duration
		learners int
		turns    int
	}{
		{"many learners", 5 * time.Second, 200, 1},
		{"as slow as can be", sendTime - time.Millisecond, 100, 1},
		{"many messages each", 7 * time.Second, 40, 8},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				k := newKit(t)
				k.flaky.delay = tt.delay
				k.relayed(func() {
					for i := range tt.learners * tt.turns {
						to := flows.Address(fmt.Sprint("flaky:", i%tt.learners))
						k.must(k.say(to, fmt.Sprint("a", i), "bonjour"))
					}
				})
				sent := map[string]int{}
				for _, d := range k.flaky.deliveries() {
					if sent[d]++; sent[d] > 1 {
						t.Errorf("%s was sent %d times", d, sent[d])
					}
				}
				if len(sent) < tt.learners*(tt.turns+1) {
					t.Errorf("only %d messages were sent", len(sent))
				}
			})
		})
	}
}
