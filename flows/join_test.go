package flows

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const (
	onSMS  Address = "sms:+33612345678"
	onTele Address = "telegram:7"
)

// Some phones play several conversations of people who may join them. For each turn
// they do what the program around the engine does: they keep the codes, and
// bring what the peer knows.
type phones struct {
	t     rapid.TB
	lib   *Library
	at    time.Time
	all   map[Address]Conversation
	fresh []string // the codes to be given, in order
}

func newPhones(t rapid.TB) *phones {
	t.Helper()
	return &phones{t: t, lib: library(), at: monday, all: map[Address]Conversation{}, fresh: []string{"K7T4PD", "WX2233", "CC99CC"}}
}

func (p *phones) of(a Address) Conversation {
	c := p.all[a]
	c.Address = a
	return c
}

// take takes a turn, and says what came of it.
func (p *phones) take(who Address, in Input) string {
	p.t.Helper()
	effects, outcome := p.turn(who, in)
	return strings.TrimSpace(string(outcome.Reason) + " " + describe(effects))
}

func (p *phones) turn(who Address, in Input) ([]Effect, Outcome) {
	p.t.Helper()
	c := p.of(who)
	asked, peer := p.lib.Newest().Linking(c, in), c.Join.Peer
	if said, ok := in.(Said); ok {
		said.Code = p.code(who, asked)
		in = said
		if said.Code != nil && said.Code.Of != "" {
			peer = said.Code.Of
		}
	}
	if peer != "" && !asked.Ends {
		other := p.of(peer)
		if e, ok := in.(Elapsed); ok {
			e.Elsewhere = c.Elsewhere(other, e.Timer)
			in = e
		}
		c = c.With(other)
	}
	after, effects, outcome := p.lib.Advance(c, in)
	again, effects2, outcome2 := p.lib.Advance(c, in)
	if diff := cmp.Diff(after, again) + cmp.Diff(effects, effects2) + cmp.Diff(outcome, outcome2); diff != "" {
		p.t.Fatalf("%T twice:\n%s", in, diff)
	}
	p.all[who] = after
	return effects, outcome
}

// code gives what the turn asks for.
func (p *phones) code(who Address, asked Linking) *Code {
	switch {
	case asked.Fresh && len(p.fresh) > 0:
		fresh := p.fresh[0]
		p.fresh = p.fresh[1:]
		return &Code{New: fresh}
	case asked.Text == "" && p.of(who).Join.Peer == "":
		return nil
	case asked.Code == "":
		return &Code{Text: asked.Text}
	}
	for _, of := range []Address{onSMS, onTele, "phone:c"} {
		if c := p.of(of); of != who && c.Join.Code == asked.Code {
			p.take(of, Joined{At: p.at, Code: asked.Code, Peer: who})
			if p.of(of).Join.Peer == who {
				return &Code{Of: of, Text: asked.Text}
			}
		}
	}
	return &Code{Text: asked.Text}
}

// says has somebody write, a second later, and compares what came of it.
func (p *phones) says(who Address, text, want string) {
	p.t.Helper()
	p.at = p.at.Add(time.Second)
	p.gets(text, p.take(who, Said{At: p.at, Text: text}), want)
}

func (p *phones) gets(what, got, want string) {
	p.t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		p.t.Fatalf("after %q (-want +got):\n%s", what, diff)
	}
}

// begin has somebody begin the lesson.
func (p *phones) begin(who Address) {
	p.t.Helper()
	p.says(who, "bonjour", "greeted bot.welcome bot.menu[2]")
	p.says(who, "1", "began mail.debut[2] +reminder")
}

// joinedPhones have a lesson begun by SMS go on in Telegram.
func joinedPhones(t rapid.TB) *phones {
	t.Helper()
	p := newPhones(t)
	p.begin(onSMS)
	p.says(onSMS, "lier", "command bot.join.code")
	p.says(onTele, "lier k7t-4pd", "linked bot.welcome bot.join.done mail.debut[2] +reminder")
	return p
}

