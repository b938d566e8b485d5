package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"

	"passerelle/store"
)

// Get implements [store.Kernel].
func (k *Kernel) Get(ctx context.Context, records ...store.Key) ([]store.Versioned, error) {
	found := make([]store.Versioned, len(records))
	err := k.view(ctx, "read records", func(t table) error {
		for i, key := range records {
			found[i] = t.record(key.Partition, key.Name)
			found[i].Value = bytes.Clone(found[i].Value)
		}
		return nil
	})
	return found, err
}

// record reads a record; its value is good until the transaction ends.
func (t table) record(partition int, name string) store.Versioned {
	v := t.data.Get(dataKey(partition, name, recordKey, ""))
	if len(v) < 8 {
		return store.Versioned{}
	}
	return store.Versioned{Version: binary.BigEndian.Uint64(v), Value: v[8:]}
}

func (t table) setRecord(partition int, name string, r store.Versioned) error {
	v := binary.BigEndian.AppendUint64(make([]byte, 0, 8+len(r.Value)), r.Version)
	return t.data.Put(dataKey(partition, name, recordKey, ""), append(v, r.Value...))
}

// Range implements [store.Kernel].
func (k *Kernel) Range(ctx context.Context, limit int, lists ...store.Key) ([][][]byte, error) {
	found := make([][][]byte, len(lists))
	err := k.view(ctx, "read lists", func(t table) error {
		for i, key := range lists {
			found[i] = t.entries(list{key.Partition, key.Name}, limit)
		}
		return nil
	})
	return found, err
}

// Members implements [store.Kernel].
func (k *Kernel) Members(ctx context.Context, set string, limit int) ([]store.Member, error) {
	var found []store.Member
	err := k.view(ctx, "read a set", func(t table) error {
		found = t.members(set, limit, -1)
		return nil
	})
	return found, err
}

// members reads the lowest members of a set, up to a score when that is not
// negative, lowest first.
func (t table) members(set string, limit int, due int64) []store.Member {
	var found []store.Member
	prefix := append([]byte(set), 0)
	c := t.index.Cursor()
	for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		rest := k[len(prefix):]
		m := store.Member{
			Score:     int64(binary.BigEndian.Uint64(rest)), //nolint:gosec // was never negative
			Partition: int(binary.BigEndian.Uint16(rest[8:])),
			Name:      string(rest[10:]),
		}
		if due >= 0 && m.Score > due {
			break
		}
		found = append(found, m)
		if len(found) == limit {
			break
		}
	}
	return found
}

