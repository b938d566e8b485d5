package telegram

import (
	"context"
	"errors"
	"testing"
	"time"

	"passerelle/flows"
)

// A stopped clock is moved by hand.
type clock struct{ at time.Time }

func newClock() *clock { return &clock{time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time { return c.at }

// booked tells how many of n messages have their turn within the patience.
func booked(p *pace, chat int64, n int) int {
	taken := 0
	for range n {
		if _, ok := p.book(chat); ok {
			taken++
		}
	}
	return taken
}

func TestOneChatIsPaced(t *testing.T) {
	c := newClock()
	p := newPace(1000, c.now)
	p.each = 1
	if got := booked(p, 1, 20); got != chatBurst+1 { // some at once, one within a second
		t.Errorf("%d messages to one person, want %d", got, chatBurst+1)
	}
	if wait, ok := p.book(1); ok || wait < time.Second || wait > 3*time.Second {
		t.Errorf("the next one: wait %v, %v", wait, ok)
	}
	if got := booked(p, 2, 1); got != 1 {
		t.Error("another person waits too")
	}
	c.at = c.at.Add(10 * time.Second)
	if got := booked(p, 1, 20); got != chatBurst+1 {
		t.Errorf("later %d messages, want %d", got, chatBurst+1)
	}
}

// What was refused takes no place from others.
func TestAllArePaced(t *testing.T) {
	c := newClock()
	p := newPace(0, c.now)
	booked(p, 1, 500)
	sent := chatBurst + 1
	for range 60 {
		c.at = c.at.Add(time.Second)
		for chat := range int64(200) {
			sent += booked(p, 2+chat, 1)
		}
	}
	if sent < 60*perSecond || sent > 62*perSecond+10 {
		t.Errorf("%d messages in 60 seconds, want %d", sent, 60*perSecond)
	}
}

func TestOneRefusedChatHoldsNobody(t *testing.T) {
	c := newClock()
	p := newPace(0, c.now)
	for range 5 {
		if pause, everybody := p.refused(1, 30*time.Second); pause != 30*time.Second || everybody {
			t.Fatalf("pause %v, everybody %v", pause, everybody)
		}
	}
	if wait, ok := p.book(1); ok || wait != 30*time.Second {
		t.Errorf("the refused chat: wait %v, %v", wait, ok)
	}
	if booked(p, 2, 1) != 1 {
		t.Error("another chat waits too")
	}
	c.at = c.at.Add(31 * time.Second)
	if booked(p, 1, 1) != 1 {
		t.Error("the pause does not end")
	}
}

func TestManyRefusedChatsHoldAll(t *testing.T) {
	c := newClock()
	p := newPace(0, c.now)
	p.refused(1, 9*time.Second)
	c.at = c.at.Add(time.Second)
	p.refused(2, 3*time.Second)
	if booked(p, 9, 1) != 1 {
		t.Fatal("two are no reason")
	}
	if _, everybody := p.refused(3, 0); !everybody {
		t.Fatal("three within two seconds are all")
	}
	if wait, ok := p.book(9); ok || wait != leastPause {
		t.Errorf("another chat: wait %v, %v; want the shortest of the pauses", wait, ok)
	}
	c.at = c.at.Add(leastPause)
	if booked(p, 9, 1) != 1 || booked(p, 1, 1) != 0 {
		t.Error("afterwards each chat is on its own again")
	}
}

// A pause of everybody may become longer, never shorter.
func TestPauseOfAllStays(t *testing.T) {
	c := newClock()
	p := newPace(0, c.now)
	for chat := range int64(4) {
		p.refused(chat, 9*time.Second)
	}
	p.refused(4, 0)
	if wait, ok := p.book(9); ok || wait != 9*time.Second {
		t.Errorf("wait %v, %v", wait, ok)
	}
}

func TestRefusalsFarApartHoldNobody(t *testing.T) {
	c := newClock()
	p := newPace(0, c.now)
	for chat := range int64(10) {
		if _, everybody := p.refused(chat, time.Minute); everybody {
			t.Fatal("everybody pauses")
		}
		c.at = c.at.Add(1500 * time.Millisecond)
	}
}

func TestPaceForgetsIdleChats(t *testing.T) {
	c := newClock()
	p := newPace(1_000_000, c.now)
	p.each = 1
	p.refused(0, time.Hour)
	for chat := range int64(20_000) {
		booked(p, chat, 1)
		c.at = c.at.Add(10 * time.Millisecond)
	}
	if len(p.chats) > 2*keptChats {
		t.Errorf("%d chats are remembered", len(p.chats))
	}
	if booked(p, 0, 1) != 0 {
		t.Error("a chat in its pause was forgotten")
	}
}

func TestWaitIsShort(t *testing.T) {
	p := newPace(0, time.Now)
	p.refused(1, time.Minute)
	var refusal *flows.Refusal
	if err := p.wait(t.Context(), 1); !errors.As(err, &refusal) || refusal.Never || refusal.After < 50*time.Second {
		t.Errorf("got %v", err)
	}
	booked(p, 2, chatBurst)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.wait(ctx, 2); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
