package intent

import (
	"slices"
	"strings"
)

// Read says which label a reply means, how sure that is, and why. The reply
// is compared, in this order, with
//
//  1. the labels and the accepted words, whole
//  2. numbers, ranks and letters
//  3. yes and no, when a label says so
//  4. the words of the labels, as they are spelt or heard
//
// and the first that answers is the answer. A reply that asks, where the label
// does not, is never sure: "c'est fait ?".
func (c *Choices) Read(text string) Reading {
	if c.Len() == 0 {
		return nothing(NothingFits)
	}
	r := c.read(text)
	if r.Sure && isAsked(text) && !c.asks[r.Choice] {
		return maybe(r.Choice, Doubtful)
	}
	return r
}

// isAsked reports whether a text has a question mark.
func isAsked(text string) bool { return strings.ContainsAny(text, "?؟？") }

// read reads a reply to labels that are there.
func (c *Choices) read(text string) Reading {
	var buffer [maxFolded]byte
	folded := appendFold(buffer[:0], text)
	if len(folded) == 0 {
		return nothing(blank(text))
	}
	if s, ok := c.whole[string(folded)]; ok {
		return s.reading(ExactLabel)
	}
	if r, ok := c.readPlace(text, folded); ok {
		return r
	}
	var bones [maxFolded]byte
	if s, ok := c.bones[string(appendSkeleton(bones[:0], folded))]; ok {
		return s.reading(NearMiss)
	}
	return c.readWords(text)
}

// nothing is the reading that chooses nothing.
func nothing(r Reason) Reading { return Reading{Choice: none, Reason: r} }

// sure is a reading without doubt, maybe one to be asked back.
func sure(label int, r Reason) Reading  { return Reading{Choice: label, Sure: true, Reason: r} }
func maybe(label int, r Reason) Reading { return Reading{Choice: label, Reason: r} }

// blank tells an empty text from one that has signs only.
func blank(text string) Reason {
	if strings.TrimSpace(text) == "" {
		return Empty
	}
	return NothingFits
}

// reading is that of a text found whole.
func (s spot) reading(r Reason) Reading {
	switch {
	case s.label == many:
		return nothing(SeveralFit)
	case s.displaced:
		return maybe(s.label, Doubtful)
	case s.accepted:
		return sure(s.label, AcceptedWord)
	}
	return sure(s.label, r)
}

// readPlace reads a number, a rank or a letter.
func (c *Choices) readPlace(text string, folded []byte) (Reading, bool) {
	if len(folded) == 1 && isDigit(folded[0]) && len(text) == 1 {
		return c.at(place{n: small(text), reason: ByNumber}), true
	}
	if len(folded) > maxCommand {
		return Reading{}, false
	}
	words := string(folded)
	if all, no := isAllOrNone(words); all {
		return nothing(SeveralFit), true
	} else if no && c.no == none && c.termAt(words) < 0 {
		return nothing(NothingFits), true
	}
	p := placeOf(words)
	switch {
	case p.several:
		return nothing(SeveralFit), true
	case p.n == 0:
		return Reading{}, false
	case isNegative(text):
		return nothing(OutOfRange), true
	}
	return c.at(p), true
}

// isNegative reports whether a number is written below zero.
func isNegative(text string) bool {
	text = strings.TrimSpace(text)
	return len(text) > 1 && (text[0] == '-' || strings.HasPrefix(text, "−")) && text[1] != ' '
}

// at returns the label at a place, when there is one.
func (c *Choices) at(p place) Reading {
	if p.n < 0 {
		p.n = c.count
	}
	if p.n > c.count {
		return nothing(OutOfRange)
	}
	label := p.n - 1
	if claimed := c.claims[label]; claimed != none {
		return maybe(claimed, Doubtful) // "deux", and the label "2" is elsewhere
	}
	if held := c.holder(p.word, label); held != label {
		return maybe(held, Doubtful) // "deux", and the label "Deux enfants" is elsewhere
	}
	return sure(label, p.reason)
}

// holder returns the label that has a word, label itself when it has it or
// when none does.
func (c *Choices) holder(word string, label int) int {
	at, held := c.termAt(word), label
	for i := range c.forms {
		if at < 0 || !slices.Contains(c.forms[i].terms, at) {
			continue
		}
		if c.forms[i].label == label {
			return label
		}
		held = c.forms[i].label
	}
	return held
}
