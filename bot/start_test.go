package bot

import (
	"testing"
	"time"
)

// BenchmarkStart measures what somebody waits who starts the program on an
// empty folder: from there to the first answer that is committed.
func BenchmarkStart(b *testing.B) {
	self := program(b)
	var waited time.Duration
	starts := 0
	for b.Loop() {
		b.StopTimer()
		learner := newWriter(1)
		c := &crash{
			t: b, data: b.TempDir(), listen: freePort(b), admin: freePort(b), program: self,
			learners: []*writer{learner},
		}
		b.StartTimer()
		began := time.Now()
		c.start()
		for !c.post(learner, 0) {
			if time.Since(began) > 30*time.Second {
				b.Fatal("no answer")
			}
			time.Sleep(time.Millisecond)
		}
		waited += time.Since(began)
		starts++
		b.StopTimer()
		c.stop()
		c.look()
		if learner.turns != 1 {
			b.Fatalf("%d turns are committed, want 1", learner.turns)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(waited.Microseconds())/1000/float64(starts), "ms/start")
}
