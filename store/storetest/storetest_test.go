package storetest_test

import (
	"testing"

	"passerelle/store"
	"passerelle/store/storetest"
)

// The model passes its own suite, so that a difference in lock step is the
// kernel's.
func TestModel(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.Kernel { return storetest.NewModel() })
}
