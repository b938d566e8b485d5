package gsm_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"passerelle/flows/gsm"
)

// A size is a [gsm.Size], short enough for a table.
type size struct {
	Unicode         bool
	Units, Segments int
}

func TestMeasure(t *testing.T) {
	a, e, emoji := strings.Repeat("a", 200), strings.Repeat("ê", 200), strings.Repeat("😀", 60)
	ae := func(n int) string { return string([]rune(e)[:n]) }
	tests := []struct {
		name, text string
		want       size
	}{
		{"nothing is one segment", "", size{false, 0, 1}},
		{"letters", "Bonjour", size{false, 7, 1}},
		{"accents of the alphabet", "àèéùìòäöüñÉÇ", size{false, 12, 1}},
		{"Greek capitals of the alphabet", "ΔΦΓΛΩΠΨΣΘΞ", size{false, 10, 1}},
		{"pairs", "€[]{}\\^~|\f", size{false, 20, 1}},
		{"the escape itself", "\x1b", size{true, 1, 1}},
		{"a tabulator", "a\tb", size{true, 3, 1}},
		{"a small ç", "ça", size{true, 2, 1}},
		{"pairs are single in Unicode", "ç€", size{true, 2, 1}},
		{"an emoji", "😀", size{true, 2, 1}},
		{"no UTF-8", "a\xff", size{true, 2, 1}},
		{"160", a[:160], size{false, 160, 1}},
		{"161", a[:161], size{false, 161, 2}},
		{"306", a + a[:106], size{false, 306, 2}},
		{"307", a + a[:107], size{false, 307, 3}},
		{"a pair moves on", a[:152] + "€" + a[:152], size{false, 306, 3}},
		{"a pair fits", a[:151] + "€" + a[:153], size{false, 306, 2}},
		{"a pair in a text of one segment", a[:152] + "€" + a[:6], size{false, 160, 1}},
		{"70", ae(70), size{true, 70, 1}},
		{"71", ae(71), size{true, 71, 2}},
		{"134", ae(134), size{true, 134, 2}},
		{"135", ae(135), size{true, 135, 3}},
		{"an emoji moves on", emoji[:4*33] + "ê" + emoji[:4*33], size{true, 133, 2}},
		{"emojis leave a place in each", strings.Repeat("😀", 67), size{true, 134, 3}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := size(gsm.Measure(tt.text)); got != tt.want {
				t.Errorf("Measure = %+v, want %+v", got, tt.want)
			}
		})
	}
}

// What segments hold is just what a text may fill.
func TestRoom(t *testing.T) {
	for _, letter := range []string{"a", "ê"} {
		for segments := 1; segments <= 4; segments++ {
			room := gsm.Measure(letter).Room(segments)
			full, over := gsm.Measure(strings.Repeat(letter, room)), gsm.Measure(strings.Repeat(letter, room+1))
			if full.Segments != segments || over.Segments != segments+1 {
				t.Errorf("%d times %s in %d segments, one more in %d, want %d", room, letter, full.Segments, over.Segments, segments)
			}
		}
	}
}

func TestSplit(t *testing.T) {
	a := strings.Repeat("a", 153)
	tests := []struct {
		name, text string
		want       []string
	}{
		{"nothing", "", []string{""}},
		{"one", a + "bcdefgh", []string{a + "bcdefgh"}},
		{"two", a + "bcdefghi", []string{a, "bcdefghi"}},
		{"no pair is cut", a[1:] + "€" + a, []string{a[1:], "€" + a[2:], "aa"}},
		{"no surrogates are cut", strings.Repeat("😀", 36), []string{strings.Repeat("😀", 33), "😀😀😀"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := gsm.Split(tt.text); !slices.Equal(got, tt.want) {
				t.Errorf("Split = %q, want %q", got, tt.want)
			}
		})
	}
}

// corpus are the sentences of everyday French.
func corpus(tb testing.TB) []string {
	tb.Helper()
	text, err := os.ReadFile("testdata/corpus-fr.txt")
	if err != nil {
		tb.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) != 200 {
		tb.Fatalf("the corpus has %d sentences", len(lines))
	}
	return lines
}

// The corpus as it is sent needs at most 0.70 of the segments as written.
func TestCorpusIsCheaper(t *testing.T) {
	written, sent, unicode, stay := 0, 0, 0, 0
	for _, text := range corpus(t) {
		before, after := gsm.Measure(text), gsm.Measure(gsm.Rewrite(text))
		written += before.Segments
		sent += after.Segments
		if before.Unicode {
			unicode++
		}
		if after.Unicode {
			stay++
		}
	}
	t.Logf("%d segments as written, %d as sent (%.2f); %d sentences in Unicode, then %d",
		written, sent, float64(sent)/float64(written), unicode, stay)
	if 100*sent > 70*written {
		t.Errorf("%d segments of %d", sent, written)
	}
}
