package content

import (
	"cmp"
	_ "embed" // the deadlines that come with the program
	"errors"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"passerelle/flows"
)

// The deadlines of a revision are one file, deadlines.toml: that at the root of
// the lessons, or else the one that comes with the program. What it may hold is
// told at the top of that one.

//go:embed dates/deadlines.toml
var embeddedDeadlines string

// deadlinesFile is its name beside the lessons.
const deadlinesFile = "deadlines.toml"

// maxDeadlines is how many there may be: all of them are one list of answers.
const maxDeadlines = 24

// dates reads the deadlines.
func (s *shelf) dates(fsys fs.FS) {
	c := &calendar{docket: docket{file: deadlinesFile}}
	s.calendar = c
	data, err := readFile(fsys, deadlinesFile, maxText)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		data = []byte(embeddedDeadlines)
	case err != nil:
		c.add(place{}, cUnreadable, "reason", reason(err))
		return
	case len(data) > maxText:
		c.add(place{}, cFileSize, "size", kilobytes(len(data)), "most", kilobytes(maxText))
		return
	}
	c.data, c.lines = data, strings.Split(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n")
	c.read(string(data))
	for i := range c.all {
		if string(data) != embeddedDeadlines { // which has its sentences
			c.said(s, &c.all[i])
		}
	}
	c.listed()
	s.deadlines = c.all
}

// A calendar is the file of deadlines being read.
type calendar struct {
	docket
	data []byte
	all  []flows.Deadline
	// compared are the days on which each was compared with its source.
	compared []compared
}

// A compared is such a day, and where it stands.
type compared struct {
	id  string
	at  place
	day time.Time
}

// aged warns about what is to be compared with its source again.
func (c *calendar) aged(now time.Time) {
	for _, d := range c.compared {
		if last := d.day.AddDate(0, goodMonths, 0); !now.Before(last.AddDate(0, 0, 1)) {
			c.add(d.at, cDatesAged, "id", d.id, "day", last.Format(time.DateOnly))
		}
	}
}

// read takes one deadline after another, in the order of the file.
func (c *calendar) read(text string) {
	var tables map[string]any
	meta, err := toml.Decode(text, &tables)
	if wrong, ok := errors.AsType[toml.ParseError](err); ok {
		c.add(place{line: max(1, wrong.Position.Line), column: 1, length: 1}, cDatesLine, "reason", wrong.Message)
		return
	}
	for _, key := range meta.Keys() {
		if len(key) != 1 {
			continue
		}
		fields, ok := tables[key[0]].(map[string]any)
		if !ok {
			c.add(c.at("", key[0]), cDatesKey, "key", key[0], "known", "[actualisation]")
			continue
		}
		c.deadline(table{c, key[0], fields})
	}
}

// deadline compiles one table of the file.
func (c *calendar) deadline(t table) {
	if len(c.all) == maxDeadlines {
		c.add(c.at(t.id, ""), cTooMany, "most", strconv.Itoa(maxDeadlines))
		return
	}
	d := flows.Deadline{ID: flows.DeadlineID(t.id), Group: t.optional("group")}
	switch kind := t.text("kind"); kind {
	case "window":
		t.window(&d)
	case "month":
		t.month(&d)
	case "every":
		t.every(&d)
	default:
		if kind != "" {
			c.add(c.at(t.id, "kind"), cDatesKind, "kind", kind)
		}
		return
	}
	t.text("source")
	t.date("checked")
	t.unknown()
	c.all = append(c.all, d)
}

// window is a deadline from a day of the month to another.
func (t table) window(d *flows.Deadline) {
	d.Opens, d.Closes, d.Dated = t.number("opens", 1, 31), t.number("closes", 1, 31), true
	d.February = t.optionalNumber("opens-february", 29)
	d.Months = t.months(false)
	d.Remind = t.numbers("after-opening", 0, 27)
	for _, n := range t.numbers("before-closing", 1, 27) {
		d.Remind = append(d.Remind, -n)
	}
	if len(d.Remind) == 0 {
		t.wrong("after-opening")
	}
}

// month is a deadline within a month.
func (t table) month(d *flows.Deadline) {
	d.Opens, d.Months = 1, t.months(true)
	for _, day := range t.numbers("days", 1, 28) {
		d.Remind = append(d.Remind, day-1)
	}
	if len(d.Remind) == 0 {
		t.wrong("days")
	}
}

// every is a deadline that counts from the day the learner agreed.
func (t table) every(d *flows.Deadline) {
	d.Every, d.Lasts, d.Remind = t.number("every", 1, 12), t.number("lasts", 2, 24), []int{0}
	if d.Lasts <= d.Every || d.Lasts > 2*d.Every {
		t.wrong("lasts")
	}
}

