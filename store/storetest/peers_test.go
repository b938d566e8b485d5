package storetest_test

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"passerelle/store/storetest"
)

func is(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Fatalf("%s: %q, want %q", what, got, want)
	}
}

// A killed server has its data again.
func TestRedisComesBack(t *testing.T) {
	s := storetest.Redis(t)
	is(t, "set", s.Do("SET", "k", "v"), "OK")
	for _, end := range []func(){s.Kill, s.Stop, func() { s.Freeze(); s.Kill() }, func() { s.Freeze(); s.Stop() }} {
		end()
		if _, err := s.Ask("PING"); err == nil {
			t.Fatal("a server that has ended answers")
		}
		s.Start()
		is(t, "get", s.Do("GET", "k"), "v")
	}
}

func TestRedisSettings(t *testing.T) {
	s := storetest.Redis(t, "appendfsync", "always", "user", "a on >secret ~a* +@all", "user", "b on >secret ~b* +@all")
	is(t, "appendfsync", s.Do("CONFIG", "GET", "appendfsync"), "appendfsync\nalways")
	is(t, "save", s.Do("CONFIG", "GET", "save"), "save\n")
	is(t, "users", s.Do("ACL", "USERS"), "a\nb\ndefault")
	if _, err := s.Ask("GET"); err == nil || err.Error() != "ERR wrong number of arguments for 'get' command" {
		t.Fatalf("error of a command: %v", err)
	}
}

func TestRedisTLS(t *testing.T) {
	s := storetest.RedisTLS(t)
	is(t, "ping", s.Do("PING"), "PONG")
	is(t, "url", s.URL(), "rediss://"+s.Addr())
	if _, err := os.Stat(s.CA()); err != nil {
		t.Fatal(err)
	}
}

// The slots of keys are those that Redis names.
func TestSlot(t *testing.T) {
	s := storetest.Redis(t, "cluster-enabled", "yes")
	for _, key := range []string{"", "123456789", "{p0123}r:x", "a{b}{c}", "a{}b", "a{b", "}{é}"} {
		is(t, key, strconv.Itoa(storetest.Slot(key)), s.Do("CLUSTER", "KEYSLOT", key))
	}
}

// A key goes with its slot, outlives a graceful failover, and the crash of its
// master once a replica has it.
func TestCluster(t *testing.T) {
	c := storetest.Redises(t, 3, 1)
	if n := len(c.Servers()); n != 6 || strings.Count(c.URL(), ",") != 5 {
		t.Fatalf("%d servers, %s", n, c.URL())
	}
	const key = "{p0123}k"
	slot := storetest.Slot(key)
	first := c.Master(slot)
	is(t, "set", first.Do("SET", key, "v\nw"), "OK")

	second := c.MoveSlots(slot-1, slot+1)
	if second == first || c.Master(slot) != second {
		t.Fatal("the slot has not moved")
	}
	is(t, "get after a move", second.Do("GET", key), "v\nw")
	if _, err := first.Ask("GET", key); err == nil || !strings.HasPrefix(err.Error(), "MOVED") {
		t.Fatalf("the first master says %v", err)
	}

	third := c.Failover(second)
	if third == second || c.Master(slot) != third || c.Replica(third) != second {
		t.Fatal("the replica has not taken over")
	}
	is(t, "get after a failover", third.Do("GET", key), "v\nw")
	is(t, "set", third.Do("SET", key, "x"), "OK")
	is(t, "copies", third.Do("WAIT", "1", "5000"), "1")

	third.Kill()
	if c.Master(slot) != second {
		t.Fatal("the replica has not followed a killed master")
	}
	is(t, "get after a crash", second.Do("GET", key), "x")
	third.Start()
	c.Settle()
	if c.Replica(second) != third {
		t.Fatal("the killed master has not come back as a replica")
	}
}

// talk sends a line through the proxy and returns what comes back within the
// connection's life.
func talk(c net.Conn, line string) (string, error) {
	if err := c.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return "", err
	}
	if _, err := c.Write([]byte(line + "\r\n")); err != nil {
		return "", err
	}
	b := make([]byte, 100)
	n, err := c.Read(b)
	return string(b[:n]), err
}

