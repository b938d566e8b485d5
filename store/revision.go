package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"passerelle/flows"
)

// revisionKey is where an archive lies. Revisions are spread over partitions
// like everything else.
func revisionKey(id flows.RevisionID) Key {
	return Key{partition(string(id)), "revision:" + string(id)}
}

// SaveRevision keeps the archive of a revision. Saving it again changes
// nothing: an id is the hash of what it names. Revisions are never removed, so
// whatever a record or a transcript names can be had.
func (s *Store) SaveRevision(ctx context.Context, id flows.RevisionID, archive []byte) error {
	k := revisionKey(id)
	_, err := s.kernel.Apply(ctx, Write{
		Partition: k.Partition,
		Put:       &Put{Name: k.Name, Value: archive},
		Effects:   []Effect{Place{Set: revisionSet, Member: string(id), Score: score(s.now())}},
	})
	return wrap("save a revision", err)
}

// Revision returns the archive of a revision, or [ErrUnknown].
func (s *Store) Revision(ctx context.Context, id flows.RevisionID) ([]byte, error) {
	found, err := s.kernel.Get(ctx, revisionKey(id))
	if err != nil {
		return nil, fmt.Errorf("read revision %s: %w", id, err)
	}
	if found[0].Version == 0 {
		return nil, fmt.Errorf("read revision %s: %w", id, ErrUnknown)
	}
	return found[0].Value, nil
}

// Revisions lists the revisions, oldest first.
func (s *Store) Revisions(ctx context.Context) ([]flows.RevisionID, error) {
	members, err := s.kernel.Members(ctx, revisionSet, 0)
	if err != nil {
		return nil, fmt.Errorf("list the revisions: %w", err)
	}
	ids := make([]flows.RevisionID, len(members))
	for i, m := range members {
		ids[i] = flows.RevisionID(m.Name)
	}
	return ids, nil
}

// currentName is the record that names the revision in force.
const currentName = "current"

// currentFormat is the form of that record this release writes.
const currentFormat = 1

// A currentJSON is the revision in force, as the store names it.
type currentJSON struct {
	Format   int              `json:"format"`
	Revision flows.RevisionID `json:"r"`
	At       time.Time        `json:"t"`
}

func (j *currentJSON) form() int { return j.Format }

// Publish puts a revision in force: from now on [Store.Current] names it, in
// every process on the store. Save it first. Of several published at once the
// last one stays. [ErrLater] refuses to replace what a later release wrote.
func (s *Store) Publish(ctx context.Context, id flows.RevisionID) error {
	value, err := json.Marshal(currentJSON{Format: currentFormat, Revision: id, At: s.now().UTC()})
	if err != nil {
		return fmt.Errorf("publish revision %s: %w", id, err)
	}
	for {
		done, err := s.publish(ctx, value)
		if err != nil || done {
			return wrap("publish revision "+string(id), err)
		}
	}
}

// publish tries once; it is not done when another one was published meanwhile.
// A record that is damaged is repaired by the new one.
func (s *Store) publish(ctx context.Context, value []byte) (done bool, err error) {
	before, _, err := s.readCurrent(ctx)
	if err != nil && !errors.Is(err, ErrDamaged) {
		return false, err
	}
	reply, err := s.kernel.Apply(ctx, Write{
		Partition: partition(currentName),
		Put:       &Put{Name: currentName, Version: before.Version, Sum: Sum(before.Value), Value: value},
	})
	return reply.Refusal == NotRefused, err
}

// Current returns the revision in force, or [ErrUnknown] when none was ever
// published. It asks the kernel each time: one small read.
func (s *Store) Current(ctx context.Context) (flows.RevisionID, error) {
	found, id, err := s.readCurrent(ctx)
	if err == nil && found.Version == 0 {
		err = ErrUnknown
	}
	return id, wrap("read which revision is in force", err)
}

// readCurrent reads the record that names the revision in force, if there is
// one.
func (s *Store) readCurrent(ctx context.Context) (Versioned, flows.RevisionID, error) {
	found, err := s.kernel.Get(ctx, Key{partition(currentName), currentName})
	if err != nil {
		return Versioned{}, "", err
	}
	id, err := decodeCurrent(found[0])
	return found[0], id, err
}

func decodeCurrent(v Versioned) (flows.RevisionID, error) {
	if v.Version == 0 {
		return "", nil
	}
	var j currentJSON
	if err := decode(v.Value, &j, currentFormat); err != nil {
		return "", err
	}
	if j.Revision == "" {
		return "", ErrDamaged
	}
	return j.Revision, nil
}
