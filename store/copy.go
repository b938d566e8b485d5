package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
)

// Why a copy is refused, or is not to be trusted.
var (
	// ErrNotEmpty says that the target of a copy holds something.
	ErrNotEmpty = errors.New("the target holds something already; copy to an empty one")
	// ErrMoving says that the source changed while it was copied.
	ErrMoving = errors.New("the source changed while it was copied; stop every process that uses it, empty the target and copy again")
	// ErrPartial says that a store holds a copy that came to no end.
	ErrPartial = errors.New("a copy into this store was interrupted; empty it and copy again")
	// ErrUnequal says that the target does not hold what was copied.
	ErrUnequal = errors.New("the target does not hold what was copied; stop every process that uses it, empty it and copy again")
)

// Bounds of what a copy writes at once. One thing that is larger goes alone.
const (
	copyThings = 500
	copyBytes  = 4 << 20
)

// A Stage is a part of a copy.
type Stage int

// The stages, in order.
const (
	Copying  Stage = iota
	Checking       // both kernels are read again
)

// unfinished is a list that stands in a target until all is copied and checked.
func unfinished() Key { return Key{0, "copying"} }

// Whole fails with [ErrPartial] when a copy into that kernel was interrupted.
func Whole(ctx context.Context, k Kernel) error {
	lists, err := k.Range(ctx, 1, unfinished())
	if err == nil && len(lists[0]) > 0 {
		return ErrPartial
	}
	return wrap("look whether the store is whole", err)
}

// Copy writes all that one kernel holds to another one that holds nothing.
// Then it reads both again: the target must hold what was copied, and the
// source nothing else. Until then the target is marked ([Whole]). It returns the digest of what was copied so far; when
// it fails and that is not zero, the target may hold a part of it and is to be
// emptied. Progress is told now and then how far a stage is.
func Copy(ctx context.Context, from, to Kernel, progress func(Stage, Digest)) (Digest, error) {
	if err := vacant(ctx, to); err != nil {
		return Digest{}, fmt.Errorf("look at the target: %w", err)
	}
	if err := Whole(ctx, from); err != nil {
		return Digest{}, fmt.Errorf("look at the source: %w", err)
	}
	if err := mark(ctx, to, Push{List: unfinished().Name, Entries: [][]byte{[]byte("1")}}); err != nil {
		return Digest{}, fmt.Errorf("mark the target: %w", err)
	}
	c := copier{to: to, progress: progress}
	err := from.Scan(ctx, func(t Thing) error { return c.take(ctx, t) })
	if err == nil {
		err = c.flush(ctx)
	}
	if err == nil {
		err = c.verify(ctx, to, ErrUnequal)
	}
	if err == nil {
		err = c.verify(ctx, from, ErrMoving)
	}
	if err == nil {
		err = mark(ctx, to, Drop{List: unfinished().Name})
	}
	if err != nil {
		return c.done, fmt.Errorf("copy: %w", err)
	}
	return c.done, nil
}

// mark changes the mark of a target.
func mark(ctx context.Context, k Kernel, e Effect) error {
	_, err := k.Apply(ctx, Write{Partition: unfinished().Partition, Effects: []Effect{e}})
	return err
}

// vacant fails unless the kernel holds nothing.
func vacant(ctx context.Context, k Kernel) error {
	return k.Scan(ctx, func(Thing) error { return ErrNotEmpty })
}

// A copier is one copy under way.
type copier struct {
	to       Kernel
	progress func(Stage, Digest)
	batch    []Thing
	size     int // bytes of the batch
	done     Digest
}

// take adds a thing to the batch, which goes out before it grows too large.
func (c *copier) take(ctx context.Context, t Thing) error {
	size := t.size()
	if len(c.batch) == copyThings || c.size+size > copyBytes {
		if err := c.flush(ctx); err != nil {
			return err
		}
	}
	c.batch = append(c.batch, t)
	c.size += size
	c.done.add(t)
	return nil
}

// flush writes the batch.
func (c *copier) flush(ctx context.Context) error {
	if len(c.batch) == 0 {
		return nil
	}
	if err := c.to.Restore(ctx, c.batch...); err != nil {
		return fmt.Errorf("write to the target: %w", err)
	}
	c.batch, c.size = nil, 0
	c.progress(Copying, c.done)
	return nil
}

