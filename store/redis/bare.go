package redis

import (
	"context"
	"fmt"

	"passerelle/store"
)

// bareKind is the kind of a key that holds bytes and belongs to nobody.
const bareKind = 'b'

// Bare puts bytes under a name by one SET, and does nothing else: no version is
// compared, and nothing is tried again or confirmed by a replica. It is what
// benchmarks compare a turn with, on the same servers, by the same client.
// [Kernel.Scan] does not see such a name; a nil value takes it away.
func (k *Kernel) Bare(ctx context.Context, name string, value []byte) error {
	at := key(int(store.Sum([]byte(name))%store.Partitions), bareKind, name)
	var err error
	if value == nil {
		err = k.client.Del(ctx, at).Err()
	} else {
		err = k.client.Set(ctx, at, value, 0).Err()
	}
	if err != nil {
		return fmt.Errorf("put bare bytes: %w", explain(err))
	}
	return nil
}
