package content

import (
	"cmp"
	_ "embed" // the lists of words
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"passerelle/flows/intent"
)

// Words that learners know. A word is familiar when it is one of the 3,000 most
// frequent, one of the house's, or one of the lesson's own: of its title or its
// "mots:". Capitals and accents do not count, nor do light endings: "boutons",
// "grande" and "touchez" are "bouton", "grand" and "toucher". Names (a capital
// inside a sentence), numbers and acronyms are not judged.

//go:embed words/frequent.txt
var frequentWords string

//go:embed words/house.txt
var houseWords string

// goodShare is how many words of a hundred are familiar in an easy text.
const goodShare = 85

// A vocabulary is a set of words, folded.
type vocabulary map[string]bool

// add takes in the words of a text, and each whole line of it: "mot de passe",
// "mot", "de", "passe".
func (v vocabulary) add(lines ...string) {
	for _, line := range lines {
		folded := intent.Fold(line)
		v[folded] = true
		for part := range strings.FieldsSeq(folded) {
			v[part] = true
		}
	}
}

// everyday are the words familiar in every lesson.
func everyday() vocabulary {
	v := vocabulary{}
	v.add(listed(frequentWords)...)
	v.add(listed(houseWords)...)
	return v
}

// listed are the lines of a list of words, without its comments.
func listed(list string) []string {
	return slices.DeleteFunc(strings.Split(list, "\n"), func(line string) bool { return line == "" || line[0] == '#' })
}

// knows tells whether a word is familiar, or each of its parts is: "peut-être",
// "l'adresse".
func (v vocabulary) knows(word string) bool {
	folded := intent.Fold(word)
	return v[folded] || !slices.ContainsFunc(strings.Fields(folded), func(part string) bool { return !v.form(part) })
}

// lightEndings turn forms of a word into one that the list may have.
var lightEndings = []struct{ from, to string }{
	{"s", ""},
	{"x", ""},
	{"e", ""},
	{"es", ""},
	{"aux", "al"},
	{"euse", "eur"},
	{"euses", "eur"},
	{"ez", "er"},
	{"ee", "er"},
	{"ees", "er"},
}

// form tells whether a part of a word, or a lighter form of it, is familiar. A
// single letter always is.
func (v vocabulary) form(part string) bool {
	if len(part) == 1 || v[part] {
		return true
	}
	for _, e := range lightEndings {
		if stem, ok := strings.CutSuffix(part, e.from); ok && len(stem) >= 3 && v[stem+e.to] {
			return true
		}
	}
	return false
}

// A rareWord is a word that few learners know: where it stands first, and how
// often it comes.
type rareWord struct {
	phrase
	times int
}

// familiarity judges how many words of a lesson's sentences are familiar.
func (c *checker) familiarity(sentences [][]phrase) {
	own := vocabulary{}
	title, _ := c.get(hTitle)
	list, _ := c.get(hWords)
	for _, p := range slices.Concat([]phrase{title}, list.list()) {
		own.add(p.text)
	}
	judged, rare := commonWords(sentences), map[string]rareWord{}
	for _, w := range judged {
		bare := unelided(w)
		if own.knows(bare.text) || c.everyday().knows(w.text) {
			continue
		}
		r, met := rare[intent.Fold(bare.text)]
		if !met {
			r.phrase = bare
		}
		r.times++
		rare[intent.Fold(bare.text)] = r
	}
	c.strange(len(judged), rare)
}

// strange warns when too many words are rare, and names those that come most
// often.
func (c *checker) strange(judged int, rare map[string]rareWord) {
	familiar := judged
	all := make([]rareWord, 0, len(rare))
	for _, key := range sortedKeys(rare) {
		familiar -= rare[key].times
		all = append(all, rare[key])
	}
	if familiar*100 >= judged*goodShare {
		return
	}
	slices.SortStableFunc(all, func(a, b rareWord) int { return cmp.Compare(b.times, a.times) })
	var names []string
	for _, w := range all[:min(2*mostNamed, len(all))] {
		names = append(names, strings.ToLower(w.text))
	}
	c.add(all[0].at, cRareWords, "share", number(familiar*100/judged), "least", number(goodShare), "words", strings.Join(names, ", "))
}

// commonWords are the words of sentences that can be rare.
func commonWords(sentences [][]phrase) []phrase {
	var all []phrase
	for _, words := range sentences {
		for i, w := range words {
			if isCommon(w, i == 0) {
				all = append(all, w)
			}
		}
	}
	return all
}

// isCommon tells whether a word is no name, no number and no acronym.
func isCommon(w phrase, first bool) bool {
	bare := unelided(w)
	if bare.empty() || strings.ContainsFunc(w.text, unicode.IsDigit) || isCapitals(bare.text) {
		return false
	}
	initial, _ := utf8.DecodeRuneInString(bare.text)
	return !unicode.IsUpper(initial) || first && bare == w
}

// isCapitals tells whether a text is two capital letters or more, and nothing
// else.
func isCapitals(text string) bool {
	small := strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsUpper(r) })
	return !small && utf8.RuneCountInString(text) > 1
}
