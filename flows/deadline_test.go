package flows

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// named finds one of the deadlines of these tests.
func named(t rapid.TB, id DeadlineID) *Deadline {
	t.Helper()
	d := (&Revision{Deadlines: deadlines()}).Deadline(id)
	if d == nil {
		t.Fatalf("no deadline %q", id)
	}
	return d
}

func TestWindows(t *testing.T) {
	for _, tt := range []struct {
		name          string
		id            DeadlineID
		day           Date
		opens, closes Date
	}{
		{"before it opens", "actualisation", 20261120, 20261128, 20261215},
		{"the day it opens", "actualisation", 20261128, 20261128, 20261215},
		{"while it is open", "actualisation", 20261205, 20261128, 20261215},
		{"the day it closes", "actualisation", 20261215, 20261128, 20261215},
		{"the day after", "actualisation", 20261216, 20261228, 20270115},
		{"across the year", "actualisation", 20270103, 20261228, 20270115},
		{"in February", "actualisation", 20270216, 20270226, 20270315},
		{"in a leap year", "actualisation", 20280229, 20280226, 20280315},
		{"a quarter", "caf-fevrier", 20270303, 20270501, 20270531},
		{"February of a leap year", "caf-fevrier", 20280210, 20280201, 20280229},
		{"across the year, by quarters", "caf-janvier", 20261101, 20270101, 20270131},
		{"next spring", "impots", 20260501, 20270401, 20270430},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := named(t, tt.id).next(tt.day, tt.day); got != (Window{tt.opens, tt.closes}) {
				t.Errorf("on %s: %+v", tt.day, got)
			}
		})
	}
}

// remindedFrom are the next reminders for who agreed on a day.
func remindedFrom(d *Deadline, since Date, count int) []Date {
	var days []Date
	told := since
	for range count {
		told, _ = d.due(told, since)
		days = append(days, told)
	}
	return days
}

func TestDaysOfReminders(t *testing.T) {
	for _, tt := range []struct {
		name  string
		id    DeadlineID
		since Date
		want  []Date
	}{
		{"each window twice", "actualisation", 20261120, []Date{20261128, 20261212, 20261228, 20270112, 20270128, 20270212, 20270226, 20270312}},
		{"not on the day itself", "actualisation", 20261128, []Date{20261212, 20261228}},
		{"quarters", "caf-mars", 20261215, []Date{20270301, 20270315, 20270601, 20270615}},
		{"once a year", "impots", 20260415, []Date{20270415, 20280415}},
		{"every three months, from the last day of a long one", "boite", 20261130, []Date{20270228, 20270530, 20270830, 20271130}},
		{"every three months, from the 31st", "boite", 20260831, []Date{20261130, 20270228, 20270531}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, remindedFrom(named(t, tt.id), tt.since, len(tt.want))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Whatever the day: the next window has not closed, no day of a reminder lies
// outside of its window, each comes after the one before and none is left out.
func TestRemindersAreInOrderAndInTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := rapid.SampledFrom(deadlines()).Draw(t, "deadline")
		since := DateOf(monday.AddDate(0, 0, rapid.IntRange(0, 4000).Draw(t, "days")))
		told := since
		for range 12 {
			due, w := d.due(told, since)
			if due <= told || due < w.Opens || due > w.Closes || w.Opens > w.Closes {
				t.Fatalf("after %s: %s of %+v", told, due, w)
			}
			between := rapid.IntRange(0, 400).Draw(t, "between")
			if day := told.Add(between); day < due {
				if again, _ := d.due(day, since); again != due {
					t.Fatalf("after %s it is %s, after %s it is %s", told, due, day, again)
				}
			}
			told = due
		}
	})
}

func TestDates(t *testing.T) {
	for _, day := range []Date{20261128, 20280229, 20261231, 10101} {
		if back, ok := ParseDate(day.String()); !ok || back != day {
			t.Errorf("%s is read as %d", day, back)
		}
	}
	if _, ok := ParseDate("2026-02-30"); ok {
		t.Error("the 30th of February was read")
	}
	if got := Date(20261231).Add(1); got != 20270101 {
		t.Errorf("the day after the last of the year is %s", got)
	}
	if got := Date(20280131).addMonths(13); got != 20290228 {
		t.Errorf("thirteen months after the last of January is %s", got)
	}
}

