package storetest

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"passerelle/flows"
	"passerelle/store"
)

// A Crowd is how much a [Load] is.
type Crowd struct {
	// Learners write at once.
	Learners int
	// Inputs come from each learner, one after the other; with 0 they come
	// until [Load.Finish].
	Inputs int
	// Workers take them, so many at a time.
	Workers int
	// Lossy says that the store may lose its last moments: what was
	// acknowledged may be gone, and what was sent may be sent again. Each
	// learner then stays with one process, which notices.
	Lossy bool
}

// A Load is a crowd at work on a store, in one or several processes: inputs are
// committed, and delivered again with the same id until they are acknowledged,
// as a provider does; answers are sent by whoever holds the lease, and some are
// left to the relays as if their process had died. A witness who shares nothing
// with the store remembers what was acknowledged and what was sent.
type Load struct {
	t         testing.TB
	crowd     Crowd
	processes []*store.Store
	witness   *witness

	ready     chan *writer
	left      atomic.Int64 // learners not at their end
	acked     atomic.Int64
	retries   atomic.Int64
	ending    atomic.Bool
	receiving sync.WaitGroup
	relaying  sync.WaitGroup
	quiet     chan struct{} // closed when the relays are to end
	hush      sync.Once
}

// A writer is a learner.
type writer struct {
	address flows.Address
	next    int // number of the next input
	process int // where it comes first
}

// NewLoad starts a load on processes that share one store. It is at work until
// [Load.Finish], or the end of the test.
func NewLoad(t testing.TB, crowd Crowd, processes ...*store.Store) *Load {
	t.Helper()
	l := &Load{
		t: t, crowd: crowd, processes: processes, witness: newWitness(),
		ready: make(chan *writer, crowd.Learners), quiet: make(chan struct{}),
	}
	l.left.Store(int64(crowd.Learners))
	for i := range crowd.Learners {
		l.ready <- &writer{address: l.Learner(i), process: i}
	}
	for range crowd.Workers {
		l.receiving.Go(l.receive)
	}
	for _, s := range processes {
		l.relaying.Go(func() { l.relay(s) })
	}
	t.Cleanup(l.leave) // the context of the test is over by then
	return l
}

// Learner is the address of the i-th learner, from 0.
func (l *Load) Learner(i int) flows.Address { return flows.Address("sms:+3361" + strconv.Itoa(i)) }

func (l *Load) leave() {
	l.ending.Store(true)
	l.receiving.Wait()
	l.hush.Do(func() { close(l.quiet) })
	l.relaying.Wait()
}

// Pass waits until so many more inputs were acknowledged, or all were.
func (l *Load) Pass(inputs int) {
	l.t.Helper()
	goal := l.acked.Load() + int64(inputs)
	until(l.t, "more inputs are acknowledged", func() bool { return l.acked.Load() >= goal || l.left.Load() == 0 })
}

// Acked is how many inputs were acknowledged so far.
func (l *Load) Acked() int { return int(l.acked.Load()) }

// receive delivers inputs, each learner's in order.
func (l *Load) receive() {
	for w := range l.ready {
		l.deliver(w)
		if l.over(w) {
			if l.left.Add(-1) == 0 {
				close(l.ready)
			}
			continue
		}
		l.ready <- w
	}
}

// over tells whether a learner is at the end.
func (l *Load) over(w *writer) bool {
	if l.crowd.Inputs > 0 && w.next >= l.crowd.Inputs {
		return true
	}
	return l.t.Context().Err() != nil || l.crowd.Inputs == 0 && l.ending.Load()
}

// deliver delivers one input until it is acknowledged. Some are delivered once
// more than needed.
func (l *Load) deliver(w *writer) {
	ctx := l.t.Context()
	began := time.Now()
	for {
		err := l.take(ctx, l.process(w), w.address, w.next)
		if err == nil {
			break
		}
		l.retries.Add(1)
		if !pause(ctx) {
			return
		}
	}
	l.acked.Add(1)
	l.witness.acknowledged(w.address, time.Since(began))
	if !l.crowd.Lossy && w.next%5 == 4 {
		_ = l.take(ctx, l.process(w), w.address, w.next) // acknowledged already
	}
	w.next++
}

// process is where a learner's next delivery goes: to each in turn.
func (l *Load) process(w *writer) *store.Store {
	if !l.crowd.Lossy {
		w.process++
	}
	return l.processes[w.process%len(l.processes)]
}

// pause keeps a provider from asking again at once. False means that the test
// is over.
func pause(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(glance):
		return true
	}
}

// take loads, advances and commits until the input is taken.
func (l *Load) take(ctx context.Context, s *store.Store, a flows.Address, n int) error {
	before, err := s.Load(ctx, a)
	for err == nil {
		began := time.Now()
		var c store.Committed
		c, err = s.Commit(ctx, before, loadTurn(before, n))
		switch {
		case errors.Is(err, store.ErrDuplicate):
			return nil
		case errors.Is(err, store.ErrConflict):
			before, err = c.Record, nil
		case err == nil:
			if c.Lease && n%8 != 7 {
				l.relaying.Go(func() { l.send(ctx, s, a, began) })
			}
			return nil
		}
	}
	return err
}

// relay sends what nobody is at.
func (l *Load) relay(s *store.Store) {
	ctx := l.t.Context()
	const often = 10 * glance
	for {
		select {
		case <-l.quiet:
			return
		case <-ctx.Done():
			return
		case <-time.After(often):
		}
		now := time.Now()
		due, _ := s.Due(ctx, now, l.crowd.Learners) // the rest is due again
		var sending sync.WaitGroup
		for _, d := range due {
			sending.Go(func() { l.send(ctx, s, d.Address, now) })
		}
		sending.Wait()
	}
}

// send sends what waits, while the lease lasts that began then. What goes wrong
// is left to whoever takes the next lease.
func (l *Load) send(ctx context.Context, s *store.Store, a flows.Address, began time.Time) {
	for more := true; more; {
		read := time.Now()
		d, waits, err := s.Next(ctx, a)
		if err != nil || !waits {
			return
		}
		one := l.witness.sends(a, d.Message.Text, read, began.Add(s.Lease()))
		if one == nil {
			return
		}
		began = time.Now()
		more, err = s.Delivered(ctx, d)
		l.witness.notes(one, err)
		if err != nil {
			return
		}
	}
}

// Finish waits until all inputs are acknowledged and all answers sent, and
// tells what came of it. It fails the test where the store broke a promise.
func (l *Load) Finish() Verdict {
	l.t.Helper()
	l.ending.Store(true)
	until(l.t, "all inputs are acknowledged", func() bool { return l.left.Load() == 0 })
	l.receiving.Wait()
	s := l.processes[0]
	until(l.t, "all answers are sent", func() bool {
		stats, err := s.Stats(l.t.Context())
		return err == nil && stats.Outbox == 0
	})
	l.leave()
	return l.judge()
}
