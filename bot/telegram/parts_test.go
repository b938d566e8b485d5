package telegram

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/go-telegram/bot/models"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"passerelle/flows"
)

// boldWords are the bold words of a part, read as Telegram does: in UTF-16.
func boldWords(t rapid.TB, text string, entities []models.MessageEntity) []string {
	t.Helper()
	code := utf16.Encode([]rune(text))
	var words []string
	for _, e := range entities {
		if e.Type != models.MessageEntityTypeBold || e.Offset < 0 || e.Length < 1 || e.Offset+e.Length > len(code) {
			t.Fatalf("the entity %+v is outside %q", e, text)
		}
		words = append(words, string(utf16.Decode(code[e.Offset:e.Offset+e.Length])))
	}
	return words
}

func TestBold(t *testing.T) {
	tests := []struct {
		name, text, want string
		bold             []string
	}{
		{"plain", "Bonjour.", "Bonjour.", nil},
		{"bold", "Un **mot** gras.", "Un mot gras.", []string{"mot"}},
		{"two", "**Un** et **deux**.", "Un et deux.", []string{"Un", "deux"}},
		{"all of it", "**Tout**", "Tout", []string{"Tout"}},
		{"after an emoji", "👍🏽 **é** 👨‍👩‍👧 **oui**", "👍🏽 é 👨‍👩‍👧 oui", []string{"é", "oui"}},
		{"an emoji", "Touchez **🔒 ici**.", "Touchez 🔒 ici.", []string{"🔒 ici"}},
		{"Arabic", "اكتب **نعم** هنا", "اكتب نعم هنا", []string{"نعم"}},
		{"two lines", "a **b**\n**c** d", "a b\nc d", []string{"b", "c"}},
		{"blanks inside", "a ** b ** c", "a  b  c", []string{"b"}},
		{"no partner", "2 ** 3", "2 ** 3", nil},
		{"no partner on this line", "a **b\nc** d", "a **b\nc** d", nil},
		{"third without partner", "**a** b ** c", "a b ** c", []string{"a"}},
		{"nothing between", "mot de passe : ****", "mot de passe : ****", nil},
		{"one star", "5 * 3 * 2", "5 * 3 * 2", nil},
		{"an address", "jeanne_martin@laposte.net", "jeanne_martin@laposte.net", nil},
		{"signs of other markups", "_a_ `b` [c](d) <b>e</b> &amp; ~f~ ||g||", "_a_ `b` [c](d) <b>e</b> &amp; ~f~ ||g||", nil},
		{"around", "\n  a **b** \n", "a b", []string{"b"}},
		{"other ends of lines", "a\r\nb\rc\td\x1b[31m\x00", "a\nb\nc d[31m", nil},
		{"broken", "a\xff**b\xfe**", "a\uFFFDb\uFFFD", []string{"b\uFFFD"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			all := parts(flows.Message{Text: tt.text})
			if len(all) != 1 || all[0].text != tt.want {
				t.Fatalf("got %+v, want %q", all, tt.want)
			}
			if diff := cmp.Diff(tt.bold, boldWords(t, all[0].text, all[0].entities())); diff != "" {
				t.Errorf("bold (-want +got):\n%s", diff)
			}
		})
	}
}

// A sheet is what a test expects of a part: "[photo]" and its text, and the
// buttons.
func sheet(all []part) []string {
	var shown []string
	for _, p := range all {
		line := p.text
		if p.photo {
			line = "[photo] " + line
		}
		if p.buttons != nil {
			for _, row := range p.buttons.InlineKeyboard {
				line += " |"
				for _, b := range row {
					line += " " + b.Text + " = " + b.CallbackData
				}
			}
		}
		shown = append(shown, line)
	}
	return shown
}

