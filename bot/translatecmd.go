package bot

import (
	"context"
	"flag"
	"os"
	"slices"
	"strconv"

	"passerelle/content"
	"passerelle/locales"
)

// translate brings the files of translations up to date with the lessons, and
// lets translators work on them in a table.
func translate(_ context.Context, c call) error {
	var t translating
	set := flag.NewFlagSet("translate", flag.ContinueOnError)
	set.StringVar(&t.language, "lang", "", "")
	set.StringVar(&t.table, "csv", "", "")
	set.StringVar(&t.from, "from", "", "")
	named, err := c.flagsAround(set, maxNamed)
	if err != nil {
		return err
	}
	if t.language == locales.Default {
		return complain("translate.lang", nil, "value", t.language)
	}
	if t.table != "" && t.from != "" {
		c.warn(c.words.say("translate.both"))
		return errUsage
	}
	t.call = c
	if err := c.eachFolder(named, t.prepare); err != nil {
		return err
	}
	if t.from != "" {
		if err := t.take(); err != nil {
			return err
		}
	}
	if err := t.write(); err != nil {
		return err
	}
	if t.refused {
		return errFound
	}
	return nil
}

// A translating is one run of translate.
type translating struct {
	call
	language, table, from string
	all                   []*content.Translation
	paths                 []string // where each of all is kept; "" inside the program
	refused               bool     // a row was not taken
}

// prepare merges the translations of a folder of lessons.
func (t *translating) prepare(f lessonFolder) error {
	translator := content.NewTranslator(f.lessons, t.words.bundle, t.words.language)
	for _, lesson := range translator.Lessons() {
		if !f.shows(lesson) {
			continue
		}
		languages := []string{t.language}
		if t.language == "" {
			languages = translator.Languages(lesson)
		}
		for _, language := range languages {
			one, err := translator.Translation(lesson, language)
			if err != nil {
				return complain("translate.file", cause(err), "path", f.named(string(lesson)+"/"+string(lesson)+"."+language+".toml"))
			}
			path := ""
			if f.path != nil {
				path = f.path(one.File)
			}
			t.all, t.paths = append(t.all, one), append(t.paths, path)
		}
	}
	return nil
}

// take reads the table that came back.
func (t *translating) take() error {
	data, err := os.ReadFile(t.from)
	if err != nil {
		return complain("usage.path.missing", cause(err), "path", t.from)
	}
	if len(t.languages()) > 1 {
		return complain("translate.which", nil)
	}
	rows, err := content.ReadCSV(data)
	if err != nil {
		return complain("translate.table", err, "path", t.from)
	}
	for _, r := range content.Take(t.all, rows, t.words.say("translate.state.old")) {
		t.refused = t.refused || r.Refused()
		t.warn(t.words.say("translate.remark", "place", t.from+":"+strconv.Itoa(r.Line), "id", r.ID,
			"what", t.words.say("translate.remark."+string(r.Kind), "what", r.What)))
	}
	return nil
}

// languages lists those that are being translated to.
func (t *translating) languages() []string {
	var all []string
	for _, one := range t.all {
		if !slices.Contains(all, one.Language) {
			all = append(all, one.Language)
		}
	}
	return all
}

// write writes the table, or the files of translations.
func (t *translating) write() error {
	for i, one := range t.all {
		if err := t.print(t.words.say("translate.lesson", "lesson", string(one.Lesson), "language", one.Language,
			"fresh", strconv.Itoa(one.Count(content.FreshSentence)), "old", strconv.Itoa(one.Count(content.OldSentence)),
			"open", strconv.Itoa(one.Count(content.OpenSentence)))); err != nil {
			return err
		}
		if t.table != "" {
			continue
		}
		if t.paths[i] == "" {
			return complain("check.embedded", nil)
		}
		if err := save(t.paths[i], one); err != nil {
			return err
		}
	}
	if t.table == "" {
		return nil
	}
	if len(t.languages()) > 1 {
		return complain("translate.which", nil)
	}
	say := t.words.say
	header := []string{
		say("translate.column.id"), say("translate.column.where"), say("translate.column.french"),
		say("translate.column.text"), say("translate.column.state"),
	}
	states := map[content.SentenceState]string{}
	for _, state := range []content.SentenceState{content.FreshSentence, content.OldSentence, content.OpenSentence} {
		states[state] = say("translate.state." + string(state))
	}
	return writeNew(t.table, content.CSV(t.all, header, states))
}

// save writes a file of translations.
func save(path string, one *content.Translation) error {
	data := one.Bytes()
	if !content.Fits(data) {
		return complain("usage.path.write", content.ErrTooLarge, "path", path)
	}
	return rewrite(path, one.Before, data)
}
