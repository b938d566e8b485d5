package flows

import (
	"strings"
	"unicode"
)

// What a message from right to left has around the values in it, and what a
// telephone with keys makes of it: a box, for it does not know such signs. By
// SMS a mark takes their place, which every phone knows. It stands before what
// is written from left to right, so that "01 23 45 67 89" keeps its order.
const (
	isolate     = '\u2068'
	endIsolate  = '\u2069'
	leftToRight = '\u200e'
	rightToLeft = '\u200f'
)

// unisolated writes a text for telephones that know no isolates.
func unisolated(text string) string {
	if !strings.ContainsRune(text, isolate) {
		return text
	}
	var out strings.Builder
	for at, r := range text {
		switch {
		case r == isolate && !isLeftward(text[at:]):
			out.WriteRune(leftToRight)
		case r != isolate && r != endIsolate:
			out.WriteRune(r)
		}
	}
	return out.String()
}

// isLeftward tells whether the value that begins a text has a letter that is
// written from right to left.
func isLeftward(text string) bool {
	value, _, _ := strings.Cut(text, string(endIsolate))
	return strings.ContainsFunc(value, func(r rune) bool {
		return r == rightToLeft || unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Adlam)
	})
}
