package storetest

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"

	"passerelle/flows"
	"passerelle/store"
)

// Sizes of the workers' test.
const (
	crowd     = 12 // learners
	inputs    = 15 // of each learner
	receivers = 6  // workers that each send every input of every learner
	relays    = 3  // workers that send what waits
)

// workers lets several receivers of two processes take the same inputs at
// once, with relays sending meanwhile: each input is taken once, each answer
// goes out once, in order.
func workers(t *testing.T, open Factory) {
	s := newScene(t, open(t))
	w := &work{scene: s, sent: map[flows.Address][]string{}}
	processes := []*store.Store{s.store, s.another()}
	var receiving, relaying sync.WaitGroup
	for i := range receivers {
		receiving.Go(func() { w.receive(processes[i%2], i) })
	}
	done := make(chan struct{})
	for i := range relays {
		relaying.Go(func() { w.relay(processes[i%2], done) })
	}
	receiving.Wait()
	close(done)
	relaying.Wait()
	w.judge()
}

// work is what the workers share.
type work struct {
	*scene
	mu   sync.Mutex
	sent map[flows.Address][]string
}

func (w *work) learner(i int) flows.Address { return flows.Address("sms:+336" + strconv.Itoa(i)) }

// receive takes all inputs of all learners, in each learner's order.
func (w *work) receive(s *store.Store, start int) {
	for n := range inputs {
		for i := range crowd {
			a := w.learner((i + start) % crowd)
			if err := w.one(s, a, n); err != nil {
				w.Errorf("receive: %v", err)
				return
			}
		}
	}
}

// one takes one input, as often as it takes.
func (w *work) one(s *store.Store, a flows.Address, n int) error {
	ctx := w.Context()
	before, err := s.Load(ctx, a)
	for err == nil {
		turn := Turn(before, "m"+strconv.Itoa(n), w.now, "x", strconv.Itoa(n)+"a", strconv.Itoa(n)+"b")
		var c store.Committed
		c, err = s.Commit(ctx, before, turn)
		before = c.Record
		switch {
		case errors.Is(err, store.ErrDuplicate):
			return nil
		case errors.Is(err, store.ErrConflict):
			err = nil
		case err == nil:
			if c.Lease {
				return w.sendAll(ctx, s, a)
			}
			return nil
		}
	}
	return err
}

// sendAll sends while the lease lasts.
func (w *work) sendAll(ctx context.Context, s *store.Store, a flows.Address) error {
	for {
		d, ok, err := s.Next(ctx, a)
		if err != nil || !ok {
			return err
		}
		w.mu.Lock()
		w.sent[a] = append(w.sent[a], d.Message.Text)
		w.mu.Unlock()
		more, err := s.Delivered(ctx, d)
		if err != nil || !more {
			return err
		}
	}
}

// relay sends what nobody is at. The clock stands still, so no lease ends.
func (w *work) relay(s *store.Store, done <-chan struct{}) {
	for {
		select {
		case <-done:
			return
		case <-time.After(time.Millisecond):
		}
		due, err := s.Due(w.Context(), w.now, 10)
		for _, d := range due {
			err = errors.Join(err, w.sendAll(w.Context(), s, d.Address))
		}
		if err != nil {
			w.Errorf("relay: %v", err)
			return
		}
	}
}

func (w *work) judge() {
	var want []string
	for n := range inputs {
		want = append(want, strconv.Itoa(n)+"a", strconv.Itoa(n)+"b")
	}
	for i := range crowd {
		a := w.learner(i)
		w.is("sent to "+a.Channel(), w.sent[a], want)
		r := can[store.Record](w.scene)(w.another().Load(w.Context(), a))
		w.is("turns", r.Version, uint64(inputs))
		w.is("lines", r.Lines, uint64(3*inputs))
	}
	stats := can[store.Stats](w.scene)(w.store.Stats(w.Context()))
	w.is("stats", stats, store.Stats{Conversations: crowd})
}
