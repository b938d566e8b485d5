package intent

import (
	"strings"
	"testing"
)

var (
	yesOrNo  = labelled("Oui", "Non")
	progress = labelled("C'est fait", "Je ne trouve pas", "Je suis bloqué")
	device   = labelled("Android", "iPhone", "Ordinateur", "Je ne sais pas")
	received = labelled("Reçu", "Pas reçu", "Je continue demain")
	homes    = labelled("Oui, sur mon téléphone", "Oui, sur mon ordinateur", "Non")
	children = labelled("Pas d'enfant", "Un enfant", "Deux enfants", "Plus")
	menu     = []Label{
		{Text: "Créer un e-mail", Words: []string{"mail", "boîte aux lettres"}},
		{Text: "Chercher mes droits"},
		{Text: "Chercher un travail"},
		{Text: "Parler à quelqu'un"},
	}
)

// TestRead tells, by example, what is taken, what is asked back and what is
// left alone.
func TestRead(t *testing.T) {
	tests := []struct {
		name   string
		labels []Label
		reply  string
		want   Reading
	}{
		{"nothing at all", yesOrNo, " ", Reading{-1, false, Empty}},
		{"signs only", yesOrNo, "???", Reading{-1, false, NothingFits}},

		{"a label", device, "iPhone", Reading{1, true, ExactLabel}},
		{"a label in capitals", device, "IPHONE !", Reading{1, true, ExactLabel}},
		{"a curly apostrophe", progress, "c’est fait", Reading{0, true, ExactLabel}},
		{"an accepted word", menu, "boite aux lettres", Reading{0, true, AcceptedWord}},
		{"a label that is the place of another", labelled("0", "1", "2"), "1", Reading{1, false, Doubtful}},
		{"a place that another label says", labelled("0", "1", "2"), "le 2", Reading{2, false, Doubtful}},
		{"a place that another label says in words", labelled("Un", "Trois", "Deux"), "2", Reading{2, false, Doubtful}},
		{"a label that is no place", labelled("0", "1", "2"), "0", Reading{0, true, ExactLabel}},
		{"a label that is its own place", labelled("1", "2", "3"), "2", Reading{1, true, ExactLabel}},
		{"a rank that is elsewhere", labelled("Dernier", "Premier"), "premier", Reading{1, false, Doubtful}},
		{"an accepted letter that is elsewhere", []Label{{Text: "Oui", Words: []string{"b"}}, {Text: "Non"}}, "b", Reading{0, false, Doubtful}},
		{"two labels alike", labelled("Gmail", "GMAIL"), "gmail", Reading{-1, false, SeveralFit}},
		{"a label before an accepted word", []Label{{Text: "PC", Words: []string{"mac"}}, {Text: "Mac"}}, "mac", Reading{1, true, ExactLabel}},

		{"a number", device, "2", Reading{1, true, ByNumber}},
		{"a number with words around", device, "je choisis le 2 svp", Reading{1, true, ByNumber}},
		{"n° 2", device, "n° 2", Reading{1, true, ByNumber}},
		{"a keycap", device, "2️⃣", Reading{1, true, ByNumber}},
		{"an Arabic digit", device, "٢", Reading{1, true, ByNumber}},
		{"a Persian digit", device, "۲", Reading{1, true, ByNumber}},
		{"a number as a word", device, "deux", Reading{1, true, ByNumber}},
		{"un alone", device, "un", Reading{0, true, ByNumber}},
		{"too large", device, "5", Reading{-1, false, OutOfRange}},
		{"zero", device, "0", Reading{-1, false, OutOfRange}},
		{"below zero", device, "-1", Reading{-1, false, OutOfRange}},
		{"twelve is not one", device, "12", Reading{-1, false, OutOfRange}},
		{"a number no machine holds", device, strings.Repeat("9", 60), Reading{-1, false, OutOfRange}},
		{"two numbers", device, "1 ou 2", Reading{-1, false, SeveralFit}},
		{"a fraction", device, "1,5", Reading{-1, false, SeveralFit}},
		{"the same twice", device, "2 2", Reading{1, true, ByNumber}},
		{"a number of something else", yesOrNo, "2 minutes", Reading{-1, false, NothingFits}},
		{"a number word a label has", children, "deux", Reading{2, false, Doubtful}},
		{"a number and another label", device, "3 iphone", Reading{1, false, Doubtful}},
		{"both", yesOrNo, "les deux", Reading{-1, false, SeveralFit}},
		{"neither", device, "aucun", Reading{-1, false, NothingFits}},

		{"the first", device, "la première", Reading{0, true, ByOrdinal}},
		{"the last", device, "le dernier", Reading{3, true, ByOrdinal}},
		{"2e", device, "2e", Reading{1, true, ByOrdinal}},
		{"the fifth of four", device, "le cinquième", Reading{-1, false, OutOfRange}},
		{"the last but one", device, "avant dernier", Reading{-1, false, NothingFits}},
		{"a letter", device, "B.", Reading{1, true, ByOrdinal}},
		{"a letter named as one", device, "réponse c", Reading{2, true, ByOrdinal}},
		{"a letter too far", yesOrNo, "c", Reading{-1, false, OutOfRange}},
		{"n is non", yesOrNo, "n", Reading{1, true, ByYesNo}},

		{"thumb up", yesOrNo, "👍🏽", Reading{0, true, ByYesNo}},
		{"thumb down", yesOrNo, "👎", Reading{1, true, ByYesNo}},
		{"stretched", yesOrNo, "ouiiii", Reading{0, true, NearMiss}},
		{"Arabic yes", yesOrNo, "نعم", Reading{0, true, ByYesNo}},
		{"Arabic no", yesOrNo, "لا", Reading{1, true, ByYesNo}},
		{"not at all", yesOrNo, "pas du tout", Reading{1, true, ByYesNo}},
		{"having none", yesOrNo, "j'en ai pas", Reading{1, true, ByYesNo}},
		{"having none of it", yesOrNo, "j'ai pas d'adresse", Reading{1, false, ByYesNo}},
		{"to be unable is not no", yesOrNo, "je peux pas", Reading{-1, false, NothingFits}},
		{"yes and no", yesOrNo, "oui mais non", Reading{-1, false, SeveralFit}},
		{"yes, but", yesOrNo, "oui mais je sais pas où", Reading{0, false, Doubtful}},
		{"bien sûr que non", yesOrNo, "bien sûr que non", Reading{1, true, ByYesNo}},
		{"two labels say yes", homes, "oui", Reading{-1, false, SeveralFit}},
		{"two labels say yes, one is meant", homes, "oui téléphone", Reading{0, true, ByWords}},
		{"no, with a reason", homes, "non pas de téléphone", Reading{2, true, ByYesNo}},
		{"no, where no label says so", labelled("Oui, on commence", "Plus tard"), "non", Reading{1, false, ByYesNo}},
		{"a name is not non", yesOrNo, "nom", Reading{-1, false, NothingFits}},

		{"one word of it", menu, "droits", Reading{1, true, ByWords}},
		{"a word two labels have", menu, "chercher", Reading{-1, false, SeveralFit}},
		{"a whole sentence", menu, "bonjour je cherche du travail", Reading{2, true, NearMiss}},
		{"a question about it", device, "c'est quoi android ?", Reading{0, false, Doubtful}},
		{"how to, in full", menu, "comment créer un e-mail", Reading{0, true, ByWords}},
		{"perhaps", device, "peut-être un iphone", Reading{1, false, Doubtful}},
		{"a trouble", progress, "j'ai fait une erreur", Reading{0, false, Doubtful}},
		{"mere hesitation", progress, "presque fait", Reading{0, false, Doubtful}},
		{"two labels", device, "android ou iphone", Reading{-1, false, SeveralFit}},
		{"whole of one, part of another", labelled("Facile", "Difficile", "Très difficile"), "difficil", Reading{1, true, NearMiss}},
		{"a word of no use alone", labelled("Message arrivé", "Message pas arrivé"), "message", Reading{0, false, Doubtful}},
		{"I do not know", device, "aucune idée", Reading{3, false, NearMiss}},

		{"a label that is asked", progress, "c'est fait ?", Reading{0, false, Doubtful}},
		{"a label that is asked twice", progress, "C'est fait??", Reading{0, false, Doubtful}},
		{"a yes that is asked", yesOrNo, "oui ?", Reading{0, false, Doubtful}},
		{"a number that is asked", device, "2 ?", Reading{1, false, Doubtful}},
		{"an Arabic question mark", yesOrNo, "نعم؟", Reading{0, false, Doubtful}},
		{"a label that asks", labelled("Et après ?", "C'est bon"), "et après ?", Reading{0, true, ExactLabel}},
		{"one and something else", device, "ordinateur et telephone", Reading{2, false, Doubtful}},
		{"something else and one", device, "une tablette et un iphone", Reading{1, false, Doubtful}},
		{"and what is done", progress, "j'ai cliqué et c'est fait", Reading{0, true, ByWords}},

		{"misspelt", device, "androïde", Reading{0, true, NearMiss}},
		{"by ear", progress, "cé fé", Reading{0, true, NearMiss}},
		{"by ear, with ç", received, "ressu", Reading{0, true, NearMiss}},
		{"in two words", device, "ordi nateur", Reading{2, true, NearMiss}},
		{"in one word", progress, "jesuisbloqué", Reading{2, true, NearMiss}},
		{"in one word, misspelt", progress, "jetrouvepas", Reading{1, true, NearMiss}},
		{"a glued article", device, "lordi", Reading{2, true, NearMiss}},
		{"another first letter", labelled("Gmail", "Outlook"), "jmail", Reading{0, false, Doubtful}},
		{"another word altogether", labelled("Ma fille", "Mon mari"), "mon fils", Reading{-1, false, NothingFits}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Compile(tt.labels).Read(tt.reply); got != tt.want {
				t.Errorf("Read(%q) = %+v, want %+v", tt.reply, got, tt.want)
			}
		})
	}
}