// said complains about a deadline without its sentences: a local file may move
// days, not invent a deadline that the program has no words for.
func (c *calendar) said(s *shelf, d *flows.Deadline) {
	id, key := string(d.ID), ""
	line := flows.DeadlineKey(id) + ".reminder"
	if d.Group != "" {
		key, line = "group", flows.DeadlineKey(d.Group)+".which"
	}
	for _, needed := range []flows.Key{flows.DeadlineKey(id), line} {
		if s.bundle.Forms(string(flows.DefaultLanguage), string(needed)) == nil {
			c.add(c.at(id, key), cDatesName, "name", cmp.Or(d.Group, id))
			return
		}
	}
}

// listed complains about more lines than a learner may turn on.
func (c *calendar) listed() {
	r := flows.Revision{Deadlines: c.all}
	if most := flows.MaxReminders; len(r.Lines()) > most {
		c.add(place{1, 1, 1}, cTooMany, "most", strconv.Itoa(most))
	}
}

// at is the place of a key in a table of the file, or of the table.
func (c *calendar) at(id, key string) place {
	inside := id == ""
	for i, line := range c.lines {
		head := strings.TrimSpace(line)
		name, _, isKey := strings.Cut(head, "=")
		switch {
		case id != "" && (head == "["+id+"]" || strings.HasPrefix(head, "["+id+"] ")):
			if inside = true; key == "" {
				return place{i + 1, 1, len(head)}
			}
		case strings.HasPrefix(head, "["):
			inside = false
		case inside && isKey && strings.TrimSpace(name) == key:
			return place{i + 1, 1, len([]rune(line))}
		}
	}
	if key != "" && id != "" {
		return c.at(id, "") // the key is missing
	}
	return place{1, 1, 1}
}

// A table is what the file says of one deadline. What was asked for is taken
// out: the rest is unknown.
type table struct {
	*calendar
	id     string
	fields map[string]any
}

// wrong complains, once, about what stands under a key, or is missing there.
func (t table) wrong(key string) {
	at := t.at(t.id, key)
	again := func(p Problem) bool { return p.Code == cDatesValue && p.Line == at.line && p.arg("key") == key }
	if !slices.ContainsFunc(t.found, again) {
		t.add(at, cDatesValue, "key", key, "id", t.id)
	}
}

// take is what stands under a key.
func (t table) take(key string) any {
	value := t.fields[key]
	delete(t.fields, key)
	return value
}

// text is a text that has to be there.
func (t table) text(key string) string {
	text, ok := t.take(key).(string)
	if !ok || strings.TrimSpace(text) == "" {
		t.wrong(key)
	}
	return text
}

// optional is a text that may be there.
func (t table) optional(key string) string {
	if t.fields[key] == nil {
		return ""
	}
	return t.text(key)
}

// number is a number that has to be there.
func (t table) number(key string, least, most int) int {
	n, ok := t.take(key).(int64)
	if !ok || n < int64(least) || n > int64(most) {
		t.wrong(key)
		return least
	}
	return int(n)
}

// optionalNumber is a number from 1 that may be there, or 0.
func (t table) optionalNumber(key string, most int) int {
	if t.fields[key] == nil {
		return 0
	}
	return t.number(key, 1, most)
}

// numbers are those under a key, or none.
func (t table) numbers(key string, least, most int) []int {
	value := t.take(key)
	list, ok := value.([]any)
	if value == nil {
		return nil
	}
	var all []int
	for _, item := range list {
		n, isNumber := item.(int64)
		if ok = ok && isNumber && n >= int64(least) && n <= int64(most); !ok {
			break
		}
		all = append(all, int(n))
	}
	if !ok || len(all) > maxNumbers {
		t.wrong(key)
		return nil
	}
	return all
}

// maxNumbers is how many may stand under one key: the months of a year.
const maxNumbers = 12

// months are the months under that key.
func (t table) months(needed bool) []time.Month {
	var months []time.Month
	for _, n := range t.numbers("months", 1, 12) {
		months = append(months, time.Month(n))
	}
	slices.Sort(months)
	if needed && len(months) == 0 {
		t.wrong("months")
	}
	return months
}

// date is a day that has to be there.
func (t table) date(key string) {
	day, ok := t.take(key).(time.Time)
	if !ok {
		t.wrong(key)
		return
	}
	t.compared = append(t.compared, compared{t.id, t.at(t.id, key), day})
}

// unknown complains about the keys that nothing asked for.
func (t table) unknown() {
	for _, key := range sortedKeys(t.fields) {
		t.add(t.at(t.id, key), cDatesKey, "key", key, "known", t.known())
	}
}

// known lists the keys a table may have.
func (table) known() string {
	return "kind, group, opens, opens-february, closes, months, days, every, lasts, after-opening, before-closing, source, checked"
}
