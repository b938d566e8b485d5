package intent

import "strings"

// A class is what a word does in a reply, whatever the lesson.
type class uint8

const (
	plain    class = iota // a word that carries meaning
	weak                  // carries some: "déjà", "bien"
	stop                  // carries none: articles, "je suis", greetings
	yes                   // oui
	no                    // non, as an answer of its own
	negator               // turns a clause round: "pas", "ne"
	doubt                 // "presque", "peut-être": what follows is not sure
	question              // "pourquoi": the reply asks, it does not answer
	trouble               // "erreur": something is wrong
	turn                  // "mais", "ou": begins another clause
	numeral               // digits
)

// classOf sorts the folded words of French, English and Arabic.
func classOf(word string) class {
	if isArabic(word) {
		return arabicClass(word)
	}
	switch word {
	case "a", "ai", "as", "au", "aux", "avec", "avez", "avons", "c", "ca", "car", "ce", "ces", "cet", "cette", "cest", "d", "da",
		"dans", "de", "des", "du", "elle", "en", "es", "est", "et", "etait", "ete", "etes", "eu", "g", "ge", "il", "ils", "j", "jai",
		"je", "jen", "jsui", "jsuis", "chui", "chuis", "jss", "jui", "chu", "l", "la", "le", "les", "leur", "lui", "m", "ma", "me", "mes", "moi", "mon", "nos",
		"notre", "nous", "on", "ont", "par", "peu", "peut", "peux", "pour", "qu", "que", "qui", "s", "sa", "se", "ses", "soit", "son", "sont", "sui",
		"suis", "sur", "t", "ta", "te", "tes", "toi", "ton", "tu", "un", "une", "va", "vais", "veux", "veut", "vos", "votre",
		"voudrais", "voudrai", "vous", "vs", "y", "cela", "celui", "celle", "donc", "alors", "aussi", "puis", "crois", "pense",
		"besoin", "faut", "dois", "voila", "voici", "euh", "bah", "ben", "heu", "hein", "quand", "meme", "ici", "choisis", "prends",
		"bonjour", "bjr", "slt", "salut", "bonsoir", "coucou", "hello", "hi", "merci", "mrc", "svp", "stp", "plait", "please", "madame", "monsieur", "thanks",
		"i", "am", "the", "an", "is", "it", "my", "to", "of", "and", "have", "has", "in", "at", "want", "need", "its", "im", "do", "you", "would", "like",
		"salam", "inchallah", "inchalla", "choukran", "chokran":
		return stop
	case "bien", "bon", "bonne", "deja", "encore", "faire", "fais", "plus", "tout", "tous", "toute", "toutes", "tres", "trop", "toujours",
		"adresse", "boite", "compte", "chose", "autre", "autres", "maintenant", "aller", "already", "still", "more", "all", "other", "voir", "avoir", "etre":
		return weak
	case "oui", "ouai", "ouais", "ouaip", "oue", "oe", "wi", "we", "ui", "uii", "yes", "yep", "yeah", "yea", "yup", "ok", "oki", "okay", "okey", "oke", "k", "dac", "dak", "dacc",
		"daccord", "dakor", "dacor", "biensur", "absolument", "certainement", "evidemment", "exact", "exactement", "effectivement", "volontiers",
		"affirmatif", "carrement", "o", "👍", "👌", "✅", "✔", "🆗", "☑", "sure", "naam", "na3am", "n3am", "aywa", "ayoua", "wakha":
		return yes
	case "non", "nan", "nn", "no", "nop", "nope", "nah", "n", "negatif", "👎", "❌", "🚫", "✖", "✗", "lla":
		return no
	case "pas", "ne", "jamais", "rien", "aucun", "aucune", "ni", "sans", "not", "never", "nothing", "none", "without", "cannot", "cant":
		return negator
	case "presque", "bientot", "quasi", "quasiment", "moitie", "peutetre", "sinon", "si", "avant", "apres", "parfois", "depend", "sauf",
		"maybe", "perhaps", "almost", "if", "soon", "bof":
		return doubt
	case "quoi", "koi", "kwa", "pourquoi", "pk", "pkoi", "pourkoi", "comment", "coment", "combien", "difference", "signifie", "quel", "quelle", "quels", "quelles",
		"kel", "what", "why", "how", "which":
		return question
	case "probleme", "problemes", "erreur", "erreurs", "souci", "soucis", "panne", "bug", "bugue", "perdu", "perdue", "problem", "error", "wrong", "faux":
		return trouble
	case "mais", "but", "cependant", "ou", "or":
		return turn
	}
	return plain
}

