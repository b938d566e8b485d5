package bolt

import (
	"context"

	"passerelle/store"
)

// bareName is what the names of records begin with that belong to nobody.
const bareName = "bare:"

// Bare puts bytes under a name by one put, and does nothing else: no version is
// compared. It returns once the bytes are durable, and shares the transaction
// of all who write at the same time. It is what benchmarks compare a turn with,
// on the same disk, by the same writer. A nil value takes the name away.
func (k *Kernel) Bare(ctx context.Context, name string, value []byte) error {
	name = bareName + name
	partition := int(store.Sum([]byte(name)) % store.Partitions)
	return k.submit(ctx, "put bare bytes", func(t table) error {
		if value == nil {
			return t.data.Delete(dataKey(partition, name, recordKey, ""))
		}
		return t.setRecord(partition, name, store.Versioned{Version: 1, Value: value})
	})
}
