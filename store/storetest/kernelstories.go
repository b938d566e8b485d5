package storetest

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"

	"passerelle/store"
)

// kernelStories are what a kernel promises by itself.
func kernelStories() []story {
	return []story{
		{"nothing is there at first", nothingThere},
		{"kinds never meet under one name", kindsNeverMeet},
		{"partitions never meet", partitionsNeverMeet},
		{"a refused write does nothing", refusedDoesNothing},
		{"an ill-formed write does nothing", illFormedDoesNothing},
		{"any bytes come back as they went", anyBytes},
		{"a claim is given once", claimedOnce},
		{"a claim keeps to its limit", claimLimit},
		{"one of many wins", oneOfManyWins},
		{"a write of nothing is a barrier", nothingWritten},
		{"a caller who gave up is told so", gaveUp},
	}
}

func nothingThere(s *scene) {
	ctx := s.Context()
	s.is("record", can[[]store.Versioned](s)(s.kernel.Get(ctx, store.Key{Partition: 3, Name: "x"})), []store.Versioned{{}})
	s.is("list", can[[][][]byte](s)(s.kernel.Range(ctx, 0, store.Key{Partition: 3, Name: "x"})), [][][]byte{nil})
	s.is("members", can[[]store.Member](s)(s.kernel.Members(ctx, "x", 0)), []store.Member{})
	s.is("claims", can[[]store.Member](s)(s.kernel.Claim(ctx, "x", 10, 20, 5)), []store.Member{})
	for _, kind := range []store.Kind{store.SetKind, store.ListKind, store.CounterKind} {
		s.is("count", can[store.Count](s)(s.kernel.Count(ctx, kind, "x")), store.Count{})
	}
	s.is("no records asked", can[[]store.Versioned](s)(s.kernel.Get(ctx)), []store.Versioned{})
}

// one is a write of one effect or more in partition 7.
func one(effects ...store.Effect) store.Write { return store.Write{Partition: 7, Effects: effects} }

func entries(texts ...string) [][]byte {
	all := make([][]byte, len(texts))
	for i, text := range texts {
		all[i] = []byte(text)
	}
	return all
}

func kindsNeverMeet(s *scene) {
	ctx := s.Context()
	w := one(
		store.Push{List: "x", Entries: entries("first", "second")},
		store.Place{Set: "x", Member: "x", Score: 5},
		store.Add{Counter: "x", N: 3},
		store.Drop{List: "x:out"},
	)
	w.Put = &store.Put{Name: "x", Value: []byte("record")}
	s.is("reply", can[store.Reply](s)(s.kernel.Apply(ctx, w)), store.Reply{})
	s.is("drop another list", can[store.Reply](s)(s.kernel.Apply(ctx, one(store.Drop{List: "xx"}, store.Leave{Set: "x", Member: "xx"}))), store.Reply{})
	key := store.Key{Partition: 7, Name: "x"}
	s.is("record", can[[]store.Versioned](s)(s.kernel.Get(ctx, key)), []store.Versioned{{Version: 1, Value: []byte("record")}})
	s.is("list", can[[][][]byte](s)(s.kernel.Range(ctx, 0, key)), [][][]byte{entries("first", "second")})
	s.is("head", can[[][][]byte](s)(s.kernel.Range(ctx, 1, key)), [][][]byte{entries("first")})
	s.is("set", can[[]store.Member](s)(s.kernel.Members(ctx, "x", 0)), []store.Member{{Partition: 7, Name: "x", Score: 5}})
	s.is("counter", can[store.Count](s)(s.kernel.Count(ctx, store.CounterKind, "x")), store.Count{N: 3})
	s.is("lists", can[store.Count](s)(s.kernel.Count(ctx, store.ListKind, "x")), store.Count{N: 2})
	s.is("members", can[store.Count](s)(s.kernel.Count(ctx, store.SetKind, "x")), store.Count{N: 1, Lowest: 5})
}

func partitionsNeverMeet(s *scene) {
	ctx := s.Context()
	for _, p := range []int{0, 1, 255, 256, store.Partitions - 1} {
		can[store.Reply](s)(s.kernel.Apply(ctx, store.Write{Partition: p, Effects: []store.Effect{
			store.Push{List: "l", Entries: entries(strconv.Itoa(p))},
			store.Place{Set: "z", Member: "m", Score: int64(store.Partitions - p)},
		}}))
	}
	lists := can[[][][]byte](s)(s.kernel.Range(ctx, 0, store.Key{Partition: 256, Name: "l"}, store.Key{Partition: 2, Name: "l"}, store.Key{Name: "l"}))
	s.is("lists in the order asked", lists, [][][]byte{entries("256"), nil, entries("0")})
	lowest := can[[]store.Member](s)(s.kernel.Members(ctx, "z", 2))
	s.is("lowest over all", lowest, []store.Member{{Partition: 1023, Name: "m", Score: 1}, {Partition: 256, Name: "m", Score: 768}})
	s.is("count over all", can[store.Count](s)(s.kernel.Count(ctx, store.ListKind, "l")), store.Count{N: 5})
}

