package bot

import (
	"bufio"
	"os"
	"strings"
	"testing"
	"time"

	"passerelle/flows"
)

const minute = "2006-01-02 15:04"

// in reads an instant in a zone.
func in(t *testing.T, zone, text string) time.Time {
	t.Helper()
	location, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation(minute, text, location)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// usualHours are those of a host who says nothing.
func usualHours() hours {
	return hours{opens: 8 * time.Hour, closes: 21*time.Hour + 30*time.Minute}
}

func TestPermitted(t *testing.T) {
	tests := []struct{ name, at, want string }{
		{"a Monday morning", "2026-11-23 10:00", "2026-11-23 10:00"},
		{"the first minute", "2026-11-23 08:00", "2026-11-23 08:00"},
		{"the last minute", "2026-11-23 21:29", "2026-11-23 21:29"},
		{"too late", "2026-11-23 21:30", "2026-11-24 08:00"},
		{"too early", "2026-11-23 07:59", "2026-11-23 08:00"},
		{"midnight", "2026-11-23 00:00", "2026-11-23 08:00"},
		{"a Saturday", "2026-11-21 18:00", "2026-11-21 18:00"},
		{"a Saturday night", "2026-11-21 23:00", "2026-11-23 08:00"},
		{"a Sunday", "2026-11-22 12:00", "2026-11-23 08:00"},
		{"Christmas, a Friday", "2026-12-25 12:00", "2026-12-26 08:00"},
		{"Easter Sunday and Monday", "2026-04-05 09:00", "2026-04-07 08:00"},
		{"the eve of a long week-end", "2027-04-30 22:00", "2027-05-03 08:00"},
		{"the day clocks go forward", "2026-03-29 12:00", "2026-03-30 08:00"},
		{"the night clocks go back", "2026-10-24 23:00", "2026-10-26 08:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := usualHours().permitted(in(t, home, tt.at), flows.Profile{}).Format(minute)
			if got != tt.want {
				t.Errorf("permitted(%s) = %s, want %s", tt.at, got, tt.want)
			}
		})
	}
}

// Whatever the instant, the result is permitted, not earlier, and stays as it
// is when asked again.
func TestPermittedIsPermitted(t *testing.T) {
	at := in(t, "Pacific/Noumea", "2026-01-01 00:07")
	for range 20_000 {
		got := usualHours().permitted(at, flows.Profile{})
		sinceMidnight := got.Sub(clock(got, 0))
		if h := usualHours(); got.Before(at) || h.restful(got, flows.Profile{}) || sinceMidnight < h.opens || sinceMidnight >= h.closes {
			t.Fatalf("permitted(%s) = %s", at, got)
		}
		if !usualHours().permitted(got, flows.Profile{}).Equal(got) {
			t.Fatalf("permitted(%s) = %s is moved again", at, got)
		}
		at = at.Add(47 * time.Minute)
	}
}

// The holidays of seven years, as published.
func TestHolidays(t *testing.T) {
	published := map[string]bool{}
	f, err := os.Open("testdata/holidays.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		day, _, _ := strings.Cut(lines.Text(), " ")
		published[day] = true
	}
	if len(published) != 77 {
		t.Fatalf("%d holidays in the file", len(published))
	}
	for day := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC); day.Year() < 2033; day = day.AddDate(0, 0, 1) {
		if got, want := holiday(day), published[day.Format(time.DateOnly)]; got != want {
			t.Errorf("holiday(%s) = %t, want %t", day.Format(time.DateOnly), got, want)
		}
	}
}

// A host may keep other hours; some of France has two holidays more.
func TestHoursOfOthers(t *testing.T) {
	all := hours{opens: 9 * time.Hour, closes: 20 * time.Hour, sundays: true, holidays: true}
	tests := []struct {
		name          string
		hours         hours
		commune       string
		at, permitted string
	}{
		{"later mornings", all, "", "2026-11-23 08:00", "2026-11-23 09:00"},
		{"earlier evenings", all, "", "2026-11-23 20:00", "2026-11-24 09:00"},
		{"a Sunday", all, "", "2026-11-22 12:00", "2026-11-22 12:00"},
		{"Christmas", all, "", "2026-12-25 12:00", "2026-12-25 12:00"},
		{"Good Friday in Strasbourg", usualHours(), "67000", "2026-04-03 12:00", "2026-04-04 08:00"},
		{"the day after Christmas in Metz", usualHours(), "57000", "2026-12-26 12:00", "2026-12-28 08:00"},
		{"the day after Christmas in Mulhouse, for a host who does not mind", all, "68100", "2026-12-26 12:00", "2026-12-26 12:00"},
		{"Good Friday in Creil", usualHours(), "60100", "2026-04-03 12:00", "2026-04-03 12:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			who := flows.Profile{Commune: tt.commune}
			if got := tt.hours.permitted(in(t, home, tt.at), who).Format(minute); got != tt.permitted {
				t.Errorf("permitted(%s) = %s, want %s", tt.at, got, tt.permitted)
			}
		})
	}
}

