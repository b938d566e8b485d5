package flows

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"passerelle/flows/intent"
)

func TestWordsThatMayBeSecretAreNotKept(t *testing.T) {
	flow := mail()
	flow.Steps[1].Discreet = true
	lib := NewLibrary(newRevision("r1", []FlowID{"mail"}, flow, secret()))
	for _, tt := range []struct{ text, heard string }{
		{"ordinateur", "ordinateur"},
		{"2", "2"},
		{"aide", "aide"},
		{"tulipe ordinateur-chat7!", hidden},
		{"zut", hidden},
	} {
		t.Run(tt.text, func(t *testing.T) {
			k := newTalk(t, lib)
			k.say("mail")
			k.say("pret")
			after, _, outcome := lib.Advance(k.c, Said{At: k.at, Text: tt.text})
			if outcome.Heard != tt.heard {
				t.Errorf("heard %q, want %q", outcome.Heard, tt.heard)
			}
			if tt.heard == hidden && after.Run[0].Step != "appareil" {
				t.Errorf("words around an answer were taken for it")
			}
		})
	}
}

// Where a person was asked for at a discreet step, words around an answer are
// no answer either; a label is, and stays readable after a doubt.
func TestDiscreetWhileWaitingAndInDoubt(t *testing.T) {
	flow := mail()
	flow.Steps[1].Discreet = true
	k := newTalk(t, NewLibrary(newRevision("r1", []FlowID{"mail"}, flow, secret())))
	for _, text := range []string{"mail", "pret", "aidant"} {
		k.say(text)
	}
	k.expect("tulipe ordinateur-chat7!", "to-person !to-person bot.handoff.noted.nobody")
	k.expect("ordinateur", "understood close -expiry bot.handoff.cancelled mail.adresse +reminder")
	k.say("retour")
	k.say("tulipe ordinateur-chat7!")
	if k.c.Question.Kind != DoubtQuestion {
		t.Fatalf("not asked back: %+v", k.c.Question)
	}
	_, _, outcome := k.lib.Advance(k.c, Said{At: k.at, Text: "android"})
	if outcome.Heard != "android" {
		t.Errorf("heard %q", outcome.Heard)
	}
}

func TestAQuizCountsOnce(t *testing.T) {
	k := newTalk(t, library())
	for _, text := range []string{"mail", "1", "1", "a@b.fr", "1", "personne", "retour", "personne", "retour"} {
		k.say(text)
	}
	if got := len(k.c.Run[0].Won); got != 1 {
		t.Errorf("%d points for one quiz", got)
	}
	k.say("voisin")
	k.say("voisin")
	if got := len(k.c.Run[0].Won); got != 0 {
		t.Errorf("%d points for a quiz lost at last", got)
	}
}

func TestBackAtTheBeginningOfALessonInALesson(t *testing.T) {
	flow := newFlow("mail", Step{ID: "intro"}, Step{ID: "secret", Lesson: "secret"}, Step{ID: "fini", End: Succeeded})
	k := newTalk(t, NewLibrary(newRevision("r1", []FlowID{"mail"}, flow, secret())))
	k.say("mail")
	k.expect("retour", "command bot.back.start secret.mots[2]")
	if len(k.c.Run) != 2 {
		t.Errorf("the run is lost: %+v", k.c.Run)
	}
}

func TestAQuestionAskedBackIsRemembered(t *testing.T) {
	k := newTalk(t, library())
	k.say("mail")
	k.c.Question.Of, k.c.Question.Kind = StepQuestion, DoubtQuestion
	got := k.take(Elapsed{At: k.at, Timer: ReminderTimer, Mark: k.c.Run[0].Entered * reminders})
	k.compare("a day", got, "reminded bot.reminder +reminder")
}

func TestADoubtOnWhatIsNoLongerThere(t *testing.T) {
	k := newTalk(t, library())
	k.say("mail")
	k.c.Question = Question{Kind: DoubtQuestion, Of: LanguageQuestion, Choice: 7, Turn: k.c.Turn}
	k.expect("oui", "not-understood bot.unclear[2]")
}

func TestAsidesAskYesAndNoAgain(t *testing.T) {
	k := newTalk(t, library())
	for _, text := range []string{"mail", "1", "1", "a@b.fr", "1", "1"} {
		k.say(text)
	}
	k.expect("où", "command bot.where bot.planned[2]")
	k.expect("menu", "command bot.menu[3]")
	k.expect("retour", "command bot.planned[2]")
	if !k.c.Run[0].Planned {
		t.Error("the appointment is lost")
	}
}

