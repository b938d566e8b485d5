package content

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Caps of a lesson file.
const (
	maxText = 256 << 10 // bytes of a lesson or of a translation
	maxLine = 2000      // characters of a line
)

// A reader turns the lines of a lesson into its syntax tree. It takes each
// line by itself, notes what is wrong and goes on: an editor sees all problems
// of a file at once.
type reader struct {
	*file
	step    *step
	answer  *answer
	gap     bool // a blank line came before
	comment place
	// reported keeps one complaint about text before the first step.
	reported bool
}

// read parses a lesson file. Bytes that are no text make an empty tree.
func read(path, folder string, data []byte) *file {
	f := &file{docket: docket{file: path}, folder: folder}
	if f.garbled = !f.decode(data); f.garbled {
		return f
	}
	r := &reader{file: f}
	body := r.readHeader()
	for i := body; i < len(f.lines); i++ {
		r.line(line{text: f.lines[i], number: i + 1})
	}
	if r.comment.line > 0 {
		f.add(r.comment, cComment)
	}
	if len(f.steps) == 0 {
		f.add(f.top(), cNoSteps)
	}
	return f
}

// decode splits the bytes into lines and refuses what is no text.
func (f *file) decode(data []byte) bool {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if len(data) > maxText {
		f.add(place{}, cFileSize, "size", kilobytes(len(data)), "most", kilobytes(maxText))
		return false
	}
	text := strings.ReplaceAll(string(data), "\r\n", "\n")
	text = strings.ReplaceAll(text, "\r", "\n")
	valid := utf8.ValidString(text)
	if !valid {
		text = strings.ToValidUTF8(text, "\ufffd")
	}
	f.lines = strings.Split(text, "\n")
	if n := len(f.lines); n > 1 && f.lines[n-1] == "" {
		f.lines = f.lines[:n-1]
	}
	if !valid {
		f.add(f.find("\ufffd"), cNotUTF8)
	}
	if strings.Contains(text, "\x00") {
		f.add(f.find("\x00"), cNulByte)
		valid = false
	}
	return valid && f.shortLines()
}

// find returns the place of the first line that holds a character.
func (f *file) find(character string) place {
	for i, text := range f.lines {
		if before, _, found := strings.Cut(text, character); found {
			return place{i + 1, utf8.RuneCountInString(before) + 1, 1}
		}
	}
	return place{}
}

// shortLines refuses lines that no person wrote by hand.
func (f *file) shortLines() bool {
	ok := true
	for i, text := range f.lines {
		if len(text) <= maxLine {
			continue
		}
		if n := utf8.RuneCountInString(text); n > maxLine {
			f.add(place{i + 1, maxLine + 1, n - maxLine}, cLineLength, "most", number(maxLine))
			ok = false
		}
	}
	return ok
}

// top is the beginning of the file, for what concerns all of it.
func (f *file) top() place { return place{1, 1, max(1, utf8.RuneCountInString(f.lines[0]))} }

// readHeader reads the lines between "---" and "---" and returns the index of
// the first line after them.
func (r *reader) readHeader() int {
	start := 0
	for start < len(r.lines) && strings.TrimSpace(r.lines[start]) == "" {
		start++
	}
	if start == len(r.lines) || !isRule(r.lines[start]) {
		r.add(r.top(), cNoHeader)
		return 0
	}
	for i := start + 1; i < len(r.lines); i++ {
		l := line{text: r.lines[i], number: i + 1}
		switch whole := l.whole(); {
		case isRule(l.text):
			return i + 1
		case strings.HasPrefix(whole.text, "## "):
			r.add(line{r.lines[start], start + 1}.whole().at, cOpenHeader)
			return i
		case !whole.empty() && !strings.HasPrefix(whole.text, "<!--"):
			r.entry(l)
		}
	}
	r.add(line{r.lines[start], start + 1}.whole().at, cOpenHeader)
	return len(r.lines)
}

// isRule tells whether a line is the mark around the header.
func isRule(text string) bool { return strings.TrimSpace(text) == "---" }

// entry reads one "key: value" line.
func (r *reader) entry(l line) {
	colon := strings.Index(l.text, ":")
	if colon < 0 {
		r.add(l.whole().at, cHeaderLine)
		return
	}
	e := entry{name: l.cut(0, colon), value: l.cut(colon+1, len(l.text))}
	spec, known := keys.find(e.name.text)
	switch {
	case e.name.empty():
		r.add(l.whole().at, cHeaderLine)
		return
	case !known:
		r.add(e.name.at, cUnknownKey, "key", e.name.text, "suggestion", keys.nearest(e.name.text), "known", keys.known(""))
		return
	}
	e.key = spec
	if _, twice := r.get(e.key); twice {
		r.add(e.name.at, cKeyTwice, "key", e.name.text)
		return
	}
	if e.value.empty() {
		r.add(e.name.at, cKeyEmpty, "key", e.name.text)
	}
	r.header = append(r.header, e)
}

// line reads one line below the header.
func (r *reader) line(l line) {
	text, skip := r.uncomment(&l)
	if skip {
		return
	}
	if text == "" {
		r.gap = true
		return
	}
	indented := text[0] != l.text[0]
	switch {
	case strings.HasPrefix(text, "#") && r.heading(l, indented):
	case r.step == nil:
		r.early(l)
	case indented && r.answer != nil:
		r.under(l, text)
	default:
		if indented {
			r.add(l.whole().at, cIndented)
		}
		r.plain(l, text)
	}
	r.gap = false
}

