package redis

import (
	"context"
	"runtime"

	"github.com/redis/go-redis/v9"
)

// On a single Redis, writes that wait at the same time travel together: a
// fifth to a third less work for both sides. Nobody waits for company: while
// one batch is on its way the next one gathers.
const (
	couriers = 4 // batches on their way at a time
	// Writes of one batch. With more, Redis and the program take turns waiting
	// for each other.
	maxBatch = 16
)

// A parcel is a write on its way, and what came of it once it has landed.
type parcel struct {
	*program

	answer any
	err    error
	landed chan struct{}
}

// send has the script run, on a single Redis in company.
func (k *Kernel) send(ctx context.Context, c *redis.Client, p *program) (any, error) {
	one := &parcel{program: p, landed: make(chan struct{})}
	if k.clustered() {
		k.runOn(ctx, c, []*parcel{one})
		return one.answer, one.err
	}
	select {
	case k.parcels <- one:
	case <-k.closed:
		return nil, ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	select {
	case <-one.landed:
		return one.answer, one.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// carry takes what waits to Redis, again and again, until the kernel is closed.
func (k *Kernel) carry(c *redis.Client) {
	for {
		select {
		case first := <-k.parcels:
			k.deliver(c, k.gather(first))
		case <-k.closed:
			return
		}
	}
}

// gather adds to the first parcel those that wait.
func (k *Kernel) gather(first *parcel) []*parcel {
	batch := []*parcel{first}
	runtime.Gosched() // whoever was just answered may come back at once
	for len(batch) < maxBatch {
		select {
		case next := <-k.parcels:
			batch = append(batch, next)
		default:
			return batch
		}
	}
	return batch
}

// deliver does a batch, in the time of one answer: each sender decides alone
// whether to try again.
func (k *Kernel) deliver(c *redis.Client, batch []*parcel) {
	ctx, cancel := context.WithTimeout(context.Background(), answerTime)
	defer cancel()
	k.runOn(ctx, c, batch)
	for _, one := range batch {
		close(one.landed)
	}
}

// runOn runs the script for each parcel on one connection, and with
// confirmation waits there for the replicas. A write of our own goes before
// the waiting: a server may wait only for what this very connection wrote, and
// a write that is refused may be refused by its own first attempt, on another.
func (k *Kernel) runOn(ctx context.Context, c *redis.Client, batch []*parcel) {
	pipe := c.Pipeline()
	answers := make([]*redis.Cmd, len(batch))
	for i, one := range batch {
		answers[i] = pipe.EvalSha(ctx, k.apply.Hash(), one.keys, one.args...)
	}
	var replicas *redis.Cmd
	if k.confirm > 0 {
		pipe.Set(ctx, key(batch[0].partition, waitKind, ""), 1, 0)
		replicas = pipe.Do(ctx, "WAIT", k.confirm, confirmTime.Milliseconds())
	}
	_, _ = pipe.Exec(ctx) // each has its error
	for i, one := range batch {
		one.answer, one.err = answers[i].Result()
		if one.err == nil && replicas != nil {
			one.err = k.confirmed(replicas)
		}
	}
}

// confirmed tells whether enough replicas answered.
func (k *Kernel) confirmed(replicas *redis.Cmd) error {
	n, err := replicas.Int64()
	if err == nil && n < int64(k.confirm) {
		return ErrUnconfirmed
	}
	return err
}
