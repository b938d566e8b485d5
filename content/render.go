package content

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"passerelle/flows"
	"passerelle/locales"
)

// The rules of easy French. Learners read slowly and fear mistakes; every
// sentence they get, ours or an editor's, keeps to these (the linter enforces
// what a program can see):
//
//  1. One idea a sentence, at most fifteen words; one sentence a line.
//  2. Words people say aloud; no jargon, no abbreviation left unexplained.
//  3. "Vous", the active voice, the present tense: « Touchez le bouton ».
//  4. Say first what to do, then what will happen.
//  5. At most five answers, each a few words, in the learner's mouth:
//     « C'est fait », « Je ne trouve pas ».
//  6. A mistake is never a fault: say what to try next, kindly.
//  7. STOP ends all messages; PAUSE rests. Never one for the other.
//  8. A picture is described in words, for those who do not see it.

// Render makes the words of what the engine wants said, for a learner who
// reads that language. The facts are values any sentence may use, such as
// {publisher} and {contact}. It is the one place where words are made: a
// sentence is looked up in the learner's language, else in the lesson's own,
// and its names are replaced; a name without a value leaves no gap.
func (e *Edition) Render(to flows.Language, say flows.Say, facts []flows.Arg) flows.Message {
	r := rendering{edition: e, to: to, args: slices.Concat(say.Args, facts)}
	text, used := r.sentence(say.Key)
	m := flows.Message{
		Turn: say.Turn, Text: text, Short: r.short(say.Key, used), Language: used,
		RTL: r.edition.rtl(used), Aidant: say.Aidant, Reminder: say.Reminder,
	}
	if say.Opens || say.Reminder {
		m.From = r.publisher()
	}
	for _, choice := range say.Choices {
		m.Choices = append(m.Choices, flows.Button{Label: r.value(choice)})
	}
	if say.Picture != "" {
		alt, _ := r.sentence(say.Key + ".picture")
		m.Picture = &flows.Picture{Revision: e.revision.ID, Flow: say.Flow, Name: say.Picture, Alt: alt}
	}
	return m
}

// A rendering is one message being made.
type rendering struct {
	edition *Edition
	to      flows.Language
	args    []flows.Arg
	sms     bool // the words are for SMS
}

// maxFrom is how many letters a name may have that stands before a text.
const maxFrom = 40

// publisher is the name of who runs the service, short enough to stand before a
// message.
func (r rendering) publisher() string {
	name := []rune(r.fill("{publisher}", r.to))
	if len(name) > maxFrom {
		name = name[:maxFrom]
	}
	return strings.TrimSpace(string(name))
}

// sentence is the sentence of a key, ready to be read, and its language. A key
// that nobody wrote becomes the sentence that something is wrong: a learner is
// never left with silence.
func (r rendering) sentence(key flows.Key) (text string, used flows.Language) {
	raw, used, ok := r.edition.text(r.to, key, r.counts()...)
	if !ok {
		raw, used, _ = r.edition.text(r.to, flows.KeyBroken)
	}
	return linked(r.fill(raw, used)), used
}

// short is the text for SMS, when the language of the message has one, or one
// for a sentence put into it.
func (r rendering) short(key flows.Key, used flows.Language) string {
	r.sms = true
	if raw, ok := r.sibling(key, used); ok {
		return linked(r.fill(raw, used))
	}
	within := func(a flows.Arg) bool {
		if a.Key == "" {
			return false
		}
		_, ok := r.sibling(a.Key, used)
		return ok
	}
	if !slices.ContainsFunc(r.args, within) {
		return ""
	}
	text, _ := r.sentence(key)
	return text
}

// sibling is the text for SMS of a sentence in the same language.
func (r rendering) sibling(key flows.Key, used flows.Language) (raw string, ok bool) {
	raw, language, ok := r.edition.text(used, key+".sms")
	return raw, ok && language == used
}

// value is what an argument stands for, in words.
func (r rendering) value(arg flows.Arg) string {
	if arg.Key == "" {
		return arg.Value
	}
	raw, used, ok := r.edition.text(r.to, arg.Key)
	if !ok {
		return arg.Value
	}
	if short, ok := r.sibling(arg.Key, used); ok && r.sms {
		raw = short
	}
	// The sentence of an argument may name the others, but no sentence again.
	inner := rendering{edition: r.edition, to: r.to, sms: r.sms, args: slices.DeleteFunc(
		slices.Clone(r.args), func(a flows.Arg) bool { return a.Key != "" && a.Key == arg.Key })}
	return inner.fill(raw, used)
}

// fill puts the arguments into a text.
func (r rendering) fill(raw string, used flows.Language) string {
	if !strings.Contains(raw, "{") {
		return raw
	}
	return replace(raw, func(name string) string {
		for _, a := range r.args {
			switch {
			case a.Name != name:
			case a.Key == flows.KeyDate || a.Key == flows.KeyMonth:
				return r.day(a, used)
			default:
				return r.value(a)
			}
		}
		return ""
	}, r.edition.rtl(used))
}

