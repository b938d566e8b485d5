package locales_test

import (
	"io/fs"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"passerelle/locales"
)

// mutations is how many spoilt files are tried.
func mutations() int {
	if os.Getenv("PASSERELLE_LONG") != "" {
		return 100_000
	}
	return 1_000
}

// spoil changes a good file in one to four places.
func spoil(t *rapid.T, text string) string {
	pieces := []string{"", "\"", "'", "[", "]", "[[", "=", "\n", "{", "}", ".", "\\", "\\u0", "#", "\x00", "\xff", "\"\"\"", "'''", "é", "1e9", "true", "1979-05-27", "other", "one = \"x\"\n"}
	for range rapid.IntRange(1, 4).Draw(t, "times") {
		at := rapid.IntRange(0, len(text)).Draw(t, "at")
		cut := rapid.IntRange(0, min(20, len(text)-at)).Draw(t, "cut")
		text = text[:at] + rapid.SampledFrom(pieces).Draw(t, "piece") + text[at+cut:]
	}
	return text
}

// A spoilt file is read, or refused with its place: the reader never breaks.
func TestSpoiltFiles(t *testing.T) {
	const name = "bot.fr.toml"
	whole, err := fs.ReadFile(locales.Embedded(), name)
	if err != nil {
		t.Fatal(err)
	}
	good := string(whole[:3000])
	good = good[:strings.LastIndex(good, "\n[")]
	refused, seen := 0, 0
	for seen < mutations() {
		rapid.Check(t, func(t *rapid.T) {
			seen++
			text := spoil(t, good)
			language, messages, err := locales.Parse(name, []byte(text))
			if err != nil {
				refused++
				checkPlaces(t, name, text, err)
				return
			}
			if language != "fr" {
				t.Fatalf("language = %q", language)
			}
			for id, text := range messages {
				if text == "" || !utf8.ValidString(text) || !utf8.ValidString(id) {
					t.Fatalf("message %q = %q", id, text)
				}
			}
		})
	}
	t.Logf("%d of %d spoilt files refused", refused, seen)
	if refused == 0 || refused == seen {
		t.Errorf("%d of %d spoilt files refused: the spoiling tests nothing", refused, seen)
	}
}

// checkPlaces checks that every line of an error begins with the file and an
// existing line.
func checkPlaces(t *rapid.T, name, text string, err error) {
	for line := range strings.Lines(err.Error()) {
		rest, found := strings.CutPrefix(line, name+":")
		number, _, colon := strings.Cut(rest, ": ")
		if n, err := strconv.Atoi(number); err != nil || !found || !colon || n < 1 || n > strings.Count(text, "\n")+1 {
			t.Fatalf("no place in the line %q", line)
		}
	}
}

// Whatever the arguments, the text around the places stays, and nothing
// breaks.
func TestAnyArguments(t *testing.T) {
	b := shelf(t, map[string]string{"bot.fr.toml": "[\"x\"]\nother = \"<{a}|{b}>\"\n"})
	rapid.Check(t, func(t *rapid.T) {
		a, c := rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b")
		n := rapid.String().Draw(t, "count")
		text, _, ok := b.Text("fr", "x", locales.Arg{Name: "a", Value: a}, locales.Arg{Name: "b", Value: c}, locales.Arg{Name: "count", Value: n})
		if want := "<" + a + "|" + c + ">"; text != want || !ok {
			t.Fatalf("Text = %q, want %q", text, want)
		}
	})
}

// The TOML reader gives no place to a carriage return at the very beginning.
func TestParseErrorWithoutAPlace(t *testing.T) {
	_, _, err := locales.Parse("a.fr.toml", []byte("\r[x]\n"))
	if err == nil || !strings.HasPrefix(err.Error(), "a.fr.toml:1: this line is not understood") {
		t.Errorf("error %v", err)
	}
}
