package storetest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"

	"passerelle/store"
)

// A Model is a kernel of maps: what every kernel does, in the plainest words.
// It is the measure in lock step, and keeps nothing on any disk.
type Model struct {
	mu       sync.Mutex
	closed   bool
	records  map[store.Key]store.Versioned
	lists    map[store.Key][][]byte
	sets     map[string]map[store.Key]int64 // by set, then partition and member
	counters map[store.Key]int64
}

var _ store.Kernel = (*Model)(nil)

var errModelClosed = errors.New("the model is closed")

// NewModel makes an empty model.
func NewModel() *Model {
	return &Model{
		records: map[store.Key]store.Versioned{}, lists: map[store.Key][][]byte{},
		sets: map[string]map[store.Key]int64{}, counters: map[store.Key]int64{},
	}
}

// enter locks the model, unless it is closed or the caller gave up.
func (m *Model) enter(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	if m.closed {
		m.mu.Unlock()
		return errModelClosed
	}
	return nil
}

// Get implements [store.Kernel].
func (m *Model) Get(ctx context.Context, records ...store.Key) ([]store.Versioned, error) {
	if err := m.enter(ctx); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	found := make([]store.Versioned, len(records))
	for i, k := range records {
		found[i] = m.records[k]
	}
	return found, nil
}

// Range implements [store.Kernel].
func (m *Model) Range(ctx context.Context, limit int, lists ...store.Key) ([][][]byte, error) {
	if err := m.enter(ctx); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	found := make([][][]byte, len(lists))
	for i, k := range lists {
		list := m.lists[k]
		if limit > 0 && len(list) > limit {
			list = list[:limit]
		}
		found[i] = slices.Clone(list)
	}
	return found, nil
}

// Members implements [store.Kernel].
func (m *Model) Members(ctx context.Context, set string, limit int) ([]store.Member, error) {
	if err := m.enter(ctx); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	return m.sorted(set, limit), nil
}

func (m *Model) sorted(set string, limit int) []store.Member {
	var all []store.Member
	for k, score := range m.sets[set] {
		all = append(all, store.Member{Partition: k.Partition, Name: k.Name, Score: score})
	}
	slices.SortFunc(all, func(a, b store.Member) int {
		return cmp.Or(cmp.Compare(a.Score, b.Score), cmp.Compare(a.Partition, b.Partition), cmp.Compare(a.Name, b.Name))
	})
	if limit > 0 && len(all) > limit {
		all = all[:limit]
	}
	return all
}

// Claim implements [store.Kernel].
func (m *Model) Claim(ctx context.Context, set string, due, until int64, limit int) ([]store.Member, error) {
	if err := m.enter(ctx); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	var claimed []store.Member
	for _, one := range m.sorted(set, limit) {
		if one.Score <= due {
			claimed = append(claimed, one)
			m.sets[set][store.Key{Partition: one.Partition, Name: one.Name}] = until
		}
	}
	return claimed, nil
}

// Count implements [store.Kernel].
func (m *Model) Count(ctx context.Context, kind store.Kind, name string) (store.Count, error) {
	if err := m.enter(ctx); err != nil {
		return store.Count{}, err
	}
	defer m.mu.Unlock()
	var c store.Count
	if kind == store.SetKind {
		if all := m.sorted(name, 0); len(all) > 0 {
			c = store.Count{N: int64(len(all)), Lowest: all[0].Score}
		}
		return c, nil
	}
	for p := range store.Partitions {
		k := store.Key{Partition: p, Name: name}
		if kind == store.ListKind {
			c.N += int64(len(m.lists[k]))
		} else {
			c.N += m.counters[k]
		}
	}
	return c, nil
}

// Scan implements [store.Kernel].
func (m *Model) Scan(ctx context.Context, visit func(store.Thing) error) error {
	if err := m.enter(ctx); err != nil {
		return err
	}
	all := m.things()
	m.mu.Unlock()
	for _, one := range all {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := visit(one); err != nil {
			return err
		}
	}
	return nil
}

func (m *Model) things() []store.Thing {
	var all []store.Thing
	for k, record := range m.records {
		all = append(all, store.Thing{Key: k, Record: record})
	}
	for k, list := range m.lists {
		if len(list) > 0 {
			all = append(all, store.Thing{Key: k, List: slices.Clone(list)})
		}
	}
	for name := range m.sets {
		sets := map[int][]store.Member{} // by partition
		for _, one := range m.sorted(name, 0) {
			sets[one.Partition] = append(sets[one.Partition], one)
		}
		for p, set := range sets {
			all = append(all, store.Thing{Key: store.Key{Partition: p, Name: name}, Set: set})
		}
	}
	for k, n := range m.counters {
		if n != 0 {
			all = append(all, store.Thing{Key: k, Counter: n})
		}
	}
	return all
}

