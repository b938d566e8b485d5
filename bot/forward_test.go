package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	mathrand "math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passerelle/store/storetest"
)

func TestFrames(t *testing.T) {
	long := bytes.Repeat([]byte("é"), maxFrame)
	var wire bytes.Buffer
	for kind, body := range map[byte][]byte{frameOut: long} {
		if err := writeFrame(&wire, kind, body); err != nil {
			t.Fatal(err)
		}
	}
	if err := writeFrame(&wire, frameEOF, nil); err != nil {
		t.Fatal(err)
	}
	var got []byte
	for {
		kind, body, err := readFrame(&wire)
		if err != nil {
			t.Fatal(err)
		}
		if kind == frameEOF {
			break
		}
		got = append(got, body...)
	}
	if !bytes.Equal(got, long) {
		t.Errorf("%d bytes came, %d were sent", len(got), len(long))
	}
	if _, _, err := readFrame(&wire); err == nil {
		t.Error("a frame was read from nothing")
	}
	if _, _, err := readFrame(strings.NewReader("o\xff\xff\xff\xff")); err == nil {
		t.Error("a frame of four gigabytes was accepted")
	}
}

// serving opens a house and its socket; the returned function stops it.
func serving(t *testing.T) (*kit, context.CancelFunc) {
	t.Helper()
	noLeaks(t)
	k := newKit(t)
	listener, err := listenSocket(t.Context(), k.config)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		k.runErrands(ctx, listener)
	}()
	t.Cleanup(func() { stop(); <-done })
	return k, stop
}

// caller is a command at this end of the socket.
func caller(t *testing.T, k *kit, in string, args ...string) (call, *strings.Builder, *strings.Builder) {
	t.Helper()
	var out, err strings.Builder
	return call{
		name: args[0], args: args[1:], in: strings.NewReader(in), out: &out, err: &err, words: k.words,
	}, &out, &err
}

// forward has the server of a kit do a call.
func (k *kit) forward(ctx context.Context, c call) error {
	conn, err := dialSocket(ctx, k.config)
	if err != nil {
		return err
	}
	return forward(ctx, conn, c)
}

