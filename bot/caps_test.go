package bot

import (
	"fmt"
	"testing"
	"time"

	"passerelle/flows"
)

func TestCapOnMessages(t *testing.T) {
	c := newCaps(100, 3)
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	for i, want := range []verdict{admitted, admitted, admitted, overCap, overCapAgain, overCapAgain} {
		if got := c.message("phone:a", now); got != want {
			t.Errorf("message %d: %v, want %v", i+1, got, want)
		}
	}
	if got := c.message("phone:b", now); got != admitted {
		t.Errorf("another learner: %v", got)
	}
	if got := c.message("phone:a", now.Add(time.Minute)); got != admitted {
		t.Errorf("a minute later: %v", got)
	}
	if got := c.message("phone:a", now.Add(-time.Hour)); got != admitted {
		t.Errorf("after the clock was set back: %v", got)
	}
}

func TestCapOnNewcomers(t *testing.T) {
	c := newCaps(2, 100)
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	for i, want := range []verdict{admitted, admitted, overCap, overCap} {
		who := flows.Address(fmt.Sprint("phone:", i))
		if got := c.newcomer(who, now); got != want {
			t.Errorf("newcomer %d: %v, want %v", i+1, got, want)
		}
	}
	if got := c.newcomer("phone:2", now); got != overCapAgain {
		t.Errorf("one told before: %v", got)
	}
	if got := c.newcomer("phone:2", now.Add(time.Hour)); got != admitted {
		t.Errorf("an hour later: %v", got)
	}
}

// Strangers cannot make the caps themselves grow.
func TestCapsAreBounded(t *testing.T) {
	c := newCaps(1, 1)
	now := time.Now()
	for i := range maxWatched + 10 {
		c.message(flows.Address(fmt.Sprint("phone:", i)), now)
	}
	if len(c.watched) != maxWatched || c.recent.Len() != maxWatched {
		t.Errorf("%d learners are watched", len(c.watched))
	}
	if _, ok := c.watched["phone:0"]; ok {
		t.Error("the oldest is still watched")
	}
}
