package content

import (
	"slices"
	"strconv"

	"passerelle/flows"
	"passerelle/flows/flowstest"
	"passerelle/flows/intent"
)

// inputs lists what a learner may do at a node to go on, in the order in which
// it is tried.
func (d *drafter) inputs(n *node) []string {
	c := n.player.Conversation()
	if n.over() {
		return nil
	}
	top := c.Run[len(c.Run)-1]
	step := d.stage.edition.revision.Flows[top.Flow].Step(top.Step)
	var all []string
	switch {
	case step == nil:
	case c.Question.Kind == flows.PauseQuestion && step.Pause != nil:
		all = append(all, "~ "+flowstest.FormatDelay(*step.Pause))
	case c.Question.Kind == flows.StepQuestion && step.Ask != intent.NoType:
		for _, value := range d.values(step) {
			all = append(all, "> "+value)
		}
	default:
		for i := range n.player.Buttons() {
			all = append(all, ">> "+strconv.Itoa(i+1))
		}
	}
	return all
}

// values are answers a question in the learner's own words takes: those that
// comparisons look for, and a usual one.
func (d *drafter) values(s *flows.Step) []string {
	var all []string
	switch s.Ask {
	case intent.YesNo:
		return []string{"oui", "non"}
	case intent.Number:
		for _, value := range d.compared[s.Keep] {
			if n, err := strconv.Atoi(value); err == nil {
				all = append(all, value, strconv.Itoa(n+1), strconv.Itoa(max(n-1, 0)))
			}
		}
		all = append(all, "12")
	case intent.Text, intent.Date, intent.Phone, intent.Email, intent.Postcode:
		all = append(append(all, d.compared[s.Keep]...), usualAnswer(s.Ask))
	case intent.NoType:
	}
	return all
}

// usualAnswer is what a learner called Camille answers.
func usualAnswer(t intent.Type) string {
	switch t {
	case intent.Date:
		return "12/03/1980"
	case intent.Phone:
		return "06 39 98 12 34"
	case intent.Email:
		return "camille@exemple.fr"
	case intent.Postcode:
		return "60100"
	case intent.Text, intent.Number, intent.YesNo, intent.NoType:
	}
	return "Camille"
}

// comparisons lists, by name, what the comparisons of all lessons compare to.
func comparisons(r *flows.Revision) map[string][]string {
	all := map[string][]string{}
	for _, id := range sortedKeys(r.Flows) {
		flow := r.Flows[flows.FlowID(id)]
		for i := range flow.Steps {
			for _, b := range flow.Steps[i].Branches {
				if !slices.Contains(all[b.Name], b.Value) {
					all[b.Name] = append(all[b.Name], b.Value)
				}
			}
		}
	}
	return all
}
