package content

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"passerelle/flows"
	"passerelle/locales"
)

// A Problem is something wrong in a lesson, with the place where it stands.
// [Problem.In] puts it into words.
type Problem struct {
	// File is the path inside the folder of lessons.
	File string `json:"file"`
	// Line and Column count from 1, columns in characters; a Line of 0 speaks
	// of the whole file. Length is how many characters are concerned.
	Line   int `json:"line"`
	Column int `json:"column"`
	Length int `json:"length"`
	// Severity is that of the code.
	Severity Severity `json:"severity"`
	Code     Code     `json:"code"`
	// Source is the line of the file, as it is.
	Source string `json:"source,omitempty"`
	// Sentence and Repair are empty until [Problem.In] has filled them; the
	// label is the severity in words.
	Sentence string `json:"sentence,omitempty"`
	Repair   string `json:"repair,omitempty"`
	label    string
	args     []locales.Arg
}

// A Severity says how much a problem weighs.
type Severity string

// The severities: an error keeps a lesson from being used, a warning must be
// looked at, an advice is free.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Advice  Severity = "advice"
)

// A Code names a kind of problem for ever: "L101".
type Code string

// HasErrors tells whether one of the problems is an error.
func HasErrors(problems []Problem) bool {
	return slices.ContainsFunc(problems, func(p Problem) bool { return p.Severity == Error })
}

// In returns the problem with its sentence and its repair in that language.
func (p Problem) In(bundle *locales.Bundle, language string) Problem {
	say := func(id string) string {
		text, _, _ := bundle.Text(language, id, p.args...)
		return strings.TrimSpace(text)
	}
	p.label = say("lint." + string(p.Severity))
	p.Sentence = say("lint." + string(p.Code))
	switch r := ruleOf(p.Code); {
	case p.arg("suggestion") != "":
		p.Repair = say("lint.suggestion")
	case r.repair:
		p.Repair = say("lint." + string(p.Code) + ".repair")
	}
	return p
}

// Lesson is the lesson whose folder the problem stands in.
func (p Problem) Lesson() flows.FlowID {
	folder, _, _ := strings.Cut(p.File, "/")
	return flows.FlowID(folder)
}

// arg is the value of one of the names of the sentence.
func (p Problem) arg(name string) string {
	for _, a := range p.args {
		if a.Name == name {
			return a.Value
		}
	}
	return ""
}

// String is the problem as a person reads it: the place and the sentence, the
// line with the culprit underlined, the repair.
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.Place() + ": " + cmp.Or(p.label, string(p.Severity)) + " " + string(p.Code) + ": " + p.Sentence + "\n")
	if p.Line > 0 && p.Source != "" {
		p.excerpt(&b)
	}
	if p.Repair != "" {
		b.WriteString("  " + p.Repair + "\n")
	}
	return b.String()
}

// Place is where the problem stands: the file, the line and the column.
func (p Problem) Place() string {
	if p.Line == 0 {
		return p.File
	}
	return p.File + ":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Column)
}

// widest is how many characters of a line are shown around a culprit.
const widest = 76

// excerpt writes the line and, under the culprit, its carets. Tabs are kept in
// both, so that they stay aligned.
func (p Problem) excerpt(b *strings.Builder) {
	number := strconv.Itoa(p.Line)
	line, from := []rune(p.Source), p.Column-1
	start, end := window(len(line), from, p.Length)
	text, marks := string(line[start:end]), underline(line[start:end], from-start, p.Length)
	if start > 0 {
		text, marks = "…"+text, " "+marks
	}
	if end < len(line) {
		text += "…"
	}
	b.WriteString("  " + number + " | " + text + "\n")
	b.WriteString("  " + strings.Repeat(" ", len(number)) + " | " + marks + "\n")
}

// window cuts a long line to what stands around the culprit.
func window(size, from, length int) (start, end int) {
	if size <= widest {
		return 0, size
	}
	start = max(0, min(from-widest/4, from+length-widest))
	start = max(start, from-widest/4)
	start = min(start, size-widest)
	start = max(start, 0)
	return start, min(size, start+widest)
}

// underline draws carets under length characters of a line from a place on.
func underline(line []rune, from, length int) string {
	var b strings.Builder
	for i := range from {
		if i < len(line) && line[i] == '\t' {
			b.WriteByte('\t')
			continue
		}
		b.WriteByte(' ')
	}
	b.WriteString(strings.Repeat("^", max(1, min(length, len(line)-from))))
	return b.String()
}

// A place is where something stands in a file, all counted from 1.
type place struct{ line, column, length int }

// A docket collects the problems of one file.
type docket struct {
	file  string
	lines []string
	found []Problem
}

// add notes a problem at a place. The arguments of its sentence come in pairs,
// name and value.
func (d *docket) add(at place, code Code, args ...string) {
	p := Problem{
		File: d.file, Line: at.line, Column: at.column, Length: at.length,
		Severity: ruleOf(code).severity, Code: code,
	}
	if at.line >= 1 && at.line <= len(d.lines) {
		p.Source = d.lines[at.line-1]
		size := utf8.RuneCountInString(p.Source)
		p.Column = max(1, min(p.Column, size+1))
		p.Length = max(1, min(p.Length, size+1-p.Column))
	}
	for i := 0; i+1 < len(args); i += 2 {
		p.args = append(p.args, locales.Arg{Name: args[i], Value: args[i+1]})
	}
	d.found = append(d.found, p)
}

// sorted puts problems in the order in which a person works through them.
func sorted(problems []Problem) []Problem {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column), cmp.Compare(a.Code, b.Code))
	})
	return problems
}
