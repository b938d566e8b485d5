package store_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"passerelle/flows"
	"passerelle/store"
	"passerelle/store/storetest"
)

// errLine is what a broken line to the kernel gives.
var errLine = errors.New("the line broke")

// A brokenLine is a kernel whose replies get lost: sometimes before the write
// was done, sometimes after.
type brokenLine struct {
	store.Kernel
	t *rapid.T
}

func (k brokenLine) Apply(ctx context.Context, w store.Write) (store.Reply, error) {
	switch rapid.IntRange(0, 5).Draw(k.t, "line") {
	case 0:
		return store.Reply{}, errLine
	case 1:
		if _, err := k.Kernel.Apply(ctx, w); err != nil {
			return store.Reply{}, err
		}
		return store.Reply{}, errLine
	default:
		return k.Kernel.Apply(ctx, w)
	}
}

// Two processes take the same inputs over a line that breaks, each repeating
// what was not acknowledged. Each input is taken once, each message sent at
// least once, and in order.
func TestExactlyOnceOverABrokenLine(t *testing.T) {
	const a flows.Address = "phone:marie"
	rapid.Check(t, func(t *rapid.T) {
		ctx, now := t.Context(), storetest.Monday()
		model := storetest.NewModel()
		open := func() *store.Store {
			return store.Open(brokenLine{model, t}, store.Options{Now: func() time.Time { return now }, Cache: 4})
		}
		processes := []*store.Store{open(), open()}
		const inputs = 6
		next := []int{0, 0} // the input each process is at
		var sent []string
		for next[0] < inputs || next[1] < inputs {
			i := rapid.IntRange(0, 1).Draw(t, "process")
			if rapid.IntRange(0, 9).Draw(t, "crash") == 0 {
				processes[i] = open()
			}
			if next[i] < inputs && receive(ctx, processes[i], a, next[i], now) {
				next[i]++
			}
			sent = append(sent, relay(ctx, processes[i], a)...)
		}
		sent = append(sent, drain(ctx, store.Open(model, store.Options{}), a)...)
		judge(ctx, t, store.Open(model, store.Options{}), a, sent, inputs)
	})
}

// receive takes input n and tells whether it was acknowledged.
func receive(ctx context.Context, s *store.Store, a flows.Address, n int, now time.Time) bool {
	before, err := s.Load(ctx, a)
	for range 3 {
		if err != nil {
			return false
		}
		id := strconv.Itoa(n)
		var c store.Committed
		c, err = s.Commit(ctx, before, storetest.Turn(before, id, now, "x", id+"a", id+"b"))
		if err == nil || errors.Is(err, store.ErrDuplicate) {
			return true
		}
		before = c.Record
		if errors.Is(err, store.ErrConflict) {
			err = nil
		}
	}
	return false
}

// relay sends one message, whoever holds the lease: the worst there can be.
func relay(ctx context.Context, s *store.Store, a flows.Address) []string {
	d, ok, err := s.Next(ctx, a)
	if err != nil || !ok {
		return nil
	}
	_, _ = s.Delivered(ctx, d) // an error here is the crash between sending and noting
	return []string{d.Message.Text}
}

func drain(ctx context.Context, s *store.Store, a flows.Address) []string {
	var sent []string
	for {
		one := relay(ctx, s, a)
		if one == nil {
			return sent
		}
		sent = append(sent, one...)
	}
}

func judge(ctx context.Context, t *rapid.T, s *store.Store, a flows.Address, sent []string, inputs int) {
	r, err := s.Load(ctx, a)
	if err != nil || r.Version != uint64(inputs) || r.Lines != uint64(3*inputs) {
		t.Fatalf("version %d and %d lines after %d inputs, error %v", r.Version, r.Lines, inputs, err)
	}
	var once []string
	for _, text := range sent {
		if len(once) == 0 || once[len(once)-1] != text {
			once = append(once, text)
		}
	}
	var want []string
	for n := range inputs {
		want = append(want, strconv.Itoa(n)+"a", strconv.Itoa(n)+"b")
	}
	if strings.Join(once, " ") != strings.Join(want, " ") {
		t.Fatalf("sent %q, want each of %q at least once and in order", sent, want)
	}
}