// on is a day at the hour of reminders.
func on(day Date) time.Time {
	y, m, d := day.Parts()
	return time.Date(y, m, d, 9, 30, 0, 0, time.UTC)
}

// reminded has the timer of deadlines run out on a day.
func (k *talk) reminded(day Date, want string) {
	k.t.Helper()
	k.at = on(day)
	k.compare("the reminder of "+day.String(), k.take(Elapsed{At: k.at, Timer: DeadlineTimer, Mark: uint64(k.c.Reminders.Due)}), want)
}

// subscribed is a talk with a learner who wants to be reminded, in November.
func subscribed(t *testing.T, lines ...string) *talk {
	t.Helper()
	k := newTalk(t, library())
	k.at = on(20261120)
	k.say("bonjour")
	k.say("mes rappels")
	for _, line := range lines {
		k.say(line)
	}
	k.expect("fini", "understood bot.menu[2]")
	return k
}

func TestTheListOfReminders(t *testing.T) {
	k := newTalk(t, library())
	k.at = on(20261120)
	k.expect("mes rappels", "greeted bot.welcome bot.reminders[6]")
	k.expect("actualisation", "understood bot.reminders.on[6] +deadline")
	if k.c.Reminders.Due != 20261128 {
		t.Errorf("due on %s", k.c.Reminders.Due)
	}
	k.expect("caf", "understood bot.deadline.caf.which[3]")
	k.expect("encore", "command bot.deadline.caf.which[3]")
	k.expect("fevrier", "understood bot.reminders.on[6]")
	k.expect("actualisation", "understood bot.reminders.off[6] +deadline")
	if got := k.c.Reminders; got.Due != 20270201 || len(got.On) != 1 || got.On[0].Deadline != "caf-fevrier" {
		t.Errorf("%+v", got)
	}
	k.expect("caf", "understood bot.reminders.off[6] -deadline")
	k.expect("question", "understood bot.reminders[6]")
	k.expect("6", "understood bot.menu[2]")
}

// In the middle of a lesson the list leads back to the question that waits; while
// a person is awaited, to the waiting; where a person helps, it is theirs to read.
func TestTheListComesBackToWhereItWasAsked(t *testing.T) {
	k := newTalk(t, library())
	k.say("mail")
	k.expect("mes rappels", "command bot.reminders[6] -reminder")
	k.expect("boite", "understood bot.reminders.on[6] +deadline")
	k.expect("fini", "understood mail.debut[2] +reminder")
	k.expect("aidant", "asked-person !asked-person +expiry bot.handoff.nobody -reminder")
	k.expect("mes rappels", "command bot.reminders[6]")
	k.expect("boite", "understood bot.reminders.off[6] -deadline")
	k.expect("fini", "understood bot.handoff.nobody")
	k.take(TookOver{At: k.at, Aidant: lea, Epoch: k.c.Epoch})
	k.expect("mes rappels", "to-person !to-person +silence +nudge +release")
}

func TestAReminderLeavesTheQuestionAlone(t *testing.T) {
	k := subscribed(t, "actualisation")
	k.say("mail")
	k.say("pret")
	asked := k.c.Question
	k.reminded(20261128, "reminded bot.deadline.actualisation.reminder +deadline")
	if diff := cmp.Diff(asked, k.c.Question); diff != "" {
		t.Errorf("the question (-before +after):\n%s", diff)
	}
	k.expect("android", "understood bot.recall mail.adresse +reminder")
	k.reminded(20261212, "reminded bot.deadline.actualisation.reminder +deadline")
	if k.c.Reminders.Due != 20261228 {
		t.Errorf("next on %s", k.c.Reminders.Due)
	}
}

// A Sunday's reminder comes on Saturday: it is that of Sunday, and comes once.
func TestAReminderThatComesEarlierComesOnce(t *testing.T) {
	k := subscribed(t, "actualisation")
	mark := uint64(k.c.Reminders.Due)
	k.reminded(20261127, "reminded bot.deadline.actualisation.reminder +deadline")
	k.compare("the same timer again", k.take(Elapsed{At: k.at, Timer: DeadlineTimer, Mark: mark}), "stale")
	if k.c.Reminders.Due != 20261212 {
		t.Errorf("next on %s", k.c.Reminders.Due)
	}
}

