package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"passerelle/flows"
	"passerelle/store"
)

// benchCache is how many records a store of the benchmarks keeps at hand.
const benchCache = 10_000

// Commits measures the commit of realistic turns on a kernel, of 10³ learners
// and of 10⁵ (with PASSERELLE_LONG=1 of 10⁶ too), one at a time and 64: what
// the process knows already (warm), and what it must read first (cold).
func Commits(b *testing.B, open func(b *testing.B) store.Kernel) {
	b.Helper()
	crowds := []int{1_000, 100_000}
	if Long() {
		crowds = append(crowds, 1_000_000)
	}
	for _, learners := range crowds {
		for _, at := range []int{1, 64} {
			for _, warm := range []bool{true, false} {
				name := map[bool]string{true: "warm", false: "cold"}[warm]
				b.Run(fmt.Sprintf("learners=%d/at=%d/%s", learners, at, name), func(b *testing.B) {
					s := populated(b, open, learners, warm)
					Together(b, at, func(n int) error { return commitOne(b.Context(), s, pick(n, learners, warm), n) })
				})
			}
		}
	}
}

// Lives measures the whole life of a turn: committed, sent, noted.
func Lives(b *testing.B, open func(b *testing.B) store.Kernel) {
	b.Helper()
	for _, at := range []int{1, 64} {
		b.Run(fmt.Sprintf("learners=1000/at=%d", at), func(b *testing.B) {
			s := populated(b, open, 1_000, true)
			Together(b, at, func(n int) error {
				a := BenchLearner(n, 1_000)
				if err := commitOne(b.Context(), s, a, n); err != nil {
					return err
				}
				return sendWaiting(b.Context(), s, a)
			})
		})
	}
}

// sendWaiting notes as sent what waits, until nothing does.
func sendWaiting(ctx context.Context, s *store.Store, a flows.Address) error {
	for more := true; more; {
		d, ok, err := s.Next(ctx, a)
		if err != nil || !ok {
			return err
		}
		if more, err = s.Delivered(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// pick spreads turns over the learners. Warm ones are few enough for the
// cache, wherever they lie among the others.
func pick(n, learners int, warm bool) flows.Address {
	if !warm {
		return BenchLearner(n*7919%(learners*100), learners)
	}
	few := min(learners, benchCache)
	return BenchLearner(n/(few*100)*learners*100+n%few*(learners/few), learners)
}

// BenchLearner is one of so many learners. After a hundred turns each, before
// an outbox would be full, other learners come.
func BenchLearner(n, learners int) flows.Address {
	return flows.Address(fmt.Sprintf("telegram:%d-%d", n/(learners*100), n%learners))
}

// populated is a store that knows so many learners already, each answered.
func populated(b *testing.B, open func(b *testing.B) store.Kernel, learners int, warm bool) *store.Store {
	b.Helper()
	options := store.Options{Cache: -1}
	if warm {
		options.Cache = benchCache
	}
	s := store.Open(open(b), options)
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	var next atomic.Int64
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			for n := int(next.Add(1)) - 1; n < learners && !b.Failed(); n = int(next.Add(1)) - 1 {
				a := BenchLearner(n, learners)
				if err := errors.Join(commitOne(b.Context(), s, a, -n-1), sendWaiting(b.Context(), s, a)); err != nil {
					b.Error(err)
				}
			}
		})
	}
	all.Wait()
	if warm { // those that will write are known again
		for n := range min(learners, benchCache) {
			if _, err := s.Load(b.Context(), pick(n, learners, true)); err != nil {
				b.Fatal(err)
			}
		}
	}
	return s
}

// commitOne commits one turn, advancing again after a conflict.
func commitOne(ctx context.Context, s *store.Store, a flows.Address, n int) error {
	before, err := s.Load(ctx, a)
	for err == nil {
		var c store.Committed
		if c, err = s.Commit(ctx, before, BenchTurn(before, n)); err == nil {
			return nil
		}
		if errors.Is(err, store.ErrConflict) {
			before, err = c.Record, nil
		}
	}
	return err
}

// BenchTurn is a realistic turn: a state of about 300 bytes, two lines of the
// transcript of about 200 bytes, one or two messages of about 250 bytes.
func BenchTurn(before store.Record, n int) flows.Turn {
	t := Turn(before, "telegram/"+strconv.Itoa(n), time.Now(), strings.Repeat("mon texte ", 10), strings.Repeat("touchez ici ", 16))
	if n%2 == 0 {
		Answer(&t, strings.Repeat("puis là ", 20))
	}
	t.After.Profile = flows.Profile{FirstName: "Marie", Language: "fr", Commune: "60100"}
	t.After.Run = []flows.Frame{{
		Flow: "creer-email", Step: "appareil", Revision: "3f2a9c0d1b4e5f60", Entered: t.After.Turn,
		Answers: []flows.Answer{{Name: "appareil", Value: "android", Label: "creer-email.appareil.choice.android"}},
		Trail:   []flows.StepID{"debut", "adresse", "appareil"},
	}}
	t.After.Question = flows.Question{Kind: flows.StepQuestion, Turn: t.After.Turn, Revision: "3f2a9c0d1b4e5f60"}
	return t
}

// BenchBytes is as many bytes as one such turn writes, the mean of a hundred.
func BenchBytes(b *testing.B) []byte {
	b.Helper()
	const turns = 100
	on := &scale{Model: NewModel()}
	s := store.Open(on, store.Options{Cache: 1})
	for n := range turns {
		if err := commitOne(b.Context(), s, BenchLearner(0, 1), n); err != nil {
			b.Fatal(err)
		}
	}
	return []byte(strings.Repeat("x", on.bytes/turns))
}

// A scale weighs the values that are written.
type scale struct {
	*Model

	bytes int
}

// Apply implements [store.Kernel].
func (s *scale) Apply(ctx context.Context, w store.Write) (store.Reply, error) {
	s.bytes += len(w.Put.Value)
	for _, e := range w.Effects {
		if push, ok := e.(store.Push); ok {
			s.bytes += len(slices.Concat(push.Entries...))
		}
	}
	return s.Model.Apply(ctx, w)
}

// reportQuantiles reports the middle and the slowest in a hundred.
func reportQuantiles(b *testing.B, took []time.Duration) {
	b.Helper()
	slices.Sort(took)
	if len(took) == 0 {
		return
	}
	at := func(share float64) float64 { return took[int(share*float64(len(took)-1))].Seconds() * 1e3 }
	b.ReportMetric(at(0.5), "ms-p50")
	b.ReportMetric(at(0.99), "ms-p99")
}

// Together runs b.N jobs, so many at a time, and reports jobs a second and the
// time that half and 99 of 100 took at most.
func Together(b *testing.B, at int, job func(n int) error) {
	b.Helper()
	var next atomic.Int64
	var all sync.WaitGroup
	took := make([]time.Duration, b.N)
	b.ResetTimer()
	for range at {
		all.Go(func() {
			for {
				n := int(next.Add(1)) - 1
				if n >= b.N {
					return
				}
				began := time.Now()
				if err := job(n); err != nil {
					b.Error(err)
					return
				}
				took[n] = time.Since(began)
			}
		})
	}
	all.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "turns/s")
	reportQuantiles(b, took)
}
