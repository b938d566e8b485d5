package bot

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// safe collects what is written by several goroutines.
type safe struct {
	write chan string
	all   strings.Builder
}

// Write implements [io.Writer].
func (s *safe) Write(p []byte) (int, error) {
	s.write <- string(p)
	return len(p), nil
}

// serveCall is a call that serves on ports of its own.
func serveCall(t *testing.T, env ...string) (call, *safe, source) {
	t.Helper()
	out := &safe{write: make(chan string, 10_000)}
	all := append(source{
		"PASSERELLE_DATA=" + t.TempDir(), "PASSERELLE_LISTEN=" + freePort(t), "PASSERELLE_ADMIN=" + freePort(t),
		lessonsVariable,
	}, env...)
	return call{args: nil, in: strings.NewReader(""), out: out, err: out, words: testWords(t), env: all}, out, all
}

// text is all that was written.
func (s *safe) text() string {
	for {
		select {
		case part := <-s.write:
			s.all.WriteString(part)
		default:
			return s.all.String()
		}
	}
}

// The whole program starts, serves, stops when told to, and leaves nothing
// behind.
func TestServe(t *testing.T) {
	noLeaks(t)
	c, out, env := serveCall(t)
	ctx, stop := context.WithCancel(t.Context())
	code := make(chan int)
	began := time.Now()
	go func() { code <- run(ctx, c) }()
	admin := env.get("PASSERELLE_ADMIN")
	if err := awaitReady(admin); err != nil {
		t.Fatal(err)
	}
	t.Logf("ready after %s", time.Since(began))
	listen := env.get("PASSERELLE_LISTEN")
	response, err := http.Get("http://" + listen + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	stop()
	select {
	case got := <-code:
		if got != exitGood {
			t.Errorf("exit code %d:\n%s", got, out.text())
		}
	case <-time.After(stopTime + 5*time.Second):
		t.Fatal("it does not stop")
	}
	if !strings.Contains(out.text(), "Passerelle est en service, avec 1 leçon au menu") {
		t.Errorf("it said %s", out.text())
	}
	http.DefaultClient.CloseIdleConnections()
}

// A server that fails takes the program down, with the reason.
func TestServeFails(t *testing.T) {
	noLeaks(t)
	c, _, env := serveCall(t)
	config, err := loadConfig(env)
	if err != nil {
		t.Fatal(err)
	}
	d, err := openDoors(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	c.name = "serve"
	h, err := openHouse(t.Context(), c, config)
	if err != nil {
		t.Fatal(err)
	}
	defer h.close()
	if d.socket, err = listenSocket(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	_ = d.web.Close()
	if err := h.run(t.Context(), d); err == nil || !strings.HasPrefix(err.Error(), "serve 127.0.0.1") {
		t.Errorf("error %v", err)
	}
}

func TestListenTaken(t *testing.T) {
	first, err := listen(t.Context(), "PASSERELLE_LISTEN", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	_, err = listen(t.Context(), "PASSERELLE_LISTEN", first.Addr().String())
	var c *complaint
	if !errors.As(err, &c) || c.id != "port.taken" {
		t.Errorf("error %v", err)
	}
}

// The host is told how a person is reached, in each learner's language, unless
// the configuration says it.
func TestFacts(t *testing.T) {
	k := newKit(t)
	french, english := k.facts("fr"), k.facts("en")
	if french[0].Value == english[0].Value || !strings.Contains(french[1].Value, "France Services") {
		t.Errorf("facts %v, %v", french, english)
	}
	k.config.Publisher, k.config.Contact = "la mairie", "le 01 23"
	if got := k.facts("en"); got[0].Value != "la mairie" || got[1].Value != "le 01 23" {
		t.Errorf("facts %v", got)
	}
}

// Told to stop, the program waits for a request under way; told again, it does
// not.
func TestSecondSignal(t *testing.T) {
	c := newChild(t)
	c.start()
	c.ready()
	var d net.Dialer
	conn, err := d.DialContext(t.Context(), "tcp", c.listen)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = conn.Write([]byte("POST /say HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 99\r\n\r\nid="))
	time.Sleep(50 * time.Millisecond) // the request is under way
	_ = c.process.Process.Signal(os.Interrupt)
	ended := make(chan error, 1)
	go func() { ended <- c.process.Wait() }()
	select {
	case <-ended:
		t.Fatal("it did not wait for a request under way")
	case <-time.After(300 * time.Millisecond):
	}
	_ = c.process.Process.Signal(os.Interrupt)
	select {
	case err := <-ended:
		if err == nil {
			t.Error("cut short, it says that all went well")
		}
	case <-time.After(2 * time.Second):
		t.Error("told twice, it still waits")
	}
}
