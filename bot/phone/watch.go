package phone

import (
	"context"
	"time"

	"passerelle/flows"
)

// A watch looks from time to time whether a conversation has lines that nobody
// told this process of.
type watch struct {
	// due ticks when it is time to look; nil: never.
	due  <-chan time.Time
	last func(context.Context) (uint64, error)
	seen uint64
	// behind says that what was there could not be read.
	behind bool
}

// watch begins to look after a conversation; stop ends it.
func (p *Phone) watch(of flows.Address) (w *watch, stop func()) {
	if p.o.Poll <= 0 || p.o.Last == nil {
		return &watch{}, func() {}
	}
	ticker := time.NewTicker(p.o.Poll)
	last := func(ctx context.Context) (uint64, error) { return p.o.Last(ctx, of) }
	return &watch{due: ticker.C, last: last}, ticker.Stop
}

// news tells whether there are lines since it was last asked. A store that
// gives no answer has none: who acts is told, and who waits waits on.
func (w *watch) news(ctx context.Context) bool {
	last, err := w.last(ctx)
	if err != nil || last == w.seen && !w.behind {
		return false
	}
	w.seen, w.behind = last, false
	return true
}

// again has the next answer be news: what was there could not be read. False
// when nobody looks.
func (w *watch) again() bool {
	w.behind = true
	return w.due != nil
}
