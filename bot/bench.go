package bot

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"passerelle/store"
	"passerelle/store/redis"
)

// Bounds of a benchmark.
const (
	mostLearners = 1_000_000
	mostAt       = 1_000
	mostTurns    = 10_000_000
	mostIdle     = 2_000  // turns one at a time
	mostSets     = 20_000 // bare SETs of one round
)

// bench starts the program, has simulated learners write to it, and prints how
// fast it answers, beside a bare SET of as many bytes in the same store.
func bench(ctx context.Context, c call) error {
	p, err := c.benchPlan()
	if err != nil {
		return err
	}
	config, err := loadConfig(c.env)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "passerelle-bench-")
	if err != nil {
		return complain("bench.folder", cause(err), "path", os.TempDir())
	}
	defer os.RemoveAll(folder) //nolint:errcheck // the system clears what is left there
	b := &benchmark{call: c, plan: p, config: config, folder: folder}
	if err := b.run(ctx); err != nil {
		return b.spoiled(ctx, err)
	}
	if err := c.printBench(p, b.result); err != nil {
		return err
	}
	return b.verdict()
}

// A benchPlan is what to measure.
type benchPlan struct {
	learners int
	at       int // conversations at a time
	turns    int
	json     bool
}

// benchPlan reads it from the command line.
func (c call) benchPlan() (benchPlan, error) {
	var p benchPlan
	set := flag.NewFlagSet("bench", flag.ContinueOnError)
	set.IntVar(&p.learners, "learners", 1000, "")
	set.IntVar(&p.at, "at", 64, "")
	set.IntVar(&p.turns, "turns", 20_000, "")
	set.BoolVar(&p.json, "json", false, "")
	if _, err := c.flags(set, false); err != nil {
		return p, err
	}
	for _, one := range []struct {
		flag        string
		value, most int
	}{
		{"--learners", p.learners, mostLearners},
		{"--at", p.at, min(p.learners, mostAt)},
		{"--turns", p.turns, mostTurns},
	} {
		if one.value < 1 || one.value > one.most {
			c.warn(c.words.say("bench.number", "name", one.flag, "value", strconv.Itoa(one.value), "most", strconv.Itoa(one.most)))
			return p, errUsage
		}
	}
	return p, nil
}

// idle is how many turns are taken one at a time.
func (p benchPlan) idle() int { return min(1+p.turns/10, mostIdle) }

// sets is how many bare SETs one round makes.
func (p benchPlan) sets() int { return min(1+p.turns/4, mostSets) }

// A benchmark is one under way.
type benchmark struct {
	call

	plan    benchPlan
	config  *Config
	folder  string   // where the embedded store lies, and all else
	subject *subject // the program under test, while it runs
	begun   bool     // the store is as it was no more
	result  benchResult
}

// run takes all measures: the bare SET, the program, the bare SET again.
func (b *benchmark) run(ctx context.Context) error {
	if err := b.vacant(ctx); err != nil {
		return err
	}
	size, err := b.weigh(ctx)
	if err != nil {
		return err
	}
	b.result.Set.Bytes = size
	b.step("bench.step.set")
	if err := b.rounds(ctx); err != nil {
		return err
	}
	if err := b.program(ctx); err != nil {
		return err
	}
	b.step("bench.step.set")
	if err := b.rounds(ctx); err != nil {
		return err
	}
	b.result.finish()
	return nil
}

// program measures the program. It is started twice: the bytes before are
// those of a store that holds the lessons, and whom nobody uses.
func (b *benchmark) program(ctx context.Context) error {
	b.begun = true
	err := b.during(ctx, func(context.Context) error { return nil })
	if err != nil {
		return err
	}
	return b.grow(ctx, func() error { return b.during(ctx, b.talk) })
}

// during runs the program for as long as the work takes.
func (b *benchmark) during(ctx context.Context, work func(context.Context) error) (err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if b.subject, err = b.startSubject(ctx, cancel); err != nil {
		return err
	}
	defer func() {
		if stopped := b.subject.stop(); err == nil {
			err = stopped
		}
	}()
	if err := b.subject.awaitReady(ctx); err != nil {
		return err
	}
	if err := work(ctx); err != nil {
		return err
	}
	return context.Cause(ctx)
}

// talk has the learners talk: each begins, then one at a time, then many.
func (b *benchmark) talk(ctx context.Context) error {
	class := newClass(b.plan.learners, b.subject.web)
	b.step("bench.step.warm", "url", "http://"+b.subject.admin)
	warm := class.take(ctx, b.plan.at, b.plan.learners)
	b.step("bench.step.idle")
	idle := class.take(ctx, 1, b.plan.idle())
	before, err := b.subject.settled(ctx)
	if err != nil {
		return err
	}
	b.step("bench.step.load")
	began := time.Now()
	busy := class.take(ctx, b.plan.at, b.plan.turns)
	talked := time.Since(began)
	after, err := b.subject.settled(ctx)
	if err != nil {
		return err
	}
	b.result.Idle.Turns, b.result.Busy.Turns = idle.figures(), busy.figures()
	b.result.Failed = warm.failed + idle.failed + busy.failed
	b.result.Uncounted = after.turns != float64(warm.done()+idle.done()+busy.done())
	b.result.sent(after.sent-before.sent, time.Since(began), talked)
	return context.Cause(ctx)
}

// step says what is measured now.
func (b *benchmark) step(sentence string, args ...string) {
	b.warn(b.words.say(sentence, append(args,
		"learners", strconv.Itoa(b.plan.learners), "at", strconv.Itoa(b.plan.at),
		"turns", strconv.Itoa(b.plan.turns), "bytes", strconv.Itoa(b.result.Set.Bytes))...))
}

// verdict fails a run in which something went wrong, though its figures were
// printed.
func (b *benchmark) verdict() error {
	b.remain()
	if b.result.Failed > 0 {
		b.warn(b.words.say("bench.failed", "count", strconv.Itoa(b.result.Failed)))
		return errFound
	}
	if b.result.Uncounted {
		b.warn(b.words.say("bench.uncounted"))
		return errFound
	}
	return nil
}

// spoiled is why a run has no figures.
func (b *benchmark) spoiled(ctx context.Context, err error) error {
	b.remain()
	if ctx.Err() != nil {
		return fmt.Errorf("measure the program: %w", context.Canceled)
	}
	return err
}

// remain says which learners are left behind, and how to be rid of them.
func (b *benchmark) remain() {
	if b.begun && b.config.shared() {
		b.warn(b.words.say("bench.remain", "data", masked(b.config.Redis)))
		b.warn(b.words.say("copy.empty.redis", "to", masked(b.config.Redis)))
	}
}

// place is where the store under test is.
func (b *benchmark) place() string {
	if b.config.shared() {
		return b.config.Redis
	}
	return filepath.Join(b.folder, "data")
}

// survey tells what the store under test is.
func (b *benchmark) survey(ctx context.Context, kernel store.Kernel) error {
	b.result.Store.Place = masked(b.place())
	k, ok := kernel.(*redis.Kernel)
	if !ok {
		b.result.Store.Name, b.result.Store.Fsync = "file", "always"
		return nil
	}
	s, err := k.Survey(ctx)
	b.result.Store.Name, b.result.Store.Fsync = s.Server+" "+s.Version, s.Fsync
	if !s.AppendOnly {
		b.result.Store.Fsync = "no file"
	}
	return err
}
