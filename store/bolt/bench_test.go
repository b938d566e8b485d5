package bolt_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"passerelle/flows"
	"passerelle/store"
	"passerelle/store/bolt"
	"passerelle/store/storetest"
)

// Run with: go test -run=- -bench=. -benchtime=20000x ./store/bolt/
//
// A turn is a realistic one: a state of about 300 bytes, two lines of the
// transcript of about 200 bytes, one or two messages of about 250 bytes.

// together runs n jobs, so many at a time, and reports jobs a second.
func together(b *testing.B, at int, job func(n int) error) {
	b.Helper()
	var next atomic.Int64
	var all sync.WaitGroup
	b.ResetTimer()
	for range at {
		all.Go(func() {
			for {
				n := int(next.Add(1)) - 1
				if n >= b.N {
					return
				}
				if err := job(n); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "turns/s")
}

// turn is a realistic turn of one learner.
func turn(before store.Record, n int) flows.Turn {
	t := storetest.Turn(before, "telegram/"+strconv.Itoa(n), time.Now(), strings.Repeat("mon texte ", 10), strings.Repeat("touchez ici ", 16))
	if n%2 == 0 {
		storetest.Answer(&t, strings.Repeat("puis là ", 20))
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

// learner spreads turns over so many learners; before an outbox would be full,
// other learners come.
func learner(n, learners int) flows.Address {
	return flows.Address(fmt.Sprintf("telegram:%d-%d", n/(learners*100), n%learners))
}

// take commits one turn, advancing again after a conflict.
func take(b *testing.B, s *store.Store, a flows.Address, n int) error {
	b.Helper()
	before, err := s.Load(b.Context(), a)
	for err == nil {
		var c store.Committed
		if c, err = s.Commit(b.Context(), before, turn(before, n)); err == nil {
			return nil
		}
		if errors.Is(err, store.ErrConflict) {
			before, err = c.Record, nil
		}
	}
	return err
}

func benchStore(b *testing.B, learners int) *store.Store {
	b.Helper()
	k, err := bolt.Open(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	s := store.Open(k, store.Options{Cache: 10_000})
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	if learners > 10_000 { // each of them known already
		together(b, 256, func(n int) error { return take(b, s, learner(n%learners, learners), -n-1) })
	}
	return s
}

func BenchmarkCommit(b *testing.B) {
	for _, learners := range []int{1_000, 100_000} {
		for _, at := range []int{1, 64} {
			b.Run(fmt.Sprintf("learners=%d/at=%d", learners, at), func(b *testing.B) {
				s := benchStore(b, learners)
				together(b, at, func(n int) error { return take(b, s, learner(n*7919%(learners*100), learners), n) })
			})
		}
	}
}

// The whole life of a turn: committed, sent, noted.
func BenchmarkCommitNextDelivered(b *testing.B) {
	for _, at := range []int{1, 64} {
		b.Run(fmt.Sprintf("learners=1000/at=%d", at), func(b *testing.B) {
			s := benchStore(b, 1_000)
			together(b, at, func(n int) error {
				a := learner(n, 1_000)
				if err := take(b, s, a, n); err != nil {
					return err
				}
				for {
					d, ok, err := s.Next(b.Context(), a)
					if err != nil || !ok {
						return err
					}
					if more, err := s.Delivered(b.Context(), d); err != nil || !more {
						return err
					}
				}
			})
		})
	}
}

// The measure: the same bytes of a turn, put under one key by bbolt itself, one
// transaction for all that wait, as its own Batch does it.
func BenchmarkRawPut(b *testing.B) {
	value := []byte(strings.Repeat("x", 300+32*12*4/3+2*200+250+125))
	for _, at := range []int{1, 64} {
		b.Run(fmt.Sprintf("learners=1000/at=%d", at), func(b *testing.B) {
			db, err := bbolt.Open(b.TempDir()+"/raw.db", 0o600, nil)
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = db.Close() }()
			db.MaxBatchSize, db.MaxBatchDelay = max(at/2, 1), time.Millisecond
			if err := db.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("x")); return err }); err != nil {
				b.Fatal(err)
			}
			write := db.Batch
			if at == 1 {
				write = db.Update
			}
			together(b, at, func(n int) error {
				key := []byte(strconv.Itoa(n % 1_000))
				return write(func(tx *bbolt.Tx) error { return tx.Bucket([]byte("x")).Put(key, value) })
			})
		})
	}
}
