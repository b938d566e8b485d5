package bolt_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io/fs"
	"path/filepath"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"passerelle/store"
	"passerelle/store/bolt"
)

// Whether a folder holds a store is found out without making one.
func TestExists(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	for range 2 {
		if err := bolt.Exists(dir); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("error %v", err)
		}
	}
	fill(t, dir)
	if err := bolt.Exists(dir); err != nil {
		t.Errorf("error %v", err)
	}
}

// A scan gives one state of the store, whatever is written while it goes on.
func TestScanIsOneState(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir) // and leaves room in the file: it cannot grow under a reader
	k, err := bolt.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	key := store.Key{Partition: store.Partitions - 1, Name: "last"}
	add := store.Write{Partition: key.Partition, Effects: []store.Effect{store.Add{Counter: key.Name, N: 7}}}
	if err := k.Restore(t.Context(), store.Thing{Key: key, Counter: 1}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	things, last := 0, int64(0)
	err = k.Scan(ctx, func(one store.Thing) error {
		things, last = things+1, one.Counter
		if things > 1 {
			return nil
		}
		_, err := k.Apply(ctx, add)
		return err
	})
	if err != nil || things < 100 || last != 1 {
		t.Errorf("%d things, the last counter is %d, error %v", things, last, err)
	}
}

// What is scanned is copied: damage must not be.
func TestScanOfDamage(t *testing.T) {
	key := func(rest string) []byte { return append([]byte{0, 7}, rest...) }
	head := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, 0), 2)
	for name, pair := range map[string][2][]byte{
		"a key too short":              {{7}, nil},
		"a key without a kind":         {key("name\x00"), nil},
		"a key without an end":         {key("name"), nil},
		"a kind of a later release":    {key("name\x00y"), nil},
		"a record without a version":   {key("name\x00r"), []byte("1")},
		"a record without a value":     {key("name\x00r"), bytes.Repeat([]byte{1}, 8)},
		"a list that lost its entries": {key("name\x00h"), head},
		"a score of a few bytes":       {key("name\x00sset"), []byte("1")},
		"a negative score":             {key("name\x00sset"), bytes.Repeat([]byte{255}, 8)},
		"a partition too many":         {[]byte("\xff\xffname\x00c"), bytes.Repeat([]byte{1}, 8)},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			plant(t, fill(t, dir), pair)
			k, err := bolt.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			defer k.Close()
			if err := k.Scan(t.Context(), func(store.Thing) error { return nil }); !errors.Is(err, bolt.ErrDamaged) {
				t.Errorf("error %v, want %v", err, bolt.ErrDamaged)
			}
		})
	}
}

// plant puts a pair of bytes where the data is.
func plant(t *testing.T, path string, pair [2][]byte) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Update(func(tx *bbolt.Tx) error { return tx.Bucket([]byte("data")).Put(pair[0], pair[1]) })
	if err != nil {
		t.Fatal(err)
	}
}
