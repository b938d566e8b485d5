package flows

import (
	"iter"
	"slices"
	"time"
)

// A DeadlineID names a deadline for ever: "actualisation".
type DeadlineID string

// A Deadline is something that has to be done in time, again and again. The
// days are data of a revision: no lesson and no program holds them.
type Deadline struct {
	ID DeadlineID
	// Group holds deadlines of which a learner has one: they are offered as one.
	Group string
	// Months are those in which it opens; none means all.
	Months []time.Month
	// Opens and Closes are days of the month; one that closes before it opens
	// does so in the month after. A month too short has its last day, and 0
	// means that day. February is the opening in that month, where it differs.
	Opens, February, Closes int
	// Every, when set, counts the months from the day the learner agreed, in
	// place of all that; Lasts is how many months nothing may be done at most.
	Every, Lasts int
	// Remind are the days of the reminders: so many after the opening, or,
	// below zero, before the closing.
	Remind []int
	// Dated says that the days are sure enough to be told.
	Dated bool
}

// A Window is from when to when something can be done, both days included.
type Window struct{ Opens, Closes Date }

// span is how many months around a day may hold the window it belongs to.
const span = 13

// windows are those that close on that day or later, in order, for a learner who
// agreed on the day since.
func (d *Deadline) windows(day, since Date) iter.Seq[Window] {
	return func(yield func(Window) bool) {
		for n := day.months() - span; n <= day.months()+span; n++ {
			if w, ok := d.window(n, since); ok && w.Closes >= day && !yield(w) {
				return
			}
		}
	}
}

// window is the one that opens in a month, if one does.
func (d *Deadline) window(months int, since Date) (Window, bool) {
	if d.Every > 0 {
		n := months - since.months()
		return Window{since.addMonths(n), since.addMonths(n - d.Every + d.Lasts)}, n > 0 && n%d.Every == 0
	}
	opens, closing := d.Opens, months
	month := time.Month(months%12 + 1)
	if month == time.February && d.February > 0 {
		opens = d.February
	}
	if d.Closes != 0 && d.Closes < opens {
		closing++
	}
	ok := len(d.Months) == 0 || slices.Contains(d.Months, month)
	return Window{dayOf(months, opens), dayOf(closing, d.Closes)}, ok
}

// next is the window that is open on a day, or opens next.
func (d *Deadline) next(day, since Date) Window {
	for w := range d.windows(day, since) {
		return w
	}
	return Window{}
}

// due is the first day after the one last told on which the learner is to be
// reminded, and what of; 0 when there is none.
func (d *Deadline) due(told, since Date) (Date, Window) {
	for w := range d.windows(told, since) {
		first := Date(0)
		for _, n := range d.Remind {
			if day := w.reminder(n); day > told && w.Opens <= day && day <= w.Closes && (first == 0 || day < first) {
				first = day
			}
		}
		if first != 0 {
			return first, w
		}
	}
	return 0, Window{}
}

// reminder is the day of a reminder.
func (w Window) reminder(n int) Date {
	if n < 0 {
		return w.Closes.Add(n)
	}
	return w.Opens.Add(n)
}

// Deadline returns the deadline of that id, or nil.
func (r *Revision) Deadline(id DeadlineID) *Deadline {
	for i := range r.Deadlines {
		if r.Deadlines[i].ID == id {
			return &r.Deadlines[i]
		}
	}
	return nil
}

// Lines are what the list of reminders offers, in order: the names of deadlines,
// and of groups in the place of their first.
func (r *Revision) Lines() []string {
	var lines []string
	for i := range r.Deadlines {
		if name := r.Deadlines[i].line(); !slices.Contains(lines, name) {
			lines = append(lines, name)
		}
	}
	return lines
}

// line is the name under which a deadline is offered.
func (d *Deadline) line() string {
	if d.Group != "" {
		return d.Group
	}
	return string(d.ID)
}

// Members are the deadlines that a line of the list stands for.
func (r *Revision) Members(line string) []DeadlineID {
	var ids []DeadlineID
	for i := range r.Deadlines {
		if r.Deadlines[i].line() == line {
			ids = append(ids, r.Deadlines[i].ID)
		}
	}
	return ids
}

// Names of the days of a window in sentences. In a lesson the id of a deadline
// follows: "ouvre:actualisation".
const (
	OpensName  = "ouvre"
	ClosesName = "ferme"
)

// args are the days of a window, for the sentences about its deadline.
func (w Window) args() []Arg {
	return []Arg{
		{Name: OpensName, Key: KeyDate, Value: w.Opens.String()},
		{Name: ClosesName, Key: KeyDate, Value: w.Closes.String()},
		{Name: "mois", Key: KeyMonth, Value: w.Opens.String()},
	}
}

// dayNamed is a day of the next window of a deadline, for a sentence of a lesson.
func (t *turn) dayNamed(name, which string, id DeadlineID) Arg {
	d := t.lib.newest.Deadline(id)
	if d == nil || !d.Dated {
		return Arg{Name: name}
	}
	w := d.next(t.today(), t.today())
	if which == ClosesName {
		w.Opens = w.Closes
	}
	return Arg{Name: name, Key: KeyDate, Value: w.Opens.String()}
}

// today is the day of the turn where the learner lives.
func (t *turn) today() Date {
	at := t.at
	if t.lib.Zone != nil {
		at = at.In(t.lib.Zone(t.c.Profile))
	}
	return DateOf(at)
}
