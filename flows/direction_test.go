package flows

import (
	"slices"
	"testing"

	"passerelle/flows/gsm"
)

// A message from right to left has no isolates by SMS, and nothing of it is
// lost: a mark keeps numbers in order, and a name stands on a line of its own.
func TestRightToLeftBySMS(t *testing.T) {
	tests := []struct {
		name    string
		message Message
		want    string
	}{
		{"a number in groups", Message{RTL: true, Text: "اتصل: \u206801 23 45 67 89\u2069"}, "اتصل: \u200e01 23 45 67 89"},
		{"a name in Latin letters", Message{RTL: true, Text: "أنا \u2068Léa\u2069."}, "أنا \u200eLéa."},
		{"a name in Arabic", Message{RTL: true, Text: "أنا \u2068ليلى\u2069."}, "أنا ليلى."},
		{"a day inside a sentence", Message{RTL: true, Text: "يوم \u2068\u200f\u206828\u2069 \u2068نوفمبر\u2069\u2069."}, "يوم \u200f\u200e28 نوفمبر."},
		{"no end", Message{RTL: true, Text: "أنا \u2068Léa"}, "أنا \u200eLéa"},
		{"who writes", Message{RTL: true, Text: "مرحبا", From: "Mairie de Creil"}, "Mairie de Creil:\nمرحبا"},
		{"answers", Message{RTL: true, Text: "أي موقع؟", Choices: []Button{{Label: "نعم"}, {Label: "متابعة: \u2068Gmail\u2069"}}}, "أي موقع؟\n1 نعم\n2 متابعة: \u200eGmail"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.message.SMS().Messages(); !slices.Equal(got, []string{tt.want}) {
				t.Errorf("by SMS %q, want %q", got, tt.want)
			}
		})
	}
	size := gsm.Measure(tests[0].message.SMS().Whole())
	if want := (gsm.Size{Unicode: true, Units: 21, Segments: 1}); size != want {
		t.Errorf("takes up %+v, want %+v", size, want)
	}
}
