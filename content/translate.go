package content

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"passerelle/flows"
	"passerelle/locales"
)

// A translation is kept in ID.LANG.toml, beside its lesson. Each sentence
// carries the hash of the French it was made from. When the French changes the
// old translation stays, and is old: its hash is another. A sentence without a
// hash was written by hand, and counts as fresh.

// A Translation is a lesson with its sentences in another language.
type Translation struct {
	Lesson   flows.FlowID
	Language string
	// File is the path inside the folder of lessons.
	File string
	// Before is what the file held when it was read; nil: there was none.
	Before    []byte
	Sentences []Sentence
	catalog   locales.Catalog
}

// A Sentence is one sentence to translate.
type Sentence struct {
	ID string
	// Where says where it is said, and what to mind.
	Where  string
	French string
	Text   string
	State  SentenceState
	hash   string
	forms  []locales.Arg
	label  bool
}

// A SentenceState says how a translation stands.
type SentenceState string

// The states of a translation.
const (
	FreshSentence SentenceState = "fresh"
	OldSentence   SentenceState = "old" // the French changed since
	OpenSentence  SentenceState = "open"
)

// hashOf names a French sentence.
func hashOf(french string) string {
	sum := sha256.Sum256([]byte(french))
	return hex.EncodeToString(sum[:6])
}

// A Translator prepares the translations of a folder of lessons.
type Translator struct {
	shelf  *shelf
	fsys   fs.FS
	bundle *locales.Bundle
	// language is that in which translators are told where a sentence is said.
	language string
}

// NewTranslator reads the lessons at the root of fsys. Language is the
// translators' own.
func NewTranslator(fsys fs.FS, bundle *locales.Bundle, language string) *Translator {
	return &Translator{shelf: collect(fsys, bundle), fsys: fsys, bundle: bundle, language: language}
}

// Lessons lists the lessons that can be translated.
func (t *Translator) Lessons() []flows.FlowID {
	var all []flows.FlowID
	for _, l := range t.shelf.lessons {
		if len(l.steps) > 0 {
			all = append(all, l.flow.ID)
		}
	}
	return all
}

// Languages lists those a lesson is translated to, or says it is.
func (t *Translator) Languages(lesson flows.FlowID) []string {
	l := t.shelf.byID[string(lesson)]
	var all []string
	for _, language := range l.declared() {
		if language != locales.Default && !slices.Contains(all, language) {
			all = append(all, language)
		}
	}
	for _, other := range l.translations {
		if language := string(other.language); language != "" && !slices.Contains(all, language) {
			all = append(all, language)
		}
	}
	slices.Sort(all)
	return all
}

// Translation merges what is translated with what there is to say. A file that
// cannot be read is an error, so that nothing is written over it.
func (t *Translator) Translation(lesson flows.FlowID, language string) (*Translation, error) {
	l := t.shelf.byID[string(lesson)]
	name := l.folder + "." + language + ".toml"
	made := &Translation{Lesson: lesson, Language: language, File: l.folder + "/" + name}
	err := made.read(t.fsys)
	if err != nil {
		return nil, err
	}
	if made.catalog, err = locales.ReadCatalog(name, made.Before); err != nil {
		return nil, err
	}
	known := map[string]locales.Entry{}
	for _, e := range slices.Concat(made.catalog.Unused, made.catalog.Entries) {
		known[e.ID] = e
	}
	for _, s := range t.sentences(l, known) {
		e := known[s.ID]
		delete(known, s.ID)
		s.Text, s.hash, s.forms = e.Text, e.Hash, e.Forms
		s.judge()
		made.Sentences = append(made.Sentences, s)
	}
	made.catalog.Unused = nil
	for _, id := range sortedKeys(known) {
		made.catalog.Unused = append(made.catalog.Unused, known[id])
	}
	return made, nil
}

// read reads the file, if there is one.
func (t *Translation) read(fsys fs.FS) error {
	data, err := readFile(fsys, t.File, maxText)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !Fits(data):
		return ErrTooLarge
	}
	t.Before = data
	return nil
}

