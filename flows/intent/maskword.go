package intent

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A part is one word of a text as announcements see it.
type part struct {
	start, end int
	word       string // folded
	// told says that a colon or an equal sign stands before it; broken that
	// a comma or the end of a sentence does.
	told, broken bool
}

// parts takes a text apart into words.
func parts(text string) []part {
	var all []part
	told, broken := false, false
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !isWordRune(r) {
			told = told || r == ':' || r == '=' || r == '→' || r == '：'
			broken = broken || strings.ContainsRune(",;.!?،؟", r)
			i += size
			continue
		}
		end := i
		for end < len(text) {
			r, size = utf8.DecodeRuneInString(text[end:])
			if !isWordRune(r) {
				break
			}
			end += size
		}
		all = append(all, part{start: i, end: end, word: Fold(text[i:end]), told: told, broken: broken})
		told, broken, i = false, false, end
	}
	return all
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// announced finds the passwords and codes that words announce.
func announced(text string) []span {
	all := parts(text)
	var spans []span
	for i := range all {
		if after := passwordWord(text, all, i); after > 0 {
			spans = appendFound(spans, password(text, all, i, after))
		} else if isCodeWord(all[i].word) {
			spans = appendFound(spans, codeAfter(all, i))
			spans = appendFound(spans, codeBefore(all, i))
		}
	}
	return spans
}

// password finds the password said around its announcement: the one that words
// tell, else what looks like one after it, or before it.
func password(text string, all []part, keyword, after int) span {
	for _, s := range [...]span{
		toldAfter(text, all, keyword, after),
		secretAfter(text, all, after),
		secretBefore(text, all, keyword),
	} {
		if s.end > s.start {
			return s
		}
	}
	return span{}
}

// appendFound appends a span that is not empty.
func appendFound(spans []span, s span) []span {
	if s.end > s.start {
		return append(spans, s)
	}
	return spans
}

// passwordWord returns the place after the word password, which is up to three
// words in French, or 0. "Pass" alone is one only before a colon.
func passwordWord(text string, all []part, i int) int {
	switch all[i].word {
	case "pass":
		if toldEnd(text, all[i].end, i+1, all) > 0 {
			return i + 1
		}
		return 0
	case "mdp", "mdps", "motdepasse", "password", "passwords", "passwd", "passcode", "pwd", "passphrase":
		return i + 1
	case "mot", "mots", "mo", "كلمه":
	default:
		return 0
	}
	for j := i + 1; j < min(i+3, len(all)) && !all[j].broken; j++ {
		switch all[j].word {
		case "passe", "passes", "pass", "السر", "المرور":
			return j + 1
		case "de", "d":
		default:
			return 0
		}
	}
	return 0
}

// maxBeforeValue is how many words may stand between "mot de passe" and "est".
const maxBeforeValue = 6

// toldAfter finds the password that is told after its announcement, whatever
// it looks like: after a colon, after "est", or right after "mdp".
func toldAfter(text string, all []part, keyword, after int) span {
	general := keyword > 0 && isGeneral(all[keyword-1].word)
	from := all[after-1].end
	for i := after; i <= min(after+maxBeforeValue, len(all)); i++ {
		if sign := toldEnd(text, from, i, all); sign > 0 {
			return valueFrom(text, all, i, sign)
		}
		if i == len(all) || all[i].broken || isAboutPassword(all[i].word) {
			break
		}
		from = all[i].end
		switch {
		case isAnnouncer(all, i) && (general || i+1 < len(all) && all[i+1].broken):
			return span{}
		case isAnnouncer(all, i):
			return valueFrom(text, all, i+1, from)
		case isShort(all[keyword].word) && !general && !isService(all[i].word):
			return valueFrom(text, all, i, all[i].start)
		}
	}
	return span{}
}

// isShort reports whether the word for password is the one of people in a
// hurry, who write the password right after it.
func isShort(word string) bool { return word == "mdp" || word == "mdps" || word == "pwd" }

// valueFrom spans the password from a place on, where a part begins, unless
// ordinary words stand there: "est dans le carnet", ": je sais pas".
func valueFrom(text string, all []part, i, from int) span {
	last := i
	for last < len(all) && isDeterminer(all[last].word) {
		last++
	}
	switch {
	case i == len(all):
	case last == len(all), last > i && all[last].broken:
		return span{} // "est la"
	case looksSecret(text, all[last]):
	case isNoPassword(all[last].word):
		return span{}
	}
	return valueSpan(text, from)
}