// spell writes out what text messages shorten; other words stay.
func spell(word string) string {
	switch word {
	case "jsp", "chsp", "jspa", "chepa", "chepas", "chaipa", "chaipas", "jsaispas", "idk":
		return "je sais pas"
	case "jsais", "jsai", "jse", "chais", "chai", "jc", "jses":
		return "je sais"
	case "pa", "ps", "poa":
		return "pas"
	case "2main", "2m1", "dem1", "2min", "dmain":
		return "demain"
	case "qqun", "qqn", "qq1", "quelqun", "kelkun", "kelk1", "quelqu1":
		return "quelquun"
	case "mtn", "mnt", "mtnt", "maint", "mnan":
		return "maintenant"
	case "auj", "ajd", "ojd", "aujourdui":
		return "aujourdhui"
	case "tel", "telef", "teleph":
		return "telephone"
	case "pc":
		return "ordinateur"
	case "mail", "mails", "emails", "courriel", "mel", "emel", "imel", "imail":
		return "email"
	case "aprem", "apreme", "apm":
		return "apres midi"
	case "rdv":
		return "rendez"
	case "pb", "pbm", "prob":
		return "probleme"
	case "msg", "mess":
		return "message"
	case "tjs", "tjr", "tjrs":
		return "toujours"
	case "num":
		return "numero"
	case "dont", "isnt", "didnt", "doesnt":
		return "not"
	}
	return word
}

// join makes one word of two that belong together, or returns "".
func join(first, second string) string {
	switch first + " " + second {
	case "e mail", "e mails", "e mel":
		return "email"
	case "i phone", "i phones":
		return "iphone"
	case "quelqu un", "quelque un", "kelk un":
		return "quelquun"
	case "aujourd hui":
		return "aujourdhui"
	case "peut etre", "peu etre":
		return "peutetre"
	case "d accord", "d acor", "d accor":
		return "daccord"
	case "bien sur":
		return "biensur"
	case "je c", "j c", "je ses", "je se", "je sai":
		return "sais"
	case "don t", "isn t", "didn t", "doesn t", "can t", "won t", "haven t", "hasn t", "wasn t", "aren t", "couldn t":
		return "not"
	}
	return ""
}

// isYesPhrase reports whether several words, as a whole, say yes.
func isYesPhrase(words string) bool {
	switch words {
	case "tout a fait", "c est ca", "cest ca", "c ca", "c est sa", "vas y", "allez", "allez y", "allons y", "je veux bien", "je veu bien",
		"avec plaisir", "ca marche", "sa marche", "pas de probleme", "pas de souci", "pas de soucis", "sans probleme", "go", "c est parti", "c est bon", "c bon", "cest bon",
		"j en ai", "j en ai une", "j en ai un", "jen ai une", "jen ai un", "je l ai", "je les ai", "moi oui", "je crois que oui", "of course", "i do", "i have", "vrai", "c est vrai", "y":
		return true
	}
	return isArabicYes(words)
}

// isDoneWord reports whether a word says that what was asked is done.
func isDoneWord(word string) bool {
	switch word {
	case "fait", "faite", "faites", "pret", "prete", "accepte", "reussi", "trouve", "fini", "finie", "termine", "terminee", "choisi", "choisie", "compris",
		"done", "ready", "accepted", "managed", "succeeded", "found", "finished", "chosen", "understood":
		return true
	}
	return isArabicDone(word)
}

