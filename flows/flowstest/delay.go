package flowstest

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"passerelle/flows"
)

// maxDays is the longest time that may pass at once.
const maxDays = 400

// ParseDelay reads how long time passes: "30m", "24h", "7j", "demain 10h",
// "dans 3 jours 9h30".
func ParseDelay(text string) (flows.Delay, error) {
	words := strings.Fields(strings.ToLower(text))
	d, ok := flows.Delay{}, false
	switch {
	case len(words) == 1:
		d, ok = span(words[0])
	case len(words) == 2 && words[0] == "demain":
		d.Days = 1
		d.Clock, ok = clock(words[1])
	case len(words) == 2:
		d, ok = span(words[0] + words[1])
	case len(words) == 4 && words[0] == "dans":
		d, ok = span(words[1] + words[2])
		ok = ok && d.Days > 0
		if ok {
			d.Clock, ok = clock(words[3])
		}
	}
	if !ok {
		return flows.Delay{}, fmt.Errorf("%q is no time to let pass: write 30m, 24h, 7j or demain 10h", strings.TrimSpace(text))
	}
	return d, nil
}

// FormatDelay writes a delay as [ParseDelay] reads it.
func FormatDelay(d flows.Delay) string {
	switch {
	case d.Clock > 0 && d.Days <= 1:
		return "demain " + hour(d.Clock-1)
	case d.Clock > 0:
		return "dans " + strconv.Itoa(d.Days) + " jours " + hour(d.Clock-1)
	case d.Days > 0:
		return strconv.Itoa(d.Days) + "j"
	case d.After%time.Hour == 0:
		return strconv.Itoa(int(d.After/time.Hour)) + "h"
	}
	return strconv.Itoa(int((d.After+time.Minute-1)/time.Minute)) + "m"
}

// hour writes minutes after midnight as a time of day.
func hour(minutes int) string {
	if minutes%60 == 0 {
		return strconv.Itoa(minutes/60) + "h"
	}
	return fmt.Sprintf("%dh%02d", minutes/60, minutes%60)
}

// span reads a number and its unit.
func span(text string) (flows.Delay, bool) {
	i := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsDigit(r) })
	if i < 0 {
		return flows.Delay{}, false
	}
	n, err := strconv.Atoi(text[:i])
	if err != nil || n < 1 {
		return flows.Delay{}, false
	}
	switch text[i:] {
	case "m", "min", "minute", "minutes":
		return flows.Delay{After: time.Duration(n) * time.Minute}, n <= maxDays*24*60
	case "h", "heure", "heures":
		return flows.Delay{After: time.Duration(n) * time.Hour}, n <= maxDays*24
	case "j", "jour", "jours":
		return flows.Delay{Days: n}, n <= maxDays
	}
	return flows.Delay{}, false
}

// clock reads a time of day, "10h" or "9h30", as [flows.Delay] holds it.
func clock(text string) (int, bool) {
	hours, minutes, found := strings.Cut(text, "h")
	h, err := strconv.ParseUint(hours, 10, 8)
	if !found || err != nil || h > 23 {
		return 0, false
	}
	if minutes == "" {
		return int(h)*60 + 1, true
	}
	m, err := strconv.ParseUint(minutes, 10, 8)
	if err != nil || m > 59 || len(minutes) != 2 {
		return 0, false
	}
	return int(h)*60 + int(m) + 1, true
}