// verify fails with otherwise when a kernel does not hold what was copied.
func (c *copier) verify(ctx context.Context, k Kernel, otherwise error) error {
	var found Digest
	err := k.Scan(ctx, func(t Thing) error {
		if t.Key == unfinished() && len(t.List) > 0 {
			return nil
		}
		found.add(t)
		if found.Things()%copyThings == 0 {
			c.progress(Checking, found)
		}
		return nil
	})
	if err == nil && found != c.done {
		err = fmt.Errorf("%w (%v were copied, %v are there)", otherwise, c.done, found)
	}
	return err
}

// A Digest sums up what a kernel holds, in whatever order that is read: two
// kernels with the same digest hold the same.
type Digest struct {
	Records, Lists, Sets, Counters int64
	// Entries are those of all lists, Members those of all sets.
	Entries, Members int64
	// Sum adds up the SHA-256 of every thing, as one number of 256 bits.
	Sum [sha256.Size]byte
}

// Things is how many things there are of any kind.
func (d Digest) Things() int64 { return d.Records + d.Lists + d.Sets + d.Counters }

// String is the digest on one line.
func (d Digest) String() string {
	return fmt.Sprintf("%d records, %d lists of %d entries, %d sets of %d members, %d counters, sum %x",
		d.Records, d.Lists, d.Entries, d.Sets, d.Members, d.Counters, d.Sum)
}

// add counts one thing more.
func (d *Digest) add(t Thing) {
	switch {
	case t.Record.Version > 0:
		d.Records++
	case len(t.List) > 0:
		d.Lists++
		d.Entries += int64(len(t.List))
	case len(t.Set) > 0:
		d.Sets++
		d.Members += int64(len(t.Set))
	default:
		d.Counters++
	}
	carry := 0
	one := t.sum()
	for i := len(one) - 1; i >= 0; i-- {
		carry += int(d.Sum[i]) + int(one[i])
		d.Sum[i] = byte(carry) //nolint:gosec // the rest is carried on
		carry >>= 8
	}
}

// sum is the SHA-256 of a thing: of all its parts in one order, each text with
// its length before it, so that no two things are written alike.
func (t Thing) sum() [sha256.Size]byte {
	h := hasher{sha256.New()}
	h.number(int64(t.Partition))
	h.text([]byte(t.Name))
	h.number(int64(t.Record.Version)) //nolint:gosec // the same 64 bits
	h.text(t.Record.Value)
	h.number(int64(len(t.List)))
	for _, entry := range t.List {
		h.text(entry)
	}
	h.number(int64(len(t.Set)))
	for _, m := range t.Set {
		h.number(int64(m.Partition))
		h.number(m.Score)
		h.text([]byte(m.Name))
	}
	h.number(t.Counter)
	return [sha256.Size]byte(h.Sum(nil))
}

// A hasher writes parts of a thing; a hash never fails.
type hasher struct{ hash.Hash }

func (h hasher) number(n int64) {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(n)) //nolint:gosec // the same 64 bits
	_, _ = h.Write(b[:])
}

func (h hasher) text(b []byte) {
	h.number(int64(len(b)))
	_, _ = h.Write(b)
}

// size is about how many bytes a thing takes.
func (t Thing) size() int {
	n := len(t.Name) + len(t.Record.Value)
	for _, entry := range t.List {
		n += len(entry)
	}
	for _, m := range t.Set {
		n += len(m.Name) + 8
	}
	return n
}

var errBadThing = errors.New("the thing is not well formed")

// Check tells whether every kernel can keep the thing. Kernels call it before
// they restore anything.
func (t Thing) Check() error {
	c := checker{}
	c.that(t.Partition >= 0 && t.Partition < Partitions, "partition")
	c.name(t.Name)
	c.that(t.kinds() == 1, "one of record, list, set and counter")
	if t.Record.Version > 0 {
		c.value(t.Record.Value)
	}
	for _, entry := range t.List {
		c.value(entry)
	}
	for _, m := range t.Set {
		c.that(m.Partition == t.Partition, "partition of a member")
		c.name(m.Name)
		c.score(m.Score)
	}
	if c.wrong != "" {
		return fmt.Errorf("%w: %s", errBadThing, c.wrong)
	}
	return nil
}

// kinds is how many of its four parts a thing has.
func (t Thing) kinds() int {
	n := 0
	for _, has := range []bool{t.Record.Version > 0, len(t.List) > 0, len(t.Set) > 0, t.Counter != 0} {
		if has {
			n++
		}
	}
	return n
}
