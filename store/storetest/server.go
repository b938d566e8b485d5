package storetest

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Bounds of what is waited for on a loaded machine.
const (
	patience      = time.Minute           // an outcome that is sure to come
	glance        = 10 * time.Millisecond // between two looks at it
	answerWithin  = 10 * time.Second      // one command
	triesForAPort = 8
)

// A Server is a real redis-server on loopback, which a test may kill, freeze
// and start again. It keeps its port and its folder, and ends with the test.
// Its methods fail the test when they cannot do what they say.
type Server struct {
	t    testing.TB
	dir  string
	port int
	tls  *tls.Config // nil for plain TCP
	ca   string

	mu      sync.Mutex
	process *os.Process   // nil before the first start and after an end that was asked for
	gone    chan struct{} // closed once the process is
	frozen  bool
}

// Redis starts a redis-server that writes its append-only file and syncs it
// every second. Settings are pairs as in redis.conf, such as "appendfsync",
// "always"; they win over the ones set here, and a name such as "user" may come
// several times. The default user must keep its rights: [Server.Do] uses it.
//
// Where redis-server is missing the test is skipped; with CI=true it fails.
func Redis(t testing.TB, settings ...string) *Server {
	t.Helper()
	s := &Server{t: t, dir: t.TempDir()}
	s.settle(settings)
	return s
}

// RedisTLS is [Redis] that speaks TLS alone, with a certificate for 127.0.0.1
// from an authority of its own; see [Server.CA].
func RedisTLS(t testing.TB, settings ...string) *Server {
	t.Helper()
	s := &Server{t: t, dir: t.TempDir()}
	s.certify()
	s.settle(settings)
	return s
}

// settle starts the server for the first time, on a port that nobody holds.
func (s *Server) settle(settings []string) {
	s.t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		missing(s.t, "no redis-server here (apt-get install redis-server)")
	}
	s.t.Cleanup(s.leave)
	for range triesForAPort {
		s.port = freePort(s.t)
		if err = s.configure(settings); err == nil {
			err = s.run(path)
		}
		if err == nil {
			return
		}
	}
	s.t.Fatalf("start %s: %v", path, err)
}

// missing skips the test, except where all must be tried.
func missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(what)
	}
	t.Skip(what)
}

// freePort returns a port that is free, as is the one 10,000 above it, where a
// node of a cluster listens too. Both lie below the ports that a system gives
// to outgoing connections: one of these might hold the port of a server while
// it is away.
func freePort(t testing.TB) int {
	t.Helper()
	for range 100 {
		port := 10_000 + rand.IntN(10_000)
		if free(port) && free(port+10_000) {
			return port
		}
	}
	t.Fatal("no free port between 10000 and 20000")
	return 0
}

func free(port int) bool {
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", loopback(port))
	return err == nil && l.Close() == nil
}