// Where nobody answers, a learner who waits is never trapped.
func TestWaitingWhereNobodyAnswers(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"ordinateur", "understood close -expiry bot.handoff.cancelled mail.adresse +reminder"},
		{"aide", "handoff-ended close -expiry bot.handoff.cancelled mail.appareil[4] +reminder"},
		{"bonjour", "handoff-ended close -expiry bot.handoff.cancelled mail.appareil[4] +reminder"},
		{"je suis perdue", "to-person !to-person bot.handoff.noted.nobody"},
		{"langue", "command bot.language[2]"},
	} {
		t.Run(tt.text, func(t *testing.T) {
			k := newTalk(t, library())
			k.say("mail")
			k.say("pret")
			k.say("aidant")
			k.expect(tt.text, tt.want)
		})
	}
	k := newTalk(t, library())
	k.say("mail")
	k.say("aidant")
	k.say("langue")
	k.expect("English", "understood bot.language.done bot.handoff.nobody")
	if k.c.Mode != WaitingMode || k.c.Profile.Language != "en" {
		t.Errorf("mode %q, language %q", k.c.Mode, k.c.Profile.Language)
	}
}

func TestTheWayBackAfterStop(t *testing.T) {
	k := newTalk(t, library())
	k.say("mail")
	k.say("stop")
	k.expect("merci", "silent")
	k.expect("Bonjour, je veux continuer", "start bot.start mail.debut[2] +reminder")
	k.say("stop")
	got := k.take(Opened{At: k.at, Lesson: "secret"})
	k.compare("a link to a lesson", got, "began bot.start secret.mots[2]")
}

func TestAnAidantsWordsHoldNoSecretAndKeepHer(t *testing.T) {
	k := staffed(t)
	k.take(TookOver{At: k.at, Aidant: lea, Epoch: k.c.Epoch})
	_, effects, _ := k.lib.Advance(k.c, Wrote{
		At: k.at, Aidant: "lea", Epoch: k.c.Epoch, Text: "Votre carte 4539 5787 6362 1486" + strings.Repeat("a", 2000),
	})
	if got := describe(effects); got != "+silence bot.words" {
		t.Errorf("effects %s", got)
	}
	words := effects[1].(Say).Args[0].Value
	if strings.Contains(words, "4539") || len(words) > 1100 {
		t.Errorf("said %q", words)
	}
}

// A conversation filled to all its caps still is a small record.
func TestConversationAtItsCaps(t *testing.T) {
	long := StepID(strings.Repeat("s", 32))
	frame := Frame{Flow: FlowID(long), Step: long, Revision: "0123456789abcdef", Entered: 1 << 40, Planned: true}
	frame.Won = make([]StepID, 0, MaxQuizzes)
	for range 2 * MaxQuizzes {
		frame.win(StepID(rune('a'+len(frame.Won))) + long[1:])
	}
	for i := range 2 * MaxAnswers {
		frame.keep(Answer{
			Name: strings.Repeat("n", 31) + string(rune('a'+i)), Value: shorten(strings.Repeat("é", 500)),
			Label: Key(strings.Repeat("k", 100)),
		})
	}
	for range MaxTrail {
		frame.Trail = append(frame.Trail, long)
	}
	k := newTalk(t, library())
	for range MaxDepth {
		k.c.Run = append(k.c.Run, frame)
	}
	play := turn{lib: k.lib, c: k.c}
	for i := range 2 * MaxProgress {
		play.progress(Progress{Flow: FlowID(string(rune('a'+i)) + string(long[1:])), Ending: Succeeded, Points: 20, At: monday.Add(time.Nanosecond)})
	}
	for range 2 * MaxLearned {
		play.learned(FlowID(string(rune('a'+len(play.c.Reminders.Lessons))) + string(long[1:])))
	}
	for i := range MaxReminders {
		id := DeadlineID(string(rune('a'+i)) + string(long[1:]))
		play.c.Reminders.On = append(play.c.Reminders.On, Subscription{Deadline: id, Since: 20261128, Told: 20261128})
	}
	play.changed()
	data, err := json.Marshal(play.c)
	if err != nil {
		t.Fatal(err)
	}
	if len(data) > 16<<10 {
		t.Errorf("%d bytes", len(data))
	}
}

func TestCommandsOfTheLessonsLanguageAlwaysWork(t *testing.T) {
	lib := library()
	lib.newest.Readers["en"].Commands = intent.CompileCommands([]intent.CommandWords{
		{Command: intent.Person, Words: []string{"person"}},
	})
	k := newTalk(t, lib)
	k.say("mail")
	k.c.Profile.Language = "en"
	for _, word := range []string{"person", "AIDANT"} {
		after, _, outcome := lib.Advance(k.c, Said{At: k.at, Text: word})
		if after.Mode != WaitingMode || outcome.Reason != AskedPerson {
			t.Errorf("%s: mode %q, %s", word, after.Mode, outcome.Reason)
		}
	}
}
