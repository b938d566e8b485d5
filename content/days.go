package content

import (
	"slices"
	"strings"

	"passerelle/flows"
	"passerelle/flows/intent"
)

// Days of deadlines in sentences: "{ouvre:actualisation}" is written in a lesson,
// and said as "28 novembre".

// isDay tells whether a name in braces is a day of a deadline.
func isDay(name string) bool {
	which, id, ok := strings.Cut(name, ":")
	return ok && (which == flows.OpensName || which == flows.ClosesName) && isName(id)
}

// deadlineIDs are the names of deadlines.
func deadlineIDs(all []flows.Deadline) []string {
	ids := make([]string, len(all))
	for i := range all {
		ids[i] = string(all[i].ID)
	}
	return ids
}

// day complains about a day of a deadline that nobody knows, or that has no day
// sure enough to be told.
func (c *checker) day(n phrase) {
	which, id, _ := strings.Cut(n.text, ":")
	dated := slices.DeleteFunc(slices.Clone(c.deadlines), func(d flows.Deadline) bool { return !d.Dated })
	known := deadlineIDs(dated)
	if slices.Contains(known, id) {
		return
	}
	for i := range known {
		known[i] = which + ":" + known[i]
	}
	c.add(n.at, cNoDay, "name", n.text, "suggestion", nearest(n.text, known), "known", strings.Join(known, ", "))
}

// day writes a day as the language of the sentence does, or its month alone.
func (r rendering) day(arg flows.Arg, in flows.Language) string {
	day, ok := flows.ParseDate(arg.Value)
	raw, used, _ := r.edition.text(in, arg.Key)
	if !ok {
		return arg.Value
	}
	_, month, n := day.Parts()
	names, _, _ := r.edition.text(used, flows.KeyMonths)
	first, _, _ := r.edition.text(used, flows.KeyFirst)
	args := []flows.Arg{{Name: "day", Value: number(n)}}
	if n == 1 {
		args[0].Value = first
	}
	if all := commas(names); len(all) >= int(month) {
		args = append(args, flows.Arg{Name: "month", Value: all[month-1]})
	}
	return rendering{edition: r.edition, to: used, args: args}.fill(raw, used)
}

// readReminders compiles what is understood of the list of reminders, and of the
// question a month after a lesson.
func (e *Edition) readReminders(language flows.Language, to *flows.Readers) {
	var lines []intent.Label
	to.Members = map[string]*intent.Choices{}
	for _, line := range e.revision.Lines() {
		key := flows.DeadlineKey(line)
		lines = append(lines, e.either(language, key, key+".on", key+".off"))
		var members []flows.Key
		for _, id := range e.revision.Members(line) {
			members = append(members, flows.DeadlineKey(string(id)))
		}
		to.Members[line] = intent.Compile(e.labels(language, members...))
	}
	lines = append(lines, e.either(language, flows.KeyLaterOff, flows.KeyLaterOn), e.label(language, flows.KeyRemindersDone))
	to.Reminders = intent.Compile(lines)
	to.Later = intent.Compile(e.labels(language, flows.KeyLaterAlone, flows.KeyLaterHelped, flows.KeyLaterNotYet))
}

// either is an answer that is called in several ways.
func (e *Edition) either(language flows.Language, key flows.Key, also ...flows.Key) intent.Label {
	label := e.label(language, key)
	for _, other := range e.labels(language, also...) {
		label.Words = append(label.Words, other.Text)
	}
	return label
}
