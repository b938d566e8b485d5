package redis

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/redis/go-redis/v9"

	"passerelle/store"
)

// maxPipe is how many commands are sent together at most.
const maxPipe = 512

// together sends commands for each of n things, many at a time, and hands the
// answers on in order. What is not there is no error.
func (k *Kernel) together(ctx context.Context, operation string, n int, send func(redis.Pipeliner, int), take func(int, redis.Cmder) error) error {
	for from := 0; from < n; from += maxPipe {
		some := min(maxPipe, n-from)
		var answers []redis.Cmder
		err := k.try(ctx, func(ctx context.Context) error {
			pipe := k.client.Pipeline()
			for i := range some {
				send(pipe, from+i)
			}
			var err error
			answers, err = pipe.Exec(ctx)
			return failure(answers, err)
		})
		for i := 0; err == nil && i < len(answers); i++ {
			err = take(from+i, answers[i])
		}
		if err != nil {
			return fmt.Errorf("%s: %w", operation, err)
		}
	}
	return ctx.Err()
}

// failure is what went wrong with a pipeline.
func failure(answers []redis.Cmder, err error) error {
	for _, a := range answers {
		if e := a.Err(); e != nil && !errors.Is(e, redis.Nil) {
			return e
		}
	}
	if errors.Is(err, redis.Nil) {
		return nil
	}
	return err
}

// Get implements [store.Kernel].
func (k *Kernel) Get(ctx context.Context, records ...store.Key) ([]store.Versioned, error) {
	found := make([]store.Versioned, len(records))
	err := k.together(ctx, "read records", len(records), func(pipe redis.Pipeliner, i int) {
		pipe.Get(ctx, key(records[i].Partition, recordKind, records[i].Name))
	}, func(i int, answer redis.Cmder) (err error) {
		found[i], err = decodeRecord(answer.(*redis.StringCmd).Val())
		return err
	})
	return found, err
}

// Range implements [store.Kernel].
func (k *Kernel) Range(ctx context.Context, limit int, lists ...store.Key) ([][][]byte, error) {
	found := make([][][]byte, len(lists))
	err := k.together(ctx, "read lists", len(lists), func(pipe redis.Pipeliner, i int) {
		pipe.LRange(ctx, key(lists[i].Partition, listKind, lists[i].Name), 0, int64(limit)-1)
	}, func(i int, answer redis.Cmder) error {
		for _, entry := range answer.(*redis.StringSliceCmd).Val() {
			found[i] = append(found[i], []byte(entry))
		}
		return nil
	})
	return found, err
}

// Members implements [store.Kernel].
func (k *Kernel) Members(ctx context.Context, set string, limit int) ([]store.Member, error) {
	var found []store.Member
	err := k.together(ctx, "read a set", store.Partitions, func(pipe redis.Pipeliner, p int) {
		pipe.ZRangeWithScores(ctx, key(p, setKind, set), 0, int64(limit)-1)
	}, func(p int, answer redis.Cmder) error {
		found = append(found, membersOf(p, answer.(*redis.ZSliceCmd).Val())...)
		return nil
	})
	slices.SortFunc(found, func(a, b store.Member) int {
		return cmp.Or(cmp.Compare(a.Score, b.Score), cmp.Compare(a.Partition, b.Partition), cmp.Compare(a.Name, b.Name))
	})
	if limit > 0 && len(found) > limit {
		found = found[:limit]
	}
	return found, err
}

func membersOf(partition int, all []redis.Z) []store.Member {
	members := make([]store.Member, len(all))
	for i, z := range all {
		name, _ := z.Member.(string) // a member always is one
		members[i] = store.Member{Partition: partition, Name: name, Score: int64(z.Score)}
	}
	return members
}

// Claim implements [store.Kernel]. It counts first, in all partitions at once,
// and claims only where something is due. A master that is away holds up no
// other.
func (k *Kernel) Claim(ctx context.Context, set string, due, until int64, limit int) ([]store.Member, error) {
	counts, failed := k.countDue(ctx, set, due)
	var claimed []store.Member
	first := int(k.turn.Add(1))
	for i := range counts {
		p := (first + i) % store.Partitions
		if counts[p] == 0 {
			continue
		}
		if len(claimed) >= limit {
			break
		}
		some, err := k.claim(ctx, store.Key{Partition: p, Name: set}, due, until, limit-len(claimed))
		if err != nil {
			return claimed, fmt.Errorf("claim: %w", err)
		}
		claimed = append(claimed, some...)
	}
	return claimed, wrap("claim", failed)
}