func TestParts(t *testing.T) {
	pic := &flows.Picture{Alt: "Une pomme **rouge**."}
	yesNo := []flows.Button{{Label: "Oui"}, {Label: "Non"}}
	long := strings.Repeat("a", maxCaption)
	tests := []struct {
		name string
		m    flows.Message
		want []string
	}{
		{"nothing", flows.Message{}, nil},
		{"blanks", flows.Message{Text: " \n\u200b\u2068\u2069 "}, nil},
		{"nothing from an aidant", flows.Message{Text: " ", Aidant: "Léa"}, nil},
		{"an aidant", flows.Message{Text: "Je **suis** là.", Aidant: "Léa **M**"}, []string{"Léa **M** : Je suis là."}},
		{"an aidant in Arabic", flows.Message{Text: "نعم", Aidant: "Léa", RTL: true}, []string{"\u2068Léa\u2069 : نعم"}},
		{"choices", flows.Message{Turn: 7, Text: "Ça va ?", Choices: yesNo}, []string{"Ça va ? | Oui = 7.0 | Non = 7.1"}},
		{"only choices", flows.Message{Turn: 7, Choices: yesNo}, []string{"… | Oui = 7.0 | Non = 7.1"}},
		{
			"labels",
			flows.Message{Turn: 1, Text: "?", Choices: []flows.Button{{Label: " "}, {Label: "a\nb "}, {Label: strings.Repeat("mot ", 30)}}},
			[]string{"? | 1 = 1.0 | a b = 1.1 | " + strings.Repeat("mot ", 14) + "mot… = 1.2"},
		},
		{"a picture", flows.Message{Turn: 1, Text: "Voici.", Picture: pic, Choices: yesNo}, []string{"[photo] Voici. | Oui = 1.0 | Non = 1.1"}},
		{"a picture alone", flows.Message{Picture: pic}, []string{"[photo] Une pomme **rouge**."}},
		{"a picture without any word", flows.Message{Picture: &flows.Picture{}}, []string{"[photo] "}},
		{"a full caption", flows.Message{Text: long, Picture: pic}, []string{"[photo] " + long}},
		{
			"more than a caption",
			flows.Message{Turn: 2, Text: long + "b", Picture: pic, Choices: yesNo},
			[]string{"[photo] Une pomme **rouge**.", long + "b | Oui = 2.0 | Non = 2.1"},
		},
		{
			"markup counts for nothing",
			flows.Message{Text: "**" + long + "**", Picture: pic},
			[]string{"[photo] " + long},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, sheet(parts(tt.m))); diff != "" {
				t.Errorf("parts (-want +got):\n%s", diff)
			}
		})
	}
}

// Telegram drops what is bold beyond the hundredth.
func TestManyBoldWords(t *testing.T) {
	text := strings.Repeat("**a** ", 150)
	for _, m := range []flows.Message{{Text: text}, {Text: text, Picture: &flows.Picture{}}} {
		bold := 0
		for _, p := range parts(m) {
			n := len(boldWords(t, p.text, p.entities()))
			if n > maxBold {
				t.Errorf("%d bold words in one part", n)
			}
			bold += n
		}
		if bold != 150 {
			t.Errorf("%d bold words, want 150", bold)
		}
	}
}

func TestManyButtons(t *testing.T) {
	m := flows.Message{Turn: 1 << 63, Text: "?", Choices: make([]flows.Button, 101)}
	rows := parts(m)[0].buttons.InlineKeyboard
	if len(rows) != maxButtons {
		t.Errorf("%d buttons, Telegram takes 100", len(rows))
	}
	for _, row := range rows {
		if len(row) != 1 || len(row[0].CallbackData) > 64 || row[0].Text == "" {
			t.Errorf("a row %+v", row)
		}
	}
}

func TestSplit(t *testing.T) {
	word := strings.Repeat("m", 9) + " " // ten letters
	tests := []struct {
		name, text string
		want       []string
	}{
		{"it fits", strings.Repeat("a", 40), []string{strings.Repeat("a", 40)}},
		{"a paragraph", "Un. Deux\n\ntrois quatre\nCinq six sept huit neuf", []string{"Un. Deux\n\ntrois quatre", "Cinq six sept huit neuf"}},
		{"no tiny piece", "Un\n\n" + word + word + word + word, []string{"Un\n\n" + word + word + strings.TrimSpace(word), strings.TrimSpace(word)}},
		{"a line", "Un deux trois quatre\ncinq six. Sept huit neuf", []string{"Un deux trois quatre", "cinq six. Sept huit neuf"}},
		{"a sentence", "Un deux trois quatre ! Cinq six sept huit neuf", []string{"Un deux trois quatre !", "Cinq six sept huit neuf"}},
		{"a word", word + word + word + word + "fin", []string{word + word + word + strings.TrimSpace(word), "fin"}},
		{"no blank", strings.Repeat("a", 90), []string{strings.Repeat("a", 40), strings.Repeat("a", 40), strings.Repeat("a", 10)}},
		{"emoji", strings.Repeat("🙂", 30), []string{strings.Repeat("🙂", 20), strings.Repeat("🙂", 10)}},
		{"emoji and one more", "a" + strings.Repeat("🙂", 30), []string{"a" + strings.Repeat("🙂", 19), strings.Repeat("🙂", 11)}},
		{"Arabic", strings.Repeat("كلمة ", 10), []string{strings.TrimSpace(strings.Repeat("كلمة ", 8)), "كلمة كلمة"}},
		{"before bold words", "Un deux trois quatre **cinq six sept huit neuf**", []string{"Un deux trois quatre", "**cinq six sept huit neuf**"}},
		{
			"within bold words", "Un **deux trois quatre cinq six sept huit neuf dix onze**",
			[]string{"Un **deux trois quatre cinq six sept huit**", "**neuf dix onze**"},
		},
		{"before a link", "Un deux trois : https://exemple.fr/une/page", []string{"Un deux trois :", "https://exemple.fr/une/page"}},
		{"blanks at the end", strings.Repeat("a", 40) + strings.Repeat("\n", 50) + "b", []string{strings.Repeat("a", 40), "b"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, p := range readProse(tt.text).split(40) {
				got = append(got, markup(p))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("pieces (-want +got):\n%s", diff)
			}
		})
	}
}

