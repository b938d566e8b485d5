package bolt

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"

	"go.etcd.io/bbolt"
)

// A job is one change that waits for its turn to be written.
type job struct {
	do   func(t table) error // fails only when the file does; nil changes nothing
	done chan error
}

// submit hands a change to the writer and waits until it is durable. When the
// context ends first, the change may be made or not.
func (k *Kernel) submit(ctx context.Context, operation string, do func(t table) error) error {
	j := &job{do: do, done: make(chan error, 1)}
	err := ctx.Err()
	if err == nil {
		err = k.queue(ctx, j)
	}
	if err == nil {
		select {
		case err = <-j.done:
		case <-ctx.Done():
			err = ctx.Err()
		case <-k.gone:
			err = j.outcome()
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", operation, err)
	}
	return nil
}

// outcome is what became of a job once the writer is gone.
func (j *job) outcome() error {
	select {
	case err := <-j.done:
		return err
	default:
		return ErrClosed
	}
}

func (k *Kernel) queue(ctx context.Context, j *job) error {
	select {
	case <-k.closed:
		return ErrClosed
	default:
	}
	select {
	case k.jobs <- j:
		return nil
	case <-k.closed:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// write is the one goroutine that writes. Each round takes all that waits.
func (k *Kernel) write() {
	defer close(k.gone)
	for {
		batch := k.waiting()
		if batch == nil {
			return
		}
		if k.stopped == nil {
			k.stopped = k.together(batch)
		}
		for _, j := range batch {
			j.done <- k.stopped
		}
	}
}

// waiting returns the jobs that wait, at least one; none when the kernel is
// closed and all that was taken is written.
func (k *Kernel) waiting() []*job {
	var batch []*job
	select {
	case j := <-k.jobs:
		batch = append(batch, j)
	case <-k.closed:
	}
	runtime.Gosched() // writers just answered may come back at once
	for len(batch) < maxBatch {
		select {
		case j := <-k.jobs:
			batch = append(batch, j)
		default:
			return batch
		}
	}
	return batch
}

// together does a batch in one transaction. What was there before is durable
// by now: the disk is left alone when there is nothing to change.
func (k *Kernel) together(batch []*job) error {
	batch = slices.DeleteFunc(slices.Clone(batch), func(j *job) bool { return j.do == nil })
	if len(batch) == 0 {
		return nil
	}
	err := guard(func() error {
		return k.db.Update(func(tx *bbolt.Tx) error {
			t := tableOf(tx)
			for _, j := range batch {
				if err := j.do(t); err != nil {
					return err
				}
			}
			return nil
		})
	})
	if err != nil && !errors.Is(err, ErrDamaged) {
		return fmt.Errorf("%w: %w", ErrStopped, err)
	}
	return err
}
