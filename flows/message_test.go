package flows

import (
	"slices"
	"strings"
	"testing"
)

func TestMessageBySMS(t *testing.T) {
	long := strings.Repeat("Une phrase de plus, assez longue pour compter vraiment. ", 8)
	picture := &Picture{Alt: "Une enveloppe"}
	tests := []struct {
		name    string
		message Message
		want    []string
	}{
		{"nothing", Message{}, nil},
		{"its own text", Message{Text: "Long.", Short: "Court."}, []string{"Court."}},
		{"its own text needs no picture", Message{Text: "Long.", Short: "Court.", Picture: picture}, []string{"Court."}},
		{"any other may", Message{Text: "Voyez.", Picture: picture}, []string{"(Une enveloppe)\nVoyez."}},
		{"an aidant has a name", Message{Text: "J’arrive.", Aidant: "Léa"}, []string{"Léa : J’arrive."}},
		{"a reminder names who writes", Message{Text: "Vous avez commencé.", Short: "Commencé.", From: "Mairie de Creil"}, []string{"Mairie de Creil : Commencé."}},
		{
			"numbers for buttons",
			Message{Text: "Oui ?", Choices: []Button{{Label: "Oui"}, {Label: "Non"}}},
			[]string{"Oui ?\n1 Oui\n2 Non"},
		},
		{
			"several messages",
			Message{Text: long + "Oui ?", Choices: []Button{{Label: "Oui"}}},
			[]string{strings.TrimSpace(long[:56*5]), strings.TrimSpace(long[56*5:]) + "\nOui ?\n1 Oui"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.message.SMS().Messages(); !slices.Equal(got, tt.want) {
				t.Errorf("by SMS %q, want %q", got, tt.want)
			}
		})
	}
}
