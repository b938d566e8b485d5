package gsm

import (
	"slices"
	"strconv"
	"strings"
)

// What a step may take: more is a wall on a small screen. A message of two
// segments is put together by every phone, and costs less than two messages.
const maxMessages, maxSegments = 3, 2

// A Step is one screenful, to be told by SMS. Its rules:
//
//  1. A step that fits is one message.
//  2. Else it is cut between lines or sentences, or between words where a
//     sentence is too long, into at most three messages of two segments.
//  3. The choices stand whole in the last message, one a line, as "1 Oui", and
//     the last sentence, which asks, stands with them where there is room.
//  4. What does not fit even so is left out before that, and "..." says it.
type Step struct {
	// Text may have **bold** words and empty lines; both cost money, and go.
	Text    string
	Choices []string
	// Picture says in words what the picture shows; empty where the text can do
	// without.
	Picture string
	// AsWritten keeps the text from being rewritten, see [Rewrite].
	AsWritten bool
}

// Messages are the texts to be sent, in order. A step without words and
// choices has none.
func (s Step) Messages() []string {
	messages := s.written()
	for i, m := range messages {
		messages[i] = s.sent(m)
	}
	return messages
}

// Whole is the step as one text, as the gateway would get it if nothing were
// too long: what [Step.Messages] has to make do with.
func (s Step) Whole() string { return s.sent(join(s.body(), s.choices())) }

// written are the messages before they are rewritten.
func (s Step) written() []string {
	body, choices := s.body(), s.choices()
	switch whole := join(body, choices); {
	case whole == "":
		return nil
	case s.fits(whole):
		return []string{whole}
	case choices == "":
		return s.cut(body, "")
	}
	head, question := lastSentence(body)
	if last := join(question, choices); s.fits(last) {
		return s.cut(head, last)
	}
	return s.cut(body, choices)
}

// sent is a text as the gateway gets it.
func (s Step) sent(text string) string {
	if s.AsWritten {
		return text
	}
	return Rewrite(text)
}

func (s Step) fits(text string) bool { return s.cost(text) <= maxSegments }

// cost is how many segments a text takes as the gateway gets it.
func (s Step) cost(text string) int { return Measure(s.sent(text)).Segments }

// body is what is said, without the choices.
func (s Step) body() string {
	lines := strings.Split(s.Text, "\n")
	if picture := strings.TrimSpace(s.Picture); picture != "" {
		lines = append([]string{"(" + picture + ")"}, lines...)
	}
	for i, line := range lines {
		lines[i] = strings.TrimSpace(unbold(line))
	}
	return strings.Join(slices.DeleteFunc(lines, func(line string) bool { return line == "" }), "\n")
}

// choices are the lines of the answers.
func (s Step) choices() string {
	lines := make([]string, len(s.Choices))
	for i, label := range s.Choices {
		lines[i] = strings.TrimSpace(strconv.Itoa(i+1) + " " + strings.Join(strings.Fields(unbold(label)), " "))
	}
	return strings.Join(lines, "\n")
}

// unbold takes out the stars around the **bold** words of a line. Two stars
// without their partner, or with nothing between them, are text.
func unbold(line string) string {
	pieces := strings.Split(line, "**")
	var out strings.Builder
	for i, piece := range pieces {
		switch {
		case i%2 == 0:
			out.WriteString(piece)
		case i == len(pieces)-1:
			out.WriteString("**" + piece)
		case strings.TrimSpace(piece) == "":
			out.WriteString("**" + piece + "**")
		default:
			out.WriteString(piece)
		}
	}
	return out.String()
}

// join puts one text below another.
func join(above, below string) string {
	if above == "" || below == "" {
		return above + below
	}
	return above + "\n" + below
}
