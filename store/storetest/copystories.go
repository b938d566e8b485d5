package storetest

import (
	"cmp"
	"context"
	"errors"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"passerelle/store"
)

// copyStories are how a kernel is read whole and written again.
func copyStories() []story {
	return []story{
		{"a scan of nothing", scanNothing},
		{"a scan gives each thing once", scanEach},
		{"what is gone is not scanned", scanNothingGone},
		{"a scan ends where its visitor fails", scanEnds},
		{"anything is restored", restoreAnything},
		{"what is restored goes on", restoredGoesOn},
		{"an ill-formed thing is not restored", illFormedThing},
		{"a copy moves all", copyMoves},
		{"a copy needs an empty target", copyRefused},
	}
}

// things are all a kernel holds, in order.
func things(ctx context.Context, k store.Kernel) ([]store.Thing, error) {
	var all []store.Thing
	err := k.Scan(ctx, func(t store.Thing) error {
		all = append(all, t)
		return nil
	})
	slices.SortFunc(all, func(a, b store.Thing) int {
		return cmp.Or(cmp.Compare(a.Partition, b.Partition), cmp.Compare(a.Name, b.Name), cmp.Compare(form(a), form(b)))
	})
	return all, err
}

// form orders the things of one name.
func form(t store.Thing) int {
	switch {
	case t.Record.Version > 0:
		return 0
	case len(t.List) > 0:
		return 1
	case len(t.Set) > 0:
		return 2
	}
	return 3
}

func (s *scene) holds(what string, want []store.Thing) {
	s.Helper()
	s.is(what, can[[]store.Thing](s)(things(s.Context(), s.kernel)), want)
}

func scanNothing(s *scene) {
	s.holds("at first", nil)
	s.ok(s.kernel.Restore(s.Context()))
	s.holds("after nothing was restored", nil)
}

// keyed is a key of partition 7.
func keyed(name string) store.Key { return store.Key{Partition: 7, Name: name} }

// mixed are things of every kind, under names that might be taken for others.
func mixed() []store.Thing {
	odd := "é zà:{}*?[\n"
	return []store.Thing{
		{Key: store.Key{Partition: 0, Name: "x"}, Counter: -5},
		{Key: keyed("r:x"), Record: store.Versioned{Version: 3, Value: []byte("r:x")}},
		{Key: keyed("x"), Record: store.Versioned{Version: 1, Value: []byte{0, 255, 10, ' ', '.'}}},
		{Key: keyed("x"), List: entries("first", "second", "first")},
		{Key: keyed("x"), Set: []store.Member{
			{Partition: 7, Name: "a", Score: 4}, {Partition: 7, Name: "b", Score: 4}, {Partition: 7, Name: "x", Score: 9},
		}},
		{Key: keyed("x"), Counter: 1<<60 + 1},
		{Key: keyed(odd), List: [][]byte{{0}, {255, 254}}},
		{Key: keyed(odd), Set: []store.Member{{Partition: 7, Name: odd, Score: 1<<53 - 1}}},
		{Key: store.Key{Partition: store.Partitions - 1, Name: "x"}, Set: []store.Member{
			{Partition: store.Partitions - 1, Name: "b", Score: 0},
		}},
	}
}

// scanEach writes what mixed says, by detours.
func scanEach(s *scene) {
	want := mixed()
	for _, one := range want {
		w := store.Write{Partition: one.Partition}
		switch form(one) {
		case 0:
			s.putAgain(one)
			continue
		case 1:
			w.Effects = []store.Effect{
				store.Push{List: one.Name, Entries: entries("gone", "gone too")},
				store.Push{List: one.Name, Entries: one.List},
				store.Trim{List: one.Name, Keep: len(one.List)},
			}
		case 2:
			w.Effects = append(w.Effects, store.Place{Set: one.Name, Member: "gone", Score: 1})
			for _, m := range slices.Backward(one.Set) {
				w.Effects = append(w.Effects, store.Place{Set: one.Name, Member: m.Name, Score: 8},
					store.Place{Set: one.Name, Member: m.Name, Score: m.Score})
			}
			w.Effects = append(w.Effects, store.Leave{Set: one.Name, Member: "gone"})
		default:
			w.Effects = []store.Effect{store.Add{Counter: one.Name, N: 7}, store.Add{Counter: one.Name, N: one.Counter - 7}}
		}
		can[store.Reply](s)(s.kernel.Apply(s.Context(), w))
	}
	s.holds("all", want)
}

