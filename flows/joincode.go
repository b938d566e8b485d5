package flows

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"passerelle/flows/intent"
)

// The code of LIER as people write it: behind that word, in groups, with a word
// of thanks, alone. Good or not, it does not stay in what was heard.

// CodeSigns are what codes are made of: nothing that looks or sounds like
// something else, no vowel, so that no code is a word.
const CodeSigns = "23456789CDFGHJKMNPQRTVWXY"

// digits are those of a code that was mistyped, too.
const digits = "0123456789"

// What somebody writes behind LIER is taken for a code, if a wrong one, when it
// has so many signs.
const (
	shortestTyped = CodeLength - 2
	longestTyped  = CodeLength + 2
)

// IsCode tells whether signs may be a code: [CodeLength] of [CodeSigns], with a
// letter and a digit.
func IsCode(signs string) bool {
	return len(signs) == CodeLength && strings.Trim(signs, CodeSigns) == "" &&
		strings.ContainsAny(signs, digits) && strings.Trim(signs, digits) != ""
}

// InGroups writes a code as it is easy to read: K7T-4PD.
func InGroups(code string) string {
	if len(code) != CodeLength {
		return code
	}
	return code[:CodeLength/2] + "-" + code[CodeLength/2:]
}

// A typedCode is the code in a text, and where it stands.
type typedCode struct {
	code     string
	from, to int
}

// A group is what stands between two spaces: its letters and digits as codes
// have them; foreign when it has others.
type group struct {
	from, to int
	signs    string
	foreign  bool
}

// codeIn reads the code in words that are LIER and a code, or a code alone that
// is no answer. What was found out before the turn was found out about one
// reading: that one holds.
func (t *turn) codeIn(text string) typedCode {
	groups := t.thankless(text, t.groupsIn(text))
	typed := t.codeByLink(text, groups)
	if typed.code == "" {
		typed = t.codeAtEnd(text, groups)
	}
	if typed.code == "" {
		typed = t.codeAlone(text, groups)
	}
	switch {
	case t.found == nil || t.found.Text == typed.code:
		return typed
	case t.found.Text == "":
		return typedCode{}
	}
	return typedCode{t.found.Text, 0, len(text)}
}

// groupsIn splits a text at its spaces, and a code from LIER where they stand
// together: "LIERK7T4PD".
func (t *turn) groupsIn(text string) []group {
	var groups []group
	from := 0
	for _, word := range strings.FieldsFunc(text, unicode.IsSpace) {
		from += strings.Index(text[from:], word)
		g := newGroup(text, from, from+len(word))
		from = g.to
		if head, code, glued := t.unglued(text, g); glued {
			groups = append(groups, head, code)
			continue
		}
		groups = append(groups, g)
	}
	return groups
}

func newGroup(text string, from, to int) group {
	g := group{from: from, to: to}
	var b strings.Builder
	for _, r := range text[from:to] {
		switch {
		case r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			b.WriteRune(unicode.ToUpper(r))
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			g.foreign = true
		}
	}
	g.signs = b.String()
	return g
}

// unglued parts LIER from the code behind it.
func (t *turn) unglued(text string, g group) (head, code group, glued bool) {
	if len(g.signs) <= CodeLength || !IsCode(g.signs[len(g.signs)-CodeLength:]) {
		return head, code, false
	}
	at := g.to
	for left := CodeLength; left > 0; {
		r, size := utf8.DecodeLastRuneInString(text[:at])
		at -= size
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			left--
		}
	}
	return newGroup(text, g.from, at), newGroup(text, at, g.to), t.commandIn(text[g.from:at]) == intent.Link
}

// thankless leaves the words of thanks at the end of a text out.
func (t *turn) thankless(text string, groups []group) []group {
	for len(groups) > 0 {
		last := groups[len(groups)-1]
		if !intent.Polite(text[last.from:last.to]) {
			break
		}
		groups = groups[:len(groups)-1]
	}
	return groups
}

// codeFrom is the code that groups begin with, and how many of them it has.
func codeFrom(groups []group) (code string, n int) {
	for i, g := range groups {
		code += g.signs
		switch {
		case g.foreign, g.signs == "" && i == 0, len(code) > CodeLength:
			return "", 0
		case IsCode(code):
			return code, i + 1
		}
	}
	return "", 0
}

// codeByLink finds a code as codes are, with LIER before or behind it, whatever
// else is said: "je veux lier K7T4PD". Who does not want to says so.
func (t *turn) codeByLink(text string, groups []group) typedCode {
	for i := range groups {
		code, n := codeFrom(groups[i:])
		if n == 0 {
			continue
		}
		last := groups[i+n-1]
		if t.linksBefore(text, groups[:i]) || len(groups) > i+n && t.commandIn(text[last.to:]) == intent.Link {
			return typedCode{code, groups[i].from, last.to}
		}
	}
	return typedCode{}
}

