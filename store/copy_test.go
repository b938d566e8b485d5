package store_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passerelle/store"
	"passerelle/store/storetest"
)

// quiet is progress nobody looks at.
func quiet(store.Stage, store.Digest) {}

// A row is a kernel to copy from, which gives its things in that order.
type row struct {
	store.Kernel
	things []store.Thing
}

// Range implements [store.Kernel]: nothing marks it.
func (row) Range(context.Context, int, ...store.Key) ([][][]byte, error) { return [][][]byte{nil}, nil }

func (r row) Scan(_ context.Context, visit func(store.Thing) error) error {
	for _, one := range r.things {
		if err := visit(one); err != nil {
			return err
		}
	}
	return nil
}

// digest is that of a copy of these things.
func digest(t *testing.T, things ...store.Thing) store.Digest {
	t.Helper()
	d, err := store.Copy(t.Context(), row{things: things}, storetest.NewModel(), quiet)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func at(name string) store.Key { return store.Key{Partition: 3, Name: name} }

// four are one thing of each kind.
func four() []store.Thing {
	return []store.Thing{
		{Key: at("r"), Record: store.Versioned{Version: 2, Value: []byte("value")}},
		{Key: at("l"), List: [][]byte{[]byte("ab"), []byte("c")}},
		{Key: at("s"), Set: []store.Member{{Partition: 3, Name: "m", Score: 1}, {Partition: 3, Name: "n", Score: 1}}},
		{Key: at("c"), Counter: -4},
	}
}

// A digest is written in logs and reports of other releases: it never changes.
func TestDigestIsForEver(t *testing.T) {
	const want = "1 records, 1 lists of 2 entries, 1 sets of 2 members, 1 counters, " +
		"sum 235c66993e5f1440d64be17b9b54199d9aee1495b0e2da21bc8a9feb9f75d3f1"
	if got := digest(t, four()...).String(); got != want {
		t.Errorf("digest %s, want %s", got, want)
	}
}

func TestDigestKnowsNoOrder(t *testing.T) {
	things := four()
	for i := range 300 {
		things = append(things, store.Thing{Key: at("c" + strconv.Itoa(i)), Counter: int64(i) + 1})
	}
	want := digest(t, things...)
	if want.Things() != 304 || want.Counters != 301 {
		t.Errorf("digest %v", want)
	}
	for range 5 {
		rand.Shuffle(len(things), func(i, j int) { things[i], things[j] = things[j], things[i] })
		if got := digest(t, things...); got != want {
			t.Fatalf("digest %v in another order, want %v", got, want)
		}
	}
}

// Whatever changes, the sum changes too, even where the counts do not.
func TestDigestSeesEveryField(t *testing.T) {
	changes := map[string]func(four []store.Thing){
		"partition of a record": func(f []store.Thing) { f[0].Partition++ },
		"name of a record":      func(f []store.Thing) { f[0].Name += "r" },
		"version":               func(f []store.Thing) { f[0].Record.Version++ },
		"value":                 func(f []store.Thing) { f[0].Record.Value = []byte("valuE") },
		"name and value":        func(f []store.Thing) { f[0].Name, f[0].Record.Value = "rv", []byte("alue") },
		"name of a list":        func(f []store.Thing) { f[1].Name = "L" },
		"an entry":              func(f []store.Thing) { f[1].List = [][]byte{[]byte("ab"), []byte("d")} },
		"where entries end":     func(f []store.Thing) { f[1].List = [][]byte{[]byte("a"), []byte("bc")} },
		"order of entries":      func(f []store.Thing) { f[1].List = [][]byte{[]byte("c"), []byte("ab")} },
		"set":                   func(f []store.Thing) { f[2].Name = "t" },
		"score":                 func(f []store.Thing) { f[2].Set = []store.Member{{3, "m", 1}, {3, "n", 2}} },
		"member":                func(f []store.Thing) { f[2].Set = []store.Member{{3, "m", 1}, {3, "o", 1}} },
		"counter":               func(f []store.Thing) { f[3].Counter = 4 },
		"name of a counter":     func(f []store.Thing) { f[3].Name = "d" },
		"a list, not a set":     func(f []store.Thing) { f[2].Set, f[2].List = nil, [][]byte{[]byte("m"), []byte("n")} },
	}
	seen := map[[32]byte]string{digest(t, four()...).Sum: "nothing changed"}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			things := four()
			change(things)
			sum := digest(t, things...).Sum
			if other, ok := seen[sum]; ok {
				t.Errorf("the same sum as with: %s", other)
			}
			seen[sum] = name
		})
	}
}

