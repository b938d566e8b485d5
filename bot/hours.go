package bot

import "time"

// Permitted hours: when a learner may be written to without having asked just
// now. Monday to Saturday, from 8:00 to 21:30, never on a Sunday or a public
// holiday, all of it in the learner's own zone.
const (
	opens  = 8 * time.Hour
	closes = 21*time.Hour + 30*time.Minute
)

// permitted returns at when it lies in permitted hours, else the next instant
// that does. The zone of at is the learner's.
func permitted(at time.Time) time.Time {
	if restful(at) || !at.Before(clock(at, closes)) {
		return nextOpening(at)
	}
	if opening := clock(at, opens); at.Before(opening) {
		return opening
	}
	return at
}

// nextOpening returns the first opening on a working day after that of at.
func nextOpening(at time.Time) time.Time {
	for {
		y, m, d := at.Date()
		at = time.Date(y, m, d+1, 0, 0, 0, 0, at.Location())
		if !restful(at) {
			return clock(at, opens)
		}
	}
}

// clock returns the given time of day on the day of at, as clocks show it.
func clock(at time.Time, since time.Duration) time.Time {
	y, m, d := at.Date()
	return time.Date(y, m, d, 0, int(since/time.Minute), 0, 0, at.Location())
}

// restful tells whether the day of at is a Sunday or a French public holiday.
func restful(at time.Time) bool {
	return at.Weekday() == time.Sunday || holiday(at)
}

// holiday tells whether the day of at is a public holiday all over France.
func holiday(at time.Time) bool {
	_, m, d := at.Date()
	switch int(m)*100 + d {
	case 101, 501, 508, 714, 815, 1101, 1111, 1225:
		return true
	}
	easter := easter(at.Year())
	switch at.YearDay() - easter.YearDay() {
	case 1, 39, 50: // Easter Monday, Ascension, Whit Monday
		return true
	}
	return false
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
