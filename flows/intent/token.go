package intent

import (
	"strings"
	"unicode/utf8"
)

const (
	// maxTokens is how many words of a reply are looked at: a longer text
	// tells a story, and its beginning says what it is about.
	maxTokens = 48
	// maxFolded is the length of a folded reply that needs no memory of its own.
	maxFolded = 256
)

// A token is one word of a reply or of a label.
type token struct {
	word  string
	key   string // its sound
	class class
	// clause counts the commas, full stops and "mais" before the word.
	clause int
	// denied says that something in its clause turns it round.
	denied bool
}

// tokenize appends the words of a text to dst, at most maxTokens.
func tokenize(dst []token, text string) []token {
	clause := 0
	for text != "" && len(dst) < maxTokens {
		part, rest := cutClause(text)
		dst, clause = appendClause(dst, part, clause)
		text = rest
		clause++
	}
	return settle(dst)
}

// cutClause cuts a text at the first sign that ends a clause.
func cutClause(text string) (clause, rest string) {
	end := strings.IndexAny(text, ".,;:!?\n()،؛؟")
	if end < 0 {
		return text, ""
	}
	_, size := utf8.DecodeRuneInString(text[end:])
	return text[:end], text[end+size:]
}

// appendClause appends the words of one clause; "mais" begins another.
func appendClause(dst []token, text string, clause int) ([]token, int) {
	start := len(dst)
	for word := range strings.SplitSeq(Fold(text), " ") {
		if word == "" {
			continue
		}
		if len(dst) > start {
			if whole := join(dst[len(dst)-1].word, word); whole != "" {
				dst[len(dst)-1].word = whole
				continue
			}
		}
		for part := range strings.SplitSeq(spelt(dst, word), " ") {
			if classOf(part) == turn || startsAnew(dst[start:], clause, part) {
				clause++
			}
			if len(dst) < maxTokens {
				dst = append(dst, token{word: part, clause: clause})
			}
		}
	}
	return dst, clause
}

// spelt writes out a word of a reply, as one or two.
func spelt(before []token, word string) string {
	switch {
	case !isArabic(word):
		return spell(unstretch(word))
	case len(before) > 0:
		return spellArabic(before[len(before)-1].word, word)
	}
	return spellArabic("", word)
}

// startsAnew reports whether a word begins another statement without a comma:
// a subject, after a denial in the same clause ("je trouve pas je suis
// bloqué").
func startsAnew(before []token, clause int, word string) bool {
	switch word {
	case "je", "j", "jai", "jsuis", "jsui", "chuis", "chui", "c", "cest", "ca", "il", "on":
	default:
		return false
	}
	denied := false
	for i := range before {
		w := before[i].word
		denied = denied || before[i].clause == clause && classOf(w) == negator && w != "ne"
	}
	if !denied {
		return false
	}
	switch before[len(before)-1].word {
	case "que", "qu", "qui", "si", "ce", "ne":
		return false
	}
	return true
}

// settle finds out, once all words are known, what each one does.
func settle(tokens []token) []token {
	for i := range tokens {
		t := &tokens[i]
		t.class = classIn(tokens, i)
		if t.class == plain {
			if short := squeeze(t.word); classOf(short) == yes || classOf(short) == no {
				t.word, t.class = short, classOf(short)
			}
		}
	}
	easeTrouble(tokens)
	for i := range tokens {
		if tokens[i].class == negator {
			deny(tokens, tokens[i].clause)
		}
	}
	return tokens
}

// classIn sorts a word among the others: a single letter is an answer only
// when it stands alone, and "n" is a negation before a word.
func classIn(tokens []token, i int) class {
	word := tokens[i].word
	alone := len(tokens) == 1
	switch {
	case isDigit(word[0]):
		return numeral
	case isArabic(word):
		return arabicIn(tokens, i)
	case word == "ce" && i > 0 && tokens[i-1].word == "est" && i+1 < len(tokens) && strings.HasPrefix(tokens[i+1].word, "qu"):
		return question
	case alone || len(word) > 1:
		return classOf(word)
	case word == "n" && i+1 < len(tokens) && !isDigit(tokens[i+1].word[0]):
		return negator
	}
	if c := classOf(word); c != yes && c != no {
		return c
	}
	return stop
}

// easeTrouble makes nothing of "pas de problème" and "sans souci".
func easeTrouble(tokens []token) {
	for i := range tokens {
		if tokens[i].class != negator {
			continue
		}
		j := i + 1
		if j < len(tokens) && (tokens[j].word == "de" || tokens[j].word == "d") {
			j++
		}
		if j < len(tokens) && tokens[j].class == trouble {
			for k := i; k <= j; k++ {
				tokens[k].class = stop
			}
		}
	}
}

// deny marks all words of a clause.
func deny(tokens []token, clause int) {
	for i := range tokens {
		if tokens[i].clause == clause {
			tokens[i].denied = true
		}
	}
}

// sound gives every token that may be compared its sound key.
func sound(tokens []token) {
	var keys [2 * maxFolded]byte
	var ends [maxTokens]int
	all := keys[:0]
	for i := range tokens {
		all = appendSound(all, tokens[i].word)
		ends[i] = len(all)
	}
	text, start := string(all), 0
	for i := range tokens {
		tokens[i].key = text[start:ends[i]]
		start = ends[i]
	}
}

// has reports whether a token of that class is among them.
func has(tokens []token, c class) bool {
	for i := range tokens {
		if tokens[i].class == c {
			return true
		}
	}
	return false
}
