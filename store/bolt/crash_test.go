package bolt_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"passerelle/flows"
	"passerelle/store"
	"passerelle/store/bolt"
	"passerelle/store/storetest"
)

// The child of the crash test: where its store lies.
const crashFolder = "PASSERELLE_TEST_CRASH_FOLDER"

const crashLearners = 12

func crashLearner(i int) flows.Address { return flows.Address("phone:" + strconv.Itoa(i)) }

// A process that commits and sends is killed at random, again and again. All
// it acknowledged is there, no turn is torn or taken twice, and nothing it
// owed is skipped.
func TestKilledWhileCommitting(t *testing.T) {
	if dir := os.Getenv(crashFolder); dir != "" {
		crashChild(t.Context(), dir)
	}
	rounds := 5
	if storetest.Long() {
		rounds = 60
	}
	dir := t.TempDir()
	w := witness{acked: map[flows.Address]int{}, sent: map[flows.Address][]string{}}
	for range rounds {
		w.kill(t, dir)
		w.judge(t, dir)
	}
	total := 0
	for _, n := range w.acked {
		total += n
	}
	t.Logf("%d turns acknowledged in %d lives, none lost", total, rounds)
	if total < rounds {
		t.Errorf("only %d turns in %d lives: the test saw nothing", total, rounds)
	}
}

// A witness remembers what the children said they did.
type witness struct {
	acked map[flows.Address]int
	sent  map[flows.Address][]string
}

// kill lets a child live for a moment.
func (w *witness) kill(t *testing.T, dir string) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledWhileCommitting$")
	child.Env = append(os.Environ(), crashFolder+"="+dir)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	w.note(lines) // the first line: it is at work
	time.AfterFunc(time.Duration(10+rand.IntN(150))*time.Millisecond, func() { _ = child.Process.Kill() })
	for w.note(lines) {
	}
	if err := child.Wait(); err == nil {
		t.Fatal("the child ended by itself")
	}
}

// note reads one line, "took LEARNER VERSION" or "sent LEARNER ID".
func (w *witness) note(lines *bufio.Reader) bool {
	line, err := lines.ReadString('\n')
	what := strings.Fields(line)
	if err != nil || len(what) != 3 {
		return err == nil
	}
	a := flows.Address(what[1])
	switch what[0] {
	case "took":
		version, _ := strconv.Atoi(what[2])
		w.acked[a] = max(w.acked[a], version)
	case "sent":
		w.sent[a] = append(w.sent[a], what[2])
	}
	return true
}

// judge opens what the child left.
func (w *witness) judge(t *testing.T, dir string) {
	t.Helper()
	k, err := bolt.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	s := store.Open(k, store.Options{})
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	for i := range crashLearners {
		a := crashLearner(i)
		r, err := s.Load(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		if int(r.Version) < w.acked[a] {
			t.Fatalf("version %d, but %d was acknowledged", r.Version, w.acked[a])
		}
		w.whole(t, s, r)
		w.owed(t, s, r)
	}
}

// whole checks that each turn left all it should: three lines a turn.
func (w *witness) whole(t *testing.T, s *store.Store, r store.Record) {
	t.Helper()
	if r.Lines != 3*r.Version || r.Conversation.Turn != r.Version {
		t.Fatalf("version %d with %d lines and turn %d", r.Version, r.Lines, r.Conversation.Turn)
	}
	lines, err := s.Transcript(t.Context(), r.Conversation.Address, 0)
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range lines {
		if want := r.Lines - uint64(len(lines)-i-1); e.N != want || e.Turn != (want+2)/3 {
			t.Fatalf("line %d of turn %d in place of %d", e.N, e.Turn, want)
		}
	}
}

// owed checks that what was sent and what still waits are all messages, in
// order: one may have been sent twice where a life ended, none was skipped.
func (w *witness) owed(t *testing.T, s *store.Store, r store.Record) {
	t.Helper()
	a := r.Conversation.Address
	n := 0
	for _, id := range w.sent[a] {
		switch {
		case is(id, n):
			n++
		case is(id, n-1):
		default:
			t.Fatalf("message %s was sent where %s was owed", id, message(n))
		}
	}
	d, ok, err := s.Next(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	if all := 2 * int(r.Version); !ok && n < all || ok && !is(d.ID, n) && !is(d.ID, n-1) {
		t.Fatalf("%d of %d messages were sent, and next is %q", n, all, d.ID)
	}
}

// message is what the id of the n-th message of a learner begins with.
func message(n int) string { return fmt.Sprintf("%d.%d", n/2+1, n%2) }

// is tells whether an id is that of the n-th message.
func is(id string, n int) bool { return strings.HasPrefix(id, message(n)+".") }

// crashChild works until it is killed. It begins with the input it can only
// guess was taken, as a sender does that got no answer.
func crashChild(ctx context.Context, dir string) {
	k, err := bolt.Open(dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
	s := store.Open(k, store.Options{Lease: time.Millisecond})
	var all sync.WaitGroup
	for i := range crashLearners {
		all.Go(func() {
			if err := crashWork(ctx, s, crashLearner(i)); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(4)
			}
		})
	}
	all.Wait()
}

func crashWork(ctx context.Context, s *store.Store, a flows.Address) error {
	before, err := s.Load(ctx, a)
	for n := max(before.Version, 1); err == nil; n++ {
		var c store.Committed
		id := "m" + strconv.FormatUint(n, 10)
		c, err = s.Commit(ctx, before, storetest.Turn(before, id, time.Now(), "x", "y", "z"))
		if errors.Is(err, store.ErrDuplicate) && n == before.Version {
			err = nil
		}
		if err == nil && c.Record.Version != n {
			err = fmt.Errorf("version %d after input %d", c.Record.Version, n)
		}
		before = c.Record
		say("took", a, strconv.FormatUint(n, 10))
		if err == nil {
			err = crashSend(ctx, s, a, int(n%5))
		}
	}
	return err
}

// crashSend sends what waits, but leaves some for later lives.
func crashSend(ctx context.Context, s *store.Store, a flows.Address, most int) error {
	for range most {
		d, ok, err := s.Next(ctx, a)
		if err != nil || !ok {
			return err
		}
		say("sent", a, d.ID)
		if _, err := s.Delivered(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// say writes one line at once: lines of several goroutines never mix.
func say(what string, a flows.Address, n string) {
	_, _ = io.WriteString(os.Stdout, what+" "+string(a)+" "+n+"\n")
}
