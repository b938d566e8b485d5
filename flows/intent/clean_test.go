package intent

import (
	"strings"
	"testing"
)

func TestClean(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"clean already", "bonjour", "bonjour"},
		{"trimmed", " \t bonjour \n", "bonjour"},
		{"line ends stay", "un\ndeux", "un\ndeux"},
		{"those of other machines too", "un\r\ndeux", "un\ndeux"},
		{"a separator of paragraphs", "un\u2029deux", "un\ndeux"},
		{"tabs are spaces", "un\tdeux", "un deux"},
		{"no NUL", "a\x00b", "ab"},
		{"no controls", "a\x1b[31mb\u0085", "a[31mb"},
		{"invalid UTF-8", "caf\xe9 ok \xff", "caf ok"},
		{"composed", "re\u0301ussi", "réussi"},
		{"no reversal", "a\u202egnp", "agnp"},
		{"Arabic stays", "مرحبا", "مرحبا"},
		{"an emoji in parts stays", "👩\u200d🦰", "👩\u200d🦰"},
		{"empty", "\u00a0\n", ""},
		{"cut", strings.Repeat("é", MaxText+5), strings.Repeat("é", MaxText)},
		{"cut at a space", strings.Repeat("a", MaxText-1) + " b", strings.Repeat("a", MaxText-1)},
		{"long, of plain letters", strings.Repeat("a", 10*MaxText), strings.Repeat("a", MaxText)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Clean(tt.text); got != tt.want {
				t.Errorf("Clean(%q) = %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}

func TestFold(t *testing.T) {
	tests := []struct{ text, want string }{
		{"Élève", "eleve"},
		{"  J'ai  reçu ! ", "j ai recu"},
		{"cœur, Æsop, straße", "coeur aesop strasse"},
		{"E-mail", "e mail"},
		{"٣ ۳ ߃ ３ ①", "3 3 3 3 1"},
		{"n° 4, nº 5", "n 4 n 5"},
		{"👍🏽", "👍"},
		{"ok👍ok", "ok 👍 ok"},
		{"❤️", "❤"},
		{"مُسَاعَدَة", "مساعده"},
		{"أإآٱ", "اااا"},
		{"كـتـاب", "كتاب"},
		{"İstanbul", "istanbul"},
		{"ﬁn", "fin"},
		{"Łódź", "lodz"},
		{"...", ""},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			if got := Fold(tt.text); got != tt.want {
				t.Errorf("Fold(%q) = %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}

func TestSlug(t *testing.T) {
	tests := []struct{ label, want string }{
		{"C'est fait", "c-est-fait"},
		{"Je suis bloqué !", "je-suis-bloque"},
		{"E-mail", "e-mail"},
		{"  2 — deux  ", "2-deux"},
		{"نعم", ""},
		{"", ""},
		{"Je voudrais parler à quelqu'un de la mairie", "je-voudrais-parler-a-quelqu-un-d"},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bb", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
	}
	for _, tt := range tests {
		t.Run(tt.label, func(t *testing.T) {
			if got := Slug(tt.label); got != tt.want {
				t.Errorf("Slug(%q) = %q, want %q", tt.label, got, tt.want)
			}
		})
	}
}

func TestDistance(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"a", "", 1},
		{"android", "andoid", 1},
		{"oui", "uoi", 1},
		{"chercher", "cherche", 1},
		{"voisin", "cousin", 2},
		{"abc", "xyz", 3},
	}
	for _, tt := range tests {
		if got := distance(tt.a, tt.b); got != tt.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
		if !within(tt.a, tt.b, tt.want) || tt.want > 0 && within(tt.a, tt.b, tt.want-1) {
			t.Errorf("within(%q, %q) does not agree with %d", tt.a, tt.b, tt.want)
		}
	}
	if long := strings.Repeat("a", maxWord+1); within(long, long, 2) {
		t.Error("a word too long was compared")
	}
}

// Spellings that sound alike have one key, others have not.
func TestSound(t *testing.T) {
	key := func(word string) string { return string(appendSound(nil, word)) }
	for _, group := range [][]string{
		{"bloque", "bloke", "bloquer", "bloquee", "bloques"},
		{"conseiller", "conseille", "conseillere"},
		{"iphone", "iphonne", "ifone"},
		{"travail", "travaille", "travaill"},
		{"autre", "otre"},
		{"pause", "pose"},
		{"demain", "demin"},
		{"resu", "ressu"},
		{"droit", "droits", "droi"},
		{"arrive", "ariver"},
	} {
		for _, word := range group[1:] {
			if key(word) != key(group[0]) {
				t.Errorf("%q sounds %q, %q sounds %q", word, key(word), group[0], key(group[0]))
			}
		}
	}
	for _, pair := range [][2]string{{"voisin", "voisine"}, {"demain", "demande"}, {"mari", "mairie"}, {"chercher", "changer"}} {
		if key(pair[0]) == key(pair[1]) {
			t.Errorf("%q and %q sound the same", pair[0], pair[1])
		}
	}
}
