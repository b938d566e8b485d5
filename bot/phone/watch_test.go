package phone

import (
	"context"
	"testing"
	"time"

	"passerelle/flows"
)

// newSharedPhone is a phone on a memory that another process writes to as well.
// Whenever it looked in vain, it says so on the channel.
func newSharedPhone(t *testing.T, m *memory) (*Phone, <-chan struct{}) {
	t.Helper()
	vain := make(chan struct{})
	return newPhone(t, m, func(o *Options) {
		o.Poll = 5 * time.Millisecond
		o.Last = func(ctx context.Context, of flows.Address) (uint64, error) {
			all, err := m.read(ctx, of, 0)
			if err != nil {
				vain <- struct{}{}
			}
			return uint64(len(all)), err
		}
	}), vain
}

// A page shows what another process said, though nobody wakes it. A store that
// is away for a while does not end its stream.
func TestPageLooksForItself(t *testing.T) {
	m := newMemory()
	p, vain := newSharedPhone(t, m)
	v := serve(t, p)
	v.begin()
	of := m.only(t)
	f := v.follow("?after=2", "")
	if e := f.next(); e.name != "beat" {
		t.Fatalf("first event %+v", e)
	}
	m.set(func(m *memory) { m.say(of, "Vous êtes toujours là ?") })
	next := func() event {
		for e := f.next(); ; e = f.next() {
			if e.name != "beat" {
				return e
			}
		}
	}
	if e := next(); e.id != "3" {
		t.Fatalf("event %+v", e)
	}
	m.set(func(m *memory) { m.blind = true })
	_ = p.Send(t.Context(), flows.Delivery{To: of}) // it cannot be read now
	<-vain
	m.set(func(m *memory) {
		m.say(of, "Je vous attends.")
		m.blind = false
	})
	if e := next(); e.id != "4" {
		t.Errorf("event %+v", e)
	}
}

// So does a terminal.
func TestTerminalLooksForItself(t *testing.T) {
	m := newMemory()
	p, _ := newSharedPhone(t, m)
	s := sit(t.Context(), t, p, Console{As: "phone:marie"})
	s.sees("  [3] Un ordinateur\n\n> ")
	m.set(func(m *memory) { m.say("phone:marie", "Vous êtes toujours là ?") })
	s.sees("\n< Vous êtes toujours là ?\n\n> ")
	s.leaves()
}
