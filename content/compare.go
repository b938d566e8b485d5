package content

import (
	"slices"
	"strconv"
	"strings"

	"passerelle/flows"
	"passerelle/flows/intent"
)

// Comparisons: "@si points >= 2 -> bravo". There is no expression language:
// one name, one sign, one value, each checked against what the lesson fills.

// A comparison is what stands between "@si" and "->".
type comparison struct {
	name, value phrase
	sign        phrase
	op          flows.Op
}

// readComparison splits "name op value".
func readComparison(p phrase) (c comparison, ok bool) {
	first := len(p.text)
	for _, o := range ops {
		if i := strings.Index(p.text, o.sign); i >= 0 && i < first {
			first = i
			c = comparison{
				name: p.cut(0, i), sign: p.cut(i, i+len(o.sign)),
				value: p.cut(i+len(o.sign), len(p.text)), op: o.op,
			}
		}
	}
	return c, !c.name.empty() && !c.value.empty()
}

// branches compiles the comparisons of a step.
func (b *builder) branches(s *step, out *flows.Step) {
	for _, d := range s.all(wIf) {
		c, ok := readComparison(d.argument)
		if !ok || !d.arrow {
			b.add(d.argument.at, cIfForm, "text", d.argument.text)
			continue
		}
		branch := flows.Branch{Name: c.name.text, Op: c.op, Value: c.value.text}
		b.judge(c, &branch)
		if !d.target.empty() {
			branch.To = b.target(d.target, s)
		}
		out.Branches = append(out.Branches, branch)
	}
	d, ok := s.one(wElse)
	switch {
	case !ok:
		first, _ := s.one(wIf)
		b.add(first.word.at, cNoElse)
		return
	case !s.has(wIf):
		b.add(d.word.at, cElseAlone)
	case !d.arrow || !d.argument.empty():
		b.add(d.word.at, cIfForm, "text", d.word.text)
	}
	if !d.target.empty() {
		out.Next = b.target(d.target, s)
	}
}

// judge checks the name, the sign and the value of a comparison, and fills in
// what the value stands for.
func (b *builder) judge(c comparison, branch *flows.Branch) {
	kept, filled := b.kept[c.name.text]
	switch {
	case c.name.text == flows.PointsName || filled && kept.only(intent.Number):
		b.judgeNumber(c, branch)
		return
	case !filled && !isProfile(c.name.text):
		b.add(c.name.at, cIfName, "name", c.name.text, "suggestion", nearest(c.name.text, b.fillable()), "known", strings.Join(b.fillable(), ", "))
		return
	case c.op != flows.Equal && c.op != flows.NotEqual:
		b.add(c.sign.at, cIfOp, "op", c.sign.text, "name", c.name.text)
	}
	switch {
	case c.name.text == flows.LanguageName:
		b.judgeAmong(c, b.languages)
	case filled && kept.only(intent.YesNo):
		b.judgeAmong(c, []string{"oui", "non"})
	case filled && len(kept.types) == 0:
		b.judgeAnswer(c, kept, branch)
	}
}

// judgeNumber takes the value for a number, written with a comma or a point.
func (b *builder) judgeNumber(c comparison, branch *flows.Branch) {
	n, err := strconv.ParseFloat(strings.Replace(c.value.text, ",", ".", 1), 64)
	if err != nil {
		b.add(c.value.at, cIfValue, "value", c.value.text, "name", c.name.text, "known", "0, 1, 2")
		return
	}
	branch.Number, branch.Numeric = n, true
}

// judgeAmong complains about a value that the name never has.
func (b *builder) judgeAmong(c comparison, known []string) {
	if !slices.Contains(known, c.value.text) {
		b.add(c.value.at, cIfValue, "value", c.value.text, "name", c.name.text,
			"suggestion", nearest(c.value.text, known), "known", strings.Join(known, ", "))
	}
}

// judgeAnswer takes the value for the id or the label of an answer.
func (b *builder) judgeAnswer(c comparison, kept keptAs, branch *flows.Branch) {
	var known []string
	for _, a := range kept.answers {
		if a.id.text == c.value.text || intent.Fold(a.label.text) == intent.Fold(c.value.text) {
			branch.Value = a.id.text
			return
		}
		known = append(known, a.id.text)
	}
	b.judgeAmong(c, known)
}

// only tells whether a name is only ever filled by answers of that type.
func (k keptAs) only(t intent.Type) bool {
	for _, other := range k.types {
		if other != t {
			return false
		}
	}
	return len(k.types) > 0 && len(k.answers) == 0
}

// fillable lists the names a comparison or a sentence may use.
func (l *lesson) fillable() []string {
	return slices.Concat(l.runNames(), profileNames, []string{flows.PointsName})
}
