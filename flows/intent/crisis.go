package intent

import "bytes"

// A Crisis is a trouble that waits for no lesson.
type Crisis string

// The troubles that are read.
const (
	NoCrisis       Crisis = ""
	LifeCrisis     Crisis = "life"     // somebody wants to die
	ViolenceCrisis Crisis = "violence" // somebody is beaten or threatened by those near
	DangerCrisis   Crisis = "danger"   // somebody is in danger now
	ShelterCrisis  Crisis = "shelter"  // somebody has no place to sleep
	HungerCrisis   Crisis = "hunger"   // somebody has nothing to eat
)

// CrisisWords are the words of one language that tell a trouble. They count
// wherever they stand in a text; those that end with a full stop only when
// they are the whole of it. Those of [NoCrisis] are figures of speech: what
// overlaps "mourir de rire" tells nothing, unless it holds the figure whole.
// A figure stands within one sentence, and a star at its end is any one word:
// "la rue *" is an address, and "à la rue avec" still a trouble.
type CrisisWords struct {
	Crisis Crisis
	Words  []string
}

// Crises knows the words that tell a trouble. It never changes.
type Crises struct {
	// phrases and figures are without spaces, as appendCrisisWord writes their
	// words; the key of a whole text ends with a full stop.
	phrases map[string]Crisis
	figures map[string]bool
	longest int // bytes of the longest of them
}

// CompileCrises makes words ready to be read. When two troubles claim the same
// words, the first one has them.
func CompileCrises(all []CrisisWords) *Crises {
	c := &Crises{phrases: map[string]Crisis{}, figures: map[string]bool{}}
	for _, some := range all {
		for _, phrase := range some.Words {
			c.add(some.Crisis, phrase)
		}
	}
	return c
}

// add makes one phrase known.
func (c *Crises) add(crisis Crisis, phrase string) {
	key := string(appendJoined(nil, appendCrisis(nil, phrase)))
	if key == "" {
		return
	}
	if last := phrase[len(phrase)-1]; last == '.' || last == '*' {
		key += string(last)
	}
	c.longest = max(c.longest, len(key))
	if crisis == NoCrisis {
		c.figures[key] = true
	} else if _, taken := c.phrases[key]; !taken {
		c.phrases[key] = crisis
	}
}

// Read returns the trouble a text tells first, or [NoCrisis]. Spaces, accents,
// the endings of verbs and words such as "vraiment" make no difference, and
// what text messages shorten is known: "jveu mourir", "g envi de mourir".
func (c *Crises) Read(text string) Crisis {
	if c == nil || c.longest == 0 {
		return NoCrisis
	}
	var room [maxFolded]byte
	words := appendCrisis(room[:0], text)
	if crisis, ok := c.whole(words); ok {
		return crisis
	}
	for from := 0; from < len(words); from = nextStart(words, from) {
		crisis, to := c.phrase(words, from)
		if to > 0 && !c.isFigure(words, from, to) {
			return crisis
		}
	}
	return NoCrisis
}

// whole returns the trouble that a text tells only as a whole; "moi" of
// "aidez-moi" adds nothing to it.
func (c *Crises) whole(words []byte) (Crisis, bool) {
	for _, between := range [...]string{" ", ","} {
		words = bytes.TrimPrefix(words, []byte("moi"+between))
		words = bytes.TrimSuffix(words, []byte(between+"moi"))
	}
	if len(words) > 2*c.longest {
		return NoCrisis, false
	}
	var room [maxCrisis]byte
	crisis, ok := c.phrases[string(append(appendJoined(room[:0], words), '.'))]
	return crisis, ok
}

// phrase returns the longest phrase that begins at a place of the words, and
// where it ends, or 0.
func (c *Crises) phrase(words []byte, from int) (found Crisis, to int) {
	var room [maxCrisis]byte
	key := room[:0]
	for at := from; at < len(words) && len(key) < c.longest; at = nextStart(words, at) {
		end := endOfWord(words, at)
		key = append(key, words[at:end]...)
		if crisis, ok := c.phrases[string(key)]; ok {
			found, to = crisis, end
		}
	}
	return found, to
}

// figure returns where the longest figure of speech that begins at a place of
// the words ends, or 0.
func (c *Crises) figure(words []byte, from int) (to int) {
	var room [maxCrisis]byte
	key := room[:0]
	for at := from; at < len(words) && len(key) < c.longest; at = nextStart(words, at) {
		end := endOfWord(words, at)
		key = append(key, words[at:end]...)
		if c.figures[string(key)] {
			to = end
		}
		if end == len(words) || words[end] == sentenceEnd {
			break
		}
		if c.figures[string(append(key, '*'))] {
			to = endOfWord(words, end+1)
		}
	}
	return to
}

// isFigure reports whether a figure of speech stands across the words from one
// place to another, and not whole inside them.
func (c *Crises) isFigure(words []byte, from, to int) bool {
	begin := bytes.LastIndexByte(words[:max(0, from-2*c.longest)], ' ') + 1
	for a := begin; a < to; a = nextStart(words, a) {
		b := c.figure(words, a)
		if inside := from <= a && b <= to; b > from && !inside {
			return true
		}
	}
	return false
}

