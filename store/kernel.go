package store

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
)

// A Kernel keeps bytes: records, lists, sorted sets and counters, in
// [Partitions] partitions. It knows no rule of ours. There are two reasons to
// keep it this small: each method is one atomic step inside one partition on
// any store worth having (one script on Redis, one transaction in a file), and
// a suite can drive two kernels with the same history and compare every reply.
//
// Names of different kinds never meet: the list "x" and the set "x" are two
// things. What [Write.Check] accepts, a kernel can do; it fails only when its
// disk or its network does, and then nothing of the write was done, or all.
type Kernel interface {
	// Get reads records, in the order asked; one that is not there has
	// version 0.
	Get(ctx context.Context, records ...Key) ([]Versioned, error)
	// Apply does a whole write or nothing of it. It returns once the write is
	// durable. A write of nothing is a barrier: it returns once all that was
	// read or written before in its partition is durable.
	Apply(ctx context.Context, w Write) (Reply, error)
	// Range reads the first entries of each list, all of them when limit is 0.
	Range(ctx context.Context, limit int, lists ...Key) ([][][]byte, error)
	// Members reads the lowest members of a set over all partitions, all of
	// them when limit is 0, in the order of score, partition and name.
	Members(ctx context.Context, set string, limit int) ([]Member, error)
	// Claim moves members of a set whose score is at most due to the score
	// until, over all partitions, at most limit of them (which ones is not
	// said), and returns them with their old score. No two callers are given
	// the same one. With an error come those that were claimed before it.
	Claim(ctx context.Context, set string, due, until int64, limit int) ([]Member, error)
	// Count adds up a set, the lists of one name, or a counter, over all
	// partitions.
	Count(ctx context.Context, kind Kind, name string) (Count, error)
	// Scan calls visit with all the kernel holds, each thing once, in no order,
	// until visit fails; it then returns that error. What is written meanwhile
	// may be missed. What visit is given is its own; it does not call the kernel.
	Scan(ctx context.Context, visit func(Thing) error) error
	// Restore writes things as Scan gave them, and returns once they are
	// durable. It is for a kernel that holds nothing of them yet; doing it again
	// gives the same.
	Restore(ctx context.Context, things ...Thing) error
	// Close ends the kernel; what was acknowledged is safe without it.
	Close() error
}

// A Key names a record or a list.
type Key struct {
	Partition int
	Name      string
}

// A Versioned is a record with the number of times it was put.
type Versioned struct {
	Version uint64
	Value   []byte
}

// A Member is one member of a set in one partition.
type Member struct {
	Partition int
	Name      string
	Score     int64
}

// A Thing is one record, list, set or counter of one partition, whole. Exactly
// one of the four is set: a list or a set without any member, and a counter at
// 0, are nothing.
type Thing struct {
	Key
	Record Versioned
	List   [][]byte
	// Set is in the order of score and name; all its members have the
	// partition of the thing.
	Set     []Member
	Counter int64
}

// A Kind is what a name stands for where [Kernel.Count] counts.
type Kind int

// The kinds that are counted.
const (
	SetKind     Kind = iota // members, and the lowest score
	ListKind                // entries of the list of that name in each partition
	CounterKind             // the sum of the counters of that name
)

// A Count is what [Kernel.Count] counted.
type Count struct {
	N int64
	// Lowest is the lowest score of a set that has a member.
	Lowest int64
}

// A Write is one atomic change inside one partition: conditions, then effects
// in order. When a condition does not hold, nothing is done.
type Write struct {
	Partition int
	Put       *Put
	Head      *Head
	Room      *Room
	Effects   []Effect
}

// Put sets a record when it still is the one the caller read: its version is
// Version and the [Sum] of its value is Sum. The version then is one more. A
// store that lost its last moments (a restored backup, a replica that was
// behind) may write another history under the same versions: the sum tells
// them apart.
type Put struct {
	Name    string
	Version uint64
	Sum     uint32
	Value   []byte
}

// Sum is the checksum of a record's value (CRC-32, IEEE); 0 of one that is not
// there.
func Sum(value []byte) uint32 { return crc32.ChecksumIEEE(value) }

// Is tells whether the record is the one that the write was made from.
func (v Versioned) Is(p *Put) bool { return v.Version == p.Version && Sum(v.Value) == p.Sum }

// Head holds when the first entry of the list begins with Prefix.
type Head struct {
	List   string
	Prefix string
}

// Room holds when the list has fewer than Max entries.
type Room struct {
	List string
	Max  int
}

// An Effect is one change to a list, a set or a counter.
//
//sumtype:decl
type Effect interface{ effect() }

