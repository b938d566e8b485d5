package flows

import (
	"testing"
	"time"

	"passerelle/flows/intent"
)

// At a question, what is no text is answered with the answers offered again;
// the ladder does not move.
func TestWhatIsNoText(t *testing.T) {
	for _, tt := range []struct {
		name  string
		said  []string
		want  string
		touch bool
	}{
		{"first contact", nil, "greeted bot.welcome bot.menu[2]", false},
		{"menu", []string{"bonjour"}, "unread bot.unread.voice[2]", true},
		{"choices", []string{"mail"}, "unread bot.unread.voice[2] +reminder", true},
		{"typed", []string{"mail", "1", "1"}, "unread bot.unread.voice +reminder", false},
		{"languages", []string{"mail", "langue"}, "unread bot.unread.voice[2]", true},
		{"rest", []string{"mail", "pause"}, "unread bot.unread.voice mail.debut[2] +reminder", false},
		{"planned pause", []string{"mail", "1", "1", "a@b.fr", "1", "1"}, "unread bot.unread.voice bot.planned[2]", true},
		{"stopped", []string{"mail", "stop"}, "silent", false},
		{"waiting", []string{"mail", "aidant"}, "to-person !to-person bot.unread.voice bot.handoff.nobody", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k := newTalk(t, library())
			for _, text := range tt.said {
				k.say(text)
			}
			_, effects, outcome := k.lib.Advance(k.c, Sent{At: k.at, Kind: VoiceMedia})
			k.compare("a recording", k.take(Sent{At: k.at, Kind: VoiceMedia}), tt.want)
			if touch := tells(effects, KeyUnreadTouch); touch != tt.touch {
				t.Errorf("told to touch a button: %v", touch)
			}
			if outcome.Chosen != "bot.sent.voice" || outcome.Heard != "" || k.c.Misses != 0 {
				t.Errorf("outcome %+v, %d misses", outcome, k.c.Misses)
			}
		})
	}
}

// tells tells whether something said has an argument of that key.
func tells(effects []Effect, key Key) bool {
	for _, e := range effects {
		if s, ok := e.(Say); ok && len(s.Args) > 0 && s.Args[0].Key == key {
			return true
		}
	}
	return false
}

func TestEachKindHasItsSentence(t *testing.T) {
	k := newTalk(t, library())
	k.say("bonjour")
	for _, tt := range []struct {
		kind MediaKind
		want string
	}{
		{PictureMedia, "unread bot.unread.picture[2]"},
		{PlaceMedia, "unread bot.unread.place[2]"},
		{ContactMedia, "unread bot.unread.contact[2]"},
		{StickerMedia, "unread bot.unread.sticker[2]"},
		{FileMedia, "unread bot.unread.file[2]"},
		{"of a later release", "unread bot.unread.file[2]"},
	} {
		k.compare(string(tt.kind), k.take(Sent{At: k.at, Kind: tt.kind}), tt.want)
	}
}

func TestWhatIsNoTextGoesToAPerson(t *testing.T) {
	k := staffed(t)
	k.say("aidant")
	got := k.take(Sent{At: k.at, Kind: PictureMedia})
	k.compare("a picture", got, "to-person !to-person bot.unread.picture bot.handoff.already")
	if k.c.Request.Heard != k.c.Turn {
		t.Error("the desk may hand back without having seen it")
	}
	k.take(TookOver{At: k.at, Aidant: lea, Epoch: k.c.Epoch})
	got = k.take(Sent{At: k.at, Kind: PictureMedia})
	k.compare("another one", got, "to-person !to-person +silence +nudge +release")
}

func TestWhatIsNoTextInADoubt(t *testing.T) {
	k := newTalk(t, library())
	k.say("mail")
	k.c.Question.Of, k.c.Question.Kind, k.c.Misses = StepQuestion, DoubtQuestion, 1
	got := k.take(Sent{At: k.at, Kind: StickerMedia})
	k.compare("a sticker", got, "unread bot.unread.sticker bot.doubt[2] +reminder")
	if k.c.Misses != 1 {
		t.Errorf("%d misses", k.c.Misses)
	}
}

// The channel was away: the question that waits is asked again, its reminders
// stay as they are; where none waits there is silence.
func TestAnAbsence(t *testing.T) {
	for _, tt := range []struct {
		name string
		said []string
		want string
	}{
		{"first contact", nil, "silent"},
		{"menu", []string{"bonjour"}, "asked-again bot.missed bot.menu[2]"},
		{"menu in a lesson", []string{"mail", "menu"}, "asked-again bot.missed bot.menu[3]"},
		{"choices", []string{"mail", "azerty"}, "asked-again bot.missed mail.debut[2]"},
		{"typed", []string{"mail", "1", "1"}, "asked-again bot.missed mail.adresse"},
		{"languages", []string{"mail", "langue"}, "asked-again bot.missed bot.language[2]"},
		{"rest", []string{"mail", "pause"}, "silent"},
		{"planned pause", []string{"mail", "1", "1", "a@b.fr", "1", "1"}, "silent"},
		{"stopped", []string{"mail", "stop"}, "silent"},
		{"waiting", []string{"mail", "aidant"}, "silent"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k := newTalk(t, library())
			for _, text := range tt.said {
				k.say(text)
			}
			before := k.c
			k.compare("an absence", k.take(Missed{At: k.at}), tt.want)
			if k.c.Misses != before.Misses || k.c.Question.Timed != before.Question.Timed || k.c.Mode != before.Mode {
				t.Errorf("before %+v, after %+v", before, k.c)
			}
			if tt.want != "silent" && k.c.Question.Turn != k.c.Turn {
				t.Error("the new buttons are stale")
			}
		})
	}
}

