// Package store remembers.
//
// It keeps conversations, what was said, what is still to be sent, timers,
// requests for a person, published revisions, leases, notes and codes; of SMS,
// what a provider took, what a network reported, and what a day cost. The rules
// are here, once, in Go; below is a [Kernel] of a few atomic primitives, which
// keeps bytes and knows no rule.
//
// # One turn, one write
//
// [Store.Commit] takes a whole [flows.Turn]. The conversation's record is
// compared and set, and everything else the turn wants done happens in the
// same atomic write: lines of the transcript, messages for the outbox, timers,
// the list of waiting requests. So a turn is there whole or not at all, and
// one whose record changed meanwhile ([ErrConflict]) did nothing: the current
// record comes back, and the caller advances again.
//
// # Exactly once in, at least once out
//
// The record holds the ids of the inputs lately taken, so whatever the record
// protects protects them too. An input that comes again is [ErrDuplicate],
// even when that shows only after a conflict. Messages wait in one list per
// conversation, in order. Whoever holds the conversation's lease sends the
// first, and [Store.Delivered] removes it only if it still is the first. After
// a crash between sending and noting it, one message may be sent again; none
// is lost, and none overtakes another.
//
// # Proof of consent
//
// The record holds when and in which words the learner signed up, wrote STOP
// and came back ([Record].Consents): it outlives the transcript, of which only
// the last lines stay.
//
// # A store that went back in time
//
// A backup that was restored, or a replica that was behind, may lose turns that
// this process knows. A commit that finds an older record, or another one of
// the same version, says so ([Committed]); the next one leaves a mark that
// stays ([Store.Setbacks]). The learner is asked again where the store stands.
//
// # Where things lie
//
// An address belongs to one of [Partitions] partitions for ever, and all of
// one learner lies in one of them. Keys hold a hash, never the address. What
// everybody shares, a note or the spending of a day, lies by its name.
//
// # What may be trusted
//
// [Store.Load] may answer from memory: the cache is a guess, and only Commit
// may rely on it. Everything else reads the kernel.
package store

import (
	"errors"
	"fmt"
	"time"
)

// What callers decide on.
var (
	// ErrConflict comes with the current record: advance again.
	ErrConflict = errors.New("the conversation changed meanwhile")
	// ErrDuplicate says that this input was taken before.
	ErrDuplicate = errors.New("the input was taken before")
	// ErrLater refuses what this release cannot know.
	ErrLater = errors.New("the data was written by a later release of passerelle; run that release, or restore a backup made before it ran")
	// ErrDamaged refuses what no release ever wrote.
	ErrDamaged = errors.New("the data cannot be read; it was damaged, or not written by passerelle")
	// ErrFull refuses a turn whose conversation has too much left to send.
	ErrFull = errors.New("too many messages wait to be sent in this conversation; its channel takes none")
	// ErrUnknown says that there is nothing of that name.
	ErrUnknown = errors.New("the store has nothing of that name")
)

// Limits of what one conversation, or one partition, may grow to.
const (
	MaxOutbox    = 256 // messages waiting to be sent in one conversation
	HotLines     = 30  // lines of the transcript that are always kept
	trimEvery    = 3   // the transcript is shortened every so many lines
	maxBuried    = 100 // dead letters kept in one partition, the latest
	maxParked    = 100 // parked inputs kept in one partition, the latest
	maxSetbacks  = 100 // setbacks kept in one partition, the latest
	maxFailed    = 100 // failed SMS kept in one partition, the latest
	maxParts     = 24  // SMS of one conversation that are kept, the latest
	maxReason    = 200 // bytes of a reason kept
	defaultCache = 4096
)

// defaultLease is short, so that what a dead process was to send goes out by
// another one within seconds, and yet longer than the store is ever given for
// one answer: a slow commit still holds what it took, and a sender that renews
// at each third has two attempts.
const defaultLease = 6 * time.Second

// Options say how a store works. The zero value is a good one.
type Options struct {
	// Now is the clock; time.Now when nil.
	Now func() time.Time
	// Cache is how many records are kept in memory; 4,096 when 0, none when
	// negative.
	Cache int
	// Lease is how long a sender that shows no sign of life keeps others away;
	// 6 seconds when 0. One at work shows it by [Store.Renew].
	Lease time.Duration
}

// A Store holds the domain verbs over a kernel. It is safe for concurrent use.
type Store struct {
	kernel Kernel
	now    func() time.Time
	lease  time.Duration
	cache  *cache
}

// Open makes a store over a kernel. Closing the store closes the kernel.
func Open(k Kernel, o Options) *Store {
	s := &Store{kernel: k, now: o.Now, lease: o.Lease}
	if s.now == nil {
		s.now = time.Now
	}
	if s.lease <= 0 {
		s.lease = defaultLease
	}
	if o.Cache == 0 {
		o.Cache = defaultCache
	}
	s.cache = newCache(o.Cache)
	return s
}

// Close closes the kernel. Nothing acknowledged depends on it.
func (s *Store) Close() error {
	if err := s.kernel.Close(); err != nil {
		return fmt.Errorf("close the store: %w", err)
	}
	return nil
}

// Lease is how long a lease lasts: from the instant given to [Store.Due], or
// from when [Store.Commit], [Store.Renew], [Store.Delivered] or [Store.Bury]
// was called.
func (s *Store) Lease() time.Duration { return s.lease }

// leaseEnd is the score of something taken now.
func (s *Store) leaseEnd() int64 { return score(s.now().Add(s.lease)) }

// score is an instant as a set keeps it.
func score(t time.Time) int64 { return max(t.UnixMilli(), 0) }

// instant is the opposite of score.
func instant(score int64) time.Time { return time.UnixMilli(score).UTC() }
