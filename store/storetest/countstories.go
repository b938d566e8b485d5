package storetest

import (
	"strconv"

	"passerelle/flows"
	"passerelle/store"
)

// countStories are what the store promises of counters.
func countStories() []story {
	return []story{
		{"a turn is counted once", countedOnce},
		{"learners are counted together", countedTogether},
		{"lessons are counted apart", countedApart},
	}
}

// counter is a counter of the lesson "mail".
func counter(step flows.StepID, what flows.Counted) flows.Counter {
	return flows.Counter{Flow: "mail", Step: step, What: what}
}

// counts reads what was counted of a lesson as a new process would.
func (s *scene) counts(lesson flows.FlowID) map[flows.Counter]int64 {
	s.Helper()
	return can[map[flows.Counter]int64](s)(s.another().Counts(s.Context(), lesson))
}

func countedOnce(s *scene) {
	of := []flows.Counter{counter("a", flows.CountPassed), counter("b", flows.CountAsked), counter("b", flows.CountAsked)}
	stale := s.load()
	s.commitWith("m1", func(t *flows.Turn) { t.Effects = append(t.Effects, flows.Count{Of: of}) })
	for _, id := range []string{"m1", "m2"} {
		late := Turn(stale, id, s.now, "ok")
		late.Effects = append(late.Effects, flows.Count{Of: of})
		if _, err := s.store.Commit(s.Context(), stale, late); err == nil {
			s.Errorf("%s was taken from a record of the past", id)
		}
	}
	s.is("counts", s.counts("mail"), map[flows.Counter]int64{of[0]: 1, of[1]: 2})
}

func countedTogether(s *scene) {
	one := counter("a", flows.CountAsked)
	for i := range 40 {
		a := flows.Address("phone:" + strconv.Itoa(i))
		before := can[store.Record](s)(s.store.Load(s.Context(), a))
		turn := Turn(before, "m1", s.now, "ok")
		turn.Effects = append(turn.Effects, flows.Count{Of: []flows.Counter{one}})
		can[store.Committed](s)(s.store.Commit(s.Context(), before, turn))
	}
	s.is("counts", s.counts("mail"), map[flows.Counter]int64{one: 40})
}

func countedApart(s *scene) {
	later := flows.Counter{Flow: "rights", What: flows.CountAlone, Territory: "971"}
	of := []flows.Counter{counter("a", flows.CountEnded), later, {Flow: "rights", What: flows.CountAlone, Territory: "03"}}
	s.commitWith("m1", func(t *flows.Turn) { t.Effects = append(t.Effects, flows.Count{Of: of}) })
	s.is("one lesson", s.counts("mail"), map[flows.Counter]int64{of[0]: 1})
	s.is("the other", s.counts("rights"), map[flows.Counter]int64{later: 1, of[2]: 1})
	s.is("a third", s.counts("job"), map[flows.Counter]int64{})
}
