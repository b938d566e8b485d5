package bolt_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"passerelle/store"
	"passerelle/store/bolt"
	"passerelle/store/storetest"
)

// fill makes a store with some conversations and closes it.
func fill(t *testing.T, dir string) string {
	t.Helper()
	k, err := bolt.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	s := store.Open(k, store.Options{})
	for i := range 60 {
		before, err := s.Load(t.Context(), crashLearner(i))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Commit(t.Context(), before, storetest.Turn(before, "m", storetest.Monday(), strings.Repeat("x", 900), "y")); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return k.Path()
}

func TestOnlyItsOwnerMayRead(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	path := fill(t, dir)
	for name, want := range map[string]os.FileMode{dir: 0o700, path: 0o600} {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: mode %v, want %v, error %v", name, info.Mode().Perm(), want, err)
		}
	}
}

func TestHeldByAnother(t *testing.T) {
	dir := t.TempDir()
	first, err := bolt.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bolt.Open(dir); !errors.Is(err, bolt.ErrHeld) {
		t.Errorf("error %v, want %v", err, bolt.ErrHeld)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := bolt.Open(dir)
	if err != nil {
		t.Fatalf("after the first was closed: %v", err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

func TestClosed(t *testing.T) {
	k := open(t)
	for range 2 {
		if err := k.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
	_, err := k.Get(t.Context(), store.Key{Name: "x"})
	if !errors.Is(err, bolt.ErrClosed) {
		t.Errorf("read: error %v, want %v", err, bolt.ErrClosed)
	}
	_, err = k.Apply(t.Context(), store.Write{Effects: []store.Effect{store.Add{Counter: "c", N: 1}}})
	if !errors.Is(err, bolt.ErrClosed) {
		t.Errorf("write: error %v, want %v", err, bolt.ErrClosed)
	}
}

// Everyone who writes while the store is closed gets an answer, and what was
// acknowledged is there.
func TestClosedWhileWriting(t *testing.T) {
	dir := t.TempDir()
	k, err := bolt.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	acked := int64(0)
	for range 16 {
		all.Go(func() {
			for {
				_, err := k.Apply(context.Background(), store.Write{Effects: []store.Effect{store.Add{Counter: "c", N: 1}}})
				mu.Lock()
				if err == nil {
					acked++
				} else if !errors.Is(err, bolt.ErrClosed) {
					t.Errorf("error %v, want %v", err, bolt.ErrClosed)
				}
				enough := err != nil
				if acked == 200 {
					go func() { _ = k.Close() }()
				}
				mu.Unlock()
				if enough {
					return
				}
			}
		})
	}
	all.Wait()
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := bolt.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = again.Close() }()
	count, err := again.Count(t.Context(), store.CounterKind, "c")
	if err != nil || count.N != acked {
		t.Errorf("%d counted, %d acknowledged, error %v", count.N, acked, err)
	}
}

func TestFoldersAndFilesThatAreNone(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(t *testing.T, path string)
		want  error
	}{
		{"the folder is a file", func(t *testing.T, path string) {
			t.Helper()
			write(t, filepath.Dir(path), "hello")
		}, bolt.ErrFolder},
		{"text instead", func(t *testing.T, path string) { t.Helper(); write(t, path, strings.Repeat("hello ", 5000)) }, bolt.ErrDamaged},
		{"a few bytes", func(t *testing.T, path string) { t.Helper(); write(t, path, "hello") }, bolt.ErrDamaged},
		{"cut in the middle", func(t *testing.T, path string) { t.Helper(); shorten(t, path, 2) }, bolt.ErrDamaged},
		{"cut after the head", func(t *testing.T, path string) { t.Helper(); shorten(t, path, 8) }, bolt.ErrDamaged},
		{"both heads overwritten", func(t *testing.T, path string) {
			t.Helper()
			data := read(t, path)
			write(t, path, strings.Repeat("\x00", 8192)+string(data[8192:]))
		}, bolt.ErrDamaged},
		{"all but the heads overwritten", func(t *testing.T, path string) {
			t.Helper()
			data := read(t, path)
			write(t, path, string(data[:8192])+strings.Repeat("\xff", len(data)-8192))
		}, bolt.ErrDamaged},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			path := filepath.Join(dir, "passerelle.db")
			if !errors.Is(c.want, bolt.ErrFolder) {
				fill(t, dir)
			}
			c.spoil(t, path)
			k, err := bolt.Open(dir)
			if !errors.Is(err, c.want) {
				t.Errorf("error %v, want %v", err, c.want)
			}
			if err == nil {
				_ = k.Close()
			}
		})
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func shorten(t *testing.T, path string, by int64) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, info.Size()/by); err != nil {
		t.Fatal(err)
	}
}

// Whatever happens to the bytes of the file, the answer is an error or data,
// never a panic.
func TestSpoiltFileNeverPanics(t *testing.T) {
	good := read(t, fill(t, t.TempDir()))
	r := rand.New(rand.NewPCG(1, 2))
	rounds := 30
	if storetest.Long() {
		rounds = 500
	}
	refused := 0
	for i := range rounds {
		spoilt := append([]byte(nil), good...)
		from := 8192 + r.IntN(len(spoilt)-8192)
		for j := range 1 + r.IntN(200) {
			if at := from + j; at < len(spoilt) {
				spoilt[at] = byte(r.IntN(256))
			}
		}
		dir := filepath.Join(t.TempDir(), strconv.Itoa(i))
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, "passerelle.db"), string(spoilt))
		if use(t, dir) != nil {
			refused++
		}
	}
	t.Logf("%d of %d spoilt files gave an error", refused, rounds)
	if refused == 0 {
		t.Error("no file was really spoilt")
	}
}

// use opens a store and does a bit of everything.
func use(t *testing.T, dir string) error {
	t.Helper()
	k, err := bolt.Open(dir)
	if err != nil {
		return err
	}
	s := store.Open(k, store.Options{})
	var all error
	for i := range 60 {
		a := crashLearner(i)
		before, err := s.Load(t.Context(), a)
		_, err2 := s.Transcript(t.Context(), a, 0)
		_, err3 := s.Commit(t.Context(), before, storetest.Turn(before, "n", storetest.Monday(), "x", "y"))
		_, _, err4 := s.Next(t.Context(), a)
		all = errors.Join(all, err, err2, err3, err4)
	}
	_, err = s.Stats(t.Context())
	_, err2 := s.Due(t.Context(), storetest.Monday(), 100)
	return errors.Join(all, err, err2, s.Close())
}
