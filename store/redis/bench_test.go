package redis_test

import (
	"context"
	"strconv"
	"testing"

	client "github.com/redis/go-redis/v9"

	"passerelle/store"
	"passerelle/store/storetest"
)

// Run with:
//
//	GOGC=400 go test -run=- -bench=. -benchtime=50000x ./store/redis/
//
// The measure is [BenchmarkSet]: the same bytes put under one key, by the same
// client, at the same concurrency. PASSERELLE_LONG=1 goes up to 10⁶ learners.
// GOGC is the one the program runs with.

// Each way of syncing has its own server. It does not write its file anew
// while it is measured: that would fall into one measure or another by chance.
func eachSync(b *testing.B, measure func(b *testing.B, s *storetest.Server)) {
	b.Helper()
	for _, sync := range []string{"everysec", "always"} {
		b.Run(sync, func(b *testing.B) {
			measure(b, storetest.Redis(b, "appendfsync", sync, "auto-aof-rewrite-percentage", "0"))
		})
	}
}

func BenchmarkCommit(b *testing.B) {
	eachSync(b, func(b *testing.B, s *storetest.Server) {
		storetest.Commits(b, func(b *testing.B) store.Kernel { return open(b, s) })
	})
}

func BenchmarkCommitNextDelivered(b *testing.B) {
	eachSync(b, func(b *testing.B, s *storetest.Server) {
		storetest.Lives(b, func(b *testing.B) store.Kernel { return open(b, s) })
	})
}

func BenchmarkSet(b *testing.B) {
	eachSync(b, func(b *testing.B, s *storetest.Server) {
		for _, at := range []int{1, 64} {
			b.Run("at="+strconv.Itoa(at), func(b *testing.B) {
				s.Do("FLUSHALL")
				c := client.NewClient(&client.Options{Addr: s.Addr(), PoolSize: 64})
				defer c.Close()
				value := storetest.BenchBytes(b)
				storetest.Together(b, at, func(n int) error {
					return c.Set(context.Background(), strconv.Itoa(n%1000), value, 0).Err()
				})
			})
		}
	})
}
