package phone

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"

	"passerelle/flows"
)

// A script writes a conversation in the grammar of transcript files:
//
//	> what the learner wrote
//	>> 2
//	< what the bot said
//	  ![what one sees on its picture]
//	  [1] a choice
//
// An empty line parts two messages, and an answer from the next input.
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
func (s *script) said(m flows.Message) {
	s.part()
	text := m.Text
	if m.Aidant != "" {
		text = m.Aidant + " : " + text
	}
	for line := range strings.SplitSeq(text, "\n") {
		s.line("<", line)
	}
	if m.Picture != nil {
		s.line(" ", "!["+m.Picture.Alt+"]")
	}
	for i, c := range m.Choices {
		s.line(" ", fmt.Sprintf("[%d] %s", i+1, c.Label))
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
