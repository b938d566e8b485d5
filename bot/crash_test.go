package bot

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passerelle/flows"
	"passerelle/store"
	"passerelle/store/bolt"
)

// load is how hard the crash test is: inputs in all, learners, clients at a
// time, and how often the program is killed.
type load struct{ inputs, learners, clients, kills int }

// crashLoad is small, or with PASSERELLE_LONG=1 that of the acceptance.
func crashLoad() load {
	if os.Getenv(longTests) != "" {
		return load{inputs: 1000, learners: 50, clients: 32, kills: 20}
	}
	return load{inputs: 240, learners: 24, clients: 16, kills: 5}
}

// The program is killed again and again while many learners write; each
// repeats what was not acknowledged. In the end every input was taken once, in
// order, and every one has its answer.
func TestCrash(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the program many times")
	}
	l := crashLoad()
	c := &crash{t: t, data: t.TempDir(), listen: freePort(t), admin: freePort(t), program: program(t)}
	for range l.learners {
		c.learners = append(c.learners, newWriter(l.inputs/l.learners))
	}
	c.start()
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.write(l.clients)
	}()
	for i := range l.kills {
		c.awaitTaken(int64(l.inputs * (i + 1) / (l.kills + 2)))
		time.Sleep(mathrand.N(30 * time.Millisecond))
		c.kill()
		c.look()
		c.start()
	}
	<-done
	c.stop()
	c.look()
	c.check()
}

// program is the test binary under the name of the program.
func program(t testing.TB) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "passerelle")
	if err := os.Symlink(self, path); err != nil {
		t.Fatal(err)
	}
	return path
}

// A crash is the program under test, and those who write to it.
type crash struct {
	t                            testing.TB
	program, data, listen, admin string
	process                      *exec.Cmd
	learners                     []*writer
	taken                        atomic.Int64
}

// A writer is a learner with what they write, in order.
type writer struct {
	secret  string
	address flows.Address
	texts   []string
	lines   map[uint64]store.Entry // of the transcript, as seen after each crash
	turns   uint64
}

// newWriter makes a learner as the web phone does: a secret in a cookie, and
// the address made of it.
func newWriter(n int) *writer {
	secret := rand.Text()
	sum := sha256.Sum256([]byte(secret))
	short := strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10]))
	w := &writer{secret: secret, address: flows.Address("phone:" + short), lines: map[uint64]store.Entry{}}
	for i := range n {
		w.texts = append(w.texts, fmt.Sprintf("essai %c%c", 'a'+i/26, 'a'+i%26))
	}
	return w
}

// start starts the program on the same data.
func (c *crash) start() {
	c.t.Helper()
	c.process = exec.Command(c.program, "serve")
	clean := slices.DeleteFunc(os.Environ(), func(line string) bool { return strings.HasPrefix(line, prefix) })
	c.process.Env = append(clean, "PASSERELLE_DATA="+c.data, "PASSERELLE_LISTEN="+c.listen,
		"PASSERELLE_ADMIN="+c.admin, "PASSERELLE_LIMITS_MESSAGES=100000", "PASSERELLE_LIMITS_NEWCOMERS=100000")
	if err := c.process.Start(); err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { _ = c.process.Process.Kill() }) // for a test that failed
}

// kill ends it as a power cut would, as far as a process can tell.
func (c *crash) kill() {
	c.t.Helper()
	if err := c.process.Process.Kill(); err != nil {
		c.t.Fatal(err)
	}
	_ = c.process.Wait() // killed
}

// stop asks it to stop.
func (c *crash) stop() {
	c.t.Helper()
	if err := awaitReady(c.admin); err != nil {
		c.t.Fatal(err)
	}
	if err := c.process.Process.Signal(syscall.SIGTERM); err != nil {
		c.t.Fatal(err)
	}
	if err := c.process.Wait(); err != nil {
		c.t.Fatalf("stopped by SIGTERM: %v", err)
	}
}

// awaitTaken waits until so many inputs were acknowledged.
func (c *crash) awaitTaken(n int64) {
	c.t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); c.taken.Load() < n; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			c.t.Fatalf("only %d inputs were taken", c.taken.Load())
		}
	}
}

// write has all learners write all they have to say, so many at a time.
func (c *crash) write(clients int) {
	queue := make(chan int)
	var all sync.WaitGroup
	busy := make([]sync.Mutex, len(c.learners))
	next := make([]int, len(c.learners))
	for range clients {
		all.Go(func() {
			for who := range queue {
				busy[who].Lock() // one client at a time speaks for a learner
				c.deliver(c.learners[who], next[who])
				next[who]++
				busy[who].Unlock()
			}
		})
	}
	for range c.learners[0].texts {
		for who := range c.learners {
			queue <- who
		}
	}
	close(queue)
	all.Wait()
}

// deliver repeats one input until it is acknowledged; sometimes once more.
func (c *crash) deliver(w *writer, n int) {
	for again := mathrand.N(10) == 0; ; time.Sleep(5 * time.Millisecond) {
		if !c.post(w, n) {
			continue
		}
		if !again {
			break
		}
		again = false
	}
	c.taken.Add(1)
}

// post sends one input; true means acknowledged.
func (c *crash) post(w *writer, n int) bool {
	ctx, cancel := context.WithTimeout(c.t.Context(), 10*time.Second)
	defer cancel()
	form := url.Values{"id": {fmt.Sprint("input", n)}, "text": {w.texts[n]}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+c.listen+"/say", strings.NewReader(form.Encode()))
	if err != nil {
		return false
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	r.AddCookie(&http.Cookie{Name: "passerelle_phone", Value: w.secret})
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return err == nil && response.StatusCode == http.StatusOK
}

// look reads every transcript while the program is down: what once stood there
// must stand there for ever.
func (c *crash) look() {
	c.t.Helper()
	kernel, err := bolt.Open(c.data)
	if err != nil {
		c.t.Fatal(err)
	}
	s := store.Open(kernel, store.Options{})
	defer s.Close()
	for _, w := range c.learners {
		entries, err := s.Transcript(c.t.Context(), w.address, 0)
		if err != nil {
			c.t.Fatal(err)
		}
		for _, e := range entries {
			if before, ok := w.lines[e.N]; ok && cmp.Diff(before, e) != "" {
				c.t.Errorf("line %d changed (-before +after):\n%s", e.N, cmp.Diff(before, e))
			}
			w.lines[e.N] = e
		}
		record, err := s.Load(c.t.Context(), w.address)
		if err != nil {
			c.t.Fatal(err)
		}
		w.turns = record.Conversation.Turn
	}
}

// check tells whether each learner was taken at their word, once, in order,
// and answered each time.
func (c *crash) check() {
	c.t.Helper()
	for _, w := range c.learners {
		var texts []string
		answered := map[uint64]bool{}
		heard := map[string]uint64{}
		for n := range uint64(len(w.lines)) {
			line, ok := w.lines[n+1]
			switch {
			case !ok:
				c.t.Fatalf("line %d is missing", n+1)
			case line.Who == store.Learner:
				texts = append(texts, line.Text)
				heard[line.Text] = line.Turn
			case line.Who == store.Bot:
				answered[line.Turn] = true
			}
		}
		if diff := cmp.Diff(w.texts, texts); diff != "" {
			c.t.Errorf("taken (-want +got):\n%s", diff)
		}
		if int(w.turns) != len(w.texts) {
			c.t.Errorf("%d turns, want %d", w.turns, len(w.texts))
		}
		for text, turn := range heard {
			if !answered[turn] {
				c.t.Errorf("no answer to %q", text)
			}
		}
	}
}
