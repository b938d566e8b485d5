package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"passerelle/flows"
)

// Counts returns what was counted of a lesson, over all learners. The numbers
// grow in the same write as the turns they count, so each turn counts once.
// There are as many as the lesson had questions, ends and territories: nobody
// from outside can add one.
func (s *Store) Counts(ctx context.Context, lesson flows.FlowID) (map[flows.Counter]int64, error) {
	members, err := s.kernel.Members(ctx, countsOf+string(lesson), 0)
	if err != nil {
		return nil, fmt.Errorf("read what was counted: %w", err)
	}
	counts := map[flows.Counter]int64{}
	for _, m := range members {
		counts[counterOf(lesson, m.Name)] += m.Score
	}
	return counts, nil
}

// raises are the effects that count, one for each lesson.
func raises(counters []flows.Counter) []Effect {
	members := map[flows.FlowID][]string{}
	for _, c := range counters {
		members[c.Flow] = append(members[c.Flow], memberOf(c))
	}
	var effects []Effect
	for _, lesson := range slices.Sorted(maps.Keys(members)) {
		effects = append(effects, Raise{Set: countsOf + string(lesson), Members: members[lesson]})
	}
	return effects
}

// memberOf is the name of a counter in the set of its lesson.
func memberOf(c flows.Counter) string {
	return string(c.What) + "/" + string(c.Step) + "/" + c.Territory
}

// counterOf is the counter of that name.
func counterOf(lesson flows.FlowID, name string) flows.Counter {
	what, rest, _ := strings.Cut(name, "/")
	step, territory, _ := strings.Cut(rest, "/")
	return flows.Counter{Flow: lesson, Step: flows.StepID(step), What: flows.Counted(what), Territory: territory}
}
