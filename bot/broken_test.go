package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"passerelle/store"
	"passerelle/store/bolt"
)

// A full disk takes no more writes from a moment on; reading goes on.
type fullDisk struct {
	store.Kernel

	full atomic.Bool
}

// Apply implements [store.Kernel].
func (f *fullDisk) Apply(ctx context.Context, w store.Write) (store.Reply, error) {
	if f.full.Load() {
		return store.Reply{}, fmt.Errorf("write: %w: %w", bolt.ErrStopped, syscall.ENOSPC)
	}
	return f.Kernel.Apply(ctx, w)
}

// onFullDisk opens a house and fills its disk.
func onFullDisk(t *testing.T) *kit {
	t.Helper()
	disk := &fullDisk{}
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
	disk.full.Store(true)
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

// A program whose disk is full ends with a sentence, so that it is started
// again when there is room.
func TestFullDiskEndsTheProgram(t *testing.T) {
	k := onFullDisk(t)
	k.config.Listen = "127.0.0.1:0"
	d, err := openDoors(t.Context(), k.config)
	k.must(err)
	d.socket, err = listenSocket(t.Context(), k.data)
	k.must(err)
	ended := make(chan error)
	go func() { ended <- k.run(t.Context(), d) }()
	_ = k.say("phone:a", "2", "1")
	if err := <-ended; err == nil || !strings.Contains(k.words.told(err), "Le disque est-il plein ?") {
		t.Errorf("ended with %v", err)
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
