package phone

import "strings"

// A paragraph is a list of lines, a line a list of spans: the shape of a
// message before it becomes HTML. The template escapes every word.
type (
	paragraph []textLine
	textLine  []span
	span      struct {
		Text string
		Bold bool
		Link string // set when the text is a web address
	}
)

// paragraphs splits a message at its empty lines.
func paragraphs(text string) []paragraph {
	var all []paragraph
	for block := range strings.SplitSeq(text, "\n\n") {
		if block = strings.Trim(block, "\n"); block != "" {
			all = append(all, lines(block))
		}
	}
	return all
}

func lines(block string) paragraph {
	var p paragraph
	for line := range strings.SplitSeq(block, "\n") {
		p = append(p, spans(line))
	}
	return p
}

// spans reads the **bold** words and the web addresses of a line. Two stars
// without their partner are text like any other.
func spans(line string) textLine {
	parts := strings.Split(line, "**")
	if last := len(parts) - 1; last%2 == 1 {
		parts[last-1] += "**" + parts[last]
		parts = parts[:last]
	}
	var l textLine
	for i, part := range parts {
		l = append(l, links(part, i%2 == 1)...)
	}
	return l
}

// links cuts a text at its web addresses.
func links(text string, bold bool) textLine {
	var l textLine
	for text != "" {
		start, end := link(text)
		if start > 0 {
			l = append(l, span{Text: text[:start], Bold: bold})
		}
		if end > start {
			l = append(l, span{Text: text[start:end], Bold: bold, Link: text[start:end]})
		}
		text = text[end:]
	}
	return l
}

// link finds the first web address of a text, without the punctuation that
// ends its sentence. Where there is none, start and end are the end.
func link(text string) (start, end int) {
	start = strings.Index(text, "https://")
	if start < 0 {
		return len(text), len(text)
	}
	end = len(text)
	if i := strings.IndexAny(text[start:], " \t\u00a0\u202f<>\"«»"); i >= 0 {
		end = start + i
	}
	address := strings.TrimRight(text[start:end], ".,;:!?)'’")
	if address == "https://" || address == "https" {
		return start + len("https://"), start + len("https://")
	}
	return start, start + len(address)
}
