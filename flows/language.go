package flows

import (
	"slices"

	"passerelle/flows/intent"
)

// arabic is the language told by its letters.
const arabic Language = "ar"

// overhear takes the language of somebody's first words, where only that can be
// meant: a greeting that only one language knows, or the letters of Arabic.
// Whoever is in danger reads at once what they can read.
func (t *turn) overhear(text string) {
	if t.c.Profile.Language != "" || !t.fresh() || t.commandIn(text) != intent.NoCommand {
		return
	}
	var found []Language
	for _, l := range t.lib.newest.Languages {
		greets := t.lib.newest.readers(l).Commands.Read(text) == intent.Start
		if greets || l == arabic && intent.Arabic(text) {
			found = append(found, l)
		}
	}
	if len(found) == 1 {
		t.c.Profile.Language = found[0]
	}
}

// speak takes a language of those that were offered, and tells whether it is
// still one. If not, the learner is asked again.
func (t *turn) speak(choice int) bool {
	picked := t.listed().Languages[choice]
	if !slices.Contains(t.lib.newest.Languages, picked) {
		t.ask(LanguageQuestion, KeyLanguage)
		return false
	}
	t.c.Profile.Language = picked
	t.say(KeyLanguageDone)
	return true
}

// lacks tells whether a lesson has no words in the learner's language, and so
// is said in French.
func (t *turn) lacks(lesson FlowID) bool {
	f := t.lib.newest.Flows[lesson]
	return f != nil && len(f.Languages) > 0 && !slices.Contains(f.Languages, t.language())
}