func TestALessonGoesOnOnTheOtherPhone(t *testing.T) {
	p := joinedPhones(t)
	p.says(onTele, "pret", "understood mail.appareil[4] +reminder")
	p.says(onSMS, "ordinateur", "command bot.resume mail.appareil[4] +reminder")
	p.says(onSMS, "ordinateur", "understood mail.adresse +reminder")
	p.says(onTele, "retour", "command mail.adresse +reminder")
	p.says(onTele, "retour", "command mail.appareil[4] +reminder")
	p.says(onTele, "2", "understood mail.adresse +reminder")
}

// Who opens the second conversation first, or mistypes the code, finds the
// lesson all the same; and whoever has begun one there does not lose it.
func TestALessonIsNotLostToAMenu(t *testing.T) {
	p := newPhones(t)
	p.begin(onSMS)
	p.says(onSMS, "lier", "command bot.join.code")
	p.says(onTele, "bonjour", "greeted bot.welcome bot.menu[2]")
	p.says(onTele, "lier K7T4PX", "wrong-code bot.join.wrong")
	p.says(onTele, "lier K7T4PD", "linked bot.join.done mail.debut[2] +reminder")
	p.says(onSMS, "pret", "understood mail.appareil[4] +reminder")
}

// Nothing moved meanwhile: what stands on the screen is still good.
func TestTheSamePlaceKeepsItsButtons(t *testing.T) {
	p := joinedPhones(t)
	p.gets("a press", p.take(onSMS, Tapped{At: p.at, Turn: p.of(onSMS).Question.Turn}), "understood mail.appareil[4] +reminder")
	p.gets("an old press", p.take(onTele, Tapped{At: p.at, Turn: p.of(onTele).Question.Turn}), "stale bot.stale mail.appareil[4] +reminder")
}

func TestOneReminderForTwoPhones(t *testing.T) {
	p := joinedPhones(t)
	p.at = p.at.Add(24 * time.Hour)
	p.gets("where it was asked first", p.take(onSMS, Elapsed{At: p.at, Timer: ReminderTimer, Mark: mark(p, onSMS)}), "stale -reminder")
	p.gets("where it was asked last", p.take(onTele, Elapsed{At: p.at, Timer: ReminderTimer, Mark: mark(p, onTele)}), "reminded bot.reminder +reminder")
}

func TestAReminderOfAPlaceLeftIsSilent(t *testing.T) {
	p := joinedPhones(t)
	before := mark(p, onSMS)
	p.says(onTele, "pret", "understood mail.appareil[4] +reminder")
	p.at = p.at.Add(24 * time.Hour)
	p.gets("later", p.take(onSMS, Elapsed{At: p.at, Timer: ReminderTimer, Mark: before}), "stale")
	p.gets("where the learner is", p.take(onTele, Elapsed{At: p.at, Timer: ReminderTimer, Mark: mark(p, onTele)}), "reminded bot.reminder +reminder")
}

func TestAReminderComesWhenTheOtherPhoneIsStopped(t *testing.T) {
	p := joinedPhones(t)
	p.says(onTele, "stop", "stop hush bot.stop -reminder")
	p.gets("later", p.take(onSMS, Elapsed{At: p.at.Add(24 * time.Hour), Timer: ReminderTimer, Mark: mark(p, onSMS)}), "reminded bot.reminder +reminder")
}

// mark is that of the reminder of a question.
func mark(p *phones, who Address) uint64 { return p.of(who).Run[0].Entered * reminders }

// Whoever turned from the lesson on one phone is not reminded of it on the other.
func TestNoReminderForWhoTurnedAway(t *testing.T) {
	for _, text := range []string{"pause", "menu", "langue", "aidant"} {
		t.Run(text, func(t *testing.T) {
			p := joinedPhones(t)
			p.at = p.at.Add(time.Second)
			p.take(onTele, Said{At: p.at, Text: text})
			p.at = p.at.Add(24 * time.Hour)
			p.gets("there", p.take(onSMS, Elapsed{At: p.at, Timer: ReminderTimer, Mark: mark(p, onSMS)}), "stale -reminder")
			p.gets("here", p.take(onTele, Elapsed{At: p.at, Timer: ReminderTimer, Mark: mark(p, onTele)}), "stale")
		})
	}
}

