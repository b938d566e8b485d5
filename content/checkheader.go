package content

import (
	"slices"
	"strings"

	"passerelle/flows/intent"
)

// header checks what stands between the two "---".
func (c *checker) header() {
	for _, key := range []string{hLesson, hTitle, hEquipment} {
		if _, found := c.get(key); !found && len(c.lesson.header) > 0 {
			c.add(c.top(), cKeyMissing, "key", key, "example", headerExamples[key])
		}
	}
	for _, e := range c.lesson.header {
		if !e.value.empty() {
			c.entry(e)
		}
	}
}

var headerExamples = map[string]string{
	hLesson:    "leçon: creer-email",
	hTitle:     "titre: Créer une adresse e-mail",
	hEquipment: "matériel: téléphone, internet",
}

// entry checks the value of one key.
func (c *checker) entry(e entry) {
	switch e.key {
	case hLesson:
		c.id(e.value)
	case hTitle:
		c.notCommand(e.value)
		c.short(e.value)
		if !bare(e.value.text) {
			c.add(e.value.at, cLabelName)
		}
	case hLanguages:
		c.languageList(e.value)
	case hWords:
		for _, w := range e.value.list() {
			c.notCommand(w)
		}
	case hEquipment:
		for _, item := range e.value.list() {
			c.among(item, e.name, equipment)
		}
	case hTheme:
		c.among(e.value, e.name, themes)
	case hMenu:
		c.among(e.value, e.name, yesNo)
	case hLevel, hOrder:
		if n, ok := numberOf(e.value.text); !ok || n < 1 || n > 9 {
			c.add(e.value.at, cNumber, "value", e.value.text)
		}
	case hSilence:
		if _, ok := readSilence(e.value.text); !ok {
			c.add(e.value.at, cSilence, "value", e.value.text, "suggestion", noSilence.nearest(e.value.text))
		}
	}
}

// id checks that the lesson is called like its folder: the folder is what others
// call it by.
func (c *checker) id(value phrase) {
	switch {
	case !isID(value.text):
		c.add(value.at, cBadID, "id", value.text, "suggestion", slug(value.text))
	case value.text == "bot":
		c.add(value.at, cReservedID, "id", value.text)
	case value.text != c.folder:
		c.add(value.at, cFolderName, "id", value.text, "folder", c.folder)
	}
}

// among complains about a value that is not one of a closed list.
func (c *checker) among(value, key phrase, known lexicon) {
	if _, ok := known.find(value.text); !ok {
		c.add(value.at, cHeaderValue, "value", value.text, "key", key.text,
			"suggestion", known.nearest(value.text), "known", known.known(""))
	}
}

// languageList checks "langues: fr, ar". French is always there: it is the
// language of the file.
func (c *checker) languageList(value phrase) {
	for i, item := range value.list() {
		if i == 0 && item.text != "fr" || !isLanguage(item.text) {
			c.add(item.at, cHeaderValue, "value", item.text, "key", hLanguages, "known", strings.Join(c.languages, ", "))
		}
	}
}

// isLanguage tells whether a text has the form of a language tag.
func isLanguage(tag string) bool {
	first, _, _ := strings.Cut(tag, "-")
	lower := strings.IndexFunc(first, func(r rune) bool { return r < 'a' || r > 'z' }) < 0
	return lower && len(first) >= 2 && len(first) <= 3
}

// notCommand complains about a word of the header that is a command already.
func (c *checker) notCommand(word phrase) {
	if c.commands["fr"].Read(word.text) != intent.NoCommand {
		c.add(word.at, cWordCommand, "word", word.text)
	}
}

// declared are the languages a lesson says it is written in.
func (l *lesson) declared() []string {
	var all []string
	if value, ok := l.get(hLanguages); ok {
		for _, item := range value.list() {
			all = append(all, item.text)
		}
		return all
	}
	for _, t := range l.translations {
		all = append(all, string(t.language))
	}
	return append(all, "fr")
}

// lessonWords complains about words that open two lessons.
func (s *shelf) lessonWords() {
	taken := map[string]string{}
	for _, l := range s.lessons {
		title, _ := l.get(hTitle)
		list, _ := l.get(hWords)
		for _, w := range slices.Concat([]phrase{title}, list.list()) {
			folded := intent.Fold(w.text)
			other, twice := taken[folded]
			if twice && other != l.folder && folded != "" {
				l.add(w.at, cWordTwice, "word", w.text, "lesson", other)
			}
			taken[folded] = l.folder
		}
	}
}
