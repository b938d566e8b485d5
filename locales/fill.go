package locales

import (
	"strings"
	"unicode"
)

// Isolates keep a value of one direction from disturbing a sentence of the
// other: a first name in Latin letters inside Arabic words.
const (
	isolate    = "\u2068"
	endIsolate = "\u2069"
)

// fill puts the arguments in their places. It reads the text once: what looks
// like a place inside a value is left alone, so that no learner's words can
// fetch another value. A place nobody fills stays visible.
func fill(text string, args []Arg, rtl bool) string {
	if len(args) == 0 || !strings.Contains(text, "{") {
		return text
	}
	var out strings.Builder
	out.Grow(len(text) + 32)
	for {
		before, rest, found := strings.Cut(text, "{")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		name, after, closed := strings.Cut(rest, "}")
		value, known := find(args, name)
		if !closed || !known {
			out.WriteByte('{')
			text = rest
			continue
		}
		write(&out, value, rtl)
		text = after
	}
}

// find returns the value of the argument of that name.
func find(args []Arg, name string) (value string, known bool) {
	for _, a := range args {
		if a.Name == name {
			return a.Value, true
		}
	}
	return "", false
}

// write adds a value, set apart where the sentence runs from right to left.
func write(out *strings.Builder, value string, rtl bool) {
	if !rtl {
		out.WriteString(value)
		return
	}
	out.WriteString(isolate)
	out.WriteString(value)
	out.WriteString(endIsolate)
}

// Places lists the names between braces in a text, in order: what a
// translation must keep.
func Places(text string) []string {
	var names []string
	for {
		_, rest, found := strings.Cut(text, "{")
		if !found {
			return names
		}
		name, after, closed := strings.Cut(rest, "}")
		if closed && isName(name) {
			names = append(names, name)
			rest = after
		}
		text = rest
	}
}

// isName tells whether a word between braces can be the name of an argument:
// letters and digits, "prénom" or "email_2", a colon before more, "ouvre:impots".
func isName(s string) bool {
	other := func(r rune) bool {
		return r != '_' && r != '-' && r != ':' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}
	return s != "" && !strings.ContainsFunc(s, other)
}
