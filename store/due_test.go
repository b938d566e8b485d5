package store_test

import (
	"context"
	"errors"
	"testing"

	"passerelle/flows"
	"passerelle/store"
	"passerelle/store/storetest"
)

// A halfWay is a kernel that fails after it claimed.
type halfWay struct{ store.Kernel }

// Claim implements [store.Kernel].
func (k halfWay) Claim(ctx context.Context, set string, due, until int64, limit int) ([]store.Member, error) {
	members, err := k.Kernel.Claim(ctx, set, due, until, limit)
	return members, errors.Join(err, errLine)
}

// What was claimed before the kernel failed is not left lying until the lease
// ends.
func TestClaimedBeforeAFailure(t *testing.T) {
	const a flows.Address = "phone:marie"
	ctx, now := t.Context(), storetest.Monday()
	s := store.Open(halfWay{storetest.NewModel()}, store.Options{})
	before, err := s.Load(ctx, a)
	if err != nil {
		t.Fatal(err)
	}
	done, err := s.Commit(ctx, before, storetest.Turn(before, "m1", now, "bonjour", "Bonjour !"))
	if err != nil || !done.Lease {
		t.Fatalf("lease %v, error %v", done.Lease, err)
	}
	due, err := s.Due(ctx, now.AddDate(100, 0, 0), 10)
	if !errors.Is(err, errLine) || len(due) != 1 || due[0].Address != a {
		t.Errorf("due %v, error %v", due, err)
	}
}