func refusedDoesNothing(s *scene) {
	ctx := s.Context()
	all := one(store.Push{List: "l", Entries: entries("12.0 hello")}, store.Place{Set: "z", Member: "m", Score: 4})
	all.Put = &store.Put{Name: "r", Value: []byte("one")}
	can[store.Reply](s)(s.kernel.Apply(ctx, all))
	harm := []store.Effect{store.Drop{List: "l"}, store.Leave{Set: "z", Member: "m"}, store.Add{Counter: "c", N: 1}}
	for _, c := range []struct {
		name string
		w    store.Write
		want store.Reply
	}{
		{
			"changed",
			store.Write{Partition: 7, Put: &store.Put{Name: "r", Version: 7, Value: []byte("two")}, Effects: harm},
			store.Reply{Refusal: store.Changed, Record: store.Versioned{Version: 1, Value: []byte("one")}},
		},
		{
			"another history",
			store.Write{Partition: 7, Put: &store.Put{Name: "r", Version: 1, Sum: store.Sum([]byte("uno")), Value: []byte("two")}, Effects: harm},
			store.Reply{Refusal: store.Changed, Record: store.Versioned{Version: 1, Value: []byte("one")}},
		},
		{
			"not there",
			store.Write{Partition: 7, Put: &store.Put{Name: "q", Version: 1, Value: []byte("two")}, Effects: harm},
			store.Reply{Refusal: store.Changed},
		},
		{"moved", store.Write{Partition: 7, Head: &store.Head{List: "l", Prefix: "12.01"}, Effects: harm}, store.Reply{Refusal: store.Moved}},
		{"empty", store.Write{Partition: 7, Head: &store.Head{List: "e", Prefix: "1"}, Effects: harm}, store.Reply{Refusal: store.Moved}},
		{
			"full",
			store.Write{Partition: 7, Put: &store.Put{Name: "r", Version: 1, Sum: store.Sum([]byte("one")), Value: []byte("two")}, Room: &store.Room{List: "l", Max: 1}, Effects: harm},
			store.Reply{Refusal: store.Full},
		},
	} {
		s.is(c.name, can[store.Reply](s)(s.kernel.Apply(ctx, c.w)), c.want)
	}
	s.is("list", can[[][][]byte](s)(s.kernel.Range(ctx, 0, store.Key{Partition: 7, Name: "l"})), [][][]byte{entries("12.0 hello")})
	s.is("record", can[[]store.Versioned](s)(s.kernel.Get(ctx, store.Key{Partition: 7, Name: "r"})), []store.Versioned{{Version: 1, Value: []byte("one")}})
	s.is("set", can[store.Count](s)(s.kernel.Count(ctx, store.SetKind, "z")), store.Count{N: 1, Lowest: 4})
	s.is("counter", can[store.Count](s)(s.kernel.Count(ctx, store.CounterKind, "c")), store.Count{})
}

func illFormedDoesNothing(s *scene) {
	ctx := s.Context()
	good := store.Push{List: "l", Entries: entries("x")}
	for name, w := range map[string]store.Write{
		"partition below": {Partition: -1, Effects: []store.Effect{good}},
		"partition above": {Partition: store.Partitions, Effects: []store.Effect{good}},
		"no name":         one(good, store.Pop{}),
		"zero in a name":  one(good, store.Drop{List: "a\x00b"}),
		"long name":       one(good, store.Add{Counter: strings.Repeat("n", 201), N: 1}),
		"nothing to push": one(good, store.Push{List: "l"}),
		"empty entry":     one(good, store.Push{List: "l", Entries: entries("")}),
		"empty swap":      one(good, store.Swap{List: "l"}),
		"keep nothing":    one(good, store.Trim{List: "l"}),
		"negative score":  one(good, store.Place{Set: "z", Member: "m", Score: -1}),
		"score too great": one(good, store.Place{Set: "z", Member: "m", Score: 1 << 53}),
		"no member":       one(good, store.Leave{Set: "z"}),
		"two takes":       one(good, store.Take{Set: "z", Member: "m"}, store.Take{Set: "z", Member: "n"}),
		"two follows":     one(good, store.Follow{Set: "z", Member: "m", List: "l"}, store.Follow{Set: "z", Member: "m", List: "l"}),
		"empty record":    {Put: &store.Put{Name: "r"}, Effects: []store.Effect{good}},
		"empty prefix":    {Head: &store.Head{List: "l"}, Effects: []store.Effect{good}},
		"room for none":   {Room: &store.Room{List: "l"}, Effects: []store.Effect{good}},
		"no effect":       one(good, nil),
	} {
		if _, err := s.kernel.Apply(ctx, w); err == nil {
			s.Errorf("%s: the write was taken", name)
		}
	}
	s.is("lists", can[store.Count](s)(s.kernel.Count(ctx, store.ListKind, "l")), store.Count{})
}

