package content

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"passerelle/flows"
	"passerelle/flows/intent"
	"passerelle/locales"
)

// An Edition is one revision with all that belongs to it: its flows, its words
// in every language, its pictures. It never changes, and may be used by many
// goroutines.
type Edition struct {
	revision *flows.Revision
	// words are the sentences of lessons, by language and key.
	words    map[flows.Language]map[string]string
	bundle   *locales.Bundle
	pictures map[string][]byte // by FLOW/NAME
	files    map[string][]byte // what the archive holds
	leftward []flows.Language  // those written from right to left
}

// Load reads the lessons at the root of fsys, one folder each, and the
// program's own sentences. The problems are those that [Lint] finds, but for how
// the lessons read, look and fit an SMS; only when one of them is an error there
// is no edition.
func Load(fsys fs.FS, bundle *locales.Bundle) (*Edition, []Problem) {
	s := collect(fsys, bundle)
	problems := s.lint(false)
	if HasErrors(problems) {
		return nil, problems
	}
	return s.edition(s.sources()), problems
}

// Lint returns everything that is wrong with the lessons at the root of fsys,
// or could be better, at that time: what they say of the world may be too old.
func Lint(fsys fs.FS, bundle *locales.Bundle, now time.Time) []Problem {
	s := collect(fsys, bundle)
	s.now = now
	return s.lint(true)
}

// Flows is the compiled revision.
func (e *Edition) Flows() *flows.Revision { return e.revision }

// Picture returns a picture of a lesson.
func (e *Edition) Picture(f flows.FlowID, name string) ([]byte, bool) {
	data, ok := e.pictures[string(f)+"/"+name]
	return data, ok
}

// edition makes the edition of all lessons that have a step, whether they are
// good or not. The files are those that name it.
func (s *shelf) edition(files map[string][]byte) *Edition {
	s.lessons = slices.DeleteFunc(s.lessons, func(l *lesson) bool { return len(l.steps) == 0 })
	e := s.voice()
	e.files = files
	e.revision = &flows.Revision{
		ID: fingerprint(e.files), Languages: offered(s.bundle), Flows: map[flows.FlowID]*flows.Flow{},
		Readers: map[flows.Language]*flows.Readers{}, Deadlines: s.deadlines,
	}
	for _, l := range s.lessons {
		e.revision.Flows[l.flow.ID] = l.flow
		e.readSteps(l)
	}
	s.menu(e.revision)
	for _, language := range e.revision.Languages {
		e.revision.Readers[language] = e.readers(language)
	}
	e.revision.Crises = crises(s.bundle)
	return e
}

// voice is an edition that has all sentences and no flow yet: enough to say
// them.
func (s *shelf) voice() *Edition {
	e := &Edition{
		revision: &flows.Revision{}, bundle: s.bundle,
		words: map[flows.Language]map[string]string{}, pictures: map[string][]byte{},
	}
	for _, l := range s.lessons {
		e.take(l)
	}
	for _, language := range slices.Concat(s.bundle.Languages(), sortedKeys(e.words)) {
		if locales.RTL(language) {
			e.leftward = append(e.leftward, flows.Language(language))
		}
	}
	return e
}

// take copies the words and pictures of a lesson.
func (e *Edition) take(l *lesson) {
	e.put(flows.DefaultLanguage, l.sentences)
	for _, t := range l.translations {
		e.put(t.language, t.sentences)
	}
	for name, data := range l.pictures {
		e.pictures[path.Join(l.folder, name)] = data
	}
}

// put adds sentences of a language.
func (e *Edition) put(language flows.Language, sentences map[string]string) {
	if e.words[language] == nil {
		e.words[language] = map[string]string{}
	}
	maps.Copy(e.words[language], sentences)
}

// offered are the languages a learner may choose: those in which the program
// says its own name of the language.
func offered(bundle *locales.Bundle) []flows.Language {
	languages := []flows.Language{flows.DefaultLanguage}
	for _, l := range bundle.Languages() {
		language := flows.Language(l)
		_, used, ok := bundle.Text(l, string(flows.LanguageKey(language)))
		if ok && used == l && language != flows.DefaultLanguage {
			languages = append(languages, language)
		}
	}
	return languages
}

// readSteps compiles what the questions of a lesson understand, in every
// language. What is said in French for want of a translation is read as French.
func (e *Edition) readSteps(l *lesson) {
	for i := range l.flow.Steps {
		step := &l.flow.Steps[i]
		if len(step.Choices) == 0 {
			continue
		}
		ours := slices.ContainsFunc(step.Choices, func(c flows.Choice) bool { return c.Added })
		step.Readers = map[flows.Language]*intent.Choices{}
		for n, language := range e.revision.Languages {
			if n > 0 && !ours && !slices.Contains(l.flow.Languages, language) {
				step.Readers[language] = step.Readers[e.revision.Languages[0]]
				continue
			}
			step.Readers[language] = e.readStep(l, step, language)
		}
	}
}

