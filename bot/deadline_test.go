package bot

import (
	"strings"
	"testing"
	"time"

	"passerelle/flows"
)

// A reminder of a deadline comes in permitted hours where the learner lives, on its
// day or on one before it.
func TestWakeOfADeadline(t *testing.T) {
	z, err := loadZones()
	if err != nil {
		t.Fatal(err)
	}
	late := hours{opens: 10 * time.Hour, closes: 20 * time.Hour}
	for _, tt := range []struct {
		name    string
		hours   hours
		commune string
		now     string
		day     flows.Date
		want    string
	}{
		{"a working day", usualHours(), "", "2026-11-20 12:00", 20261212, "2026-12-12 09:30"},
		{"a Sunday", usualHours(), "", "2026-11-20 12:00", 20270228, "2027-02-27 09:30"},
		{"the first of the year", usualHours(), "", "2026-11-20 12:00", 20270101, "2026-12-31 09:30"},
		{"the Sunday of Easter, when clocks change", usualHours(), "", "2026-11-20 12:00", 20270328, "2027-03-27 09:30"},
		{"after a holiday of Metz", usualHours(), "57000", "2026-11-20 12:00", 20261227, "2026-12-24 09:30"},
		{"the same day elsewhere", usualHours(), "60100", "2026-11-20 12:00", 20261227, "2026-12-26 09:30"},
		{"in Tahiti", usualHours(), "98700", "2026-11-20 12:00", 20261212, "2026-12-12 09:30"},
		{"in Nouméa, on a Sunday", usualHours(), "98800", "2026-11-20 12:00", 20270228, "2027-02-27 09:30"},
		{"where people are written to late", late, "", "2026-11-20 12:00", 20261212, "2026-12-11 19:30"},
		{"tomorrow, a Sunday, seen at night", usualHours(), "", "2027-02-27 22:00", 20270228, "2027-03-01 08:00"},
		{"tomorrow, a Sunday, seen after the hour of reminders", usualHours(), "", "2027-02-27 15:00", 20270228, "2027-03-01 08:00"},
		{"a day that is past", usualHours(), "", "2026-12-13 12:00", 20261212, "2026-12-14 08:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b, who := &Bot{hours: tt.hours, zones: z}, flows.Profile{Commune: tt.commune}
			now := in(t, z.of(who).String(), tt.now)
			delay := flows.Delay{On: tt.day, Clock: 9*60 + 31, Latest: true}
			got, ok := b.wake(flows.Schedule{Timer: flows.DeadlineTimer, Mark: 7, Delay: delay}, now, who)
			if !ok || got.Due.Format(minute) != tt.want || got.Mark != 7 {
				t.Errorf("wake = %+v, %t, want %s", got, ok, tt.want)
			}
		})
	}
	b := &Bot{hours: usualHours(), zones: z}
	sunday := flows.Schedule{Timer: flows.LaterTimer, Delay: flows.Delay{On: 20270228, Clock: 9*60 + 31}}
	if got, ok := b.wake(sunday, in(t, home, "2026-11-20 12:00"), flows.Profile{}); !ok || got.Due.Format(minute) != "2027-03-01 08:00" {
		t.Errorf("a question a month later comes %+v", got)
	}
}

// Whatever the day and the hour at which a reminder is set, it comes in permitted
// hours, and never after its day unless the hour of reminders was over on the last
// day permitted before.
func TestADeadlineComesInTime(t *testing.T) {
	b := &Bot{hours: usualHours()}
	now := in(t, home, "2026-11-20 06:13")
	for n := range 3000 {
		day := flows.DateOf(now).Add(n % 40)
		w, ok := b.wake(flows.Schedule{Timer: flows.DeadlineTimer, Delay: flows.Delay{On: day, Clock: 9*60 + 31, Latest: true}}, now, flows.Profile{})
		if !ok || w.Due.Before(now) || !b.hours.permitted(w.Due, flows.Profile{}).Equal(w.Due) {
			t.Fatalf("the reminder of %s, set at %s, comes at %s, %t", day, now, w.Due, ok)
		}
		last := b.hours.earlierDay(flows.Delay{On: day, Clock: 9*60 + 31}.From(now), flows.Profile{})
		if flows.DateOf(w.Due) > day && last.After(now) {
			t.Fatalf("the reminder of %s, set at %s, comes on %s", day, now, w.Due)
		}
		now = now.Add(61 * time.Minute)
	}
}

// From MES RAPPELS to the message: the timer is set in the learner's zone, the
// reminder leaves the question alone, and is not sent when its end is past.
func TestAReminderOfADeadline(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	who := flows.Address("flaky:1")
	k.bot.now = func() time.Time { return in(t, home, "2026-11-20 12:00") }
	say := func(text string) {
		t.Helper()
		k.must(k.bot.Receive(t.Context(), who, text, flows.Said{At: k.bot.now(), Text: text}))
	}
	say("mes rappels")
	say("actualisation")
	say("c'est tout")
	timers := k.record(who).Timers
	if len(timers) != 1 || timers[0].Timer != flows.DeadlineTimer || timers[0].Due.In(k.zones.home).Format(minute) != "2026-11-28 09:30" {
		t.Fatalf("timers %+v", timers)
	}
	before := k.record(who).Conversation
	k.must(k.bot.Receive(t.Context(), who, "elapsed", flows.Elapsed{At: timers[0].Due, Timer: flows.DeadlineTimer, Mark: timers[0].Mark}))
	after := k.record(who)
	if after.Conversation.Question != before.Question || after.Timers[0].Due.In(k.zones.home).Format(minute) != "2026-12-12 09:30" {
		t.Errorf("question %+v, timers %+v", after.Conversation.Question, after.Timers)
	}
	last := k.lastHeard(who)
	if !strings.Contains(last, "du 28 novembre au 15 décembre") || !strings.Contains(last, "MES RAPPELS") {
		t.Errorf("the reminder is %q", last)
	}
}