// A channel that comes and goes asks once, until the learner did something.
func TestOneAbsenceAfterAnother(t *testing.T) {
	k := newTalk(t, library())
	k.say("mail")
	k.compare("an absence", k.take(Missed{At: k.at}), "asked-again bot.missed mail.debut[2]")
	k.compare("another", k.take(Missed{At: k.at}), "silent")
	k.say("azerty")
	k.compare("a third", k.take(Missed{At: k.at}), "asked-again bot.missed mail.debut[2]")
}

func TestAnAbsenceWhileAPersonHelps(t *testing.T) {
	k := staffed(t)
	k.take(TookOver{At: k.at, Aidant: lea, Epoch: k.c.Epoch})
	k.compare("an absence", k.take(Missed{At: k.at}), "silent")
}

// A reminder that was set before an absence still speaks after it.
func TestRemindersGoOnAfterAnAbsence(t *testing.T) {
	k := newTalk(t, library())
	k.say("mail")
	mark := k.c.Run[0].Entered * reminders
	k.take(Elapsed{At: k.at, Timer: ReminderTimer, Mark: mark})
	k.compare("an absence", k.take(Missed{At: k.at}), "asked-again bot.missed mail.debut[2]")
	got := k.take(Elapsed{At: k.at.Add(time.Hour), Timer: ReminderTimer, Mark: mark + 1})
	k.compare("the second reminder", got, "reminded bot.reminder -reminder")
}

// Who blocks the channel is stopped without a word, and comes back like after
// STOP.
func TestBlocked(t *testing.T) {
	k := newTalk(t, library())
	k.say("mail")
	k.compare("a block", k.take(Blocked{At: k.at}), "stop hush -reminder")
	k.compare("another", k.take(Blocked{At: k.at}), "silent")
	k.compare("a link", k.take(Opened{At: k.at}), "start bot.start mail.debut[2] +reminder")
}

func TestAnAbsenceInADoubt(t *testing.T) {
	for of, want := range map[QuestionKind]string{
		StepQuestion: "asked-again bot.missed mail.debut[2]",
		MenuQuestion: "asked-again bot.missed bot.menu[3] -reminder",
	} {
		k := newTalk(t, library())
		k.say("mail")
		k.c.Question.Of, k.c.Question.Kind = of, DoubtQuestion
		k.compare(string(of), k.take(Missed{At: k.at}), want)
	}
}

// A learner who opens the conversation again, in the middle of a lesson, reads
// the question again; where nobody answers a request, it does not hold them.
func TestOpenedAgain(t *testing.T) {
	for _, tt := range []struct {
		name   string
		said   []string
		lesson FlowID
		want   string
	}{
		{"in a lesson", []string{"mail"}, "", "command bot.resume mail.debut[2] +reminder"},
		{"the same lesson", []string{"mail"}, "mail", "command bot.resume mail.debut[2] +reminder"},
		{"at the menu", []string{"bonjour"}, "", "command bot.resume bot.menu[2]"},
		{"at rest", []string{"mail", "pause"}, "", "command bot.resume mail.debut[2] +reminder"},
		{"waiting", []string{"mail", "aidant"}, "", "handoff-ended close -expiry bot.handoff.cancelled mail.debut[2] +reminder"},
		{"waiting, to a lesson", []string{"mail", "aidant"}, "secret", "began close -expiry bot.handoff.cancelled secret.mots[2]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k := newTalk(t, library())
			for _, text := range tt.said {
				k.say(text)
			}
			k.compare("opened", k.take(Opened{At: k.at, Lesson: tt.lesson}), tt.want)
		})
	}
	k := staffed(t)
	k.say("aidant")
	k.compare("opened", k.take(Opened{At: k.at}), "to-person !to-person bot.handoff.noted")
}

// Menus of commands write a slash, and the name of the robot in a group; the
// language of the menu may not be that of the lesson.
func TestCommandsWithASlash(t *testing.T) {
	lib := library()
	lib.newest.Readers["en"].Commands = intent.CompileCommands([]intent.CommandWords{{Command: intent.Help, Words: []string{"help"}}})
	for _, tt := range []struct{ text, want string }{
		{"/start", "command mail.debut[2] +reminder"},
		{"/aide", "command mail.debut.hint.1[2] +reminder"},
		{"/help@passerelle_bot", "command mail.debut.hint.1[2] +reminder"},
		{"/menu", "command bot.menu[3] -reminder"},
		{"/stop", "stop hush bot.stop -reminder"},
		{"help", "not-understood bot.unclear[2] +reminder"},
	} {
		t.Run(tt.text, func(t *testing.T) {
			k := newTalk(t, lib)
			k.say("mail")
			k.expect(tt.text, tt.want)
		})
	}
}

// A label is chosen by its words; a slash asks for the command.
func TestASlashIsNoLabel(t *testing.T) {
	flow := newFlow("mail", Step{ID: "debut", Choices: []Choice{{ID: "menu"}, {ID: "tard"}}}, Step{ID: "fini", End: Succeeded})
	k := newTalk(t, NewLibrary(newRevision("r1", []FlowID{"mail"}, flow)))
	k.say("mail")
	k.expect("/menu", "command bot.menu[3]")
	k.say("retour")
	k.expect("menu", "understood mail.fini bot.later.may[2]")
}