// TestDone is about the steps that ask for a deed, not for a yes.
func TestDone(t *testing.T) {
	screen := labelled("C'est fait", "Mon écran est différent", "Pas d'internet")
	for _, labels := range [][]Label{
		screen, labelled("J'ai trouvé", "Je ne trouve pas"), labelled("C'est prêt", "C'est compliqué"),
		labelled("C'est accepté", "Le site le refuse"), labelled("Done", "My screen is different"),
	} {
		for _, reply := range []string{
			"ok", "oui", "voilà", "voilà merci", "c bon", "👍", "d'accord", "ça marche", "j'y suis", "suite", "Ça y est !", "yes", "next", "OK 👍🏽",
		} {
			if got := Compile(labels).Read(reply); got != (Reading{0, true, ByYesNo}) {
				t.Errorf("%s: Read(%q) = %+v", labels[0].Text, reply, got)
			}
		}
		for _, reply := range []string{"non", "nan", "pas encore", "non pas encore", "👎", "not yet", "ok ?", "oui mais non", "je ne sais pas"} {
			if got := Compile(labels).Read(reply); got.Sure {
				t.Errorf("%s: Read(%q) = %+v, want no sure choice", labels[0].Text, reply, got)
			}
		}
	}
	for _, tt := range []struct {
		labels []Label
		reply  string
		want   int
	}{
		{labelled("C'est fait", "C'est prêt"), "ok", -1},                // two are done
		{labelled("C'est presque fait", "Mon écran"), "ok", -1},         // it is not done
		{labelled("Continuer plus tard", "C'est fait"), "continuer", 0}, // a word of another label
		{labelled("C'est fait", "Ça ne marche pas"), "ok", 0},
		{labelled("Oui", "C'est fait"), "ok", 0},                         // a label says yes
		{labelled("Non", "C'est fait"), "voilà", -1},                     // a label says no
		{labelled("Un message cache tout", "Il y a du rouge"), "ok", -1}, // nothing is done
	} {
		if got := Compile(tt.labels).Read(tt.reply); got.Choice != tt.want {
			t.Errorf("%s: Read(%q) = %+v, want %d", tt.labels[0].Text, tt.reply, got, tt.want)
		}
	}
}

