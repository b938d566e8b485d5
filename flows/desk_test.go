package flows

import (
	"testing"
	"time"
)

var (
	lea  = Aidant{ID: "lea", Name: "Léa", Place: "Mairie de Creil"}
	hugo = Aidant{ID: "max", Name: "Max"}
)

// staffed returns a talk in the lesson, with a desk that answers.
func staffed(t *testing.T) *talk {
	t.Helper()
	lib := library()
	lib.Staffed = true
	k := newTalk(t, lib)
	k.say("mail")
	k.say("pret")
	return k
}

func TestAPersonIsAskedComesAndGoes(t *testing.T) {
	k := staffed(t)
	k.expect("aidant", "asked-person !asked-person +expiry +wait +offer bot.handoff.waiting -reminder")
	k.expect("je suis perdu", "to-person !to-person bot.handoff.noted")
	got := k.take(TookOver{At: k.at, Aidant: lea, Epoch: k.c.Epoch})
	k.compare("Léa takes over", got, "handled close -expiry -wait -offer +silence bot.handoff.hello")
	k.expect("bonjour", "to-person !to-person +silence +nudge +release")
	k.expect("menu", "to-person !to-person +silence")
	got = k.take(Wrote{At: k.at, Aidant: "lea", Epoch: k.c.Epoch, Text: "Bonjour !"})
	k.compare("Léa writes", got, "handled -nudge -release +silence bot.words")
	got = k.take(HandedBack{At: k.at, Aidant: "lea", Epoch: k.c.Epoch, Turn: k.c.Turn})
	k.compare("Léa hands back", got, "handled close -silence bot.handoff.returned mail.appareil[4] +reminder")
	if k.c.Mode != BotMode || k.c.Owner != (Aidant{}) || k.c.Request.Open() {
		t.Errorf("still with a person: %+v", k.c)
	}
}

func TestRetourGivesUpWaiting(t *testing.T) {
	k := staffed(t)
	k.say("aidant")
	k.expect("retour", "handoff-ended close -expiry -wait -offer bot.handoff.cancelled mail.appareil[4] +reminder")
}

func TestAStepThatCallsAPersonIsNotEnteredAgain(t *testing.T) {
	k := staffed(t)
	k.expect("bloque", "step mail.bloque !step +expiry +wait +offer bot.handoff.waiting -reminder")
	k.expect("retour", "handoff-ended close -expiry -wait -offer bot.handoff.cancelled mail.appareil[4] +reminder")
}

func TestWaitingIsNeverForgotten(t *testing.T) {
	k := staffed(t)
	k.say("aidant")
	epoch := k.c.Epoch
	elapse := func(timer Timer) string { return k.take(Elapsed{At: k.at, Timer: timer, Mark: epoch}) }
	k.compare("a quarter", elapse(WaitTimer), "reminded bot.handoff.still")
	k.compare("half an hour", elapse(OfferTimer), "reminded bot.handoff.offer[3]")
	k.expect("attendre", "understood +offer bot.handoff.still")
	k.compare("an hour", elapse(OfferTimer), "reminded bot.handoff.offer[3]")
	k.expect("2", "handoff-ended close -expiry -wait -offer bot.handoff.cancelled mail.appareil[4] +reminder")
	k.compare("an old timer", elapse(ExpiryTimer), "stale")
}

func TestARequestNobodyTakesExpires(t *testing.T) {
	k := staffed(t)
	k.say("aidant")
	got := k.take(Elapsed{At: k.at.Add(7 * 24 * time.Hour), Timer: ExpiryTimer, Mark: k.c.Epoch})
	k.compare("a week", got, "handoff-ended close -expiry -wait -offer bot.handoff.expired bot.menu[3]")
}

