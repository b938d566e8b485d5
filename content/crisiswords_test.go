package content

import (
	"os"
	"strings"
	"testing"

	"passerelle/flows"
	"passerelle/flows/intent"
)

// Each of the words listed is read as what it is listed for.
func TestCrisisWordsAreRead(t *testing.T) {
	bundle := sentencesOf(t)
	all := crises(bundle)
	for _, language := range bundle.Languages() {
		for _, crisis := range allCrises {
			words := crisisWords(bundle, language, crisis).Words
			if len(words) < 5 {
				t.Errorf("%s: %d words for %q", language, len(words), crisis)
			}
			for _, word := range words {
				if got := all.Read(word); got != crisis {
					t.Errorf("%s: %q is listed for %q, and read as %q", language, word, crisis, got)
				}
			}
		}
	}
}

// What people in danger write, and what only sounds so.
func TestCrisesPeopleWrite(t *testing.T) {
	all := crises(sentencesOf(t))
	for crisis, texts := range map[intent.Crisis][]string{
		intent.LifeCrisis: {
			"Je veux mourir", "jveu plu vivre", "g plu envi de vivre", "jai envi de crevé", "je vais me suicider", "jpense a me suicidé",
			"Je voudrais mourir.", "jen ai mar de vivre, marre de vivre", "I want to die", "i wanna kill myself", "أريد أن أموت", "بغيت نموت",
		},
		intent.ViolenceCrisis: {
			"mon mari me frappe", "mon mari m'a frapper hier", "il me tape tt les jours", "mon copain me bat", "mon père me viole",
			"g peur de mon mari", "il a menacé de me tuer", "mon fils me frape", "my husband hits me", "زوجي يضربني",
		},
		intent.DangerCrisis: {
			"je suis en danger", "jsuis en danger", "on m'agresse", "y a le feu chez moi, il y a le feu", "j'arrive plus a respirer",
			"Appelez la police svp", "call the police please", "النجدة",
		},
		intent.ShelterCrisis: {
			"je suis à la rue", "jsui a la rue avec mes enfants", "on sait pas où dormir", "jai nulle part ou dormir", "je dors dehors",
			"on dort dans la voiture", "je suis SDF", "I have nowhere to sleep", "i'm homeless", "ليس لدي مأوى",
		},
		intent.HungerCrisis: {
			"j'ai rien à manger", "on a plus rien a mangé", "mes enfants ont faim", "g faim", "J'ai faim !", "pas de quoi manger", "we have no food", "أنا جائع",
		},
		intent.NoCrisis: {
			"je meurs de rire", "c'est à mourir de rire", "je suis mort de rire", "j'ai envie de mourir de rire", "j'ai faim de réussir",
			"pour tuer le temps", "la violence à la télé", "les violences conjugales, c'est quoi ?", "prévention suicide", "ça me frappe",
			"il me tape sur les nerfs", "je veux en finir avec cette leçon", "mon téléphone est mort", "ma batterie meurt", "mon ordinateur rame",
			"je me bats avec mon clavier", "sécurité et danger d'internet", "la rue de la mairie", "je cherche une rue", "je mange et je reviens",
			"j'ai faim, je reviens après", "mon mot de passe est en danger ?", "je suis perdu", "au secours", "à l'aide", "sos", "je suis bloqué",
			"ça ne marche pas", "je tape mon adresse", "il me tape le code", "on me demande un code", "un message me menace de fermer mon compte",
			"numéro d'urgence", "mon mari m'aide", "je n'ai pas peur", "he helps me", "it hits the spot", "kill the app", "the battery is dead",
			"to die for", "dead phone", "I want to sleep", "je veux dormir", "je ne veux pas perdre mes photos",
		},
	} {
		for _, text := range texts {
			if got := all.Read(text); got != crisis {
				t.Errorf("%q is read as %q, want %q", text, got, crisis)
			}
		}
	}
}

// No answer of a lesson tells a danger, and no command; nor does anything that
// learners were seen to write there.
func TestAnswersAreNoCrisis(t *testing.T) {
	bundle := sentencesOf(t)
	edition, problems := Load(Embedded(), bundle)
	if edition == nil {
		t.Fatal(problems)
	}
	calm := func(where, text string) {
		if edition.Flows().Urgent(text) {
			t.Errorf("%s: %q tells a danger", where, text)
		}
	}
	seen := 0
	for language, words := range edition.words {
		for key, text := range words {
			if strings.Contains(key, ".choice.") || strings.HasSuffix(key, ".words") || strings.HasSuffix(key, ".title") || strings.HasSuffix(key, ".example") {
				for _, word := range append(commas(text), text) {
					calm(string(language)+" "+key, word)
					seen++
				}
			}
		}
	}
	for _, language := range bundle.Languages() {
		for _, command := range allCommands {
			for _, word := range commandWords(bundle, language, command).Words {
				calm("command "+string(command), word)
			}
		}
		for _, key := range []flows.Key{flows.KeyYes, flows.KeyNo, flows.KeyMenuPerson, flows.KeyOfferWait, flows.KeyOfferAlone, flows.KeyOfferCancel} {
			calm(string(key), edition.label(flows.Language(language), key).Text)
		}
	}
	for _, name := range []string{"choix-fr.tsv", "choix-fr-2.tsv", "choix-fr-3.tsv"} {
		data, err := os.ReadFile("../flows/intent/testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			if fields := strings.Split(line, "\t"); len(fields) == 3 {
				calm(name, fields[1])
				seen++
			}
		}
	}
	if seen < 400 {
		t.Errorf("only %d texts read", seen)
	}
}