// Claim implements [store.Kernel]. Nothing is written when nothing is due.
func (k *Kernel) Claim(ctx context.Context, set string, due, until int64, limit int) ([]store.Member, error) {
	waits := false
	err := k.view(ctx, "claim", func(t table) error {
		waits = len(t.members(set, 1, due)) > 0
		return nil
	})
	if err != nil || !waits {
		return nil, err
	}
	var claimed []store.Member
	err = k.submit(ctx, "claim", func(t table) error {
		claimed = t.members(set, limit, due)
		for _, m := range claimed {
			if err := t.put(set, m.Partition, m.Name, until); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return claimed, nil
}

// Count implements [store.Kernel].
func (k *Kernel) Count(ctx context.Context, kind store.Kind, name string) (store.Count, error) {
	var count store.Count
	err := k.view(ctx, "count", func(t table) error {
		switch kind {
		case store.SetKind:
			count = t.countSet(name)
		case store.ListKind:
			for p := range store.Partitions {
				first, end := t.bounds(list{p, name})
				count.N += int64(end - first) //nolint:gosec // a length
			}
		case store.CounterKind:
			for p := range store.Partitions {
				count.N += t.counter(p, name)
			}
		}
		return nil
	})
	return count, err
}

func (t table) countSet(set string) store.Count {
	var count store.Count
	prefix := append([]byte(set), 0)
	c := t.index.Cursor()
	for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		if count.N == 0 {
			count.Lowest = int64(binary.BigEndian.Uint64(k[len(prefix):])) //nolint:gosec // was never negative
		}
		count.N++
	}
	return count
}

func (t table) counter(partition int, name string) int64 {
	v := t.data.Get(dataKey(partition, name, counterKey, ""))
	if len(v) != 8 {
		return 0
	}
	return int64(binary.BigEndian.Uint64(v)) //nolint:gosec // the same 64 bits
}

func (t table) setCounter(partition int, name string, n int64) error {
	v := binary.BigEndian.AppendUint64(nil, uint64(n)) //nolint:gosec // the same 64 bits
	return t.data.Put(dataKey(partition, name, counterKey, ""), v)
}

// Apply implements [store.Kernel].
func (k *Kernel) Apply(ctx context.Context, w store.Write) (store.Reply, error) {
	if err := w.Check(); err != nil {
		return store.Reply{}, fmt.Errorf("write: %w", err)
	}
	if w.Put == nil && w.Head == nil && w.Room == nil && len(w.Effects) == 0 {
		return store.Reply{}, k.submit(ctx, "write", nil)
	}
	var reply store.Reply
	err := k.submit(ctx, "write", func(t table) error {
		a := applier{table: t, partition: w.Partition}
		err := a.apply(w)
		reply = a.reply
		return err
	})
	if err != nil {
		return store.Reply{}, err
	}
	return reply, nil
}

// An applier does one write.
type applier struct {
	table
	partition int
	reply     store.Reply
}

func (a *applier) list(name string) list { return list{a.partition, name} }

func (a *applier) apply(w store.Write) error {
	if a.reply.Refusal = a.refusal(w); a.reply.Refusal != store.NotRefused {
		return nil
	}
	if w.Put != nil {
		next := store.Versioned{Version: w.Put.Version + 1, Value: w.Put.Value}
		if err := a.setRecord(a.partition, w.Put.Name, next); err != nil {
			return err
		}
	}
	for _, e := range w.Effects {
		if err := a.effect(e); err != nil {
			return err
		}
	}
	return nil
}

// refusal is the first condition that does not hold.
func (a *applier) refusal(w store.Write) store.Refusal {
	if w.Put != nil {
		if current := a.record(a.partition, w.Put.Name); !current.Is(w.Put) {
			current.Value = bytes.Clone(current.Value)
			a.reply.Record = current
			return store.Changed
		}
	}
	if w.Head != nil {
		head := a.entries(a.list(w.Head.List), 1)
		if len(head) == 0 || !bytes.HasPrefix(head[0], []byte(w.Head.Prefix)) {
			return store.Moved
		}
	}
	if w.Room != nil {
		if first, end := a.bounds(a.list(w.Room.List)); end-first >= uint64(w.Room.Max) { //nolint:gosec // checked: positive
			return store.Full
		}
	}
	return store.NotRefused
}

func (a *applier) effect(e store.Effect) error {
	switch e := e.(type) {
	case store.Push:
		return a.push(a.list(e.List), e.Entries)
	case store.Swap:
		return a.swap(a.list(e.List), e.Entry)
	case store.Pop:
		return a.pop(a.list(e.List))
	case store.Trim:
		return a.cut(a.list(e.List), uint64(e.Keep)) //nolint:gosec // checked: positive
	case store.Drop:
		return a.cut(a.list(e.List), 0)
	case store.Place:
		return a.put(e.Set, a.partition, e.Member, e.Score)
	case store.Leave:
		return a.remove(e.Set, a.partition, e.Member)
	case store.Raise:
		return a.raise(e)
	case store.Take:
		return a.take(e)
	case store.Follow:
		return a.follow(e)
	case store.Add:
		return a.setCounter(a.partition, e.Counter, a.counter(a.partition, e.Counter)+e.N)
	}
	return nil
}

func (a *applier) pop(l list) error {
	first, end := a.bounds(l)
	return a.cut(l, max(end-first, 1)-1)
}

func (a *applier) swap(l list, entry []byte) error {
	first, end := a.bounds(l)
	if first == end {
		return nil
	}
	return a.data.Put(l.place(first), entry)
}

func (a *applier) take(e store.Take) error {
	score, ok := a.score(e.Set, a.partition, e.Member)
	if ok && score > e.After && score <= e.Until {
		return nil
	}
	a.reply.Took = true
	return a.put(e.Set, a.partition, e.Member, e.Score)
}

func (a *applier) raise(e store.Raise) error {
	for _, member := range e.Members {
		score, _ := a.score(e.Set, a.partition, member)
		if err := a.put(e.Set, a.partition, member, score+1); err != nil {
			return err
		}
	}
	return nil
}

func (a *applier) follow(e store.Follow) error {
	first, end := a.bounds(a.list(e.List))
	if first == end {
		return a.remove(e.Set, a.partition, e.Member)
	}
	if score, ok := a.score(e.Set, a.partition, e.Member); ok && score > e.Until {
		return nil
	}
	a.reply.More = true
	return a.put(e.Set, a.partition, e.Member, e.Score)
}