// secretAfter finds what looks like a password after its announcement, in the
// same clause; words that name only its owner may go before digits alone.
func secretAfter(text string, all []part, after int) span {
	near := true
	for i := after; i < len(all) && (!all[i].broken || i == after); i++ {
		if isMaskedBetween(text, all[after-1].end, all[i].start) {
			break
		}
		digits := near && !all[i].broken && len(all[i].word) >= 4 && isAllDigits(all[i].word)
		if digits || isMixed(text, all[i]) || near && looksSecret(text, all[i]) {
			return valueSpan(text, wordStart(text, all[i].start))
		}
		if all[i].broken {
			break
		}
		near = near && isBesideCode(all[i].word)
	}
	return span{}
}

// secretBefore finds what looks like a password before its announcement, in
// the same clause, or before a mark and "c'est mon": "Loulou59! c'est mon mot
// de passe".
func secretBefore(text string, all []part, keyword int) span {
	near, said := true, false
	for i := keyword - 1; i >= 0; i-- {
		if all[i+1].broken && !near || isMaskedBetween(text, all[i].end, all[keyword].start) {
			break
		}
		digits := near && said && len(all[i].word) >= 4 && isAllDigits(all[i].word)
		if digits || isMixed(text, all[i]) || near && looksSecret(text, all[i]) {
			start := wordStart(text, all[i].start)
			return span{start, wordEnd(text, start), Password}
		}
		if all[i+1].broken {
			break
		}
		near = near && isLink(all[i].word)
		said = said || isAnnouncer(all, i) || all[i].word == "comme" || all[i].word == "as"
	}
	return span{}
}

// isLink reports whether a word may stand between a password and the words
// that say it is one.
func isLink(word string) bool {
	switch word {
	case "c", "ce", "cest", "est", "sera", "etait", "comme", "voici", "voila", "mon", "ma", "le", "notre", "nouveau", "is", "it", "s", "its", "as", "my", "the", "our", "new":
		return true
	}
	return false
}

// isMaskedBetween reports whether dots stand between two places.
func isMaskedBetween(text string, from, to int) bool { return strings.Contains(text[from:to], dots) }

// toldEnd returns the place after a colon or equal sign that stands between a
// place and the next word, or 0. The value may begin with a sign.
func toldEnd(text string, from, next int, all []part) int {
	end := len(text)
	if next < len(all) {
		end = all[next].start
	}
	for i, r := range text[from:end] {
		switch r {
		case ':', '=', '→', '：':
			return from + i + utf8.RuneLen(r)
		case ',', ';', '\n', '?':
			return 0
		}
	}
	return 0
}

// isAnnouncer reports whether a word says that the value follows.
func isAnnouncer(all []part, i int) bool {
	switch all[i].word {
	case "est", "cest", "sera", "etait", "is", "was", "هي", "هو":
		return true
	case "c": // "c toto", while "c'est" goes on
		return i+1 == len(all) || all[i+1].word != "est"
	}
	return false
}

// isGeneral reports whether a word makes a password any password: "un mot de
// passe est personnel".
func isGeneral(word string) bool {
	switch word {
	case "un", "des", "les", "bon", "bons", "chaque", "quel", "aucun", "a", "every", "good":
		return true
	}
	return false
}

// isAboutPassword reports whether a word after "mon mot de passe" tells
// something about it instead.
func isAboutPassword(word string) bool {
	switch word {
	case "pas", "plus", "oublie", "perdu", "incorrect", "incorrecte", "faux", "mauvais", "bon", "trop", "tres", "refuse", "invalide", "expire", "bloque", "quoi",
		"long", "court", "simple", "fort", "faible", "complique", "difficile", "facile", "obligatoire", "demande", "valide", "correct", "different", "toujours", "deja",
		"bien", "encore", "enregistre", "note", "ecrit", "ou", "comment", "quel", "quelle", "pour", "possible", "normal", "grave", "ca", "modifie", "change", "reinitialise",
		"cree", "accepte", "reconnu", "necessaire", "identique", "vide", "ne", "n", "marche", "fonctionne", "wrong", "not", "forgotten", "lost", "too", "doesn", "does":
		return true
	}
	return false
}

