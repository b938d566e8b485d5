package storetest

import (
	"cmp"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"passerelle/store"
)

// writesInLockStep sends the same random writes to the kernel and the model.
func writesInLockStep(t *testing.T, open Factory) {
	histories(t, func(r *rapid.T) {
		w := &writeMachine{pair: pair[store.Kernel]{open(t), NewModel()}}
		defer w.close(r)
		r.Repeat(map[string]func(*rapid.T){
			"write": w.write, "claim": w.claim, "": w.compare,
		})
	})
}

// historyTime is how long the random histories of one test go on, unless there
// is time for all of them.
const historyTime = 8 * time.Second

// histories tries many of them, and fewer when there is little time: every
// write of a history may wait for a disk, or for a server.
func histories(t *testing.T, live func(r *rapid.T)) {
	t.Helper()
	left, until := 20, time.Now().Add(historyTime)
	rapid.Check(t, func(r *rapid.T) {
		if !Long() && (left == 0 || left < 20 && time.Now().After(until)) {
			return
		}
		failed := true
		defer func() {
			if !failed { // one that failed is tried again and again, to make it short
				left--
			}
		}()
		live(r)
		failed = false
	})
}

// A pair is the subject and its measure.
type pair[T any] [2]T

// both asks both and wants one answer.
func both[T, V any](t *rapid.T, what string, p pair[T], ask func(T) (V, error)) V {
	t.Helper()
	got, err := ask(p[0])
	want, wantErr := ask(p[1])
	if (err == nil) != (wantErr == nil) {
		t.Fatalf("%s: error %v, want %v", what, err, wantErr)
	}
	if diff := gocmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.EquateErrors()); diff != "" {
		t.Fatalf("%s differs (-model +kernel):\n%s", what, diff)
	}
	return got
}

// A writeMachine makes writes on a few names, so that they meet often. Every
// name is used for every kind.
type writeMachine struct {
	pair pair[store.Kernel]
}

// The names and partitions of the machine.
var (
	someNames      = []string{"a", "aa", "a:out"}
	somePartitions = []int{0, 1, 256}
)

func (w *writeMachine) close(t *rapid.T) {
	for _, k := range w.pair {
		if err := k.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
}

func aName(t *rapid.T) string { return rapid.SampledFrom(someNames).Draw(t, "name") }

func aScore(t *rapid.T) int64 { return rapid.Int64Range(0, 20).Draw(t, "score") }

func anEntry(t *rapid.T) []byte { return rapid.SliceOfN(rapid.Byte(), 1, 4).Draw(t, "entry") }

func (w *writeMachine) write(t *rapid.T) {
	write := store.Write{Partition: rapid.SampledFrom(somePartitions).Draw(t, "partition")}
	if rapid.Bool().Draw(t, "put") {
		write.Put = w.put(t, write.Partition)
	}
	if rapid.IntRange(0, 3).Draw(t, "head") == 0 {
		write.Head = &store.Head{List: aName(t), Prefix: string(anEntry(t)[:1])}
	}
	if rapid.IntRange(0, 3).Draw(t, "room") == 0 {
		write.Room = &store.Room{List: aName(t), Max: rapid.IntRange(1, 5).Draw(t, "max")}
	}
	for range rapid.IntRange(0, 5).Draw(t, "effects") {
		write.Effects = append(write.Effects, anEffect(t))
	}
	both(t, "write", w.pair, func(k store.Kernel) (store.Reply, error) { return k.Apply(t.Context(), write) })
}

// put draws a change of a record: mostly of the one that is there, sometimes of
// one that was, or of another history.
func (w *writeMachine) put(t *rapid.T, partition int) *store.Put {
	p := &store.Put{Name: aName(t), Value: anEntry(t)}
	found, err := w.pair[1].Get(t.Context(), store.Key{Partition: partition, Name: p.Name})
	if err != nil {
		t.Fatal(err)
	}
	p.Version, p.Sum = found[0].Version, store.Sum(found[0].Value)
	switch rapid.IntRange(0, 5).Draw(t, "late") {
	case 0:
		p.Version = rapid.Uint64Range(0, 3).Draw(t, "version")
	case 1:
		p.Sum++
	}
	return p
}

// anEffect draws any effect. Two Takes or two Follows in one write are drawn
// too: both kernels must refuse them.
func anEffect(t *rapid.T) store.Effect {
	name, member := aName(t), aName(t)
	switch rapid.IntRange(0, 10).Draw(t, "effect") {
	case 9:
		return store.Raise{Set: name, Members: rapid.SliceOfN(rapid.SampledFrom(someNames), 1, 3).Draw(t, "members")}
	case 0:
		return store.Pop{List: name}
	case 1:
		return store.Swap{List: name, Entry: anEntry(t)}
	case 2:
		return store.Trim{List: name, Keep: rapid.IntRange(1, 3).Draw(t, "keep")}
	case 3:
		return store.Drop{List: name}
	case 4:
		return store.Place{Set: name, Member: member, Score: aScore(t)}
	case 5:
		return store.Leave{Set: name, Member: member}
	case 6:
		return store.Take{Set: name, Member: member, Score: aScore(t), After: aScore(t), Until: aScore(t)}
	case 7:
		return store.Follow{Set: name, Member: member, Score: aScore(t), Until: aScore(t), List: aName(t)}
	case 8:
		return store.Add{Counter: name, N: rapid.Int64Range(-3, 3).Draw(t, "n")}
	default:
		return store.Push{List: name, Entries: rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 1, 4), 1, 3).Draw(t, "entries")}
	}
}

func (w *writeMachine) claim(t *rapid.T) {
	set, due, until := aName(t), aScore(t), aScore(t)
	both(t, "claim", w.pair, func(k store.Kernel) ([]store.Member, error) {
		claimed, err := k.Claim(t.Context(), set, due, until, 1000)
		slices.SortFunc(claimed, func(a, b store.Member) int {
			return cmp.Or(cmp.Compare(a.Partition, b.Partition), cmp.Compare(a.Name, b.Name))
		})
		return claimed, err
	})
}

// compare reads everything there can be.
func (w *writeMachine) compare(t *rapid.T) {
	var keys []store.Key
	for _, p := range somePartitions {
		for _, name := range someNames {
			keys = append(keys, store.Key{Partition: p, Name: name})
		}
	}
	ctx := t.Context()
	both(t, "records", w.pair, func(k store.Kernel) ([]store.Versioned, error) { return k.Get(ctx, keys...) })
	for _, limit := range []int{0, 2} {
		both(t, "lists", w.pair, func(k store.Kernel) ([][][]byte, error) { return k.Range(ctx, limit, keys...) })
		for _, set := range someNames {
			both(t, "members", w.pair, func(k store.Kernel) ([]store.Member, error) { return k.Members(ctx, set, limit) })
		}
	}
	for _, kind := range []store.Kind{store.SetKind, store.ListKind, store.CounterKind} {
		name := aName(t)
		both(t, "count", w.pair, func(k store.Kernel) (store.Count, error) { return k.Count(ctx, kind, name) })
	}
}
