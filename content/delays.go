package content

import (
	"strconv"
	"strings"
	"time"

	"passerelle/flows"
)

// maxDelay is the greatest number of days a delay may count.
const maxDelay = 366

var (
	tomorrow = lexicon{{"demain", "tomorrow"}}
	in       = lexicon{{"dans", "in", "après", "after"}}
	atHour   = lexicon{{"à", "at"}}
	before   = lexicon{{"avant", "before"}}
)

// A unit is one word for a length of time.
type unit struct {
	names lexicon
	after time.Duration
	days  int
}

var units = []unit{
	{lexicon{{"minute", "minutes", "min"}}, time.Minute, 0},
	{lexicon{{"heure", "heures", "hour", "hours"}}, time.Hour, 0},
	{lexicon{{"jour", "jours", "day", "days"}}, 0, 1},
	{lexicon{{"semaine", "semaines", "week", "weeks"}}, 0, 7},
}

// readReminder reads the delay of a reminder, which may have to come before an
// hour: "avant demain 18h".
func readReminder(text string) (delay flows.Delay, taken int) {
	w := wordsOf(text)
	if !w.is(0, before) {
		return readDelay(text)
	}
	skip := w.end(1)
	if delay, taken = readDelay(text[skip:]); taken == 0 {
		return delay, 0
	}
	delay.Latest = true
	return delay, skip + taken
}

// readDelay reads a delay at the beginning of a text: "30 minutes", "1 jour",
// "demain 10h", "dans 3 jours 9h30". It returns how many bytes it took, or 0.
func readDelay(text string) (delay flows.Delay, taken int) {
	w := wordsOf(text)
	i := 0
	if _, ok := in.find(w.at(i)); ok {
		i++
	}
	switch n, err := strconv.Atoi(w.at(i)); {
	case err == nil:
		u, known := unitOf(w.at(i + 1))
		if !known || n < 1 || n > maxDelay*24*60 {
			return flows.Delay{}, 0
		}
		delay = flows.Delay{After: time.Duration(n) * u.after, Days: n * u.days}
		i += 2
	case w.is(i, tomorrow):
		delay.Days = 1
		i++
	}
	if delay.After == 0 {
		i = w.readClock(i, &delay)
	}
	if delay == (flows.Delay{}) || delay.Days > maxDelay || delay.After > maxDelay*24*time.Hour {
		return flows.Delay{}, 0
	}
	return delay, w.end(i)
}

// wholeDelay reads a text that is a delay and nothing else.
func wholeDelay(text string) (flows.Delay, bool) {
	delay, taken := readDelay(text)
	return delay, taken > 0 && strings.TrimSpace(text[taken:]) == ""
}

// spaced are the words of a text with the byte at which each ends.
type spaced struct {
	words []string
	ends  []int
}

// wordsOf splits a text at its blanks.
func wordsOf(text string) spaced {
	var w spaced
	end := 0
	for word := range strings.FieldsSeq(text) {
		end += strings.Index(text[end:], word) + len(word)
		w.words, w.ends = append(w.words, word), append(w.ends, end)
	}
	return w
}

// at is a word by its place, empty behind the last.
func (w spaced) at(i int) string {
	if i < len(w.words) {
		return w.words[i]
	}
	return ""
}

// is tells whether a word is one of a list.
func (w spaced) is(i int, l lexicon) bool {
	_, ok := l.find(w.at(i))
	return ok
}

// end is the byte at which the first i words end.
func (w spaced) end(i int) int { return w.ends[i-1] }

// readClock reads a time of day, "10h" or "à 9h30", at a place if there is one.
func (w spaced) readClock(i int, delay *flows.Delay) int {
	next := i
	if w.is(next, atHour) {
		next++
	}
	minutes, ok := clock(w.at(next))
	if !ok {
		return i
	}
	delay.Clock = minutes + 1
	return next + 1
}

// clock reads "10h", "9h30", "09:30" as minutes after midnight.
func clock(text string) (minutes int, ok bool) {
	i := strings.IndexAny(text, "hH:")
	if i < 1 || i > 2 {
		return 0, false
	}
	hours, err := strconv.ParseUint(text[:i], 10, 8)
	rest := text[i+1:]
	if err != nil || hours > 23 || len(rest) != 2 && (rest != "" || text[i] == ':') {
		return 0, false
	}
	if rest == "" {
		return int(hours) * 60, true
	}
	extra, err := strconv.ParseUint(rest, 10, 8)
	return int(hours)*60 + int(extra), err == nil && extra < 60
}

// unitOf finds the length of time a word names.
func unitOf(word string) (unit, bool) {
	for _, u := range units {
		if _, ok := u.names.find(word); ok {
			return u, true
		}
	}
	return unit{}, false
}

// readSilence reads "rappel après 1 jour, puis 3 jours" or "aucun".
func readSilence(text string) (delays []flows.Delay, ok bool) {
	if _, none := noSilence.find(text); none {
		return nil, true
	}
	for part := range strings.SplitSeq(text, ",") {
		w := wordsOf(part)
		skip := 0
		for skip < len(w.words) && isFiller(w.words[skip]) {
			skip++
		}
		delay, ok := wholeDelay(strings.Join(w.words[skip:], " "))
		if !ok {
			return nil, false
		}
		delays = append(delays, delay)
	}
	return delays, len(delays) <= maxReminders
}

// maxReminders is how often a question may be recalled.
const maxReminders = 5

// isFiller tells whether a word of "rappel après 1 jour, puis 3 jours" only
// holds the sentence together.
func isFiller(word string) bool {
	switch fold(word) {
	case "rappel", "reminder", "apres", "after", "puis", "then", "et", "and":
		return true
	}
	return false
}

// usualSilence is what a lesson without the key does: a reminder after a day,
// another three days later.
func usualSilence() []flows.Delay { return []flows.Delay{{Days: 1}, {Days: 3}} }
