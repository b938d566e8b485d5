package redis

import (
	"context"
	_ "embed" // the scripts
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"passerelle/store"
)

//go:embed apply.lua
var applySource string

//go:embed claim.lua
var claimSource string

// Parts of the script's answer.
const (
	answerMoved = 2
	answerFull  = 3
	answerTook  = 4
	answerMore  = 8
	maxPush     = 1000 // entries of one call inside the script
)

// load loads both scripts on one server.
func (k *Kernel) load(ctx context.Context, c *redis.Client) error {
	if err := c.ScriptLoad(ctx, applySource).Err(); err != nil {
		return err
	}
	return c.ScriptLoad(ctx, claimSource).Err()
}

// Apply implements [store.Kernel].
func (k *Kernel) Apply(ctx context.Context, w store.Write) (store.Reply, error) {
	if err := w.Check(); err != nil {
		return store.Reply{}, fmt.Errorf("write: %w", err)
	}
	p := programOf(w)
	var reply store.Reply
	err := k.try(ctx, func(ctx context.Context) error {
		answer, err := k.run(ctx, p)
		if err != nil {
			return err
		}
		reply, err = replyOf(answer)
		return err
	})
	if err != nil {
		return store.Reply{}, fmt.Errorf("write: %w", err)
	}
	return reply, nil
}

// replyOf reads the script's answer.
func replyOf(answer any) (store.Reply, error) {
	switch a := answer.(type) {
	case string:
		current, err := decodeRecord(a)
		return store.Reply{Refusal: store.Changed, Record: current}, err
	case int64:
		switch a {
		case answerMoved:
			return store.Reply{Refusal: store.Moved}, nil
		case answerFull:
			return store.Reply{Refusal: store.Full}, nil
		}
		return store.Reply{Took: a&answerTook != 0, More: a&answerMore != 0}, nil
	}
	return store.Reply{}, fmt.Errorf("answer of the script: %w", store.ErrDamaged)
}

// A program is a write as the script reads it: the keys in the order they are
// taken, and operations with their arguments.
type program struct {
	partition int
	tag       string
	keys      []string
	args      []any
}

// Room for the keys and arguments of most writes.
const usualKeys, usualArgs = 10, 40

func programOf(w store.Write) *program {
	p := &program{
		partition: w.Partition, tag: tag(w.Partition),
		keys: make([]string, 0, usualKeys), args: make([]any, 0, usualArgs),
	}
	if w.Put != nil {
		p.op(recordKind, w.Put.Name, "is", head(w.Put.Version, w.Put.Sum))
	}
	if w.Head != nil {
		p.op(listKind, w.Head.List, "head", w.Head.Prefix)
	}
	if w.Room != nil {
		p.op(listKind, w.Room.List, "room", w.Room.Max)
	}
	if w.Put != nil {
		p.op(recordKind, w.Put.Name, "set", encodeRecord(w.Put.Version+1, w.Put.Value))
	}
	for _, e := range w.Effects {
		p.effect(e)
	}
	return p
}

// op adds one operation on one key.
func (p *program) op(kind byte, name, op string, args ...any) {
	p.key(kind, name)
	p.args = append(append(p.args, op), args...)
}

func (p *program) key(kind byte, name string) {
	p.keys = append(p.keys, p.tag+string(kind)+":"+name)
}

func (p *program) effect(e store.Effect) {
	switch e := e.(type) {
	case store.Push:
		p.push(e)
	case store.Swap:
		p.op(listKind, e.List, "swap", e.Entry)
	case store.Pop:
		p.op(listKind, e.List, "pop")
	case store.Trim:
		p.op(listKind, e.List, "trim", e.Keep)
	case store.Drop:
		p.op(listKind, e.List, "drop")
	case store.Place:
		p.op(setKind, e.Set, "place", e.Member, e.Score)
	case store.Leave:
		p.op(setKind, e.Set, "leave", e.Member)
	case store.Raise:
		p.op(setKind, e.Set, "raise", len(e.Members))
		for _, member := range e.Members {
			p.args = append(p.args, member)
		}
	case store.Take:
		p.op(setKind, e.Set, "take", e.Member, e.Score, e.After, e.Until)
	case store.Follow:
		p.op(setKind, e.Set, "follow", e.Member, e.Score, e.Until)
		p.key(listKind, e.List)
	case store.Add:
		p.op(counterKind, e.Counter, "add", e.N)
	}
}

