package phone

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"

	"passerelle/flows"
	"passerelle/flows/flowstest"
)

// A script writes a conversation in the grammar of transcript files, see
// [flowstest]: an empty line parts two messages, and an answer from the next
// input.
type script struct {
	out *bufio.Writer
	// spoken: a message stands right above.
	spoken bool
}

func newScript(w io.Writer) *script { return &script{out: bufio.NewWriter(w)} }

// heard writes an input line; mark is ">", ">>" or "~".
func (s *script) heard(mark, text string) {
	s.part()
	s.line(mark, text)
}

// said writes a message.
func (s *script) said(m flows.Message) { s.spoke(flowstest.Format(m)) }

// words writes a message that is words alone.
func (s *script) words(text string) { s.spoke("< " + strings.ReplaceAll(text, "\n", "\n< ")) }

func (s *script) spoke(lines string) {
	s.part()
	for line := range strings.SplitSeq(lines, "\n") {
		s.print(printable(line) + "\n")
	}
	s.spoken = true
}

// note writes a comment, for the person at the keyboard.
func (s *script) note(sentence string) {
	s.line("#", sentence)
	s.spoken = false
}

func (s *script) part() {
	if s.spoken {
		s.print("\n")
	}
	s.spoken = false
}

func (s *script) line(mark, text string) {
	if text = printable(text); text != "" {
		mark += " " + text
	}
	s.print(mark + "\n")
}

// print writes to the buffer, which keeps the first error for flush.
func (s *script) print(text string) { _, _ = s.out.WriteString(text) }

func (s *script) flush() error {
	if err := s.out.Flush(); err != nil {
		return fmt.Errorf("write conversation: %w", err)
	}
	return nil
}

// printable takes out what could steer a terminal or is no text, and blanks at
// the end, which count for nothing.
func printable(text string) string {
	text = strings.TrimRight(text, " \t\r\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return r
		case r == '\n':
			return ' '
		case unicode.IsControl(r):
			return -1
		default:
			return r
		}
	}, strings.ToValidUTF8(text, "\uFFFD"))
}
