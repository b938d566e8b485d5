package content

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"passerelle/flows"
	"passerelle/locales"
)

// spoken is a lesson said in three languages, with a program that speaks them.
func spoken(tb testing.TB) *Edition {
	tb.Helper()
	bundle, err := locales.Load(fstest.MapFS{
		"bot.fr.toml": {Data: []byte(`
"bot.language.fr" = "Français"
"bot.yes" = "Oui"
"bot.broken" = "Quelque chose ne va pas."
"bot.hello" = "Ici {publisher}. Écrivez à {contact}."
"bot.doubt" = "Voulez-vous dire « {choice} » ?"
"bot.unread" = "Je ne vois pas. {how}"
"bot.how" = "Touchez."
"bot.how.sms" = "Écrivez 1."
"bot.left" = { one = "Encore {count} pas, {prénom}.", other = "Encore {count} pas." }
`)},
		"bot.en.toml": {Data: []byte("\"bot.language.en\" = \"English\"\n\"bot.yes\" = \"Yes\"\n\"bot.doubt\" = \"Did you mean “{choice}”?\"\n")},
		"bot.ar.toml": {Data: []byte("\"bot.language.ar\" = \"العربية\"\n\"bot.yes\" = \"نعم\"\n")},
	})
	if err != nil {
		tb.Fatal(err)
	}
	lesson := `---
leçon: l
titre: La leçon
langues: fr, en, ar
matériel: rien
---

## Un

![Un bouton jaune](bouton.svg)

Bonjour {prénom}, voici [le site](https://exemple.fr).

@sms Bonjour {prénom}.

- Android
- Non

@retenir appareil
@aide Touchez.

## Deux

Vous avez {appareil}.

@fin réussi
`
	e, problems := Load(fstest.MapFS{
		"l/l.md":       {Data: []byte(lesson)},
		"l/bouton.svg": {Data: []byte(drawing)},
		"l/l.en.toml":  {Data: []byte("\"l.un\" = \"Hello {prénom}, here is [the site](https://exemple.fr).\"\n\"l.un.choice.non\" = \"No\"\n\"l.deux\" = \"You have {appareil}.\"\n\"l.un.picture\" = \"A yellow button\"\n")},
		"l/l.ar.toml":  {Data: []byte("\"l.un\" = \"مرحبا {prénom}\"\n\"l.deux\" = \"لديك {appareil}\"\n")},
	}, bundle)
	if e == nil {
		tb.Fatal(problems)
	}
	return e
}

func TestRender(t *testing.T) {
	e := spoken(t)
	marie := []flows.Arg{{Name: "prénom", Value: "Marie"}}
	choices := []flows.Arg{{Key: "l.un.choice.android"}, {Key: "l.un.choice.non"}, {Key: "bot.yes"}}
	tests := []struct {
		name string
		to   flows.Language
		say  flows.Say
		want flows.Message
	}{
		{
			"question with answers and a picture", "fr",
			flows.Say{Key: "l.un", Args: marie, Turn: 7, Choices: choices, Flow: "l", Picture: "bouton.svg", Reminder: true},
			flows.Message{
				Turn: 7, Text: "Bonjour Marie, voici le site : https://exemple.fr.", Short: "Bonjour Marie.", Language: "fr", Reminder: true, From: "la mairie",
				Choices: []flows.Button{{Label: "Android"}, {Label: "Non"}, {Label: "Oui"}},
				Picture: &flows.Picture{Revision: e.Flows().ID, Flow: "l", Name: "bouton.svg", Alt: "Un bouton jaune"},
			},
		},
		{
			"translated, one label left in french", "en",
			flows.Say{Key: "l.un", Args: marie, Choices: choices},
			flows.Message{
				Text: "Hello Marie, here is the site : https://exemple.fr.", Language: "en",
				Choices: []flows.Button{{Label: "Android"}, {Label: "No"}, {Label: "Yes"}},
			},
		},
		{"a region of a language", "en-GB", flows.Say{Key: "bot.yes"}, flows.Message{Text: "Yes", Language: "en"}},
		{
			"right to left, the name set apart", "ar",
			flows.Say{Key: "l.un", Args: marie},
			flows.Message{Text: "مرحبا \u2068Marie\u2069", Language: "ar", RTL: true},
		},
		{"right to left, no name", "ar", flows.Say{Key: "l.un"}, flows.Message{Text: "مرحبا", Language: "ar", RTL: true}},
		{
			"the label of an answer kept, in the language of the reader", "en",
			flows.Say{Key: "l.deux", Args: []flows.Arg{{Name: "appareil", Value: "non", Key: "l.un.choice.non"}}},
			flows.Message{Text: "You have No.", Language: "en"},
		},
		{
			"an answer kept whose label is no more", "fr",
			flows.Say{Key: "l.deux", Args: []flows.Arg{{Name: "appareil", Value: "minitel", Key: "l.un.choice.minitel"}}},
			flows.Message{Text: "Vous avez minitel.", Language: "fr"},
		},
		{"facts", "fr", flows.Say{Key: "bot.hello"}, flows.Message{Text: "Ici la mairie. Écrivez à.", Language: "fr"}},
		{
			"a title inside a sentence", "fr",
			flows.Say{Key: "bot.doubt", Args: []flows.Arg{{Name: "choice", Key: "l.title"}}},
			flows.Message{Text: "Voulez-vous dire « La leçon » ?", Language: "fr"},
		},
		{
			"a sentence that names itself", "fr",
			flows.Say{Key: "bot.doubt", Args: []flows.Arg{{Name: "choice", Key: "bot.doubt"}}},
			flows.Message{Text: "Voulez-vous dire « Voulez-vous dire « » ? » ?", Language: "fr"},
		},
		{
			"one", "fr",
			flows.Say{Key: "bot.left", Args: []flows.Arg{{Name: "count", Value: "1"}, marie[0]}},
			flows.Message{Text: "Encore 1 pas, Marie.", Language: "fr"},
		},
		{
			"several", "fr",
			flows.Say{Key: "bot.left", Args: []flows.Arg{{Name: "count", Value: "3"}}},
			flows.Message{Text: "Encore 3 pas.", Language: "fr"},
		},
		{"a key nobody wrote", "en", flows.Say{Key: "l.zzz"}, flows.Message{Text: "Quelque chose ne va pas.", Language: "fr"}},
		{
			"a name with braces is not read again", "fr",
			flows.Say{Key: "l.un", Args: []flows.Arg{{Name: "prénom", Value: "{contact}"}}},
			flows.Message{Text: "Bonjour {contact}, voici le site : https://exemple.fr.", Short: "Bonjour {contact}.", Language: "fr"},
		},
		{
			"the text for SMS of a sentence inside another", "fr",
			flows.Say{Key: "bot.unread", Args: []flows.Arg{{Name: "how", Key: "bot.how"}}},
			flows.Message{Text: "Je ne vois pas. Touchez.", Short: "Je ne vois pas. Écrivez 1.", Language: "fr"},
		},
		{
			"the words of a person", "fr",
			flows.Say{Key: "bot.yes", Aidant: "Léa"},
			flows.Message{Text: "Oui", Language: "fr", Aidant: "Léa"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := e.Render(tt.to, tt.say, []flows.Arg{{Name: "publisher", Value: "la mairie"}, {Name: "contact"}})
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("message (-want +got):\n%s", diff)
			}
		})
	}
}