// A target is an empty kernel that does its work badly.
type target struct {
	*storetest.Model
	sizes   []int // things of each Restore
	loses   bool
	fails   error
	stopped func() // called by the first Restore
}

func (k *target) Restore(ctx context.Context, things ...store.Thing) error {
	k.sizes = append(k.sizes, len(things))
	if k.stopped != nil {
		k.stopped()
	}
	if k.fails != nil {
		return k.fails
	}
	if k.loses {
		things = things[1:]
	}
	return k.Model.Restore(ctx, things...)
}

// A restless source is written to while it is read.
type restless struct{ *storetest.Model }

func (k restless) Scan(ctx context.Context, visit func(store.Thing) error) error {
	err := k.Model.Scan(ctx, visit)
	_, writeErr := k.Apply(ctx, store.Write{Effects: []store.Effect{store.Add{Counter: "c", N: 1}}})
	return errors.Join(err, writeErr)
}

// A deaf source answers nothing.
type deaf struct{ store.Kernel }

// Range implements [store.Kernel]: nothing marks it.
func (deaf) Range(context.Context, int, ...store.Key) ([][][]byte, error) {
	return [][][]byte{nil}, nil
}

func (deaf) Scan(context.Context, func(store.Thing) error) error { return errLine }

// full is a source with a thing of each kind.
func full(t *testing.T) *storetest.Model {
	t.Helper()
	m := storetest.NewModel()
	if err := m.Restore(t.Context(), four()...); err != nil {
		t.Fatal(err)
	}
	return m
}

// What goes wrong is said, and whether the target may hold a part of the copy.
func TestCopyFails(t *testing.T) {
	tests := []struct {
		name   string
		from   func(t *testing.T) store.Kernel
		to     target
		want   error
		partly bool
	}{
		{"the source moves", func(t *testing.T) store.Kernel { return restless{full(t)} }, target{}, store.ErrMoving, true},
		{"the target loses", func(t *testing.T) store.Kernel { return full(t) }, target{loses: true}, store.ErrUnequal, true},
		{"the target fails", func(t *testing.T) store.Kernel { return full(t) }, target{fails: errLine}, errLine, true},
		{"the source fails", func(*testing.T) store.Kernel { return deaf{} }, target{}, errLine, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.to.Model = storetest.NewModel()
			d, err := store.Copy(t.Context(), tt.from(t), &tt.to, quiet)
			if !errors.Is(err, tt.want) {
				t.Errorf("error %v, want %v", err, tt.want)
			}
			if partly := d != (store.Digest{}); partly != tt.partly {
				t.Errorf("digest %v", d)
			}
		})
	}
}

func TestCopyStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	to := target{Model: storetest.NewModel(), stopped: cancel}
	d, err := store.Copy(ctx, full(t), &to, quiet)
	if !errors.Is(err, context.Canceled) || d == (store.Digest{}) {
		t.Errorf("digest %v, error %v", d, err)
	}
	if err := store.Whole(t.Context(), to.Model); !errors.Is(err, store.ErrPartial) {
		t.Errorf("what was stopped half-way: error %v", err)
	}
	if _, err := store.Copy(t.Context(), to.Model, storetest.NewModel(), quiet); !errors.Is(err, store.ErrPartial) {
		t.Errorf("a copy of it: error %v", err)
	}
	whole := storetest.NewModel()
	if _, err := store.Copy(t.Context(), full(t), whole, quiet); err != nil {
		t.Fatal(err)
	}
	if err := store.Whole(t.Context(), whole); err != nil {
		t.Error(err)
	}
}

// No write of a copy is too large, and progress is told of each.
func TestCopyInBatches(t *testing.T) {
	var things []store.Thing
	for i := range 1200 {
		things = append(things, store.Thing{Key: at("c" + strconv.Itoa(i)), Counter: 1})
	}
	large := []byte(strings.Repeat("x", 3<<20))
	for _, name := range []string{"a", "b"} {
		things = append(things, store.Thing{Key: at(name), Record: store.Versioned{Version: 1, Value: large}})
	}
	to := &target{Model: storetest.NewModel()}
	told := map[store.Stage][]int64{}
	_, err := store.Copy(t.Context(), row{things: things}, to, func(s store.Stage, d store.Digest) {
		told[s] = append(told[s], d.Things())
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{500, 500, 201, 1}, to.sizes); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
	want := map[store.Stage][]int64{
		store.Copying:  {500, 1000, 1201, 1202},
		store.Checking: {500, 1000, 500, 1000},
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("progress (-want +got):\n%s", diff)
	}
}