// isNoPassword reports whether a word where a password is expected is an
// unmistakable ordinary word. A greeting is none: many choose one.
func isNoPassword(word string) bool {
	switch word {
	case "bonjour", "bonsoir", "salut", "coucou", "hello", "madame", "monsieur":
		return false
	case "fait", "faite", "fini", "termine", "pareil", "pareille", "oubliee", "oublier", "perdue", "choisi", "mis", "rentre", "tape", "envoye", "donne", "recu", "sauvegarde",
		"memorise", "garde", "connu", "secret", "personnel", "prive", "unique", "ok", "aide", "aidez", "aider", "sais", "sait", "connais", "connait", "trouve", "done", "same", "forgot",
		"personal", "written", "saved", "secure", "strong", "weak", "here", "on":
		return true
	}
	return isAboutPassword(word) || isPolite(word) || isService(word) || classOf(word) != plain
}

// looksSecret reports whether a word can hardly be one: it has letters and a
// digit, or a capital inside.
func looksSecret(text string, p part) bool {
	word := text[p.start:p.end]
	if len(p.word) < 4 || isService(p.word) {
		return isMixed(text, p)
	}
	_, size := utf8.DecodeRuneInString(word)
	inner := strings.IndexFunc(word[size:], unicode.IsUpper) >= 0 && strings.IndexFunc(word, unicode.IsLower) >= 0
	return inner || isMixed(text, p)
}

// isMixed reports whether the letters around a part, up to the spaces, have a
// digit among them, and are neither an address nor an hour.
func isMixed(text string, p part) bool {
	start := wordStart(text, p.start)
	word := text[start:wordEnd(text, start)]
	if _, isAddress := parseEmail(word); isAddress || isMasked(word) || isHour(p.word) {
		return false
	}
	letters, digits := 0, 0
	for _, r := range word {
		switch {
		case unicode.IsLetter(r):
			letters++
		case unicode.IsDigit(r):
			digits++
		}
	}
	return letters > 0 && digits > 0 && letters+digits >= 4
}

// maxValueWords is how many words a password may have.
const maxValueWords = 5

// valueSpan spans a password: from a place, all until a space that a common
// word or the end of the clause follows.
func valueSpan(text string, from int) span {
	for isGap(text, from) {
		_, size := utf8.DecodeRuneInString(text[from:])
		from += size
	}
	end := wordEnd(text, from)
	if isMasked(text[from:end]) {
		return span{}
	}
	for range maxValueWords - 1 {
		next := end
		for isGap(text, next) && text[next] != '\n' {
			_, size := utf8.DecodeRuneInString(text[next:])
			next += size
		}
		stop := wordEnd(text, next)
		if stop == next || strings.ContainsAny(text[end-1:end], ",;") || endsPassword(Fold(text[next:stop])) || isMasked(text[next:stop]) {
			break
		}
		end = stop
	}
	return span{from, end, Password}
}

// isGap reports whether a space or a mark before a value stands at a place.
func isGap(text string, i int) bool {
	if i >= len(text) {
		return false
	}
	r, _ := utf8.DecodeRuneInString(text[i:])
	return unicode.IsSpace(r) || r == ':' || r == '='
}

// wordEnd returns the next space, or the end of the text.
func wordEnd(text string, i int) int {
	if n := strings.IndexFunc(text[i:], unicode.IsSpace); n >= 0 {
		return i + n
	}
	return len(text)
}

// wordStart returns the place after the last space before a place.
func wordStart(text string, i int) int {
	n := strings.LastIndexFunc(text[:i], unicode.IsSpace)
	if n < 0 {
		return 0
	}
	_, size := utf8.DecodeRuneInString(text[n:])
	return n + size
}

// isMasked reports whether dots stand here already, or nothing at all.
func isMasked(word string) bool { return word == "" || strings.Contains(word, "••") }

// endsPassword reports whether a word goes on with the sentence.
func endsPassword(word string) bool {
	first, _, _ := strings.Cut(word, " ")
	switch first {
	case "et", "mais", "merci", "pour", "mon", "ma", "mes", "il", "elle", "je", "j", "ca", "c", "cest", "qui", "que", "ou", "svp", "stp", "s", "ne", "pas", "est",
		"and", "but", "for", "my", "i", "it", "is", "thanks", "please", "bonjour", "comment", "pourquoi", "sur", "avec", "on":
		return true
	}
	return false
}
