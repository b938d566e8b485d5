package bot

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"passerelle/store"
	"passerelle/store/bolt"
)

// copyPause is how often a long copy says how far it is.
const copyPause = 5 * time.Second

// copyStore writes all of one store into another one that is empty: from a
// folder to a Redis, back, or to a larger one.
func copyStore(ctx context.Context, c call) error {
	from, to, err := c.route()
	if err != nil {
		return err
	}
	source, err := openSource(ctx, from)
	if err != nil {
		return err
	}
	defer source.Close() //nolint:errcheck // nothing was written to it
	target, err := openEnd(ctx, to)
	if err != nil {
		return err
	}
	defer target.Close() //nolint:errcheck // all that was written was read again
	done, err := store.Copy(ctx, source, target, c.pace())
	if err != nil {
		marked := errors.Is(store.Whole(context.WithoutCancel(ctx), target), store.ErrPartial)
		return c.uncopied(ctx, err, loss{from: from, to: to, target: target, partly: marked || done != store.Digest{}})
	}
	return c.copied(done, from, to)
}

// route reads where to copy from and to.
func (c call) route() (from, to string, err error) {
	set := flag.NewFlagSet("copy", flag.ContinueOnError)
	set.StringVar(&from, "from", "", "")
	set.StringVar(&to, "to", "", "")
	if _, err := c.flags(set, false); err != nil {
		return "", "", err
	}
	if from == "" || to == "" {
		c.warn(c.words.say("copy.usage"))
		return "", "", errUsage
	}
	for _, place := range []string{from, to} {
		if lacksScheme(place) {
			return "", "", complain("store.address", nil, "data", maskedRedis(place))
		}
	}
	if samePlace(from, to) {
		return "", "", complain("copy.same", nil, "from", masked(from))
	}
	return from, to, nil
}

// samePlace tells whether both are one store, as far as their names show.
func samePlace(from, to string) bool {
	if from == to {
		return true
	}
	a, err := os.Stat(from)
	b, otherErr := os.Stat(to)
	return err == nil && otherErr == nil && os.SameFile(a, b)
}

// openSource opens a store that is there: a new folder is none.
func openSource(ctx context.Context, place string) (store.Kernel, error) {
	if !isAddress(place) {
		if err := bolt.Exists(place); err != nil {
			return nil, complain("copy.missing", cause(err), "from", place)
		}
	}
	return openEnd(ctx, place)
}

// lacksScheme tells whether "redis://" was forgotten: nobody gets a folder of
// that name, which may hold a password.
func lacksScheme(place string) bool {
	if isAddress(place) {
		return false
	}
	if _, err := os.Stat(place); err == nil {
		return false
	}
	return strings.Contains(place, "@") || hostPort(place) == nil
}

// openEnd opens one end of a copy.
func openEnd(ctx context.Context, place string) (store.Kernel, error) {
	kernel, err := openKernel(ctx, place, 0)
	if errors.Is(err, bolt.ErrHeld) {
		return nil, complain("copy.held", nil, "data", place)
	}
	return kernel, err
}

// pace says now and then how far a copy is.
func (c call) pace() func(store.Stage, store.Digest) {
	last := time.Now()
	return func(stage store.Stage, done store.Digest) {
		if time.Since(last) < copyPause {
			return
		}
		last = time.Now()
		sentence := "copy.copying"
		if stage == store.Checking {
			sentence = "copy.checking"
		}
		c.warn(c.words.say(sentence, "count", strconv.FormatInt(done.Things(), 10)))
	}
}

// copied prints what was copied, and says how to use it.
func (c call) copied(done store.Digest, from, to string) error {
	if done.Things() == 0 {
		return complain("copy.nothing", nil, "from", masked(from))
	}
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	err := c.print(c.words.say("copy.counts",
		"records", number(done.Records), "lists", number(done.Lists), "entries", number(done.Entries),
		"sets", number(done.Sets), "members", number(done.Members), "counters", number(done.Counters),
		"sum", fmt.Sprintf("%x", done.Sum)))
	if err != nil {
		return err
	}
	setting := prefix + "DATA"
	if isAddress(to) {
		setting = prefix + "REDIS"
	}
	c.warn(c.words.say("copy.done", "from", masked(from), "setting", setting, "to", masked(to)))
	return nil
}

// A loss is a copy that came to nothing.
type loss struct {
	from, to string
	target   store.Kernel
	partly   bool // the target may hold a part
}

// uncopied says why a copy came to nothing, and what to do with the target.
func (c call) uncopied(ctx context.Context, err error, l loss) error {
	args := []string{"from", masked(l.from), "to", masked(l.to)}
	if ctx.Err() != nil {
		if l.partly {
			c.warn(c.words.say("copy.partly", args...))
			c.warn(c.words.tell(l.remedy()))
		}
		return ctx.Err()
	}
	sentence, behind := "copy.failed", innermost(err)
	for id, known := range map[string]error{
		"copy.full": store.ErrNotEmpty, "copy.moving": store.ErrMoving, "copy.unequal": store.ErrUnequal,
		"copy.partial": store.ErrPartial,
	} {
		if errors.Is(err, known) {
			sentence, behind = id, nil
		}
	}
	told := []error{complain(sentence, behind, args...)}
	if l.partly {
		told = append(told, complain("copy.partly", nil, args...))
	}
	if l.partly || sentence == "copy.full" {
		told = append(told, l.remedy())
	}
	return errors.Join(told...)
}

// remedy is how the target is emptied. This program never does it.
func (l loss) remedy() error {
	if k, ok := l.target.(*bolt.Kernel); ok {
		return complain("copy.empty.folder", nil, "file", filepath.Clean(k.Path()))
	}
	return complain("copy.empty.redis", nil, "to", masked(l.to))
}
