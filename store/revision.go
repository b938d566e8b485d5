package store

import (
	"context"
	"fmt"

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