// What one phone pulls when a timer of its own runs out is no use of it: the
// learner is still at the other one, and is reminded there.
func TestAPullIsNoUse(t *testing.T) {
	p := joinedPhones(t)
	before := mark(p, onSMS)
	p.says(onTele, "pret", "understood mail.appareil[4] +reminder")
	used := p.of(onSMS).Used
	p.at = p.at.Add(24 * time.Hour)
	p.gets("left", p.take(onSMS, Elapsed{At: p.at, Timer: ReminderTimer, Mark: before}), "stale")
	if got := p.of(onSMS); got.Used != used || got.Question.Kind != RestQuestion || !got.Elsewhere(p.of(onTele), ReminderTimer) || p.of(onTele).Elsewhere(got, ReminderTimer) {
		t.Errorf("after a pull: %+v", got)
	}
	p.gets("where the learner is", p.take(onTele, Elapsed{At: p.at, Timer: ReminderTimer, Mark: mark(p, onTele)}), "reminded bot.reminder +reminder")
}

// Used last at the same instant: neither phone leaves it to the other.
func TestNobodyLeavesItToTheOther(t *testing.T) {
	p := joinedPhones(t)
	a, b := p.of(onSMS), p.of(onTele)
	a.Used = b.Used
	if a.Elsewhere(b, ReminderTimer) || b.Elsewhere(a, ReminderTimer) {
		t.Error("a reminder may be lost")
	}
}

// pausedPhones have the lesson wait by SMS for a day that was agreed on, and
// return the end of that pause.
func pausedPhones(t *testing.T) (*phones, Elapsed) {
	t.Helper()
	p := joinedPhones(t)
	for _, text := range []string{"pret", "pret", "1", "a@b.fr", "1", "1"} {
		p.at = p.at.Add(time.Second)
		p.take(onSMS, Said{At: p.at, Text: text})
	}
	return p, Elapsed{At: p.at.Add(24 * time.Hour), Timer: PauseTimer, Mark: p.of(onSMS).Run[0].Entered}
}

// A planned pause ends where it was planned and when it was said to, unless the
// learner wanted it otherwise on the other phone.
func TestAPauseOfTwoPhones(t *testing.T) {
	const on = "resumed mail.note mail.bravo bot.later.may[2]"
	for _, tt := range []struct {
		name  string
		turns [][2]string // what is written on the other phone, what comes of it
		then  string
	}{
		{"left in peace", nil, on},
		{"wait", [][2]string{{"bonjour", "command bot.planned[2]"}, {"non", "understood bot.planned.no"}}, on},
		{"go on", [][2]string{{"quoi", "command bot.resume bot.planned[2]"}, {"oui", "understood mail.note mail.bravo bot.later.may[2]"}}, "stale"},
		{"rest", [][2]string{{"pause", "command bot.rest"}}, "stale"},
		{"looked at the menu", [][2]string{{"menu", "command bot.menu[3]"}, {"retour", "command bot.planned[2]"}}, on},
		{"a person", [][2]string{{"aidant", "asked-person !asked-person +expiry bot.handoff.nobody"}}, "stale +pause"},
		{"stop", [][2]string{{"stop", "stop hush bot.stop"}}, "stale"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, pause := pausedPhones(t)
			for _, turn := range tt.turns {
				p.says(onTele, turn[0], turn[1])
			}
			p.gets("the night", p.take(onSMS, pause), tt.then)
		})
	}
}

// PAUSE on one phone ends the plan on both: the next word goes on.
func TestAPauseThatWasGivenUp(t *testing.T) {
	for _, who := range []Address{onSMS, onTele} {
		p, _ := pausedPhones(t)
		p.says(onTele, "pause", "command bot.rest")
		p.says(who, "me revoilà", "command bot.resume mail.note mail.bravo bot.later.may[2]")
	}
}

