package intent

import "slices"

// A verdict is what a reply says to a question answered by yes or no.
type verdict struct {
	yes, no bool
	// whole says that the reply says nothing else.
	whole bool
	// lacks says that the person has something not: "j'ai pas d'adresse".
	lacks bool
	// shaky says that what else it says doubts, asks or contradicts.
	shaky bool
}

// verdictOf reads yes and no as people write them.
func verdictOf(tokens []token) verdict {
	words := phrase(tokens)
	if isDontKnow(words) {
		return verdict{}
	}
	if isNoPhrase(words) {
		return verdict{no: true, whole: true}
	}
	if isYesPhrase(words) {
		return verdict{yes: true, whole: true}
	}
	v := verdict{yes: has(tokens, yes), no: has(tokens, no), whole: true}
	denied := false
	for i := range tokens {
		switch tokens[i].class {
		case plain, weak, numeral:
			v.whole = false
		case negator:
			denied = true
		case doubt, question, trouble, turn:
			v.whole, v.shaky = false, true
		default: // yes, no, and words without meaning
		}
	}
	if v.yes && denied {
		v.whole, v.shaky = false, true
	}
	if !v.yes && !v.no && denied && v.whole {
		v.no = isBareDenial(tokens) // "je n'en ai pas"
	}
	v.lacks = denied && !v.shaky && hasWord(tokens, "ai", "jai", "a", "avons", "g", "have", "عندي", "لدي", "معي")
	if v.no && !v.yes && !v.whole {
		v.whole = isNoPhrase(phrase(without(tokens))) // "non, pas encore"
	}
	return v
}

// isBareDenial reports whether a clause without a word of meaning is denied by
// "pas" or "jamais". To be unable is not to say no.
func isBareDenial(tokens []token) bool {
	return hasWord(tokens, "pas", "jamais", "not", "ليس", "ما", "مش") && !hasWord(tokens, "peux", "peut", "va", "vais", "faut")
}

// hasWord reports whether one of the words is among the tokens.
func hasWord(tokens []token, words ...string) bool {
	return slices.ContainsFunc(tokens, func(t token) bool { return slices.Contains(words, t.word) })
}

// without returns the words after the leading yes, no and greetings.
func without(tokens []token) []token {
	for len(tokens) > 0 && (tokens[0].class == yes || tokens[0].class == no || isPolite(tokens[0].word)) {
		tokens = tokens[1:]
	}
	return tokens
}

// readYesNo reads a reply to labels that say yes or no. The second value is
// false when the words of the labels must decide.
func (c *Choices) readYesNo(tokens []token) (Reading, bool) {
	if c.yes == none && c.no == none {
		return c.readDone(tokens)
	}
	v := verdictOf(tokens)
	label := none
	switch {
	case v.yes && v.no:
		return nothing(SeveralFit), true
	case v.yes:
		label = c.yes
	case v.no:
		label = c.no
	}
	switch {
	case label == many && v.whole:
		return nothing(SeveralFit), true
	case label == none && v.whole && (v.yes || v.no):
		if r := c.match(tokens); r.Choice >= 0 {
			return r, true
		}
		return c.opposite(), true
	case label == none && c.no >= 0 && v.lacks:
		return c.lacking(tokens), true
	case label < 0:
		return Reading{}, false
	case v.whole:
		return sure(label, ByYesNo), true
	}
	return c.weigh(tokens, label, v.shaky), true
}

// readDone reads a bare yes or no where no label says so, but one says that it
// is done: a yes chooses it, as "voilà" does, and a no chooses nothing for sure.
func (c *Choices) readDone(tokens []token) (Reading, bool) {
	if c.done < 0 {
		return Reading{}, false
	}
	v := verdictOf(tokens)
	r := c.match(tokens)
	switch {
	case v.no && v.whole && !v.yes:
		r.Sure = false
		return r, true
	case r.Choice >= 0 && r.Choice != c.done:
		return Reading{}, false // the words say more
	case !(v.yes && v.whole && !v.no || isDonePhrase(phrase(tokens))):
		return Reading{}, false
	case r.Reason == Polarity: // "ça marche", and a label "Ça ne marche pas"
		return maybe(c.done, Doubtful), true
	}
	return sure(c.done, ByYesNo), true
}

// isDone reports whether a label says that something is done, and nothing
// else: "C'est fait", "J'ai trouvé".
func isDone(tokens []token) bool {
	done := 0
	for i := range tokens {
		switch t := &tokens[i]; {
		case isDoneWord(t.word):
			done++
		case t.class != stop && t.class != weak:
			return false
		}
	}
	return done == 1 || isDonePhrase(phrase(tokens))
}

// lacking reads "j'ai pas d'adresse": the words of the labels decide, else it
// is likely to be a no.
func (c *Choices) lacking(tokens []token) Reading {
	if r := c.match(tokens); r.Choice >= 0 || r.Reason == SeveralFit {
		return r
	}
	return maybe(c.no, ByYesNo)
}

// opposite is the likely answer when a yes or a no was said that no label
// says: of two labels, the other one.
func (c *Choices) opposite() Reading {
	switch {
	case c.count != 2:
		return nothing(NothingFits)
	case c.yes >= 0 && c.no == none:
		return maybe(1-c.yes, ByYesNo)
	case c.no >= 0 && c.yes == none:
		return maybe(1-c.no, ByYesNo)
	}
	return nothing(NothingFits)
}

// weigh decides between the yes or no a reply says and the words that follow
// it: "oui, sur mon téléphone".
func (c *Choices) weigh(tokens []token, label int, shaky bool) Reading {
	r := c.match(tokens)
	switch {
	case r.Choice >= 0 && r.Choice != label:
		return maybe(r.Choice, Doubtful)
	case r.Reason == SeveralFit:
		return r
	case shaky && !r.Sure:
		return maybe(label, Doubtful)
	}
	return sure(label, ByYesNo)
}

// phrase joins the words of a reply that are not mere politeness.
func phrase(tokens []token) string {
	var buffer [maxCommand]byte
	words := buffer[:0]
	for i := range tokens {
		if w := tokens[i].word; !isPolite(w) && len(words)+len(w) < maxCommand {
			if len(words) > 0 {
				words = append(words, ' ')
			}
			words = append(words, w...)
		}
	}
	return string(words)
}
