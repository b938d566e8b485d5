package content

import (
	"strings"
	"unicode/utf8"
)

// arrows are what people write for "->", the longest first.
var arrows = []string{"-->", "==>", "=>", "->", "→", "➔", "⇒"}

// cutArrow splits "what -> target" at the last arrow. Found tells whether
// there is one, even without a target.
func (r *reader) cutArrow(p phrase) (what, target phrase, found bool) {
	at, arrow := -1, ""
	for _, a := range arrows {
		if i := strings.LastIndex(p.text, a); i >= 0 && i+len(a) > at+len(arrow) {
			at, arrow = i, a
		}
	}
	if at < 0 {
		return p, phrase{}, false
	}
	sign := p.cut(at, at+len(arrow))
	target = p.cut(at+len(arrow), len(p.text))
	switch {
	case target.empty():
		r.add(sign.at, cNoTarget)
	case arrow != "->" && arrow != "→":
		r.add(sign.at, cArrow, "arrow", arrow)
	}
	return p.cut(0, at), target, true
}

// newAnswer reads "- [x] label {#id} -> target".
func (r *reader) newAnswer(l line) {
	whole := l.whole()
	rest := whole.cut(1, len(whole.text))
	if rest.at.column == whole.at.column+1 && !rest.empty() {
		r.add(place{whole.at.line, whole.at.column, 1}, cDash, "text", rest.text)
	}
	a := &answer{whole: whole}
	rest = r.box(a, rest)
	rest, a.target, _ = r.cutArrow(rest)
	a.label, a.id = r.identified(rest)
	switch {
	case a.label.empty():
		r.add(whole.at, cNoLabel)
	case a.id.empty():
		a.id = phrase{slug(a.label.text), a.label.at}
		if a.id.empty() {
			r.add(a.label.at, cNoSlug, "text", a.label.text)
		}
	}
	r.step.answers = append(r.step.answers, a)
	r.answer = a
}

// box reads the mark of a quiz answer and returns what follows.
func (r *reader) box(a *answer, rest phrase) phrase {
	if !strings.HasPrefix(rest.text, "[") {
		return rest
	}
	end := strings.Index(rest.text, "]")
	if end < 0 || end > 4 {
		r.add(place{rest.at.line, rest.at.column, 1}, cBox)
		return rest
	}
	if strings.HasPrefix(rest.text[end:], "](") {
		return rest // a link
	}
	switch mark := strings.ToLower(strings.TrimSpace(rest.text[1:end])); mark {
	case "x":
		a.box = rightBox
	case "":
		a.box = wrongBox
	default:
		a.box = wrongBox
		r.add(rest.cut(0, end+1).at, cBox)
	}
	if end == 1 {
		r.add(rest.cut(0, end+1).at, cBox)
	}
	return rest.cut(end+1, len(rest.text))
}

// under reads a line that belongs to the answer above.
func (r *reader) under(l line, text string) {
	whole := l.whole()
	switch {
	case strings.HasPrefix(text, "->"), strings.HasPrefix(text, "→"):
		r.jumpUnder(l)
	case strings.HasPrefix(text, "@"):
		r.directiveUnder(l)
	case strings.HasPrefix(text, "- "), strings.HasPrefix(text, "!["), isRule(text):
		r.add(whole.at, cUnderAnswer, "line", whole.text)
	default:
		r.answer.reply = append(r.answer.reply, textLine{whole, r.gap && len(r.answer.reply) > 0})
	}
}

// jumpUnder reads the target of an answer on a line of its own.
func (r *reader) jumpUnder(l line) {
	var targets []phrase
	r.jump(l, &targets)
	switch {
	case len(targets) == 0:
	case !r.answer.target.empty():
		r.add(l.whole().at, cGotoTwice)
	default:
		r.answer.target = targets[0]
	}
}

// directiveUnder reads "@mots a, b", the only directive an answer takes.
func (r *reader) directiveUnder(l line) {
	d, known := r.parseDirective(l)
	switch {
	case !known:
	case d.name != wWords:
		r.add(d.word.at, cUnderAnswer, "line", d.word.text)
	case d.argument.empty():
		r.add(d.word.at, cNoArgument, "word", d.word.text, "example", "@mots samsung, huawei")
	default:
		r.answer.words = append(r.answer.words, d.argument.list()...)
	}
}

// directive reads "@word argument" of a step.
func (r *reader) directive(l line) {
	d, known := r.parseDirective(l)
	if !known {
		return
	}
	spec := wordSpecs[d.name]
	switch {
	case d.name == wWords:
		r.add(d.word.at, cWordsAnswer)
		return
	case spec.argument == needed && d.argument.empty():
		r.add(d.word.at, cNoArgument, "word", d.word.text, "example", spec.example)
		return
	case spec.argument == none && !d.argument.empty():
		r.add(d.argument.at, cSpareArgument, "word", d.word.text)
	case spec.most == 1 && r.step.has(d.name):
		r.add(d.word.at, cDirectiveTwice, "word", d.word.text)
		return
	case len(r.step.all(d.name)) >= spec.most:
		r.add(d.word.at, cTooManyOf, "word", d.word.text, "most", number(spec.most))
		return
	}
	r.step.directives = append(r.step.directives, d)
}

// parseDirective reads "@word argument -> target" without judging it.
func (r *reader) parseDirective(l line) (d directive, known bool) {
	whole := l.whole()
	end := strings.IndexAny(whole.text, " \t")
	if end < 0 {
		end = len(whole.text)
	}
	d.word = whole.cut(0, end)
	d.argument = whole.cut(end, len(whole.text))
	name := d.word.text[1:]
	d.name, known = words.find(name)
	if !known {
		r.add(d.word.at, cUnknownWord, "word", d.word.text, "suggestion", sigil(words.nearest(name)), "known", words.known("@"))
		return d, false
	}
	if wordSpecs[d.name].arrow {
		d.argument, d.target, d.arrow = r.cutArrow(d.argument)
	}
	if d.argument.empty() {
		d.argument.at = place{d.word.at.line, d.word.at.column, utf8.RuneCountInString(whole.text)}
	}
	return d, true
}

// sigil puts the sign of a directive before a word, if there is one.
func sigil(word string) string {
	if word == "" {
		return ""
	}
	return "@" + word
}
