package flows

import (
	"testing"
	"time"
)

// Whoever answers after a day is told what they are learning, once.
func TestAnAnswerADayLater(t *testing.T) {
	k := newTalk(t, library())
	k.say("mail")
	k.at = k.at.Add(recallAfter)
	k.expect("pret", "understood bot.recall mail.appareil[4] +reminder")
	k.at = k.at.Add(recallAfter - time.Second)
	k.expect("zut", "not-understood bot.unclear[4] +reminder")
	k.at = k.at.Add(recallAfter)
	k.expect("zut", "not-understood bot.recall bot.hint[4] +reminder")
	k.at = k.at.Add(recallAfter)
	got := k.take(Tapped{At: k.at, Turn: k.c.Question.Turn, Choice: 1})
	k.compare("a button", got, "understood bot.recall mail.adresse +reminder")
}

// A reminder said since then told them; what has a sentence of its own needs no
// other.
func TestWhatIsNotRecalled(t *testing.T) {
	t.Run("after a reminder", func(t *testing.T) {
		k := newTalk(t, library())
		k.say("mail")
		k.at = k.at.Add(recallAfter)
		k.take(Elapsed{At: k.at, Timer: ReminderTimer, Mark: k.c.Run[0].Entered * reminders})
		k.at = k.at.Add(time.Hour)
		k.expect("pret", "understood mail.appareil[4] +reminder")
	})
	for _, tt := range []struct{ before, text, want string }{
		{"pause", "me voici", "command bot.resume mail.debut[2] +reminder"},
		{"menu", "1", "understood bot.resume mail.debut[2] +reminder"},
		{"encore", "aide", "command mail.debut.hint.1[2] +reminder"},
		{"encore", "menu", "command bot.menu[3] -reminder"},
	} {
		t.Run(tt.before+", "+tt.text, func(t *testing.T) {
			k := newTalk(t, library())
			k.say("mail")
			k.say(tt.before)
			k.at = k.at.Add(72 * time.Hour)
			k.expect(tt.text, tt.want)
		})
	}
	t.Run("after a planned pause", func(t *testing.T) {
		k := newTalk(t, library())
		for _, text := range []string{"mail", "1", "1", "a@b.fr", "1", "1"} {
			k.say(text)
		}
		k.at = k.at.Add(48 * time.Hour)
		k.expect("zut", "not-understood bot.planned[2]")
	})
	t.Run("a conversation of before", func(t *testing.T) {
		k := newTalk(t, library())
		k.say("mail")
		k.c.Spoken = 0
		k.at = k.at.Add(72 * time.Hour)
		k.expect("pret", "understood mail.appareil[4] +reminder")
	})
}

// A doubt that was asked back days ago is about the lesson too; the line comes
// once.
func TestADoubtIsRecalledOnce(t *testing.T) {
	k := newTalk(t, library())
	k.say("mail")
	k.c.Question.Of, k.c.Question.Kind = StepQuestion, DoubtQuestion
	k.at = k.at.Add(recallAfter)
	k.expect("zut", "not-understood bot.recall bot.unclear[2] +reminder")
}

// Words that answer the question before are known for what they are: a message
// that came twice, or late. That is no miss the first time.
func TestAnAnswerToTheQuestionBefore(t *testing.T) {
	k := newTalk(t, library())
	k.say("mail")
	k.say("pret")
	k.expect("Prêt !", "stale bot.old mail.appareil[4] +reminder")
	k.expect("pret", "not-understood bot.hint[4] +reminder")
	if k.c.Misses != 2 {
		t.Errorf("%d misses, want 2", k.c.Misses)
	}
	k.expect("ordinateur", "understood mail.adresse +reminder")
	k.expect("ordinateur", "stale bot.old mail.adresse +reminder")
	k.expect("pret", "refused mail.adresse.hint.1 +reminder") // two questions ago
	k.expect("a@b.fr", "understood mail.secret secret.mots[2] -reminder")
	k.expect("ordinateur", "not-understood bot.unclear[2]") // of the lesson around this one
}

// What fits the question that waits, or might, is an answer to that one.
func TestWordsThatFitBothQuestions(t *testing.T) {
	flow := newFlow("mail",
		Step{ID: "un", Choices: []Choice{{ID: "oui"}, {ID: "portable"}}},
		Step{ID: "deux", Choices: []Choice{{ID: "oui"}, {ID: "telephone portable"}, {ID: "ordinateur portable"}}},
		Step{ID: "trois", Choices: []Choice{{ID: "merci"}}},
	)
	lib := NewLibrary(newRevision("r1", []FlowID{"mail"}, flow))
	for _, tt := range []struct{ text, want string }{
		{"oui", "understood mail.trois[1]"},
		{"portable", "not-understood bot.unclear[3]"},
	} {
		t.Run(tt.text, func(t *testing.T) {
			k := newTalk(t, lib)
			k.say("mail")
			k.say("oui")
			k.expect(tt.text, tt.want)
		})
	}
}

func TestContact(t *testing.T) {
	k := newTalk(t, library())
	k.expect("contact", "greeted bot.welcome bot.contact bot.menu[2]")
	k.say("1")
	k.expect("Contact ?", "command bot.contact[2] +reminder")
	k.expect("pret", "understood mail.appareil[4] +reminder")
	k.say("pause")
	k.expect("contact", "command bot.contact")
	k.say("aidant")
	k.expect("contact", "command bot.contact")
	k.take(TookOver{At: k.at, Aidant: lea, Epoch: k.c.Epoch})
	k.expect("contact", "to-person !to-person +silence +nudge +release")
	k.say("stop")
	k.expect("contact", "silent")
}
