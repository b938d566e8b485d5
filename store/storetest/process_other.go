//go:build !linux

package storetest

import (
	"errors"
	"os"
	"syscall"
)

// tied is for Linux alone: elsewhere a server may outlive a killed test.
func tied() *syscall.SysProcAttr { return nil }

func freeze(*os.Process) error { return errors.ErrUnsupported }

func thaw(*os.Process) error { return nil }
