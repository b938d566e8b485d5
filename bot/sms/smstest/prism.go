package smstest

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"
)

// prismTime is how long Prism may take to start.
const prismTime = time.Minute

// Prism serves an API by its description, a file of OpenAPI: it answers what is
// as described with an example, and all else with 401, 404, 415 or 422. It needs
// node and @stoplight/prism-cli in the folder PASSERELLE_PRISM; without them the
// test is skipped, and fails where CI is true. It ends with the test.
func Prism(tb testing.TB, spec string) (url string) {
	tb.Helper()
	program := prism(tb)
	told := &banner{found: make(chan string, 1)}
	c := exec.CommandContext(tb.Context(), "node", program, "mock", "--host", "127.0.0.1", "--port", "0", "--multiprocess=false", spec)
	c.Stdout, c.Stderr, c.WaitDelay = told, told, time.Second
	if err := c.Start(); err != nil {
		tb.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = c.Wait() // it serves until it is killed
	}()
	tb.Cleanup(func() {
		_ = c.Process.Kill()
		<-ended
	})
	late := time.NewTimer(prismTime)
	defer late.Stop()
	select {
	case url = <-told.found:
	case <-ended:
		tb.Fatalf("Prism ended: %s", told)
	case <-late.C:
		tb.Fatalf("Prism does not start: %s", told)
	}
	return url
}

// prism is the program, or the test ends.
func prism(tb testing.TB) string {
	tb.Helper()
	folder := os.Getenv("PASSERELLE_PRISM")
	_, err := exec.LookPath("node")
	if folder == "" || err != nil {
		const what = "no Prism here (npm install --prefix DIR @stoplight/prism-cli@5.14.2; " +
			"PASSERELLE_PRISM=DIR/node_modules/@stoplight/prism-cli), or no node"
		if os.Getenv("CI") == "true" {
			tb.Fatal(what)
		}
		tb.Skip(what)
	}
	return filepath.Join(folder, "dist", "index.js")
}

// A banner is what a server says, and the address in it.
type banner struct {
	found chan string

	mu   sync.Mutex
	said bytes.Buffer
	told bool
}

// Write implements [io.Writer].
func (b *banner) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.told {
		return len(p), nil
	}
	b.said.Write(p)
	address := regexp.MustCompile(`listening on (http://[0-9.]+:[0-9]+)\s`).FindSubmatch(b.said.Bytes())
	if b.told = address != nil; b.told {
		b.found <- string(address[1])
	}
	return len(p), nil
}

// String is what was said so far.
func (b *banner) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.said.String()
}
