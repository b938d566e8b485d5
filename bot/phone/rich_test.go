package phone

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestParagraphs(t *testing.T) {
	tests := []struct {
		name, text string
		want       []paragraph
	}{
		{"nothing", "", nil},
		{"plain", "Bonjour", []paragraph{{{{Text: "Bonjour"}}}}},
		{"two paragraphs", "Un\n\n\n\nDeux", []paragraph{{{{Text: "Un"}}}, {{{Text: "Deux"}}}}},
		{"two lines", "Un\nDeux", []paragraph{{{{Text: "Un"}}, {{Text: "Deux"}}}}},
		{"bold", "a **b** c", []paragraph{{{{Text: "a "}, {Text: "b", Bold: true}, {Text: " c"}}}}},
		{"bold at both ends", "**a** b **c**", []paragraph{{{{Text: "a", Bold: true}, {Text: " b "}, {Text: "c", Bold: true}}}}},
		{"stars alone", "2 ** 3", []paragraph{{{{Text: "2 ** 3"}}}}},
		{"stars left over", "**a** b ** c", []paragraph{{{{Text: "a", Bold: true}, {Text: " b ** c"}}}}},
		{"link", "Allez : https://a.fr/b?c=1.", []paragraph{{{{Text: "Allez : "}, {Text: "https://a.fr/b?c=1", Link: "https://a.fr/b?c=1"}, {Text: "."}}}}},
		{"link in quotes", "« https://a.fr »", []paragraph{{{{Text: "« "}, {Text: "https://a.fr", Link: "https://a.fr"}, {Text: " »"}}}}},
		{"bold link", "**https://a.fr**", []paragraph{{{{Text: "https://a.fr", Bold: true, Link: "https://a.fr"}}}}},
		{"no address", "https:// rien", []paragraph{{{{Text: "https://"}, {Text: " rien"}}}}},
		{"script address", "javascript:alert(1)", []paragraph{{{{Text: "javascript:alert(1)"}}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, paragraphs(tt.text)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// No word is lost or invented, whatever the text.
func TestParagraphsKeepEveryWord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{
			"a", " ", "**", "*", "\n", "\n\n", "https://", "https://a.fr", ".", "é", "<b>", "»",
		})).Draw(t, "text"), "")
		var got strings.Builder
		for _, p := range paragraphs(text) {
			for _, l := range p {
				for _, s := range l {
					got.WriteString(s.Text)
				}
			}
		}
		bare := strings.NewReplacer("*", "", "\n", "")
		if bare.Replace(got.String()) != bare.Replace(text) {
			t.Fatalf("%q became %q", text, got.String())
		}
	})
}
