package content

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"passerelle/flows"
	"passerelle/flows/intent"
	"passerelle/locales"
)

// Checks of translations: every sentence of a declared language is there, none
// is for a sentence that does not exist, and what goes for French goes for
// them.

// translated checks the translations of a lesson.
func (c *checker) translated() {
	declared := c.declared()
	for i := range c.translations {
		t := &c.translations[i]
		if t.language == "" {
			continue // not readable, and said so
		}
		if !slices.Contains(declared, string(t.language)) {
			t.add(place{}, cUndeclared, "language", string(t.language))
		}
		c.translation(t)
		c.old(t)
	}
	value, _ := c.get(hLanguages)
	for _, item := range value.list() {
		there := slices.ContainsFunc(c.translations, func(t translation) bool { return string(t.language) == item.text })
		if !there && item.text != "fr" && isLanguage(item.text) {
			c.add(item.at, cNoFileFor, "language", item.text, "file", c.folder+"."+item.text+".toml")
		}
	}
}

// translation checks one file, sentence by sentence, then for what it lacks.
func (c *checker) translation(t *translation) {
	for _, id := range sortedKeys(t.sentences) {
		if !c.translatable(id) {
			t.add(t.place(id), cUnknownID, "id", id, "suggestion", nearestID(id, sortedKeys(c.sentences)))
			continue
		}
		if _, link := addressIn(t.sentences[id]); link > 0 && strings.Contains(id, ".reminder.") {
			t.add(t.place(id), cReminderLink)
		}
		for _, name := range locales.Places(t.sentences[id]) {
			if isName(name) && !isFact(name) && !slices.Contains(c.fillable(), name) {
				t.add(t.place(id), cNeverFilled, "name", name, "suggestion", nearest(name, c.fillable()), "known", strings.Join(c.fillable(), ", "))
			}
		}
	}
	c.missing(t)
	c.translatedAnswers(t)
}

// translatable tells whether a key is a sentence of the lesson. A translation
// may have words and a text for SMS where French has none.
func (c *checker) translatable(id string) bool {
	if _, there := c.sentences[id]; there {
		return true
	}
	for _, extra := range []string{".words", ".sms"} {
		if base, cut := strings.CutSuffix(id, extra); cut {
			_, there := c.sentences[base]
			return there || base == c.folder
		}
	}
	return false
}

// nearestID looks for the key a translator meant. Keys share long beginnings,
// so only a few letters may differ.
func nearestID(id string, known []string) string {
	best := nearest(id, known)
	if distance([]rune(id), []rune(best), 4) >= 4 {
		return ""
	}
	return best
}

// missing complains, once for a file, about sentences left in French.
func (c *checker) missing(t *translation) {
	var left []string
	for _, id := range sortedKeys(c.sentences) {
		if _, done := t.sentences[id]; !done && !strings.HasSuffix(id, ".words") && !strings.HasSuffix(id, ".sms") {
			left = append(left, id)
		}
	}
	if len(left) > 0 {
		t.add(place{}, cUntranslated, "count", number(len(left)), "first", left[0], "language", string(t.language))
	}
}

// translatedAnswers checks that the answers of each step can be told apart from
// each other, and from commands, in the language of the translation.
func (c *checker) translatedAnswers(t *translation) {
	for _, s := range c.steps {
		seen := map[string]int{} // lines
		for i, a := range s.answers {
			id := string(c.flow.ID.Text(flows.StepID(s.id.text))) + ".choice." + a.id.text
			label, done := t.sentences[id]
			if !done {
				label = a.label.text
			}
			folded := intent.Fold(label)
			if line, twice := seen[folded]; twice {
				t.add(t.place(id), cAnswerTwice, "label", label, "line", number(line))
			}
			seen[folded] = t.place(id).line
			if done && c.commands[string(t.language)].Read(label) != intent.NoCommand {
				t.add(t.place(id), cLabelCommand, "label", label)
			}
			if done && saysOtherPlace(label, i, len(s.answers)) {
				t.add(t.place(id), cLabelPlace, "label", label, "number", number(i+1))
			}
			if !bare(label) && done {
				t.add(t.place(id), cLabelName)
			}
		}
	}
}

// place is where an id stands in the file: between the first quotes of a line.
func (t *translation) place(id string) place {
	if t.places == nil {
		t.places = map[string]place{}
		for i, text := range t.lines {
			before, rest, _ := strings.Cut(text, `"`)
			name, _, quoted := strings.Cut(rest, `"`)
			if _, known := t.places[name]; quoted && !known {
				t.places[name] = place{i + 1, utf8.RuneCountInString(before) + 2, utf8.RuneCountInString(name)}
			}
		}
	}
	return t.places[id]
}

// complain turns what the reader of sentences says, one "FILE:LINE: sentence" a
// line, into problems with their places.
func (t *translation) complain(err error) {
	for text := range strings.SplitSeq(err.Error(), "\n") {
		_, rest, _ := strings.Cut(text, ":")
		digits, sentence, _ := strings.Cut(rest, ": ")
		n, wrong := strconv.Atoi(digits)
		if wrong != nil || n < 1 || n > len(t.lines) {
			t.add(place{}, cTOML, "reason", text)
			continue
		}
		t.add(place{n, 1, max(1, utf8.RuneCountInString(t.lines[n-1]))}, cTOML, "reason", sentence)
	}
}
