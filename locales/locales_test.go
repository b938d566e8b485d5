package locales_test

import (
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"passerelle/locales"
)

// shelf loads files written in a test.
func shelf(t testing.TB, files map[string]string) *locales.Bundle {
	t.Helper()
	b, err := locales.Load(folder(files))
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	return b
}

func folder(files map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

// small is a shelf of three languages, none of them complete.
func small(t testing.TB) *locales.Bundle {
	t.Helper()
	return shelf(t, map[string]string{
		"bot.fr.toml": `
["bot.hello"]
description = "greets"
other = "Bonjour {name}, voici {thing}."
["bot.only"]
other = "Seulement ici."
["bot.braces"]
other = "{{.Name}} {{ {name}} {name"
["bot.words"]
other = "{words}"`,
		"bot.en.toml": "[\"bot.hello\"]\nother = \"Hello {name}, here is {thing}.\"\n",
		"bot.ar.toml": "[\"bot.hello\"]\nother = \"مرحبا {name}، إليك {thing}.\"\n",
		"lint.fr.toml": "\"lint.bare\" = \"Une phrase sans table\"\n" +
			"[\"lint.later\"]\ndescription = \"not translated yet\"\nother = \"\"\n",
	})
}

func TestText(t *testing.T) {
	b := small(t)
	args := []locales.Arg{{Name: "name", Value: "Léa"}, {Name: "thing", Value: "le menu"}}
	tests := []struct {
		name, language, id string
		args               []locales.Arg
		text, used         string
		ok                 bool
	}{
		{"the language asked", "en", "bot.hello", args, "Hello Léa, here is le menu.", "en", true},
		{"a wider language", "en-GB", "bot.hello", args, "Hello Léa, here is le menu.", "en", true},
		{"right to left sets values apart", "ar", "bot.hello", args, "مرحبا \u2068Léa\u2069، إليك \u2068le menu\u2069.", "ar", true},
		{"the default for what is missing", "ar", "bot.only", nil, "Seulement ici.", "fr", true},
		{"the default for a language not loaded", "ti", "bot.only", nil, "Seulement ici.", "fr", true},
		{"the default for no language", "", "bot.only", nil, "Seulement ici.", "fr", true},
		{"the default for nonsense", "??-", "bot.only", nil, "Seulement ici.", "fr", true},
		{"nobody has it", "en", "bot.none", args, "", "", false},
		{"empty id", "fr", "", nil, "", "", false},
		{"a text not yet translated is missing", "fr", "lint.later", nil, "", "", false},
		{"a bare text", "fr", "lint.bare", nil, "Une phrase sans table", "fr", true},
		{"a place without its argument stays", "fr", "bot.hello", args[:1], "Bonjour Léa, voici {thing}.", "fr", true},
		{"no argument at all", "fr", "bot.hello", nil, "Bonjour {name}, voici {thing}.", "fr", true},
		{"template language is only text", "fr", "bot.braces", args, "{{.Name}} {{ Léa} {name", "fr", true},
		{
			"a value fetches no other value", "fr", "bot.words",
			[]locales.Arg{{Name: "words", Value: "{secret} {words}"}, {Name: "secret", Value: "x"}},
			"{secret} {words}", "fr", true,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text, used, ok := b.Text(tt.language, tt.id, tt.args...)
			if text != tt.text || used != tt.used || ok != tt.ok {
				t.Errorf("Text = %q, %q, %v\nwant   %q, %q, %v", text, used, ok, tt.text, tt.used, tt.ok)
			}
		})
	}
}

