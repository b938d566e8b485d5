package content

import (
	"slices"
	"strings"
	"unicode"
)

// The easy-French rules a program can see; the whole list stands in render.go.
// A sentence has at most fifteen words. A message that we start holds no link. STOP ends all messages and is never
// said for a pause. A link says where it leads and is safe. What is bold ends
// being bold. A name in braces is one the lesson has filled.

// text checks one line of words.
func (c *checker) text(p phrase) {
	c.longSentences(p)
	c.links(p)
	c.braces(p)
	if i := strings.LastIndex(p.text, "**"); strings.Count(p.text, "**")%2 != 0 {
		c.add(p.cut(i, i+2).at, cBold)
	}
	c.stop(p)
}

// stop warns about STOP in a sentence that does not say that it ends all
// messages.
func (c *checker) stop(p phrase) {
	for _, s := range splitSentences(p) {
		for _, w := range tokens(s) {
			honest := strings.Contains(s.text, " plus ") || strings.Contains(s.text, "message")
			if bare := w.trim("*«»\"'.,;:!?()"); bare.text == "STOP" && !honest {
				c.add(bare.at, cStopWord)
			}
		}
	}
}

// longSentences advises shorter sentences.
func (c *checker) longSentences(p phrase) {
	for _, s := range splitSentences(p) {
		if n := countWords(s.text); n > maxSentence {
			c.add(s.at, cLongSentence, "count", number(n), "most", number(maxSentence))
		}
	}
}

// splitSentences cuts a line where a sentence ends: a final sign and a blank.
func splitSentences(p phrase) []phrase {
	var all []phrase
	from := 0
	for i, r := range p.text {
		next := i + len(string(r))
		if strings.ContainsRune(".!?…", r) && (next == len(p.text) || p.text[next] == ' ') {
			all = append(all, p.cut(from, next))
			from = next
		}
	}
	if rest := p.cut(from, len(p.text)); !rest.empty() {
		all = append(all, rest)
	}
	return all
}

// countWords counts what has a letter or a digit between blanks.
func countWords(text string) int {
	n := 0
	for w := range strings.FieldsSeq(text) {
		if strings.ContainsFunc(w, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			n++
		}
	}
	return n
}

// tokens are the words of a phrase with their places.
func tokens(p phrase) []phrase {
	var all []phrase
	from := -1
	for i, r := range p.text + " " {
		switch blank := unicode.IsSpace(r); {
		case !blank && from < 0:
			from = i
		case blank && from >= 0:
			all = append(all, p.cut(from, i))
			from = -1
		}
	}
	return all
}

// links complains about addresses that are not safe, or no addresses.
func (c *checker) links(p phrase) {
	from := 0
	for {
		i := strings.Index(p.text[from:], "](")
		if i < 0 {
			return
		}
		i += from
		l, ok := findLink(p.text[max(from, strings.LastIndex(p.text[:i], "[")):])
		if !ok || !strings.HasPrefix(l.address, "https://") || strings.ContainsAny(l.address, "{}") {
			c.add(p.cut(i, i+2).at, cLink)
		}
		from = i + 2
	}
}

// reminders complains about links in what we write first: learners are taught to
// distrust such messages.
func (c *checker) reminders(s *step) {
	for _, d := range s.all(wReminder) {
		if from, to := addressIn(d.argument.text); to > 0 {
			c.add(d.argument.cut(from, to).at, cReminderLink)
		}
	}
}

// addressIn finds the first word of a text that a phone may show as a link.
func addressIn(text string) (from, to int) {
	for _, mark := range []string{"](", "://", "www."} {
		i := strings.Index(text, mark)
		if i < 0 {
			continue
		}
		from, to = strings.LastIndexByte(text[:i], ' ')+1, len(text)
		if blank := strings.IndexByte(text[i:], ' '); blank >= 0 {
			to = i + blank
		}
		return from, to
	}
	for word := range strings.FieldsSeq(text) {
		if _, after, dotted := strings.Cut(strings.TrimRight(word, ".,;:!?)"), "."); dotted && isEnding(after) {
			from = strings.Index(text, word)
			return from, from + len(word)
		}
	}
	return 0, 0
}

// isEnding tells whether a name of a site may end so: "laposte.net" becomes a link
// on many phones by itself.
func isEnding(text string) bool {
	last := text[strings.LastIndexByte(text, '.')+1:]
	last, _, _ = strings.Cut(last, "/")
	return slices.Contains([]string{"fr", "net", "com", "org", "eu", "info"}, strings.ToLower(last))
}

// braces complains about braces that hold no name, and names nobody fills.
func (c *checker) braces(p phrase) {
	for _, n := range bracesIn(p) {
		switch name := n.text; {
		case isDay(name):
			c.day(n)
		case !isName(name):
			c.add(n.at, cBrace)
		case !isFact(name) && !slices.Contains(c.fillable(), name):
			c.add(n.at, cNeverFilled, "name", name, "suggestion", nearest(name, c.fillable()), "known", strings.Join(c.fillable(), ", "))
		}
	}
}

// bracesIn are the contents of the braces of a phrase. What is not closed, or
// not opened, comes as an empty phrase at its place.
func bracesIn(p phrase) []phrase {
	var all []phrase
	open := -1
	for i, r := range p.text {
		switch {
		case r == '{' && open < 0:
			open = i
		case r == '{', r == '}' && open < 0:
			all = append(all, phrase{at: p.cut(i, i+1).at})
		case r == '}':
			name := p.cut(open+1, i)
			if name.empty() {
				name.at = p.cut(open, i+1).at
			}
			if name.text != p.text[open+1:i] {
				name.text = "" // blanks inside the braces
			}
			all = append(all, name)
			open = -1
		}
	}
	if open >= 0 {
		all = append(all, phrase{at: p.cut(open, open+1).at})
	}
	return all
}