// counts are the arguments that choose a plural form.
func (r rendering) counts() []locales.Arg {
	for _, a := range r.args {
		if a.Name == "count" {
			return []locales.Arg{{Name: a.Name, Value: a.Value}}
		}
	}
	return nil
}

// text finds the sentence of a key in a language, else in a wider one ("en"
// for "en-GB"), else in French, and says which it was.
func (e *Edition) text(to flows.Language, key flows.Key, counts ...locales.Arg) (string, flows.Language, bool) {
	wider, _, _ := strings.Cut(string(to), "-")
	for _, language := range [...]flows.Language{to, flows.Language(wider), flows.DefaultLanguage} {
		if text, ok := e.words[language][string(key)]; ok {
			return text, language, true
		}
	}
	text, used, ok := e.bundle.Text(string(to), string(key), counts...)
	return strings.TrimSpace(text), flows.Language(used), ok
}

// rtl tells whether a language is written from right to left.
func (e *Edition) rtl(language flows.Language) bool { return slices.Contains(e.leftward, language) }

// Isolates keep a value of one direction from disturbing a sentence of the
// other.
const (
	isolate    = "\u2068"
	endIsolate = "\u2069"
)

// replace puts values in the places of names in braces. Where a value is
// empty, the blank or the comma that went with it goes too.
func replace(text string, value func(name string) string, rtl bool) string {
	var out []byte
	for {
		before, rest, open := strings.Cut(text, "{")
		name, after, closed := strings.Cut(rest, "}")
		out = append(out, before...)
		switch {
		case !open:
			return string(out)
		case !closed || !isName(name) && !isDay(name):
			out = append(out, '{')
			text = rest
			continue
		}
		v := ""
		if value != nil {
			v = value(name)
		}
		switch {
		case v == "":
			out, after = closeGap(out, after)
		case rtl:
			out = append(append(append(out, isolate...), v...), endIsolate...)
		default:
			out = append(out, v...)
		}
		text = after
	}
}

// closeGap joins what stands before and after an empty value: no empty bold,
// no double blank, no blank before a comma, no comma at the start of a line.
func closeGap(before []byte, after string) ([]byte, string) {
	if strings.HasSuffix(string(before), "**") && strings.HasPrefix(after, "**") {
		before, after = before[:len(before)-2], after[2:]
	}
	if atStart(before) {
		trimmed := strings.TrimLeft(after, ",;: \u00a0\u202f")
		if len(trimmed) < len(after) {
			return before, capital(trimmed)
		}
		return before, after
	}
	last, _ := utf8.DecodeLastRune(before)
	next, _ := utf8.DecodeRuneInString(after)
	if isBlank(last) && (after == "" || isBlank(next) || strings.ContainsRune(",.;…)»\n", next)) && next != '»' {
		before = before[:len(before)-utf8.RuneLen(last)]
	}
	return before, after
}

// atStart tells whether nothing but markup stands before on the line.
func atStart(before []byte) bool { return len(before) == 0 || before[len(before)-1] == '\n' }

// isBlank tells whether a sign is a blank inside a line, those of French
// punctuation too.
func isBlank(r rune) bool { return r == ' ' || r == '\u00a0' || r == '\u202f' }

// capital writes the first letter of a line large.
func capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if !unicode.IsLower(first) {
		return text
	}
	return string(unicode.ToUpper(first)) + text[size:]
}

// linked writes "[text](https://…)" as "text : https://…".
func linked(text string) string {
	if !strings.Contains(text, "](") {
		return text
	}
	var out strings.Builder
	for {
		l, ok := findLink(text)
		if !ok {
			out.WriteString(text)
			return out.String()
		}
		out.WriteString(text[:l.from])
		if l.label != "" && l.label != l.address {
			out.WriteString(l.label + " : ")
		}
		out.WriteString(l.address)
		text = text[l.to:]
	}
}

// A link is "[label](address)" at some place of a text.
type link struct {
	from, to       int
	label, address string
}

// findLink finds the first link of a text.
func findLink(text string) (link, bool) {
	middle := strings.Index(text, "](")
	if middle < 0 {
		return link{}, false
	}
	open := strings.LastIndex(text[:middle], "[")
	length := strings.IndexAny(text[middle+2:], ") \n")
	if open < 0 || length < 0 || text[middle+2+length] != ')' {
		return findLinkAfter(text, middle+2)
	}
	end := middle + 2 + length
	return link{open, end + 1, strings.TrimSpace(text[open+1 : middle]), text[middle+2 : end]}, true
}

// findLinkAfter goes on looking behind what was no link.
func findLinkAfter(text string, after int) (link, bool) {
	l, ok := findLink(text[after:])
	l.from += after
	l.to += after
	return l, ok
}
