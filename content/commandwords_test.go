package content

import (
	"testing"

	"passerelle/flows/intent"
)

// No word means two commands: neither in one language, nor by STOP, which is
// obeyed in all of them.
func TestNoWordIsTwoCommands(t *testing.T) {
	bundle := sentencesOf(t)
	for _, language := range bundle.Languages() {
		all := commands(bundle, language)
		for _, command := range allCommands {
			for _, word := range commandWords(bundle, language, command).Words {
				if got := all.Read(word); got != command {
					t.Errorf("%s: %q stands for %q, and is read as %q", language, word, command, got)
				}
			}
		}
	}
}

// Commands as people write them. "Arrêtez !" may mean many things: it rests,
// which harms nobody; "arrêt" ends all messages, for the law wants it.
func TestCommandsPeopleWrite(t *testing.T) {
	bundle := sentencesOf(t)
	want := map[intent.Command][]string{
		intent.Stop: {
			"stop 🛑", "🛑 STOP 🛑", "stop message", "Stop les messages !", "stop maintenant", "arrêt", "ARRET", "stop messages svp", "stop now",
		},
		intent.Pause:  {"arrete", "ARRETE !", "arrêtez svp", "arrêter", "Arrêtez 🙏", "pause ☕"},
		intent.Start:  {"bjr", "Slt !", "bonjour 👋"},
		intent.Menu:   {"menu 🙂"},
		intent.Person: {"aidant 🙏"},
	}
	for _, language := range bundle.Languages() {
		all := commands(bundle, language)
		for command, texts := range want {
			for _, text := range texts {
				if got := all.Read(text); got != command {
					t.Errorf("%s: %q is read as %q, want %q", language, text, got, command)
				}
			}
		}
	}
}

// Whoever has done what a step asks says so in a few ways: none is a dead end.
func TestConfirmationsOfLessons(t *testing.T) {
	edition := builtIn(t)
	asked := 0
	for id, flow := range edition.Flows().Flows {
		for _, step := range flow.Steps {
			reader := step.Readers["fr"]
			done := reader.Read("c'est fait")
			if done.Reason != intent.ExactLabel {
				continue
			}
			asked++
			for _, reply := range []string{"ok", "oui", "voilà", "c bon", "👍", "d'accord", "ça marche", "j'y suis", "suite"} {
				if got := reader.Read(reply); got.Choice != done.Choice || !got.Sure {
					t.Errorf("%s: %q is read as %+v", id.Text(step.ID), reply, got)
				}
			}
		}
	}
	if asked < 10 {
		t.Errorf("only %d steps ask for a deed", asked)
	}
}
