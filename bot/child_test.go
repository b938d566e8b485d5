package bot

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A child is the program in a process of its own, with a folder and ports that
// it keeps when it is started again.
type child struct {
	t                   testing.TB
	program             string
	data, listen, admin string
	settings            []string // of its environment, besides
	process             *exec.Cmd
}

// newChild is the program, not started yet.
func newChild(t testing.TB, settings ...string) *child {
	t.Helper()
	return &child{
		t: t, program: program(t, "passerelle"), data: t.TempDir(), listen: freePort(t), admin: freePort(t),
		settings: settings,
	}
}

// program is the test binary under one of the names TestMain knows.
func program(t testing.TB, name string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.Symlink(self, path); err != nil {
		t.Fatal(err)
	}
	return path
}

// start starts the program on the same data.
func (c *child) start() {
	c.t.Helper()
	log, err := os.OpenFile(c.logFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		c.t.Fatal(err)
	}
	defer log.Close()
	c.process = exec.Command(c.program, "serve")
	clean := slices.DeleteFunc(os.Environ(), func(line string) bool { return strings.HasPrefix(line, prefix) })
	c.process.Env = append(clean, "PASSERELLE_DATA="+c.data, "PASSERELLE_LISTEN="+c.listen,
		"PASSERELLE_ADMIN="+c.admin, "PASSERELLE_LIMITS_MESSAGES=100000", "PASSERELLE_LIMITS_NEWCOMERS=100000",
		lessonsVariable, "GORACE=atexit_sleep_ms=0")
	c.process.Env = append(c.process.Env, c.settings...)
	c.process.Stdout, c.process.Stderr = log, log
	if err := c.process.Start(); err != nil {
		c.t.Fatal(err)
	}
	process := c.process.Process
	c.t.Cleanup(func() { _ = process.Kill() }) // for a test that failed
}

// logFile is where all goes that the program says.
func (c *child) logFile() string { return filepath.Join(filepath.Dir(c.program), "log") }

// kill ends it as a power cut would, as far as a process can tell.
func (c *child) kill() {
	c.t.Helper()
	if err := c.process.Process.Kill(); err != nil {
		c.t.Fatal(err)
	}
	_ = c.process.Wait() // killed
}

// ready waits until it takes turns.
func (c *child) ready() {
	c.t.Helper()
	if err := awaitReady(c.admin); err != nil {
		c.t.Fatal(err)
	}
}

// stop asks it to stop.
func (c *child) stop() {
	c.t.Helper()
	c.ready()
	if err := c.process.Process.Signal(syscall.SIGTERM); err != nil {
		c.t.Fatal(err)
	}
	if err := c.process.Wait(); err != nil {
		c.t.Fatalf("stopped by SIGTERM: %v", err)
	}
}

// gauge reads a number of the program's metrics; false when it has none to give.
func (c *child) gauge(name string) (n float64, ok bool) {
	client := http.Client{Timeout: 10 * time.Second}
	defer client.CloseIdleConnections()
	answer, err := client.Get("http://" + c.admin + "/metrics")
	if err != nil {
		return 0, false
	}
	defer answer.Body.Close()
	for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
		if value, found := strings.CutPrefix(lines.Text(), name+" "); found {
			n, err := strconv.ParseFloat(value, 64)
			return n, err == nil
		}
	}
	return 0, false
}

// unharmed fails the test when the program gave up, or found a race, in the
// middle of its work.
func (c *child) unharmed() {
	c.t.Helper()
	log, err := os.ReadFile(c.logFile())
	if err != nil {
		c.t.Fatal(err)
	}
	for _, bad := range []string{"DATA RACE", "panic:", "fatal error:", "a channel failed", "the engine failed"} {
		if _, after, found := strings.Cut(string(log), bad); found {
			c.t.Errorf("the program said: %s%s", bad, after[:min(len(after), 3000)])
		}
	}
}

// lastWords are the last lines of its log that tell of trouble.
func (c *child) lastWords() string {
	log, err := os.ReadFile(c.logFile())
	if err != nil {
		return fmt.Sprint(err)
	}
	var bad []string
	for line := range strings.Lines(string(log)) {
		if !strings.Contains(line, `"INFO"`) {
			bad = append(bad, line)
		}
	}
	return strings.Join(bad[max(0, len(bad)-20):], "")
}
