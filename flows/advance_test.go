package flows

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A talk plays a conversation and writes down what came of it, one line an
// effect, so that a test reads like a story.
type talk struct {
	t   *testing.T
	lib *Library
	c   Conversation
	at  time.Time
}

func newTalk(t *testing.T, lib *Library) *talk {
	t.Helper()
	return &talk{t: t, lib: lib, c: Conversation{Address: "phone:demo"}, at: monday}
}

func (k *talk) take(in Input) string {
	k.t.Helper()
	after, effects, outcome := k.lib.Advance(k.c, in)
	k.c = after
	if len(effects) > MaxEffects {
		k.t.Errorf("%d effects in one turn", len(effects))
	}
	return strings.TrimSpace(string(outcome.Reason) + " " + describe(effects))
}

func (k *talk) say(text string) string {
	k.t.Helper()
	return k.take(Said{At: k.at, Text: text})
}

// expect says a text and compares what came of it.
func (k *talk) expect(text, want string) {
	k.t.Helper()
	k.compare(text, k.say(text), want)
}

func (k *talk) compare(what, got, want string) {
	k.t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		k.t.Fatalf("after %q (-want +got):\n%s", what, diff)
	}
}

func describe(effects []Effect) string {
	var words []string
	for _, e := range effects {
		switch e := e.(type) {
		case Say:
			word := string(e.Key)
			if len(e.Choices) > 0 {
				word += fmt.Sprintf("[%d]", len(e.Choices))
			}
			words = append(words, word)
		case Alert:
			words = append(words, "!"+string(e.Reason))
		case Schedule:
			words = append(words, "+"+string(e.Timer))
		case Cancel:
			words = append(words, "-"+string(e.Timer))
		case Close:
			words = append(words, "close")
		case Hush:
			words = append(words, "hush")
		}
	}
	return strings.Join(words, " ")
}

func TestALessonFromGreetingToItsEnd(t *testing.T) {
	k := newTalk(t, library())
	k.expect("bonjour", "greeted bot.welcome bot.menu[2]")
	k.expect("1", "began mail.debut[2] +reminder")
	k.expect("pret", "understood mail.appareil[4] +reminder")
	k.expect("androïd", "understood mail.adresse +reminder")
	k.expect("marie.dupont arobase laposte.net", "understood mail.secret secret.mots[2] -reminder")
	k.expect("choisi", "understood secret.fini mail.quiz[2] +reminder")
	k.expect("voisin", "understood mail.quiz.choice.voisin.reply mail.quiz[2] +reminder")
	k.expect("personne", "understood mail.quiz.choice.personne.reply mail.demain +pause -reminder")
	got := k.take(Elapsed{At: k.at.Add(24 * time.Hour), Timer: PauseTimer, Mark: k.c.Run[0].Entered})
	k.compare("the night", got, "resumed mail.note mail.bravo bot.later.may[2]")
	want := []Progress{
		{Flow: "secret", Ending: Succeeded, At: monday},
		{Flow: "mail", Ending: Succeeded, Points: 1, At: monday.Add(24 * time.Hour)},
	}
	if diff := cmp.Diff(want, k.c.Progress); diff != "" {
		t.Errorf("progress (-want +got):\n%s", diff)
	}
}

func TestWhatWasKeptIsSaid(t *testing.T) {
	k := newTalk(t, library())
	for _, text := range []string{"bonjour", "1", "1", "ordinateur", "A.B@Laposte.net", "1", "1"} {
		k.say(text)
	}
	_, effects, _ := k.lib.Advance(k.c, Elapsed{At: k.at, Timer: PauseTimer, Mark: k.c.Run[0].Entered})
	var args []Arg
	for _, e := range effects {
		if s, ok := e.(Say); ok && s.Key == "mail.bravo" {
			args = s.Args
		}
	}
	want := []Arg{{Name: "adresse", Value: "a.b@laposte.net"}}
	if diff := cmp.Diff(want, args); diff != "" {
		t.Errorf("arguments (-want +got):\n%s", diff)
	}
}

