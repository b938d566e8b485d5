package bolt_test

import (
	"strconv"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"passerelle/store"
	"passerelle/store/bolt"
	"passerelle/store/storetest"
)

// Run with: go test -run=- -bench=. -benchtime=20000x ./store/bolt/

func benchKernel(b *testing.B) store.Kernel {
	b.Helper()
	k, err := bolt.Open(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	return k
}

func BenchmarkCommit(b *testing.B) { storetest.Commits(b, benchKernel) }

func BenchmarkCommitNextDelivered(b *testing.B) { storetest.Lives(b, benchKernel) }

// The measure: the same bytes of a turn, put under one key by bbolt itself, one
// transaction for all that wait, as its own Batch does it.
func BenchmarkRawPut(b *testing.B) {
	value := storetest.BenchBytes(b)
	for _, at := range []int{1, 64} {
		b.Run("at="+strconv.Itoa(at), func(b *testing.B) {
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
			storetest.Together(b, at, func(n int) error {
				key := []byte(strconv.Itoa(n % 1_000))
				return write(func(tx *bbolt.Tx) error { return tx.Bucket([]byte("x")).Put(key, value) })
			})
		})
	}
}
