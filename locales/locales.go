// Package locales translates: it finds the sentence that belongs to a message
// id, in the language of the person who reads it.
//
// Sentences live in files named ROOM.LANG.toml beside this one ("bot.fr.toml",
// "lint.en.toml"), in the TOML format of go-i18n. An id is written as a quoted
// table name, with a note for translators and the text:
//
//	["bot.where"]
//	description = "Where the learner stands. {lesson} is a title."
//	other = "Vous êtes dans la leçon « {lesson} »."
//
// A place for an argument is {name}. Text that merely looks like a place, or
// like the template language of go-i18n, is said as it stands. A text that
// counts has one line per plural form the language knows (zero, one, two, few,
// many, other) and takes the argument named "count".
//
// French is the first language and the one to fall back to: what a language
// lacks is said in French, and the caller is told so, for the direction of
// writing and the voice depend on the language really used.
//
// What learners read (the rooms bot, phone, telegram and service) is there in
// Arabic too; what operators and editors read is in French and English.
//
// A [Bundle] never changes once loaded and may be used by many goroutines.
package locales

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
	"golang.org/x/text/language"
)

// Default is the language every sentence is first written in.
const Default = "fr"

// count is the name of the argument that chooses the plural form.
const count = "count"

//go:embed *.toml
var files embed.FS

// Embedded returns the sentences built into the program.
func Embedded() fs.FS { return files }

// An Arg is one named value put into a sentence in place of {Name}. The value
// of the one named "count" also chooses the plural form: "0", "1", "1.5".
type Arg struct{ Name, Value string }

// A Bundle holds the sentences of all languages.
type Bundle struct {
	readers   map[string]*reader
	languages []string
}

// A reader finds the sentences of one language.
type reader struct {
	language  string
	localizer *i18n.Localizer
	texts     map[string]*i18n.Message
	rtl       bool
}

// Load reads every NAME.LANG.toml at the root of fsys. It reports all that is
// wrong at once, each with its file and line.
func Load(fsys fs.FS) (*Bundle, error) {
	names, err := fs.Glob(fsys, "*.toml")
	if err != nil {
		return nil, fmt.Errorf("list sentences: %w", err)
	}
	b := &Bundle{readers: map[string]*reader{}}
	var wrong []error
	for _, name := range names {
		if err := b.read(fsys, name); err != nil {
			wrong = append(wrong, err)
		}
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	return b, b.index()
}

// read adds the sentences of one file.
func (b *Bundle) read(fsys fs.FS, name string) error {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return fmt.Errorf("read sentences: %w", err)
	}
	f, err := parse(name, data)
	if err != nil {
		return err
	}
	r := b.readers[f.language]
	if r == nil {
		r = &reader{language: f.language, texts: map[string]*i18n.Message{}, rtl: RTL(f.language)}
		b.readers[f.language] = r
	}
	var wrong []error
	for _, m := range f.messages {
		if r.texts[m.ID] != nil {
			wrong = append(wrong, f.fault(m.ID, "another file of this language has it already: remove one"))
		}
		r.texts[m.ID] = m
	}
	return errors.Join(wrong...)
}

// index hands the sentences read to go-i18n, and lists the languages. Each
// language is a bundle of its own: in a common one, "en" might be answered by
// "en-US".
func (b *Bundle) index() error {
	for lang, r := range b.readers {
		b.languages = append(b.languages, lang)
		shelf := i18n.NewBundle(language.MustParse(lang))
		for _, m := range r.texts {
			if err := shelf.AddMessages(language.MustParse(lang), m); err != nil {
				return fmt.Errorf("load language %s: %w", lang, err)
			}
		}
		r.localizer = i18n.NewLocalizer(shelf, lang)
	}
	slices.SortFunc(b.languages, defaultFirst)
	return nil
}

// defaultFirst orders languages: the default one, then by name.
func defaultFirst(a, b string) int {
	switch {
	case a == b:
		return 0
	case a == Default:
		return -1
	case b == Default:
		return 1
	}
	return strings.Compare(a, b)
}

// Text returns the sentence of that id with its arguments put in, and the
// language really used: the one asked for, else a wider one ("en" for
// "en-GB"), else the default. When no language has the id, ok is false.
func (b *Bundle) Text(language, id string, args ...Arg) (text, used string, ok bool) {
	r := b.reader(language, id)
	if r == nil {
		return "", "", false
	}
	return fill(r.plural(id, args), args, r.rtl), r.language, true
}

// reader chooses who can read the sentence of that id to someone who reads
// language, or returns nil.
func (b *Bundle) reader(language, id string) *reader {
	wider, _, _ := strings.Cut(language, "-")
	for _, lang := range [...]string{language, wider, Default} {
		if r := b.readers[lang]; r != nil && r.texts[id] != nil {
			return r
		}
	}
	return nil
}

// plural returns the form of the sentence that goes with the arguments. A
// count that is no number, and a form the translator left out, are said in the
// general form.
func (r *reader) plural(id string, args []Arg) string {
	i := slices.IndexFunc(args, func(a Arg) bool { return a.Name == count })
	if i < 0 {
		return r.texts[id].Other
	}
	text, err := r.localizer.Localize(&i18n.LocalizeConfig{
		MessageID:      id,
		PluralCount:    args[i].Value,
		TemplateParser: template.IdentityParser{},
	})
	if err != nil {
		return r.texts[id].Other
	}
	return text
}

// Languages lists the languages loaded, the default one first.
func (b *Bundle) Languages() []string { return slices.Clone(b.languages) }

// IDs lists the ids a language has, sorted.
func (b *Bundle) IDs(language string) []string {
	r := b.readers[language]
	if r == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(r.texts))
}

// RTL tells whether a language is written from right to left.
func RTL(lang string) bool {
	tag, err := language.Parse(lang)
	if err != nil {
		return false
	}
	script, _ := tag.Script()
	switch script.String() {
	case "Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm", "Rohg":
		return true
	}
	return false
}
