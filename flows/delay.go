package flows

import "time"

// A Delay is a time to come, as an editor writes it: "2 heures", "1 jour",
// "demain 10h". The engine passes it on; whoever knows the learner's time zone
// makes an instant of it.
type Delay struct {
	// After is a plain duration, or 0.
	After time.Duration `json:"a,omitempty"`
	// Days, when Clock is set, is how many days from now.
	Days int `json:"d,omitempty"`
	// Clock, when set, is the time of day as minutes after midnight, plus one:
	// 10:00 is 601. The zero value means no time of day.
	Clock int `json:"c,omitempty"`
	// On, when set, is the day, with the time of day of Clock; it may be past.
	On Date `json:"o,omitempty"`
	// Latest says that the end of the delay is a deadline: whatever has to wait
	// for another hour comes earlier then, never later.
	Latest bool `json:"l,omitempty"`
}

// From returns the instant the delay ends when it begins at now, which must be
// in the learner's zone. A clock time that does not exist on that day (a
// change of hour) becomes the next one that does.
func (d Delay) From(now time.Time) time.Time {
	if d.On != 0 {
		y, m, day := d.On.Parts()
		return time.Date(y, m, day, 0, max(d.Clock-1, 0), 0, 0, now.Location())
	}
	if d.Clock == 0 {
		return now.AddDate(0, 0, d.Days).Add(d.After)
	}
	y, m, day := now.Date()
	at := time.Date(y, m, day+d.Days, 0, d.Clock-1, 0, 0, now.Location())
	if !at.After(now) {
		at = time.Date(y, m, day+d.Days+1, 0, d.Clock-1, 0, 0, now.Location())
	}
	return at
}
