package flows

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passerelle/flows/intent"
)

// longMenu is a library with topics: one lesson that helps to choose, three
// about mail on two pages, one about work.
func longMenu() *Library {
	ids := []FlowID{"guide", "mail", "letter", "box", "work"}
	var made []*Flow
	for _, id := range ids {
		made = append(made, newFlow(id, Step{ID: "a", Choices: []Choice{{ID: "oui"}}}, Step{ID: "z", End: Stopped}))
	}
	r := newRevision("r1", ids, made...)
	r.First = "guide"
	r.Topics = []Topic{
		{ID: "courrier", Pages: [][]FlowID{{"mail", "letter"}, {"box"}}},
		{ID: "emploi", Pages: [][]FlowID{{"work"}}},
	}
	for _, l := range r.Languages {
		readers := r.Readers[l]
		readers.Menu = choices("Aide au choix", "Courrier", "Emploi", "Parler à une personne")
		readers.MenuOn = choices("Continuer", "Aide au choix", "Courrier", "Emploi", "Parler à une personne")
		readers.Lessons = choices("guide", "mail", "letter", "box", "work")
		readers.Topics = map[TopicID][]*intent.Choices{
			"courrier": {choices("mail", "letter", "Plus", "Autre chose"), choices("box", "Autre chose")},
			"emploi":   {choices("work", "Autre chose")},
		}
	}
	return NewLibrary(r)
}

func TestALongMenuHasTopics(t *testing.T) {
	k := newTalk(t, longMenu())
	k.expect("bonjour", "greeted bot.welcome bot.menu.topics[4]")
	k.expect("2", "understood bot.menu.lessons[4]")
	k.expect("plus", "understood bot.menu.lessons[2]")
	k.expect("encore", "command bot.menu.lessons[2]")
	k.expect("qsdfgh", "not-understood bot.unclear[2]")
	k.expect("retour", "command bot.menu.topics[4]")
	k.expect("emploi", "understood bot.menu.lessons[2]")
	k.expect("autre chose", "understood bot.menu.topics[4]")
	k.expect("1", "began guide.a[1]")
	k.expect("menu", "command bot.menu.topics[5]")
	k.expect("3", "understood bot.menu.lessons[4]")
	k.expect("2", "began letter.a[1]")
	k.expect("menu", "command bot.menu.topics[5]")
	k.expect("continuer", "understood bot.resume letter.a[1]")
	k.expect("oui", "understood letter.z bot.menu.next[4]")
	k.expect("4", "asked-person !asked-person +expiry bot.handoff.nobody")
}

func TestALessonIsOpenedByItsNameFromAnywhere(t *testing.T) {
	for _, tt := range []struct {
		name string
		said []string
		last string
		want string
	}{
		{"at first", nil, "work", "began bot.welcome work.a[1]"},
		{"from the topics", []string{"bonjour"}, "work", "began work.a[1]"},
		{"from another topic", []string{"bonjour", "2"}, "work", "began work.a[1]"},
		{"from the page before", []string{"bonjour", "2"}, "box", "began box.a[1]"},
		{"a topic at first", nil, "emploi", "greeted bot.welcome bot.menu.lessons[2]"},
		{"no number of what is not shown", []string{"bonjour"}, "5", "not-understood bot.unclear[4]"},
		{"a doubt", []string{"bonjour"}, "letter ?", "asked-back bot.doubt[2]"},
		{"a doubt no more", []string{"bonjour", "letter ?"}, "oui", "began letter.a[1]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k := newTalk(t, longMenu())
			for _, text := range tt.said {
				k.say(text)
			}
			k.expect(tt.last, tt.want)
		})
	}
}

// A press on the page that was shown last is taken, one on an older page is not.
func TestPagesAsButtons(t *testing.T) {
	k := newTalk(t, longMenu())
	k.say("bonjour")
	topics := k.c.Question.Turn
	k.compare("a topic", k.take(Tapped{At: k.at, Turn: topics, Choice: 1}), "understood bot.menu.lessons[4]")
	page := k.c.Question.Turn
	k.compare("the topics above", k.take(Tapped{At: k.at, Turn: topics, Choice: 2}), "stale bot.stale bot.menu.lessons[4]")
	k.compare("the page above", k.take(Tapped{At: k.at, Turn: page, Choice: 0}), "stale bot.stale bot.menu.lessons[4]")
	k.compare("a lesson", k.take(Tapped{At: k.at, Turn: k.c.Question.Turn, Choice: 1}), "began letter.a[1]")
}

// The revision that asked is gone, and its topic with it: the learner chooses
// from what there is now.
func TestATopicThatIsGone(t *testing.T) {
	k := newTalk(t, longMenu())
	k.say("bonjour")
	k.say("2")
	k.lib = library()
	k.expect("1", "began mail.debut[2] +reminder")
}

