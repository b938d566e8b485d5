package store

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// A leaseJSON is a lease in the store.
type leaseJSON struct {
	Format int       `json:"format"`
	Holder string    `json:"h,omitempty"`
	Until  time.Time `json:"u,omitzero"`
}

func (j *leaseJSON) form() int { return j.Format }

const leaseFormat = 1

// Acquire takes a named lease for one holder, or renews it. False means that
// another one holds it.
func (s *Store) Acquire(ctx context.Context, name, holder string, ttl time.Duration) (bool, error) {
	return s.relet(ctx, name, holder, leaseJSON{Holder: holder, Until: s.now().Add(ttl)})
}

// Release gives a lease back. Releasing one that another holder has changes
// nothing.
func (s *Store) Release(ctx context.Context, name, holder string) error {
	_, err := s.relet(ctx, name, holder, leaseJSON{})
	return err
}

// relet changes a lease that is free or the holder's own.
func (s *Store) relet(ctx context.Context, name, holder string, next leaseJSON) (bool, error) {
	key := Key{partition(name), "lease:" + name}
	read, current, err := s.readLease(ctx, key)
	if err != nil {
		return false, fmt.Errorf("lease %s: %w", name, err)
	}
	if current.Holder != holder && s.now().Before(current.Until) {
		return false, nil
	}
	next.Format = leaseFormat
	value, err := json.Marshal(next)
	if err != nil {
		return false, fmt.Errorf("lease %s: %w", name, err)
	}
	reply, err := s.kernel.Apply(ctx, Write{
		Partition: key.Partition,
		Put:       &Put{Name: key.Name, Version: read.Version, Sum: Sum(read.Value), Value: value},
	})
	if err != nil {
		return false, fmt.Errorf("lease %s: %w", name, err)
	}
	return reply.Refusal == NotRefused || bytes.Equal(reply.Record.Value, value), nil // or it was done, and the answer lost
}

func (s *Store) readLease(ctx context.Context, key Key) (Versioned, leaseJSON, error) {
	var j leaseJSON
	found, err := s.kernel.Get(ctx, key)
	if err != nil || found[0].Version == 0 {
		return Versioned{}, j, err
	}
	err = decode(found[0].Value, &j, leaseFormat)
	return found[0], j, err
}