func TestPlurals(t *testing.T) {
	b := shelf(t, map[string]string{
		"bot.fr.toml": `
["n"]
one = "{count} point"
other = "{count} points"
["flat"]
other = "total {count}"`,
		"bot.en.toml": "[\"n\"]\none = \"{count} point\"\nother = \"{count} points\"\n",
		"bot.ar.toml": `
["n"]
zero = "zero"
one = "one"
two = "two"
few = "few"
many = "many"
other = "other"`,
	})
	tests := []struct{ language, count, want string }{
		{"fr", "0", "0 point"},
		{"fr", "1", "1 point"},
		{"fr", "1.5", "1.5 point"},
		{"fr", "2", "2 points"},
		{"fr", "1000000", "1000000 points"}, // CLDR form "many", not written here
		{"fr", "beaucoup", "beaucoup points"},
		{"fr", "", " points"},
		{"fr", "1e9999", "1e9999 points"},
		{"en", "0", "0 points"},
		{"en", "1", "1 point"},
		{"en", "1.5", "1.5 points"},
		{"en", "-1", "-1 point"},
		{"ar", "0", "zero"},
		{"ar", "1", "one"},
		{"ar", "2", "two"},
		{"ar", "3", "few"},
		{"ar", "10", "few"},
		{"ar", "11", "many"},
		{"ar", "99", "many"},
		{"ar", "100", "other"},
		{"ar", "1.5", "other"},
		{"ar", "103", "few"},
	}
	for _, tt := range tests {
		t.Run(tt.language+" "+tt.count, func(t *testing.T) {
			if got, _, ok := b.Text(tt.language, "n", locales.Arg{Name: "count", Value: tt.count}); got != tt.want || !ok {
				t.Errorf("Text = %q, %v, want %q", got, ok, tt.want)
			}
		})
	}
	if got, _, _ := b.Text("fr", "flat", locales.Arg{Name: "count", Value: "1"}); got != "total 1" {
		t.Errorf("a text without plural forms = %q", got)
	}
}

func TestLoadErrors(t *testing.T) {
	const good = "[\"a\"]\nother = \"x\"\n"
	tests := []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"not TOML", map[string]string{"bot.fr.toml": good + "\n[\"b\"\nother = 1"}, "bot.fr.toml:4: this line is not understood: "},
		{"id twice in a file", map[string]string{"bot.fr.toml": good + good}, "bot.fr.toml:3: this line is not understood: "},
		{"id in two files", map[string]string{"bot.fr.toml": good, "lint.fr.toml": "\n" + good}, "lint.fr.toml:2: a: another file of this language has it already: remove one"},
		{"unknown field", map[string]string{"bot.fr.toml": good + "[\"b\"]\nothr = \"x\""}, `bot.fr.toml:3: b: "othr" is not known here: `},
		{"field that is no text", map[string]string{"bot.fr.toml": good + "[\"b\"]\nother = 3"}, `bot.fr.toml:3: b: "other" is a text: write it between quotes`},
		{"sentence that is no text", map[string]string{"bot.fr.toml": "\n\nb = 3"}, "bot.fr.toml:3: b: a sentence is a text between quotes"},
		{"id without quotes", map[string]string{"bot.fr.toml": good + "[bot.menu]\nother = \"x\""}, `bot.fr.toml:3: bot: the id is cut at its dot: write it between quotes, ["bot.menu"]`},
		{"plural without general form", map[string]string{"bot.fr.toml": "[\"b\"]\none = \"x\""}, `bot.fr.toml:1: b: the general form is missing: add other = "…"`},
		{"no language", map[string]string{"bot.toml": good}, "bot.toml:1: the name does not say the language: "},
		{"unknown language", map[string]string{"bot.q.toml": good}, "bot.q.toml:1: the name does not say the language: "},
		{"language not in its usual form", map[string]string{"bot.FR.toml": good}, "bot.FR.toml:1: the name does not say the language: "},
		{"not UTF-8", map[string]string{"bot.fr.toml": good + "# \xff"}, "bot.fr.toml:3: this is not UTF-8 text: "},
		{"too large", map[string]string{"bot.fr.toml": "#" + strings.Repeat("x", 1<<20)}, "bot.fr.toml:1: the file is too large: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b, err := locales.Load(folder(tt.files))
			if err == nil || !strings.Contains(err.Error(), tt.want) || b != nil {
				t.Errorf("Load = %v, %v\nwant the error %s", b, err, tt.want)
			}
		})
	}
}

