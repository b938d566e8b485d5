package intent

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// MaxText is how many characters of one message are kept.
const MaxText = 1000

// Clean is what every door does to a text first. It returns valid UTF-8 in its
// composed form, without control characters but with its line ends, trimmed
// and cut after [MaxText] characters. A text that is clean already is returned
// as it is.
func Clean(text string) string {
	if isPlain(text) {
		return text
	}
	text = norm.NFC.String(strings.Map(cleanRune, strings.ToValidUTF8(text, "")))
	return strings.TrimSpace(cut(strings.TrimSpace(text)))
}

// isPlain reports whether a text is short, printable ASCII without a space at
// either end: the common case, which needs no work.
func isPlain(text string) bool {
	if len(text) > MaxText {
		return false
	}
	for i := range len(text) {
		c := text[i]
		if (c < ' ' && c != '\n') || c >= 0x7f {
			return false
		}
	}
	return text == strings.TrimSpace(text)
}

// cleanRune maps one character to what is kept of it, negative for nothing.
func cleanRune(r rune) rune {
	switch {
	case r == '\n':
		return r
	case r == '\u2028', r == '\u2029', r == '\v', r == '\f':
		return '\n'
	case r == '\t':
		return ' '
	case unicode.IsControl(r), isDirectionOrder(r), r == '\ufeff':
		return -1
	}
	return r
}

// isDirectionOrder reports whether r overrides the direction of what follows,
// which can make a text look like another.
func isDirectionOrder(r rune) bool {
	return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// cut returns the first MaxText characters of a text.
func cut(text string) string {
	if len(text) <= MaxText {
		return text
	}
	n := 0
	for i := range text {
		if n == MaxText {
			return text[:i]
		}
		n++
	}
	return text
}
