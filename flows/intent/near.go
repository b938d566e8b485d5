package intent

import "strings"

// near says how near a word of a reply is to a term, 0 for not at all.
func (t *term) near(w *token) float64 {
	if w.word == t.word {
		return same
	}
	switch w.class {
	case plain, weak, trouble:
	default:
		return 0
	}
	if isConfusable(w.word) {
		return 0
	}
	if near := t.nearBySound(w); near > 0 {
		return near
	}
	if isArabic(w.word) || isArabic(t.word) {
		return nearArabic(w.word, t.word)
	}
	if near := nearByPart(w.word, t.word); near > 0 {
		return near
	}
	return t.nearByLetters(w)
}

// nearBySound compares sound keys; a very short one proves less.
func (t *term) nearBySound(w *token) float64 {
	if w.key != t.keys[0] && w.key != t.keys[1] && !soundsOpen(w.key, t.keys[0]) {
		return 0
	}
	switch {
	case len(w.key) >= 3:
		return heard
	case len(w.key) == 2:
		return misspelt
	}
	return 0
}

// soundsOpen reports whether a key that ends with a nasal vowel is the other
// one but for a forgotten e: "telefon", "person".
func soundsOpen(key, other string) bool {
	n := len(key) - 1
	if n < 2 || len(other) != n+2 || other[:n] != key[:n] {
		return false
	}
	switch key[n] {
	case 'O':
		return other[n:] == "on"
	case 'I':
		return other[n:] == "in"
	case 'A':
		return other[n:] == "an"
	}
	return false
}

// nearByPart finds the beginning of a word ("ordi"), a word with an ending
// ("conseillère"), with a glued article ("lordi"), or of the same family.
func nearByPart(word, term string) float64 {
	common := commonPrefix(word, term)
	switch {
	case common == len(word) && common >= 4:
		return begun
	case common == len(term) && common >= 4 && len(word)-common <= 2 && isEnding(word[common:]):
		return begun
	case len(word) > 4 && strings.IndexByte("jldmtsn", word[0]) >= 0 && strings.IndexByte("aeiouh", word[0]) < 0 && isGlued(word, term):
		return begun
	case common >= 5 && 20*common >= 11*max(len(word), len(term)):
		return family
	}
	return 0
}

// isGlued reports whether a word is a term, or its beginning, after a letter
// that French puts before it: "lordi", "jtrouve".
func isGlued(word, term string) bool {
	return word[1:] == term || len(word) > 4 && strings.HasPrefix(term, word[1:])
}

// isEnding reports whether letters are a common ending of a French word.
func isEnding(end string) bool {
	switch end {
	case "s", "e", "es", "x", "r", "er", "ez", "t", "nt", "ne", "re", "te", "ee", "le":
		return true
	}
	return false
}

// nearByLetters allows for typing errors, more of them in longer words.
func (t *term) nearByLetters(w *token) float64 {
	limit := 0
	switch shorter := min(len(w.word), len(t.word)); {
	case shorter >= 8:
		limit = 2
	case shorter >= 5:
		limit = 1
	}
	near := 0.0
	switch {
	case limit == 0:
		return 0
	case within(w.word, t.word, limit):
		near = misspelt
	case min(len(w.key), len(t.keys[0])) >= 4 && (within(w.key, t.keys[0], 1) || within(w.key, t.keys[1], 1)):
		near = family
	}
	if near > 0 && !startsAlike(w.key, t.keys[0]) {
		near = guess
	}
	return near
}

// startsAlike reports whether two sounds begin alike: with the same letter, or
// both with a vowel.
func startsAlike(a, b string) bool {
	const vowels = "aeiouAIO"
	if a == "" || b == "" {
		return false
	}
	return a[0] == b[0] || strings.IndexByte(vowels, a[0]) >= 0 && strings.IndexByte(vowels, b[0]) >= 0
}

// commonPrefix counts the bytes two words begin with.
func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// hasPas reports whether letters run together hold "pas" or "rien".
func hasPas(text string) bool {
	return strings.Contains(text, "pas") || strings.Contains(text, "rien")
}