// putAgain puts a record as often as its version says.
func (s *scene) putAgain(one store.Thing) {
	s.Helper()
	last := store.Versioned{}
	for v := range one.Record.Version {
		value := one.Record.Value
		if v+1 < one.Record.Version {
			value = []byte("an older one")
		}
		s.is("reply", can[store.Reply](s)(s.kernel.Apply(s.Context(), store.Write{
			Partition: one.Partition,
			Put:       &store.Put{Name: one.Name, Version: v, Sum: store.Sum(last.Value), Value: value},
		})), store.Reply{})
		last.Value = value
	}
}

func scanNothingGone(s *scene) {
	for _, effects := range [][]store.Effect{
		{store.Push{List: "popped", Entries: entries("1")}, store.Push{List: "dropped", Entries: entries("1", "2")}},
		{store.Place{Set: "z", Member: "m", Score: 1}, store.Add{Counter: "c", N: 3}},
		{store.Pop{List: "popped"}, store.Drop{List: "dropped"}, store.Leave{Set: "z", Member: "m"}, store.Add{Counter: "c", N: -3}},
		{store.Add{Counter: "never", N: 0}, store.Pop{List: "never"}, store.Leave{Set: "never", Member: "m"}},
	} {
		can[store.Reply](s)(s.kernel.Apply(s.Context(), one(effects...)))
	}
	s.holds("what is left", nil)
}

func scanEnds(s *scene) {
	s.ok(s.kernel.Restore(s.Context(), mixed()...))
	enough, seen := errors.New("enough"), 0
	err := s.kernel.Scan(s.Context(), func(store.Thing) error {
		if seen++; seen == 3 {
			return enough
		}
		return nil
	})
	s.fails(err, enough)
	s.is("things seen", seen, 3)
	ctx, cancel := context.WithCancel(s.Context())
	err = s.kernel.Scan(ctx, func(store.Thing) error {
		cancel()
		return nil
	})
	s.fails(err, context.Canceled)
	s.fails(s.kernel.Restore(ctx, mixed()...), context.Canceled)
}

// restoreAnything gives back what no short history writes: great versions, and
// a list and a set of many.
func restoreAnything(s *scene) {
	const many = 1500
	list, set := make([][]byte, many), make([]store.Member, many)
	for i := range many {
		list[i] = []byte(strings.Repeat("x", i%50+1))
		set[i] = store.Member{Partition: 7, Name: "m" + strconv.Itoa(i), Score: int64(i)}
	}
	want := []store.Thing{
		{Key: keyed("great"), Record: store.Versioned{Version: 1 << 52, Value: []byte("{}")}},
		{Key: keyed("large"), Record: store.Versioned{Version: 1, Value: slices.Repeat([]byte("0123456789abcdef"), 1<<16)}},
		{Key: keyed("least"), Counter: math.MinInt64},
		{Key: keyed("many"), List: list},
		{Key: keyed("many"), Set: set},
		{Key: keyed("most"), Counter: math.MaxInt64},
	}
	for _, what := range []string{"restored", "restored again"} {
		s.ok(s.kernel.Restore(s.Context(), want...))
		got := can[[]store.Thing](s)(things(s.Context(), s.kernel))
		s.is(what, reflect.DeepEqual(got, want), true) // too much to tell what differs
	}
}

// restoredGoesOn writes on top of what was restored.
func restoredGoesOn(s *scene) {
	s.ok(s.kernel.Restore(s.Context(), mixed()...))
	w := one(store.Push{List: "x", Entries: entries("third")}, store.Pop{List: "x"},
		store.Place{Set: "x", Member: "a", Score: 10}, store.Add{Counter: "x", N: -1},
		store.Take{Set: "x", Member: "b", Score: 5, After: 3, Until: 4})
	w.Put = &store.Put{Name: "r:x", Version: 3, Sum: store.Sum([]byte("r:x")), Value: []byte("next")}
	w.Head = &store.Head{List: "x", Prefix: "first"}
	ctx := s.Context()
	s.is("reply", can[store.Reply](s)(s.kernel.Apply(ctx, w)), store.Reply{})
	s.is("record", can[[]store.Versioned](s)(s.kernel.Get(ctx, keyed("r:x"))), []store.Versioned{{Version: 4, Value: []byte("next")}})
	s.is("list", can[[][][]byte](s)(s.kernel.Range(ctx, 0, keyed("x"))), [][][]byte{entries("second", "first", "third")})
	s.is("members", can[[]store.Member](s)(s.kernel.Members(ctx, "x", 0)), []store.Member{
		{Partition: store.Partitions - 1, Name: "b", Score: 0},
		{Partition: 7, Name: "b", Score: 4},
		{Partition: 7, Name: "x", Score: 9},
		{Partition: 7, Name: "a", Score: 10},
	})
	s.is("counter", can[store.Count](s)(s.kernel.Count(ctx, store.CounterKind, "x")), store.Count{N: 1<<60 - 5})
	claimed := can[[]store.Member](s)(s.kernel.Claim(ctx, "x", 4, 20, 10))
	s.is("claims", len(claimed), 2)
}

