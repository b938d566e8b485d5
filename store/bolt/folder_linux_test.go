package bolt_test

import (
	"errors"
	"os"
	"runtime"
	"syscall"
	"testing"

	"passerelle/store/bolt"
)

// Root may write everywhere, so the folder is opened as nobody.
func TestFolderThatMayNotBeWritten(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 {
		asNobody(t)
	}
	if _, err := bolt.Open(dir); !errors.Is(err, bolt.ErrFolder) {
		t.Errorf("error %v, want %v", err, bolt.ErrFolder)
	}
}

// asNobody makes files be opened as nobody by this goroutine, until the test
// ends.
func asNobody(t *testing.T) {
	t.Helper()
	const nobody = 65534
	runtime.LockOSThread()
	if err := syscall.Setfsuid(nobody); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Setfsuid(0); err != nil {
			t.Error(err)
		}
		runtime.UnlockOSThread()
	})
}
