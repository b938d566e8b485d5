package content

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What a learner reads of a step, cut into words. Addresses, names to be filled
// in and signs are no words.

// prose are the sentences of a step. An example is none: it is an answer.
func (s *step) prose() []phrase {
	bare := *s
	bare.directives = slices.DeleteFunc(slices.Clone(s.directives), func(d directive) bool { return d.name == wExample })
	return bare.said()
}

// sentences are the words of each sentence of a step.
func (s *step) sentences() [][]phrase {
	var all [][]phrase
	for _, p := range s.prose() {
		for _, sentence := range splitSentences(p) {
			all = append(all, wordsIn(sentence))
		}
	}
	return all
}

// wordsIn are the words of a phrase. What is joined by a hyphen is one word,
// "e-mail", but not a pronoun behind its verb, "avez-vous"; an article stays
// with its word, "l'adresse".
func wordsIn(p phrase) []phrase {
	var all []phrase
	for _, t := range tokens(p) {
		if w := wordIn(t); !w.empty() {
			all = append(all, withoutPronouns(w)...)
		}
	}
	return all
}

// wordIn is the word of a token, without the signs around it, or nothing.
func wordIn(t phrase) phrase {
	if i := strings.Index(t.text, "]("); i >= 0 {
		t = t.cut(0, i) // a link is read by its words
	}
	w := t.core()
	if strings.ContainsAny(t.text, "{}@") || strings.ContainsAny(w.text, ".:") {
		return phrase{}
	}
	return w
}

// core is a phrase from its first letter or digit to its last.
func (p phrase) core() phrase {
	inside := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	from, last := strings.IndexFunc(p.text, inside), strings.LastIndexFunc(p.text, inside)
	if from < 0 {
		return phrase{}
	}
	_, size := utf8.DecodeRuneInString(p.text[last:])
	return p.cut(from, last+size)
}

// pronouns are those that follow their verb behind a hyphen. The t of "a-t-il"
// is only heard.
var pronouns = []string{
	"ce", "ci", "elle", "elles", "en", "il", "ils", "je", "la", "le", "les", "leur", "lui", "là", "moi", "nous",
	"on", "t", "toi", "tu", "vous", "y",
}

// withoutPronouns cuts the pronouns off a verb: "donnez-le-moi" is three words.
func withoutPronouns(w phrase) []phrase {
	var after []phrase
	for {
		i := strings.LastIndexByte(w.text, '-')
		if i <= 0 || !slices.Contains(pronouns, strings.ToLower(w.text[i+1:])) {
			break
		}
		if last := w.cut(i+1, len(w.text)); last.text != "t" {
			after = append(after, last)
		}
		w = w.cut(0, i)
	}
	slices.Reverse(after)
	return append([]phrase{w}, after...)
}

// unelided is a word without its article: "adresse" of "l'adresse".
func unelided(w phrase) phrase {
	i := strings.LastIndexAny(w.text, "'’")
	if i < 0 {
		return w
	}
	_, size := utf8.DecodeRuneInString(w.text[i:])
	return w.cut(i+size, len(w.text))
}
