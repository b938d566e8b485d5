package intent

import "slices"

// How near a word of a reply is to a word of a label, from 0 to 1.
const (
	same     = 1.0
	heard    = 0.95 // sounds the same
	begun    = 0.9  // the beginning of it, or with a small ending
	misspelt = 0.85 // a letter or two are wrong
	family   = 0.8  // "comprends" for "compris"
	guess    = 0.7  // begins with another letter: to be asked back
)

// A hit is one word of a reply that is near a term.
type hit struct {
	term, token int
	near        float64
}

// A fit is how well a label fits a reply.
type fit struct {
	spot
	// score adds the weights of its terms that were found.
	score float64
	// cover is the share of the label that was said; told the share of the
	// reply that it explains.
	cover, told float64
	// nearest is the poorest likeness it rests on.
	nearest float64
	full    bool   // all its terms were found, and they are two or more
	own     bool   // a term that no other label has was found
	used    uint64 // the words of the reply it explains, a bit each
}

// readWords reads a reply by its words: yes and no first, where labels say
// so, then the words of the labels.
func (c *Choices) readWords(text string) Reading {
	var room [maxTokens]token
	tokens := tokenize(room[:0], text)
	sound(tokens)
	if r, ok := c.readYesNo(tokens); ok {
		return r
	}
	r := c.match(tokens)
	if r.Choice < 0 && r.Reason != SeveralFit && c.unknown >= 0 && isDontKnow(phrase(tokens)) {
		return maybe(c.unknown, NearMiss)
	}
	if r.Reason == NothingFits {
		return c.readRun(tokens)
	}
	return r
}

// match finds the label whose words the reply has.
func (c *Choices) match(tokens []token) Reading {
	var room [2 * maxTokens]hit
	hits := c.hits(room[:0], tokens)
	if len(hits) == 0 {
		return nothing(NothingFits)
	}
	best, next := fit{spot: spot{label: none}}, fit{spot: spot{label: none}}
	denied := false
	for i := range c.forms {
		f := c.measure(&c.forms[i], tokens, hits)
		denied = denied || f.label == many
		switch {
		case f.score == 0:
		case f.label == best.label:
			if better(f, best) {
				best = f
			}
		case better(f, best):
			best, next = f, best
		case better(f, next):
			next = f
		}
	}
	switch {
	case best.score == 0 && denied:
		return nothing(Polarity)
	case best.score == 0:
		return nothing(NothingFits)
	}
	return c.judge(tokens, best, next)
}

// better orders fits: by what was found, then by how much of the label it is.
func better(a, b fit) bool {
	if a.score != b.score {
		return a.score > b.score
	}
	return a.cover > b.cover
}

// hits appends, for every word of a reply, the terms it is nearest to.
func (c *Choices) hits(dst []hit, tokens []token) []hit {
	for i := range tokens {
		first := len(dst)
		top := 0.0
		for t := range c.terms {
			near := c.terms[t].near(&tokens[i])
			if near > top {
				dst, top = dst[:first], near
			}
			if near > 0 && near == top {
				dst = append(dst, hit{t, i, near})
			}
		}
		if top < begun && i > 0 {
			dst = c.joined(dst, tokens, i)
		}
	}
	return dst
}

// joined appends the terms written as two words: "i phone", "télé phone".
func (c *Choices) joined(dst []hit, tokens []token, i int) []hit {
	a, b := tokens[i-1].word, tokens[i].word
	for t := range c.terms {
		if w := c.terms[t].word; len(w) > 4 && len(w) == len(a)+len(b) && w[:len(a)] == a && w[len(a):] == b {
			dst = append(dst, hit{t, i - 1, heard}, hit{t, i, heard})
		}
	}
	return dst
}

// measure finds how well one form fits. Its label is many when the reply has
// its words, but turned round by a negation or without the one it has.
func (c *Choices) measure(f *form, tokens []token, hits []hit) fit {
	result := fit{spot: f.spot, nearest: same}
	var total float64
	found, elsewhere := 0, false
	for _, t := range f.terms {
		weight := c.weight(f, t)
		total += weight
		near, by := 0.0, uint64(0)
		for _, h := range hits {
			switch {
			case h.term != t:
			case tokens[h.token].denied != f.denied:
				elsewhere = true
			default:
				near, by = max(near, h.near), by|1<<h.token
			}
		}
		if near > 0 {
			found++
			result.used |= by
			result.score += near * weight
			result.nearest = min(result.nearest, near)
			result.own = result.own || !c.isShared(f, t)
		}
	}
	if found == 0 && elsewhere {
		return fit{spot: spot{label: many}}
	}
	result.cover = result.score / max(total, 0.01)
	result.told = told(tokens, result.used)
	result.full = found == len(f.terms) && found > 1
	return result
}

// weight says how much a term tells of a label: less when it is a light word,
// much less when another label has it too.
func (c *Choices) weight(f *form, t int) float64 {
	weight := 1.0
	if c.terms[t].light && !f.light {
		weight = 0.35
	}
	if c.isShared(f, t) {
		weight /= 4
	}
	return weight
}