// STOP binds the number it was written on; what is known there is still read.
func TestStopBindsOneNumber(t *testing.T) {
	p := joinedPhones(t)
	p.says(onSMS, "pret", "understood mail.appareil[4] +reminder")
	p.says(onSMS, "stop", "stop hush bot.stop -reminder")
	p.says(onTele, "android", "command bot.resume mail.appareil[4] +reminder")
	p.says(onTele, "android", "understood mail.adresse +reminder")
	p.says(onSMS, "android", "silent")
	p.says(onSMS, "bonjour", "start bot.start mail.adresse +reminder")
}

// A person is awaited on one phone; the lesson goes on on the other one.
func TestModesStayApart(t *testing.T) {
	p := joinedPhones(t)
	p.says(onSMS, "aidant", "asked-person !asked-person +expiry bot.handoff.nobody -reminder")
	p.says(onTele, "pret", "understood mail.appareil[4] +reminder")
	p.says(onSMS, "1", "to-person !to-person bot.handoff.noted.nobody")
	p.says(onSMS, "lier", "command bot.join.code")
	p.gets("taken over", p.take(onSMS, TookOver{At: p.at, Aidant: lea, Epoch: p.of(onSMS).Epoch}), "handled close -expiry +silence bot.handoff.hello")
	p.says(onSMS, "lier WX2233", "to-person !to-person +silence +nudge +release")
	p.says(onSMS, "délier", "to-person !to-person +silence")
	if got := p.of(onTele); got.Mode != BotMode || got.Owner.ID != "" {
		t.Errorf("mode %q, owner %+v", got.Mode, got.Owner)
	}
}

func TestProgressIsThatOfBoth(t *testing.T) {
	p := newPhones(t)
	early, late := monday.Add(-time.Hour), monday.Add(-time.Minute)
	p.all[onSMS] = Conversation{
		Profile:  Profile{FirstName: "Marie", Commune: "60100"},
		Progress: []Progress{{Flow: "a", Ending: Succeeded, At: late}, {Flow: "b", Ending: Stopped, At: early}},
	}
	p.all[onTele] = Conversation{
		Profile:  Profile{FirstName: "Mme Marie", Language: "fr"},
		Progress: []Progress{{Flow: "b", Ending: Succeeded, At: late}, {Flow: "c", Ending: Succeeded, At: early}},
	}
	p.says(onSMS, "lier", "command bot.welcome bot.join.code bot.menu[2]")
	p.says(onTele, "lier K7T4PD", "linked bot.welcome bot.join.done bot.menu[2]")
	p.says(onSMS, "menu", "command bot.menu[2]")
	for who, want := range map[Address]string{onSMS: "a b c", onTele: "b c a"} {
		got := p.of(who)
		var lessons []string
		for _, progress := range got.Progress {
			lessons = append(lessons, string(progress.Flow))
			if progress.Ending != Succeeded {
				t.Errorf("%s: %+v", who, progress)
			}
		}
		if strings.Join(lessons, " ") != want || got.Profile.Commune != "60100" || got.Profile.Language != "fr" {
			t.Errorf("%s knows %q, %+v", who, lessons, got.Profile)
		}
	}
	if got := p.of(onTele).Profile.FirstName; got != "Mme Marie" {
		t.Errorf("a name that was told became %q", got)
	}
}

// What one phone has and the other not is no reason to lose it.
func TestJoiningTakesNoLessonAway(t *testing.T) {
	p := newPhones(t)
	p.begin(onTele)
	p.says(onSMS, "bonjour", "greeted bot.welcome bot.menu[2]")
	p.says(onSMS, "lier", "command bot.join.code")
	p.says(onTele, "lier k7t 4pd", "linked bot.join.done mail.debut[2] +reminder")
	p.says(onSMS, "1", "command bot.resume mail.debut[2] +reminder")
}

// A clock that is ahead on one phone keeps the other one behind for no turn.
func TestAClockThatIsAhead(t *testing.T) {
	p := joinedPhones(t)
	p.take(onSMS, Said{At: p.at.Add(48 * time.Hour), Text: "pret"})
	p.says(onTele, "pret", "command bot.resume mail.appareil[4] +reminder")
	p.says(onTele, "ordinateur", "understood mail.adresse +reminder")
	p.says(onSMS, "android", "command bot.resume mail.adresse +reminder")
}