// Fits tells whether a lesson or a translation may be that large.
func Fits(data []byte) bool { return len(data) <= maxText }

// ErrTooLarge tells that a lesson or a translation is larger than it may be.
var ErrTooLarge = errors.New("larger than " + kilobytes(maxText) + " kB")

// judge finds the state of a sentence, and gives a fresh one its hash.
func (s *Sentence) judge() {
	switch {
	case s.Text == "":
		s.State, s.hash = OpenSentence, ""
	case s.hash != "" && s.hash != hashOf(s.French):
		s.State = OldSentence
	default:
		s.State, s.hash = FreshSentence, hashOf(s.French)
	}
}

// sentences lists what a lesson says in French, in the order of the file; then
// what only a translation has: its own texts for SMS, its accepted words.
func (t *Translator) sentences(l *lesson, known map[string]locales.Entry) []Sentence {
	ids := sortedKeys(l.sentences)
	for _, id := range sortedKeys(known) {
		if _, there := l.sentences[id]; !there && known[id].Text != "" && (&checker{lesson: l}).translatable(id) {
			ids = append(ids, id)
		}
	}
	rank := func(id string) int {
		rest := strings.TrimPrefix(id, l.folder+".")
		step, _, _ := strings.Cut(rest, ".")
		if i, there := l.flow.Index[flows.StepID(step)]; there {
			return i
		}
		return -1
	}
	slices.SortStableFunc(ids, func(a, b string) int {
		if by := rank(a) - rank(b); by != 0 {
			return by
		}
		return strings.Compare(a, b)
	})
	all := make([]Sentence, len(ids))
	for i, id := range ids {
		all[i] = Sentence{ID: id, French: l.sentences[id]}
		all[i].Where, all[i].label = t.where(l, id, rank(id))
	}
	return all
}

// where says where a sentence is said, with the notes of its step, and whether
// it is the label of an answer.
func (t *Translator) where(l *lesson, id string, rank int) (where string, label bool) {
	say := func(id string, args ...locales.Arg) string {
		text, _, _ := t.bundle.Text(t.language, "translate.where."+id, args...)
		return strings.TrimSpace(text)
	}
	parts := strings.Split(strings.TrimPrefix(id, l.folder+"."), ".")
	if rank < 0 {
		return say(parts[0]), false
	}
	kind := "text"
	for _, part := range parts[1:] {
		if _, err := strconv.Atoi(part); err != nil && (kind != "choice" || part == "reply" || part == "words") {
			kind = part
		}
	}
	step := l.steps[rank]
	told := []string{say("step", locales.Arg{Name: "step", Value: step.title.text}, locales.Arg{Name: "what", Value: say(kind)})}
	for _, note := range step.all(wNote) {
		told = append(told, note.argument.text)
	}
	return strings.Join(told, " "), kind == "choice"
}

// Bytes is the file of the translation.
func (t *Translation) Bytes() []byte {
	c := t.catalog
	c.Entries = nil
	for _, s := range t.Sentences {
		c.Entries = append(c.Entries, locales.Entry{
			ID: s.ID, Description: s.Where, Source: s.French, Hash: s.hash, Text: s.Text, Forms: s.forms,
		})
	}
	return c.Bytes()
}

// Count counts the sentences in a state.
func (t *Translation) Count(state SentenceState) int {
	n := 0
	for _, s := range t.Sentences {
		if s.State == state {
			n++
		}
	}
	return n
}

// old warns, once for a file, about translations whose French has changed.
func (c *checker) old(t *translation) {
	name := c.folder + "." + string(t.language) + ".toml"
	if !bytes.Contains(c.raw[name], []byte("hash")) {
		return
	}
	catalog, err := locales.ReadCatalog(name, c.raw[name])
	if err != nil {
		t.complain(err)
		return
	}
	var old []string
	for _, e := range catalog.Entries {
		if e.Hash != "" && e.Hash != hashOf(c.sentences[e.ID]) && c.translatable(e.ID) {
			old = append(old, e.ID)
		}
	}
	if len(old) > 0 {
		t.add(t.place(old[0]), cOldSentence, "count", number(len(old)), "first", old[0])
	}
}
