package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"passerelle/flows"
)

// A Publication is one line of the history of what editors published. Lines
// are only ever added: to go back is to publish again what was before.
type Publication struct {
	Revision flows.RevisionID `json:"r"`
	// Previous was in force before, "" when nothing was.
	Previous flows.RevisionID `json:"p,omitempty"`
	At       time.Time        `json:"t"`
	By       string           `json:"b,omitempty"`
	Note     string           `json:"n,omitempty"`
	// Local are the lessons of the editor's own folder; all others came with
	// the program.
	Local []flows.FlowID `json:"l,omitempty"`
}

// A publicationJSON is a line of the history, as the store keeps it.
type publicationJSON struct {
	Format int `json:"format"`
	Publication
}

func (j *publicationJSON) form() int { return j.Format }

// publicationFormat is the form of a line this release writes.
const publicationFormat = 1

// A Force is the revision in force: the one new steps are taken from.
type Force struct {
	Revision flows.RevisionID
	// Published says that an editor put it in force. No server replaces it.
	Published bool
}

// currentName is the record that names the revision in force; publishedList is
// the history, in the same partition.
const (
	currentName   = "current"
	publishedList = "published"
)

// The forms of that record: of a server's own revision, and of a published one.
// A release that knows no publications refuses the second and overturns none.
const (
	ownFormat     = 1
	currentFormat = 2
)

// A currentJSON is the revision in force, as the store names it.
type currentJSON struct {
	Format   int              `json:"format"`
	Revision flows.RevisionID `json:"r"`
	At       time.Time        `json:"t"`
}

func (j *currentJSON) form() int { return j.Format }

func currentKey() Key { return Key{partition(currentName), currentName} }

// Propose puts a server's own revision in force, unless an editor published
// one. Save it first. Of several proposed at once the last one stays. [ErrLater]
// refuses to replace what a later release wrote.
func (s *Store) Propose(ctx context.Context, id flows.RevisionID) error {
	err := s.rewrite(ctx, currentKey(), func(value []byte) (edit, error) {
		before, err := decodeCurrent(value)
		switch {
		case errors.Is(err, ErrDamaged):
			return s.restored(ctx, id)
		case err != nil || before.Format == currentFormat:
			return edit{}, err
		}
		return s.forced(currentJSON{Format: ownFormat, Revision: id, At: s.now().UTC()})
	})
	return wrap("propose revision "+string(id), err)
}

// restored repairs the record of what is in force: with what was published
// last, else with a server's own revision.
func (s *Store) restored(ctx context.Context, own flows.RevisionID) (edit, error) {
	all, err := s.Published(ctx)
	if err != nil {
		return edit{}, err
	}
	if len(all) == 0 {
		return s.forced(currentJSON{Format: ownFormat, Revision: own, At: s.now().UTC()})
	}
	last := all[len(all)-1]
	return s.forced(currentJSON{Format: currentFormat, Revision: last.Revision, At: last.At})
}

// forced is the edit that names the revision in force.
func (s *Store) forced(j currentJSON, also ...Effect) (edit, error) {
	value, err := json.Marshal(j)
	return edit{value: value, also: also}, err
}

// Publish puts an editor's revision in force and adds it to the history, in one
// write: from now on [Store.Current] names it, in every process on the store.
// Save it first. Its instant and what was before are filled in.
func (s *Store) Publish(ctx context.Context, p Publication) (Publication, error) {
	p.At = s.now().UTC()
	err := s.rewrite(ctx, currentKey(), func(value []byte) (edit, error) {
		before, err := decodeCurrent(value)
		switch {
		case err != nil && !errors.Is(err, ErrDamaged): // what is damaged is repaired
			return edit{}, err
		case before.Format == currentFormat && before.Revision == p.Revision && before.At.Equal(p.At):
			return edit{}, nil // written before, and the answer was lost
		}
		p.Previous = before.Revision
		line, err := json.Marshal(publicationJSON{publicationFormat, p})
		if err != nil {
			return edit{}, err
		}
		return s.forced(currentJSON{Format: currentFormat, Revision: p.Revision, At: p.At},
			Push{List: publishedList, Entries: [][]byte{line}})
	})
	return p, wrap("publish revision "+string(p.Revision), err)
}

// Published is the history, oldest first.
func (s *Store) Published(ctx context.Context) ([]Publication, error) {
	lists, err := s.kernel.Range(ctx, 0, Key{partition(currentName), publishedList})
	if err != nil {
		return nil, fmt.Errorf("read what was published: %w", err)
	}
	all := make([]Publication, len(lists[0]))
	for i, line := range lists[0] {
		var j publicationJSON
		if err := decode(line, &j, publicationFormat); err != nil {
			return nil, fmt.Errorf("read what was published: %w", err)
		}
		all[i] = j.Publication
	}
	return slices.Clip(all), nil
}

// Current returns the revision in force, or [ErrUnknown] when there never was
// one. It asks the kernel each time: one small read.
func (s *Store) Current(ctx context.Context) (Force, error) {
	found, err := s.kernel.Get(ctx, currentKey())
	if err != nil {
		return Force{}, fmt.Errorf("read which revision is in force: %w", err)
	}
	j, err := decodeCurrent(found[0].Value)
	if err == nil && j.Revision == "" {
		err = ErrUnknown
	}
	return Force{Revision: j.Revision, Published: j.Format == currentFormat}, wrap("read which revision is in force", err)
}

// decodeCurrent makes nothing of an empty value.
func decodeCurrent(value []byte) (currentJSON, error) {
	var j currentJSON
	err := decodeKept(value, &j, currentFormat)
	if err == nil && len(value) > 0 && j.Revision == "" {
		err = ErrDamaged
	}
	if err != nil {
		return currentJSON{}, err
	}
	return j, nil
}

// Conversations calls visit with every conversation there is, each once, in no
// order, until visit fails; it then returns that error. One that cannot be read
// is left out. Visit does not call the store.
func (s *Store) Conversations(ctx context.Context, visit func(flows.Conversation) error) error {
	err := s.kernel.Scan(ctx, func(t Thing) error {
		if t.Record.Version == 0 || !isPlace(t.Name) {
			return nil
		}
		r, err := decodeRecord(t.Record)
		if err != nil {
			return nil //nolint:nilerr // told elsewhere, and nobody stands there
		}
		return visit(r.Conversation)
	})
	return wrap("read all conversations", err)
}