func through(t *testing.T, p *storetest.Proxy) net.Conn {
	t.Helper()
	c, err := new(net.Dialer).DialContext(t.Context(), "tcp", p.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func passes(t *testing.T, c net.Conn, line, want string) {
	t.Helper()
	got, err := talk(c, line)
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	is(t, line, got, want+"\r\n")
}

func TestProxyPasses(t *testing.T) {
	s := storetest.Redis(t)
	c := through(t, storetest.NewProxy(t, s.Addr()))
	passes(t, c, "PING", "+PONG")
	passes(t, c, "INCR n", ":1")
	is(t, "n", s.Do("GET", "n"), "1")
	s.Kill()
	if _, err := talk(c, "PING"); err == nil {
		t.Fatal("the proxy answers for a server that is away")
	}
}

func TestProxyResets(t *testing.T) {
	p := storetest.NewProxy(t, storetest.Redis(t).Addr())
	c, d := through(t, p), through(t, p)
	passes(t, c, "PING", "+PONG")
	passes(t, d, "PING", "+PONG")
	p.Reset()
	for _, one := range []net.Conn{c, d} {
		if got, err := talk(one, "PING"); err == nil {
			t.Fatalf("a connection that was cut says %q", got)
		}
	}
	is(t, "faults", strconv.Itoa(p.Faults()), "2")
	passes(t, through(t, p), "PING", "+PONG")
}

// The command was done, and nobody hears of it.
func TestProxySwallows(t *testing.T) {
	s := storetest.Redis(t)
	p := storetest.NewProxy(t, s.Addr())
	p.SwallowReplies(2, "incr")
	for range 2 {
		c := through(t, p)
		passes(t, c, "PING", "+PONG")
		if got, err := talk(c, "INCR n"); err == nil {
			t.Fatalf("a swallowed reply: %q", got)
		}
	}
	passes(t, through(t, p), "INCR n", ":3")
	p.SwallowReplies(1)
	if got, err := talk(through(t, p), "PING"); err == nil {
		t.Fatalf("a swallowed reply: %q", got)
	}
	is(t, "faults", strconv.Itoa(p.Faults()), "3")
}

func TestProxyDelays(t *testing.T) {
	s := storetest.Redis(t)
	p := storetest.NewProxy(t, s.Addr())
	c := through(t, p)
	const late = 50 * time.Millisecond
	p.Delay(late)
	began := time.Now()
	passes(t, c, "PING", "+PONG")
	if took := time.Since(began); took < late {
		t.Fatalf("a delayed reply after %v", took)
	}
	p.Delay(time.Hour)
	replied := make(chan string)
	go func() {
		got, err := talk(c, "INCR n")
		replied <- fmt.Sprint(got, err)
	}()
	for s.Do("GET", "n") != "1" {
		time.Sleep(time.Millisecond)
	}
	p.Delay(0)
	is(t, "a reply let go", <-replied, ":1\r\n<nil>")
}

// Chaos loses connections, now before the command and now after; calm ends it.
func TestProxyChaos(t *testing.T) {
	s := storetest.Redis(t)
	p := storetest.NewProxy(t, s.Addr())
	p.Chaos(1)
	heard := 0
	c := through(t, p)
	const commands = 300
	for range commands {
		if _, err := talk(c, "INCR n"); err == nil {
			heard++
			continue
		}
		c = through(t, p)
	}
	done, err := strconv.Atoi(s.Do("GET", "n"))
	if err != nil {
		t.Fatal(err)
	}
	if heard >= done || done >= commands || p.Faults() == 0 {
		t.Fatalf("%d commands, %d done, %d heard of, %d faults", commands, done, heard, p.Faults())
	}
	p.Calm()
	faults := p.Faults()
	for i := range 100 {
		passes(t, through(t, p), "INCR n", ":"+strconv.Itoa(done+i+1))
	}
	is(t, "faults", strconv.Itoa(p.Faults()), strconv.Itoa(faults))
}
