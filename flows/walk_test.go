package flows_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"passerelle/flows"
)

// A turn tells the ways it takes through a lesson, and does the same as when
// nobody watches.
func TestWalked(t *testing.T) {
	sub := &flows.Flow{ID: "sub", Index: map[flows.StepID]int{"fin": 0}, Steps: []flows.Step{{ID: "fin", Text: true, End: flows.Succeeded}}}
	main := &flows.Flow{ID: "main", Index: map[flows.StepID]int{"quiz": 0, "si": 1, "sous": 2, "pause": 3, "fin": 4}, Steps: []flows.Step{
		{ID: "quiz", Text: true, Tries: 2, Choices: []flows.Choice{{ID: "non", To: "si"}, {ID: "oui", To: "si", Right: true}}},
		{ID: "si", Branches: []flows.Branch{{Name: flows.PointsName, Op: flows.GreaterOrEqual, Value: "1", Number: 1, Numeric: true, To: "pause"}}, Next: "sous"},
		{ID: "sous", Lesson: "sub", Next: "pause"},
		{ID: "pause", Text: true, Pause: &flows.Delay{Days: 1}, Next: "fin"},
		{ID: "fin", Text: true, End: flows.Succeeded},
	}}
	library := flows.NewLibrary(&flows.Revision{
		ID: "r1", Languages: []flows.Language{"fr"}, Flows: map[flows.FlowID]*flows.Flow{"main": main, "sub": sub},
		Readers: map[flows.Language]*flows.Readers{"fr": {}},
	})
	tests := []struct {
		name    string
		presses []int
		want    []flows.Key
	}{
		{"right at once", []int{1}, []flows.Key{"main.quiz", "main.quiz.choice.oui", "main.si", "main.si.branch.1", "main.pause"}},
		{"wrong twice", []int{0, 0}, []flows.Key{
			"main.quiz", "main.quiz.choice.non", "main.quiz.choice.non", "main.quiz.tries", "main.si", "main.si.else",
			"main.sous", "sub.fin", "main.sous.after", "main.pause",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var c flows.Conversation
			var got []flows.Key
			take := func(in flows.Input) {
				got = append(got, library.Walked(c, in)...)
				c, _, _ = library.Advance(c, in)
			}
			take(flows.Opened{Lesson: "main"})
			for _, press := range tt.presses {
				take(flows.Tapped{Turn: c.Question.Turn, Choice: press})
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("walked (-want +got):\n%s", diff)
			}
			got = nil
			take(flows.Elapsed{Timer: flows.PauseTimer, Mark: c.Turn})
			if diff := cmp.Diff([]flows.Key{"main.pause.after", "main.fin"}, got); diff != "" {
				t.Errorf("after the pause (-want +got):\n%s", diff)
			}
		})
	}
}
