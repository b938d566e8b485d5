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
	err = s.rewrite(ctx, noteKey(name), func(value []byte) (edit, error) {
		if _, err := decodeNote(value); err != nil && !errors.Is(err, ErrDamaged) {
			return edit{}, err
		}
		return edit{value: text}, nil // what is damaged is repaired
	})
	return wrap("note "+name, err)
}

// Noted returns the text noted last under a name, "" when there is none. It
// asks the kernel each time: one small read.
func (s *Store) Noted(ctx context.Context, name string) (string, error) {
	found, err := s.kernel.Get(ctx, noteKey(name))
	if err != nil {
		return "", fmt.Errorf("read the note %s: %w", name, err)
	}
	value, err := decodeNote(found[0].Value)
	return value, wrap("read the note "+name, err)
}

func decodeNote(value []byte) (string, error) {
	var j noteJSON
	err := decodeKept(value, &j, noteFormat)
	return j.Value, err
}
