package flowstest

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxFile bounds a transcript, as lessons are bounded.
const maxFile = 256 << 10

// A File is one transcript file, every line kept as it was written.
type File struct {
	Name      string
	Head      []Line // before the first scenario
	Scenarios []Scenario
}

// A Scenario is one conversation of a fresh learner.
type Scenario struct {
	Title string
	// Lines begin with the title's own.
	Lines []Line
}

// Parse reads a transcript. The error lists all that is wrong, each on a line
// of its own, with its place and what to do.
func Parse(name string, src []byte) (*File, error) {
	f := &File{Name: name}
	text := unixLines(strings.TrimPrefix(string(src), "\ufeff"))
	switch {
	case len(src) > maxFile:
		return nil, fmt.Errorf("%s:1: the file is too large: cut it in two, at most %d kB each", name, maxFile>>10)
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		return nil, fmt.Errorf("%s:%d: this is not UTF-8 text: save the file as UTF-8", name, unreadable(text))
	}
	var wrong []error
	before := Line{Kind: Blank}
	for i, raw := range strings.Split(text, "\n") {
		line, err := ParseLine(raw)
		line.Number = i + 1
		if err == nil {
			err = f.misplaced(before, line)
		}
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s:%d: %w", name, line.Number, err))
		}
		f.add(line)
		before = line
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	return f, nil
}

// unreadable returns the line of the first byte that is no text.
func unreadable(text string) int {
	i := strings.IndexFunc(text, func(r rune) bool { return r == 0 || r == utf8.RuneError })
	return 1 + strings.Count(text[:max(i, 0)], "\n")
}

// add puts a line where it belongs.
func (f *File) add(l Line) {
	if l.Kind == Title {
		f.Scenarios = append(f.Scenarios, Scenario{Title: l.Text})
	}
	if n := len(f.Scenarios); n > 0 {
		s := &f.Scenarios[n-1]
		s.Lines = append(s.Lines, l)
		return
	}
	f.Head = append(f.Head, l)
}

// misplaced tells why a line may not stand after the one before it.
func (f *File) misplaced(before, l Line) error {
	free := l.Kind == Blank || l.Kind == Comment || l.Kind == Title
	switch {
	case len(f.Scenarios) == 0 && !free:
		return errors.New("no scenario has begun: write a line \"## title\" above")
	case l.Kind == Picture && before.Kind != Text:
		return errors.New("a picture stands directly below the text of its message: move it there")
	case l.Kind == Choice && !before.speaks():
		return errors.New("a button stands directly below its message: move it there")
	case l.Kind == Text && before.speaks() && before.Kind != Text:
		return errors.New("two messages touch: put an empty line between them")
	}
	return nil
}

// Bytes returns the file as it was read, with plain ends of lines.
func (f *File) Bytes() []byte {
	raw := rawLines(f.Head)
	for i := range f.Scenarios {
		raw = append(raw, rawLines(f.Scenarios[i].Lines)...)
	}
	return []byte(strings.Join(raw, "\n"))
}

func rawLines(lines []Line) []string {
	raw := make([]string, len(lines))
	for i := range lines {
		raw[i] = lines[i].Raw
	}
	return raw
}
