package bot

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// How long the program under test may take for what is no turn.
const (
	subjectStart  = 30 * time.Second // to get ready
	subjectSettle = 2 * time.Minute  // to send what waits
	subjectPause  = 20 * time.Millisecond
	subjectWords  = 2_000 // bytes of what it said last that are shown
)

// A subject is the program itself in a process of its own, as "passerelle serve"
// starts it, with nobody's limits and on ports that were free.
type subject struct {
	web, admin string
	process    *exec.Cmd
	end        context.CancelFunc // tells it to stop
	gone       chan struct{}      // closed once it has
	said       lastWords
}

// startSubject starts the program; lost is called when it ends unasked.
func (b *benchmark) startSubject(ctx context.Context, lost context.CancelCauseFunc) (*subject, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find the program: %w", err)
	}
	t := &subject{gone: make(chan struct{})}
	if t.web, t.admin, err = freePorts(ctx); err != nil {
		return nil, fmt.Errorf("find free ports: %w", err)
	}
	ctx, t.end = context.WithCancel(context.WithoutCancel(ctx))
	t.process = exec.CommandContext(ctx, self, "serve") //nolint:gosec // this very program
	t.process.Args[0] = "passerelle"
	t.process.Env = b.subjectEnv(t)
	t.process.Stderr = &t.said
	t.process.Cancel = func() error { return t.process.Process.Signal(syscall.SIGTERM) }
	t.process.WaitDelay = 2 * stopTime // then it is killed
	if err := t.process.Start(); err != nil {
		t.end()
		return nil, fmt.Errorf("start the program: %w", err)
	}
	go func() {
		_ = t.process.Wait() // its state tells all
		close(t.gone)
		lost(complain("bench.died", nil, "why", t.said.text())) // too late when it was asked to stop
	}()
	return t, nil
}

// subjectEnv is the environment of the program: its place and its ports, the
// embedded lessons, no limits.
func (b *benchmark) subjectEnv(t *subject) []string {
	env := slices.DeleteFunc(slices.Clone(b.env), func(line string) bool { return strings.HasPrefix(line, prefix) })
	env = append(env, "PASSERELLE_DATA="+b.folder+"/data", "PASSERELLE_LISTEN="+t.web, "PASSERELLE_ADMIN="+t.admin,
		"PASSERELLE_LIMITS_MESSAGES=1000000", "PASSERELLE_LIMITS_NEWCOMERS=1000000")
	if b.config.shared() {
		env = append(env, "PASSERELLE_REDIS="+b.config.Redis, "PASSERELLE_CONFIRM="+strconv.Itoa(b.config.Confirm))
	}
	return env
}

// freePorts are two addresses of this machine that nothing listens on.
func freePorts(ctx context.Context) (web, admin string, err error) {
	var config net.ListenConfig
	var free [2]string
	for i := range free {
		l, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return "", "", err
		}
		defer l.Close() //nolint:errcheck // nobody used it
		free[i] = l.Addr().String()
	}
	return free[0], free[1], nil
}

// stop ends the program and waits for that. It must end well.
func (s *subject) stop() error {
	s.end()
	<-s.gone
	if !s.process.ProcessState.Success() {
		return complain("bench.died", nil, "why", s.said.text())
	}
	return nil
}

// awaitReady waits until the program takes turns.
func (s *subject) awaitReady(ctx context.Context) error {
	return s.await(ctx, subjectStart, "bench.unready", func() bool {
		_, err := s.page(ctx, "/readyz")
		return err == nil
	})
}

// settled waits until all that was said is sent, and returns what the program
// counted so far.
func (s *subject) settled(ctx context.Context) (tally subjectTally, err error) {
	err = s.await(ctx, subjectSettle, "bench.unsettled", func() bool {
		page, err := s.page(ctx, "/metrics")
		tally = tallyOf(page)
		return err == nil && tally.counted && tally.waiting == 0
	})
	return tally, err
}

// await waits until something is so, or complains with that sentence.
func (s *subject) await(ctx context.Context, most time.Duration, sentence string, so func() bool) error {
	for deadline := time.Now().Add(most); !so(); {
		if time.Now().After(deadline) {
			return complain(sentence, nil, "why", s.said.text())
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(subjectPause):
		}
	}
	return nil
}

// errPage says that an operator's page has no good answer.
var errPage = errors.New("the page does not answer")

// page reads one of the pages for operators.
func (s *subject) page(ctx context.Context, path string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, benchPatience)
	defer cancel()
	ask, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.admin+path, http.NoBody)
	if err != nil {
		return "", err
	}
	answer, err := http.DefaultClient.Do(ask)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close() //nolint:errcheck // it was read to its end
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = errPage
	}
	return string(body), err
}

// A subjectTally is what the program's own counters say.
type subjectTally struct {
	counted bool    // the store could be asked
	waiting float64 // conversations with something to send
	sent    float64 // messages
	turns   float64 // for which the engine was asked
}

// tallyOf reads the page of metrics: a name, labels, a number a line. Inputs
// that were refused, repeated or put aside are no turns.
func tallyOf(page string) subjectTally {
	var t subjectTally
	lines := bufio.NewScanner(strings.NewReader(page))
	for lines.Scan() {
		name, number, _ := strings.Cut(lines.Text(), " ")
		n, err := strconv.ParseFloat(number, 64)
		switch {
		case err != nil:
		case name == "passerelle_outbox_waiting":
			t.counted, t.waiting = true, n
		case strings.HasPrefix(name, "passerelle_deliveries_total{") && strings.Contains(name, `"`+resultSent+`"`):
			t.sent += n
		case strings.HasPrefix(name, "passerelle_turns_total{") && !refusedTurn(name):
			t.turns += n
		}
	}
	return t
}

func refusedTurn(name string) bool {
	for _, reason := range []string{string(parkedReason), string(cappedReason), string(repeatedInput)} {
		if strings.Contains(name, `"`+reason+`"`) {
			return true
		}
	}
	return false
}

// lastWords keep the end of what is written to them.
type lastWords struct {
	mu  sync.Mutex
	end []byte
}

// Write implements [io.Writer].
func (l *lastWords) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.end = append(l.end, text[max(0, len(text)-subjectWords):]...)
	l.end = l.end[max(0, len(l.end)-subjectWords):]
	return len(text), nil
}

func (l *lastWords) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.TrimSpace(string(l.end))
}
