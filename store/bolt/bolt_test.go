package bolt_test

import (
	"testing"

	"passerelle/store"
	"passerelle/store/bolt"
	"passerelle/store/storetest"
)

func open(t *testing.T) store.Kernel {
	t.Helper()
	k, err := bolt.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestKernel(t *testing.T) {
	storetest.Run(t, open)
}
