package bot

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"time"

	"passerelle/flows"
	"passerelle/store"
	"passerelle/store/bolt"
	"passerelle/store/redis"
)

const (
	benchRounds = 3    // of bare SETs, before and after
	benchNames  = 1000 // that they write under
	// mostWeighed is how many turns are weighed: a learner's outbox holds what
	// they say.
	mostWeighed = 100
)

// A bareKernel is a store that also writes bytes without any rule.
type bareKernel interface {
	store.Kernel
	// Bare puts bytes under a name; nil takes it away.
	Bare(ctx context.Context, name string, value []byte) error
}

// within opens the store under test for as long as the work takes. No
// connection of ours is open when its memory is looked at otherwise. The SETs
// beside the embedded store go to a file of their own, on the same disk.
func (b *benchmark) within(ctx context.Context, place string, work func(bareKernel) error) error {
	kernel, err := openKernel(ctx, place, b.config.Confirm)
	if err != nil {
		return err
	}
	bare, ok := kernel.(bareKernel)
	if !ok {
		return errors.Join(kernel.Close(), errors.ErrUnsupported)
	}
	return errors.Join(work(bare), kernel.Close())
}

// vacant refuses a Redis that holds conversations already, and tells what the
// store is.
func (b *benchmark) vacant(ctx context.Context) error {
	return b.within(ctx, b.place(), func(k bareKernel) error {
		err := k.Scan(ctx, func(store.Thing) error { return store.ErrNotEmpty })
		switch {
		case errors.Is(err, store.ErrNotEmpty):
			return errors.Join(complain("bench.full", nil, "data", masked(b.place())),
				complain("copy.empty.redis", nil, "to", masked(b.place())))
		case err != nil:
			return unopened(b.place(), err)
		}
		return b.survey(ctx, k)
	})
}

// grow measures by how much the store grows for each learner while the work is
// done.
func (b *benchmark) grow(ctx context.Context, work func() error) error {
	before, err := b.used(ctx)
	if err != nil {
		return err
	}
	empty, err := b.count(ctx)
	if err != nil {
		return err
	}
	if err := work(); err != nil {
		return err
	}
	after, err := b.used(ctx)
	if err != nil {
		return err
	}
	full, err := b.count(ctx)
	each := float64(b.plan.learners)
	b.result.Store.BytesEach = float64(after-before) / each
	b.result.Store.DataEach = float64(full.bytes-empty.bytes) / each
	b.result.Store.LinesEach = float64(full.lines-empty.lines) / each
	return err
}

// used is how large the store under test is: the memory of Redis, or the files.
func (b *benchmark) used(ctx context.Context) (bytes int64, err error) {
	if !b.config.shared() {
		return folderSize(b.place())
	}
	err = b.within(ctx, b.place(), func(k bareKernel) error {
		if k, ok := k.(*redis.Kernel); ok {
			s, err := k.Survey(ctx)
			bytes = s.UsedMemory
			return err
		}
		return errors.ErrUnsupported
	})
	return bytes, err
}

// folderSize adds up the files of a folder.
func folderSize(path string) (bytes int64, err error) {
	err = filepath.WalkDir(path, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			bytes += info.Size()
		}
		return err
	})
	return bytes, err
}

// A holding is what a store holds.
type holding struct {
	lines int // of all transcripts
	bytes int // of all names and values, without what the store adds
}

// count counts what the store holds. All that was said is sent by then: there
// are no lists but transcripts.
func (b *benchmark) count(ctx context.Context) (found holding, err error) {
	err = b.within(ctx, b.place(), func(k bareKernel) error {
		return k.Scan(ctx, func(t store.Thing) error {
			found.lines += len(t.List)
			found.bytes += len(t.Name) + len(t.Record.Value)
			for _, entry := range t.List {
				found.bytes += len(entry)
			}
			for _, m := range t.Set {
				found.bytes += len(m.Name)
			}
			return nil
		})
	})
	return found, err
}

// rounds makes bare SETs: one at a time, and as many at a time as learners
// talk. What they wrote is taken away again, also when they are stopped.
func (b *benchmark) rounds(ctx context.Context) error {
	place := b.place()
	if !b.config.shared() {
		place = filepath.Join(b.folder, "bare")
	}
	return b.within(ctx, place, func(k bareKernel) error {
		defer together(context.WithoutCancel(ctx), b.plan.at, benchNames, bareSet(k, b.plan.at, nil))
		value := make([]byte, b.result.Set.Bytes)
		for range benchRounds {
			idle := together(ctx, 1, b.plan.idle(), bareSet(k, 1, value))
			busy := together(ctx, b.plan.at, b.plan.sets(), bareSet(k, b.plan.at, value))
			if idle.failed+busy.failed > 0 {
				return complain("bench.set", nil, "data", masked(place))
			}
			b.result.round(idle, busy)
		}
		return ctx.Err()
	})
}

// bareSet is the job of one SET among so many at a time, under each name in
// turn.
func bareSet(k bareKernel, at int, value []byte) func(ctx context.Context, worker, i int) error {
	return func(ctx context.Context, worker, i int) error {
		return k.Bare(ctx, strconv.Itoa((i*at+worker)%benchNames), value)
	}
}

// weigh measures how many bytes a turn commits, the mean of those that one
// learner takes in the run. A house of its own takes them, beside the program.
func (b *benchmark) weigh(ctx context.Context) (bytes int, err error) {
	kernel, err := bolt.Open(filepath.Join(b.folder, "weighed"))
	if err != nil {
		return 0, unopened(b.folder, err)
	}
	s := &scales{Kernel: kernel}
	h := &house{
		config: &Config{Newcomers: 1, Messages: 1_000_000}, words: b.words, outage: &outage{},
		log: slog.New(slog.DiscardHandler), meter: newMeter(), store: store.Open(s, store.Options{}),
	}
	defer h.close()
	if h.edition, err = h.loadEdition(); err != nil {
		return 0, err
	}
	if h.zones, err = loadZones(); err != nil {
		return 0, err
	}
	if err := h.publish(ctx); err != nil {
		return 0, err
	}
	if err := h.wire(); err != nil {
		return 0, err
	}
	return s.weigh(min(1+b.plan.turns/b.plan.learners, mostWeighed), func(n int) error {
		said := flows.Said{At: time.Now(), Text: benchSays}
		return h.bot.Receive(ctx, "phone:bench", strconv.Itoa(n), said)
	})
}

// scales are a kernel that adds up the bytes that are put and pushed.
type scales struct {
	store.Kernel

	bytes atomic.Int64
}

// Apply implements [store.Kernel].
func (s *scales) Apply(ctx context.Context, w store.Write) (store.Reply, error) {
	if w.Put != nil {
		s.bytes.Add(int64(len(w.Put.Value)))
	}
	for _, effect := range w.Effects {
		if push, ok := effect.(store.Push); ok {
			for _, entry := range push.Entries {
				s.bytes.Add(int64(len(entry)))
			}
		}
	}
	return s.Kernel.Apply(ctx, w)
}

// weigh is how many bytes each of so many turns writes, their mean.
func (s *scales) weigh(turns int, take func(n int) error) (bytes int, err error) {
	s.bytes.Store(0)
	for n := range turns {
		if err := take(n); err != nil {
			return 0, fmt.Errorf("weigh a turn: %w", err)
		}
	}
	return int(s.bytes.Load()) / turns, nil
}
