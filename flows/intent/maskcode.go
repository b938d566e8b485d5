package intent

import "strings"

// A code received by SMS has three to nine digits.
const (
	shortestCode = 3
	longestCode  = 9
)

// isCodeWord reports whether a word announces a code.
func isCodeWord(word string) bool {
	switch word {
	case "code", "codes", "cod", "cvv", "cvc", "cvv2", "cryptogramme", "pin", "otp", "puk", "رمز", "الرمز", "كود", "الكود":
		return true
	}
	return false
}

// isBesideCode reports whether a word may stand between "code" and its digits.
// "Postal", "civil" and "du travail" may not.
func isBesideCode(word string) bool {
	switch word {
	case "recu", "recus", "recue", "est", "c", "ce", "cest", "sms", "pin", "secret", "que", "qu", "j", "ai", "jai", "je", "le", "la", "de", "du", "d", "l", "mon", "ma", "m", "a",
		"verification", "confirmation", "securite", "validation", "activation", "connexion", "acces", "bancaire", "carte", "bleue", "cb", "sim", "par", "voici", "voila",
		"recois", "viens", "recevoir", "on", "envoye", "dit", "donne", "banque", "telephone", "tel", "portable", "unique", "temporaire", "numero", "g", "is", "was", "received", "that", "i", "got", "the", "to", "for", "my", "your", "votre", "security", "هو", "هي":
		return true
	}
	return isCodeWord(word) || isService(word)
}

// isService reports whether a word names a service or a device: it may stand
// beside a code or a password, and is none.
func isService(word string) bool {
	switch word {
	case "whatsapp", "google", "gmail", "facebook", "instagram", "messenger", "youtube", "franceconnect", "ameli", "caf", "laposte", "leboncoin", "orange", "sfr", "free", "bouygues",
		"outlook", "hotmail", "yahoo", "microsoft", "windows", "apple", "icloud", "iphone", "ipad", "android", "samsung", "telegram", "wifi", "internet", "mail", "email", "messagerie":
		return true
	}
	return false
}

// maxBesideCode is how many words may stand between "code" and its digits.
const maxBesideCode = 8

// codeAfter finds the digits that follow the word code.
func codeAfter(all []part, keyword int) span {
	for i := keyword + 1; i < min(keyword+maxBesideCode+2, len(all)); i++ {
		if i == keyword+1 && isBarePostcode(all, i) {
			break
		}
		if strings.ContainsAny(all[i].word, "0123456789") {
			return codeSpan(all, i)
		}
		if !isBesideCode(all[i].word) {
			break
		}
	}
	return span{}
}

// isBarePostcode reports whether what follows "code", and nothing says it was
// received, is the postcode of a place: "code 59000".
func isBarePostcode(all []part, i int) bool {
	_, ok := parsePostcode(all[i].word)
	alone := i+1 == len(all) || all[i+1].broken || !isAllDigits(all[i+1].word)
	return ok && len(all[i].word) == 5 && alone && strings.HasPrefix(all[i-1].word, "cod")
}

// codeSpan spans a code that begins at a part, in one or in groups.
func codeSpan(all []part, first int) span {
	word := all[first].word
	if len(onlyDigits(word)) != len(word) {
		if len(word) < 4 || len(word) > longestCode || isHour(word) {
			return span{}
		}
		return span{all[first].start, all[first].end, Code}
	}
	digits, last := len(word), first
	for i := first + 1; i < len(all) && !all[i].broken && all[i].start-all[i-1].end <= 3 && len(onlyDigits(all[i].word)) == len(all[i].word); i++ {
		digits, last = digits+len(all[i].word), i
	}
	if digits < shortestCode || digits > longestCode {
		return span{}
	}
	return span{all[first].start, all[last].end, Code}
}

// isHour reports whether a word is an hour: 14h, 14h30.
func isHour(word string) bool {
	hours, minutes, ok := strings.Cut(word, "h")
	return ok && len(hours) <= 2 && len(minutes) <= 2 && onlyDigits(hours+minutes) == hours+minutes
}

// codeBefore finds the digits said to be a code: "4821 c'est le code".
func codeBefore(all []part, keyword int) span {
	said := false
	last := keyword - 1
	for ; last >= 0 && last >= keyword-5 && !all[last+1].broken; last-- {
		switch all[last].word {
		case "est", "cest", "is":
			said = true
			continue
		case "c", "ce", "le", "mon", "the", "my", "de", "du":
			continue
		}
		break
	}
	if !said || last < 0 || keyword+1 < len(all) && !isBesideCode(all[keyword+1].word) && !all[keyword+1].broken {
		return span{}
	}
	first := last + 1
	for first > 0 && isAllDigits(all[first-1].word) && (first-1 == last || !all[first].broken) {
		first--
	}
	if first > last {
		return span{}
	}
	return codeSpan(all, first)
}

// isAllDigits reports whether a word is digits only.
func isAllDigits(word string) bool { return word != "" && onlyDigits(word) == word }
