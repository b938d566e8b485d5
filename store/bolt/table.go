package bolt

import (
	"bytes"
	"encoding/binary"

	"go.etcd.io/bbolt"
)

// The kinds of key in the bucket "data", after partition, name and a zero byte.
const (
	counterKey = 'c'
	headKey    = 'h' // of a list: its first place, and the one after its last
	listKey    = 'l' // followed by the place in the list: an entry
	recordKey  = 'r'
	scoreKey   = 's' // followed by the set: the score of the member
)

// A table is the two buckets within one transaction. Keys and values it
// returns are good until the transaction ends.
type table struct {
	data, index *bbolt.Bucket
}

func tableOf(tx *bbolt.Tx) table {
	return table{data: tx.Bucket(dataBucket), index: tx.Bucket(indexBucket)}
}

// dataKey is a key in the bucket "data".
func dataKey(partition int, name string, kind byte, rest string) []byte {
	k := make([]byte, 0, 2+len(name)+2+len(rest)+8)
	k = binary.BigEndian.AppendUint16(k, uint16(partition)) //nolint:gosec // checked: below store.Partitions
	k = append(k, name...)
	k = append(k, 0, kind)
	return append(k, rest...)
}

// indexKey is a key in the bucket "index". Scores are never negative.
func indexKey(set string, score int64, partition int, member string) []byte {
	k := make([]byte, 0, len(set)+1+8+2+len(member))
	k = append(k, set...)
	k = append(k, 0)
	k = binary.BigEndian.AppendUint64(k, uint64(score))     //nolint:gosec // checked: not negative
	k = binary.BigEndian.AppendUint16(k, uint16(partition)) //nolint:gosec // checked: below store.Partitions
	return append(k, member...)
}

// A list names a list in its partition.
type list struct {
	partition int
	name      string
}

func (l list) key(kind byte) []byte { return dataKey(l.partition, l.name, kind, "") }

// place is the key of one entry. The latest entries come first, beside the
// head: what one turn changes then lies on one page, or on few.
func (l list) place(n uint64) []byte { return binary.BigEndian.AppendUint64(l.key(listKey), ^n) }

// bounds returns the first place of a list and the one after its last, as the
// list's head says. Places follow one another: lists grow at the end and
// shrink at the front.
func (t table) bounds(l list) (first, end uint64) {
	v := t.data.Get(l.key(headKey))
	if len(v) != 16 {
		return 0, 0
	}
	return binary.BigEndian.Uint64(v), binary.BigEndian.Uint64(v[8:])
}

// setBounds writes the head of a list; an empty list has none.
func (t table) setBounds(l list, first, end uint64) error {
	if first == end {
		return t.data.Delete(l.key(headKey))
	}
	v := binary.BigEndian.AppendUint64(make([]byte, 0, 16), first)
	return t.data.Put(l.key(headKey), binary.BigEndian.AppendUint64(v, end))
}

// entries reads the first entries of a list, all when limit is 0.
func (t table) entries(l list, limit int) [][]byte {
	first, end := t.bounds(l)
	if limit > 0 {
		end = min(end, first+uint64(limit))
	}
	var found [][]byte
	for ; first < end; first++ {
		v := t.data.Get(l.place(first))
		if v == nil {
			break
		}
		found = append(found, bytes.Clone(v))
	}
	return found
}

// push adds entries at the end of a list.
func (t table) push(l list, entries [][]byte) error {
	first, end := t.bounds(l)
	for _, entry := range entries {
		if err := t.data.Put(l.place(end), entry); err != nil {
			return err
		}
		end++
	}
	return t.setBounds(l, first, end)
}

// cut removes entries at the front of a list until only keep are left.
func (t table) cut(l list, keep uint64) error {
	first, end := t.bounds(l)
	if end-first <= keep {
		return nil
	}
	for ; end-first > keep; first++ {
		place := l.place(first)
		if t.data.Get(place) == nil { // a damaged head may promise any number
			return ErrDamaged
		}
		if err := t.data.Delete(place); err != nil {
			return err
		}
	}
	return t.setBounds(l, first, end)
}

// score returns the score of a member of a set.
func (t table) score(set string, partition int, member string) (int64, bool) {
	v := t.data.Get(dataKey(partition, member, scoreKey, set))
	if v == nil {
		return 0, false
	}
	return int64(binary.BigEndian.Uint64(v)), true //nolint:gosec // was never negative
}

// put gives a member that score.
func (t table) put(set string, partition int, member string, score int64) error {
	old, ok := t.score(set, partition, member)
	if ok && old == score {
		return nil
	}
	if ok {
		if err := t.index.Delete(indexKey(set, old, partition, member)); err != nil {
			return err
		}
	}
	v := binary.BigEndian.AppendUint64(nil, uint64(score)) //nolint:gosec // checked: not negative
	if err := t.data.Put(dataKey(partition, member, scoreKey, set), v); err != nil {
		return err
	}
	return t.index.Put(indexKey(set, score, partition, member), nil)
}

// remove takes a member out of a set.
func (t table) remove(set string, partition int, member string) error {
	old, ok := t.score(set, partition, member)
	if !ok {
		return nil
	}
	if err := t.index.Delete(indexKey(set, old, partition, member)); err != nil {
		return err
	}
	return t.data.Delete(dataKey(partition, member, scoreKey, set))
}