func TestLoadTellsAllThatIsWrong(t *testing.T) {
	_, err := locales.Load(folder(map[string]string{
		"a.fr.toml": "[\"x\"]\nfoo = \"1\"\n[\"y\"]\nother = 2\n",
		"b.fr.toml": "[\"z\"]\none = \"1\"\n",
	}))
	if err == nil {
		t.Fatal("Load gives no error")
	}
	var places []string
	for line := range strings.Lines(err.Error()) {
		place, _, _ := strings.Cut(line, ": ")
		places = append(places, place)
	}
	if diff := cmp.Diff([]string{"a.fr.toml:1", "a.fr.toml:3", "b.fr.toml:1"}, places); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
}

func TestLists(t *testing.T) {
	b := small(t)
	if diff := cmp.Diff([]string{"fr", "ar", "en"}, b.Languages()); diff != "" {
		t.Errorf("Languages (-want +got):\n%s", diff)
	}
	want := []string{"bot.braces", "bot.hello", "bot.only", "bot.words", "lint.bare"}
	if diff := cmp.Diff(want, b.IDs("fr")); diff != "" {
		t.Errorf("IDs (-want +got):\n%s", diff)
	}
	if got := b.IDs("ti"); len(got) != 0 {
		t.Errorf("IDs of a language not loaded = %q", got)
	}
	b.Languages()[0] = "xx"
	if got := b.Languages()[0]; got != "fr" {
		t.Errorf("a caller changed the bundle: first language = %q", got)
	}
}

func TestRTL(t *testing.T) {
	for lang, want := range map[string]bool{
		"fr": false, "en": false, "ti": false, "ro": false, "": false, "??": false,
		"ar": true, "fa": true, "ps": true, "ur": true, "he": true, "ar-MA": true, "ckb": true, "uz-Arab": true,
	} {
		if got := locales.RTL(lang); got != want {
			t.Errorf("RTL(%q) = %v, want %v", lang, got, want)
		}
	}
}

func TestParse(t *testing.T) {
	language, messages, err := locales.Parse("lessons/creer-email/creer-email.en.toml", []byte("\ufeff"+
		"[\"creer-email.title\"]\r\ndescription = \"d\"\r\nhash = \"sha1-1\"\r\nother = \"Create an address\"\r\n"+
		"[\"creer-email.later\"]\r\nother = \"\"\r\n"))
	if err != nil || language != "en" {
		t.Fatalf("Parse = %q, %v", language, err)
	}
	if diff := cmp.Diff(map[string]string{"creer-email.title": "Create an address"}, messages); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

func TestPlaces(t *testing.T) {
	for text, want := range map[string][]string{
		"":                              nil,
		"none":                          nil,
		"{a} et {b}, {a}":               {"a", "b", "a"},
		"{prénom}":                      {"prénom"},
		"{} {not one} {#id} {{a} {open": {"a"},
		"a } b {c":                      nil,
	} {
		if diff := cmp.Diff(want, locales.Places(text)); diff != "" {
			t.Errorf("Places(%q) (-want +got):\n%s", text, diff)
		}
	}
}

func TestTextFromManyGoroutines(t *testing.T) {
	b := small(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 200 {
				if text, _, _ := b.Text("en", "bot.hello", locales.Arg{Name: "count", Value: "2"}); text == "" {
					t.Error("a text went missing")
				}
			}
		})
	}
	all.Wait()
}

func BenchmarkText(b *testing.B) {
	shelf, err := locales.Load(locales.Embedded())
	if err != nil {
		b.Fatal(err)
	}
	args := []locales.Arg{{Name: "lesson", Value: "Créer une adresse e-mail"}, {Name: "n", Value: "3"}, {Name: "of", Value: "12"}}
	b.Run("plain", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			shelf.Text("fr", "bot.menu")
		}
	})
	b.Run("arguments", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			shelf.Text("en", "bot.where", args...)
		}
	})
	b.Run("plural", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			shelf.Text("en", "bot.where", locales.Arg{Name: "count", Value: "3"})
		}
	})
}