// uncomment takes comments out of a line and returns what is left, trimmed;
// skip says that the line is nothing but a comment.
func (r *reader) uncomment(l *line) (text string, skip bool) {
	text = strings.TrimSpace(l.text)
	if r.comment.line > 0 {
		r.endComment(*l)
		return "", true
	}
	start := strings.Index(l.text, "<!--")
	if start < 0 {
		return text, false
	}
	comment := l.cut(start, len(l.text))
	end := strings.Index(comment.text, "-->")
	switch {
	case end < 0:
		r.comment = comment.at
	case end+3 < len(comment.text):
		r.add(comment.cut(end+3, len(comment.text)).at, cComment)
	}
	l.text = l.text[:start]
	text = strings.TrimSpace(l.text)
	return text, text == ""
}

// endComment looks for the end of a comment of several lines.
func (r *reader) endComment(l line) {
	end := strings.Index(l.text, "-->")
	if end < 0 {
		return
	}
	r.comment = place{}
	if rest := l.cut(end+3, len(l.text)); !rest.empty() {
		r.add(rest.at, cComment)
	}
}

// early complains about text above the first step, once.
func (r *reader) early(l line) {
	if !r.reported {
		r.reported = true
		r.add(l.whole().at, cBeforeSteps)
	}
}

// heading reads "## title {#id}". It returns false for a line of words that
// merely begins with a number sign.
func (r *reader) heading(l line, indented bool) bool {
	whole := l.whole()
	signs := len(whole.text) - len(strings.TrimLeft(whole.text, "#"))
	rest := whole.text[signs:]
	spaced := rest == "" || strings.HasPrefix(rest, " ") || strings.HasPrefix(rest, "\t")
	if signs != 2 && !spaced || signs > 6 {
		return false
	}
	if signs != 2 || !spaced || indented {
		r.add(place{whole.at.line, whole.at.column, signs}, cHeading, "title", strings.TrimSpace(rest))
	}
	s := &step{}
	s.title, s.id = r.identified(whole.cut(signs, len(whole.text)))
	if s.title.empty() {
		r.add(whole.at, cNoTitle)
		s.title.at = whole.at
	}
	r.name(s)
	r.steps = append(r.steps, s)
	r.step, r.answer = s, nil
	return true
}

// name gives a step without an id one made from its title. A title that makes
// none is numbered, so that its neighbours are not blamed.
func (r *reader) name(s *step) {
	if !s.id.empty() {
		return
	}
	s.id = phrase{slug(s.title.text), s.title.at}
	if s.id.empty() {
		s.id.text = "etape-" + number(len(r.steps)+1)
		if !s.title.empty() {
			r.add(s.title.at, cNoSlug, "text", s.title.text)
		}
	}
}

// identified splits "text {#id}".
func (r *reader) identified(p phrase) (text, id phrase) {
	open := strings.LastIndex(p.text, "{#")
	if open < 0 || !strings.HasSuffix(p.text, "}") {
		return p, phrase{}
	}
	id = p.cut(open+2, len(p.text)-1)
	if !isID(id.text) {
		at := p.cut(open, len(p.text)).at
		r.add(at, cBadID, "id", id.text, "suggestion", slug(id.text))
		id = phrase{slug(id.text), at}
	}
	return p.cut(0, open), id
}

// plain reads a line that begins at the edge of a step.
func (r *reader) plain(l line, text string) {
	switch {
	case strings.HasPrefix(text, "->"), strings.HasPrefix(text, "→"):
		r.jump(l, &r.step.gotos)
	case isRule(text):
		r.add(l.whole().at, cRule)
	case strings.HasPrefix(text, "!["):
		r.picture(l)
	case strings.HasPrefix(text, "@"):
		r.directive(l)
	case strings.HasPrefix(text, "-"):
		r.newAnswer(l)
	case strings.HasPrefix(text, "=>"):
		r.add(l.cut(strings.Index(l.text, "=>"), strings.Index(l.text, "=>")+2).at, cArrow, "arrow", "=>")
	default:
		r.words(l, text)
	}
}

// words takes a line of words into the step.
func (r *reader) words(l line, text string) {
	whole := l.whole()
	for _, bullet := range []string{"* ", "• ", "– ", "— ", "+ "} {
		if strings.HasPrefix(text, bullet) {
			r.add(place{whole.at.line, whole.at.column, 1}, cLooksAnswer, "bullet", strings.TrimSpace(bullet))
		}
	}
	if len(r.step.answers) > 0 {
		r.add(whole.at, cAfterAnswers)
	}
	r.step.lines = append(r.step.lines, textLine{whole, r.gap})
}

// jump reads "-> target".
func (r *reader) jump(l line, into *[]phrase) {
	whole := l.whole()
	target := whole.cut(len("->"), len(whole.text))
	if strings.HasPrefix(whole.text, "→") {
		target = whole.cut(len("→"), len(whole.text))
	}
	if target.empty() {
		r.add(whole.at, cNoTarget)
		return
	}
	*into = append(*into, target)
}

// picture reads "![what one sees](file)".
func (r *reader) picture(l line) {
	whole := l.whole()
	middle := strings.LastIndex(whole.text, "](")
	if middle < 0 || !strings.HasSuffix(whole.text, ")") {
		r.add(whole.at, cPictureForm)
		return
	}
	p := picture{whole: whole, alt: whole.cut(2, middle), name: whole.cut(middle+2, len(whole.text)-1)}
	switch {
	case p.name.empty():
		r.add(whole.at, cPictureForm)
		return
	case p.alt.empty():
		r.add(whole.at, cNoDescription)
	}
	if len(r.step.pictures) > 0 {
		r.add(whole.at, cTwoPictures)
		return
	}
	r.step.pictures = append(r.step.pictures, p)
}
