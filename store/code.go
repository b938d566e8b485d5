package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"passerelle/flows"
)

// A codeJSON tells who gave a code, in the store. The code itself is not here:
// only the conversation that gave it has it, and decides what it is good for.
type codeJSON struct {
	Format int           `json:"format"`
	Sum    string        `json:"h,omitempty"` // SHA-256 of the code
	Of     flows.Address `json:"a,omitempty"`
	Until  time.Time     `json:"u,omitzero"`
}

func (j *codeJSON) form() int { return j.Format }

// codeFormat is the form of a code this release writes.
const codeFormat = 1

// codeSlots is how many slots for codes one partition has, for ever. A code has
// one slot it may lie in, and one that is over makes room for the next: however
// many were given, the slots are all that is kept.
const codeSlots = 16

// codeKey is the slot of a code, by its sum.
func codeKey(sum [sha256.Size]byte) Key {
	n := binary.BigEndian.Uint32(sum[:4])
	slot := n / Partitions % codeSlots
	return Key{int(n % Partitions), "code:" + strconv.Itoa(int(slot))}
}

// KeepCode keeps who gave a code, until an instant. False means that its slot
// holds another one that is still good: give another code.
func (s *Store) KeepCode(ctx context.Context, code string, of flows.Address, until time.Time) (bool, error) {
	sum := sha256.Sum256([]byte(code))
	next := codeJSON{Format: codeFormat, Sum: hex.EncodeToString(sum[:]), Of: of, Until: until.UTC()}
	value, err := json.Marshal(next)
	if err != nil {
		return false, fmt.Errorf("keep a code: %w", err)
	}
	kept := false
	err = s.rewrite(ctx, codeKey(sum), func(before []byte) (edit, error) {
		j, err := decodeCode(before)
		kept = !errors.Is(err, ErrLater) && (err != nil || j.Of == of || !s.now().Before(j.Until))
		if !kept {
			return edit{}, nil
		}
		return edit{value: value}, nil // what is damaged is repaired
	})
	return kept, wrap("keep a code", err)
}

// CodeOf returns who gave a code that is still good, else the empty address.
// What cannot be read is no code. It asks the kernel each time: one small read.
func (s *Store) CodeOf(ctx context.Context, code string) (flows.Address, error) {
	sum := sha256.Sum256([]byte(code))
	found, err := s.kernel.Get(ctx, codeKey(sum))
	if err != nil {
		return "", fmt.Errorf("look for a code: %w", err)
	}
	j, err := decodeCode(found[0].Value)
	if err != nil || j.Sum != hex.EncodeToString(sum[:]) || !s.now().Before(j.Until) {
		return "", nil //nolint:nilerr // the learner asks for another one
	}
	return j.Of, nil
}

// decodeCode makes nobody's code of an empty value.
func decodeCode(value []byte) (codeJSON, error) {
	var j codeJSON
	err := decodeKept(value, &j, codeFormat)
	return j, err
}