const (
	// maxCrisis is about the length in bytes of the longest phrase and a word.
	maxCrisis = 128
	// sentenceEnd stands between two words where a space does not.
	sentenceEnd = ','
)

// endOfWord is where the word at a place ends.
func endOfWord(words []byte, from int) int {
	for from < len(words) && words[from] != ' ' && words[from] != sentenceEnd {
		from++
	}
	return from
}

// nextStart is where the word after that of a place begins.
func nextStart(words []byte, from int) int {
	return min(endOfWord(words, from)+1, len(words))
}

// appendJoined appends words without what stands between them.
func appendJoined(dst, words []byte) []byte {
	for _, b := range words {
		if b != ' ' && b != sentenceEnd {
			dst = append(dst, b)
		}
	}
	return dst
}

// appendCrisis appends the words of a text as they are compared, a space
// between two, or a comma where a part of a sentence ends.
func appendCrisis(dst []byte, text string) []byte {
	for text != "" {
		clause, rest := cutClause(text)
		dst, text = appendCrisisWords(dst, clause), rest
	}
	return dst
}

// appendCrisisWords appends the words of a part of a sentence.
func appendCrisisWords(dst []byte, text string) []byte {
	var room [maxFolded]byte
	folded := dropSigns(appendFold(room[:0], text))
	between := byte(sentenceEnd)
	for len(folded) > 0 {
		var word []byte
		word, folded = nextWord(folded)
		before := len(dst)
		if before > 0 {
			dst = append(dst, between)
		}
		begun := len(dst)
		if dst = appendCrisisWord(dst, word); len(dst) == begun {
			dst = dst[:before]
			continue
		}
		between = ' '
	}
	return dst
}

// appendCrisisWord appends one folded word without the ending of a verb or of
// many, repeated letters once. What only makes a statement stronger is left
// out, and "jveu" and "jeveux" become two words.
func appendCrisisWord(dst, word []byte) []byte {
	if len(word) > 2 && word[0] == 'j' && bytes.IndexByte([]byte("aeiouyh"), word[1]) < 0 {
		dst, word = append(dst, "je "...), word[1:]
	}
	if rest, ok := bytes.CutPrefix(word, []byte("je")); ok && plainly(string(rest)) != "" {
		dst, word = append(dst, "je "...), rest
	}
	if isEmphatic(string(word)) {
		return dst
	}
	if rest, with := bytes.CutPrefix(word, []byte("و")); with && len(rest) >= 3*letter { // "and" is one word with the next
		word = rest
	}
	if written := plainly(string(word)); written != "" {
		return append(dst, written...)
	}
	return appendSkeleton(dst, withoutEnding(word))
}

// isEmphatic reports whether a word only makes a statement stronger or kinder.
func isEmphatic(word string) bool {
	switch word {
	case "tres", "trop", "tro", "vraiment", "vrmt", "vrment", "juste", "tellement", "completement", "carrement", "toujours", "tjrs", "maintenant", "mtn",
		"bonjour", "bonsoir", "salut", "slt", "bjr", "svp", "stp", "merci", "aidez",
		"really", "just", "so", "very", "too", "hello", "please", "help", "جدا", "حقا", "والله", "الان", "فعلا":
		return true
	}
	return false
}

// plainly writes in one way what text messages write in several, or returns
// "".
func plainly(word string) string {
	switch word {
	case "g", "ge":
		return "jai"
	case "veux", "veut", "veu", "ve", "veus", "vx":
		return "veu"
	case "peux", "peut", "peu":
		return "peu"
	case "suis", "sui":
		return "sui"
	case "chuis", "chui":
		return "je sui"
	case "est", "et":
		return "et"
	case "ont":
		return "on"
	case "mont": // "m'ont"
		return "mon"
	case "2":
		return "de"
	case "bb": // "bébé"
		return "beb"
	case "plus", "plu", "pu", "pus":
		return "plus"
	case "pas", "pa", "ps":
		return "pas"
	case "mourir", "mourrir", "mourire", "mouri":
		return "mourir"
	case "envie", "envi", "envies":
		return "envie"
	case "dans", "ds":
		return "dans"
	case "pour", "pr":
		return "pour"
	}
	return ""
}

// withoutEnding makes one of "frappe", "frapper", "frappé", "frappées" and
// "frappent", and of "enfant" and "enfants".
func withoutEnding(word []byte) []byte {
	for _, ending := range [...]string{"ees", "ent", "er", "ez", "es", "ee", "e", "s"} {
		stem, ok := bytes.CutSuffix(word, []byte(ending))
		switch {
		case ok && len(stem) > 2:
			return stem
		case ok && len(stem) == 2 && len(ending) == 2: // "tuer" is "tue"
			return word[:len(stem)+1]
		}
	}
	return word
}