func loopback(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// configure writes redis.conf.
func (s *Server) configure(settings []string) error {
	if len(settings)%2 != 0 {
		return fmt.Errorf("settings come in pairs: %q", settings)
	}
	var b bytes.Buffer
	b.WriteString("bind 127.0.0.1\ndaemonize no\nsave \"\"\nappendonly yes\nappendfsync everysec\n")
	if s.tls != nil {
		fmt.Fprintf(&b, "port 0\ntls-port %d\ntls-auth-clients no\n", s.port)
		b.WriteString("tls-cert-file cert.pem\ntls-key-file key.pem\ntls-ca-cert-file ca.pem\n")
	} else {
		fmt.Fprintf(&b, "port %d\n", s.port)
	}
	for i := 0; i < len(settings); i += 2 {
		value := settings[i+1]
		if value == "" {
			value = `""`
		}
		fmt.Fprintf(&b, "%s %s\n", settings[i], value)
	}
	return os.WriteFile(filepath.Join(s.dir, "redis.conf"), b.Bytes(), 0o600)
}

// run starts the process and waits until it serves.
func (s *Server) run(path string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.runs() {
		return nil
	}
	log, err := os.OpenFile(filepath.Join(s.dir, "redis.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close() //nolint:errcheck // the process has its own
	cmd := exec.CommandContext(context.Background(), path, "redis.conf")
	cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.SysProcAttr = s.dir, log, log, tied()
	if err := cmd.Start(); err != nil {
		return err
	}
	s.process, s.gone = cmd.Process, make(chan struct{})
	go func(gone chan struct{}) {
		cmd.Wait() //nolint:errcheck // most end by a signal
		close(gone)
	}(s.gone)
	if err := s.serves(); err != nil {
		s.end(syscall.SIGKILL)
		return err
	}
	return nil
}

// runs tells whether the process is there. The caller holds the lock.
func (s *Server) runs() bool {
	if s.process == nil {
		return false
	}
	select {
	case <-s.gone:
		return false
	default:
		return true
	}
}

// up tells whether the server should answer.
func (s *Server) up() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.runs() && !s.frozen
}

// serves waits until this very process answers and has read its data: another
// server may hold the port.
func (s *Server) serves() error {
	mine := fmt.Sprintf("\r\nprocess_id:%d\r\n", s.process.Pid)
	var info string
	var err error
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		info, err = s.Ask("INFO")
		if strings.Contains(info, mine) && strings.Contains(info, "\r\nloading:0\r\n") {
			return nil
		}
		select {
		case <-s.gone:
			return errors.New("it ended at once")
		case <-time.After(glance):
		}
	}
	return fmt.Errorf("it does not serve after %v: %w", patience, err)
}

// end sends a signal and waits for the end. The caller holds the lock.
func (s *Server) end(signal os.Signal) {
	if s.process == nil {
		return
	}
	s.process.Signal(signal) //nolint:errcheck // it may be gone
	select {
	case <-s.gone:
	case <-time.After(patience):
		s.t.Errorf("redis-server %d does not end by %v", s.process.Pid, signal)
		s.process.Kill() //nolint:errcheck // it may be gone
		<-s.gone
	}
	s.process, s.frozen = nil, false
}

// leave is the end of the test.
func (s *Server) leave() {
	s.Kill()
	if s.t.Failed() {
		s.t.Logf("redis-server on port %d said last:\n%s", s.port, s.log())
	}
}

// log is the end of what the server logged.
func (s *Server) log() string {
	const much = 1000
	text, err := os.ReadFile(filepath.Join(s.dir, "redis.log"))
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-much):])
}

// Addr is the server's host and port.
func (s *Server) Addr() string { return loopback(s.port) }

// URL is what PASSERELLE_REDIS takes.
func (s *Server) URL() string {
	if s.tls != nil {
		return "rediss://" + s.Addr()
	}
	return "redis://" + s.Addr()
}

// CA is the path of the authority's certificate in PEM, empty without TLS.
func (s *Server) CA() string { return s.ca }

// Kill ends the server by SIGKILL, as a crash would, frozen or not.
func (s *Server) Kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end(syscall.SIGKILL)
}

// Stop ends the server by SIGTERM, as an operator would.
func (s *Server) Stop() {
	s.Thaw()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end(syscall.SIGTERM)
}

// Start starts the server again on its port and data, and waits until it has
// read them and serves.
func (s *Server) Start() {
	s.t.Helper()
	if err := s.run("redis-server"); err != nil {
		s.t.Fatalf("start redis-server again: %v", err)
	}
}

// Freeze stops the process where it is: connections stay open and nothing is
// answered. Where that cannot be done the test is skipped.
func (s *Server) Freeze() { s.t.Helper(); s.hold(true, freeze) }

// Thaw lets a frozen server go on.
func (s *Server) Thaw() { s.t.Helper(); s.hold(false, thaw) }

func (s *Server) hold(still bool, signal func(*os.Process) error) {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.runs() || s.frozen == still {
		return
	}
	switch err := signal(s.process); {
	case errors.Is(err, errors.ErrUnsupported):
		s.t.Skip("no process can be frozen here")
	case err != nil:
		s.t.Fatalf("signal redis-server: %v", err)
	}
	s.frozen = still
}