func TestTheLadder(t *testing.T) {
	t.Run("choices", func(t *testing.T) {
		k := newTalk(t, library())
		k.say("bonjour")
		k.say("1")
		k.expect("azerty", "not-understood bot.unclear[2] +reminder")
		k.expect("qsdfgh", "not-understood mail.debut.hint.1[2] +reminder")
		k.expect("wxcvbn", "not-understood bot.example[2] +reminder")
		k.expect("poiuyt", "not-understood !not-understood +expiry bot.handoff.hard bot.handoff.nobody -reminder")
		if k.c.Mode != WaitingMode || k.c.Request.Reason != NotUnderstood {
			t.Errorf("mode %q, request %+v", k.c.Mode, k.c.Request)
		}
	})
	t.Run("typed, and discreet", func(t *testing.T) {
		k := newTalk(t, library())
		for _, text := range []string{"bonjour", "1", "1", "1"} {
			k.say(text)
		}
		_, _, outcome := k.lib.Advance(k.c, Said{At: k.at, Text: "je ne dirai rien"})
		if outcome.Heard != "•••" {
			t.Errorf("heard %q", outcome.Heard)
		}
		k.expect("rien", "refused mail.adresse.refusal +reminder")
		k.expect("rien", "refused mail.adresse.hint.1 +reminder")
		k.expect("rien", "refused bot.refused.email +reminder")
		k.expect("rien", "not-understood !not-understood +expiry bot.handoff.hard bot.handoff.nobody -reminder")
	})
	t.Run("an answer in between starts it again", func(t *testing.T) {
		k := newTalk(t, library())
		k.say("bonjour")
		k.say("1")
		k.say("azerty")
		k.say("azerty")
		k.say("pret")
		k.expect("azerty", "not-understood bot.unclear[4] +reminder")
	})
}

func TestCommands(t *testing.T) {
	for _, tt := range []struct{ command, want string }{
		{"AIDE", "command mail.appareil.hint.1[4] +reminder"},
		{"encore", "command mail.appareil[4] +reminder"},
		{"Où ?", "command bot.where[4] +reminder"},
		{"retour", "command mail.debut[2] +reminder"},
		{"PAUSE", "command bot.rest -reminder"},
		{"menu", "command bot.menu[3] -reminder"},
		{"langue", "command bot.language[2] -reminder"},
		{"aidant", "asked-person !asked-person +expiry bot.handoff.nobody -reminder"},
		{"stop", "stop hush bot.stop -reminder"},
		{"bonjour", "command mail.appareil[4] +reminder"},
	} {
		t.Run(tt.command, func(t *testing.T) {
			flow := mail()
			flow.Steps[1].Hints = 1
			k := newTalk(t, NewLibrary(newRevision("r1", []FlowID{"mail"}, flow, secret())))
			k.say("bonjour")
			k.say("mail")
			k.say("pret")
			k.expect(tt.command, tt.want)
		})
	}
}

func TestAfterPauseAnythingGoesOn(t *testing.T) {
	k := newTalk(t, library())
	k.say("mail")
	k.say("pause")
	k.expect("coucou", "command bot.resume mail.debut[2] +reminder")
}

func TestAfterStopOnlySilence(t *testing.T) {
	k := newTalk(t, library())
	k.say("mail")
	k.say("STOP")
	for _, text := range []string{"aide", "menu", "1", "mon mot de passe est Tulipe2026!", "stop"} {
		k.expect(text, "silent")
	}
	k.expect("BONJOUR", "start bot.start mail.debut[2] +reminder")
}

func TestASecretIsMaskedAndWarnedAbout(t *testing.T) {
	k := newTalk(t, library())
	k.say("mail")
	_, _, outcome := k.lib.Advance(k.c, Said{At: k.at, Text: "ma carte 4970 1012 3456 7890 est à moi: 4539578763621486"})
	if strings.Contains(outcome.Heard, "4539578763621486") {
		t.Errorf("heard %q", outcome.Heard)
	}
	k.expect("ma carte 4539 5787 6362 1486", "secret bot.secret mail.debut[2] +reminder")
	for range 2 {
		k.say("ma carte 4539 5787 6362 1486")
	}
	k.expect("ma carte 4539 5787 6362 1486", "secret bot.secret !secret +expiry bot.handoff.hard bot.handoff.nobody -reminder")
}

