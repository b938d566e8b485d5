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
		if after := passwordWord(all, i); after > 0 {
			spans = appendFound(spans, passwordAfter(text, all, i, after))
		} else if isCodeWord(all[i].word) {
			spans = appendFound(spans, codeAfter(all, i))
			spans = appendFound(spans, codeBefore(all, i))
		}
	}
	return spans
}

// appendFound appends a span that is not empty.
func appendFound(spans []span, s span) []span {
	if s.end > s.start {
		return append(spans, s)
	}
	return spans
}

// passwordWord returns the place after the word password, which is up to three
// words in French, or 0.
func passwordWord(all []part, i int) int {
	switch all[i].word {
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

// passwordAfter finds the password that follows its announcement.
func passwordAfter(text string, all []part, keyword, after int) span {
	if after < len(all) && looksSecret(text, all[after]) && !all[after].broken {
		return valueSpan(text, all[after].start)
	}
	general := keyword > 0 && isGeneral(all[keyword-1].word)
	from := all[after-1].end
	for i := after; i <= min(after+maxBeforeValue, len(all)); i++ {
		if sign := toldEnd(text, from, i, all); sign > 0 {
			return valueSpan(text, sign)
		}
		if i == len(all) || all[i].broken || isNoPassword(all[i].word) {
			break
		}
		from = all[i].end
		if isAnnouncer(all, i) {
			if general || i+1 < len(all) && isNoPassword(all[i+1].word) && !all[i+1].told {
				break
			}
			return valueSpan(text, from)
		}
	}
	return span{}
}

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

// isNoPassword reports whether a word after "mon mot de passe est" tells
// something about it instead.
func isNoPassword(word string) bool {
	switch word {
	case "pas", "plus", "oublie", "perdu", "incorrect", "incorrecte", "faux", "mauvais", "bon", "trop", "tres", "refuse", "invalide", "expire", "bloque", "quoi",
		"long", "court", "simple", "fort", "faible", "complique", "difficile", "facile", "obligatoire", "demande", "valide", "correct", "different", "toujours", "deja",
		"bien", "encore", "enregistre", "note", "ecrit", "ou", "comment", "quel", "quelle", "pour", "possible", "normal", "grave", "ca", "modifie", "change", "reinitialise",
		"cree", "accepte", "reconnu", "necessaire", "identique", "vide", "ne", "n", "marche", "fonctionne", "wrong", "not", "forgotten", "lost", "too", "doesn", "does":
		return true
	}
	return false
}

// looksSecret reports whether a word right after "mot de passe" can hardly be
// a word: it has a digit, or a capital inside.
func looksSecret(text string, p part) bool {
	word := text[p.start:p.end]
	if len(p.word) < 4 {
		return false
	}
	inner := strings.IndexFunc(word[1:], unicode.IsUpper) >= 0 && strings.IndexFunc(word, unicode.IsLower) >= 0
	return inner || strings.ContainsAny(p.word, "0123456789")
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
