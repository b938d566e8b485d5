package locales

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// A Catalog is a file of sentences as translators keep it: besides the texts,
// where each is said, which French it was made from, and what is used no more.
type Catalog struct {
	Language string
	// Head are the comments at the beginning, before an empty line, as they are.
	Head    []string
	Entries []Entry
	// Unused are sentences that are said no more, kept as comments.
	Unused []Entry
}

// An Entry is one sentence of a [Catalog].
type Entry struct {
	ID, Description string
	// Source is the sentence in the first language; it is a comment.
	Source string
	// Hash names the source the text was made from.
	Hash string
	// Text is the general form; Forms are the others, by name, "one=…".
	Text  string
	Forms []Arg
}

// unusedMark begins the lines of a sentence that is said no more.
const unusedMark = "#| "

// ReadCatalog reads a file of sentences whole. The comments beside sentences
// are not kept.
func ReadCatalog(name string, data []byte) (Catalog, error) {
	f, err := parse(name, data)
	if err != nil {
		return Catalog{}, err
	}
	c := Catalog{Language: f.language, Entries: entries(f)}
	var aside strings.Builder
	head := true
	for line := range strings.Lines(strings.ReplaceAll(string(f.data), "\r\n", "\n")) {
		rest, unused := strings.CutPrefix(line, unusedMark)
		comment := strings.HasPrefix(line, "#")
		switch {
		case unused:
			aside.WriteString(rest)
		case head && comment:
			c.Head = append(c.Head, strings.TrimRight(line, "\n"))
		case head && strings.TrimSpace(line) != "":
			c.Head = nil // these comments belong to the first sentence
		}
		head = head && comment
	}
	old, err := parse(name, []byte(aside.String()))
	if err != nil {
		return Catalog{}, err
	}
	c.Unused = entries(old)
	return c, nil
}

// entries lists what a file has, in its order.
func entries(f *file) []Entry {
	var all []Entry
	for _, m := range f.messages {
		all = append(all, Entry{ID: m.ID, Description: m.Description, Hash: m.Hash, Text: m.Other, Forms: forms(m)})
	}
	return all
}

// forms lists the plural forms of a message besides the general one.
func forms(m *i18n.Message) []Arg {
	var all []Arg
	for _, form := range []Arg{{"zero", m.Zero}, {"one", m.One}, {"two", m.Two}, {"few", m.Few}, {"many", m.Many}} {
		if form.Value != "" {
			all = append(all, form)
		}
	}
	return all
}

// Bytes writes the file. A sentence without a text is left open: it has an
// empty one.
func (c Catalog) Bytes() []byte {
	var b strings.Builder
	for _, line := range c.Head {
		b.WriteString(line + "\n")
	}
	for i, e := range c.Entries {
		if i > 0 || len(c.Head) > 0 {
			b.WriteByte('\n')
		}
		for line := range strings.SplitSeq(e.Source, "\n") {
			b.WriteString(strings.TrimRight("# "+line, " ") + "\n")
		}
		b.WriteString(e.toml())
	}
	unused := slices.SortedFunc(slices.Values(c.Unused), func(a, b Entry) int { return cmp.Compare(a.ID, b.ID) })
	for _, e := range unused {
		b.WriteByte('\n')
		for line := range strings.Lines(e.toml()) {
			b.WriteString(unusedMark + line)
		}
	}
	return []byte(b.String())
}

// toml writes one sentence.
func (e Entry) toml() string {
	var b strings.Builder
	b.WriteString("[" + quoted(e.ID) + "]\n")
	field := func(name, value string) { b.WriteString(name + " = " + quoted(value) + "\n") }
	if e.Description != "" {
		field("description", e.Description)
	}
	if e.Hash != "" {
		field("hash", e.Hash)
	}
	for _, f := range e.Forms {
		field(f.Name, f.Value)
	}
	field("other", e.Text)
	return b.String()
}

// quoted writes a text as TOML: on lines of its own when it has several.
func quoted(text string) string {
	var b strings.Builder
	several := strings.Contains(text, "\n")
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteRune('\\')
			b.WriteRune(r)
		case r == '\n' && several, r == '\t':
			b.WriteRune(r)
		case r < 0x20 || r == 0x7f:
			b.WriteString(`\u00` + strconv.FormatInt(int64(r)>>4, 16) + strconv.FormatInt(int64(r)&15, 16))
		default:
			b.WriteRune(r)
		}
	}
	if several {
		return `"""` + "\n" + b.String() + `"""`
	}
	return `"` + b.String() + `"`
}
