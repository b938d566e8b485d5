package intent

import "strings"

// A place is what a reply says about the place of an answer: its number or
// its rank.
type place struct {
	n      int // counted from 1; 0: none was said; -1: the last one
	reason Reason
	// several says that two different places were named.
	several bool
	// word is the number written as a word, which a label may contain too.
	word string
}

// Place returns the place, counted from 1, that a text names among so many
// answers: "2", "la deuxième", "b", "le dernier". It is 0 when the text names
// none, and more than count when there is no such place.
func Place(text string, count int) int {
	p := placeOf(Fold(text))
	if p.n < 0 {
		return count
	}
	return p.n
}

// placeOf reads a reply that is nothing but a number, a rank or a letter, with
// the words people put around it: "le 2", "n° 2 svp", "la première", "b".
func placeOf(folded string) place {
	var found place
	named, letters := false, ""
	for word := range strings.SplitSeq(folded, " ") {
		p, ok := placeWord(word)
		switch {
		case ok && found.n != 0 && found.n != p.n:
			return place{several: true}
		case ok:
			found = p
		case isPointer(word):
			named = true
		case len(word) == 1 && word[0] >= 'a' && word[0] <= 'h' && letters == "":
			letters = word
		case !isAround(word):
			return place{}
		}
	}
	if letters != "" && found.n == 0 && (named || folded == letters) {
		return place{n: int(letters[0]-'a') + 1, reason: ByOrdinal}
	}
	if letters != "" && !isAround(letters) {
		return place{}
	}
	if isArticle(found.word) && !named && folded != found.word {
		return place{}
	}
	return found
}

// placeWord reads one word as a number or a rank.
func placeWord(word string) (place, bool) {
	digits := 0
	for digits < len(word) && isDigit(word[digits]) {
		digits++
	}
	switch {
	case digits == len(word) && digits > 0:
		return place{n: small(word), reason: ByNumber}, true
	case digits > 0 && isRankEnd(word[digits:]):
		return place{n: small(word[:digits]), reason: ByOrdinal}, true
	case digits > 0:
		return place{}, false
	}
	if n := rank(word); n != 0 {
		return place{n: n, reason: ByOrdinal, word: word}, true
	}
	if n := unit(word); n > 0 {
		return place{n: n, reason: ByNumber, word: word}, true
	}
	return place{}, false
}

// outOfReach is a place no question has.
const outOfReach = 1 << 20

// small reads digits; what is zero or too large is out of reach.
func small(digits string) int {
	n := 0
	for _, c := range []byte(digits) {
		if n = n*10 + int(c-'0'); n > outOfReach {
			return outOfReach
		}
	}
	if n == 0 {
		return outOfReach
	}
	return n
}

// isRankEnd reports whether letters after digits make a rank: 1er, 2e, 3rd.
func isRankEnd(end string) bool {
	switch end {
	case "er", "ere", "re", "e", "em", "eme", "emme", "ieme", "nd", "nde", "st", "rd", "th":
		return true
	}
	return false
}

// rank reads a rank written as a word; its ending may be misspelt.
func rank(word string) int {
	if isArabic(word) {
		return arabicRank(word)
	}
	switch word {
	case "second", "seconde", "segond":
		return 2
	case "first":
		return 1
	case "third":
		return 3
	case "fourth":
		return 4
	case "fifth":
		return 5
	case "last":
		return -1
	}
	if len(word) < 5 || len(word) > 10 {
		return 0
	}
	for i, stem := range [...]string{"derni", "premi", "deuxi", "troisi", "quatri", "cinqui", "sixie", "septie", "huiti", "neuvi", "dixie"} {
		if strings.HasPrefix(word, stem) {
			if i == 0 {
				return -1
			}
			return i
		}
	}
	return 0
}

// unit reads a number from one to ten written as a word.
func unit(word string) int {
	if isArabic(word) {
		return arabicUnit(word)
	}
	switch word {
	case "un", "une", "one":
		return 1
	case "deux", "two":
		return 2
	case "trois", "three":
		return 3
	case "quatre", "four":
		return 4
	case "cinq", "five":
		return 5
	case "six":
		return 6
	case "sept", "seven":
		return 7
	case "huit", "eight":
		return 8
	case "neuf", "nine":
		return 9
	case "dix", "ten":
		return 10
	}
	return 0
}

// isArticle reports whether a number word is an article most of the time.
func isArticle(word string) bool { return word == "un" || word == "une" || word == "one" }

// isPointer reports whether a word announces a place: "le 1", "numéro 1".
func isPointer(word string) bool {
	switch word {
	case "le", "la", "l", "numero", "num", "no", "n", "nr", "reponse", "choix", "option", "lettre", "touche", "the", "number", "answer":
		return true
	}
	return isArabicPointer(word)
}

// isAround reports whether a word may stand beside a number without changing
// what it says.
func isAround(word string) bool {
	switch word {
	case "je", "j", "ai", "choisis", "choisi", "choisit", "prends", "prend", "veux", "tape", "tapez", "c", "est", "cest", "ce", "sera", "pour", "moi", "alors", "euh",
		"bonjour", "svp", "stp", "merci", "s", "il", "vous", "te", "plait", "voila", "ok", "i", "choose", "please", "d", "et", "ou", "and", "or":
		return true
	}
	return isArabicAround(word)
}
