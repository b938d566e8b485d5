package store

import (
	"crypto/sha256"
	"encoding/hex"
	"hash/fnv"
	"io"

	"passerelle/flows"
)

// Partitions is how many partitions there are, for ever: changing it would
// lose every conversation.
const Partitions = 1024

// Partition is where an address belongs, for ever.
func Partition(a flows.Address) int { return partition(string(a)) }

func partition(name string) int {
	h := fnv.New32a()
	_, _ = io.WriteString(h, name) // a hash never fails
	return int(h.Sum32() % Partitions)
}

// The sets, lists and counters that are not one conversation's.
const (
	wakeSet       = "wake"      // conversations with something to send; score: due, or end of a lease
	timerSet      = "timers"    // conversations with a timer; score: the earliest, or end of a lease
	requestSet    = "requests"  // conversations that wait for a person; score: since when
	revisionSet   = "revisions" // published revisions; score: when saved
	deadList      = "dead"      // messages that will not be delivered
	parkedList    = "parked"    // inputs that failed again and again
	setbackList   = "setbacks"  // conversations that went back in time
	failedList    = "failed"    // SMS that a network did not deliver
	conversations = "conversations"
	countsOf      = "counts:" // sets of a lesson: what is counted of it; score: how often
)

// A place is where one conversation lies. Its names begin alike, so that a
// kernel that sorts names keeps a conversation together.
type place struct {
	partition int
	id        string
}

func placeOf(a flows.Address) place {
	sum := sha256.Sum256([]byte(a))
	return place{partition: Partition(a), id: hex.EncodeToString(sum[:8])}
}

// isPlace tells whether a record of that name is a conversation's.
func isPlace(name string) bool {
	_, err := hex.DecodeString(name)
	return err == nil && len(name) == 16
}

func (p place) record() Key     { return Key{p.partition, p.id} }
func (p place) transcript() Key { return Key{p.partition, p.id + ":said"} }
func (p place) outbox() Key     { return Key{p.partition, p.id + ":out"} }
func (p place) parts() Key      { return Key{p.partition, p.id + ":parts"} }
