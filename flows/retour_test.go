package flows

import "testing"

// RETOUR passes over a question that an editor took away since it was answered:
// nobody loses their lesson by it.
func TestBackOverAStepThatIsGone(t *testing.T) {
	k := newTalk(t, library())
	for _, text := range []string{"mail", "1"} {
		k.say(text)
	}
	k.lib = NewLibrary(newRevision("r2", []FlowID{"mail"}, without(mail(), "debut"), secret()), k.lib.newest)
	k.say("1")
	if f := k.c.Run[0]; f.Step != "adresse" || f.Revision != "r2" || len(f.Trail) != 2 {
		t.Fatalf("the learner stands at %+v", f)
	}
	k.expect("retour", "command mail.appareil[4] +reminder")
	k.expect("retour", "command bot.back.start mail.appareil[4] +reminder")
}
