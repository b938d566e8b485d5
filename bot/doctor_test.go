package bot

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"passerelle/flows"
)

// report is what the doctor says of a house.
func report(t *testing.T, k *kit) (string, error) {
	t.Helper()
	c, out, _ := caller(t, k, "", "doctor")
	c.house = k.house
	err := c.examine(t.Context(), k.house)
	return out.String(), err
}

// Each thing that waits or went wrong has its line; none of them is a fault of
// the installation.
func TestDoctorCounts(t *testing.T) {
	tests := []struct {
		name  string
		state func(t *testing.T, k *kit)
		line  string
	}{
		{"nothing", func(*testing.T, *kit) {}, "✓ Conversations : 0."},
		{"a message given up", func(_ *testing.T, k *kit) {
			k.flaky.fails = []error{never()}
			k.relayed(func() { k.must(k.say("flaky:1", "a", "bonjour")) })
		}, "! 1 message n'a pas pu être envoyé"},
		{"two messages given up", func(_ *testing.T, k *kit) {
			k.flaky.fails = []error{never(), never()}
			k.relayed(func() { k.must(k.say("flaky:1", "a", "bonjour")) })
		}, "! 2 messages n'ont pas pu être envoyés"},
		{"an input put aside", func(_ *testing.T, k *kit) {
			good := k.shelf.library
			k.shelf.library = nil
			k.must(k.say("phone:a", "poison", "aïe"))
			k.shelf.library = good
		}, "! 1 message reçu a fait échouer"},
		{"a message that is late", func(_ *testing.T, k *kit) {
			k.must(k.say("flaky:1", "a", "bonjour"))
			time.Sleep(10 * time.Minute) // nobody sends
		}, "! 1 conversation a un message en attente depuis le 23/11/2026 10:00"},
		{"a message that waits for its hour", func(_ *testing.T, k *kit) {
			k.must(k.say("pigeon:1", "a", "bonjour"))
			k.must(k.alone(k.t.Context(), func(context.Context) error {
				time.Sleep(time.Second)
				return nil
			}))
		}, "✓ Tous les messages sont partis, ou attendent leur heure (1)."},
		{"somebody who waits", func(_ *testing.T, k *kit) {
			k.must(k.say("phone:a", "a", "bonjour"))
			k.must(k.say("phone:a", "b", "AIDANT"))
		}, "! 1 personne attend une aide humaine, depuis le 23/11/2026 10:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(time.Until(monday(t)))
				k := newKit(t)
				tt.state(t, k)
				got, err := report(t, k)
				if err != nil {
					t.Errorf("error %v", err)
				}
				if !strings.Contains(got, tt.line) {
					t.Errorf("report\n%s\nlacks %q", got, tt.line)
				}
			})
		})
	}
}

// A port that somebody else took is a fault, with what to do.
func TestDoctorPorts(t *testing.T) {
	k := newKit(t)
	l, err := listen(t.Context(), "PASSERELLE_LISTEN", "127.0.0.1:0")
	k.must(err)
	defer l.Close()
	k.config.Listen = l.Addr().String()
	c, out, _ := caller(t, k, "", "doctor")
	if err := c.examine(t.Context(), k.house); !errors.Is(err, errFound) {
		t.Errorf("error %v", err)
	}
	if !strings.Contains(out.String(), "✗ PASSERELLE_LISTEN : l'adresse") {
		t.Errorf("it said %s", out)
	}
}

// An edition that is not in the store would be lost with the next upgrade.
func TestDoctorRevision(t *testing.T) {
	k := newKit(t)
	k.edition = edition(t, k.words, 1)
	k.shelf.renew(k.edition)
	if f := k.checkRevision(t.Context()); f.mark != bad {
		t.Errorf("finding %+v", f)
	}
	k.must(k.publish(t.Context()))
	if f := k.checkRevision(t.Context()); f.mark != good {
		t.Errorf("finding %+v", f)
	}
	k.must(k.store.SaveRevision(t.Context(), "damaged", []byte("no archive")))
	if _, err := k.shelf.edition(t.Context(), flows.RevisionID("damaged")); err == nil {
		t.Error("a damaged edition was brought")
	}
}

// A disk nobody can ask is said to be unknown, not full.
func TestDoctorSpace(t *testing.T) {
	k := newKit(t)
	if f := k.checkSpace(); f.mark == bad || f.sentence == "space.unknown" {
		t.Errorf("finding %+v", f)
	}
	k.config.Data = "/nowhere/at/all"
	if f := k.checkSpace(); f.mark != warn || f.sentence != "space.unknown" {
		t.Errorf("finding %+v", f)
	}
}
