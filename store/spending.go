package store

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// maxSpendings is how many names one day of [Store.Spend] has.
const maxSpendings = 64

// spentJSON is what was spent on a day, in the store.
type spentJSON struct {
	Format int              `json:"format"`
	Totals map[string]int64 `json:"t,omitempty"`
	// Calls are the latest that added, by names of their own.
	Calls []string `json:"c,omitempty"`
}

// maxCalls is how many calls are remembered: more than there are processes that
// may have lost an answer at once.
const maxCalls = 32

func (j *spentJSON) form() int { return j.Format }

// spentFormat is the form of a day's spending this release writes.
const spentFormat = 1

func decodeSpent(value []byte) (spentJSON, error) {
	var j spentJSON
	err := decodeKept(value, &j, spentFormat)
	return j, err
}

// spentKey is where a day lies: all of one day is one record, whoever spends.
func spentKey(day string) Key {
	name := "spent:" + day
	return Key{partition(name), name}
}

// Spend adds to the totals of a day and returns them all as they are then; with
// nothing to add it only reads. Names are short and not personal: "+33" may
// count money and "+33/segments" something else. A name beyond the 64th counts
// as "other", and one with a slash as "other" with what follows it. After an
// error nobody knows whether it was added. What is damaged stays so, and is an
// error: a budget that was spent is not given again.
func (s *Store) Spend(ctx context.Context, day string, add map[string]int64) (map[string]int64, error) {
	var totals map[string]int64
	call := rand.Text()[:10] // a write whose answer was lost is made again, and counts once
	err := s.rewrite(ctx, spentKey(day), func(value []byte) (edit, error) {
		kept, err := decodeSpent(value)
		if err != nil {
			return edit{}, err
		}
		if totals = kept.Totals; len(add) == 0 || slices.Contains(kept.Calls, call) {
			return edit{}, nil
		}
		totals = spent(totals, add)
		calls := append(kept.Calls, call)
		next, err := json.Marshal(spentJSON{Format: spentFormat, Totals: totals, Calls: calls[max(0, len(calls)-maxCalls):]})
		return edit{value: next}, err
	})
	if err != nil {
		return nil, fmt.Errorf("count what is spent: %w", err)
	}
	return totals, nil
}

// spent are totals with more added.
func spent(totals, add map[string]int64) map[string]int64 {
	if totals == nil {
		totals = make(map[string]int64, len(add))
	}
	for _, name := range slices.Sorted(maps.Keys(add)) {
		under := name
		if _, known := totals[name]; !known && len(totals) >= maxSpendings {
			under = other(name)
		}
		totals[under] += add[name]
	}
	return totals
}

// other is what a name counts as that has no place of its own.
func other(name string) string {
	_, what, ok := strings.Cut(name, "/")
	if !ok {
		return "other"
	}
	return "other/" + what
}