func anyBytes(s *scene) {
	ctx := s.Context()
	odd := make([]byte, 256)
	for i := range odd {
		odd[i] = byte(i)
	}
	big := bytes.Repeat([]byte("0123456789abcdef"), 1<<16) // a megabyte: a revision with its pictures
	w := one(store.Push{List: "l", Entries: [][]byte{odd, {0}, big}}, store.Place{Set: "é zà:{}", Member: "ÿ*?[", Score: 1})
	w.Put = &store.Put{Name: "r é", Value: odd}
	can[store.Reply](s)(s.kernel.Apply(ctx, w))
	s.is("record", can[[]store.Versioned](s)(s.kernel.Get(ctx, store.Key{Partition: 7, Name: "r é"})), []store.Versioned{{Version: 1, Value: odd}})
	list := can[[][][]byte](s)(s.kernel.Range(ctx, 0, store.Key{Partition: 7, Name: "l"}))[0]
	s.is("small entries", list[:2], [][]byte{odd, {0}})
	s.is("a large one", bytes.Equal(list[2], big), true)
	s.is("set", can[[]store.Member](s)(s.kernel.Members(ctx, "é zà:{}", 0)), []store.Member{{Partition: 7, Name: "ÿ*?[", Score: 1}})
}

// scatter puts members in a set, each in its own partition, scores from 1.
func scatter(s *scene, n int) {
	for i := range n {
		can[store.Reply](s)(s.kernel.Apply(s.Context(), store.Write{
			Partition: i * 31 % store.Partitions,
			Effects:   []store.Effect{store.Place{Set: "z", Member: "m" + strconv.Itoa(i), Score: int64(i + 1)}},
		}))
	}
}

func claimedOnce(s *scene) {
	const due = 40
	scatter(s, 50)
	var mu sync.Mutex
	var all sync.WaitGroup
	times := map[string]int{}
	for range 4 {
		all.Go(func() {
			for range 10 {
				claimed, err := s.kernel.Claim(s.Context(), "z", due, 1000, 7)
				mu.Lock()
				if err != nil {
					s.Errorf("claim: %v", err)
				}
				for _, m := range claimed {
					times[m.Name]++
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	s.is("members claimed", len(times), due)
	for name, n := range times {
		s.is("claims of "+name, n, 1)
	}
	s.is("moved", can[store.Count](s)(s.kernel.Count(s.Context(), store.SetKind, "z")), store.Count{N: 50, Lowest: due + 1})
}

func claimLimit(s *scene) {
	scatter(s, 20)
	claimed := can[[]store.Member](s)(s.kernel.Claim(s.Context(), "z", 100, 1000, 8))
	if len(claimed) == 0 || len(claimed) > 8 {
		s.Fatalf("%d members claimed with a limit of 8", len(claimed))
	}
	for _, m := range claimed {
		if m.Score > 20 || m.Partition != (int(m.Score)-1)*31%store.Partitions {
			s.Errorf("member %+v does not come as it was", m)
		}
	}
}

func oneOfManyWins(s *scene) {
	var mu sync.Mutex
	var all sync.WaitGroup
	won, took := 0, 0
	for i := range 16 {
		all.Go(func() {
			w := one(store.Take{Set: "z", Member: "m", Score: 50, After: 10, Until: 100})
			w.Put = &store.Put{Name: "r", Value: []byte("writer " + strconv.Itoa(i))}
			reply, err := s.kernel.Apply(s.Context(), w)
			lone, err2 := s.kernel.Apply(s.Context(), one(store.Take{Set: "y", Member: "m", Score: 50, After: 10, Until: 100}))
			mu.Lock()
			defer mu.Unlock()
			if err := errors.Join(err, err2); err != nil {
				s.Errorf("write: %v", err)
			}
			if reply.Refusal == store.NotRefused {
				won++
			}
			if lone.Took {
				took++
			}
		})
	}
	all.Wait()
	s.is("records set", won, 1)
	s.is("leases taken", took, 1)
}

// nothingWritten waits for what came before and changes nothing. Whether that
// is durable then, no story can see.
func nothingWritten(s *scene) {
	ctx := s.Context()
	for i := range 3 {
		s.is("reply", can[store.Reply](s)(s.kernel.Apply(ctx, one())), store.Reply{})
		can[store.Reply](s)(s.kernel.Apply(ctx, one(store.Add{Counter: "c", N: 1})))
		s.is("reply after a write", can[store.Reply](s)(s.kernel.Apply(ctx, one())), store.Reply{})
		s.is("counter", can[store.Count](s)(s.kernel.Count(ctx, store.CounterKind, "c")), store.Count{N: int64(i + 1)})
	}
	s.is("somewhere else", can[store.Reply](s)(s.kernel.Apply(ctx, store.Write{Partition: 8})), store.Reply{})
}

func gaveUp(s *scene) {
	ctx, cancel := context.WithCancel(s.Context())
	cancel()
	_, nothing := s.kernel.Apply(ctx, one())
	s.fails(nothing, context.Canceled)
	_, err := s.kernel.Get(ctx, store.Key{Name: "r"})
	s.fails(err, context.Canceled)
	_, err = s.kernel.Apply(ctx, one(store.Add{Counter: "c", N: 1}))
	s.fails(err, context.Canceled)
	s.is("counter", can[store.Count](s)(s.kernel.Count(s.Context(), store.CounterKind, "c")), store.Count{})
}
