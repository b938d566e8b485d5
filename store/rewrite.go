package store

import "context"

// An edit is what becomes of a record: its next value, or none when it stays as
// it is, and what is done in the same write.
type edit struct {
	value []byte
	also  []Effect
}

// rewrite reads a record and writes what comes of its value, which is empty
// when it is not there. When another one wrote meanwhile it begins again, so next
// may run more than once.
func (s *Store) rewrite(ctx context.Context, key Key, next func(value []byte) (edit, error)) error {
	for {
		found, err := s.kernel.Get(ctx, key)
		if err != nil {
			return err
		}
		e, err := next(found[0].Value)
		if err != nil || e.value == nil {
			return err
		}
		reply, err := s.kernel.Apply(ctx, Write{
			Partition: key.Partition,
			Put:       &Put{Name: key.Name, Version: found[0].Version, Sum: Sum(found[0].Value), Value: e.value},
			Effects:   e.also,
		})
		if err != nil || reply.Refusal == NotRefused {
			return err
		}
	}
}

// decodeKept is decode of a value that may be empty, where nothing was kept yet:
// into then stays as it is.
func decodeKept(value []byte, into formatted, newest int) error {
	if len(value) == 0 {
		return nil
	}
	return decode(value, into, newest)
}
