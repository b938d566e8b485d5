package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"passerelle/flows"
	"passerelle/store"
	"passerelle/store/bolt"
)

// A bad disk takes no more writes from a moment on; reading goes on.
type badDisk struct {
	store.Kernel

	bad atomic.Bool
	why error
}

// Apply implements [store.Kernel].
func (d *badDisk) Apply(ctx context.Context, w store.Write) (store.Reply, error) {
	if d.bad.Load() {
		return store.Reply{}, fmt.Errorf("write: %w", d.why)
	}
	return d.Kernel.Apply(ctx, w)
}

// onFullDisk opens a house and fills its disk.
func onFullDisk(t *testing.T) *kit {
	t.Helper()
	return onBadDisk(t, fmt.Errorf("%w: %w", bolt.ErrStopped, syscall.ENOSPC))
}

// onBadDisk opens a house and then lets its disk fail.
func onBadDisk(t *testing.T, why error) *kit {
	t.Helper()
	disk := &badDisk{why: why}
	k := openKit(t, t.TempDir(), func(h *house) {
		_ = h.store.Close()
		kernel, err := bolt.Open(h.config.Data)
		if err != nil {
			t.Fatal(err)
		}
		disk.Kernel = kernel
		h.store = store.Open(disk, store.Options{})
	})
	k.must(k.say("phone:a", "1", "bonjour"))
	disk.bad.Store(true)
	return k
}

// An input that cannot be kept is not acknowledged, not parked, and what stood
// there stands.
func TestFullDisk(t *testing.T) {
	k := onFullDisk(t)
	before := k.heard("phone:a")
	for range 3 {
		if err := k.say("phone:a", "2", "1"); !errors.Is(err, bolt.ErrStopped) {
			t.Errorf("error %v", err)
		}
	}
	if after := k.heard("phone:a"); len(after) != len(before) {
		t.Errorf("heard %q", after)
	}
	if s, err := k.store.Stats(t.Context()); err != nil || s.Parked != 0 {
		t.Errorf("stats %+v, %v", s, err)
	}
}

// A program whose data cannot be written any more ends with a sentence, so that
// it is started again once that is repaired.
func TestBadDiskEndsTheProgram(t *testing.T) {
	tests := []struct {
		name string
		why  error
		says string
	}{
		{"full", fmt.Errorf("%w: %w", bolt.ErrStopped, syscall.ENOSPC), "Le disque est-il plein ?"},
		{"damaged", bolt.ErrDamaged, "sont abîmées"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			k := onBadDisk(t, tt.why)
			k.config.Listen = "127.0.0.1:0"
			d, err := openDoors(t.Context(), k.config)
			k.must(err)
			d.socket, err = listenSocket(t.Context(), k.config)
			k.must(err)
			ended := make(chan error, 1)
			go func() { ended <- k.run(t.Context(), d) }()
			_ = k.say("phone:a", "2", "1")
			select {
			case err := <-ended:
				if err == nil || !strings.Contains(k.words.told(err), tt.says) {
					t.Errorf("ended with %v", err)
				}
			case <-time.After(10 * time.Second):
				t.Fatal("it serves on")
			}
		})
	}
}

// hangingUp is a store during whose writes the learner hangs up.
type hangingUp struct {
	store.Kernel

	hangUp func()
}

// Apply implements [store.Kernel].
func (s *hangingUp) Apply(ctx context.Context, w store.Write) (store.Reply, error) {
	s.hangUp()
	if err := ctx.Err(); err != nil {
		return store.Reply{}, err
	}
	return s.Kernel.Apply(ctx, w)
}

// Who hangs up while the turn is written gets the answer at once all the same.
func TestHangUpWhileWriting(t *testing.T) {
	during := &hangingUp{hangUp: func() {}}
	k := openKit(t, t.TempDir(), func(h *house) {
		_ = h.store.Close()
		kernel, err := bolt.Open(h.config.Data)
		if err != nil {
			t.Fatal(err)
		}
		during.Kernel = kernel
		h.store = store.Open(during, store.Options{})
	})
	ctx, hangUp := context.WithCancel(t.Context())
	during.hangUp = hangUp
	in := flows.Said{At: time.Now(), Text: "bonjour"}
	if err := k.bot.Receive(ctx, "flaky:1", "1", in); err != nil {
		t.Fatal(err)
	}
	if line := len(k.relay.posts["flaky"].queue); line != 1 {
		t.Errorf("%d conversations are in line to be sent, want 1", line)
	}
}

// The one at the keyboard reads the same sentence.
func TestFullDiskAtTheKeyboard(t *testing.T) {
	k := onFullDisk(t)
	c, out, _ := caller(t, k, "bonjour\n", "phone", "--as", "phone:a")
	s, err := c.console()
	k.must(err)
	err = k.talk(t.Context(), s)
	if err == nil || !strings.Contains(k.words.told(err), "Rien ne peut être écrit") {
		t.Errorf("ended with %v after %q", err, out)
	}
}

// The doctor sees it too.
func TestFullDiskAtTheDoctor(t *testing.T) {
	k := onFullDisk(t)
	c, out, problems := caller(t, k, "", "doctor")
	if err := c.examine(t.Context(), k.house); !errors.Is(err, errFound) {
		t.Errorf("error %v", err)
	}
	if !strings.Contains(out.String(), "✗ Les données de") || !strings.Contains(problems.String(), "Quelque chose ne va pas") {
		t.Errorf("it said %q, %q", out, problems)
	}
}
