package gsm_test

import (
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"passerelle/flows/gsm"
)

// anyText is made of pieces that matter here, and of anything.
func anyText() *rapid.Generator[string] {
	piece := rapid.SampledFrom([]string{
		"Bonjour ", "être ", "l’heure ", "« Oui » ", "«\u00a0Non\u00a0» ", "…", " – ", "n° 5 ", "20 °C ", "sœur ", "ç", "É", "é", "e\u0301",
		"€", "[", "~", "\\", "\f", "😀", "👩\u200d🦰", "1\ufe0f\u20e3", "\n", "\n\n", ". ", " ? ", "a", "\u00ad", "\u200b", "\x1b", "\xff", "\t",
		"مرحبا ", "Привет ", "Ω", "α", "\u0958", strings.Repeat("abcdefg ", 18), strings.Repeat("x", 150), strings.Repeat("ê", 64),
	})
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.OneOf(piece, piece, rapid.String()), 0, 25).Draw(t, "pieces"), "")
	})
}

// foreigners are the letters of other scripts, in order.
func foreigners(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Arabic, unicode.Cyrillic, unicode.Han, unicode.Hebrew, unicode.Devanagari) || r == 'α' {
			return r
		}
		return -1
	}, text)
}

// What holds for the rewriting of every text.
func checkRewrite(t interface{ Fatalf(string, ...any) }, text string) {
	got := gsm.Rewrite(text)
	before, after := gsm.Measure(text), gsm.Measure(got)
	composed := norm.NFC.String(text)
	switch {
	case after.Segments > before.Segments:
		t.Fatalf("%q has %+v, rewritten %q %+v", text, before, got, after)
	case gsm.Rewrite(got) != got:
		t.Fatalf("%q becomes %q, then %q", text, got, gsm.Rewrite(got))
	case got != text && got != composed && after.Segments >= gsm.Measure(composed).Segments:
		t.Fatalf("%q is changed to %q and saves nothing", text, got)
	case foreigners(text) != "" && got != text && got != composed:
		t.Fatalf("%q has letters of another script, and becomes %q", text, got)
	}
}

// Joined, the segments are the text; there are as many as are counted; each
// but the last is full, and no character is cut.
func checkSplit(t interface{ Fatalf(string, ...any) }, text string) {
	pieces, size := gsm.Split(text), gsm.Measure(text)
	if strings.Join(pieces, "") != text || len(pieces) != size.Segments {
		t.Fatalf("%q, %+v, is cut into %q", text, size, pieces)
	}
	if len(pieces) == 1 {
		return
	}
	room := 153
	if size.Unicode {
		room = 67
	}
	units := 0
	for i, piece := range pieces {
		n := 0
		for _, r := range piece {
			n += weight(r, size.Unicode)
		}
		if n > room || n < room-1 && i < len(pieces)-1 {
			t.Fatalf("%q: the segment %q has %d units", text, piece, n)
		}
		units += n
	}
	if units != size.Units {
		t.Fatalf("%q: %+v, the segments have %d units", text, size, units)
	}
}

// weight counts a character in another way than the package does.
func weight(r rune, utf16 bool) int {
	switch {
	case utf16 && r > 0xffff:
		return 2
	case !utf16 && strings.ContainsRune("^{}\\[~]|€\f", r):
		return 2
	}
	return 1
}

// What holds for the messages of every step.
func checkStep(t interface{ Fatalf(string, ...any) }, s gsm.Step) {
	messages := s.Messages()
	if len(messages) > 3 {
		t.Fatalf("%+v: %d messages", s, len(messages))
	}
	if len(s.Choices) > 0 && len(messages) == 0 {
		t.Fatalf("%+v: no message", s)
	}
	for i, m := range messages {
		if strings.TrimSpace(m) == "" {
			t.Fatalf("%+v: an empty message in %q", s, messages)
		}
		last := i == len(messages)-1 && len(s.Choices) > 0
		if n := gsm.Measure(m).Segments; n > 2 && !last {
			t.Fatalf("%+v: %d segments in %q", s, n, m)
		}
	}
	if len(s.Choices) == 0 {
		return
	}
	alone := gsm.Step{Choices: s.Choices, AsWritten: true}.Messages()
	if s.AsWritten && !strings.HasSuffix(messages[len(messages)-1], alone[0]) {
		t.Fatalf("%+v: the choices are not whole in %q", s, messages)
	}
}

// letters are what must not be lost.
func letters(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, text)
}

func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := anyText().Draw(t, "text")
		checkRewrite(t, text)
		checkSplit(t, text)
		s := gsm.Step{
			Text: text, Choices: rapid.SliceOfN(anyText(), 0, 4).Draw(t, "choices"),
			Picture: rapid.SampledFrom([]string{"", "Un dessin"}).Draw(t, "picture"), AsWritten: rapid.Bool().Draw(t, "as written"),
		}
		checkStep(t, s)
		all := strings.Join(gsm.Step{Text: text, AsWritten: true}.Messages(), "\n")
		if kept := letters(all); !strings.HasSuffix(all, " ...") && kept != letters(text) {
			t.Fatalf("%q: the messages have %q", text, kept)
		}
	})
}

// TestMutants puts spoilt sentences through every door.
func TestMutants(t *testing.T) {
	rounds := 10
	if os.Getenv("PASSERELLE_LONG") != "" {
		rounds = 500
	}
	lines := corpus(t)
	r := rand.New(rand.NewPCG(2026, 11))
	for i, line := range lines {
		for range rounds {
			text := mutate(r, line+" "+lines[(i+7)%len(lines)], lines[r.IntN(len(lines))])
			checkRewrite(t, text)
			checkSplit(t, text)
			checkStep(t, gsm.Step{Text: text, Choices: []string{line[:r.IntN(len(line))], "Oui"}, AsWritten: r.IntN(2) == 0})
		}
	}
}

// mutate spoils a text a little: bytes dropped, doubled, exchanged, replaced,
// or a piece of another text put in.
func mutate(r *rand.Rand, text, other string) string {
	b := []byte(text)
	for range 1 + r.IntN(4) {
		i, j := r.IntN(len(b)), r.IntN(len(b))
		switch r.IntN(5) {
		case 0:
			b = append(b[:i], b[i+1:]...)
		case 1:
			b[i], b[j] = b[j], b[i]
		case 2:
			b[i] = byte(r.IntN(256))
		case 3:
			b = append(b[:i+1], other[r.IntN(len(other)):]...)
		case 4:
			b = append(b, b[min(i, j):max(i, j)]...)
		}
	}
	return string(b)
}
