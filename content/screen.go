package content

import (
	"passerelle/flows"
	"passerelle/flows/intent"
	"passerelle/locales"
)

// A step marked "@écran" shows a screen of a site or of a phone. Such screens
// change: its learners are offered to say that theirs is another one.

// different is the label of the answer that says so, folded.
func different(bundle *locales.Bundle) string {
	label, _, _ := bundle.Text(string(flows.DefaultLanguage), string(flows.KeyDifferent))
	return intent.Fold(label)
}

// screen marks the answer of a step that says that the screen is another one.
// Where an editor wrote answers but not this one, it is added. Whoever is asked
// to write gets none: "1" may be what they write.
func (b *builder) screen(s *step, out *flows.Step) {
	for i, a := range s.answers[:min(len(s.answers), len(out.Choices))] {
		if intent.Fold(a.label.text) == b.different {
			out.Choices[i].Different = true
			return
		}
	}
	if s.has(wScreen) && len(s.answers) > 0 {
		out.Choices = append(out.Choices, flows.Choice{ID: flows.DifferentID, To: out.ID, Different: true, Added: true})
	}
}
