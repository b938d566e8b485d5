package content

import (
	_ "embed" // the lists of acronyms
	"strings"
	"unicode"
	"unicode/utf8"

	"passerelle/flows/intent"
)

// Acronyms: words of two to six capitals. One that is no command and that not
// everybody knows is explained once in a lesson, in brackets: "le RSA (une aide
// pour vivre)", or "une aide pour vivre (RSA)".

//go:embed words/acronyms.txt
var houseAcronyms string

//go:embed words/glossary.txt
var glossary string

// maxAcronym is the number of letters beyond which capitals are only loud.
const maxAcronym = 6

// acronyms warns about the acronyms of a lesson that nothing explains, each
// where it stands first.
func (c *checker) acronyms() {
	lines := c.loud()
	seen := explainedIn(lines)
	for _, words := range lines {
		for i, t := range words {
			a := acronymIn(t)
			if a.empty() || seen[a.text] || c.commanded(words, i) {
				continue
			}
			seen[a.text] = true
			c.unexplained(a)
		}
	}
}

// loud are the lines of a lesson that hold two capitals in a row, cut at their
// blanks.
func (c *checker) loud() [][]phrase {
	var lines [][]phrase
	for _, s := range c.steps {
		for _, p := range s.prose() {
			if twoCapitals(p.text) {
				lines = append(lines, tokens(p))
			}
		}
	}
	return lines
}

// twoCapitals tells whether a text holds two capitals in a row.
func twoCapitals(text string) bool {
	before := false
	for _, r := range text {
		capital := unicode.IsUpper(r)
		if capital && before {
			return true
		}
		before = capital
	}
	return false
}

// unexplained warns about one acronym, with its meaning if it is known.
func (c *checker) unexplained(a phrase) {
	if _, known := meaning(houseAcronyms, a.text); known {
		return
	}
	if text, known := meaning(glossary, a.text); known {
		c.add(a.at, cKnownAcronym, "word", a.text, "meaning", text)
		return
	}
	c.add(a.at, cAcronym, "word", a.text)
}

// explainedIn are the acronyms that stand before brackets, or in brackets after a
// word.
func explainedIn(lines [][]phrase) map[string]bool {
	all := map[string]bool{}
	for _, words := range lines {
		for i, t := range words {
			before := i+1 < len(words) && strings.HasPrefix(words[i+1].text, "(")
			after := i > 0 && strings.HasPrefix(t.text, "(") && strings.Contains(t.text, ")")
			if a := acronymIn(t); !a.empty() && (before || after) {
				all[a.text] = true
			}
		}
	}
	return all
}

// commanded tells whether a word is a command to write, or a part of one: "MES
// RAPPELS".
func (c *checker) commanded(all []phrase, i int) bool {
	word := acronymIn(all[i]).text
	texts := []string{word}
	if i > 0 {
		texts = append(texts, all[i-1].core().text+" "+word)
	}
	if i+1 < len(all) {
		texts = append(texts, word+" "+all[i+1].core().text)
	}
	for _, text := range texts {
		if c.commands["fr"].Read(text) != intent.NoCommand {
			return true
		}
	}
	return false
}

// acronymIn is the acronym of a token, without its article, or nothing.
func acronymIn(t phrase) phrase {
	w := unelided(wordIn(t))
	if !isCapitals(w.text) || utf8.RuneCountInString(w.text) > maxAcronym {
		return phrase{}
	}
	return w
}

// meaning finds an acronym in a list of lines "RSA: Revenu de solidarité
// active".
func meaning(list, acronym string) (string, bool) {
	for _, line := range listed(list) {
		if name, text, _ := strings.Cut(line, ": "); strings.EqualFold(name, acronym) {
			return text, true
		}
	}
	return "", false
}
