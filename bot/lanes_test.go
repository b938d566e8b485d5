package bot

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"passerelle/flows"
)

func TestLanesKeepOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l lanes
		var mu sync.Mutex
		var order []int
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				leave, err := l.enter(t.Context(), "phone:a")
				if err != nil {
					t.Error(err)
					return
				}
				defer leave()
				time.Sleep(time.Second)
				mu.Lock()
				order = append(order, i)
				mu.Unlock()
			})
			synctest.Wait() // the next one comes after this one is in line
		}
		all.Wait()
		if !slices.IsSorted(order) || len(order) != 20 {
			t.Errorf("order %v", order)
		}
		if len(l.busy) != 0 {
			t.Errorf("%d lanes are left", len(l.busy))
		}
	})
}

func TestLanesDoNotDelayOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l lanes
		leave, err := l.enter(t.Context(), "phone:slow")
		if err != nil {
			t.Fatal(err)
		}
		defer leave()
		began := time.Now()
		other, err := l.enter(t.Context(), "phone:other")
		if err != nil {
			t.Fatal(err)
		}
		other()
		if waited := time.Since(began); waited != 0 {
			t.Errorf("another conversation waited %s", waited)
		}
	})
}

func TestLanesGiveUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l lanes
		leave, _ := l.enter(t.Context(), "phone:a")
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := l.enter(ctx, "phone:a"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
		leave()
		again, err := l.enter(t.Context(), "phone:a")
		if err != nil {
			t.Fatal(err)
		}
		again()
	})
}

func TestLanesAreBounded(t *testing.T) {
	var l lanes
	var who flows.Address = "phone:a"
	for range maxLane + 1 {
		if _, err := l.queue(who); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := l.queue(who); !errors.Is(err, ErrBusy) {
		t.Errorf("error %v, want ErrBusy", err)
	}
	if _, err := l.queue("phone:b"); err != nil {
		t.Errorf("another conversation: %v", err)
	}
}