// TestPolarity is about the mistake that hurts most: to hear yes for no.
func TestPolarity(t *testing.T) {
	tests := []struct {
		labels []Label
		reply  string
		want   Reading
	}{
		{progress, "c'est pas fait", Reading{-1, false, Polarity}},
		{progress, "pas fait", Reading{-1, false, Polarity}},
		{progress, "c'est pas encore fait", Reading{-1, false, Polarity}},
		{progress, "nn c pa fé", Reading{-1, false, Polarity}},
		{progress, "je ne suis pas bloqué", Reading{-1, false, Polarity}},
		{progress, "je ne suis plus bloqué", Reading{-1, false, Polarity}},
		{progress, "je suis plus bloqué", Reading{2, false, Doubtful}},
		{labelled("J'ai réussi", "Ça ne marche pas"), "ça marche", Reading{0, false, Doubtful}},
		{progress, "je l'ai trouvé", Reading{-1, false, Polarity}},
		{progress, "je trouve rien", Reading{1, true, ByWords}},
		{progress, "non c'est fait", Reading{0, false, Doubtful}},
		{progress, "je suis pas bloqué c'est fait", Reading{0, false, Doubtful}},
		{progress, "pas de souci c'est fait", Reading{0, true, ByWords}},
		{progress, "je trouve pas je suis bloqué", Reading{-1, false, SeveralFit}},
		{received, "je l'ai reçu", Reading{0, true, ByWords}},
		{received, "toujours pas reçu", Reading{1, true, ByWords}},
		{received, "non rien reçu", Reading{1, true, ByWords}},
		{received, "reçu ou pas reçu", Reading{-1, false, SeveralFit}},
		{received, "pas demain", Reading{-1, false, Polarity}},
		{device, "c'est pas un iphone c'est un android", Reading{0, false, Doubtful}},
		{labelled("Received", "Not received"), "I haven't received it", Reading{1, true, ByWords}},
		{labelled("Received", "Not received"), "I didn't", Reading{-1, false, NothingFits}},
	}
	for _, tt := range tests {
		t.Run(tt.reply, func(t *testing.T) {
			if got := Compile(tt.labels).Read(tt.reply); got != tt.want {
				t.Errorf("Read(%q) = %+v, want %+v", tt.reply, got, tt.want)
			}
		})
	}
}

func TestNoChoices(t *testing.T) {
	var absent *Choices
	for name, c := range map[string]*Choices{"nil": absent, "no labels": Compile(nil)} {
		if got := c.Read("1"); got.Choice != -1 || got.Sure || c.Len() != 0 {
			t.Errorf("%s: Read = %+v, Len = %d", name, got, c.Len())
		}
	}
	if got := Compile(labelled("", "Oui")).Read("!"); got.Choice != -1 {
		t.Errorf("an empty label was chosen: %+v", got)
	}
}

// A press and a label are the common cases: they cost no memory.
func TestReadAllocations(t *testing.T) {
	c := Compile(device)
	for _, reply := range []string{"2", "Ordinateur", "JE NE SAIS PAS"} {
		if n := testing.AllocsPerRun(100, func() { c.Read(reply) }); n > 0 {
			t.Errorf("Read(%q): %v allocations, want none", reply, n)
		}
	}
}
