package flows

import (
	"slices"
	"time"
)

// Reminders of deadlines: who asked for them, when they are due, and the turn
// that says them. Nobody is reminded who did not ask for it.

// Reminders are what the learner agreed to be told or asked on a later day.
type Reminders struct {
	// On are the deadlines to be reminded of.
	On []Subscription `json:"o,omitempty"`
	// Due is the day for which [DeadlineTimer] is set here.
	Due Date `json:"d,omitempty"`
	// Asks tells whether the learner may be asked about a lesson a month later.
	Asks Asking `json:"a,omitempty"`
	// Lessons are those to be asked about.
	Lessons []Learned `json:"l,omitempty"`
	// Ask is the day for which [LaterTimer] is set here.
	Ask Date `json:"k,omitempty"`
	// Changed is when any of this changed last, but for the timers, in
	// milliseconds of Unix time: of two conversations joined the later one is
	// right.
	Changed int64 `json:"c,omitempty"`
}

// A Subscription is one deadline to be reminded of.
type Subscription struct {
	Deadline DeadlineID `json:"i"`
	// Since is the day the learner agreed; Told, the last day reminded of.
	Since Date `json:"s"`
	Told  Date `json:"t"`
}

// Limits of what the learner may be told or asked later.
const (
	MaxReminders = 5 // deadlines
	MaxLearned   = 4 // lessons
)

// morning is when a reminder comes: 9:30, as [Delay.Clock] counts.
const morning = 9*60 + 30 + 1

// plan sets the timers of later days, when they are no longer right. One whose
// day is past was lost, unless this turn has just put it off.
func (t *turn) plan() {
	t.onePerLine()
	r := &t.c.Reminders
	due, ask := t.nextReminder(), t.nextAsking()
	if t.c.Mode == StoppedMode {
		due, ask = 0, 0
	}
	if due == r.Due && due < t.today() && !t.putOff && t.c.Mode != HumanMode {
		r.Due = 0
	}
	t.timed(DeadlineTimer, r.Due, due)
	t.timed(LaterTimer, r.Ask, ask)
	r.Due, r.Ask = due, ask
}

// timed sets a timer that was set for another day.
func (t *turn) timed(timer Timer, was, day Date) {
	switch {
	case was == day:
	case day == 0:
		t.cancel(timer)
	default:
		t.do(Schedule{
			Timer: timer, Mark: uint64(day), //nolint:gosec // never negative
			Delay: Delay{On: day, Clock: morning, Latest: timer == DeadlineTimer},
		})
	}
}

// nextReminder is the day of the next reminder of a deadline, or 0.
func (t *turn) nextReminder() Date {
	first := Date(0)
	for _, s := range t.c.Reminders.On {
		d := t.lib.newest.Deadline(s.Deadline)
		if d == nil { // known again in another revision, perhaps
			continue
		}
		if day, _ := d.due(s.Told, s.Since); day != 0 && (first == 0 || day < first) {
			first = day
		}
	}
	return first
}

// deadlineNear says the reminders of a day. The question that waits goes on
// waiting. While a person helps they are kept, and where the learner is at their
// other conversation they come there.
func (t *turn) deadlineNear(in Elapsed) {
	r := &t.c.Reminders
	if r.Due == 0 || in.Mark != uint64(r.Due) { //nolint:gosec // never negative
		return
	}
	day, on := max(t.today(), r.Due), slices.Clone(r.On)
	var says []Say
	for i := range on {
		if say, open := t.reminderOf(&on[i], day); open {
			says = append(says, say)
		}
	}
	if len(says) > 0 && (t.c.Mode == HumanMode || in.Elsewhere) {
		t.putOff = true
		t.do(Schedule{Timer: DeadlineTimer, Mark: in.Mark, Delay: Delay{After: time.Hour}})
		return
	}
	told := !slices.Equal(on, r.On)
	r.Due, r.On = 0, on
	spoken := t.c.Spoken
	for _, say := range says {
		t.because(Reminded)
		t.do(say)
	}
	t.c.Spoken = spoken // it tells nobody which lesson waits
	if told {
		t.changed()
	}
}

// reminderOf is what is said of a deadline on a day, and notes that it was. Of
// reminders that were missed the last is said, as long as there is time.
func (t *turn) reminderOf(s *Subscription, day Date) (say Say, open bool) {
	d := t.lib.newest.Deadline(s.Deadline)
	if d == nil {
		return say, false
	}
	var last Window
	for due, w := d.due(s.Told, s.Since); due != 0 && due <= day; due, w = d.due(s.Told, s.Since) {
		s.Told, last = due, w
	}
	return Say{
		Revision: t.lib.newest.ID, Key: DeadlineKey(d.line()) + ".reminder", Args: last.args(),
		Reminder: true, Until: last.Closes,
	}, last.Closes >= t.today()
}

