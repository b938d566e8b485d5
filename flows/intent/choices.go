package intent

import (
	"slices"
	"strings"
)

// Choices knows the labels of one question in one language. It never changes;
// all work that does not need the reply was done by [Compile].
type Choices struct {
	count int
	// whole and bones find a label by a folded text and by its skeleton.
	whole, bones map[string]spot
	forms        []form
	terms        []term
	// yes, no, unknown and done are the labels that say yes, no, "I do not know"
	// and "it is done".
	yes, no, unknown, done int
	// claims are, for every place, the label that says it when it stands
	// elsewhere, or none: of 0, 1 and 2, "1" stands second.
	claims []int
	// asks says which labels, or words accepted for them, have a question mark.
	asks []bool
}

// none and many stand for a label: there is no such one, or more than one.
const (
	none = -1
	many = -2
)

// A spot is the label a text stands for.
type spot struct {
	label    int
	accepted bool // by an accepted word
	// displaced says that the text is the place of another label.
	displaced bool
}

// A form is one way to say a label: the label itself or an accepted word.
type form struct {
	spot
	// denied says that it holds a negation: "Pas reçu".
	denied bool
	// light says that no term of it tells much: then each of them counts.
	light bool
	bones string // its letters only
	terms []int  // places in Choices.terms
}

// A term is a word that carries meaning in some form.
type term struct {
	word string
	// keys are its sounds; the second one knows a ç.
	keys [2]string
	// light says that the word by itself does not tell a label.
	light bool
	// labels counts the labels that have it, in forms affirmed and denied.
	labels [2]int
	// turned says that a negation turns it round in some form: in "Message
	// pas reçu" it does so with "reçu", not with "message".
	turned bool
}

// Compile makes the labels of a question ready to be read.
func Compile(labels []Label) *Choices {
	c := &Choices{
		count: len(labels), whole: map[string]spot{}, bones: map[string]spot{},
		yes: none, no: none, unknown: none, done: none,
		claims: slices.Repeat([]int{none}, len(labels)), asks: make([]bool, len(labels)),
	}
	for i, l := range labels {
		c.noteRole(i, l.Text)
		c.addForm(spot{label: i}, l.Text)
		for _, word := range l.Words {
			c.addForm(spot{label: i, accepted: true}, word)
		}
	}
	c.countLabels()
	return c
}

// Len returns how many labels there are.
func (c *Choices) Len() int {
	if c == nil {
		return 0
	}
	return c.count
}

// noteRole notes what a label says whatever the lesson: yes, no, do not know.
func (c *Choices) noteRole(i int, text string) {
	tokens := tokenize(nil, text)
	if len(tokens) == 0 {
		return
	}
	switch {
	case tokens[0].class == yes:
		c.yes = claim(c.yes, i)
	case tokens[0].class == no:
		c.no = claim(c.no, i)
	case isDontKnow(phrase(tokens)):
		c.unknown = claim(c.unknown, i)
	case isDone(tokens):
		c.done = claim(c.done, i)
	}
}

// claim gives a role to label i, or to nobody when two want it.
func claim(holder, i int) int {
	if holder == none {
		return i
	}
	return many
}

// addForm compiles one form of a label.
func (c *Choices) addForm(s spot, text string) {
	folded := Fold(text)
	if folded == "" {
		return
	}
	if n := Place(text, c.count); n != 0 && n != s.label+1 && n <= c.count {
		s.displaced = true
		c.claims[n-1] = s.label
	}
	c.asks[s.label] = c.asks[s.label] || isAsked(text)
	f := form{spot: s, light: true, bones: string(appendSkeleton(nil, []byte(folded)))}
	point(c.whole, folded, s)
	point(c.bones, f.bones, s)
	tokens := tokenize(nil, text)
	bare := true // no word of it carries meaning by itself
	for i := range tokens {
		f.denied = f.denied || tokens[i].class == negator
		bare = bare && !carries(tokens[i])
	}
	spoken := tokenize(nil, strings.NewReplacer("ç", "s", "Ç", "s").Replace(text))
	turned := false
	for i := range tokens {
		turned = turned || tokens[i].class == negator
		if bare || carries(tokens[i]) {
			at := c.addTerm(&f, tokens[i], spoken[min(i, len(spoken)-1)].word)
			c.terms[at].turned = c.terms[at].turned || turned
		}
	}
	c.forms = append(c.forms, f)
}

// point lets a text find its label. A label goes before an accepted word; a
// text that two labels share as equals finds many.
func point(index map[string]spot, text string, s spot) {
	old, taken := index[text]
	switch {
	case !taken, old.accepted && !s.accepted:
		index[text] = s
	case old.accepted == s.accepted && old.label != s.label:
		index[text] = spot{label: many}
	}
}

// carries reports whether a word of a label tells something of it.
func carries(t token) bool {
	switch t.class {
	case plain, weak, trouble, question, doubt, numeral, turn:
		return true
	case negator:
		return isLoud(t.word)
	default:
		return false
	}
}

// isLoud reports whether a negation says something by itself.
func isLoud(word string) bool {
	switch word {
	case "rien", "aucun", "aucune", "jamais", "sans", "nothing", "none", "never", "without":
		return true
	}
	return false
}

// addTerm gives a form one more term and returns its place.
func (c *Choices) addTerm(f *form, t token, spoken string) int {
	at := c.termAt(t.word)
	if at < 0 {
		at = len(c.terms)
		c.terms = append(c.terms, term{
			word:  t.word,
			keys:  [2]string{string(appendSound(nil, t.word)), string(appendSound(nil, spoken))},
			light: t.class != plain && t.class != trouble,
		})
	}
	if !slices.Contains(f.terms, at) {
		f.terms = append(f.terms, at)
		f.light = f.light && c.terms[at].light
	}
	return at
}

// termAt finds a term by its word, or returns a negative number.
func (c *Choices) termAt(word string) int {
	for i := range c.terms {
		if c.terms[i].word == word {
			return i
		}
	}
	return -1
}

// countLabels counts, for every term, the labels that have it.
func (c *Choices) countLabels() {
	last := make([][2]int, len(c.terms)) // the label counted last, plus one
	for i := range c.forms {
		f := &c.forms[i]
		side := side(f.denied)
		for _, t := range f.terms {
			if last[t][side] != f.label+1 {
				last[t][side] = f.label + 1
				c.terms[t].labels[side]++
			}
		}
	}
}

// side is the place of the affirmed and the denied in a pair.
func side(denied bool) int {
	if denied {
		return 1
	}
	return 0
}