// isDonePhrase reports whether several words, as a whole, say that one is done
// and ready for what comes next, though they are no yes.
func isDonePhrase(words string) bool {
	switch words {
	case "voila", "et voila", "voila voila", "ca y est", "sa y est", "cay est", "j y suis", "jy suis", "suite", "la suite", "suivant", "suivante", "continue", "continuer", "on continue", "ensuite", "et ensuite",
		"fini", "j ai fini", "jai fini", "c est fini", "termine", "j ai termine", "c est termine", "parfait",
		"done", "next", "i am there", "i m there", "im there", "there", "got it", "i got it", "finished", "i have finished", "go on":
		return true
	}
	return isArabicDonePhrase(words)
}

// isNoPhrase reports whether several words, as a whole, say no.
func isNoPhrase(words string) bool {
	switch words {
	case "pas encore", "pas du tout", "pas vraiment", "pas maintenant", "pas trop", "surtout pas", "absolument pas", "certainement pas",
		"pas daccord", "bien sur que non", "biensur que non", "jamais", "jamais de la vie", "je veux pas", "je ne veux pas", "toujours pas", "never", "not yet", "not really", "pas pour le moment",
		"pas pour l instant", "pas pour linstant", "pas tout de suite", "plutot non", "pas moi", "moi non", "faux", "c est faux", "aucun", "aucune", "sans facon":
		return true
	}
	return isArabicNo(words)
}

// isDontKnow reports whether several words, as a whole, say that one does not
// know.
func isDontKnow(words string) bool {
	switch words {
	case "je ne sais pas", "je sais pas", "sais pas", "aucune idee", "pas idee", "j en sais rien", "jen sais rien", "je ne suis pas sur", "je suis pas sur",
		"je ne suis pas sure", "pas sur", "pas sure", "no idea", "i do not know", "i not know", "not sure":
		return true
	}
	return isArabicUnknown(words)
}

// isAllOrNone reports whether the words choose every answer, or none.
func isAllOrNone(words string) (all, none bool) {
	switch words {
	case "les deux", "les 2", "tous les deux", "toutes les deux", "les trois", "les 3", "tous", "toutes", "tout", "both", "all":
		return true, false
	case "aucun", "aucune", "aucun des deux", "aucune des deux", "ni l un ni l autre", "ni lun ni lautre", "none", "neither", "rien":
		return false, true
	}
	return arabicAllOrNone(words)
}

// isDeterminer reports whether a word only goes before a noun.
func isDeterminer(word string) bool {
	switch word {
	case "le", "la", "l", "les", "un", "une", "des", "mon", "ma", "mes", "the", "a", "an", "my":
		return true
	}
	return false
}

// isConfusable reports whether a word, well spelt, sounds like another that
// means something else: it is never taken for it.
func isConfusable(word string) bool {
	switch word {
	case "nom", "noms", "ouie", "fais", "faire", "mer", "mere", "maire", "cent", "sans", "sang", "cou", "coup", "pere", "paire", "mais", "mai", "mot", "mots", "maux",
		"compte", "conte", "foi", "fois", "foie", "vin", "vingt", "fin", "faim", "voix", "voie", "vois", "quand", "camp", "temps", "tant", "port", "porc", "cours", "court", "fils", "fille", "fil", "file", "ville", "vie", "tele", "pain", "bain", "main", "bas", "base":
		return true
	}
	return false
}

// unstretch writes once the letters repeated three times or more: "faiiit" is
// "fait".
func unstretch(word string) string {
	for i := 2; i < len(word); i++ {
		if word[i] != word[i-1] || word[i] != word[i-2] || isDigit(word[i]) {
			continue
		}
		end := i
		for end < len(word) && word[end] == word[i] {
			end++
		}
		word, i = word[:i-1]+word[end:], i-2
		i = max(i, 1)
	}
	return word
}

// squeeze writes repeated letters once: "ouiiii" is "oui".
func squeeze(word string) string {
	if isArabic(word) {
		return shorten(word)
	}
	i := 1
	for i < len(word) && word[i] != word[i-1] {
		i++
	}
	if i >= len(word) {
		return word
	}
	var b strings.Builder
	for i := range len(word) {
		if i == 0 || word[i] != word[i-1] || isDigit(word[i]) {
			b.WriteByte(word[i])
		}
	}
	return b.String()
}

// isDigit reports whether a byte is a digit.
func isDigit(c byte) bool { return c >= '0' && c <= '9' }
