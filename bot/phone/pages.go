package phone

import (
	"sync"

	"passerelle/flows"
)

// pages are the pages and terminals open now, by the address they show.
type pages struct {
	each, all int // caps

	mu     sync.Mutex
	count  int
	open   map[flows.Address]map[*stream]struct{}
	closed chan struct{}
	ended  bool
}

// A stream is what wakes one open page. A wake that comes while the page is
// busy is kept; several are kept as one.
type stream struct{ woken chan struct{} }

func newPages(each, all int) *pages {
	return &pages{
		each: each, all: all,
		open:   map[flows.Address]map[*stream]struct{}{},
		closed: make(chan struct{}),
	}
}

// add opens a stream, unless a cap is reached. leave must be called once.
func (p *pages) add(of flows.Address) (s *stream, leave func(), ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.count >= p.all || len(p.open[of]) >= p.each {
		return nil, nil, false
	}
	if p.open[of] == nil {
		p.open[of] = map[*stream]struct{}{}
	}
	s = &stream{woken: make(chan struct{}, 1)}
	p.open[of][s] = struct{}{}
	p.count++
	return s, func() { p.remove(of, s) }, true
}

func (p *pages) remove(of flows.Address, s *stream) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.open[of], s)
	if len(p.open[of]) == 0 {
		delete(p.open, of)
	}
	p.count--
}

// wake tells every stream of an address that there may be something new.
func (p *pages) wake(of flows.Address) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for s := range p.open[of] {
		select {
		case s.woken <- struct{}{}:
		default: // already told
		}
	}
}

func (p *pages) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.ended {
		p.ended = true
		close(p.closed)
	}
}