// readStep compiles what a question understands in one language.
func (e *Edition) readStep(l *lesson, step *flows.Step, language flows.Language) *intent.Choices {
	labels := make([]intent.Label, len(step.Choices))
	for i := range step.Choices {
		labels[i] = e.label(language, step.Choices[i].Label(l.flow.ID, step.ID))
	}
	return intent.Compile(labels)
}

// label is what an answer is called and what else means it.
func (e *Edition) label(language flows.Language, key flows.Key) intent.Label {
	text, _, _ := e.text(language, key)
	list, _, _ := e.text(language, key+".words")
	return intent.Label{Text: plain(text), Words: commas(list)}
}

// labels are what answers are called, in order.
func (e *Edition) labels(language flows.Language, keys ...flows.Key) []intent.Label {
	all := make([]intent.Label, len(keys))
	for i, key := range keys {
		all[i] = e.label(language, key)
	}
	return all
}

// plain is a text without the places of its arguments.
func plain(text string) string {
	return replace(text, nil, false)
}

// commas splits a list of words.
func commas(list string) []string {
	var words []string
	for word := range strings.SplitSeq(list, ",") {
		if word = strings.TrimSpace(word); word != "" {
			words = append(words, word)
		}
	}
	return words
}

// readers compiles what the program itself understands in a language.
func (e *Edition) readers(language flows.Language) *flows.Readers {
	labels := func(keys ...flows.Key) []intent.Label { return e.labels(language, keys...) }
	readers := &flows.Readers{
		Commands:  commands(e.bundle, string(language)),
		YesNo:     intent.Compile(labels(flows.KeyYes, flows.KeyNo)),
		Offer:     intent.Compile(labels(flows.KeyOfferWait, flows.KeyOfferAlone, flows.KeyOfferCancel)),
		Languages: intent.Compile(e.languageLabels()),
	}
	e.readMenu(language, readers)
	e.readReminders(language, readers)
	return readers
}

// languageLabels are the names of the languages, each in itself, and their
// tags.
func (e *Edition) languageLabels() []intent.Label {
	labels := make([]intent.Label, len(e.revision.Languages))
	for i, l := range e.revision.Languages {
		labels[i] = e.label(l, flows.LanguageKey(l))
		labels[i].Words = append(labels[i].Words, string(l))
	}
	return labels
}

// allCommands are the commands, STOP first, so that no other may claim a word
// of it.
var allCommands = []intent.Command{
	intent.Stop, intent.Start, intent.Help, intent.Again, intent.Where,
	intent.Back, intent.Pause, intent.Menu, intent.Lang, intent.Person, intent.Contact,
	intent.Link, intent.Unlink, intent.Reminders,
}

// commands compiles the command words of a language. STOP is obeyed in every
// language, whichever the learner reads.
func commands(bundle *locales.Bundle, language string) *intent.Commands {
	var all []intent.CommandWords
	for _, l := range bundle.Languages() {
		all = append(all, commandWords(bundle, l, intent.Stop))
	}
	for _, c := range allCommands {
		all = append(all, commandWords(bundle, language, c))
	}
	return intent.CompileCommands(all)
}

// commandWords are the words that mean a command, as the bundle lists them.
func commandWords(bundle *locales.Bundle, language string, c intent.Command) intent.CommandWords {
	list, _, _ := bundle.Text(language, "bot.command."+string(c))
	return intent.CommandWords{Command: c, Words: commas(list)}
}

// crises compiles the words that tell a danger, in every language: whoever
// writes them may not know how to change it.
func crises(bundle *locales.Bundle) *intent.Crises {
	var all []intent.CrisisWords
	for _, l := range bundle.Languages() {
		for _, c := range allCrises {
			all = append(all, crisisWords(bundle, l, c))
		}
	}
	return intent.CompileCrises(all)
}

// allCrises are the dangers that words tell, and none: figures of speech.
var allCrises = []intent.Crisis{
	intent.LifeCrisis, intent.ViolenceCrisis, intent.DangerCrisis, intent.ShelterCrisis, intent.HungerCrisis, intent.NoCrisis,
}

// crisisWords are the words of a language that tell a danger, or the figures of
// speech that tell none.
func crisisWords(bundle *locales.Bundle, language string, c intent.Crisis) intent.CrisisWords {
	list, _, _ := bundle.Text(language, "bot.crisis."+cmp.Or(string(c), "figures")+".words")
	return intent.CrisisWords{Crisis: c, Words: commas(list)}
}

// fingerprint names a revision: the hash of its files.
func fingerprint(files map[string][]byte) flows.RevisionID {
	hash := sha256.New()
	var size [8]byte
	for _, name := range sortedKeys(files) {
		for _, part := range [][]byte{[]byte(name), files[name]} {
			binary.BigEndian.PutUint64(size[:], uint64(len(part)))
			_, _ = hash.Write(size[:]) // a hash never fails
			_, _ = hash.Write(part)
		}
	}
	return flows.RevisionID(hex.EncodeToString(hash.Sum(nil))[:16])
}
