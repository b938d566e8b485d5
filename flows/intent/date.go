package intent

import (
	"fmt"
	"strings"
)

// A dateParts is a date being read: its numbers in the order they were
// written, and its month when that was a word.
type dateParts struct {
	numbers [3]string
	count   int
	month   int
	// monthAt counts the numbers before the month.
	monthAt int
}

// parseDate reads a date with its year, as it is written in France: "3/5/80",
// "le 3 mai 1980", "03051980"; also 1980-05-03.
func parseDate(text string) (string, bool) {
	folded := Fold(text)
	if len(folded) > maxTextAnswer {
		return "", false
	}
	var parts dateParts
	for word := range strings.SplitSeq(joinedMonths(folded), " ") {
		if !parts.take(word) {
			return "", false
		}
	}
	day, month, year := parts.order()
	if month < 1 || month > 12 || day < 1 || year == 0 || day > daysIn(month, year) {
		return "", false
	}
	return fmt.Sprintf("%04d-%02d-%02d", year, month, day), true
}

// take reads one word of a date; it fails on what no date has.
func (p *dateParts) take(word string) bool {
	if digits := strings.TrimRight(word, "abcdefghijklmnopqrstuvwxyz"); digits != "" && len(onlyDigits(digits)) == len(digits) {
		if end := word[len(digits):]; end != "" && !isRankEnd(end) || p.count == len(p.numbers) {
			return false
		}
		p.numbers[p.count] = digits
		p.count++
		return true
	}
	if m := monthOf(word); m > 0 {
		ok := p.month == 0
		p.month, p.monthAt = m, p.count
		return ok
	}
	if (word == "premier" || word == "اول") && p.count == 0 {
		p.numbers[0], p.count = "1", 1
		return true
	}
	return isAroundDate(word)
}

// order tells day, month and year apart; zero stands for what is missing.
func (p *dateParts) order() (day, month, year int) {
	n := p.numbers
	switch {
	case p.month > 0 && p.count == 2 && len(n[0]) == 4 && p.monthAt == 1: // 1980 mai 3
		return small(n[1]), p.month, yearOf(n[0])
	case p.month > 0 && p.count == 2 && p.monthAt < 2:
		return small(n[0]), p.month, yearOf(n[1])
	case p.month > 0:
		return 0, 0, 0
	case p.count == 1:
		return unglue(n[0])
	case p.count != 3:
		return 0, 0, 0
	case len(n[0]) == 4:
		return small(n[2]), small(n[1]), yearOf(n[0])
	}
	return small(n[0]), small(n[1]), yearOf(n[2])
}

// unglue reads six or eight digits without marks: 03051980, 19800503, 030580.
func unglue(digits string) (day, month, year int) {
	switch len(digits) {
	case 6:
		return small(digits[:2]), small(digits[2:4]), yearOf(digits[4:])
	case 8:
		if month = small(digits[2:4]); month > 12 {
			return small(digits[6:]), small(digits[4:6]), yearOf(digits[:4])
		}
		return small(digits[:2]), month, yearOf(digits[4:])
	}
	return 0, 0, 0
}

// centuryTurn parts years of two digits: 29 is 2029, 30 is 1930. Birth dates
// are what learners write most, and appointments lie a few years ahead.
const centuryTurn = 30

// yearOf reads a year of four or two digits, zero for another one.
func yearOf(digits string) int {
	year := 0
	for _, c := range []byte(digits) {
		year = year*10 + int(c-'0')
	}
	switch {
	case len(digits) == 2 && year < centuryTurn:
		return 2000 + year
	case len(digits) == 2:
		return 1900 + year
	case len(digits) == 4 && year >= 1900 && year < 2100:
		return year
	}
	return 0
}

// daysIn counts the days of a month.
func daysIn(month, year int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// monthOf reads the name of a month, or returns 0.
func monthOf(word string) int {
	switch word {
	case "janvier", "janv", "jan", "january":
		return 1
	case "fevrier", "fevr", "fev", "feb", "february":
		return 2
	case "mars", "mar", "march":
		return 3
	case "avril", "avr", "apr", "april":
		return 4
	case "mai", "may":
		return 5
	case "juin", "jun", "june":
		return 6
	case "juillet", "juil", "jul", "july":
		return 7
	case "aout", "out", "aug", "august":
		return 8
	case "septembre", "sept", "sep", "september":
		return 9
	case "octobre", "oct", "october":
		return 10
	case "novembre", "nov", "november":
		return 11
	case "decembre", "dec", "december":
		return 12
	}
	return arabicMonth(word)
}

// isAroundDate reports whether a word may stand beside a date.
func isAroundDate(word string) bool {
	switch word {
	case "le", "la", "du", "de", "en", "ne", "nee", "je", "suis", "c", "est", "ma", "mon", "date", "naissance", "merci", "svp", "bonjour", "i", "was", "born", "on", "the", "of",
		"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
		"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday":
		return true
	}
	return isAroundArabicDate(word)
}
