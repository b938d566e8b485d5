package bot

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Simulated learners are web phones without a page: each has its cookie, and
// every turn is one form posted to the program, over connections that stay
// open. The answer to it is the acknowledgement: the turn is committed, and
// what is to be said lies in the outbox. As the script of the page does, they
// ask for JSON, but for none of the new lines: a person on another channel gets
// those by the relay, and what a page costs besides is not what is measured.
// The program still looks into the transcript for each of them.

const (
	// benchSays is what each learner writes: the first choice of every
	// question. It leads through a whole lesson, back to the menu, and on.
	benchSays = "1"
	// benchPatience is how long one turn may take.
	benchPatience = 15 * time.Second
	// mostFailed ends a phase in which nothing works.
	mostFailed = 100
)

// A class is all simulated learners.
type class struct {
	address string // of the program
	pupils  []pupil
}

// A pupil is one of them.
type pupil struct {
	secret string
	said   int
}

// newClass makes learners nobody knows yet.
func newClass(n int, address string) *class {
	c := &class{address: address, pupils: make([]pupil, n)}
	for i := range c.pupils {
		c.pupils[i].secret = rand.Text()
	}
	return c
}

// take has the learners take so many turns, at a time so many of them. No two
// at a time are of one learner.
func (c *class) take(ctx context.Context, at, turns int) *effort {
	open := make([]connection, at)
	defer func() {
		for i := range open {
			open[i].hangUp()
		}
	}()
	return together(ctx, at, turns, func(ctx context.Context, worker, i int) error {
		theirs := (len(c.pupils) - worker + at - 1) / at // the pupils of this worker
		m := &c.pupils[i%theirs*at+worker]
		m.said++
		return open[worker].post(ctx, c.address, m)
	})
}

// A connection leads to the program.
type connection struct {
	conn net.Conn
	in   *bufio.Reader
}

// post sends what a learner says and waits until it is acknowledged. After a
// failure the connection is not used again.
func (c *connection) post(ctx context.Context, address string, m *pupil) error {
	err := c.dial(ctx, address)
	if err == nil {
		_, err = io.WriteString(c.conn, m.form(address))
	}
	if err == nil {
		err = c.acknowledged()
	}
	if err != nil {
		c.hangUp()
	}
	return err
}

// dial connects, unless it is connected.
func (c *connection) dial(ctx context.Context, address string) error {
	if c.conn == nil {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
		if err != nil {
			return err
		}
		c.conn, c.in = conn, bufio.NewReader(conn)
	}
	return c.conn.SetDeadline(time.Now().Add(benchPatience))
}

// form is the request of what a pupil says next. The last line it claims to
// have is the last there can be.
func (m *pupil) form(address string) string {
	body := fmt.Sprintf("id=n%d&text=%s&after=18446744073709551615", m.said, benchSays)
	return fmt.Sprintf("POST /say HTTP/1.1\r\nHost: %s\r\nCookie: passerelle_phone=%s\r\nAccept: application/json\r\n"+
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", address, m.secret, len(body), body)
}

// errRefused says that an input was not taken.
var errRefused = errors.New("an input was not taken")

// acknowledged reads the answer.
func (c *connection) acknowledged() error {
	answer, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return fmt.Errorf("read an answer: %w", err)
	}
	defer answer.Body.Close() //nolint:errcheck // it was read to its end
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return fmt.Errorf("read an answer: %w", err)
	}
	if answer.StatusCode != http.StatusOK || answer.Close {
		return errRefused
	}
	return nil
}

// hangUp closes the connection, if any.
func (c *connection) hangUp() {
	if c.conn != nil {
		_ = c.conn.Close() // nothing more is expected of it
		c.conn = nil
	}
}

// An effort is what so many jobs took.
type effort struct {
	took   []time.Duration // of those that went well
	spent  time.Duration
	failed int
}

// done is how many went well.
func (e *effort) done() int { return len(e.took) }

// rate is how many went well in a second.
func (e *effort) rate() float64 { return float64(e.done()) / max(e.spent.Seconds(), 1e-9) }

// quantile is how long that share of the jobs took at most, in milliseconds.
func (e *effort) quantile(share float64) float64 {
	if len(e.took) == 0 {
		return 0
	}
	slices.Sort(e.took)
	return e.took[int(share*float64(len(e.took)-1))].Seconds() * 1000
}

// figures sum it up.
func (e *effort) figures() benchFigures {
	return benchFigures{Count: e.done(), PerSecond: e.rate(), P50: e.quantile(0.5), P99: e.quantile(0.99)}
}

// together does jobs, so many workers at a time, each its share: its i-th one
// after the other. It ends early when ctx does, or when too many fail.
func together(ctx context.Context, at, jobs int, job func(ctx context.Context, worker, i int) error) *effort {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	took := make([][]time.Duration, at)
	var failed atomic.Int64
	var all sync.WaitGroup
	began := time.Now()
	for worker := range at {
		all.Go(func() {
			for i := 0; i*at+worker < jobs && ctx.Err() == nil; i++ {
				start := time.Now()
				if err := job(ctx, worker, i); err == nil {
					took[worker] = append(took[worker], time.Since(start))
				} else if failed.Add(1) >= mostFailed {
					cancel()
				}
			}
		})
	}
	all.Wait()
	return &effort{took: slices.Concat(took...), spent: time.Since(began), failed: int(failed.Load())}
}
