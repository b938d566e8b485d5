package flows

import (
	"fmt"
	"time"
)

// A Date is a day of the calendar, wherever one lives, as a number that is read
// and compared easily: 20261128. 0 is no day.
type Date int

// DateOf is the day an instant falls on, in its own zone.
func DateOf(at time.Time) Date {
	y, m, d := at.Date()
	return Date((y*100+int(m))*100 + d)
}

// ParseDate reads what [Date.String] writes.
func ParseDate(text string) (Date, bool) {
	at, err := time.Parse(time.DateOnly, text)
	return DateOf(at), err == nil
}

// String is the day as "2026-11-28".
func (d Date) String() string {
	y, m, day := d.Parts()
	return fmt.Sprintf("%04d-%02d-%02d", y, m, day)
}

// Parts are the year, the month and the day of the month.
func (d Date) Parts() (year int, month time.Month, day int) {
	n := int(d)
	return n / 10000, time.Month(n / 100 % 100), n % 100
}

// Add is the day so many days later.
func (d Date) Add(days int) Date {
	y, m, day := d.Parts()
	return DateOf(time.Date(y, m, day+days, 0, 0, 0, 0, time.UTC))
}

// addMonths is the same day so many months later, or the last day of a month
// that is shorter.
func (d Date) addMonths(n int) Date {
	_, _, day := d.Parts()
	return dayOf(d.months()+n, day)
}

// months counts the months since the year 0.
func (d Date) months() int {
	y, m, _ := d.Parts()
	return y*12 + int(m) - 1
}

// dayOf is a day of a month counted as [Date.months] counts, or the last day of
// one that is shorter. Day 0 is the last of any.
func dayOf(months, day int) Date {
	y, m := months/12, time.Month(months%12+1)
	_, _, last := time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC).Date()
	if day == 0 || day > last {
		day = last
	}
	return Date((y*100+int(m))*100 + day)
}