func TestForward(t *testing.T) {
	k, _ := serving(t)
	c, out, problems := caller(t, k, "bonjour\n1\n", "phone", "--as", "phone:marie")
	if err := k.forward(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(out.String(), "> bonjour\n< Bonjour !") || !strings.Contains(out.String(), "\n> 1\n") {
		t.Errorf("out %q", out)
	}
	if problems.Len() > 0 {
		t.Errorf("err %q", problems)
	}
	c, _, problems = caller(t, k, "", "phone", "--lesson", "xyzzy")
	if err := k.forward(t.Context(), c); err != errFound || !strings.Contains(problems.String(), "n'existe pas") { //nolint:errorlint // as it is
		t.Errorf("error %v, err %q", err, problems)
	}
	c, _, _ = caller(t, k, "", "phone", "--xyzzy")
	if err := k.forward(t.Context(), c); err != errUsage { //nolint:errorlint // as it is
		t.Errorf("error %v", err)
	}
}

// A caller who types slowly is served meanwhile: answers do not wait for the
// end of the input.
func TestForwardStreams(t *testing.T) {
	k, _ := serving(t)
	keyboard, typist := io.Pipe()
	screen, shown := io.Pipe()
	c, _, _ := caller(t, k, "", "phone")
	c.in, c.out = keyboard, shown
	done := make(chan error)
	go func() { done <- k.forward(t.Context(), c) }()
	for _, text := range []string{"bonjour", "1"} {
		_, _ = typist.Write([]byte(text + "\n"))
		awaitLine(t, screen, "> "+text)
	}
	_ = typist.Close()
	go func() { _, _ = io.Copy(io.Discard, screen) }()
	if err := <-done; err != nil {
		t.Error(err)
	}
	_ = screen.Close()
}

// awaitLine reads until a text came.
func awaitLine(t *testing.T, in io.Reader, text string) {
	t.Helper()
	var all strings.Builder
	buffer := make([]byte, 4096)
	for !strings.Contains(all.String(), text) {
		n, err := in.Read(buffer)
		if err != nil {
			t.Fatalf("%v after %q", err, all.String())
		}
		all.Write(buffer[:n])
	}
}

// A server that stops tells its callers; a caller that goes leaves no command
// behind.
func TestForwardEnds(t *testing.T) {
	k, stop := serving(t)
	keyboard, typist := io.Pipe()
	defer typist.Close()
	c, _, _ := caller(t, k, "", "phone")
	c.in = keyboard
	done := make(chan error, 1)
	go func() { done <- k.forward(t.Context(), c) }()
	_, _ = typist.Write([]byte("bonjour\n"))
	stop()
	select {
	case err := <-done:
		if err == nil {
			t.Error("a command cut short ended well")
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the caller waits for ever")
	}

	ctx, hangUp := context.WithCancel(t.Context())
	hangUp()
	if err := k.forward(ctx, c); err == nil {
		t.Error("a caller who hung up was served")
	}
}

// While one terminal is open without a service, a second one opens too, and the
// doctor finds the ports free.
func TestForwardToATerminal(t *testing.T) {
	noLeaks(t)
	env := source{"PASSERELLE_DATA=" + t.TempDir(), "PASSERELLE_LISTEN=127.0.0.1:0", "PASSERELLE_ADMIN=127.0.0.1:0", lessonsVariable}
	w := testWords(t)
	keyboard, typist := io.Pipe()
	screen, shown := io.Pipe()
	first := call{args: []string{"phone"}, in: keyboard, out: shown, err: io.Discard, words: w, env: env}
	code := make(chan int, 1)
	go func() { code <- run(t.Context(), first) }()
	_, _ = typist.Write([]byte("bonjour\n"))
	awaitLine(t, screen, "> bonjour")
	go func() { _, _ = io.Copy(io.Discard, screen) }()
	for args, says := range map[string]string{"phone": "> bonjour", "doctor": "sont libres"} {
		var out, problems strings.Builder
		second := call{args: []string{args}, in: strings.NewReader("bonjour\n"), out: &out, err: &problems, words: w, env: env}
		if code := run(t.Context(), second); code != exitGood || !strings.Contains(out.String(), says) {
			t.Errorf("%s: exit code %d, %q, %q", args, code, &out, &problems)
		}
	}
	_ = typist.Close()
	if got := <-code; got != exitGood {
		t.Errorf("the first terminal: exit code %d", got)
	}
	_ = screen.Close()
}

// A caller who reads nothing does not keep the server from stopping.
func TestForwardToTheDeaf(t *testing.T) {
	noLeaks(t)
	k := newKit(t)
	here, there := net.Pipe()
	defer there.Close()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		k.serveCaller(ctx, here, newPlaces())
	}()
	if err := json.NewEncoder(there).Encode(errand{Args: []string{"doctor"}, Language: "fr"}); err != nil {
		t.Fatal(err)
	}
	var first [1]byte
	if _, err := io.ReadFull(there, first[:]); err != nil { // it writes, and nobody reads on
		t.Fatal(err)
	}
	stop()
	select {
	case <-done:
	case <-time.After(endTime + 5*time.Second):
		t.Fatal("it does not stop")
	}
}

// However many terminals are open, the doctor comes; one terminal too many is
// told so.
func TestForwardWhenFull(t *testing.T) {
	k, _ := serving(t)
	for range cap(newPlaces()["phone"]) {
		conn, err := net.Dial("unix", socketPath(k.config))
		k.must(err)
		defer conn.Close()
		k.must(json.NewEncoder(conn).Encode(errand{Args: []string{"phone"}, Language: "fr", Terminal: true}))
		_, err = conn.Read(make([]byte, 1)) // it is open
		k.must(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	c, _, problems := caller(t, k, "", "phone")
	if err := k.forward(ctx, c); err != errFound || !strings.Contains(problems.String(), "Fermez") { //nolint:errorlint // as it is
		t.Errorf("one terminal too many: %v, %q", err, problems)
	}
	c, out, problems := caller(t, k, "", "doctor")
	if err := k.forward(ctx, c); err != nil {
		t.Errorf("the doctor: %v, %q, %q", err, out, problems)
	}
}

// A broken listener fails all the time until it is closed.
type brokenListener struct {
	net.Listener

	accepts atomic.Int64
	closed  atomic.Bool
}

// Accept implements [net.Listener].
func (l *brokenListener) Accept() (net.Conn, error) {
	l.accepts.Add(1)
	if l.closed.Load() {
		return nil, net.ErrClosed
	}
	return nil, syscall.EMFILE
}

// Close implements [net.Listener].
func (l *brokenListener) Close() error {
	l.closed.Store(true)
	return nil
}

// Callers who cannot be taken do not keep the processor busy.
func TestErrandsPause(t *testing.T) {
	k := newKit(t)
	l := &brokenListener{}
	ctx, stop := context.WithTimeout(t.Context(), 3*acceptPause)
	defer stop()
	k.runErrands(ctx, l)
	if n := l.accepts.Load(); n > 10 {
		t.Errorf("%d attempts in %s", n, 3*acceptPause)
	}
}

func TestForwardToNobody(t *testing.T) {
	k := newKit(t)
	c, _, _ := caller(t, k, "", "doctor")
	_, _, err := c.enter(t.Context(), k.config)
	if err == nil || !strings.Contains(k.words.told(err), "ne répond pas") {
		t.Errorf("error %v", err)
	}
}

// Whatever comes over the socket, only the commands made for it are run, and
// the server lives.
func TestErrandsRefuse(t *testing.T) {
	k, _ := serving(t)
	good, err := json.Marshal(errand{Args: []string{"doctor"}, Language: "fr"})
	if err != nil {
		t.Fatal(err)
	}
	errands := 40
	if storetest.Long() {
		errands = 1000
	}
	inputs := []string{
		"", "\n", "{}\n", "no json\n", `{"args":["serve"]}` + "\n", `{"args":["config"]}` + "\n",
		strings.Repeat("x", 2*maxErrand), string(good) + "\ni\xff\xff\xff\xff",
	}
	for range errands {
		mutant := bytes.Clone(good)
		mutant[mathrand.N(len(mutant))] ^= byte(1 << mathrand.N(8))
		inputs = append(inputs, string(mutant)+"\n"+string(mutant))
	}
	for _, input := range inputs {
		conn, err := net.Dial("unix", socketPath(k.config))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = conn.Write([]byte(input))
		_ = conn.(*net.UnixConn).CloseWrite()
		_, _ = io.Copy(io.Discard, conn)
		_ = conn.Close()
	}
	c, out, _ := caller(t, k, "", "doctor")
	if err := k.forward(t.Context(), c); err != nil || !strings.Contains(out.String(), "✓") {
		t.Errorf("afterwards: %v, %q", err, out)
	}
}

func TestSocket(t *testing.T) {
	config := &Config{Data: t.TempDir()}
	if err := os.WriteFile(filepath.Join(config.Data, embeddedSocket), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	listener, err := listenSocket(t.Context(), config) // one left behind is in nobody's way
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	info, err := os.Stat(filepath.Join(config.Data, embeddedSocket))
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("mode %o", got)
	}
	t.Chdir(config.Data)
	if diff := cmp.Diff(embeddedSocket, socketPath(config)); diff != "" {
		t.Errorf("path (-want +got):\n%s", diff)
	}
	if _, err := listenSocket(t.Context(), &Config{Data: filepath.Join(config.Data, strings.Repeat("x/", 100))}); err == nil {
		t.Error("a path that is too long was taken")
	}
}

// On a shared store a socket that answers stays its server's; one that is left
// behind is taken, and each store has its own.
func TestSocketOfAnother(t *testing.T) {
	config := &Config{Data: filepath.Join(t.TempDir(), "new"), Redis: "redis://localhost"}
	first, err := listenSocket(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := listenSocket(t.Context(), config); !errors.Is(err, errAnswered) {
		t.Errorf("error %v", err)
	}
	other := &Config{Data: config.Data, Redis: "redis://localhost/1"}
	if second, err := listenSocket(t.Context(), other); err != nil {
		t.Error(err)
	} else {
		_ = second.Close()
	}
	first.(*net.UnixListener).SetUnlinkOnClose(false)
	_ = first.Close()
	third, err := listenSocket(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	_ = third.Close()
}
