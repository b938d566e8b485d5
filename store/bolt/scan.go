package bolt

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"passerelle/store"
)

// Exists fails unless a folder holds a store. It makes nothing.
func Exists(dir string) error {
	_, err := os.Stat(filepath.Join(dir, fileName))
	return err
}

// Scan implements [store.Kernel]. It reads one state of the store: that of the
// instant it began.
func (k *Kernel) Scan(ctx context.Context, visit func(store.Thing) error) error {
	var said error // by visit: no fault of this store
	err := k.view(ctx, "read everything", func(t table) error {
		s := scan{table: t, visit: func(one store.Thing) error {
			if err := one.Check(); err != nil {
				return fmt.Errorf("%w: %s: %w", ErrDamaged, one.Name, err)
			}
			if said = ctx.Err(); said == nil {
				said = visit(one)
			}
			return said
		}}
		return s.run()
	})
	if said != nil {
		return said
	}
	return err
}

// A scan walks over all data in order. The members of a partition's sets lie
// apart from one another there, so they are kept until the partition ends.
type scan struct {
	table
	visit     func(store.Thing) error
	partition int
	sets      map[string][]store.Member
}

func (s *scan) run() error {
	c := s.data.Cursor()
	for key, value := c.First(); key != nil; key, value = c.Next() {
		if len(key) < 2 {
			return fmt.Errorf("%w: a key of %d bytes", ErrDamaged, len(key))
		}
		if err := s.enter(int(binary.BigEndian.Uint16(key))); err != nil {
			return err
		}
		name, rest, found := bytes.Cut(key[2:], []byte{0})
		if !found || len(rest) == 0 {
			return fmt.Errorf("%w: a key without a kind", ErrDamaged)
		}
		if err := s.see(string(name), rest, value); err != nil {
			return err
		}
	}
	return s.leave()
}

// enter comes to a partition, which may be the one before.
func (s *scan) enter(partition int) error {
	if s.sets != nil && partition == s.partition {
		return nil
	}
	err := s.leave()
	s.partition, s.sets = partition, map[string][]store.Member{}
	return err
}

// leave gives the sets of the partition.
func (s *scan) leave() error {
	for _, set := range slices.Sorted(maps.Keys(s.sets)) {
		members := s.sets[set]
		slices.SortFunc(members, func(a, b store.Member) int {
			return cmp.Or(cmp.Compare(a.Score, b.Score), cmp.Compare(a.Name, b.Name))
		})
		if err := s.visit(store.Thing{Key: s.key(set), Set: members}); err != nil {
			return err
		}
	}
	return nil
}

func (s *scan) key(name string) store.Key { return store.Key{Partition: s.partition, Name: name} }

// see looks at one key: its kind and what follows that are in rest.
func (s *scan) see(name string, rest, value []byte) error {
	switch kind := rest[0]; kind {
	case recordKey:
		record := s.record(s.partition, name)
		record.Value = bytes.Clone(record.Value)
		return s.visit(store.Thing{Key: s.key(name), Record: record})
	case headKey:
		l := list{s.partition, name}
		entries := s.entries(l, 0)
		if first, end := s.bounds(l); uint64(len(entries)) != end-first {
			return fmt.Errorf("%w: a list of %d entries has %d", ErrDamaged, end-first, len(entries))
		}
		return s.visit(store.Thing{Key: s.key(name), List: entries})
	case counterKey:
		if n := s.counter(s.partition, name); n != 0 {
			return s.visit(store.Thing{Key: s.key(name), Counter: n})
		}
	case scoreKey:
		if len(value) != 8 {
			return fmt.Errorf("%w: a score of %d bytes", ErrDamaged, len(value))
		}
		score := int64(binary.BigEndian.Uint64(value)) //nolint:gosec // was never negative
		set := string(rest[1:])
		s.sets[set] = append(s.sets[set], store.Member{Partition: s.partition, Name: name, Score: score})
	case listKey: // comes with its head
	default:
		return fmt.Errorf("%w: a key of kind %q", ErrDamaged, kind)
	}
	return nil
}

// Restore implements [store.Kernel]. All the things are written, or none.
func (k *Kernel) Restore(ctx context.Context, things ...store.Thing) error {
	for _, one := range things {
		if err := one.Check(); err != nil {
			return fmt.Errorf("restore %s: %w", one.Name, err)
		}
	}
	return k.submit(ctx, "restore", func(t table) error {
		for _, one := range things {
			if err := t.restore(one); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t table) restore(one store.Thing) error {
	if one.Record.Version > 0 {
		return t.setRecord(one.Partition, one.Name, one.Record)
	}
	if one.Counter != 0 {
		return t.setCounter(one.Partition, one.Name, one.Counter)
	}
	if len(one.List) > 0 {
		l := list{one.Partition, one.Name}
		if err := t.cut(l, 0); err != nil {
			return err
		}
		return t.push(l, one.List)
	}
	for _, m := range one.Set {
		if err := t.put(one.Name, m.Partition, m.Name, m.Score); err != nil {
			return err
		}
	}
	return nil
}