func (p *program) push(e store.Push) {
	for entries := e.Entries; len(entries) > 0; {
		some := entries[:min(len(entries), maxPush)]
		entries = entries[len(some):]
		p.op(listKind, e.List, "push", len(some))
		for _, entry := range some {
			p.args = append(p.args, entry)
		}
	}
}

// run has the script run once, on the server that has the partition. A script
// that the server lost is loaded; the write is then tried again.
func (k *Kernel) run(ctx context.Context, p *program) (any, error) {
	switch {
	case k.confirm > 0:
	case len(p.keys) == 0: // a barrier: what was answered is done
		return int64(0), nil
	case k.clustered():
		return k.apply.Run(ctx, k.client, p.keys, p.args...).Result()
	}
	c, err := k.master(ctx, p.partition)
	if err != nil {
		return nil, err
	}
	answer, err := k.send(ctx, c, p)
	if redis.HasErrorPrefix(err, "NOSCRIPT") {
		if failed := k.load(ctx, c); failed != nil {
			return nil, failed
		}
	}
	k.redirected(ctx, err)
	return answer, err
}

// master is the server that has a partition.
func (k *Kernel) master(ctx context.Context, partition int) (*redis.Client, error) {
	switch c := k.client.(type) {
	case *redis.ClusterClient:
		return c.MasterForKey(ctx, tag(partition))
	case *redis.Client:
		return c, nil
	}
	return nil, ErrClosed
}

// redirected has the map of the cluster read again when it was wrong.
func (k *Kernel) redirected(ctx context.Context, err error) {
	c, ok := k.client.(*redis.ClusterClient)
	if err == nil || !ok {
		return
	}
	_, moved := redis.IsMovedError(err)
	if _, answered := errors.AsType[redis.Error](err); moved || redis.IsReadOnlyError(err) || !answered {
		c.ReloadState(ctx)
	}
}

// The letters of the kinds of key.
const (
	recordKind  = 'r'
	listKind    = 'l'
	setKind     = 'z'
	counterKind = 'c'
	waitKind    = 'w' // what is written before waiting for replicas; no data
)

// tag is what the keys of a partition begin with.
func tag(partition int) string {
	digits := strconv.Itoa(partition)
	return "{p" + "0000"[len(digits):] + digits + "}"
}

func key(partition int, kind byte, name string) string {
	return tag(partition) + string(kind) + ":" + name
}

// head is what a record in Redis begins with; empty when it is not there. One
// that cannot be, version 0 with a sum, fits nothing.
func head(version uint64, sum uint32) string {
	if version == 0 && sum == 0 {
		return ""
	}
	b := strconv.AppendUint(make([]byte, 0, 24), version, 10)
	b = append(b, '.')
	b = hex.AppendEncode(b, binary.BigEndian.AppendUint32(nil, sum))
	return string(append(b, ' '))
}

func encodeRecord(version uint64, value []byte) []byte {
	return append([]byte(head(version, store.Sum(value))), value...)
}

// decodeRecord reads a record; an empty one is not there.
func decodeRecord(text string) (store.Versioned, error) {
	if text == "" {
		return store.Versioned{}, nil
	}
	begin, value, _ := strings.Cut(text, " ")
	digits, _, _ := strings.Cut(begin, ".")
	version, err := strconv.ParseUint(digits, 10, 64)
	v := store.Versioned{Version: version, Value: []byte(value)}
	if err != nil || version == 0 || begin+" " != head(version, store.Sum(v.Value)) {
		return store.Versioned{}, fmt.Errorf("read a record: %w", store.ErrDamaged)
	}
	return v, nil
}
