package redis_test

import (
	"testing"

	"passerelle/store"
	"passerelle/store/redis"
	"passerelle/store/storetest"
)

// open opens a kernel on a server that is emptied first.
func open(t testing.TB, s *storetest.Server) *redis.Kernel {
	t.Helper()
	s.Do("FLUSHALL")
	k, err := redis.Open(t.Context(), s.URL(), redis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestKernel(t *testing.T) {
	s := storetest.Redis(t)
	storetest.Run(t, func(t *testing.T) store.Kernel { return open(t, s) })
}
