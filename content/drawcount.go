package content

import (
	"strconv"

	"passerelle/flows"
)

// What came of a step, as the store counted it: how often it was asked, how
// often an answer led on, how many answers were wrong or not understood, how
// often the screen was another one, and how many never went on from here.

// mostCounted is how many lines of a box the numbers take.
const mostCounted = 2

// counted are the numbers of a step in words, or nothing where nobody came.
func (s *sketch) counted(step *flows.Step) string {
	n := func(what flows.Counted) int64 {
		return s.counts[flows.Counter{Flow: s.flow.ID, Step: step.ID, What: what}]
	}
	text := func(n int64) string { return strconv.FormatInt(max(n, 0), 10) }
	asked, passed, ended := n(flows.CountAsked), n(flows.CountPassed), n(flows.CountEnded)
	switch {
	case ended > 0:
		return s.say("counts.end", "count", text(ended))
	case asked == 0:
		return ""
	}
	return s.say("counts", "asked", text(asked), "passed", text(passed), "failed", text(n(flows.CountFailed)),
		"different", text(n(flows.CountDifferent)), "left", text(asked-passed))
}
