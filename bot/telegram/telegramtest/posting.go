package telegramtest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// lastWait is the longest time between two attempts.
const lastWait = 60 * time.Second

// A posting sends a hook's updates: each line in its order, as many lines at a
// time as the hook has connections. Its fields are guarded by the server's
// lock.
type posting struct {
	s       *Server
	h       *hook
	ctx     context.Context //nolint:containedctx // it is the life of the hook
	cancel  context.CancelFunc
	client  *http.Client
	lines   map[string]*line
	ready   []*line // that wait for a connection
	busy    int     // connections
	failure string
	failed  time.Time
}

// A line is the updates that must keep their order.
type line struct {
	name     string
	updates  []*update
	failures int // of its first update
}

// newPosting begins with what is pending. The lock is held.
func newPosting(s *Server, h *hook) *posting {
	p := &posting{s: s, h: h, lines: map[string]*line{}, client: &http.Client{Timeout: time.Minute}}
	p.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	p.client.Transport = &http.Transport{MaxConnsPerHost: h.most, MaxIdleConnsPerHost: h.most}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	s.pending()
	for _, u := range s.queue.updates {
		p.add(u)
	}
	return p
}

// add puts an update at the end of its line. The lock is held.
func (p *posting) add(u *update) {
	l := p.lines[u.line]
	if l == nil {
		l = &line{name: u.line}
		p.lines[u.line] = l
		p.ready = append(p.ready, l)
	}
	l.updates = append(l.updates, u)
	p.start()
}

// start gives free connections to lines that wait. The lock is held.
func (p *posting) start() {
	for p.busy < p.h.most && len(p.ready) > 0 {
		l := p.ready[0]
		p.ready = p.ready[1:]
		if u := p.first(l); u != nil {
			p.busy++
			go p.send(l, u)
		}
	}
}

// first returns what a line sends next, or ends the line. The lock is held.
func (p *posting) first(l *line) *update {
	now := p.s.now()
	for len(l.updates) > 0 && !now.Before(l.updates[0].ends) {
		l.updates, l.failures = l.updates[1:], 0
	}
	if len(l.updates) == 0 {
		delete(p.lines, l.name)
		return nil
	}
	return l.updates[0]
}

// send makes one attempt.
func (p *posting) send(l *line, u *update) {
	wait, err := p.attempt(u)
	if p.ctx.Err() != nil {
		p.client.CloseIdleConnections()
		return
	}
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.busy--
	if err == nil {
		p.confirmed(l, u)
	} else {
		p.again(l, wait, err)
	}
	p.start()
	p.s.wake()
}

// attempt posts an update. After a failure it tells for how long the receiver
// wants to be left alone.
func (p *posting) attempt(u *update) (time.Duration, error) {
	r, err := http.NewRequestWithContext(p.ctx, http.MethodPost, p.h.url, bytes.NewReader(u.body))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Content-Type", "application/json")
	if p.h.secret != "" {
		r.Header.Set("X-Telegram-Bot-Api-Secret-Token", p.h.secret)
	}
	w, err := p.client.Do(r)
	if err != nil {
		return 0, err
	}
	defer func() { _ = w.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(w.Body, 1<<20))
	if w.StatusCode >= 200 && w.StatusCode < 300 {
		return 0, nil
	}
	seconds, _ := strconv.Atoi(w.Header.Get("Retry-After"))
	return time.Duration(min(max(seconds, 0), 3600)) * time.Second,
		fmt.Errorf("wrong response from the webhook: %s", w.Status)
}

// confirmed drops an update. The lock is held.
func (p *posting) confirmed(l *line, u *update) {
	q := &p.s.queue
	q.updates = slices.DeleteFunc(q.updates, func(o *update) bool { return o == u })
	l.updates, l.failures = l.updates[1:], 0
	p.ready = append(p.ready, l)
}

// again plans the next attempt: at once after the first failure, then after 2,
// 4, 8 … seconds. The lock is held.
func (p *posting) again(l *line, wait time.Duration, err error) {
	p.failure, p.failed = err.Error(), p.s.now()
	l.failures++
	if wait == 0 && l.failures > 1 {
		wait = min(time.Duration(1)<<min(l.failures-1, 10)*time.Second, lastWait)
	}
	if wait == 0 {
		p.ready = append([]*line{l}, p.ready...)
		return
	}
	time.AfterFunc(time.Duration(float64(wait)/p.s.o.Pace), func() {
		p.s.mu.Lock()
		defer p.s.mu.Unlock()
		if p.ctx.Err() == nil {
			p.ready = append(p.ready, l)
			p.start()
		}
	})
}
