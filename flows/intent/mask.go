package intent

import (
	"slices"
	"strings"
)

// A Secret is a kind of thing nobody should send.
type Secret string

// The secrets that are masked.
const (
	Card     Secret = "card"     // a bank card's number: 13 to 19 digits, checked by Luhn
	IBAN     Secret = "iban"     // a bank account's number, checked modulo 97
	NIR      Secret = "nir"      // a French social security number, checked by its key
	Password Secret = "password" // a password, announced as one
	Code     Secret = "code"     // a code received or known, announced as one
)

// dots stand in place of a secret.
const dots = "••••"

// A span is a part of a text that holds a secret.
type span struct {
	start, end int
	kind       Secret
}

// Mask returns the text with every secret replaced by dots, and the kinds
// found, in order of appearance. A masked text has nothing left to mask.
//
// Numbers are found by their check digits, whatever spaces, points or dashes
// stand between the digits; passwords and codes by the words that announce
// them. Phone numbers, postcodes, dates and addresses are no secrets.
func Mask(text string) (masked string, found []Secret) {
	for maySecret(text) {
		spans := secrets(text)
		if len(spans) == 0 {
			break
		}
		for _, s := range spans {
			found = append(found, s.kind)
		}
		text = cover(text, spans)
	}
	return text, found
}

// maySecret is the quick look that clears nearly all texts: a secret needs
// three digits, or the word password or code.
func maySecret(text string) bool {
	digits := 0
	for i := range len(text) {
		switch c := text[i]; {
		case isDigit(c):
			if digits++; digits == 3 {
				return true
			}
		case c >= 0xd8 && c <= 0xe0, c == 0xef: // scripts with digits of their own
			return true
		case c|0x20 == 'p' && (foldedAt(text, i, "pass") || foldedAt(text, i, "pwd")),
			c|0x20 == 'm' && foldedAt(text, i, "mdp"), c|0x20 == 'c' && foldedAt(text, i, "cod"):
			return true
		}
	}
	return false
}

// foldedAt reports whether a text has plain letters at a place, in any case.
func foldedAt(text string, i int, letters string) bool {
	return len(text)-i >= len(letters) && strings.EqualFold(text[i:i+len(letters)], letters)
}

// secrets finds all secrets of a text, in order, none inside another.
func secrets(text string) []span {
	spans := announced(text)
	spans = append(spans, numbers(glyphs(text))...)
	slices.SortStableFunc(spans, func(a, b span) int { return a.start - b.start })
	kept := spans[:0]
	for _, s := range spans {
		if n := len(kept); n > 0 && s.start < kept[n-1].end {
			kept[n-1].end = max(kept[n-1].end, s.end)
			continue
		}
		kept = append(kept, s)
	}
	return kept
}

// cover puts dots in place of each span.
func cover(text string, spans []span) string {
	var b strings.Builder
	done := 0
	for _, s := range spans {
		b.WriteString(text[done:s.start])
		b.WriteString(dots)
		done = s.end
	}
	b.WriteString(text[done:])
	return b.String()
}