// A name without a value leaves no hole in the sentence.
func TestEmptyNames(t *testing.T) {
	tests := []struct{ text, want string }{
		{"Bonjour {x} 👋", "Bonjour 👋"},
		{"Bravo {x} ! Vous avez fini.", "Bravo ! Vous avez fini."},
		{"Bravo {x}\u00a0! Vous avez fini.", "Bravo\u00a0! Vous avez fini."},
		{"Bonjour {x}, on commence.", "Bonjour, on commence."},
		{"Bonjour {x}.", "Bonjour."},
		{"Bonjour {x}", "Bonjour"},
		{"{x}, on commence.", "On commence."},
		{"{x} écrit.", "Écrit."},
		{"Deux lignes.\n{x}, à vous.", "Deux lignes.\nÀ vous."},
		{"Adresse : **{x}**.", "Adresse :."},
		{"Bonjour {x} {y} !", "Bonjour !"},
		{"Bonjour {x}\nOn commence.", "Bonjour\nOn commence."},
		{"Sans nom.", "Sans nom."},
		{"Une { seule et {deux mots}.", "Une { seule et {deux mots}."},
		{"{x}", ""},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			if got := replace(tt.text, nil, false); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestLinks(t *testing.T) {
	tests := []struct{ text, want string }{
		{"Voyez [le site](https://a.fr).", "Voyez le site : https://a.fr."},
		{"[Un](https://a.fr) et [deux](https://b.fr)", "Un : https://a.fr et deux : https://b.fr"},
		{"[https://a.fr](https://a.fr)", "https://a.fr"},
		{"[](https://a.fr)", "https://a.fr"},
		{"Un [mot](deux mots) et ](rien", "Un [mot](deux mots) et ](rien"},
		{"](x) [a](https://a.fr)", "](x) a : https://a.fr"},
		{"", ""},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			if got := linked(tt.text); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

// Every sentence of the program and of the lessons can be said in every
// language: nothing empty, and no name left standing.
func TestEverySentence(t *testing.T) {
	bundle := sentencesOf(t)
	e := builtIn(t)
	if e == nil {
		t.Skip("the embedded lessons have an error, and another test says so")
	}
	filled := []flows.Arg{{Name: "words", Value: "Bonjour"}, {Name: "day", Value: "28"}, {Name: "month", Value: "novembre"}}
	for _, language := range bundle.Languages() {
		keys := append(bundle.IDs(language), sortedKeys(e.words["fr"])...)
		for _, key := range keys {
			room, _, _ := strings.Cut(key, ".")
			if _, lesson := e.Flows().Flows[flows.FlowID(room)]; room != "bot" && !lesson {
				continue // said to operators and editors
			}
			m := e.Render(flows.Language(language), flows.Say{Key: flows.Key(key), Args: filled}, nil)
			if strings.TrimSpace(m.Text) == "" || strings.Contains(m.Text, "{") || strings.Contains(m.Text, "  ") {
				t.Errorf("%s in %s says %q", key, language, m.Text)
			}
		}
	}
}

func BenchmarkRender(b *testing.B) {
	e := spoken(b)
	say := flows.Say{
		Key: "l.un", Args: []flows.Arg{{Name: "prénom", Value: "Marie"}}, Turn: 3, Flow: "l", Picture: "bouton.svg",
		Choices: []flows.Arg{{Key: "l.un.choice.android"}, {Key: "l.un.choice.non"}},
	}
	for b.Loop() {
		e.Render("fr", say, nil)
	}
}