// markup writes a prose as lessons do.
func markup(p prose) string {
	var b strings.Builder
	at := 0
	for _, s := range p.bold {
		b.WriteString(p.text[at:s.from] + "**" + p.text[s.from:s.to] + "**")
		at = s.to
	}
	return b.String() + p.text[at:]
}

// A wording is a text as an editor writes it, and as people are to read it.
type wording struct {
	written, read string
	bold          []string
}

// wordings draws texts of all kinds, some very long.
func wordings(t *rapid.T, longest int) wording {
	var w wording
	words := rapid.SampledFrom([]string{
		"mot", "é", "🙂", "👨‍👩‍👧", "كلمة", "jeanne_martin@laposte.net", "https://exemple.fr/a?b=c", "L’été.", "Oui !", "_", "<b>", "&amp;", "\u2068a\u2069",
		strings.Repeat("long", 300), strings.Repeat("🙂", 600),
	})
	between := rapid.SampledFrom([]string{" ", "\n", "\n\n", ". ", " "})
	for range rapid.IntRange(0, longest).Draw(t, "words") {
		word, gap := words.Draw(t, "word"), between.Draw(t, "gap")
		if rapid.Bool().Draw(t, "bold") {
			w.written += "**" + word + "**" + gap
			w.bold = append(w.bold, word)
		} else {
			w.written += word + gap
		}
		w.read += word + gap
	}
	return w
}

// messages draws messages and what they say.
func messages(t *rapid.T) (flows.Message, wording) {
	w := wordings(t, rapid.SampledFrom([]int{3, 40, 400}).Draw(t, "longest"))
	m := flows.Message{Turn: rapid.Uint64().Draw(t, "turn"), Text: w.written}
	for range rapid.IntRange(0, 5).Draw(t, "choices") {
		m.Choices = append(m.Choices, flows.Button{Label: rapid.String().Draw(t, "label")})
	}
	if rapid.Bool().Draw(t, "picture") {
		m.Picture = &flows.Picture{Revision: "r1", Flow: "pommes", Name: "pomme.svg", Alt: wordings(t, 30).written}
	}
	return m, w
}

// solid is a text without blanks: those between two parts are not sent.
func solid(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
}

// Whatever the message, its parts together say what it says, each within the
// limits.
func TestPartsSayAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, w := messages(t)
		said, bold := "", ""
		for _, p := range parts(m) {
			most := maxText
			if p.photo {
				most = maxCaption
			}
			if n := len(utf16.Encode([]rune(p.text))); n > most || !utf8.ValidString(p.text) || (!p.photo && strings.TrimSpace(p.text) == "") {
				t.Fatalf("a part of %d units: %q", n, p.text)
			}
			if p.photo && solid(p.text) != solid(w.read) {
				continue // the caption is what one sees on the picture
			}
			if len(p.entities()) > maxBold {
				t.Fatalf("%d entities", len(p.entities()))
			}
			said += p.text
			bold += strings.Join(boldWords(t, p.text, p.entities()), "")
		}
		if blank(w.read) && len(m.Choices) > 0 && m.Picture == nil {
			said = strings.TrimPrefix(said, "…")
		}
		if solid(said) != solid(w.read) {
			t.Fatalf("the parts say %q instead of %q", said, w.read)
		}
		if want := strings.Join(w.bold, ""); solid(bold) != solid(want) {
			t.Fatalf("bold is %q instead of %q", bold, want)
		}
	})
}

func TestShorten(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"short", "dix lettre", "dix lettre"},
		{"after a word", "un deux trois", "un deux…"},
		{"one word", "anticonstitutionnel", "anticonst…"},
		{"no half emoji", "🙂🙂🙂🙂🙂🙂", "🙂🙂🙂🙂…"},
		{"no comma at the end", "un deux, trois", "un deux…"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := shorten(tt.text, 10); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