func TestAStaleButtonIsAnsweredKindly(t *testing.T) {
	k := newTalk(t, library())
	k.say("mail")
	old := k.c.Question.Turn
	k.say("pret")
	got := k.take(Tapped{At: k.at, Turn: old, Choice: 0})
	k.compare("a press on the old button", got, "stale bot.stale mail.appareil[4] +reminder")
	got = k.take(Tapped{At: k.at, Turn: k.c.Question.Turn, Choice: 1})
	k.compare("a press", got, "understood mail.adresse +reminder")
}

func TestNoEndlessNotYet(t *testing.T) {
	k := newTalk(t, library())
	k.say("mail")
	k.say("pret")
	for i := range MaxAgain - 1 {
		if got := k.say("inconnu"); !strings.Contains(got, "mail.appareil[4]") {
			t.Fatalf("time %d: %s", i, got)
		}
	}
	k.expect("inconnu", "going-round mail.appareil.choice.inconnu.reply !going-round +expiry bot.handoff.nobody -reminder")
}

func TestRemindersThenSilence(t *testing.T) {
	k := newTalk(t, library())
	k.say("mail")
	mark := k.c.Run[0].Entered * reminders
	got := k.take(Elapsed{At: k.at, Timer: ReminderTimer, Mark: mark})
	k.compare("a day", got, "reminded bot.reminder +reminder")
	got = k.take(Elapsed{At: k.at, Timer: ReminderTimer, Mark: mark + 1})
	k.compare("three days", got, "reminded bot.reminder -reminder")
	got = k.take(Elapsed{At: k.at, Timer: ReminderTimer, Mark: mark})
	k.compare("an old timer", got, "stale")
}

func TestAPlannedPauseMayBeLeftEarly(t *testing.T) {
	k := newTalk(t, library())
	for _, text := range []string{"mail", "1", "1", "a@b.fr", "1", "1"} {
		k.say(text)
	}
	k.expect("merci", "not-understood bot.planned[2]")
	k.expect("non", "understood bot.planned.no")
	k.expect("merci", "not-understood bot.planned[2]")
	k.expect("oui", "understood -pause mail.note mail.bravo bot.later.may[2]")
}

// The step of a pause is gone when its time comes: the learner, who was to be
// called, is called to where the lesson goes on.
func TestAPlannedPauseOfALostRevision(t *testing.T) {
	k := newTalk(t, library())
	for _, text := range []string{"mail", "1", "1", "a@b.fr", "1", "1"} {
		k.say(text)
	}
	k.lib = NewLibrary(newRevision("r2", []FlowID{"mail"}, without(mail(), "demain"), secret()))
	got := k.take(Elapsed{At: k.at, Timer: PauseTimer, Mark: k.c.Run[0].Entered})
	k.compare("the night", got, "resumed mail.quiz[2] +reminder")
}

func TestBackThroughASubLesson(t *testing.T) {
	k := newTalk(t, library())
	for _, text := range []string{"mail", "1", "1", "a@b.fr"} {
		k.say(text)
	}
	k.expect("retour", "command mail.adresse +reminder")
	k.expect("retour", "command mail.appareil[4] +reminder")
	k.expect("retour", "command mail.debut[2] +reminder")
	k.expect("retour", "command bot.back.start mail.debut[2] +reminder")
}

func TestTheMenuKeepsTheLesson(t *testing.T) {
	k := newTalk(t, library())
	k.say("mail")
	k.say("pret")
	k.expect("menu", "command bot.menu[3] -reminder")
	k.expect("1", "understood bot.resume mail.appareil[4] +reminder")
	k.say("menu")
	k.expect("2", "began mail.debut[2] +reminder")
	k.say("menu")
	k.expect("3", "asked-person !asked-person +expiry bot.handoff.nobody")
}

func TestHowFarItIs(t *testing.T) {
	k := newTalk(t, library())
	left := func() string {
		_, effects, _ := k.lib.Advance(k.c, Said{At: k.at, Text: "où"})
		return effects[0].(Say).Args[1].Value
	}
	got := []string{}
	for _, text := range []string{"mail", "pret", "1", "a@b.fr", "1"} {
		k.say(text)
		got = append(got, left())
	}
	if diff := cmp.Diff([]string{"5", "4", "3", "2", "1"}, got); diff != "" {
		t.Errorf("questions left (-want +got):\n%s", diff)
	}
}
