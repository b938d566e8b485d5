package redis

import (
	"context"
	"fmt"
	"hash/maphash"
	"strconv"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9"

	"passerelle/store"
)

const (
	scanStep = 500 // keys asked for at a time
	restored = 500 // members or entries of one command
)

// Scan implements [store.Kernel]. Redis may name a key twice while its table
// grows: eight bytes of each are remembered.
func (k *Kernel) Scan(ctx context.Context, visit func(store.Thing) error) error {
	masters, err := k.masters(ctx)
	if err != nil {
		return fmt.Errorf("scan: %w", err)
	}
	s := scanning{kernel: k, visit: visit, seed: maphash.MakeSeed(), seen: map[uint64]struct{}{}}
	for _, c := range masters {
		if err := s.server(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// masters are the servers that hold the data.
func (k *Kernel) masters(ctx context.Context) ([]*redis.Client, error) {
	var mu sync.Mutex
	var all []*redis.Client
	err := k.try(ctx, func(ctx context.Context) error {
		all = nil
		return k.eachMaster(ctx, func(_ context.Context, c *redis.Client) error {
			mu.Lock()
			defer mu.Unlock()
			all = append(all, c)
			return nil
		})
	})
	return all, err
}

// A scanning is one scan under way.
type scanning struct {
	kernel *Kernel
	visit  func(store.Thing) error
	seed   maphash.Seed
	seen   map[uint64]struct{}
}

// server scans one server.
func (s *scanning) server(ctx context.Context, c *redis.Client) error {
	for cursor := uint64(0); ; {
		var names []string
		err := s.kernel.try(ctx, func(ctx context.Context) (err error) {
			var next uint64
			if names, next, err = c.Scan(ctx, cursor, "{p*", scanStep).Result(); err == nil {
				cursor = next
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("scan: %w", err)
		}
		if err := s.read(ctx, s.fresh(names)); err != nil || cursor == 0 {
			return err
		}
	}
}

// A found is a key of ours that was found.
type found struct {
	store.Key

	kind byte
}

// fresh are the keys of ours that were not seen before.
func (s *scanning) fresh(names []string) []found {
	var all []found
	for _, name := range names {
		f, ok := parseKey(name)
		h := maphash.String(s.seed, name)
		if _, twice := s.seen[h]; ok && !twice {
			s.seen[h] = struct{}{}
			all = append(all, f)
		}
	}
	return all
}

// parseKey reads a key; false when it is none of ours.
func parseKey(text string) (found, bool) {
	if len(text) < 10 || text[:2] != "{p" || text[6] != '}' || text[8] != ':' {
		return found{}, false
	}
	p, err := strconv.Atoi(text[2:6])
	f := found{store.Key{Partition: p, Name: text[9:]}, text[7]}
	return f, err == nil && p >= 0 && p < store.Partitions && strings.IndexByte("rlzc", f.kind) >= 0
}

// read reads whole things and hands them on; one that went meanwhile is none.
func (s *scanning) read(ctx context.Context, all []found) error {
	var stopped error
	err := s.kernel.together(ctx, "scan", len(all), func(pipe redis.Pipeliner, i int) {
		name := key(all[i].Partition, all[i].kind, all[i].Name)
		switch all[i].kind {
		case listKind:
			pipe.LRange(ctx, name, 0, -1)
		case setKind:
			pipe.ZRangeWithScores(ctx, name, 0, -1)
		default:
			pipe.Get(ctx, name)
		}
	}, func(i int, answer redis.Cmder) error {
		thing, err := thingOf(all[i], answer)
		if err != nil || stopped != nil || thing.empty() {
			return err
		}
		stopped = s.visit(thing.Thing)
		return nil
	})
	if stopped != nil {
		return stopped
	}
	return err
}

// A something is a thing that may be nothing.
type something struct{ store.Thing }

func (s something) empty() bool {
	return s.Record.Version == 0 && len(s.List) == 0 && len(s.Set) == 0 && s.Counter == 0
}

func thingOf(f found, answer redis.Cmder) (something, error) {
	t := store.Thing{Key: f.Key}
	var err error
	switch f.kind {
	case listKind:
		for _, entry := range answer.(*redis.StringSliceCmd).Val() {
			t.List = append(t.List, []byte(entry))
		}
	case setKind:
		t.Set = membersOf(f.Partition, answer.(*redis.ZSliceCmd).Val())
	case counterKind:
		t.Counter, err = numberOf(answer)
	default:
		t.Record, err = decodeRecord(answer.(*redis.StringCmd).Val())
	}
	return something{t}, err
}

// Restore implements [store.Kernel].
func (k *Kernel) Restore(ctx context.Context, things ...store.Thing) error {
	for _, t := range things {
		if err := t.Check(); err != nil {
			return fmt.Errorf("restore: %w", err)
		}
	}
	return k.together(ctx, "restore", len(things), func(pipe redis.Pipeliner, i int) {
		restore(ctx, pipe, things[i])
	}, func(int, redis.Cmder) error { return nil })
}

// restore sends what makes one thing.
func restore(ctx context.Context, pipe redis.Pipeliner, t store.Thing) {
	switch {
	case t.Record.Version > 0:
		pipe.Set(ctx, key(t.Partition, recordKind, t.Name), encodeRecord(t.Record.Version, t.Record.Value), 0)
	case len(t.List) > 0:
		restoreList(ctx, pipe, key(t.Partition, listKind, t.Name), t.List)
	case len(t.Set) > 0:
		restoreSet(ctx, pipe, key(t.Partition, setKind, t.Name), t.Set)
	default:
		pipe.Set(ctx, key(t.Partition, counterKind, t.Name), t.Counter, 0)
	}
}

func restoreList(ctx context.Context, pipe redis.Pipeliner, name string, entries [][]byte) {
	pipe.Del(ctx, name)
	for len(entries) > 0 {
		some := entries[:min(len(entries), restored)]
		entries = entries[len(some):]
		args := make([]any, len(some))
		for i, entry := range some {
			args[i] = entry
		}
		pipe.RPush(ctx, name, args...)
	}
}

func restoreSet(ctx context.Context, pipe redis.Pipeliner, name string, members []store.Member) {
	pipe.Del(ctx, name)
	for len(members) > 0 {
		some := members[:min(len(members), restored)]
		members = members[len(some):]
		all := make([]redis.Z, len(some))
		for i, m := range some {
			all[i] = redis.Z{Score: float64(m.Score), Member: m.Name}
		}
		pipe.ZAdd(ctx, name, all...)
	}
}
