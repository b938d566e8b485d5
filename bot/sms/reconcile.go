package sms

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"passerelle/flows"
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
	for well := true; ctx.Err() == nil; {
		began := s.o.Now()
		due, failed, err := s.catchUp(ctx, l)
		if err == nil {
			s.gate.open(began, failed)
		}
		if well != (err == nil) && ctx.Err() == nil {
			s.o.Logger.WarnContext(ctx, "what came in by SMS cannot be taken, or can again", slog.Any("error", err))
			well = err == nil
		}
		select {
		case <-s.bell:
			s.pause(ctx, hurryEvery)
		case <-time.After(due):
		case <-ctx.Done():
		}
	}
}

// pause waits, unless ctx ends.
func (s *SMS) pause(ctx context.Context, long time.Duration) {
	select {
	case <-time.After(long):
	case <-ctx.Done():
	}
}

// catchUp takes what came in since the gateway was asked last, if it is time
// and nobody else is at it: that one may have died, then its right ends soon. It
// returns when to do so again, and those of whom something could not be taken.
// Without an error all others are taken who came before it began.
func (s *SMS) catchUp(ctx context.Context, l lister) (again time.Duration, failed map[flows.Address]bool, err error) {
	if pause := s.unlisted.left(s.o.Now()); pause > 0 {
		return min(pause, lookEvery), nil, nil // nobody waits for it
	}
	last, known, err := s.listedLast(ctx)
	if err != nil {
		return hurryEvery, nil, err
	}
	now := s.o.Now()
	if known && now.Sub(last) < l.every() && !s.gate.shutSince(last) {
		return lookEvery, nil, nil
	}
	held, err := s.o.Acquire(ctx, holdTime)
	if err == nil && !held {
		err = errElsewhere
	}
	if err != nil {
		return hurryEvery, nil, err
	}
	defer func() { _ = s.o.Release(context.WithoutCancel(ctx)) }() // it ends by itself soon
	if failed, err = s.list(ctx, l, last); err == nil {
		return lookEvery, failed, nil
	}
	return hurryEvery, failed, err
}

// errElsewhere says why nothing is listed now, though it is time.
var errElsewhere = errors.New("another process does it, or died at it")

// list takes what came in since then, or a little before. A gateway that cannot
// be asked is left alone for a while, and keeps nobody waiting.
func (s *SMS) list(ctx context.Context, l lister, last time.Time) (failed map[flows.Address]bool, err error) {
	now := s.o.Now()
	from := now.Add(-window)
	if since := last.Add(-overlap); since.After(from) {
		from = since
	}
	events, err := l.since(ctx, from, s.taken)
	if err != nil {
		s.away(ctx, err)
		return nil, nil
	}
	if failed, err = s.again(ctx, events); err != nil || len(failed) > 0 {
		return failed, err
	}
	s.lately.turn()
	return nil, s.o.Note(ctx, s.listedNote(), now.UTC().Format(time.RFC3339Nano))
}

// away leaves a gateway alone that did not tell what came in.
func (s *SMS) away(ctx context.Context, err error) {
	long := lookEvery
	if refusal, ok := errors.AsType[*flows.Refusal](err); ok {
		long = max(long, refusal.After)
	}
	s.unlisted.until(s.o.Now(), long)
	s.o.Logger.WarnContext(ctx, "the gateway does not tell what came in by SMS", slog.Any("error", err), slog.Duration("pause", long))
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

// again takes those of a list that this process did not take lately, in order.
// Of a person of whom one could not be taken the later ones wait; all others go
// on. A long list takes its time: the right to do so is kept meanwhile, or lost.
func (s *SMS) again(ctx context.Context, events []event) (failed map[flows.Address]bool, err error) {
	held := s.o.Now()
	failed = make(map[flows.Address]bool)
	for _, e := range events {
		if s.taken(e.id) {
			continue
		}
		if s.o.Now().Sub(held) > holdTime/3 {
			if still, err := s.o.Acquire(ctx, holdTime); err != nil || !still {
				return failed, cmp.Or(err, errElsewhere)
			}
			held = s.o.Now()
		}
		who, ok := s.known(e)
		if ok && !failed[who] && s.listed(ctx, who, e) != nil {
			failed[who] = true
		}
	}
	return failed, nil
}

// taken tells whether this process took the input of that id lately.
func (s *SMS) taken(id string) bool { return s.lately.has(s.gateway.name() + "/" + id) }

// listed takes one of a list.
func (s *SMS) listed(ctx context.Context, who flows.Address, e event) error {
	ctx, cancel := context.WithTimeout(ctx, takeTime)
	defer cancel()
	return s.hear(ctx, who, e)
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
