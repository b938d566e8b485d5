package store

import (
	"encoding/binary"
	"hash/fnv"
	"io"
	"time"
)

// Bounds of a ring.
const (
	ringKeeps  = 32               // ids that are kept however old
	ringWindow = 48 * time.Hour   // ids younger than this are kept
	ringMost   = 256              // ids that are kept however young
	ringSkew   = 24 * time.Hour   // ids from the future, by another clock, count as young
	ringTick   = 15 * time.Minute // what the time of an id is counted in
	ringTurn   = ringTick << 16   // after which the time of an id comes round
	ringEntry  = 10               // bytes of one id: a hash, and when
)

// A Ring remembers which inputs were taken lately: 8 bytes of hash and 2 bytes
// of time each, the oldest first. The time goes round in nearly two years: a
// learner who comes back after as long may have older ids kept for another two
// days, which does no harm. It is a value; adding makes another.
type Ring []byte

// Has tells whether that input was taken.
func (r Ring) Has(id string) bool {
	h := hashID(id)
	for ; len(r) >= ringEntry; r = r[ringEntry:] {
		if binary.BigEndian.Uint64(r) == h {
			return true
		}
	}
	return false
}

// Len is how many inputs are remembered.
func (r Ring) Len() int { return len(r) / ringEntry }

// add returns a ring that has the id too, without what need not be kept.
func (r Ring) add(id string, now time.Time) Ring {
	drop := 0
	for n := r.Len(); n-drop >= ringKeeps; drop++ {
		taken := binary.BigEndian.Uint16(r[drop*ringEntry+8:])
		if n-drop < ringMost && ringTime(now.Add(ringSkew))-taken <= uint16((ringWindow+ringSkew)/ringTick) {
			break
		}
	}
	next := make(Ring, 0, len(r)-drop*ringEntry+ringEntry)
	next = append(next, r[drop*ringEntry:]...)
	next = binary.BigEndian.AppendUint64(next, hashID(id))
	return binary.BigEndian.AppendUint16(next, ringTime(now))
}

// since tells whether the newest input was taken at that instant or after it,
// or in the same tick. One from the future, by another clock, is new.
func (r Ring) since(instant, now time.Time) bool {
	if len(r) == 0 {
		return false
	}
	newest := binary.BigEndian.Uint16(r[len(r)-2:])
	end := now.Add(ringSkew)
	if end.Sub(instant) >= ringTurn {
		return true
	}
	return instant.Before(end) && ringTime(end)-newest <= ringTime(end)-ringTime(instant)
}

// ringTime is a time in ticks, as many as two bytes can tell apart.
func ringTime(t time.Time) uint16 { return uint16(t.Unix() / int64(ringTick/time.Second)) } //nolint:gosec // goes round

// ringOfForm1 brings up a ring of the first form of a record: the time of an id
// was 4 bytes of seconds. False means that it is none.
func ringOfForm1(old []byte) (Ring, bool) {
	const entry = 12
	var r Ring
	for ; len(old) >= entry; old = old[entry:] {
		r = append(r, old[:8]...)
		r = binary.BigEndian.AppendUint16(r, ringTime(time.Unix(int64(binary.BigEndian.Uint32(old[8:])), 0)))
	}
	return r, len(old) == 0
}

func hashID(id string) uint64 {
	h := fnv.New64a()
	_, _ = io.WriteString(h, id) // a hash never fails
	return h.Sum64()
}
