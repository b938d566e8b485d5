package gsm_test

import (
	"slices"
	"strings"
	"testing"

	"passerelle/flows/gsm"
)

// words is a sentence of so many characters.
func words(first string, n int) string {
	return first + strings.Repeat(" abcd", n)[:n-len(first)-1] + "."
}

func TestStepMessages(t *testing.T) {
	a, b, c, d := words("A", 101), words("B", 101), words("C", 101), words("D", 101)
	question := "Avez-vous une adresse ?"
	yesNo := []string{"Oui", "Non"}
	tests := []struct {
		name string
		step gsm.Step
		want []string
	}{
		{"nothing", gsm.Step{}, nil},
		{"blanks only", gsm.Step{Text: " \n\n ", Picture: " "}, nil},
		{"words", gsm.Step{Text: "Bonjour !"}, []string{"Bonjour !"}},
		{"choices", gsm.Step{Text: question, Choices: yesNo}, []string{question + "\n1 Oui\n2 Non"}},
		{"choices alone", gsm.Step{Choices: yesNo}, []string{"1 Oui\n2 Non"}},
		{
			"no stars, no empty lines",
			gsm.Step{Text: "Un **mot**, **deux mots**.\n\n2 ** 3\n****\n", Choices: []string{"**Oui**,\nmerci"}},
			[]string{"Un mot, deux mots.\n2 ** 3\n****\n1 Oui, merci"},
		},
		{"a picture in words", gsm.Step{Text: question, Picture: "Le signe @"}, []string{"(Le signe @)\n" + question}},
		{
			"rewritten as a whole",
			gsm.Step{Text: a + " L’être ?", Choices: []string{"Ça va", "Peut-être"}},
			[]string{a + " L'etre ?\n1 Ça va\n2 Peut-etre"},
		},
		{
			"as written", gsm.Step{Text: a + " L’être ?", AsWritten: true}, []string{a + " L’être ?"},
		},
		{"two segments are one message", gsm.Step{Text: a + " " + b + " " + c}, []string{a + " " + b + " " + c}},
		{"cut between sentences", gsm.Step{Text: a + " " + b + " " + c + " " + d}, []string{a + " " + b + " " + c, d}},
		{"cut between lines", gsm.Step{Text: a + " " + b + "\n" + c + " " + d}, []string{a + " " + b, c + " " + d}},
		{
			"the question stays with its choices",
			gsm.Step{Text: a + "\n" + b + "\n" + c + "\n" + question, Choices: yesNo},
			[]string{a + "\n" + b + "\n" + c, question + "\n1 Oui\n2 Non"},
		},
		{
			"what is left joins the question",
			gsm.Step{Text: a + "\n" + b + "\n" + c + "\n" + d + "\n" + question, Choices: yesNo},
			[]string{a + "\n" + b + "\n" + c, d + "\n" + question + "\n1 Oui\n2 Non"},
		},
		{
			"left out before the question, and said so",
			gsm.Step{Text: strings.Repeat(a+"\n"+b+"\n"+c+"\n", 3) + question, Choices: yesNo},
			[]string{a + "\n" + b + "\n" + c, a + "\n" + b + "\n" + c, a + "\n" + b + " ...\n" + question + "\n1 Oui\n2 Non"},
		},
		{
			"left out before long choices",
			gsm.Step{Text: strings.Repeat(a+"\n"+b+"\n"+c+"\n", 3), Choices: []string{a, "Non"}},
			[]string{a + "\n" + b + "\n" + c, a + "\n" + b + " ...", c + "\n1 " + a + "\n2 Non"},
		},
		{
			"a wall is cut",
			gsm.Step{Text: strings.Repeat(a+"\n"+b+"\n", 9)},
			[]string{a + "\n" + b + "\n" + a, b + "\n" + a + "\n" + b, a + "\n" + b + " ..."},
		},
		{
			"between words where there is no sentence",
			gsm.Step{Text: strings.Repeat("abcdefghi ", 31) + "fin"},
			[]string{strings.TrimSpace(strings.Repeat("abcdefghi ", 30)), "abcdefghi fin"},
		},
		{
			"one endless word",
			gsm.Step{Text: strings.Repeat("x", 310)},
			[]string{strings.Repeat("x", 306), "xxxx"},
		},
		{
			"no pair is cut",
			gsm.Step{Text: strings.Repeat("€", 160)},
			[]string{strings.Repeat("€", 152), strings.Repeat("€", 8)},
		},
		{
			"no sign begins a message",
			gsm.Step{Text: strings.Repeat("a", 304) + " ? Oui"},
			[]string{strings.Repeat("a", 304) + " ?", "Oui"},
		},
		{
			"long choices are whole",
			gsm.Step{Text: a + " " + b, Choices: []string{c, d, a, b}},
			[]string{a + " " + b, "1 " + c + "\n2 " + d + "\n3 " + a + "\n4 " + b},
		},
		{
			"Arabic",
			gsm.Step{Text: strings.Repeat("هل لديك عنوان؟ ", 12), Choices: []string{"نعم", "لا"}},
			[]string{
				strings.TrimSpace(strings.Repeat("هل لديك عنوان؟ ", 9)),
				"هل لديك عنوان؟ هل لديك عنوان؟\nهل لديك عنوان؟\n1 نعم\n2 لا",
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.step.Messages()
			if !slices.Equal(got, tt.want) {
				t.Errorf("Messages =\n%q\nwant\n%q", got, tt.want)
			}
		})
	}
}

// A step as one text is what its messages say, however long.
func TestStepWhole(t *testing.T) {
	long := strings.Repeat(words("A", 101)+"\n\n", 12)
	tests := []struct {
		name string
		step gsm.Step
		want string
	}{
		{"nothing", gsm.Step{}, ""},
		{"one message", gsm.Step{Text: "**Ça** va ?", Choices: []string{"Oui", "Non"}}, "Ça va ?\n1 Oui\n2 Non"},
		{"too long for all messages", gsm.Step{Text: long}, strings.TrimSpace(strings.ReplaceAll(long, "\n\n", "\n"))},
		{"rewritten", gsm.Step{Text: words("A", 101) + " L’être"}, words("A", 101) + " L'etre"},
		{"as written", gsm.Step{Text: words("A", 101) + " L’être", AsWritten: true}, words("A", 101) + " L’être"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.step.Whole(); got != tt.want {
				t.Errorf("%q\nwant %q", got, tt.want)
			}
		})
	}
}
