package bot

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passerelle/store"
	"passerelle/store/storetest"
)

// A trial is an installation under test: processes on one store, learners who
// write to them, a provider that brings the answers, and what was done to it
// all.
type trial struct {
	t        *testing.T
	server   *storetest.Server // nil: the embedded store, of one process
	children []*child
	provider *provider
	learners []*writer
	client   *http.Client

	lossy    bool          // the store may lose what it wrote last, and notices
	twice    float64       // how often an input is sent to all at once
	patience time.Duration // for one answer to an input

	taken, refused atomic.Int64
	blows          []blow
}

// A blow is the time in which something was killed or frozen.
type blow struct{ began, ended time.Time }

// newTrial is an installation with so many processes, which run.
func newTrial(t *testing.T, server *storetest.Server, processes int, p *provider) *trial {
	t.Helper()
	if testing.Short() {
		t.Skip("starts the program many times")
	}
	tr := &trial{t: t, server: server, provider: p, patience: 30 * time.Second}
	tr.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	t.Cleanup(tr.client.CloseIdleConnections)
	for i := range processes {
		c := newChild(t, providerVariable+"="+p.url, fmt.Sprint(nameVariable, "=", i))
		c.program = program(t, "outward")
		if server != nil {
			c.settings = append(c.settings, "PASSERELLE_REDIS="+server.URL())
		}
		tr.children = append(tr.children, c)
		c.start()
		c.ready()
	}
	t.Cleanup(tr.explain)
	return tr
}

// explain shows what the processes of a failed trial said last.
func (tr *trial) explain() {
	if !tr.t.Failed() {
		return
	}
	for i, c := range tr.children {
		tr.t.Logf("process %d said last:\n%s", i, c.lastWords())
	}
}

// invite adds learners with so many texts each.
func (tr *trial) invite(learners, texts int) {
	for range learners {
		tr.learners = append(tr.learners, newWriter(texts))
	}
}

// until waits for a condition that is sure to come true.
func (tr *trial) until(what string, done func() bool) {
	tr.t.Helper()
	for deadline := time.Now().Add(3 * time.Minute); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			tr.t.Fatalf("in vain: waited for %s (%d inputs taken, %d refused)", what, tr.taken.Load(), tr.refused.Load())
		}
	}
}

// took waits until so many inputs were acknowledged.
func (tr *trial) took(n int) {
	tr.t.Helper()
	tr.until(fmt.Sprint(n, " inputs taken"), func() bool { return tr.taken.Load() >= int64(n) })
}

// delivered waits until nothing is left to send.
func (tr *trial) delivered() {
	tr.t.Helper()
	tr.until("an empty outbox", func() bool {
		n, ok := tr.children[0].gauge("passerelle_outbox_waiting")
		return ok && n == 0
	})
}

// strike does something bad and remembers when.
func (tr *trial) strike(bad func()) {
	tr.blows = append(tr.blows, blow{began: time.Now()})
	bad()
	tr.blows[len(tr.blows)-1].ended = time.Now()
}

// stop stops all that runs, in order.
func (tr *trial) stop() {
	tr.t.Helper()
	for _, c := range tr.children {
		c.stop()
		c.unharmed()
	}
}

// place is where the store is.
func (tr *trial) place() string {
	if tr.server != nil {
		return tr.server.URL()
	}
	return tr.children[0].data
}

// look reads every transcript in the middle of it all, where the store is free
// or shared: what once stood there must stand there for ever, unless the store
// may lose it.
func (tr *trial) look() {
	tr.t.Helper()
	kernel, err := openKernel(tr.t.Context(), tr.place(), 0)
	if err != nil {
		tr.t.Fatal(err)
	}
	s := store.Open(kernel, store.Options{})
	defer s.Close()
	for _, w := range tr.learners {
		entries, err := s.Transcript(tr.t.Context(), w.address, 0)
		if err != nil {
			tr.t.Fatal(err)
		}
		for _, e := range entries {
			if before, ok := w.lines[e.N]; ok && !tr.lossy && cmp.Diff(before, e) != "" {
				tr.t.Errorf("line %d changed (-before +after):\n%s", e.N, cmp.Diff(before, e))
			}
			w.lines[e.N] = e
		}
		record, err := s.Load(tr.t.Context(), w.address)
		if err != nil {
			tr.t.Fatal(err)
		}
		w.turns = record.Conversation.Turn
	}
}
