package store

import (
	"encoding/binary"
	"hash/fnv"
	"io"
	"time"
)

// Bounds of a ring.
const (
	ringKeeps  = 32             // ids that are kept however old
	ringWindow = 48 * time.Hour // ids younger than this are kept
	ringMost   = 256            // ids that are kept however young
	ringEntry  = 12             // bytes of one id: a hash, and when in seconds
)

// A Ring remembers which inputs were taken lately: 8 bytes of hash and 4 bytes
// of time each, the oldest first. It is a value; adding makes another.
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
	oldest := now.Add(-ringWindow).Unix()
	drop := 0
	for n := r.Len(); n-drop >= ringKeeps; drop++ {
		taken := binary.BigEndian.Uint32(r[drop*ringEntry+8:])
		if n-drop < ringMost && int64(taken) > oldest {
			break
		}
	}
	next := make(Ring, 0, len(r)-drop*ringEntry+ringEntry)
	next = append(next, r[drop*ringEntry:]...)
	next = binary.BigEndian.AppendUint64(next, hashID(id))
	return binary.BigEndian.AppendUint32(next, uint32(now.Unix())) //nolint:gosec // good until 2106
}

func hashID(id string) uint64 {
	h := fnv.New64a()
	_, _ = io.WriteString(h, id) // a hash never fails
	return h.Sum64()
}