// Whoever has the number is told, in any mode but after STOP.
func TestTheOtherPhoneIsTold(t *testing.T) {
	p := newPhones(t)
	p.begin(onSMS)
	p.says(onSMS, "lier", "command bot.join.code")
	in := Joined{At: p.at, Code: "K7T4PD", Peer: onTele}
	for mode, want := range map[Mode]string{BotMode: "linked bot.join.told", WaitingMode: "linked bot.join.told", HumanMode: "linked !linked"} {
		c := p.of(onSMS)
		c.Mode = mode
		after, effects, outcome := p.lib.Advance(c, in)
		p.gets(string(mode), strings.TrimSpace(string(outcome.Reason)+" "+describe(effects)), want)
		if after.Join.Peer != onTele || after.Question != c.Question || after.Join.Code != "" {
			t.Errorf("mode %q: %+v", mode, after)
		}
	}
	for _, wrong := range []Joined{{At: p.at, Code: "K7T4PX", Peer: onTele}, {At: p.at, Code: "K7T4PD", Peer: onSMS}, {At: p.at, Peer: onTele}, {At: p.at.Add(CodeLife), Code: "K7T4PD", Peer: onTele}} {
		p.gets(wrong.Code, p.take(onSMS, wrong), "late")
	}
}

// Two people write one code: the first is joined.
func TestACodeIsRedeemedOnce(t *testing.T) {
	p := joinedPhones(t)
	p.gets("the second", p.take(onSMS, Joined{At: p.at, Code: "K7T4PD", Peer: "phone:c"}), "late")
	if got := p.of(onSMS).Join.Peer; got != onTele {
		t.Errorf("joined with %q", got)
	}
}

// Either side parts the two, and each keeps what it knows.
func TestParted(t *testing.T) {
	p := joinedPhones(t)
	p.says(onTele, "pret", "understood mail.appareil[4] +reminder")
	p.says(onSMS, "délier", "command bot.join.parted")
	p.says(onSMS, "pret", "understood mail.appareil[4] +reminder")
	p.says(onSMS, "android", "understood mail.adresse +reminder")
	p.says(onTele, "ordinateur", "understood mail.adresse +reminder")
	p.says(onTele, "délier", "command bot.join.parted")
	p.says(onTele, "délier", "command bot.join.alone")
	p.says(onTele, "stop", "stop hush bot.stop -reminder")
	p.says(onTele, "délier", "silent")
}

// A joined with B, then B with C: A is alone, and reads nothing of either.
func TestANewPeerReplacesTheOld(t *testing.T) {
	p := joinedPhones(t)
	p.says(onTele, "lier", "command bot.join.code")
	p.says("phone:c", "lier WX2233", "linked bot.welcome bot.join.done mail.debut[2] +reminder")
	p.says("phone:c", "pret", "understood mail.appareil[4] +reminder")
	p.says(onTele, "pret", "command bot.resume mail.appareil[4] +reminder")
	p.says(onSMS, "pret", "understood mail.appareil[4] +reminder")
	p.says(onSMS, "android", "understood mail.adresse +reminder")
	p.says(onTele, "android", "understood mail.adresse +reminder")
	if got := p.of(onTele); got.Join.Peer != "phone:c" || got.Used <= p.of("phone:c").Used {
		t.Errorf("telegram: %+v", got)
	}
}

func TestProgressHasABound(t *testing.T) {
	var ours, theirs []Progress
	for i := range MaxProgress {
		ours = append(ours, Progress{Flow: FlowID("a" + string(rune('A'+i))), At: monday.Add(time.Duration(i) * time.Second)})
		theirs = append(theirs, Progress{Flow: FlowID("b" + string(rune('A'+i))), At: monday.Add(time.Minute)})
	}
	got := allProgress(ours[1:], theirs[:2])
	if len(got) != MaxProgress || got[0].Flow != "aC" || got[MaxProgress-1].Flow != "bB" {
		t.Errorf("%d lessons, from %q to %q", len(got), got[0].Flow, got[len(got)-1].Flow)
	}
	if len(ours) != MaxProgress || ours[1].Flow != "aB" {
		t.Error("the argument was changed")
	}
}