func TestAnOwnerWhoDoesNotAnswerLosesTheConversation(t *testing.T) {
	k := staffed(t)
	k.say("aidant")
	k.take(TookOver{At: k.at, Aidant: lea, Epoch: k.c.Epoch})
	k.say("il y a quelqu'un ?")
	epoch := k.c.Epoch
	got := k.take(Elapsed{At: k.at, Timer: NudgeTimer, Mark: epoch})
	k.compare("ten minutes", got, "unanswered !unanswered")
	got = k.take(Elapsed{At: k.at, Timer: ReleaseTimer, Mark: epoch})
	k.compare("twenty", got, "unanswered -silence -nudge -release !asked-person +expiry +wait +offer bot.handoff.released")
	got = k.take(Wrote{At: k.at, Aidant: "lea", Epoch: epoch, Text: "trop tard"})
	k.compare("Léa writes", got, "late")
}

func TestASilentLearnerGoesBackToTheBot(t *testing.T) {
	k := staffed(t)
	k.take(TookOver{At: k.at, Aidant: lea, Epoch: k.c.Epoch})
	got := k.take(Elapsed{At: k.at, Timer: SilenceTimer, Mark: k.c.Epoch})
	k.compare("a day", got, "handoff-ended close -silence bot.handoff.silence mail.appareil[4] +reminder")
}

func TestRacesAtTheDesk(t *testing.T) {
	t.Run("two take over: one wins, twice the same is one", func(t *testing.T) {
		k := staffed(t)
		k.say("aidant")
		seen := k.c.Epoch
		k.take(TookOver{At: k.at, Aidant: lea, Epoch: seen})
		k.compare("Max", k.take(TookOver{At: k.at, Aidant: hugo, Epoch: seen}), "late")
		k.compare("Léa again", k.take(TookOver{At: k.at, Aidant: lea, Epoch: seen}), "handled")
		if k.c.Owner != lea {
			t.Errorf("owner %+v", k.c.Owner)
		}
	})
	t.Run("the learner cancels while somebody takes", func(t *testing.T) {
		k := staffed(t)
		k.say("aidant")
		seen := k.c.Epoch
		k.say("retour")
		k.compare("Léa", k.take(TookOver{At: k.at, Aidant: lea, Epoch: seen}), "late")
	})
	t.Run("the learner writes while the aidant hands back", func(t *testing.T) {
		k := staffed(t)
		k.take(TookOver{At: k.at, Aidant: lea, Epoch: k.c.Epoch})
		seen := k.c.Turn
		k.say("attendez")
		got := k.take(HandedBack{At: k.at, Aidant: "lea", Epoch: k.c.Epoch, Turn: seen})
		k.compare("hands back", got, "late")
		if k.c.Mode != HumanMode {
			t.Errorf("mode %q", k.c.Mode)
		}
	})
	t.Run("a colleague who was passed the conversation is in charge", func(t *testing.T) {
		k := staffed(t)
		k.take(TookOver{At: k.at, Aidant: lea, Epoch: k.c.Epoch})
		seen := k.c.Epoch
		got := k.take(Transferred{At: k.at, Aidant: "lea", Epoch: seen, To: hugo})
		k.compare("passes", got, "handled +silence bot.handoff.transferred")
		k.compare("Léa", k.take(Wrote{At: k.at, Aidant: "lea", Epoch: seen}), "late")
		k.compare("Max", k.take(Wrote{At: k.at, Aidant: "max", Epoch: k.c.Epoch}), "handled +silence bot.words")
		k.compare("Max lets go", k.take(Released{At: k.at, Aidant: "max", Epoch: k.c.Epoch}),
			"handled -silence !handled +expiry +wait +offer bot.handoff.released")
	})
}

func TestNobodySpeaksAfterStop(t *testing.T) {
	k := staffed(t)
	k.take(TookOver{At: k.at, Aidant: lea, Epoch: k.c.Epoch})
	seen := k.c.Epoch
	k.expect("stop", "stop hush close -silence bot.stop")
	k.compare("Léa writes", k.take(Wrote{At: k.at, Aidant: "lea", Epoch: seen, Text: "oui ?"}), "late")
	k.compare("Léa takes", k.take(TookOver{At: k.at, Aidant: lea, Epoch: k.c.Epoch}), "late")
}
