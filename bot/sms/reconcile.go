package sms

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

const (
	// overlap is how far before the last time a gateway is asked for what came
	// in: lists are behind, and clocks differ.
	overlap = 5 * time.Minute
	// window is how old an SMS may be and still be taken: younger than the ids
	// the store remembers for sure (48 hours).
	window = 40 * time.Hour
	// lookEvery is how often it is looked whether it is time; holdTime is how
	// long the right to list lasts.
	lookEvery = 5 * time.Second
	holdTime  = 15 * time.Second
	// hurryEvery is how often, while something waits that was not taken.
	hurryEvery = 500 * time.Millisecond
)

// listedNote is the name under which processes tell one another when the
// gateway was asked last.
func (s *SMS) listedNote() string { return "sms/listed/" + s.gateway.name() }

// Run asks the gateway for what came in and was not taken, until ctx ends: a
// gateway that brings each SMS until it is taken is not asked.
func (s *SMS) Run(ctx context.Context) {
	l, ok := s.gateway.(lister)
	if !ok {
		return
	}
	for ctx.Err() == nil {
		times := s.gate.shuts()
		done, err := s.catchUp(ctx, l)
		if done {
			s.gate.open(times)
		}
		if err != nil && ctx.Err() == nil {
			s.o.Logger.WarnContext(ctx, "what came in by SMS could not be taken", slog.Any("error", err))
		}
		select {
		case <-s.bell:
		case <-time.After(s.gate.patience()):
		case <-ctx.Done():
		}
	}
}

// catchUp takes what came in since the gateway was asked last, if it is time
// and nobody else is at it: that one may have died, then its right ends soon.
// Done says that all was taken that came before the gate was shut, by whomever.
func (s *SMS) catchUp(ctx context.Context, l lister) (done bool, err error) {
	now := s.o.Now()
	last, known, err := s.listedLast(ctx)
	if err != nil {
		return false, err
	}
	if known && now.Sub(last) < l.every() && last.After(s.gate.since()) {
		return true, nil
	}
	if held, err := s.o.Acquire(ctx, holdTime); err != nil || !held {
		return false, err
	}
	defer func() { _ = s.o.Release(context.WithoutCancel(ctx)) }() // it ends by itself soon
	return s.list(ctx, l, last)
}

// list takes what came in since then, or a little before. A gateway that cannot
// be asked now keeps nobody waiting.
func (s *SMS) list(ctx context.Context, l lister, last time.Time) (done bool, err error) {
	now := s.o.Now()
	from := now.Add(-window)
	if since := last.Add(-overlap); since.After(from) {
		from = since
	}
	events, err := l.since(ctx, from, s.known)
	if err != nil {
		s.o.Logger.WarnContext(ctx, "the gateway does not tell what came in by SMS", slog.Any("error", err))
		return true, nil
	}
	if done, err := s.again(ctx, events); !done {
		return false, err
	}
	s.lately.turn()
	return true, s.o.Note(ctx, s.listedNote(), now.UTC().Format(time.RFC3339Nano))
}

// listedLast is when a process asked last. Nobody did, the very first time: what
// is older was sent to somebody else.
func (s *SMS) listedLast(ctx context.Context) (last time.Time, known bool, err error) {
	note, err := s.o.Noted(ctx, s.listedNote())
	if err != nil {
		return last, false, err
	}
	if last, err = time.Parse(time.RFC3339Nano, note); err != nil {
		return s.o.Now(), false, nil //nolint:nilerr // as above
	}
	return last, true, nil
}

// again takes those of a list that this process did not take lately. A long one
// takes its time: the right to do so is kept meanwhile, or lost.
func (s *SMS) again(ctx context.Context, events []event) (done bool, err error) {
	held := s.o.Now()
	for _, e := range events {
		if s.known(e.id) {
			continue
		}
		if s.o.Now().Sub(held) > holdTime/3 {
			if still, err := s.o.Acquire(ctx, holdTime); err != nil || !still {
				return false, err
			}
			held = s.o.Now()
		}
		if err := s.listed(ctx, e); err != nil {
			return false, err
		}
	}
	return true, nil
}

// known tells whether this process took the input of that id lately.
func (s *SMS) known(id string) bool { return s.lately.has(s.gateway.name() + "/" + id) }

// listed takes one of a list.
func (s *SMS) listed(ctx context.Context, e event) error {
	ctx, cancel := context.WithTimeout(ctx, takeTime)
	defer cancel()
	return s.tell(ctx, e)
}

// A gate lets requests in, or has them wait. The zero gate is open.
type gate struct {
	mu    sync.Mutex
	wait  chan struct{} // nil: open
	times int           // it was shut,
	last  time.Time     // the last one of them
}

func (g *gate) shut(now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.times++
	g.last = now
	if g.wait == nil {
		g.wait = make(chan struct{})
	}
}

// shuts is how often the gate was shut.
func (g *gate) shuts() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.times
}

// since is when the gate was shut last.
func (g *gate) since() time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.last
}

// open opens the gate, unless it was shut more often since: what came then may
// not be in the list yet.
func (g *gate) open(times int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.wait != nil && g.times == times {
		close(g.wait)
		g.wait = nil
	}
}

func (g *gate) closed() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.wait != nil
}

// patience is how long to wait before the next look.
func (g *gate) patience() time.Duration {
	if g.closed() {
		return hurryEvery
	}
	return lookEvery
}

// pass waits until the gate is open, for a while.
func (g *gate) pass(ctx context.Context, long time.Duration) bool {
	g.mu.Lock()
	wait := g.wait
	g.mu.Unlock()
	if wait == nil {
		return true
	}
	late := time.NewTimer(long)
	defer late.Stop()
	select {
	case <-wait:
		return true
	case <-late.C:
	case <-ctx.Done():
	}
	return false
}

// lately remembers ids taken not long ago: a list names them again.
type lately struct {
	mu       sync.Mutex
	now, old map[string]bool
}

// maxLately is how many ids are remembered at most; the store knows the others.
const maxLately = 20_000

func (l *lately) add(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.now == nil {
		l.now = make(map[string]bool)
	}
	if len(l.now) < maxLately {
		l.now[id] = true
	}
}

func (l *lately) has(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.now[id] || l.old[id]
}

// turn forgets half of the ids when there are many.
func (l *lately) turn() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.now) >= maxLately/2 {
		l.now, l.old = nil, l.now
	}
}
