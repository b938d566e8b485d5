package bot

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"passerelle/content"
	"passerelle/flows"
)

// A standing tells how many learners stand on a step that another edition does
// not have, and what becomes of them.
type standing struct {
	content.Landing
	Learners int `json:"learners"`
}

// standing looks through all conversations.
func (h *house) standing(ctx context.Context, next *content.Edition) ([]standing, error) {
	type spot struct {
		revision flows.RevisionID
		flow     flows.FlowID
		step     flows.StepID
	}
	learners := map[spot]int{}
	err := h.store.Conversations(ctx, func(c flows.Conversation) error {
		for _, f := range c.Run {
			learners[spot{f.Revision, f.Flow, f.Step}]++
		}
		return nil
	})
	if err != nil {
		return nil, unopened(h.config.place(), err)
	}
	var all []standing
	for at, n := range learners {
		e, err := h.shelf.edition(ctx, at.revision)
		if err != nil {
			e = h.shelf.newest() // the engine will look there, too
		}
		if landing, moves := e.Land(next, at.flow, at.step); moves {
			all = add(all, standing{landing, n})
		}
	}
	slices.SortFunc(all, func(a, b standing) int {
		return strings.Compare(string(a.Lesson.Text(a.Step)), string(b.Lesson.Text(b.Step)))
	})
	return all, nil
}

// add adds learners to those on the same step of another revision.
func add(all []standing, one standing) []standing {
	for i := range all {
		if all[i].Lesson == one.Lesson && all[i].Step == one.Step {
			all[i].Learners += one.Learners
			all[i].On = append(all[i].On, one.On...)
			slices.Sort(all[i].On)
			all[i].On = slices.Compact(all[i].On)
			return all
		}
	}
	return append(all, one)
}

// line says it in words.
func (s standing) line(w words) string {
	on := make([]string, len(s.On))
	for i, id := range s.On {
		on[i] = string(id)
	}
	args := []string{
		"count", strconv.Itoa(s.Learners), "lesson", string(s.Lesson), "step", string(s.Step),
		"steps", strings.Join(on, ", "), "replaced", string(s.Replaced),
	}
	switch {
	case len(on) == 0:
		return w.say("publish.stand.stay", args...)
	case s.Replaced != "":
		return w.say("publish.stand.replaced", args...)
	}
	return w.say("publish.stand.go", args...)
}