// isShared reports whether another label has a term of this form as well,
// other than turned round.
func (c *Choices) isShared(f *form, t int) bool {
	term := &c.terms[t]
	return term.labels[side(f.denied)] > 1 || !term.turned && term.labels[side(!f.denied)] > 0
}

// told is the share of the words of a reply, by weight, that were used.
func told(tokens []token, used uint64) float64 {
	var sum, explained float64
	for i := range tokens {
		weight := 0.0
		switch tokens[i].class {
		case plain, trouble:
			weight = 1
		case weak:
			weight = 0.35
		default: // says nothing of its own
		}
		sum += weight
		if used&(1<<i) != 0 {
			explained += weight
		}
	}
	if sum == 0 {
		return 1
	}
	return explained / sum
}

// judge decides whether the best label is the answer, is to be asked back, or
// is no better than another.
func (c *Choices) judge(tokens []token, best, next fit) Reading {
	fits := (best.cover + best.told) / 2
	reason := ByWords
	switch {
	case best.nearest < same:
		reason = NearMiss
	case best.accepted:
		reason = AcceptedWord
	}
	switch {
	case next.score >= 0.6*best.score && !contains(best, next):
		return nothing(SeveralFit)
	case best.score < 0.2 || fits < 0.3:
		return nothing(NothingFits)
	case next.score >= family, !best.own && best.cover < family, best.nearest < family, c.wavers(tokens, best),
		fits < 0.6, fits < 0.65 && best.nearest < begun:
		return maybe(best.label, Doubtful)
	}
	return sure(best.label, reason)
}

// contains reports whether a reply is the whole of one label and but a part of
// the other: "difficile" is not "Très difficile".
func contains(whole, part fit) bool {
	return whole.used == part.used && whole.told == 1 && whole.cover >= family && part.cover < family
}

// wavers reports whether words around the answer take back some of it: a
// doubt, a question, a trouble, a "non", a denial of something else, a number
// that is another answer's.
func (c *Choices) wavers(tokens []token, best fit) bool {
	if first := tokens[0]; first.class == numeral && !c.isOf(best.label, first.word) {
		if n := small(first.word); n <= c.count && n != best.label+1 {
			return true
		}
	}
	for i := range tokens {
		if c.takesBack(&tokens[i], best) || isJoined(tokens, i, best.used) {
			return true
		}
	}
	return false
}

// isJoined reports whether a word is an "et" between a word of the answer and
// one of something else: "ordinateur et un téléphone".
func isJoined(tokens []token, i int, used uint64) bool {
	if w := tokens[i].word; w != "et" && w != "and" && w != "و" {
		return false
	}
	next := i + 1
	for next < len(tokens) && isDeterminer(tokens[next].word) {
		next++
	}
	if i == 0 || next >= len(tokens) {
		return false
	}
	left, right := used&(1<<(i-1)) != 0, used&(1<<next) != 0
	return left && !right && tokens[next].class == plain || right && !left && tokens[i-1].class == plain
}

// takesBack reports whether one word makes the answer doubtful.
func (c *Choices) takesBack(t *token, best fit) bool {
	switch t.class {
	case doubt, turn, trouble:
		return !c.isOf(best.label, t.word)
	case question:
		return !best.full || t.word == "quoi" || t.word == "koi" || t.word == "ce"
	case negator, no:
		return !c.isDenied(best.label)
	case weak: // "je suis plus bloqué" may well mean "je ne suis plus"
		return t.word == "plus" && !c.isOf(best.label, t.word)
	default:
		return false
	}
}

// isOf reports whether a label has a word.
func (c *Choices) isOf(label int, word string) bool {
	at := c.termAt(word)
	return at >= 0 && c.holder(word, label) == label
}

// isDenied reports whether some form of a label holds a negation.
func (c *Choices) isDenied(label int) bool {
	return slices.ContainsFunc(c.forms, func(f form) bool { return f.label == label && f.denied })
}

// readRun reads words written in one go, or nearly the whole label: its
// letters without spaces, a few of them wrong.
func (c *Choices) readRun(tokens []token) Reading {
	var buffer [maxWord]byte
	run := buffer[:0]
	for i := range tokens {
		if len(run)+len(tokens[i].word) > maxWord {
			return nothing(NothingFits)
		}
		run = append(run, tokens[i].word...)
	}
	text := squeeze(string(run))
	found := none
	for i := range c.forms {
		f := &c.forms[i]
		if len(f.bones) < 8 || hasPas(text) != hasPas(f.bones) || !within(text, f.bones, len(f.bones)/6) {
			continue
		}
		if found >= 0 && found != f.label {
			return nothing(SeveralFit)
		}
		found = f.label
	}
	if found < 0 {
		return nothing(NothingFits)
	}
	return sure(found, NearMiss)
}
