package content

import (
	"encoding/xml"
	"strings"
)

// How wide texts are is estimated, for nobody knows the letters of the system
// that shows the drawing: rather too wide than too narrow.

// widthOf estimates how many pixels a text takes, in letters of that size.
func widthOf(text string, size int) int {
	hundredths := 0
	for _, r := range text {
		hundredths += letterWidth(r)
	}
	return (hundredths*size + 99) / 100
}

// letterWidth is the width of a letter in hundredths of its size.
func letterWidth(r rune) int {
	switch r {
	case 'i', 'j', 'l', 'I', '.', ',', ':', ';', '\'', '’', '|', '!', '(', ')', '[', ']', ' ', 'f', 't', 'r', '-':
		return 42
	case 'm', 'w', 'M', 'W', '@', '%', '—', '…', '→':
		return 100
	}
	switch {
	case r < 'A', r >= 'a' && r < 0x1100:
		return 64
	case r >= 0x1100: // other scripts, pictures
		return 110
	}
	return 76
}

// cut shortens a text to a width; what is cut off leaves "…".
func cut(text string, size, width int) string {
	if widthOf(text, size) <= width {
		return text
	}
	room := 100*width - letterWidth('…')*size
	for i, r := range text {
		room -= letterWidth(r) * size
		if room < 0 {
			return strings.TrimRight(text[:i], " ,;:") + "…"
		}
	}
	return text
}

// wrapped breaks a text at its blanks into lines of a width, at most so many;
// the last one tells by "…" that there was more.
func wrapped(text string, size, width, most int) []string {
	var lines []string
	for text != "" {
		if len(lines) == most-1 {
			return append(lines, cut(text, size, width))
		}
		line, rest := firstLine(text, size, width)
		lines, text = append(lines, line), rest
	}
	return lines
}

// firstLine is as many words of a text as fit into a width, and what is left. A
// word that does not fit by itself is cut.
func firstLine(text string, size, width int) (line, rest string) {
	room, blank := 100*width, 0
	for i, r := range text {
		if r == ' ' {
			blank = i
		}
		room -= letterWidth(r) * size
		if room < 0 && blank > 0 {
			return text[:blank], text[blank+1:]
		}
		if room < 0 {
			word, rest, _ := strings.Cut(text, " ")
			return cut(word, size, width), rest
		}
	}
	return text, ""
}

// escaped is a text as it stands in XML. What XML cannot hold becomes "�".
func escaped(text string) string {
	plain := func(r rune) bool {
		return r >= ' ' && r < 0xd800 && r != '&' && r != '<' && r != '>' && r != '"'
	}
	if strings.IndexFunc(text, func(r rune) bool { return !plain(r) }) < 0 {
		return text
	}
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(text)) // a builder never fails
	return out.String()
}