// What is counted of a lesson, turn by turn.
func TestWhatIsCounted(t *testing.T) {
	flow := mail()
	flow.Steps[1].Choices = append(flow.Steps[1].Choices, Choice{ID: DifferentID, To: "appareil", Different: true, Added: true})
	flow.Steps[1].Readers["fr"] = choices("android", "ordinateur", "inconnu", "bloque", "Mon écran est différent")
	k := newTalk(t, NewLibrary(newRevision("r1", []FlowID{"mail"}, flow, secret())))
	for _, tt := range []struct{ said, want string }{
		{"bonjour", ""},
		{"1", "mail.debut asked"},
		{"azerty", "mail.debut failed"},
		{"pret", "mail.debut passed, mail.appareil asked"},
		{"inconnu", ""},
		{"mon écran est différent", "mail.appareil different"},
		{"encore", ""},
		{"android", "mail.appareil passed, mail.adresse asked"},
		{"rien", "mail.adresse failed"},
		{"a@b.fr", "mail.adresse passed, secret.mots asked"},
		{"choisi", "secret.mots passed, secret.fini ended, mail.quiz asked"},
		{"voisin", "mail.quiz failed"},
		{"voisin", "mail.quiz failed, mail.quiz passed"},
	} {
		after, effects, _ := k.lib.Advance(k.c, Said{At: k.at, Text: tt.said})
		k.c = after
		var counted []string
		for _, e := range effects {
			if count, ok := e.(Count); ok {
				for _, c := range count.Of {
					counted = append(counted, string(c.Flow)+"."+string(c.Step)+" "+string(c.What))
				}
			}
		}
		if diff := cmp.Diff(tt.want, strings.Join(counted, ", ")); diff != "" {
			t.Errorf("after %q (-want +got):\n%s", tt.said, diff)
		}
	}
}

// A learner whose screen is another one gets the hints one by one, and the
// question each time; also where the answer is typed.
func TestAnotherScreen(t *testing.T) {
	flow := newFlow("mail",
		Step{
			ID: "page", Hints: 1, Tries: 2,
			Choices: []Choice{{ID: "oui", Right: true}, {ID: "non"}, {ID: DifferentID, To: "page", Different: true, Added: true}},
		},
		Step{ID: "adresse", Ask: intent.Email, Choices: []Choice{{ID: DifferentID, To: "adresse", Different: true, Added: true}}},
		Step{ID: "fini", End: Stopped},
	)
	k := newTalk(t, NewLibrary(newRevision("r1", []FlowID{"mail"}, flow)))
	k.say("mail")
	k.expect("different", "understood bot.different.said mail.page.hint.1 mail.page[3]")
	k.expect("different", "understood bot.different.said mail.page[3]")
	k.expect("oui", "understood mail.adresse[1]")
	if k.c.Run[0].Tries != 0 || len(k.c.Run[0].Won) != 1 {
		t.Errorf("another screen cost a try: %+v", k.c.Run[0])
	}
	k.expect("1", "understood bot.different.said mail.adresse[1]")
	k.expect("pas une adresse", "refused bot.refused.email[1]")
	k.expect("different", "understood bot.different.said mail.adresse[1]")
	k.expect("a@b.fr", "understood mail.fini bot.menu.next[2]")
}

// A page that nobody looked at for a year is said to be so, once in a run.
func TestAnOldPage(t *testing.T) {
	old := monday.Add(-1)
	flow := newFlow("mail",
		Step{ID: "fresh", Choices: []Choice{{ID: "oui"}}, Expires: monday.Add(1)},
		Step{ID: "old", Choices: []Choice{{ID: "oui"}}, Expires: old},
		Step{ID: "older", Choices: []Choice{{ID: "oui"}}, Expires: old},
		Step{ID: "end", End: Stopped, Expires: old},
	)
	k := newTalk(t, NewLibrary(newRevision("r1", []FlowID{"mail"}, flow)))
	for range 2 {
		k.say("mail")
		k.expect("oui", "understood bot.step.old mail.old[1]")
		k.expect("oui", "understood mail.older[1]")
		k.expect("oui", "understood mail.end bot.menu.next[2]")
	}
}

// What the menu offers again is what there is now, though an older revision
// asked: a lesson taken away is not offered without a name.
func TestAnOlderMenuIsAskedAfresh(t *testing.T) {
	for _, tt := range []struct {
		name       string
		said       []string
		text, want string
		lessons    []FlowID
	}{
		{"a page that is still there", []string{"bonjour"}, "2", "understood bot.menu.lessons[2]", []FlowID{"mail"}},
		{"a topic that is not", []string{"bonjour"}, "2", "understood bot.menu.topics[3]", nil},
		{"a page that is not", []string{"bonjour", "2"}, "plus", "understood bot.menu.topics[4]", []FlowID{"mail"}},
		{"words that are none of it", []string{"bonjour", "2"}, "qsdfgh", "not-understood bot.unclear[2]", []FlowID{"mail"}},
		{"words, and no topic", []string{"bonjour", "2"}, "qsdfgh", "not-understood bot.unclear[3]", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			old, newer := longMenu().newest, longMenu().newest
			k := newTalk(t, NewLibrary(old))
			for _, text := range tt.said {
				k.say(text)
			}
			newer.ID, newer.Topics[0].Pages = "r2", [][]FlowID{tt.lessons}
			if tt.lessons == nil {
				newer.Topics = newer.Topics[1:]
			}
			k.lib = NewLibrary(newer, old)
			k.expect(tt.text, tt.want)
			if k.c.Question.Revision != "r2" {
				t.Errorf("asked by %q", k.c.Question.Revision)
			}
		})
	}
}
