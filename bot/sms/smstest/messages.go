package smstest

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"
)

// awaited is how long [Twilio.Await] waits.
const awaited = 30 * time.Second

// A Message is one that a person received.
type Message struct {
	SID, Body string
	At        time.Time
	// Status is "queued" until [Twilio.Report] tells another.
	Status   string
	Segments int
}

// A message is one of either direction.
type message struct {
	Message

	inbound  bool
	from, to string
	callback string
	code     string // of its failure
}

// add keeps a message under a new name. The lock is held.
func (t *Twilio) add(m *message) {
	m.SID = newSID("SM")
	m.At = t.o.Now().UTC().Truncate(time.Second)
	m.Segments = segments(m.Body)
	t.messages = append(t.messages, m)
	t.bySID[m.SID] = m
	if !m.inbound {
		t.to[m.to] = append(t.to[m.to], m)
	}
	t.wake()
}

func newSID(kind string) string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails
	return kind + hex.EncodeToString(b[:])
}

// Messages are what a person received, oldest first.
func (t *Twilio) Messages(to string) []Message {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.received(to)
}

func (t *Twilio) received(to string) []Message {
	var all []Message
	for _, m := range t.to[to] {
		all = append(all, m.Message)
	}
	return all
}

// Await waits until what a person received is as it should be. It fails the test
// after half a minute.
func (t *Twilio) Await(tb testing.TB, to, what string, done func([]Message) bool) {
	tb.Helper()
	late := time.NewTimer(awaited)
	defer late.Stop()
	for {
		t.mu.Lock()
		changed, now := t.changed, t.received(to)
		t.mu.Unlock()
		if done(now) {
			return
		}
		select {
		case <-changed:
		case <-late.C:
			tb.Fatalf("waited for %s at %s, who has %d messages:%s", what, to, len(now), list(now))
		}
	}
}

// list shows the last messages.
func list(all []Message) string {
	var b strings.Builder
	for _, m := range all[max(0, len(all)-10):] {
		fmt.Fprintf(&b, "\n%s %s: %s", m.At.Format(time.TimeOnly), m.Status, m.Body)
	}
	return b.String()
}
