package content

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// How easy a lesson is to read, by two formulas. They weigh all that its steps
// say as one text, for a sentence alone has no score worth the name; each line
// is read as a sentence, as learners see it. Labels and examples are answers,
// and are not judged; nor are translations, for the formulas are those of
// French.
//
// Kandel and Moles (1958) fitted Flesch's formula to French: 207, less 1.015 for
// each word of a sentence, less 73.6 for each syllable of a word. Easy texts
// have 80 and more, those of administrations about 65. LIX (Björnsson 1968) is
// the words of a sentence and the long words in a hundred: easy texts have 35
// and less, those of administrations 45 and more.

// Limits of what is easy.
const (
	enoughWords = 100 // a shorter lesson is not judged
	goodScore   = 80  // Kandel and Moles
	leastScore  = 70
	mostLIX     = 35
	shortWord   = 6 // letters; LIX calls a longer word long
	mostNamed   = 3 // steps or words that a problem names
)

// A tally counts what the formulas weigh.
type tally struct{ sentences, words, syllables, long int }

// tallyOf counts sentences.
func tallyOf(sentences [][]phrase) tally {
	var t tally
	for _, words := range sentences {
		t.read(words)
	}
	return t
}

// read counts one sentence.
func (t *tally) read(sentence []phrase) {
	if len(sentence) > 0 {
		t.sentences++
	}
	t.words += len(sentence)
	for _, w := range sentence {
		t.syllables += syllables(w.text)
		if utf8.RuneCountInString(unelided(w).text) > shortWord {
			t.long++
		}
	}
}

// and is both together; without takes the other one out again.
func (t tally) and(o tally) tally {
	return tally{t.sentences + o.sentences, t.words + o.words, t.syllables + o.syllables, t.long + o.long}
}

func (t tally) without(o tally) tally {
	return t.and(tally{-o.sentences, -o.words, -o.syllables, -o.long})
}

// kandelMoles is the score of Kandel and Moles: the higher, the easier. That of
// no words is the best.
func (t tally) kandelMoles() float64 {
	if t.words == 0 {
		return 207
	}
	return 207 - 1.015*float64(t.words)/float64(t.sentences) - 73.6*float64(t.syllables)/float64(t.words)
}

// lix is the LIX: the lower, the easier.
func (t tally) lix() float64 {
	if t.words == 0 {
		return 0
	}
	return float64(t.words)/float64(t.sentences) + 100*float64(t.long)/float64(t.words)
}

// ease is the LIX turned round: the higher, the easier.
func (t tally) ease() float64 { return -t.lix() }

// reading judges how easy the lesson is to read.
func (c *checker) reading() {
	parts := make([]tally, len(c.steps))
	var whole tally
	var sentences [][]phrase
	for i, s := range c.steps {
		said := s.sentences()
		sentences = append(sentences, said...)
		parts[i] = tallyOf(said)
		whole = whole.and(parts[i])
	}
	if whole.words < enoughWords {
		return
	}
	c.formulas(parts, whole)
	c.familiarity(sentences)
}

// formulas holds the two scores of a lesson against their limits.
func (c *checker) formulas(parts []tally, whole tally) {
	hard := func(code Code, limit int, score float64, ease func(tally) float64) {
		first, names := hardest(c.steps, parts, whole, ease)
		c.add(first.title.at, code, "score", number(int(score)), "limit", number(limit), "steps", names)
	}
	switch score := math.Floor(whole.kandelMoles()); {
	case score < leastScore:
		hard(cVeryHard, leastScore, score, tally.kandelMoles)
	case score < goodScore:
		hard(cHard, goodScore, score, tally.kandelMoles)
	}
	if lix := math.Ceil(whole.lix()); lix > mostLIX {
		hard(cLongWords, mostLIX, lix, tally.ease)
	}
}

// hardest finds the step without which the lesson would be easiest, and names
// those that weigh most.
func hardest(steps []*step, parts []tally, whole tally, ease func(tally) float64) (first *step, names string) {
	order := make([]int, len(steps))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		easier := cmp.Compare(ease(whole.without(parts[b])), ease(whole.without(parts[a])))
		return cmp.Or(easier, cmp.Compare(steps[a].id.text, steps[b].id.text))
	})
	var all []string
	for n, i := range order[:min(mostNamed, len(order))] {
		if n == 0 || ease(whole.without(parts[i])) > ease(whole) {
			all = append(all, steps[i].id.text)
		}
	}
	return steps[order[0]], strings.Join(all, ", ")
}