// While the program was away reminders were missed: the last of them is said if
// there is still time, and none whose window has closed.
func TestRemindersMissed(t *testing.T) {
	for _, tt := range []struct {
		back Date
		want string
	}{
		{20261201, "reminded bot.deadline.actualisation.reminder +deadline"},
		{20261213, "reminded bot.deadline.actualisation.reminder +deadline"},
		{20261215, "reminded bot.deadline.actualisation.reminder +deadline"},
		{20261216, "stale +deadline"},
		{20270301, "reminded bot.deadline.actualisation.reminder +deadline"},
	} {
		t.Run(tt.back.String(), func(t *testing.T) {
			k := subscribed(t, "actualisation")
			k.reminded(tt.back, tt.want)
			if k.c.Reminders.Due <= tt.back {
				t.Errorf("next on %s", k.c.Reminders.Due)
			}
		})
	}
}

// While a person helps, the robot is silent: the reminder comes an hour after, as
// long as there is time.
func TestAReminderWhileAPersonHelps(t *testing.T) {
	k := subscribed(t, "actualisation")
	k.take(TookOver{At: k.at, Aidant: lea, Epoch: k.c.Epoch})
	k.reminded(20261128, "stale +deadline")
	k.reminded(20261128, "stale +deadline")
	k.take(HandedBack{At: k.at, Aidant: "lea", Epoch: k.c.Epoch, Turn: k.c.Turn, Menu: true})
	k.reminded(20261129, "reminded bot.deadline.actualisation.reminder +deadline")
}

func TestNothingIsRemindedOfAfterStop(t *testing.T) {
	k := subscribed(t, "actualisation", "question")
	k.expect("stop", "stop hush bot.stop -deadline")
	k.compare("a late timer", k.take(Elapsed{At: on(20261128), Timer: DeadlineTimer, Mark: 20261128}), "stale")
	k.expect("bonjour", "start bot.start bot.menu[2]")
	if got := k.c.Reminders; len(got.On) > 0 || got.Due != 0 || got.Asks != AskNot {
		t.Errorf("after STOP: %+v", got)
	}
}

func TestALessonMayTurnAReminderOn(t *testing.T) {
	flow := newFlow("mail", Step{ID: "oui", Deadline: "caf-mars"}, Step{ID: "merci", Deadline: "caf-janvier"}, Step{ID: "fin", End: Stopped})
	flow.Steps[0].Text = false
	k := newTalk(t, NewLibrary(newRevision("r1", []FlowID{"mail"}, flow)))
	k.at = on(20261120)
	k.expect("mail", "began bot.welcome bot.reminders.set mail.merci mail.fin bot.menu.next[2] +deadline")
	if on := k.c.Reminders.On; len(on) != 1 || on[0] != (Subscription{"caf-janvier", 20261120, 20261120}) {
		t.Errorf("reminded of %+v", on)
	}
}

// The day is that of the learner, at the other end of the world too.
func TestTheDayIsTheLearners(t *testing.T) {
	for _, tt := range []struct {
		hours int
		want  Date
	}{{12, 20270115}, {0, 20261215}, {-10, 20261215}} {
		zone := time.FixedZone("", tt.hours*3600)
		lib := library()
		lib.Zone = func(Profile) *time.Location { return zone }
		play := turn{lib: lib, at: time.Date(2026, 12, 15, 20, 0, 0, 0, time.UTC)}
		got := play.value("ferme:actualisation")
		if want := (Arg{Name: "ferme:actualisation", Key: KeyDate, Value: tt.want.String()}); got != want {
			t.Errorf("%d hours from Greenwich: %+v, want %+v", tt.hours, got, want)
		}
	}
	play := turn{lib: library(), at: monday}
	for _, name := range []string{"ouvre:gone", "ferme:impots"} {
		if got := play.value(name); got != (Arg{Name: name}) {
			t.Errorf("%s is %+v", name, got)
		}
	}
}

