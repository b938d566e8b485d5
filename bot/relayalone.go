package bot

import (
	"context"
	"sync"
)

// runOwn is Run without the sweep: it sends what the turns of this process
// say, and leaves alone what belongs to other processes on the same store.
func (r *Relay) runOwn(ctx context.Context) {
	var running sync.WaitGroup
	defer running.Wait()
	for _, p := range r.all() {
		for range workers {
			running.Go(func() { r.work(ctx, p) })
		}
	}
	<-ctx.Done()
}