// countDue counts the members that are due in each partition; in none of those
// whose master is away, which is the error.
func (k *Kernel) countDue(ctx context.Context, set string, due int64) (counts [store.Partitions]int64, err error) {
	err = k.try(ctx, func(ctx context.Context) error {
		pipe := k.client.Pipeline()
		for p := range counts {
			pipe.ZCount(ctx, key(p, setKind, set), "-inf", strconv.FormatInt(due, 10))
		}
		answers, err := pipe.Exec(ctx)
		for p, a := range answers {
			counts[p] = a.(*redis.IntCmd).Val()
		}
		return failure(answers, err)
	})
	return counts, err
}

// wrap names the operation an error comes from.
func wrap(operation string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", operation, err)
}

// claim claims in one partition. With confirmation it waits for the replicas: a
// lease that a failover forgot would be given to two.
func (k *Kernel) claim(ctx context.Context, set store.Key, due, until int64, limit int) ([]store.Member, error) {
	var members []store.Member
	err := k.try(ctx, func(ctx context.Context) error {
		answer, err := k.claims.Run(ctx, k.client, []string{key(set.Partition, setKind, set.Name)}, due, until, limit).StringSlice()
		if err != nil {
			return err
		}
		members, err = pairs(set.Partition, answer)
		return err
	})
	if err == nil && k.confirm > 0 {
		_, err = k.Apply(ctx, store.Write{Partition: set.Partition})
	}
	if err != nil {
		return nil, err
	}
	return members, nil
}

// pairs reads names and scores that follow one another.
func pairs(partition int, answer []string) ([]store.Member, error) {
	members := make([]store.Member, 0, len(answer)/2)
	for i := 0; i+1 < len(answer); i += 2 {
		score, err := strconv.ParseInt(answer[i+1], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("read a score: %w", store.ErrDamaged)
		}
		members = append(members, store.Member{Partition: partition, Name: answer[i], Score: score})
	}
	return members, nil
}

// Count implements [store.Kernel].
func (k *Kernel) Count(ctx context.Context, kind store.Kind, name string) (store.Count, error) {
	if kind == store.SetKind {
		return k.countSet(ctx, name)
	}
	var count store.Count
	err := k.together(ctx, "count", store.Partitions, func(pipe redis.Pipeliner, p int) {
		if kind == store.ListKind {
			pipe.LLen(ctx, key(p, listKind, name))
			return
		}
		pipe.Get(ctx, key(p, counterKind, name))
	}, func(_ int, answer redis.Cmder) error {
		n, err := numberOf(answer)
		count.N += n
		return err
	})
	return count, err
}

// numberOf is a length, or the value of a counter.
func numberOf(answer redis.Cmder) (int64, error) {
	switch a := answer.(type) {
	case *redis.IntCmd:
		return a.Val(), nil
	case *redis.StringCmd:
		if a.Val() == "" {
			return 0, nil
		}
		return a.Int64()
	}
	return 0, store.ErrDamaged
}

func (k *Kernel) countSet(ctx context.Context, name string) (store.Count, error) {
	var count store.Count
	var with []int // partitions that have members
	err := k.together(ctx, "count", store.Partitions, func(pipe redis.Pipeliner, p int) {
		pipe.ZCard(ctx, key(p, setKind, name))
	}, func(p int, answer redis.Cmder) error {
		if n := answer.(*redis.IntCmd).Val(); n > 0 {
			count.N += n
			with = append(with, p)
		}
		return nil
	})
	if err != nil {
		return store.Count{}, err
	}
	lowest := int64(-1)
	err = k.together(ctx, "count", len(with), func(pipe redis.Pipeliner, i int) {
		pipe.ZRangeWithScores(ctx, key(with[i], setKind, name), 0, 0)
	}, func(i int, answer redis.Cmder) error {
		for _, m := range membersOf(with[i], answer.(*redis.ZSliceCmd).Val()) {
			if lowest < 0 || m.Score < lowest {
				lowest = m.Score
			}
		}
		return nil
	})
	count.Lowest = max(lowest, 0)
	return count, err
}
