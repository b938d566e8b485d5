package gsm

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// more says that words are left out. Its dots are in every alphabet.
const more = " ..."

// window is how much of a text is looked at to find one message, in bytes:
// more than two segments can ever hold of written words.
const window = 1024

// sentenceEnds are the ends of sentences, with the blank that follows.
var sentenceEnds = []string{". ", "! ", "? ", "… ", "؟ ", "۔ "}

// cut makes messages of a text; what comes last stays whole at the end of the
// last one. Where the messages do not hold the text, its end is left out.
func (s Step) cut(text, last string) []string {
	var messages []string
	alone := s.cost(last) > 1 // too long to share a message with much else
	for {
		left := maxMessages - len(messages)
		switch {
		case text == "" || s.fits(join(text, last)):
			return append(messages, join(text, last))
		case alone && left == 2 && !s.fits(text):
			return append(messages, s.shorten(text, ""), last)
		case left == 1:
			return append(messages, s.shorten(text, last))
		case s.fits(text):
			return append(messages, text, last)
		}
		at := s.end(text, "")
		messages = append(messages, strings.TrimSpace(text[:at]))
		text = strings.TrimSpace(text[at:])
	}
}

// shorten cuts a text so that it fits in one message with what is below it, and
// says so.
func (s Step) shorten(text, below string) string {
	end := s.end(text, join(more, below))
	return join(strings.TrimRight(text[:end], " ,;:\n")+more, below)
}

// end is where the first message of a text ends that is too long for one:
// after the last line that fits, else the last sentence or word, unless that
// leaves too little. One endless word is cut between two characters.
func (s Step) end(text, after string) int {
	fits := s.longest(text, after)
	seen := text[:fits]
	if fits < len(text) && (text[fits] == ' ' || text[fits] == '\n') {
		seen = text[:fits+1] // the blank goes anyway
	}
	for _, marks := range [][]string{{"\n"}, sentenceEnds} {
		if at := lastAfter(seen, marks); at > fits/3 {
			return at
		}
	}
	if at := lastWord(text, len(seen)); at > 0 {
		return at
	}
	return fits
}

// longest is how much of a text fits in one message with what comes after it.
func (s Step) longest(text, after string) int {
	var ends []int
	for at := range text[:min(len(text), window)] {
		ends = append(ends, at)
	}
	tooLong := func(i int) bool { return !s.fits(text[:ends[i]] + after) }
	if i := sort.Search(len(ends), tooLong); i > 1 {
		return ends[i-1]
	}
	_, size := utf8.DecodeRuneInString(text)
	return size
}

// lastAfter is the place behind the last of these marks.
func lastAfter(text string, marks []string) int {
	last := 0
	for _, mark := range marks {
		if at := strings.LastIndex(text, mark); at >= 0 {
			last = max(last, at+len(mark))
		}
	}
	return last
}

// lastWord is the place behind the last blank before an end, where what follows
// may begin a message: a sign that ends a sentence may not.
func lastWord(text string, end int) int {
	for {
		at := strings.LastIndexAny(text[:end], " \n")
		if at <= 0 {
			return 0
		}
		next, _ := utf8.DecodeRuneInString(text[at+1:])
		if !strings.ContainsRune("?!:;»%€)", next) {
			return at + 1
		}
		end = at
	}
}

// lastSentence parts a text before its last line, else its last sentence.
func lastSentence(text string) (before, last string) {
	at := strings.LastIndex(text, "\n") + 1
	if at == 0 {
		at = lastAfter(strings.TrimRight(text, " "), sentenceEnds)
	}
	return strings.TrimSpace(text[:at]), text[at:]
}
