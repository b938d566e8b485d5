// Package bolt keeps the store in one file, without a server.
//
// # Durability
//
// A write is acknowledged once it is synced to the disk. Writers that come at
// the same time share one transaction and one sync: whoever waits while the
// disk is busy goes into the next transaction. Nobody waits for company, so a
// lone writer is as fast as the disk.
//
// # When something is wrong
//
// One process holds the file; another one is told so ([ErrHeld]). A file that
// is damaged is refused with an error, as far as that shows cheaply when it is
// opened, and otherwise when the damage is reached: never with a panic. After
// a write failed the kernel takes no further one ([ErrStopped]), for it no
// longer knows what the disk holds; reading goes on.
//
// # The file
//
// The bucket "data" holds records, lists and counters under partition, name,
// kind and place, so that one conversation lies together; the bucket "index"
// holds the members of sets by score. The score of a member lies with the
// data too.
package bolt

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"passerelle/store"
)

// What callers decide on.
var (
	// ErrHeld says that another process has the store open.
	ErrHeld = errors.New("the store is held by another passerelle that runs; use that one, or stop it first")
	// ErrDamaged says that the file cannot be trusted.
	ErrDamaged = errors.New("the file of the store is damaged; put it aside and restore a backup, or start with an empty folder")
	// ErrStopped says that no more is written, since a write failed.
	ErrStopped = errors.New("the store takes no more changes since a write failed; make sure the disk has room and is healthy, then start passerelle again")
	// ErrClosed says that the store was closed.
	ErrClosed = errors.New("the store is closed")
	// ErrFolder says that the folder cannot be used.
	ErrFolder = errors.New("the data folder cannot be written; give passerelle a folder of its own that it may write to (PASSERELLE_DATA)")
)

const (
	fileName   = "passerelle.db"
	fileFormat = 1 // rises when an older release could not use the file
	lockWait   = 300 * time.Millisecond
	walkedSize = 4 << 20 // a file up to this size is read whole when opened
	maxBatch   = 512     // writes of one transaction
)

// The buckets, and the key of the file's format.
var (
	dataBucket   = []byte("data")
	indexBucket  = []byte("index")
	formatBucket = []byte("format")
)

// A Kernel is a [store.Kernel] in one file.
type Kernel struct {
	db     *bbolt.DB
	path   string
	jobs   chan *job
	closed chan struct{} // closed when no more is taken
	asked  sync.Once     // closes closed
	gone   chan struct{} // closed when the writing goroutine ended
	// stopped is the first write that failed. It belongs to the writing
	// goroutine, and to everyone once that is gone.
	stopped error
}

var _ store.Kernel = (*Kernel)(nil)

// Open opens the store in a folder, which is made when it is not there. Only
// its owner may read either.
func Open(dir string) (*Kernel, error) {
	path := filepath.Join(dir, fileName)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open the store in %s: %w: %w", dir, ErrFolder, err)
	}
	var db *bbolt.DB
	err := guard(func() (err error) {
		db, err = bbolt.Open(path, 0o600, &bbolt.Options{
			Timeout: lockWait, FreelistType: bbolt.FreelistMapType, NoStatistics: true,
		})
		return err
	})
	if err == nil {
		err = guard(func() error { return prepare(db) })
	}
	if err == nil {
		err = syncFolder(dir)
	}
	if err != nil {
		err = fmt.Errorf("open the store %s: %w", path, explain(err))
		return nil, errors.Join(err, discard(db))
	}
	k := &Kernel{
		db: db, path: path, jobs: make(chan *job, maxBatch),
		closed: make(chan struct{}), gone: make(chan struct{}),
	}
	go k.write()
	return k, nil
}

// discard closes a file that is not used after all.
func discard(db *bbolt.DB) error {
	if db == nil {
		return nil
	}
	return guard(db.Close)
}

// explain turns what bbolt and the system say into what to do about it.
func explain(err error) error {
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return ErrHeld
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrChecksum), errors.Is(err, berrors.ErrVersionMismatch):
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS), errors.Is(err, syscall.ENOTDIR):
		return fmt.Errorf("%w: %w", ErrFolder, err)
	case errors.Is(err, syscall.ENOSPC):
		return fmt.Errorf("%w: %w", ErrStopped, err)
	}
	return err
}

// guard runs something that reads the mapped file. What bbolt answers to a
// damaged page is a panic, and to a file cut short a fault: both become
// ErrDamaged.
func guard(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", ErrDamaged, r)
		}
	}()
	return f()
}

// prepare checks a file that was just opened and makes what a new one needs.
func prepare(db *bbolt.DB) error {
	if err := db.View(check); err != nil {
		return err
	}
	return db.Update(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{dataBucket, indexBucket, formatBucket} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		b := tx.Bucket(formatBucket)
		if b.Get(formatBucket) != nil {
			return nil
		}
		return b.Put(formatBucket, binary.BigEndian.AppendUint32(nil, fileFormat))
	})
}

// syncFolder makes a new file's name as durable as what is in it.
func syncFolder(dir string) error {
	f, err := os.Open(dir) //nolint:gosec // the folder the operator chose
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// check looks at what shows damage cheaply: the size, the format, and every
// key when the file is small.
func check(tx *bbolt.Tx) error {
	info, err := os.Stat(tx.DB().Path())
	if err != nil {
		return err
	}
	if info.Size() < tx.Size() {
		return fmt.Errorf("%w: %d of %d bytes are there", ErrDamaged, info.Size(), tx.Size())
	}
	if b := tx.Bucket(formatBucket); b != nil {
		switch format := b.Get(formatBucket); {
		case len(format) != 4:
			return ErrDamaged
		case binary.BigEndian.Uint32(format) > fileFormat:
			return store.ErrLater
		}
	}
	if tx.Size() > walkedSize {
		return nil
	}
	return tx.ForEach(func(_ []byte, b *bbolt.Bucket) error {
		return b.ForEach(func(_, _ []byte) error { return nil })
	})
}

// Path is the file the store lies in.
func (k *Kernel) Path() string { return k.path }

// Close takes no more writes, waits for those under way, and closes the file.
// A file whose damage broke a write cannot be closed in order: it is let go
// when the process ends.
func (k *Kernel) Close() error {
	k.asked.Do(func() { close(k.closed) })
	<-k.gone
	if errors.Is(k.stopped, ErrDamaged) {
		return fmt.Errorf("close the store %s: %w", k.path, k.stopped)
	}
	if err := guard(k.db.Close); err != nil {
		return fmt.Errorf("close the store %s: %w", k.path, err)
	}
	return nil
}

// view reads in one transaction.
func (k *Kernel) view(ctx context.Context, operation string, read func(t table) error) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%s: %w", operation, err)
	}
	err := guard(func() error {
		return k.db.View(func(tx *bbolt.Tx) error { return read(tableOf(tx)) })
	})
	if errors.Is(err, berrors.ErrDatabaseNotOpen) {
		err = ErrClosed
	}
	if err != nil {
		return fmt.Errorf("%s: %w", operation, explain(err))
	}
	return nil
}
