package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// A noteJSON is a note in the store.
type noteJSON struct {
	Format int    `json:"format"`
	Value  string `json:"v,omitempty"`
}

func (j *noteJSON) form() int { return j.Format }

// noteFormat is the form of a note this release writes.
const noteFormat = 1

func noteKey(name string) Key { return Key{partition(name), "note:" + name} }

// Note keeps a small text under a name, for every process on the store: neither
// may be personal, and errors tell the name. Of
// several noted at once the last one stays; the empty one forgets. [ErrLater]
// refuses to replace what a later release wrote.
func (s *Store) Note(ctx context.Context, name, value string) error {
	text, err := json.Marshal(noteJSON{Format: noteFormat, Value: value})
	if err != nil {
		return fmt.Errorf("note %s: %w", name, err)
	}
	for {
		done, err := s.note(ctx, noteKey(name), text)
		if err != nil || done {
			return wrap("note "+name, err)
		}
	}
}

// note tries once; it is not done when another one was noted meanwhile. A note
// that is damaged is repaired by the new one.
func (s *Store) note(ctx context.Context, key Key, text []byte) (done bool, err error) {
	before, _, err := s.readNote(ctx, key)
	if err != nil && !errors.Is(err, ErrDamaged) {
		return false, err
	}
	reply, err := s.kernel.Apply(ctx, Write{
		Partition: key.Partition,
		Put:       &Put{Name: key.Name, Version: before.Version, Sum: Sum(before.Value), Value: text},
	})
	return reply.Refusal == NotRefused, err
}

// Noted returns the text noted last under a name, "" when there is none. It
// asks the kernel each time: one small read.
func (s *Store) Noted(ctx context.Context, name string) (string, error) {
	_, value, err := s.readNote(ctx, noteKey(name))
	return value, wrap("read the note "+name, err)
}

func (s *Store) readNote(ctx context.Context, key Key) (Versioned, string, error) {
	found, err := s.kernel.Get(ctx, key)
	if err != nil || found[0].Version == 0 {
		return Versioned{}, "", err
	}
	var j noteJSON
	err = decode(found[0].Value, &j, noteFormat)
	return found[0], j.Value, err
}
