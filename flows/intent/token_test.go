package intent

import (
	"strings"
	"testing"
)

// TestTokenize shows the clauses of a reply and what is denied in them:
// words after "|" begin another clause, words in brackets are denied.
func TestTokenize(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"no denial", "c'est fait", "c est fait"},
		{"a denial", "c'est pas fait", "(c) (est) (pas) (fait)"},
		{"only its clause", "pas un iphone, un android", "(pas) (un) (iphone) | un android"},
		{"mais", "fait mais pas fini", "fait | (mais) (pas) (fini)"},
		{"a subject begins anew", "je trouve pas je suis bloqué", "(je) (trouve) (pas) | je suis bloque"},
		{"not after que", "je sais pas ce que c'est", "(je) (sais) (pas) (ce) (que) (c) (est)"},
		{"no trouble", "pas de souci c'est fait", "pas de souci | c est fait"},
		{"without a trouble", "sans problème", "sans probleme"},
		{"short forms", "jsp", "(je) (sais) (pas)"},
		{"je c pas", "je c pas", "(sais) (pas)"},
		{"joined words", "parler à quelqu'un d'un e-mail", "parler a quelquun d un email"},
		{"English denial", "I don't know", "(i) (not) (know)"},
		{"n before a word", "je n'ai rien", "(je) (n) (ai) (rien)"},
		{"n° 2", "n° 2", "n 2"},
		{"stretched", "faiiiit", "fait"},
		{"doubled", "ouii", "oui"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := shown(tokenize(nil, tt.text)); got != tt.want {
				t.Errorf("tokenize(%q) = %q, want %q", tt.text, got, tt.want)
			}
		})
	}
	if n := len(tokenize(nil, strings.Repeat("mot ", 500))); n != maxTokens {
		t.Errorf("%d words of a long text were looked at, want %d", n, maxTokens)
	}
}

func shown(tokens []token) string {
	var words []string
	for i, tok := range tokens {
		if i > 0 && tok.clause != tokens[i-1].clause {
			words = append(words, "|")
		}
		if tok.denied {
			tok.word = "(" + tok.word + ")"
		}
		words = append(words, tok.word)
	}
	return strings.Join(words, " ")
}

func TestPlaceOf(t *testing.T) {
	tests := []struct {
		folded string
		want   int
		reason Reason
	}{
		{"2", 2, ByNumber},
		{"02", 2, ByNumber},
		{"le 2", 2, ByNumber},
		{"c est la 2 merci", 2, ByNumber},
		{"numero deux", 2, ByNumber},
		{"une", 1, ByNumber},
		{"le un", 1, ByNumber},
		{"1er", 1, ByOrdinal},
		{"2eme", 2, ByOrdinal},
		{"3rd", 3, ByOrdinal},
		{"la deuxiem", 2, ByOrdinal},
		{"second", 2, ByOrdinal},
		{"dernier", -1, ByOrdinal},
		{"b", 2, ByOrdinal},
		{"lettre b", 2, ByOrdinal},
		{"0", outOfReach, ByNumber},
		{"", 0, ""},
		{"je", 0, ""},
		{"un android", 0, ""},
		{"c est un", 0, ""},
		{"2 enfants", 0, ""},
		{"2x", 0, ""},
		{"z", 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.folded, func(t *testing.T) {
			if got := placeOf(tt.folded); got.n != tt.want || got.n != 0 && got.reason != tt.reason || got.several {
				t.Errorf("placeOf(%q) = %+v, want %d by %s", tt.folded, got, tt.want, tt.reason)
			}
		})
	}
	for _, several := range []string{"1 2", "1 ou 2", "premier et dernier", "06 12 34 56 78"} {
		if !placeOf(several).several {
			t.Errorf("placeOf(%q) is one place", several)
		}
	}
}

func TestVerdict(t *testing.T) {
	tests := []struct {
		text string
		want verdict
	}{
		{"oui", verdict{yes: true, whole: true}},
		{"oui merci", verdict{yes: true, whole: true}},
		{"oui j'ai une adresse", verdict{yes: true}},
		{"oui peut-être", verdict{yes: true, shaky: true}},
		{"oui pas fait", verdict{yes: true, shaky: true}},
		{"non", verdict{no: true, whole: true}},
		{"non pas encore", verdict{no: true, whole: true}},
		{"non mais", verdict{no: true, shaky: true}},
		{"pas d'accord", verdict{no: true, whole: true}},
		{"je crois pas", verdict{no: true, whole: true}},
		{"oui non", verdict{yes: true, no: true, whole: true}},
		{"je sais pas", verdict{}},
		{"c'est parti", verdict{yes: true, whole: true}},
		{"pas de problème", verdict{yes: true, whole: true}},
		{"tablette", verdict{}},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			if got := verdictOf(tokenize(nil, tt.text)); got != tt.want {
				t.Errorf("verdictOf(%q) = %+v, want %+v", tt.text, got, tt.want)
			}
		})
	}
}

// TestNear orders likenesses: what is sure, what is likely, what is nothing.
func TestNear(t *testing.T) {
	tests := []struct {
		word, term string
		want       float64
	}{
		{"ordinateur", "ordinateur", same},
		{"bloke", "bloque", heard},
		{"fe", "fait", misspelt},
		{"ordi", "ordinateur", begun},
		{"lordi", "ordinateur", begun},
		{"jtrouve", "trouve", begun},
		{"ordinateure", "ordinateur", heard},
		{"andoid", "android", misspelt},
		{"comprends", "compris", family},
		{"jmail", "gmail", guess},
		{"telefon", "telephone", heard},
		{"person", "personne", heard},
		{"tele", "telephone", 0},
		{"ord", "ordinateur", 0},
		{"nom", "non", 0},
		{"voisin", "cousin", 0},
		{"fils", "fille", 0},
		{"je", "jeu", 0},
		{"mariage", "mari", 0},
	}
	for _, tt := range tests {
		t.Run(tt.word, func(t *testing.T) {
			term := Compile(labelled(tt.term)).terms[0]
			word := token{word: tt.word, key: string(appendSound(nil, tt.word)), class: classOf(tt.word)}
			if got := term.near(&word); got != tt.want {
				t.Errorf("%q is %v near %q, want %v", tt.word, got, tt.term, tt.want)
			}
		})
	}
}
