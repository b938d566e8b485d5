//go:build unix

package bolt_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"passerelle/store"
	"passerelle/store/bolt"
)

// The child of the full disk test: where its store lies.
const fullFolder = "PASSERELLE_TEST_FULL_FOLDER"

// A disk that takes no more: the write is not acknowledged, no further one is
// taken, reading goes on, and all that was acknowledged is there afterwards.
func TestFullDisk(t *testing.T) {
	if dir := os.Getenv(fullFolder); dir != "" {
		fullChild(t, dir)
		return
	}
	dir := t.TempDir()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFullDisk$", "-test.v")
	child.Env = append(os.Environ(), fullFolder+"="+dir)
	out, err := child.CombinedOutput()
	if err != nil {
		t.Fatalf("child: %v\n%s", err, out)
	}
	_, after, ok := strings.Cut(string(out), "acknowledged=")
	var acked int64
	if _, err := fmt.Sscan(after, &acked); !ok || err != nil || acked == 0 {
		t.Fatalf("%d acknowledged, error %v\n%s", acked, err, out)
	}
	k, err := bolt.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = k.Close() }()
	if count, err := k.Count(t.Context(), store.CounterKind, "c"); err != nil || count.N != acked {
		t.Errorf("%d are there, %d were acknowledged, error %v", count.N, acked, err)
	}
	if err := grow(t, k); err != nil {
		t.Errorf("with room again: %v", err)
	}
}

// grow writes 10 kB and counts it.
func grow(t *testing.T, k *bolt.Kernel) error {
	t.Helper()
	_, err := k.Apply(t.Context(), store.Write{Effects: []store.Effect{
		store.Push{List: "l", Entries: [][]byte{make([]byte, 10_000)}},
		store.Add{Counter: "c", N: 1},
	}})
	return err
}

// fullChild lets no file grow beyond half a megabyte.
func fullChild(t *testing.T, dir string) {
	t.Helper()
	k, err := bolt.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	signal.Ignore(syscall.SIGXFSZ)
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	roomy := limit
	limit.Cur = 512 << 10
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	acked := 0
	for err = grow(t, k); err == nil; err = grow(t, k) {
		acked++
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &roomy); err != nil {
		t.Fatal(err)
	}
	for range 2 { // there is room again, but what the disk holds is not known
		if !errors.Is(err, bolt.ErrStopped) {
			t.Errorf("error %v, want %v", err, bolt.ErrStopped)
		}
		_, err = k.Apply(t.Context(), store.Write{Effects: []store.Effect{store.Add{Counter: "d", N: 1}}})
	}
	if count, err := k.Count(t.Context(), store.CounterKind, "c"); err != nil || count.N != int64(acked) {
		t.Errorf("%d are read, %d were acknowledged, error %v", count.N, acked, err)
	}
	t.Logf("acknowledged=%d", acked)
	if err := k.Close(); err != nil {
		t.Error(err)
	}
}
