package flowstest_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passerelle/flows"
	"passerelle/flows/flowstest"
)

func TestFormat(t *testing.T) {
	tests := []struct {
		name    string
		message flows.Message
		want    string
	}{
		{"one line", flows.Message{Text: "Bonjour"}, "< Bonjour"},
		{"paragraphs", flows.Message{Text: "Un\n\nDeux"}, "< Un\n<\n< Deux"},
		{
			"everything, in its order",
			flows.Message{
				Text: "Voyez-vous **ce bouton** ?", Picture: &flows.Picture{Name: "a.svg", Alt: "Un bouton rouge"},
				Choices: []flows.Button{{Label: "Oui"}, {Label: "Non"}},
			},
			"< Voyez-vous **ce bouton** ?\n  ![Un bouton rouge]\n  [1] Oui\n  [2] Non",
		},
		{"a person", flows.Message{Text: "Bonjour.\nJe suis là.", Aidant: "Léa"}, "< Léa : Bonjour.\n< Je suis là."},
		{"only a picture", flows.Message{Picture: &flows.Picture{Alt: "Un téléphone"}}, "<\n  ![Un téléphone]"},
		{"ends of lines of a web form", flows.Message{Text: "Un\r\nDeux\rTrois"}, "< Un\n< Deux\n< Trois"},
		{"blanks at the end of a line", flows.Message{Text: "Un  \n  deux\t"}, "< Un\n<   deux"},
		{
			"labels keep to their line",
			flows.Message{Text: "?", Picture: &flows.Picture{Alt: "a\nb"}, Choices: []flows.Button{{Label: "c\r\nd "}}},
			"< ?\n  ![a b]\n  [1] c d",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, flowstest.Format(tt.message)); diff != "" {
				t.Errorf("Format (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseDelay(t *testing.T) {
	tests := []struct {
		text string
		want flows.Delay
	}{
		{"30m", flows.Delay{After: 30 * time.Minute}},
		{"30 minutes", flows.Delay{After: 30 * time.Minute}},
		{"24h", flows.Delay{After: 24 * time.Hour}},
		{"2 heures", flows.Delay{After: 2 * time.Hour}},
		{"7j", flows.Delay{Days: 7}},
		{"1 jour", flows.Delay{Days: 1}},
		{" demain 10h ", flows.Delay{Days: 1, Clock: 601}},
		{"demain 0h05", flows.Delay{Days: 1, Clock: 6}},
		{"dans 3 jours 9h30", flows.Delay{Days: 3, Clock: 571}},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			got, err := flowstest.ParseDelay(tt.text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("ParseDelay (-want +got):\n%s", diff)
			}
		})
	}
	for _, text := range []string{
		"", "24", "h", "0m", "-1h", "1.5h", "24x", "demain", "demain 24h", "demain 10h60", "demain 10h5", "demain 10h1234",
		"demain 10", "401j", "99999999999999999999h", "9999999h", "dans 3 heures 9h", "dans 0 jours 9h", "hier 10h", "+24h", "²h",
	} {
		t.Run("not "+text, func(t *testing.T) {
			if d, err := flowstest.ParseDelay(text); err == nil {
				t.Errorf("ParseDelay = %+v, want an error", d)
			}
		})
	}
}

// A delay that is written is read as the same.
func TestFormatDelay(t *testing.T) {
	for text, d := range map[string]flows.Delay{
		"30m": {After: 30 * time.Minute}, "24h": {After: 24 * time.Hour}, "7j": {Days: 7},
		"demain 10h": {Days: 1, Clock: 601}, "dans 3 jours 9h05": {Days: 3, Clock: 546},
	} {
		if got := flowstest.FormatDelay(d); got != text {
			t.Errorf("FormatDelay(%+v) = %q, want %q", d, got, text)
		}
		if got, err := flowstest.ParseDelay(text); err != nil || got != d {
			t.Errorf("ParseDelay(%q) = %+v, %v", text, got, err)
		}
	}
}