// Restore implements [store.Kernel].
func (m *Model) Restore(ctx context.Context, things ...store.Thing) error {
	for _, one := range things {
		if err := one.Check(); err != nil {
			return err
		}
	}
	if err := m.enter(ctx); err != nil {
		return err
	}
	defer m.mu.Unlock()
	for _, one := range things {
		switch {
		case one.Record.Version > 0:
			m.records[one.Key] = one.Record
		case len(one.List) > 0:
			m.lists[one.Key] = slices.Clone(one.List)
		case one.Counter != 0:
			m.counters[one.Key] = one.Counter
		}
		for _, member := range one.Set {
			m.place(member.Partition, one.Name, member.Name, member.Score)
		}
	}
	return nil
}

// Close implements [store.Kernel].
func (m *Model) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	return nil
}

// Apply implements [store.Kernel].
func (m *Model) Apply(ctx context.Context, w store.Write) (store.Reply, error) {
	if err := w.Check(); err != nil {
		return store.Reply{}, err
	}
	if err := m.enter(ctx); err != nil {
		return store.Reply{}, err
	}
	defer m.mu.Unlock()
	reply := m.refuse(w)
	if reply.Refusal != store.NotRefused {
		return reply, nil
	}
	if w.Put != nil {
		m.records[store.Key{Partition: w.Partition, Name: w.Put.Name}] = store.Versioned{
			Version: w.Put.Version + 1, Value: bytes.Clone(w.Put.Value),
		}
	}
	for _, e := range w.Effects {
		m.effect(w.Partition, e, &reply)
	}
	return reply, nil
}

func (m *Model) refuse(w store.Write) store.Reply {
	if w.Put != nil {
		current := m.records[store.Key{Partition: w.Partition, Name: w.Put.Name}]
		if !current.Is(w.Put) {
			return store.Reply{Refusal: store.Changed, Record: current}
		}
	}
	if w.Head != nil {
		list := m.lists[store.Key{Partition: w.Partition, Name: w.Head.List}]
		if len(list) == 0 || !bytes.HasPrefix(list[0], []byte(w.Head.Prefix)) {
			return store.Reply{Refusal: store.Moved}
		}
	}
	if w.Room != nil && len(m.lists[store.Key{Partition: w.Partition, Name: w.Room.List}]) >= w.Room.Max {
		return store.Reply{Refusal: store.Full}
	}
	return store.Reply{}
}

func (m *Model) effect(p int, e store.Effect, reply *store.Reply) {
	switch e := e.(type) {
	case store.Push, store.Swap, store.Pop, store.Trim, store.Drop:
		m.listEffect(p, e)
	case store.Place:
		m.place(p, e.Set, e.Member, e.Score)
	case store.Leave:
		delete(m.sets[e.Set], store.Key{Partition: p, Name: e.Member})
	case store.Raise:
		for _, member := range e.Members {
			m.place(p, e.Set, member, m.sets[e.Set][store.Key{Partition: p, Name: member}]+1)
		}
	case store.Take:
		score, ok := m.sets[e.Set][store.Key{Partition: p, Name: e.Member}]
		if held := ok && score > e.After && score <= e.Until; !held {
			m.place(p, e.Set, e.Member, e.Score)
			reply.Took = true
		}
	case store.Follow:
		if len(m.lists[store.Key{Partition: p, Name: e.List}]) == 0 {
			delete(m.sets[e.Set], store.Key{Partition: p, Name: e.Member})
			return
		}
		if m.sets[e.Set][store.Key{Partition: p, Name: e.Member}] <= e.Until {
			m.place(p, e.Set, e.Member, e.Score)
			reply.More = true
		}
	case store.Add:
		m.counters[store.Key{Partition: p, Name: e.Counter}] += e.N
	}
}

func (m *Model) listEffect(p int, e store.Effect) {
	at := func(name string) store.Key { return store.Key{Partition: p, Name: name} }
	switch e := e.(type) {
	case store.Push:
		for _, entry := range e.Entries {
			m.lists[at(e.List)] = append(m.lists[at(e.List)], bytes.Clone(entry))
		}
	case store.Swap:
		if list := slices.Clone(m.lists[at(e.List)]); len(list) > 0 {
			list[0] = bytes.Clone(e.Entry)
			m.lists[at(e.List)] = list
		}
	case store.Pop:
		if list := m.lists[at(e.List)]; len(list) > 0 {
			m.lists[at(e.List)] = list[1:]
		}
	case store.Trim:
		list := m.lists[at(e.List)]
		m.lists[at(e.List)] = list[max(len(list)-e.Keep, 0):]
	case store.Drop:
		delete(m.lists, at(e.List))
	case store.Place, store.Leave, store.Raise, store.Take, store.Follow, store.Add:
	}
}

func (m *Model) place(p int, set, member string, score int64) {
	if m.sets[set] == nil {
		m.sets[set] = map[store.Key]int64{}
	}
	m.sets[set][store.Key{Partition: p, Name: member}] = score
}