type (
	// Push adds entries at the end of a list.
	Push struct {
		List    string
		Entries [][]byte
	}
	// Swap replaces the first entry of a list that has one.
	Swap struct {
		List  string
		Entry []byte
	}
	// Pop removes the first entry of a list, if any.
	Pop struct{ List string }
	// Trim keeps the last Keep entries of a list.
	Trim struct {
		List string
		Keep int
	}
	// Drop empties a list.
	Drop struct{ List string }
	// Place gives a member of a set that score.
	Place struct {
		Set, Member string
		Score       int64
	}
	// Leave takes a member out of a set.
	Leave struct{ Set, Member string }
	// Raise adds one to the score of members of a set; one that is not there
	// has a score of 0.
	Raise struct {
		Set     string
		Members []string
	}
	// Take is Place, unless the member is held: its score is greater than
	// After and at most Until. The reply says whether it took.
	Take struct {
		Set, Member  string
		Score        int64
		After, Until int64
	}
	// Follow is Leave when the list is empty, else Place, unless another one
	// has the member: its score is greater than Until. The reply says whether
	// it was placed.
	Follow struct {
		Set, Member  string
		Score, Until int64
		List         string
	}
	// Add adds to a counter.
	Add struct {
		Counter string
		N       int64
	}
)

func (Push) effect()   {}
func (Swap) effect()   {}
func (Pop) effect()    {}
func (Trim) effect()   {}
func (Drop) effect()   {}
func (Place) effect()  {}
func (Leave) effect()  {}
func (Raise) effect()  {}
func (Take) effect()   {}
func (Follow) effect() {}
func (Add) effect()    {}

// A Reply is what became of a write.
type Reply struct {
	Refusal Refusal
	// Record is the current one when the refusal is [Changed].
	Record Versioned
	// Took tells that the Take of the write took.
	Took bool
	// More tells that the list of the write's Follow is not empty, and the
	// member placed.
	More bool
}

// A Refusal says which condition of a write did not hold.
type Refusal int

// The refusals, in the order the conditions are looked at.
const (
	NotRefused Refusal = iota
	Changed            // the record is another one
	Moved              // the list has another head
	Full               // the list has no room
)

// Bounds of what a kernel is asked to keep.
const (
	maxName  = 200
	maxValue = 256 << 20
	maxScore = 1 << 53 // a sorted set may keep scores as floating numbers
)

var errBadWrite = errors.New("the write is not well formed")

// Check tells whether every kernel can do the write. Kernels call it first, so
// that nothing half done ever needs undoing.
func (w Write) Check() error {
	c := checker{}
	c.that(w.Partition >= 0 && w.Partition < Partitions, "partition")
	if w.Put != nil {
		c.name(w.Put.Name)
		c.value(w.Put.Value)
	}
	if w.Head != nil {
		c.name(w.Head.List)
		c.that(w.Head.Prefix != "", "prefix")
	}
	if w.Room != nil {
		c.name(w.Room.List)
		c.that(w.Room.Max > 0, "room")
	}
	for _, e := range w.Effects {
		c.effect(e)
	}
	c.that(c.takes <= 1 && c.follows <= 1, "one Take and one Follow at most")
	if c.wrong != "" {
		return fmt.Errorf("%w: %s", errBadWrite, c.wrong)
	}
	return nil
}

// A checker remembers the first thing that is wrong with a write.
type checker struct {
	wrong          string
	takes, follows int
}

func (c *checker) that(ok bool, what string) {
	if !ok && c.wrong == "" {
		c.wrong = what
	}
}

func (c *checker) name(s string) {
	c.that(s != "" && len(s) <= maxName && !strings.ContainsRune(s, 0), "name")
}

func (c *checker) value(b []byte) { c.that(len(b) > 0 && len(b) <= maxValue, "value") }

func (c *checker) score(n int64) { c.that(n >= 0 && n < maxScore, "score") }

func (c *checker) member(set, member string) {
	c.name(set)
	c.name(member)
}

func (c *checker) effect(e Effect) {
	switch e := e.(type) {
	case Push:
		c.name(e.List)
		c.that(len(e.Entries) > 0, "nothing to push")
		for _, entry := range e.Entries {
			c.value(entry)
		}
	case Swap:
		c.name(e.List)
		c.value(e.Entry)
	case Pop:
		c.name(e.List)
	case Trim:
		c.name(e.List)
		c.that(e.Keep > 0, "keep")
	case Drop:
		c.name(e.List)
	case Place:
		c.member(e.Set, e.Member)
		c.score(e.Score)
	case Leave:
		c.member(e.Set, e.Member)
	case Raise:
		c.that(len(e.Members) > 0, "nothing to raise")
		for _, member := range e.Members {
			c.member(e.Set, member)
		}
	case Take:
		c.takes++
		c.member(e.Set, e.Member)
		c.score(e.Score)
	case Follow:
		c.follows++
		c.member(e.Set, e.Member)
		c.score(e.Score)
		c.name(e.List)
	case Add:
		c.name(e.Counter)
	default:
		c.that(false, "effect")
	}
}
