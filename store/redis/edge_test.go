package redis_test

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"passerelle/store"
	"passerelle/store/redis"
	"passerelle/store/storetest"
)

// put is a write of one record.
func put(name, value string) store.Write {
	return store.Write{Partition: 7, Put: &store.Put{Name: name, Value: []byte(value)}}
}

// try opens a kernel that may not open.
func try(t *testing.T, url string) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	k, err := redis.Open(ctx, url, redis.Options{})
	if err == nil {
		err = k.Close()
	}
	return err
}

func TestAddresses(t *testing.T) {
	s := storetest.Redis(t)
	for _, c := range []struct {
		name, url string
		want      error
	}{
		{"plain", s.URL(), nil},
		{"with a database", s.URL() + "/3", nil},
		{"with spaces", "  " + s.URL() + " ", nil},
		{"nothing", "", redis.ErrAddress},
		{"no scheme", s.Addr(), redis.ErrAddress},
		{"another scheme", "http://" + s.Addr(), redis.ErrAddress},
		{"no number", s.URL() + "/secret", redis.ErrAddress},
		{"unknown option", s.URL() + "?secret=1", redis.ErrAddress},
		{"unreadable", "redis://u:secret@[", redis.ErrAddress},
		{"a database in a cluster", s.URL() + "/3," + s.Addr(), redis.ErrAddress},
		{"nobody there", "redis://u:secret@127.0.0.1:1", redis.ErrAway},
		{"no cluster", s.URL() + "," + s.Addr(), redis.ErrAddress},
		{"a password where none is asked", "redis://u:secret@" + s.Addr(), redis.ErrDenied},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := try(t, c.url)
			if !errors.Is(err, c.want) {
				t.Errorf("error %v, want %v", err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("the error tells a secret: %v", err)
			}
		})
	}
}

