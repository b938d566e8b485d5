package intent

import (
	"bytes"
	"strings"
)

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
type CrisisWords struct {
	Crisis Crisis
	Words  []string
}

// Crises knows the words that tell a trouble. It never changes.
type Crises struct {
	// phrases and figures are without spaces, as appendCrisisWord writes their
	// words; the key of a whole text ends with a full stop.
	phrases, figures map[string]Crisis
	longest          int // bytes of the longest of them
}

// CompileCrises makes words ready to be read. When two troubles claim the same
// words, the first one has them.
func CompileCrises(all []CrisisWords) *Crises {
	c := &Crises{phrases: map[string]Crisis{}, figures: map[string]Crisis{}}
	for _, some := range all {
		for _, phrase := range some.Words {
			key := string(bytes.ReplaceAll(appendCrisis(nil, phrase), []byte(" "), nil))
			if key == "" {
				continue
			}
			if strings.HasSuffix(phrase, ".") {
				key += "."
			}
			into := c.phrases
			if some.Crisis == NoCrisis {
				into = c.figures
			}
			if _, taken := into[key]; !taken {
				into[key] = some.Crisis
				c.longest = max(c.longest, len(key))
			}
		}
	}
	return c
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
		crisis, to := c.find(c.phrases, words, from)
		if to > 0 && !c.isFigure(words, from, to) {
			return crisis
		}
	}
	return NoCrisis
}

// whole returns the trouble that a text tells only as a whole.
func (c *Crises) whole(words []byte) (Crisis, bool) {
	if len(words) > 2*c.longest {
		return NoCrisis, false
	}
	var room [maxFolded]byte
	key := room[:0]
	for _, b := range words {
		if b != ' ' {
			key = append(key, b)
		}
	}
	crisis, ok := c.phrases[string(append(key, '.'))]
	return crisis, ok
}

// find returns the longest phrase that begins at a place of the words, and
// where it ends, or 0.
func (c *Crises) find(among map[string]Crisis, words []byte, from int) (found Crisis, to int) {
	var room [maxFolded]byte
	key := room[:0]
	for i := from; i < len(words) && len(key) <= c.longest; i++ {
		if words[i] != ' ' {
			key = append(key, words[i])
		}
		if i+1 < len(words) && words[i+1] != ' ' || words[i] == ' ' {
			continue // inside a word
		}
		if crisis, ok := among[string(key)]; ok {
			found, to = crisis, i+1
		}
	}
	return found, to
}

// isFigure reports whether a figure of speech stands across the words from one
// place to another, and not whole inside them.
func (c *Crises) isFigure(words []byte, from, to int) bool {
	for a := 0; a < to; a = nextStart(words, a) {
		_, b := c.find(c.figures, words, a)
		if inside := from <= a && b <= to; b > from && !inside {
			return true
		}
	}
	return false
}

// nextStart is where the word after that of a place begins.
func nextStart(words []byte, from int) int {
	next := bytes.IndexByte(words[from:], ' ')
	if next < 0 {
		return len(words)
	}
	return from + next + 1
}

// appendCrisis appends the words of a text as they are compared, a space
// between two.
func appendCrisis(dst []byte, text string) []byte {
	var room [maxFolded]byte
	folded := appendFold(room[:0], text)
	for len(folded) > 0 {
		var word []byte
		word, folded = nextWord(folded)
		before := len(dst)
		if before > 0 {
			dst = append(dst, ' ')
		}
		begun := len(dst)
		if dst = appendCrisisWord(dst, word); len(dst) == begun {
			dst = dst[:before]
		}
	}
	return dst
}

// appendCrisisWord appends one folded word without the ending of a verb,
// repeated letters once. What only makes a statement stronger is left out, and
// "jveu" becomes two words.
func appendCrisisWord(dst, word []byte) []byte {
	if len(word) > 2 && word[0] == 'j' && bytes.IndexByte([]byte("aeiouyh"), word[1]) < 0 {
		dst, word = append(dst, "je "...), word[1:]
	}
	if isEmphatic(string(word)) {
		return dst
	}
	if written := plainly(string(word)); written != "" {
		return append(dst, written...)
	}
	return appendSkeleton(dst, withoutEnding(word))
}

// isEmphatic reports whether a word only makes a statement stronger.
func isEmphatic(word string) bool {
	switch word {
	case "tres", "trop", "vraiment", "vrmt", "vrment", "juste", "tellement", "svp", "really", "just", "so", "very", "too", "جدا":
		return true
	}
	return false
}

// plainly writes in one way what text messages write in several, or returns
// "".
func plainly(word string) string {
	switch word {
	case "g":
		return "jai"
	case "veux", "veut", "veu", "ve", "veus":
		return "veu"
	case "peux", "peut", "peu":
		return "peu"
	case "suis", "sui":
		return "sui"
	case "chuis", "chui":
		return "je sui"
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
// "frappent".
func withoutEnding(word []byte) []byte {
	for _, ending := range [...]string{"ees", "ent", "er", "ez", "es", "ee", "e"} {
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
