package content

import (
	"slices"
	"strings"
	"testing"
)

// Only a step with answers is offered one about another screen: where something is
// to be written, "1" is that.
func TestAnotherScreenIsAnAnswerAmongOthers(t *testing.T) {
	text := fixture(t, "tout.md")
	flow := loaded(t, folderWith(text)).Flows().Flows["tout"]
	if choices := flow.Step("appareil").Choices; len(choices) != 4 || !choices[3].Added {
		t.Errorf("a step with answers has %+v", choices)
	}
	asking := strings.Replace(text, "@refus Il manque", "@écran\n@refus Il manque", 1)
	_, problems := Load(folderWith(asking), sentencesOf(t))
	refused := func(p Problem) bool { return p.Code == cNoQuestion }
	if !slices.ContainsFunc(problems, refused) {
		t.Errorf("a step that asks to write may have it: %v", problems)
	}
	pictured := strings.Replace(text, "Quelle est votre adresse ?", "Quelle est votre adresse ?\n\n![Une page](telephone.svg)", 1)
	_, problems = Load(folderWith(pictured), sentencesOf(t))
	if slices.ContainsFunc(problems, func(p Problem) bool { return p.Code == cNoScreen }) {
		t.Errorf("a step that asks to write is to have it: %v", problems)
	}
}