// linksBefore tells whether words end with those that mean LIER, not denied.
func (t *turn) linksBefore(text string, groups []group) bool {
	for i, g := range slices.Backward(groups) {
		if t.commandIn(text[g.from:groups[len(groups)-1].to]) == intent.Link {
			return !slices.ContainsFunc(groups[:i], denies)
		}
	}
	return false
}

func denies(g group) bool {
	switch g.signs {
	case "NE", "PAS", "PLUS", "NOT", "NEVER", "DONT":
		return true
	}
	return false
}

// codeAtEnd finds what is meant to be a code behind LIER, perhaps with a sign
// too few or too many, however it is grouped: "Lier k7t-4p".
func (t *turn) codeAtEnd(text string, groups []group) typedCode {
	code := ""
	for i, g := range slices.Backward(groups) {
		code = g.signs + code
		switch {
		case i == 0 || g.foreign || len(code) > longestTyped:
			return typedCode{}
		case len(code) < shortestTyped || isWord(code):
		case t.commandIn(text[:groups[i-1].to]) == intent.Link:
			return typedCode{code, g.from, groups[len(groups)-1].to}
		}
	}
	return typedCode{}
}

// isWord tells whether letters are a word rather than a code, which has no
// vowel.
func isWord(signs string) bool {
	return strings.ContainsAny(signs, "AEIOU") && !strings.ContainsAny(signs, digits)
}

// codeAlone finds a code with nothing around it but "mon code", unless the
// question that waits takes it for an answer.
func (t *turn) codeAlone(text string, groups []group) typedCode {
	for i := range groups {
		code, n := codeFrom(groups[i:])
		head := intent.Fold(text[:groups[i].from])
		switch {
		case n == 0 || i+n != len(groups):
		case head == "" && !even(groups[i:]), head != "" && !announcesCode(head):
		case t.found == nil && t.answersQuestion(text):
		default:
			return typedCode{code, groups[i].from, groups[i+n-1].to}
		}
	}
	return typedCode{}
}

// even tells whether groups are of one length, as those of a code are that
// nothing else tells of: "3 h 25 mn" is none.
func even(groups []group) bool {
	return !slices.ContainsFunc(groups, func(g group) bool { return len(g.signs) != CodeLength/len(groups) })
}

// announcesCode tells whether folded words are those that people write before a
// code.
func announcesCode(head string) bool {
	switch head {
	case "code", "le code", "mon code", "ce code", "voici", "voici le code", "voici mon code", "c est", "code c est",
		"code est", "le code est", "mon code est", "le code c est", "mon code c est",
		"the code", "my code", "this code", "code is", "the code is", "my code is", "here is the code", "here is my code", "it is", "it s":
		return true
	}
	return false
}

// answersQuestion tells whether words are surely an answer to the question that
// waits: a label, a word accepted for it, or words of the type asked.
func (t *turn) answersQuestion(text string) bool {
	if s := t.stepDoubted(); s != nil && s.Ask != intent.NoType {
		if _, fits := t.parse(s, text); fits {
			return true
		}
	}
	read := t.read(text)
	return read.Sure && (read.Reason == intent.ExactLabel || read.Reason == intent.AcceptedWord)
}

// masked hides secrets in words that were written, the code of LIER, and what
// has its shape where LIER is spoken of: it is good for a while.
func (t *turn) masked(text string, typed typedCode) (string, []intent.Secret) {
	if typed.code != "" {
		text = text[:typed.from] + hidden + text[typed.to:]
	}
	if strings.ContainsAny(text, digits) {
		text = t.shapeless(text)
	}
	return intent.Mask(text)
}

// shapeless hides what has the shape of a code in words among which is LIER.
func (t *turn) shapeless(text string) string {
	groups := t.groupsIn(text)
	if !slices.ContainsFunc(groups, func(g group) bool { return t.commandIn(text[g.from:g.to]) == intent.Link }) {
		return text
	}
	for i, g := range slices.Backward(groups) { // from the end, so that places hold
		_, n := codeFrom(groups[i:])
		if n == 0 && (len(g.signs) < shortestTyped || len(g.signs) > longestTyped || !strings.ContainsAny(g.signs, digits)) {
			continue
		}
		text = text[:g.from] + hidden + text[groups[i+max(n, 1)-1].to:]
	}
	return text
}