// One conversation that this release cannot read holds up no other.
func TestUnreadableConversationHoldsUpNoOther(t *testing.T) {
	ctx, now := t.Context(), storetest.Monday()
	model := storetest.NewModel()
	s := store.Open(model, store.Options{Now: func() time.Time { return now }, Cache: -1})
	for _, a := range []flows.Address{"phone:bad", "phone:good"} {
		before, err := s.Load(ctx, a)
		if err != nil {
			t.Fatal(err)
		}
		turn := storetest.Turn(before, "m1", now, "aidant", "oui")
		turn.After.Mode = flows.WaitingMode
		turn.Effects = append(turn.Effects, flows.Alert{Reason: flows.AskedPerson})
		storetest.Timed(&turn, flows.PauseTimer, 1, now)
		if _, err := s.Commit(ctx, before, turn); err != nil {
			t.Fatal(err)
		}
	}
	spoil(ctx, t, model, "phone:bad", `{"format":99}`)

	_, err := s.Load(ctx, "phone:bad")
	wantError(t, "load", err)
	_, err = s.Commit(ctx, store.Record{Conversation: flows.Conversation{Address: "phone:bad"}},
		storetest.Turn(store.Record{Conversation: flows.Conversation{Address: "phone:bad"}}, "m2", now, "x"))
	wantError(t, "commit", err)
	requests, err := s.Requests(ctx)
	wantError(t, "requests", err)
	if len(requests) != 1 || requests[0].Address != "phone:good" {
		t.Errorf("requests %+v", requests)
	}
	due, err := s.Due(ctx, now.Add(time.Hour), 10)
	wantError(t, "due", err)
	if len(due) != 2 || due[0].Address != "phone:good" || due[1].Address != "phone:good" {
		t.Errorf("due %+v", due)
	}
}

// spoil puts another value in place of a record, found by its message.
func spoil(ctx context.Context, t *testing.T, k store.Kernel, a flows.Address, value string) {
	t.Helper()
	members, err := k.Members(ctx, "requests", 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range members {
		found, err := k.Get(ctx, store.Key{Partition: m.Partition, Name: m.Name})
		if err != nil {
			t.Fatal(err)
		}
		if m.Partition != store.Partition(a) {
			continue
		}
		put := &store.Put{Name: m.Name, Version: found[0].Version, Sum: store.Sum(found[0].Value), Value: []byte(value)}
		if _, err := k.Apply(ctx, store.Write{Partition: m.Partition, Put: put}); err != nil {
			t.Fatal(err)
		}
	}
}

func wantError(t *testing.T, what string, err error) {
	t.Helper()
	if !errors.Is(err, store.ErrLater) || strings.Contains(fmt.Sprint(err), "phone:") {
		t.Errorf("%s: error %v, want %v, without an address", what, err, store.ErrLater)
	}
}

// Keys hold a hash, never the address.
func TestKeysHideTheAddress(t *testing.T) {
	ctx, now := t.Context(), storetest.Monday()
	spy := &spyKernel{Kernel: storetest.NewModel()}
	s := store.Open(spy, store.Options{Now: func() time.Time { return now }})
	const a flows.Address = "sms:+33612345678"
	before, err := s.Load(ctx, a)
	if err != nil {
		t.Fatal(err)
	}
	turn := storetest.Turn(before, "m1", now, "x", "y")
	turn.After.Mode = flows.WaitingMode
	turn.Effects = append(turn.Effects, flows.Alert{Reason: flows.AskedPerson})
	storetest.Timed(&turn, flows.PauseTimer, 1, now)
	if _, err := s.Commit(ctx, before, turn); err != nil {
		t.Fatal(err)
	}
	if err := s.Park(ctx, a, "m2", "broken"); err != nil {
		t.Fatal(err)
	}
	if len(spy.names) < 6 {
		t.Fatalf("only %q were seen", spy.names)
	}
	for _, name := range spy.names {
		if strings.Contains(name, "612345678") {
			t.Errorf("the name %q holds the address", name)
		}
	}
}

// A spyKernel notes every name it is asked to keep something under.
type spyKernel struct {
	store.Kernel
	names []string
}

func (k *spyKernel) Apply(ctx context.Context, w store.Write) (store.Reply, error) {
	if w.Put != nil {
		k.names = append(k.names, w.Put.Name)
	}
	for _, e := range w.Effects {
		switch e := e.(type) {
		case store.Push:
			k.names = append(k.names, e.List)
		case store.Place:
			k.names = append(k.names, e.Member)
		case store.Take:
			k.names = append(k.names, e.Member)
		}
	}
	return k.Kernel.Apply(ctx, w)
}