func illFormedThing(s *scene) {
	good := store.Thing{Key: keyed("good"), Counter: 1}
	member := store.Member{Partition: 7, Name: "m", Score: 1}
	for name, bad := range map[string]store.Thing{
		"nothing":           {Key: keyed("x")},
		"two kinds":         {Key: keyed("x"), Counter: 1, List: entries("x")},
		"partition":         {Key: store.Key{Partition: store.Partitions, Name: "x"}, Counter: 1},
		"no name":           {Key: keyed(""), Counter: 1},
		"empty record":      {Key: keyed("x"), Record: store.Versioned{Version: 1}},
		"empty entry":       {Key: keyed("x"), List: entries("a", "")},
		"member elsewhere":  {Key: keyed("x"), Set: []store.Member{member, {Partition: 8, Name: "m", Score: 1}}},
		"member of no name": {Key: keyed("x"), Set: []store.Member{{Partition: 7, Score: 1}}},
		"score":             {Key: keyed("x"), Set: []store.Member{{Partition: 7, Name: "m", Score: -1}}},
	} {
		if err := s.kernel.Restore(s.Context(), good, bad); err == nil {
			s.Errorf("%s: the thing was taken", name)
		}
	}
	s.holds("nothing was restored", nil)
}

func copyMoves(s *scene) {
	model := NewModel()
	s.ok(model.Restore(s.Context(), mixed()...))
	digest := can[store.Digest](s)(store.Copy(s.Context(), model, s.kernel, func(store.Stage, store.Digest) {}))
	s.holds("copied", mixed())
	back := NewModel()
	s.is("the same digest on the way back",
		can[store.Digest](s)(store.Copy(s.Context(), s.kernel, back, func(store.Stage, store.Digest) {})), digest)
	s.is("there and back", can[[]store.Thing](s)(things(s.Context(), back)), mixed())
}

func copyRefused(s *scene) {
	model := NewModel()
	s.ok(model.Restore(s.Context(), mixed()...))
	mine := []store.Thing{{Key: keyed("mine"), Counter: 1}}
	s.ok(s.kernel.Restore(s.Context(), mine...))
	_, err := store.Copy(s.Context(), model, s.kernel, func(store.Stage, store.Digest) {})
	s.fails(err, store.ErrNotEmpty)
	s.holds("nothing was added", mine)
}

// copiesInLockStep restores what random histories left behind into a fresh
// kernel, and goes on there, in lock step with the model that lived through
// the history.
func copiesInLockStep(t *testing.T, open Factory) {
	histories(t, func(r *rapid.T) {
		w := &writeMachine{pair: pair[store.Kernel]{open(t), NewModel()}}
		defer func() { w.close(r) }()
		for range rapid.IntRange(0, 12).Draw(r, "writes") {
			w.write(r)
		}
		w.claim(r)
		all := w.scan(r)
		if err := w.pair[0].Close(); err != nil {
			r.Fatal(err)
		}
		w.pair[0] = open(t)
		for range 2 { // the second time changes nothing
			if err := w.pair[0].Restore(r.Context(), all...); err != nil {
				r.Fatal(err)
			}
			w.scan(r)
			w.compare(r)
		}
		for range 3 {
			w.write(r)
			w.compare(r)
		}
		w.scan(r)
	})
}

// scan reads both whole.
func (w *writeMachine) scan(t *rapid.T) []store.Thing {
	return both(t, "things", w.pair, func(k store.Kernel) ([]store.Thing, error) { return things(t.Context(), k) })
}