// The user of deploy/redis.conf may do all the store needs, and no more.
func TestRights(t *testing.T) {
	conf, err := os.ReadFile("../../deploy/redis.conf")
	if err != nil {
		t.Fatal(err)
	}
	var user string
	for line := range strings.Lines(string(conf)) {
		if rights, ok := strings.CutPrefix(strings.TrimLeft(line, "# "), "user passerelle "); ok {
			user = rights
		}
	}
	fields := strings.Fields(user)
	fields = slices.DeleteFunc(fields, func(f string) bool { return strings.HasPrefix(f, ">") || strings.HasPrefix(f, "#") })
	s := storetest.Redis(t, "user", "passerelle >secret "+strings.Join(fields, " "))
	url := "redis://passerelle:secret@" + s.Addr()
	if err := try(t, strings.Replace(url, "secret", "wrong", 1)); !errors.Is(err, redis.ErrDenied) {
		t.Errorf("wrong password: error %v", err)
	}
	storetest.Stories(t, func(t *testing.T) store.Kernel {
		s.Do("FLUSHALL")
		k, err := redis.Open(t.Context(), url, redis.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return k
	})
	k, err := redis.Open(t.Context(), url, redis.Options{Confirm: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	if _, err := k.Apply(t.Context(), put("r", "x")); !errors.Is(err, redis.ErrUnconfirmed) {
		t.Errorf("confirmation without a replica: error %v", err)
	}
}

// Over TLS, with the certificate of an authority that the system trusts.
func TestTLS(t *testing.T) {
	s := storetest.RedisTLS(t)
	t.Setenv("SSL_CERT_FILE", s.CA())
	if err := try(t, s.URL()); err != nil {
		t.Error(err)
	}
	if err := try(t, "redis://"+s.Addr()); !errors.Is(err, redis.ErrAway) {
		t.Errorf("without TLS: error %v", err)
	}
}

// A server that forgot the scripts is given them again.
func TestScriptForgotten(t *testing.T) {
	s := storetest.Redis(t)
	k := open(t, s)
	for range 2 {
		s.Do("SCRIPT", "FLUSH")
		w := put("r", "x")
		w.Effects = []store.Effect{store.Place{Set: "z", Member: "m", Score: 1}}
		if _, err := k.Apply(t.Context(), w); err != nil {
			t.Fatal(err)
		}
		s.Do("SCRIPT", "FLUSH")
		claimed, err := k.Claim(t.Context(), "z", 5, 1, 10)
		if err != nil || len(claimed) != 1 {
			t.Fatalf("claimed %v, error %v", claimed, err)
		}
	}
}

// Any number of entries fits into one write.
func TestManyEntries(t *testing.T) {
	k := open(t, storetest.Redis(t))
	many := make([][]byte, 20_000)
	for i := range many {
		many[i] = []byte("entry")
	}
	w := store.Write{Partition: 7, Effects: []store.Effect{store.Push{List: "l", Entries: many}}}
	if _, err := k.Apply(t.Context(), w); err != nil {
		t.Fatal(err)
	}
	count, err := k.Count(t.Context(), store.ListKind, "l")
	if err != nil || count.N != int64(len(many)) {
		t.Errorf("%d entries, error %v", count.N, err)
	}
}

// A caller's deadline is kept by a server that does not answer, and the next
// call goes well once it does.
func TestFrozen(t *testing.T) {
	s := storetest.Redis(t)
	k := open(t, s)
	s.Freeze()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	began := time.Now()
	_, err := k.Apply(ctx, put("r", "x"))
	if spent := time.Since(began); !errors.Is(err, redis.ErrAway) && !errors.Is(err, context.DeadlineExceeded) || spent > time.Second {
		t.Errorf("error %v after %v", err, spent)
	}
	s.Thaw()
	if _, err := k.Apply(t.Context(), put("q", "x")); err != nil {
		t.Error(err)
	}
}

// A call made while the server is away is done when it comes back in time.
func TestBackInTime(t *testing.T) {
	s := storetest.Redis(t)
	k := open(t, s)
	s.Kill()
	done := make(chan error, 1)
	go func() {
		_, err := k.Apply(t.Context(), put("r", "x"))
		done <- err
	}()
	time.Sleep(50 * time.Millisecond) // let it fail at least once
	s.Start()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// A server without room, or without a disk, refuses a write whole.
func TestServerRefuses(t *testing.T) {
	s := storetest.Redis(t)
	k := open(t, s)
	s.Do("CONFIG", "SET", "maxmemory", "1mb")
	w := put("r", strings.Repeat("x", 4<<20))
	w.Effects = []store.Effect{store.Place{Set: "z", Member: "m", Score: 1}}
	_, _ = k.Apply(t.Context(), w) // fills the memory
	w = put("q", "x")
	w.Effects = []store.Effect{store.Place{Set: "z", Member: "q", Score: 1}}
	if _, err := k.Apply(t.Context(), w); !errors.Is(err, redis.ErrRefused) {
		t.Errorf("error %v, want %v", err, redis.ErrRefused)
	}
	members, err := k.Members(t.Context(), "z", 0)
	if err != nil || len(members) > 1 {
		t.Errorf("members %v, error %v", members, err)
	}
}

// A record that somebody else wrote is refused, not guessed at.
func TestForeignRecord(t *testing.T) {
	s := storetest.Redis(t)
	k := open(t, s)
	for _, text := range []string{"x", "1.00000000 x", "0.00000000 ", "01.8cdc1683 x", "1.8CDC1683 x", " "} {
		s.Do("SET", "{p0007}r:r", text)
		if _, err := k.Get(t.Context(), store.Key{Partition: 7, Name: "r"}); !errors.Is(err, store.ErrDamaged) {
			t.Errorf("%q: error %v", text, err)
		}
	}
	s.Do("SET", "{p0007}r:r", "1.8cdc1683 x")
	if _, err := k.Get(t.Context(), store.Key{Partition: 7, Name: "r"}); err != nil {
		t.Error(err)
	}
}

// With confirmation a write needs its replica, and so does a repeat.
func TestConfirm(t *testing.T) {
	master := storetest.Redis(t)
	replica := storetest.Redis(t, "replicaof", strings.ReplaceAll(master.Addr(), ":", " "))
	k, err := redis.Open(t.Context(), master.URL(), redis.Options{Confirm: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	await(t, func() bool {
		survey, err := k.Survey(t.Context())
		return err == nil && survey.Replicas == 1 && strings.Contains(replica.Do("INFO", "replication"), "master_link_status:up")
	})
	if _, err := k.Apply(t.Context(), put("a", "x")); err != nil {
		t.Fatal(err)
	}
	master.Do("SCRIPT", "FLUSH")
	if _, err := k.Apply(t.Context(), put("b", "x")); err != nil {
		t.Fatal("after the script was forgotten:", err)
	}
	replica.Freeze()
	for range 2 {
		if _, err := k.Apply(t.Context(), put("c", "x")); !errors.Is(err, redis.ErrUnconfirmed) {
			t.Errorf("without its replica: error %v", err)
		}
	}
	if _, err := k.Apply(t.Context(), store.Write{Partition: 7}); !errors.Is(err, redis.ErrUnconfirmed) {
		t.Errorf("a barrier without its replica: error %v", err)
	}
	replica.Thaw()
	reply, err := k.Apply(t.Context(), put("c", "x"))
	if err != nil || reply.Refusal != store.Changed {
		t.Errorf("a repeat: %v, error %v", reply.Refusal, err)
	}
}

func await(t *testing.T, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !condition(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it never happened")
		}
	}
}
