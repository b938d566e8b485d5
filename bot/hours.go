package bot

import (
	"slices"
	"time"

	"passerelle/flows"
)

// hours are when a learner may be written to without having asked just now, in
// the learner's own zone: from one time of day to another, on Sundays and public
// holidays only where the host says so. The usual ones, Monday to Saturday from
// 8:00 to 21:30, are the stricter of the charters of AF2M of 2024 and 2026.
type hours struct {
	opens, closes     time.Duration
	sundays, holidays bool
	// always says that any hour is permitted.
	always bool
}

// beforeClosing is how long before the end of permitted hours something comes
// that may not come later: what sends it may take its time.
const beforeClosing = 30 * time.Minute

// maxRestful is more days than ever rest in a row.
const maxRestful = 10

// reminding is when a reminder comes that is due then: in permitted hours, before
// due where it may not come after it, else later; false when there are none.
func (h hours) reminding(d flows.Delay, due, now time.Time, p flows.Profile) (time.Time, bool) {
	switch {
	case !d.Latest:
		return h.permitted(due, p), true
	case d.On != 0:
		due = h.earlierDay(due, p)
	}
	return h.latest(due, now, p)
}

// earlierDay is the same time of day on the last day up to due on which people
// are written to then; due itself when there is none.
func (h hours) earlierDay(due time.Time, p flows.Profile) time.Time {
	for back := range maxRestful {
		if at := due.AddDate(0, 0, -back); h.permitted(at, p).Equal(at) {
			return at
		}
	}
	return due
}

// latest returns due when it lies in permitted hours, else the last instant
// before it that does and is after now; false when there is none.
func (h hours) latest(due, now time.Time, p flows.Profile) (time.Time, bool) {
	if h.permitted(due, p).Equal(due) {
		return due, due.After(now)
	}
	for back := range maxRestful {
		day := due.AddDate(0, 0, -back)
		at := clock(day, h.closes-beforeClosing)
		if at.Before(due) && !h.restful(day, p) {
			return at, at.After(now)
		}
	}
	return due, false
}

// permitted returns at when it lies in permitted hours, else the next instant
// that does. The zone of at is the learner's.
func (h hours) permitted(at time.Time, p flows.Profile) time.Time {
	if h.always {
		return at
	}
	if h.restful(at, p) || !at.Before(clock(at, h.closes)) {
		return h.nextOpening(at, p)
	}
	if opening := clock(at, h.opens); at.Before(opening) {
		return opening
	}
	return at
}

// nextOpening returns the first opening on a working day after that of at.
func (h hours) nextOpening(at time.Time, p flows.Profile) time.Time {
	for {
		y, m, d := at.Date()
		at = time.Date(y, m, d+1, 0, 0, 0, 0, at.Location())
		if !h.restful(at, p) {
			return clock(at, h.opens)
		}
	}
}

// clock returns the given time of day on the day of at, as clocks show it.
func clock(at time.Time, since time.Duration) time.Time {
	y, m, d := at.Date()
	return time.Date(y, m, d, 0, int(since/time.Minute), 0, 0, at.Location())
}

// restful tells whether nobody is written to on the day of at: a Sunday, or a
// public holiday where the learner lives.
func (h hours) restful(at time.Time, p flows.Profile) bool {
	return at.Weekday() == time.Sunday && !h.sundays || (holiday(at) || local(at, p)) && !h.holidays
}

// holiday tells whether the day of at is a public holiday all over France.
func holiday(at time.Time) bool {
	_, m, d := at.Date()
	switch int(m)*100 + d {
	case 101, 501, 508, 714, 815, 1101, 1111, 1225:
		return true
	}
	switch at.YearDay() - easter(at.Year()).YearDay() {
	case 1, 39, 50: // Easter Monday, Ascension, Whit Monday
		return true
	}
	return false
}

// local tells whether the day of at is one of the two more holidays of Alsace and
// Moselle: Good Friday, and the day after Christmas. Source: code du travail,
// art. L3134-13.
func local(at time.Time, p flows.Profile) bool {
	if len(p.Commune) < 2 || !slices.Contains([]string{"57", "67", "68"}, p.Commune[:2]) {
		return false
	}
	_, m, d := at.Date()
	return m == time.December && d == 26 || at.YearDay()-easter(at.Year()).YearDay() == -2
}

// easter returns Easter Sunday of a year of the Gregorian calendar, by the
// century-free form of the ecclesiastical tables (Butcher's rule).
func easter(year int) time.Time {
	golden := year % 19
	century, rest := year/100, year%100
	moon := (19*golden + century - century/4 - (century-(century+8)/25+1)/3 + 15) % 30
	week := (32 + 2*(century%4) + 2*(rest/4) - moon - rest%4) % 7
	late := (golden + 11*moon + 22*week) / 451
	n := moon + week - 7*late + 114
	return time.Date(year, time.Month(n/31), n%31+1, 0, 0, 0, 0, time.UTC)
}
