package bot

import (
	"net/http"
	"testing"
	"time"

	"passerelle/store"
)

// BenchmarkStart measures what somebody waits who starts the program on an
// empty folder: from there to the first answer that is committed.
func BenchmarkStart(b *testing.B) {
	var waited time.Duration
	starts := 0
	for b.Loop() {
		b.StopTimer()
		c, learner := newChild(b), newWriter(1)
		b.StartTimer()
		began := time.Now()
		c.start()
		for learner.send(b.Context(), http.DefaultClient, c.listen, 0) != http.StatusOK {
			if time.Since(began) > 30*time.Second {
				b.Fatal("no answer")
			}
			time.Sleep(time.Millisecond)
		}
		waited += time.Since(began)
		starts++
		b.StopTimer()
		c.stop()
		if n := turns(b, c.data, learner); n != 1 {
			b.Fatalf("%d turns are committed, want 1", n)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(waited.Microseconds())/1000/float64(starts), "ms/start")
}

// turns are those of a learner that a folder holds.
func turns(b *testing.B, data string, of *writer) uint64 {
	b.Helper()
	kernel, err := openKernel(b.Context(), data, 0)
	if err != nil {
		b.Fatal(err)
	}
	s := store.Open(kernel, store.Options{})
	defer s.Close()
	record, err := s.Load(b.Context(), of.address)
	if err != nil {
		b.Fatal(err)
	}
	return record.Conversation.Turn
}
