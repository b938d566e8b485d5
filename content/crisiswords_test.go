package content

import (
	"os"
	"strings"
	"testing"

	"passerelle/flows"
	"passerelle/flows/intent"
)

// Each of the words listed is read as what it is listed for; a star is any word.
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
				if got := all.Read(strings.Replace(word, "*", "Pasteur", 1)); got != crisis {
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

// What people in trouble were seen to write in haste, and as many others like
// them; then ordinary words that only sound so.
func TestCriesAndOrdinaryWords(t *testing.T) {
	all := crises(sentencesOf(t))
	for crisis, texts := range map[intent.Crisis][]string{
		intent.LifeCrisis: {
			"je vx mourir", "jvx mourir", "jeveux mourir", "envie 2 mourir", "je pense au suicide", "je veux en finir avec tout",
			"je veux en finir avec cette vie", "je veux plus être là", "je veux disparaître", "plus la peine de vivre", "mon fils veut se suicider",
			"ma fille veut se tuer", "I don't wanna live anymore", "عايز اموت", "أريد الموت", "بدي موت", "je veux plus vivre, il me frappe",
			"bonjour, jvx crever", "ma mere veut mourir", "g plu gout a la vie", "je ve plus me reveiller", "j ai envi de disparaitre",
			"jpense o suicide, je pense a me tuer", "a quoi bon vivre", "je vais sauter du pont, je veux plus exister", "mon mari menace de se tuer",
			"i wanna disappear, i have no reason to live", "he wants to kill himself", "je suis fatigué de la vie", "je veux en finir avec ce calvaire",
			"je veux mourir. Chez moi personne ne m'aide",
			"j'en peux plus de cette vie", "je me scarifie", "j'ai plus envie de vivre. Ici c'est dur",
		},
		intent.ViolenceCrisis: {
			"mon mari me cogne", "il me donne des coups", "mon mari est violent", "mon père me tape", "mon beau-père me tape", "mon frère me tape",
			"mes parents me tapent", "il frappe ma fille", "il frappe mon fils", "il bat ma mère", "il m'a agressé", "je me suis fait violer",
			"je me suis faite violer", "je suis enfermée chez moi", "il menace de tuer mes enfants", "he hit me", "my husband beat me", "he is beating me",
			"my father hits me", "I have been raped", "he threatened to kill me", "زوجي ضربني", "viol", "mon ex me menace", "mon copain ma tabassé",
			"il ma giflé devan les enfants", "mon beau père bat ma mère", "ils m'ont frappé", "mon fils est violent", "mon mari et violent avec moi",
			"il me laisse pas sortir de la maison", "on m'a violée, on m'a violé", "my boyfriend keeps hitting me", "he threatens to kill us",
			"i am scared of my father", "il ne me frappe que le soir", "يضربني كل يوم", "elle tape mes enfants", "mon mari veut me tuer",
		},
		intent.DangerCrisis: {
			"il ne respire plus", "mon bébé ne respire plus", "mon appartement est en feu", "incendie", "ma mère est en danger", "je suis en grand danger",
			"un homme me suit", "appelez les secour", "he is not breathing", "ma fille s'etouffe", "mon pere fait un malaise",
			"ya un incendie dans l'immeuble", "ma maison brule", "quelqu'un me suit depuis la gare",
			"mon bb respire plus", "un homme me suit dans la rue de la gare", "bonsoir appelez une ambulance vite",
			"mon mari fait une crise cardiaque", "my baby is not breathing", "someone is in my house", "my mother is in danger", "حريق",
			"je perds beaucoup de sang", "elle respire plus",
		},
		intent.ShelterCrisis: {
			"à la rue", "je suis avec mes enfants à la rue", "je suis dehors", "j'ai pas de logement", "j'ai pas de maison", "mon mari m'a mise dehors",
			"je suis expulsé ce soir", "sdf", "sans abri", "je dors dans le métro", "je dors à la gare", "أنام في الشارع", "on est a la rue",
			"je suis à la rue depuis hier", "je suis à la rue, j'ai froid", "je suis à la rue 😢", "jdors dans ma voiture", "mon proprio m'a mis dehors",
			"jai plu de logement", "n'ai plus de toit", "nous dormons sous un pont",
			"je vis dans la rue avec mon bébé", "on m'a mis à la rue hier", "je suis a la rue par sa faute", "on va être expulsé demain", "aidez-moi je suis dehors",
			"i have nowhere to stay", "my husband kicked me out", "je me retrouve a la rue avec un bébé", "بلا مأوى",
		},
		intent.HungerCrisis: {
			"g tro faim", "j'ai pas mangé", "mes enfants ont rien mangé", "mes enfant on faim", "plus de lait pour mon bébé", "i'm starving", "no food",
			"أنا جوعان", "bonjour j'ai faim", "mes enfant on rien mangé", "on a pas mangé depuis 2 jours", "g rien mangé depuis hier",
			"j'ai plus de nourriture", "mon bébé a faim", "my kids are starving", "we have no food left", "j'ai faim 😭", "ma fille a très faim",
			"le frigo est vide", "ليس لدي طعام",
		},
		intent.NoCrisis: {
			"je suis à la rue Voltaire", "je suis dans la rue Pasteur", "la mairie est à la rue Victor Hugo", "je suis dans la rue, je réponds plus tard",
			"il faut appeler la police", "plus de logement social", "pas de nourriture pour chat", "compte séquestre",
			"il m'empêche de sortir de l'application", "je me bat pour y arriver", "je me suis battu", "il m'a battu aux dames",
			"je veux plus vivre chez mes parents", "je veux plus vivre en France", "je veux plus vivre avec lui", "marre de vivre ici",
			"marre de la vie chère", "j'ai bien pris tous mes cachets ce matin", "il y a le feu vert", "il y a le feu d'artifice",
			"crise cardiaque c'est quoi", "il va me tuer mdr", "je n'ai pas peur de mon mari", "il ne me frappe plus", "je suis pas suicidaire",
			"je n'ai pas envie de mourir", "je veux en finir avec ce formulaire", "j'ai envie d'en finir avec ces papiers", "mon téléphone veut mourir",
			"je ne suis pas en danger", "mon mari n'est pas violent", "je n'ai jamais été battue", "ma frappe est lente", "je vis dans la rue Pasteur", "je n'ai pas pris de médicaments", "please help me", "send",
			"je n'ai plus de place sur mon téléphone", "je suis dehors, je vous réponds ce soir", "il ne me bat pas", "j'ai appelé la police hier",
			"quand appeler le samu ou la police ? comment appeler les secours", "je cherche un logement social", "je ne veux pas me suicider, rassurez-vous",
			"il me donne des coups de main", "je me cogne souvent la tête", "elle me suit sur Facebook", "j'en ai marre de la vie à Paris",
			"my son beats me at chess", "someone is following me on Instagram", "I want to live here", "you should call the police", "we have a fire exit",
			"hit me up later", "je dors bien la nuit", "mes enfants mangent à la cantine", "il tape mon nom", "le feu est vert",
			"je veux disparaître des réseaux sociaux", "j'ai faim de savoir", "je suis expulsé du groupe whatsapp", "je suis en danger sur internet ?",
			"mon père est à la gare", "j'ai pas de maison de campagne", "je veux vivre", "أريد أن أتعلم", "أين الشارع",
		},
	} {
		for _, text := range texts {
			if got := all.Read(text); got != crisis {
				t.Errorf("%q is read as %q, want %q", text, got, crisis)
			}
		}
	}
}

// Whoever waits for an answer waits for this too.
func BenchmarkReadCrises(b *testing.B) {
	all := crises(sentencesOf(b))
	b.ReportAllocs()
	for b.Loop() {
		all.Read("je ne trouve pas le bouton sur mon téléphone, il est où ?")
	}
}

// No answer of a lesson tells a danger, and no command; nor does anything that
// learners were seen to write there.
func TestAnswersAreNoCrisis(t *testing.T) {
	bundle := sentencesOf(t)
	edition := builtIn(t)
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