// Two phones of one learner: the reminders go where the learner is, and come once.
func TestRemindersOfTwoPhones(t *testing.T) {
	p := joinedPhones(t)
	p.at = on(20261120)
	p.says(onSMS, "mes rappels", "command bot.reminders[6] -reminder")
	p.says(onSMS, "actualisation", "understood bot.reminders.on[6] +deadline")
	p.at = p.at.Add(time.Hour)
	if got := p.take(onTele, Said{At: p.at, Text: "bonjour"}); !strings.Contains(got, "+deadline") {
		t.Fatalf("the other phone took %q", got)
	}
	p.at = on(20261128)
	elapsed := func(who Address) string {
		return p.take(who, Elapsed{At: p.at, Timer: DeadlineTimer, Mark: uint64(p.of(who).Reminders.Due)})
	}
	p.gets("where they were", elapsed(onSMS), "stale +deadline")
	p.gets("where they are", elapsed(onTele), "reminded bot.deadline.actualisation.reminder +deadline")
	p.gets("where they were, an hour later", p.take(onSMS, Elapsed{At: p.at, Timer: DeadlineTimer, Mark: 20261128}), "stale +deadline")
	if a, b := p.of(onSMS).Reminders, p.of(onTele).Reminders; !cmp.Equal(a.On, b.On) || a.Due != b.Due || a.Due != 20261212 {
		t.Errorf("they know %+v and %+v", a, b)
	}
	p.says(onTele, "stop", "stop hush bot.stop -reminder -deadline")
	p.says(onSMS, "menu", "command bot.menu[3]")
	if on := p.of(onSMS).Reminders.On; len(on) != 1 {
		t.Errorf("STOP on one phone ended the reminders of the other: %+v", on)
	}
}

// Two phones may each have had a deadline of one group: joined, they have the
// one agreed to last.
func TestOneDeadlineOfAGroup(t *testing.T) {
	for _, first := range []Address{onSMS, onTele} {
		p := newPhones(t)
		p.begin(onSMS)
		p.begin(onTele)
		for who, s := range map[Address]Subscription{onSMS: {"caf-janvier", 20261101, 20261101}, onTele: {"caf-fevrier", 20261102, 20261102}} {
			c := p.of(who)
			c.Reminders = Reminders{On: []Subscription{s}, Changed: 1}
			p.all[who] = c
		}
		second := onTele
		if first == onTele {
			second = onSMS
		}
		p.says(first, "lier", "command bot.join.code +deadline")
		p.take(second, Said{At: p.at, Text: "lier k7t4pd"})
		if on := p.of(second).Reminders.On; len(on) != 1 || on[0].Deadline != "caf-fevrier" {
			t.Errorf("reminded of %+v", on)
		}
	}
}

// Deadlines that are known no more leave their place; where there is none, the
// learner is not told that there was.
func TestNoRoomForAReminder(t *testing.T) {
	full := func(k *talk, n int) {
		r := k.lib.newest
		for i := range MaxReminders {
			id := DeadlineID("x" + digit(i+1))
			if i < n {
				r.Deadlines = append(r.Deadlines, Deadline{ID: id, Opens: 1, Remind: []int{0}})
			}
			k.c.Reminders.On = append(k.c.Reminders.On, Subscription{Deadline: id, Since: 20261101, Told: 20261101})
		}
	}
	k := newTalk(t, library())
	k.at = on(20261120)
	k.say("mes rappels")
	full(k, MaxReminders-1)
	k.expect("boite", "understood bot.reminders.on[10] +deadline")
	if on := k.c.Reminders.On; len(on) != MaxReminders || on[MaxReminders-1].Deadline != "boite" {
		t.Errorf("reminded of %+v", on)
	}
	k.expect("impots", "understood bot.reminders.not bot.reminders[10]")

	flow := newFlow("mail", Step{ID: "oui", Deadline: "impots"}, Step{ID: "fin", End: Stopped})
	k = newTalk(t, NewLibrary(newRevision("r1", []FlowID{"mail"}, flow)))
	k.at = on(20261120)
	full(k, MaxReminders)
	k.expect("mail", "began bot.welcome bot.reminders.not mail.fin bot.menu.next[2] +deadline")
}

// A timer that was lost is set again by the next turn, and one that told nothing
// leaves what was agreed to as it was.
func TestALostTimerIsSetAgain(t *testing.T) {
	k := subscribed(t, "actualisation")
	k.at = on(20261129)
	k.expect("encore", "command bot.menu[2] +deadline")
	k.reminded(20261129, "reminded bot.deadline.actualisation.reminder +deadline")
	k.expect("encore", "command bot.menu[2]")

	changed := k.c.Reminders.Changed
	k.c.Reminders.Due = 20261205 // of a revision that had another day
	k.reminded(20261205, "stale +deadline")
	if got := k.c.Reminders; got.Due != 20261212 || got.Changed != changed {
		t.Errorf("%+v, changed before %d", got, changed)
	}
}
