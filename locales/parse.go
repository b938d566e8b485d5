package locales

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// maxFile bounds a file of sentences: whole encyclopaedias are no sentences.
const maxFile = 1 << 20

// A file is what one NAME.LANG.toml holds.
type file struct {
	name     string
	data     []byte
	language string
	messages []*i18n.Message
	lines    map[string]int // where each id begins; made when first asked for
}

// Parse reads one file of sentences, a lesson's translation for example
// ("creer-email.en.toml"): its language, and each text by id. What is not
// translated yet (no text, or an empty one) is left out. Every error names
// the file and the line, and says what to do.
func Parse(name string, data []byte) (language string, messages map[string]string, err error) {
	f, err := parse(name, data)
	if err != nil {
		return "", nil, err
	}
	messages = make(map[string]string, len(f.messages))
	for _, m := range f.messages {
		messages[m.ID] = m.Other
	}
	return f.language, messages, nil
}

// parse reads one file whole.
func parse(name string, data []byte) (*file, error) {
	lang, err := languageOf(name)
	if err != nil {
		return nil, err
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("%s:1: the file is too large: at most %d bytes", name, maxFile)
	}
	f := &file{name: name, data: bytes.TrimPrefix(data, []byte("\ufeff")), language: lang}
	if !utf8.Valid(f.data) {
		return nil, fmt.Errorf("%s:%d: this is not UTF-8 text: save the file as UTF-8", name, invalidLine(f.data))
	}
	var tables map[string]any
	if err := toml.Unmarshal(f.data, &tables); err != nil {
		return nil, f.syntax(err)
	}
	return f, f.collect(tables)
}

// languageOf reads the language out of NAME.LANG.toml.
func languageOf(name string) (string, error) {
	stem, found := strings.CutSuffix(path.Base(name), ".toml")
	room, lang, two := strings.Cut(stem, ".")
	tag, err := language.Parse(lang)
	if !found || !two || room == "" || err != nil || tag.String() != lang {
		return "", fmt.Errorf("%s:1: the name does not say the language: call it NAME.LANG.toml, bot.fr.toml for example", name)
	}
	return lang, nil
}

// invalidLine returns the line of the first byte that is not UTF-8.
func invalidLine(data []byte) int {
	line := 1
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		if r == utf8.RuneError && size == 1 {
			return line
		}
		if r == '\n' {
			line++
		}
		data = data[size:]
	}
	return line
}

// syntax places an error of the TOML reader. Where that one stumbles over the
// end of a line it names the next, and at the end of a file none at all: the
// line is counted again here.
func (f *file) syntax(err error) error {
	if wrong, ok := errors.AsType[toml.ParseError](err); ok {
		line := 1 + bytes.Count(f.data[:min(max(wrong.Position.Start, 0), len(f.data))], []byte("\n"))
		return fmt.Errorf("%s:%d: this line is not understood: %s", f.name, line, oneLine(wrong.Message))
	}
	return fmt.Errorf("%s:1: %w", f.name, err)
}

// collect makes messages of the tables, in the order of the file.
func (f *file) collect(tables map[string]any) error {
	lines := make(map[string]int, len(tables))
	for id := range tables {
		lines[id] = f.line(id)
	}
	ids := slices.SortedFunc(maps.Keys(tables), func(a, b string) int {
		return cmp.Or(cmp.Compare(lines[a], lines[b]), strings.Compare(a, b))
	})
	var wrong []error
	for _, id := range ids {
		m, err := f.message(id, tables[id])
		if err != nil {
			wrong = append(wrong, err)
		} else if m.Other != "" {
			f.messages = append(f.messages, m)
		}
	}
	return errors.Join(wrong...)
}

// message makes a message of one table, or of a bare text.
func (f *file) message(id string, value any) (*i18n.Message, error) {
	if text, bare := value.(string); bare {
		return &i18n.Message{ID: id, Other: text}, nil
	}
	fields, ok := value.(map[string]any)
	if !ok {
		return nil, f.fault(id, "a sentence is a text between quotes")
	}
	m := &i18n.Message{ID: id}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if wrong := set(m, name, fields[name]); wrong != "" {
			return nil, f.fault(id, wrong)
		}
	}
	if m.Other == "" && m.Zero+m.One+m.Two+m.Few+m.Many != "" {
		return nil, f.fault(id, "the general form is missing: add other = \"…\"")
	}
	return m, nil
}

// set gives a message one of its fields, or says what is wrong with it.
func set(m *i18n.Message, name string, value any) (wrong string) {
	place := fieldOf(m, name)
	text, isText := value.(string)
	_, isTable := value.(map[string]any)
	switch {
	case isTable:
		return fmt.Sprintf("the id is cut at its dot: write it between quotes, [%q]", m.ID+"."+name)
	case place == nil:
		return fmt.Sprintf("%q is not known here: description, hash, zero, one, two, few, many or other", name)
	case !isText:
		return fmt.Sprintf("%q is a text: write it between quotes", name)
	}
	*place = text
	return ""
}

// fieldOf returns where a field of that name is kept, or nil.
func fieldOf(m *i18n.Message, name string) *string {
	switch name {
	case "description":
		return &m.Description
	case "hash":
		return &m.Hash
	case "zero":
		return &m.Zero
	case "one":
		return &m.One
	case "two":
		return &m.Two
	case "few":
		return &m.Few
	case "many":
		return &m.Many
	case "other":
		return &m.Other
	}
	return nil
}

// fault places what is wrong with a message.
func (f *file) fault(id, wrong string) error {
	return fmt.Errorf("%s:%d: %s: %s", f.name, f.line(id), oneLine(id), wrong)
}

// oneLine keeps what a file says of itself on the line of its error.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// line returns the line where the id begins, or 1.
func (f *file) line(id string) int {
	if f.lines == nil {
		f.lines = heads(f.data)
	}
	return max(f.lines[id], 1)
}

// heads finds the lines on which tables and keys begin.
func heads(data []byte) map[string]int {
	lines, n := map[string]int{}, 0
	note := func(head string) {
		if _, known := lines[head]; !known {
			lines[head] = n
		}
	}
	for line := range bytes.Lines(data) {
		n++
		head := strings.TrimLeft(string(line), "[ \t")
		name, quoted := strings.CutPrefix(head, `"`)
		if !quoted {
			name, quoted = strings.CutPrefix(head, "'")
		}
		if quoted {
			note(name[:max(strings.IndexAny(name, `"'`), 0)])
			continue
		}
		note(name[:max(strings.IndexAny(name, "]=. \t"), 0)])
		note(name[:max(strings.IndexAny(name, "]= \t"), 0)])
	}
	return lines
}