func TestZones(t *testing.T) {
	z, err := loadZones()
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ commune, want string }{
		{"", home},
		{"60100", home},
		{"97", home},
		{"97100", "America/Guadeloupe"},
		{"97250", "America/Martinique"},
		{"97300", "America/Cayenne"},
		{"97400", "Indian/Reunion"},
		{"97500", "America/Miquelon"},
		{"97600", "Indian/Mayotte"},
		{"97700", "America/St_Barthelemy"},
		{"97800", "America/Marigot"},
		{"98600", "Pacific/Wallis"},
		{"98700", "Pacific/Tahiti"},
		{"98800", "Pacific/Noumea"},
	}
	for _, tt := range tests {
		t.Run(tt.commune, func(t *testing.T) {
			if got := z.of(flows.Profile{Commune: tt.commune}).String(); got != tt.want {
				t.Errorf("zone of %q = %s, want %s", tt.commune, got, tt.want)
			}
		})
	}
}

// A reminder waits for the morning where the learner lives; a pause the learner
// asked for keeps its hour.
func TestWake(t *testing.T) {
	z, err := loadZones()
	if err != nil {
		t.Fatal(err)
	}
	b := &Bot{hours: usualHours(), zones: z}
	evening := in(t, "Indian/Reunion", "2026-11-23 20:00")
	tests := []struct {
		name  string
		timer flows.Timer
		delay flows.Delay
		want  string
	}{
		{"reminder at night", flows.ReminderTimer, flows.Delay{After: 3 * time.Hour}, "2026-11-24 08:00"},
		{"reminder by day", flows.ReminderTimer, flows.Delay{After: time.Hour}, "2026-11-23 21:00"},
		{"pause at night", flows.PauseTimer, flows.Delay{After: 3 * time.Hour}, "2026-11-23 23:00"},
		{"pause at a clock time", flows.PauseTimer, flows.Delay{Days: 1, Clock: 601}, "2026-11-24 10:00"},
		{"deadline by day", flows.ReminderTimer, flows.Delay{Days: 1, Clock: 18*60 + 1, Latest: true}, "2026-11-24 18:00"},
		{"deadline at night", flows.ReminderTimer, flows.Delay{Days: 1, Clock: 23*60 + 1, Latest: true}, "2026-11-24 21:00"},
		{"deadline on a Sunday", flows.ReminderTimer, flows.Delay{Days: 6, Clock: 18*60 + 1, Latest: true}, "2026-11-28 21:00"},
		{"deadline before the next morning", flows.ReminderTimer, flows.Delay{Days: 1, Clock: 6*60 + 1, Latest: true}, "2026-11-23 21:00"},
		{"deadline in this night", flows.ReminderTimer, flows.Delay{After: 100 * time.Minute, Latest: true}, "2026-11-23 21:00"},
		{"expiry", flows.ExpiryTimer, flows.Delay{After: 7 * 24 * time.Hour}, "2026-11-30 20:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := b.wake(flows.Schedule{Timer: tt.timer, Mark: 7, Delay: tt.delay}, evening, flows.Profile{})
			if !ok || got.Due.Format(minute) != tt.want || got.Timer != tt.timer || got.Mark != 7 {
				t.Errorf("wake = %+v, want %s", got, tt.want)
			}
		})
	}
}

// A reminder that may not come late is never said after its time: when no
// permitted hour is left before that, it is not set.
func TestDeadline(t *testing.T) {
	h := usualHours()
	at := in(t, home, "2026-11-20 06:13")
	for range 5000 {
		for _, after := range []time.Duration{time.Minute, 3 * time.Hour, 50 * time.Hour} {
			due := at.Add(after)
			got, ok := h.latest(due, at, flows.Profile{})
			if ok && (got.After(due) || !got.After(at) || !h.permitted(got, flows.Profile{}).Equal(got)) {
				t.Fatalf("latest(%s) at %s = %s", due, at, got)
			}
			first := h.permitted(at.Add(time.Minute), flows.Profile{})
			if early := first.Before(clock(first, h.closes-beforeClosing)); !ok && early && first.Add(beforeClosing).Before(due) {
				t.Fatalf("latest(%s) at %s is none, but %s is permitted", due, at, first)
			}
		}
		at = at.Add(47 * time.Minute)
	}
	b := &Bot{hours: h}
	night := in(t, home, "2026-11-23 22:00")
	if _, ok := b.wake(flows.Schedule{Timer: flows.ReminderTimer, Delay: flows.Delay{After: time.Hour, Latest: true}}, night, flows.Profile{}); ok {
		t.Error("a reminder for tonight was set at night")
	}
}
