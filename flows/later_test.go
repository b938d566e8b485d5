package flows

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// short is a lesson of one question, by any name.
func short(id FlowID) *Flow {
	return newFlow(id, Step{ID: "debut", Choices: []Choice{{ID: "pret"}, {ID: "tard", To: "tard"}}},
		Step{ID: "fini", End: Succeeded}, Step{ID: "tard", End: Stopped})
}

// learning is a talk with a learner who has just finished a first lesson.
func learning(t *testing.T) *talk {
	t.Helper()
	k := newTalk(t, NewLibrary(newRevision("r1", []FlowID{"caf", "cv"}, short("caf"), short("cv"))))
	k.expect("caf", "began bot.welcome caf.debut[2]")
	k.expect("pret", "understood caf.fini bot.later.may[2]")
	return k
}

// asked has the timer of the question run out so many days after the lesson.
func (k *talk) asked(days int, want string) {
	k.t.Helper()
	k.at = monday.AddDate(0, 0, days)
	k.compare("the question", k.take(Elapsed{At: k.at, Timer: LaterTimer, Mark: uint64(k.c.Reminders.Ask)}), want)
}

// counted says a text and returns what it counted.
func (k *talk) counted(text string) []Counter {
	k.t.Helper()
	after, effects, _ := k.lib.Advance(k.c, Said{At: k.at, Text: text})
	k.c = after
	for _, e := range effects {
		if c, ok := e.(Count); ok {
			return c.Of
		}
	}
	return nil
}

func TestDidYouDoItAlone(t *testing.T) {
	for _, tt := range []struct {
		text, next string
		what       Counted
		after      QuestionKind
	}{
		{"seul", "", CountAlone, MenuQuestion},
		{"2", "", CountHelped, MenuQuestion},
		{"pas encore", "oui", CountNotYet, StepQuestion},
		{"pas encore", "non", CountNotYet, MenuQuestion},
	} {
		t.Run(tt.text+tt.next, func(t *testing.T) {
			k := learning(t)
			k.expect("oui", "understood bot.later.yes bot.menu.next[3] +later")
			k.c.Profile.Commune = "97410"
			k.asked(30, "reminded bot.later[3]")
			want := []Counter{{Flow: "caf", What: tt.what, Territory: "974"}}
			if diff := cmp.Diff(want, k.counted(tt.text)); diff != "" {
				t.Errorf("counted (-want +got):\n%s", diff)
			}
			if tt.next != "" {
				k.say(tt.next)
			}
			if k.c.Question.Kind != tt.after || len(k.c.Reminders.Lessons) != 0 {
				t.Errorf("%+v, %+v", k.c.Question, k.c.Reminders)
			}
		})
	}
}

// It is asked once in a life whether it may be asked, and changed in the list.
func TestWhoSaysNoIsNotAsked(t *testing.T) {
	k := learning(t)
	k.expect("aide", "command bot.help bot.later.may[2]")
	k.expect("non", "understood bot.later.no bot.menu.next[3]")
	k.say("caf")
	k.expect("pret", "understood caf.fini bot.menu.next[3]")
	k.say("mes rappels")
	k.expect("question", "understood bot.reminders[6]")
	k.say("menu")
	k.say("caf")
	k.expect("pret", "understood caf.fini bot.menu.next[3] +later")
	k.say("mes rappels")
	k.expect("question", "understood bot.reminders[6] -later")
}

func TestWhoLeavesTheQuestionIsNotAsked(t *testing.T) {
	k := learning(t)
	k.expect("menu", "command bot.menu[3]")
	k.say("cv")
	k.expect("pret", "understood cv.fini bot.menu.next[3]")
	k.say("cv")
	k.expect("tard", "understood cv.tard bot.menu.next[3]")
}

// The question waits until the learner is between two lessons, for two weeks.
func TestTheQuestionComesAtAGoodMoment(t *testing.T) {
	k := learning(t)
	k.say("oui")
	k.say("cv")
	k.asked(30, "stale +later")
	k.asked(31, "stale +later")
	k.expect("tard", "understood bot.recall cv.tard bot.menu.next[3]")
	k.asked(32, "reminded bot.later[3]")

	k = learning(t)
	k.say("oui")
	k.say("cv")
	k.asked(46, "stale")
	if k.c.Reminders.Ask != 0 || len(k.c.Reminders.Lessons) != 0 {
		t.Errorf("it still waits: %+v", k.c.Reminders)
	}
}

// Two lessons of one day are asked about on two days, and a lesson that is no
// longer there never.
func TestOneQuestionADay(t *testing.T) {
	k := learning(t)
	k.say("oui")
	k.say("cv")
	k.expect("pret", "understood cv.fini bot.menu.next[3]")
	k.asked(30, "reminded bot.later[3] +later")
	k.expect("seul", "understood bot.later.thanks bot.menu[3]")
	if want := DateOf(monday).Add(31); k.c.Reminders.Ask != want {
		t.Errorf("the next on %s, want %s", k.c.Reminders.Ask, want)
	}
	k.lib = NewLibrary(newRevision("r2", []FlowID{"caf"}, short("caf")))
	k.asked(31, "stale")
}

func TestOnlyAFewLessonsAreAskedAbout(t *testing.T) {
	play := turn{lib: library(), at: monday}
	for _, lesson := range []FlowID{"a", "b", "c", "d", "b", "e", "f"} {
		play.at = play.at.Add(24 * time.Hour)
		play.learned(lesson)
	}
	var got []FlowID
	for _, l := range play.c.Reminders.Lessons {
		got = append(got, l.Flow)
	}
	if diff := cmp.Diff([]FlowID{"d", "b", "e", "f"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTerritories(t *testing.T) {
	for commune, want := range map[string]string{
		"60100": "60", "01000": "01", "97410": "974", "98800": "988", "20000": "2A", "20137": "2A", "20200": "2B", "20620": "2B",
		"": "inconnu", "Creil": "inconnu", "6010": "inconnu",
	} {
		if got := (Profile{Commune: commune}).territory(); got != want {
			t.Errorf("%q is in %q, want %q", commune, got, want)
		}
	}
}

// An old button loses neither question, and what asks for the lesson of a month
// ago says until when it is of use: it is not taken away once the learner wrote.
func TestAnOldButtonLosesNoQuestion(t *testing.T) {
	k := learning(t)
	k.compare("an old button", k.take(Tapped{At: k.at, Turn: 1}), "stale bot.stale bot.later.may[2]")
	k.say("oui")
	k.at = monday.AddDate(0, 0, 30)
	after, effects, _ := k.lib.Advance(k.c, Elapsed{At: k.at, Timer: LaterTimer, Mark: uint64(k.c.Reminders.Ask)})
	k.c = after
	if say := effects[0].(Say); say.Until != DateOf(k.at).Add(askLate) {
		t.Errorf("of use until %s", say.Until)
	}
	k.compare("the menu above", k.take(Tapped{At: k.at, Turn: 2}), "stale bot.stale bot.later[3]")
	k.expect("1", "understood bot.later.thanks bot.menu[3]")
}
