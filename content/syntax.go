package content

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The syntax tree of a lesson file. Everything in it knows its place, so that
// every later complaint can point at it.

// A phrase is a piece of a line, without the blanks around it.
type phrase struct {
	text string
	at   place
}

// empty tells whether nothing is written there.
func (p phrase) empty() bool { return p.text == "" }

// A file is one lesson as it is written.
type file struct {
	docket
	// folder is the name of the folder it lies in, and so the lesson's id.
	folder string
	// garbled is set when the bytes are no text: then there is nothing else.
	garbled bool
	header  []entry
	steps   []*step
}

// An entry is one "key: value" line of a header, under the key's French name.
type entry struct {
	key   string
	name  phrase
	value phrase
}

// A step is one "## " section.
type step struct {
	title      phrase
	id         phrase // as written, or made from the title
	lines      []textLine
	pictures   []picture
	answers    []*answer
	gotos      []phrase
	directives []directive
}

// A textLine is one line of words; gap tells whether a blank line came before.
type textLine struct {
	phrase
	gap bool
}

// A picture is "![alt](name)".
type picture struct {
	whole, alt, name phrase
}

// An answer is one "- label -> target" line with what stands under it.
type answer struct {
	whole  phrase
	box    box
	label  phrase
	id     phrase // as written, or made from the label
	target phrase
	reply  []textLine
	words  []phrase
}

// A box is the mark of a quiz answer.
type box int

const (
	noBox box = iota
	wrongBox
	rightBox
)

// A directive is "@word argument -> target", under the word's French name.
type directive struct {
	name     string
	word     phrase
	argument phrase
	target   phrase
	arrow    bool
}

// all returns the directives of that name.
func (s *step) all(name string) []directive {
	var found []directive
	for _, d := range s.directives {
		if d.name == name {
			found = append(found, d)
		}
	}
	return found
}

// one returns the first directive of that name, and whether there is one.
func (s *step) one(name string) (directive, bool) {
	for _, d := range s.directives {
		if d.name == name {
			return d, true
		}
	}
	return directive{}, false
}

// has tells whether a directive of that name is there.
func (s *step) has(name string) bool {
	_, found := s.one(name)
	return found
}

// quiz tells whether the step has answers with boxes.
func (s *step) quiz() bool {
	for _, a := range s.answers {
		if a.box != noBox {
			return true
		}
	}
	return false
}

// get returns the value of a header key, by its French name.
func (f *file) get(key string) (phrase, bool) {
	for _, e := range f.header {
		if e.key == key {
			return e.value, true
		}
	}
	return phrase{}, false
}

// joined is what lines of words say: lines stay lines, a gap makes a paragraph.
func joined(lines []textLine) string {
	var b strings.Builder
	for i, l := range lines {
		switch {
		case i == 0:
		case l.gap:
			b.WriteString("\n\n")
		default:
			b.WriteString("\n")
		}
		b.WriteString(l.text)
	}
	return b.String()
}

// A line is one line of a file with its number.
type line struct {
	text   string
	number int
}

// cut returns a part of the line, from one byte to another, trimmed.
func (l line) cut(from, to int) phrase {
	part := l.text[from:to]
	left := strings.TrimLeftFunc(part, unicode.IsSpace)
	from += len(part) - len(left)
	text := strings.TrimRightFunc(left, unicode.IsSpace)
	return phrase{text: text, at: place{
		line: l.number, column: utf8.RuneCountInString(l.text[:from]) + 1, length: utf8.RuneCountInString(text),
	}}
}

// whole is the line without the blanks around it.
func (l line) whole() phrase { return l.cut(0, len(l.text)) }

// cut returns a part of a phrase, from one byte to another, trimmed.
func (p phrase) cut(from, to int) phrase {
	part := line{text: p.text, number: p.at.line}.cut(from, to)
	part.at.column += p.at.column - 1
	return part
}

// trim takes signs off both ends of a phrase.
func (p phrase) trim(signs string) phrase {
	left := strings.TrimLeft(p.text, signs)
	return p.cut(len(p.text)-len(left), len(p.text)-len(left)+len(strings.TrimRight(left, signs)))
}

// list splits a phrase at its commas, leaving out what is empty.
func (p phrase) list() []phrase {
	var all []phrase
	from := 0
	for i, r := range p.text + "," {
		if r != ',' {
			continue
		}
		if item := p.cut(from, i); !item.empty() {
			all = append(all, item)
		}
		from = i + 1
	}
	return all
}