// changed notes that what the learner agreed to is no longer the same.
func (t *turn) changed() {
	r := &t.c.Reminders
	r.Changed = max(t.at.UnixMilli(), r.Changed+1)
}

// subscribe reminds the learner of a deadline from now on, in place of any other
// of its group. It tells whether that is so.
func (t *turn) subscribe(id DeadlineID) bool {
	d := t.lib.newest.Deadline(id)
	if d == nil {
		return false
	}
	t.unsubscribe(d.line())
	t.makeRoom()
	r := &t.c.Reminders
	if len(r.On) >= MaxReminders {
		return false
	}
	r.On = append(slices.Clip(r.On), Subscription{Deadline: id, Since: t.today(), Told: t.today()})
	return true
}

// makeRoom forgets, where there are too many, the first of those that nobody can
// be reminded of any more.
func (t *turn) makeRoom() {
	r := &t.c.Reminders
	gone := slices.IndexFunc(r.On, func(s Subscription) bool { return t.lib.newest.Deadline(s.Deadline) == nil })
	if len(r.On) >= MaxReminders && gone >= 0 {
		r.On = slices.Delete(slices.Clone(r.On), gone, gone+1)
	}
}

// onePerLine keeps of each group what the learner agreed to last: two
// conversations may each have had one.
func (t *turn) onePerLine() {
	r := &t.c.Reminders
	outdated := func(s Subscription) bool {
		return slices.ContainsFunc(r.On, func(other Subscription) bool { return t.replaces(other, s) })
	}
	if slices.ContainsFunc(r.On, outdated) {
		r.On = slices.DeleteFunc(slices.Clone(r.On), outdated)
		t.changed()
	}
}

// replaces tells whether of two deadlines of one group the first was agreed to
// later; of those of one day one does, the same on every conversation.
func (t *turn) replaces(s, old Subscription) bool {
	a, b := t.lib.newest.Deadline(s.Deadline), t.lib.newest.Deadline(old.Deadline)
	if a == nil || b == nil || a.line() != b.line() {
		return false
	}
	return s.Since > old.Since || s.Since == old.Since && s.Deadline > old.Deadline
}

// unsubscribe ends the reminders that a line of the list stands for.
func (t *turn) unsubscribe(line string) {
	members := t.lib.newest.Members(line)
	t.c.Reminders.On = slices.DeleteFunc(slices.Clone(t.c.Reminders.On), func(s Subscription) bool {
		return slices.Contains(members, s.Deadline)
	})
	t.changed()
}

// on tells whether the learner is reminded of what a line of the list stands for.
func (r *Reminders) on(members []DeadlineID) bool {
	return slices.ContainsFunc(r.On, func(s Subscription) bool { return slices.Contains(members, s.Deadline) })
}

// agreed takes a step that tells of a deadline agreed to. One without words of
// its own has it confirmed. It tells whether the words of the step hold.
func (t *turn) agreed(s *Step) bool {
	switch {
	case s.Deadline == "":
		return true
	case !t.subscribe(s.Deadline):
		t.says++
		t.say(KeyReminderNot)
		return false
	case !s.Text:
		t.says++
		t.say(KeyReminderSet, t.named(s.Deadline))
	}
	return true
}

// named is a deadline in a sentence about it.
func (t *turn) named(id DeadlineID) Arg {
	return Arg{Name: "rappel", Key: DeadlineKey(t.lib.newest.Deadline(id).line())}
}

// forget ends all of it, as STOP wants; nobody is asked again whether they may
// be asked. The timers are still to be cancelled.
func (r *Reminders) forget() {
	asks := r.Asks
	if asks != NeverAsked {
		asks = AskNot
	}
	*r = Reminders{Asks: asks, Due: r.Due, Ask: r.Ask}
}

// with is what the learner agreed to on this or on their other conversation,
// whichever is later; on both, when the two are being joined. The timers are
// those set here.
func (r Reminders) with(peer Reminders, joining bool) Reminders {
	due, ask := r.Due, r.Ask
	switch {
	case joining:
		r = r.and(peer)
	case peer.Changed > r.Changed:
		r = peer
	}
	r.Due, r.Ask = due, ask
	return r
}

// and is all that was agreed to on either.
func (r Reminders) and(peer Reminders) Reminders {
	if r.Changed == 0 && peer.Changed == 0 {
		return r
	}
	r.On, r.Lessons = slices.Clip(r.On), slices.Clip(r.Lessons)
	for _, s := range peer.On {
		if len(r.On) < MaxReminders && !r.on([]DeadlineID{s.Deadline}) {
			r.On = append(r.On, s)
		}
	}
	for _, l := range peer.Lessons {
		if len(r.Lessons) < MaxLearned && r.lesson(l.Flow) < 0 {
			r.Lessons = append(r.Lessons, l)
		}
	}
	if r.Asks == NeverAsked || peer.Asks == MayAsk {
		r.Asks = peer.Asks
	}
	r.Changed = max(r.Changed, peer.Changed) + 1
	return r
}
