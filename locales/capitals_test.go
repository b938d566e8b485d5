package locales_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
)

// A learner can only write what we tell them to: a word in capitals is a
// command of that language, or an answer the sentence asks for.
func TestWordsInCapitalsAreCommands(t *testing.T) {
	for _, language := range spoken {
		known := commands(t, language)
		shown := map[string]bool{}
		for id, text := range said(t, language) {
			for _, word := range shownWords(text) {
				shown[known[fold(word)]] = true
				if known[fold(word)] == "" && id != "bot.refused.yes-no" {
					t.Errorf("%s %s tells to write %q, which is no command", language, id, word)
				}
			}
		}
		for _, command := range known {
			if !shown[command] {
				t.Errorf("%s: no sentence tells about the command %s", language, command)
			}
		}
	}
}

// shownWords lists the words that a text tells to write: those of two letters
// and more that have only capitals and, where letters have no capitals, what
// stands between « and ».
func shownWords(text string) []string {
	for _, two := range []string{"MES RAPPELS", "MY REMINDERS"} { // the command of two words
		if strings.Contains(text, two) {
			return append(shownWords(strings.ReplaceAll(text, two, "")), two)
		}
	}
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) })
	words = slices.DeleteFunc(words, func(w string) bool {
		return utf8.RuneCountInString(w) < 2 || strings.ToUpper(w) != w || strings.ToLower(w) == w
	})
	for quoted := range strings.SplitSeq(text, "«") {
		quoted, _, closed := strings.Cut(quoted, "»")
		if closed && quoted == strings.ToUpper(quoted) && quoted == strings.ToLower(quoted) && !strings.Contains(quoted, "{") {
			words = append(words, quoted)
		}
	}
	return words
}

// PAUSE rests, STOP ends all messages: only the list of commands names both.
func TestPauseAndStopAreNeverConfused(t *testing.T) {
	for _, language := range spoken {
		for id, text := range said(t, language) {
			lower := strings.ToLower(text)
			rests := strings.Contains(lower, "pause") || strings.Contains(lower, "استراحة")
			ends := strings.Contains(lower, "stop") || strings.Contains(lower, "إيقاف")
			if rests && ends && strings.TrimSuffix(id, ".sms") != "bot.help" {
				t.Errorf("%s %s speaks of both: %s", language, id, text)
			}
		}
	}
	if text := said(t, "fr")["bot.rest"]; strings.Contains(strings.ToLower(text), "arrêt") {
		t.Errorf("the answer to PAUSE speaks of stopping: %s", text)
	}
}

// deadlines lists the ids of what is said of the deadlines that come with the
// program.
func deadlines(t *testing.T) []string {
	t.Helper()
	var tables map[string]struct {
		Group string `toml:"group"`
	}
	if _, err := toml.DecodeFile("../content/dates/deadlines.toml", &tables); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for id, table := range tables {
		line := "bot.deadline." + id
		ids = append(ids, line)
		if table.Group != "" {
			line = "bot.deadline." + table.Group
			ids = append(ids, line, line+".which", "bot.deadline."+id+".words")
		}
		ids = append(ids, line+".on", line+".off", line+".reminder")
	}
	return ids
}
