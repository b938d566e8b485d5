package storetest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A Proxy passes bytes between clients and a server, and does to them what
// networks do. Its faults are turned on and off at any time, from anywhere.
type Proxy struct {
	target   string
	listener net.Listener
	running  sync.WaitGroup
	faults   atomic.Int64

	mu      sync.Mutex
	closed  bool
	links   map[*link]struct{}
	delay   time.Duration
	changed chan struct{} // closed when the delay changes
	swallow int
	words   [][]byte
	chaos   *rand.Rand // nil for none
}

// A link is a client's connection and its own to the server.
type link struct {
	client, server *net.TCPConn
	marked         atomic.Bool // the last request is one whose reply is to be swallowed
	cut            sync.Once
	done           chan struct{}
}

// NewProxy starts a proxy in front of target, a host and port. It and all its
// connections end with the test.
func NewProxy(t testing.TB, target string) *Proxy {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("listen: %v", err)
	}
	p := &Proxy{target: target, listener: l, links: map[*link]struct{}{}, changed: make(chan struct{})}
	p.running.Go(p.accept)
	t.Cleanup(p.close)
	return p
}

// Addr is the proxy's host and port.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// URL is what PASSERELLE_REDIS takes.
func (p *Proxy) URL() string { return "redis://" + p.Addr() }

// Faults is how many connections were cut so far.
func (p *Proxy) Faults() int { return int(p.faults.Load()) }

// Reset cuts all connections at once; new ones are taken.
func (p *Proxy) Reset() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for one := range p.links {
		p.hurt(one)
	}
}

// Delay makes every reply wait that long; 0 lets go what waits.
func (p *Proxy) Delay(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delay = d
	close(p.changed)
	p.changed = make(chan struct{})
}

// SwallowReplies makes the next n replies not arrive: the connection is cut
// instead, so that a command was done and nobody hears of it. With words, such
// as "evalsha", only replies to requests that hold one of them count, in any
// case. Replies that come in one piece count as one.
func (p *Proxy) SwallowReplies(n int, words ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.swallow, p.words = n, nil
	for _, w := range words {
		p.words = append(p.words, bytes.ToLower([]byte(w)))
	}
}

// Chaos does, of every hundred replies, swallow two, tear two in the middle,
// cut two connections before the request reaches the server, and delay five by
// up to 50 ms.
func (p *Proxy) Chaos(seed uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.chaos = rand.New(rand.NewPCG(seed, seed))
}

// Calm turns all faults off.
func (p *Proxy) Calm() {
	p.Delay(0)
	p.SwallowReplies(0)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.chaos = nil
}

func (p *Proxy) close() {
	p.listener.Close() //nolint:errcheck // no more is expected of it
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.Reset()
	p.running.Wait()
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.running.Go(func() { p.connect(client.(*net.TCPConn)) })
	}
}

// connect joins a client to the server. A server that is away is a connection
// cut.
func (p *Proxy) connect(client *net.TCPConn) {
	server, err := (&net.Dialer{Timeout: answerWithin}).Dial("tcp", p.target)
	if err != nil {
		abort(client)
		return
	}
	one := &link{client: client, server: server.(*net.TCPConn), done: make(chan struct{})}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		one.end()
		return
	}
	p.links[one] = struct{}{}
	p.running.Go(func() { p.pass(one, one.client, p.request) })
	p.running.Go(func() { p.pass(one, one.server, p.reply) })
}

// errCut is the proxy's own doing.
var errCut = errors.New("cut")

// pass hands on what comes from one side, until either has gone.
func (p *Proxy) pass(one *link, from io.Reader, hand func(*link, []byte) error) {
	b := make([]byte, 64<<10)
	for {
		n, err := from.Read(b)
		if n > 0 {
			err = errors.Join(hand(one, b[:n]), err)
		}
		if errors.Is(err, errCut) {
			p.hurt(one)
		}
		if err != nil {
			break
		}
	}
	one.end()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.links, one)
}

// request hands a client's bytes on.
func (p *Proxy) request(one *link, b []byte) error {
	p.mu.Lock()
	lost := p.chance(2)
	one.marked.Store(p.marks(b))
	p.mu.Unlock()
	if lost {
		return errCut
	}
	_, err := one.server.Write(b)
	return err
}

// marks tells whether the reply to a request is one to swallow.
func (p *Proxy) marks(request []byte) bool {
	request = bytes.ToLower(request)
	for _, w := range p.words {
		if bytes.Contains(request, w) {
			return true
		}
	}
	return len(p.words) == 0
}

// chance comes true so often of a hundred, under chaos.
func (p *Proxy) chance(percent int) bool { return p.chaos != nil && p.chaos.IntN(100) < percent }

// reply hands the server's bytes on, or does worse.
func (p *Proxy) reply(one *link, b []byte) error {
	n, late := p.fate(one, len(b))
	if !p.wait(one, late) {
		return nil
	}
	_, err := one.client.Write(b[:n])
	if n < len(b) {
		err = errCut
	}
	return err
}

// fate is how much of a reply arrives, and how much later than the delay.
func (p *Proxy) fate(one *link, size int) (n int, late time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.swallow > 0 && one.marked.Load() {
		p.swallow--
		return 0, 0
	}
	switch {
	case p.chance(2):
		return 0, 0
	case p.chance(2):
		return size / 2, 0
	case p.chance(5):
		late = time.Duration(p.chaos.IntN(50)) * time.Millisecond
	}
	return size, late
}

// wait holds a reply back for the delay and more. It is false when the
// connection ended meanwhile.
func (p *Proxy) wait(one *link, more time.Duration) bool {
	for began := time.Now(); ; {
		p.mu.Lock()
		left, changed := p.delay+more-time.Since(began), p.changed
		p.mu.Unlock()
		if left <= 0 {
			return true
		}
		select {
		case <-time.After(left):
		case <-changed:
		case <-one.done:
			return false
		}
	}
}

// hurt cuts a connection as a fault.
func (p *Proxy) hurt(one *link) {
	p.faults.Add(1)
	abort(one.client)
	abort(one.server)
	one.end()
}

func (one *link) end() {
	one.cut.Do(func() {
		close(one.done)
		one.client.Close() //nolint:errcheck // either side may have closed it
		one.server.Close() //nolint:errcheck // as above
	})
}

// abort makes the end of a connection a reset: nothing that waits is sent.
func abort(c *net.TCPConn) {
	c.SetLinger(0) //nolint:errcheck // it may be closed
	c.Close()      //nolint:errcheck // it may be closed
}
