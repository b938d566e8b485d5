package intent

import "strings"

// Arabic as people write it, standard or as it is spoken. [Fold] has taken off
// the marks above and below letters, and made one of letters that are confused:
// أ إ آ are ا, ى is ي, ة is ه. Here a word loses what is written before it as
// one word with it, and is compared letter by letter, not byte by byte.

// letter is the length of an Arabic letter in bytes.
const letter = 2

// isArabic reports whether a folded word begins with an Arabic letter.
func isArabic(word string) bool {
	return len(word) >= letter && word[0] >= 0xD8 && word[0] <= 0xDB
}

// Arabic reports whether a text has letters of Arabic, and none that only Persian,
// Pashto or Urdu have.
func Arabic(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return r >= 'ء' && r <= 'ي' && r != tatweel }) &&
		!strings.ContainsAny(text, "پچژگکیںےھۀہڈٹړټڅږښڼ")
}

// spellArabic writes out a folded word that follows another: "والهاتف" is
// "هاتف", and "مافهمتش" is "ما فهمت".
func spellArabic(before, word string) string {
	word = shorten(word)
	if stem, ok := undenied(word); ok {
		return "ما " + stem
	}
	if before == "ما" {
		word = withoutSheen(word)
	}
	return bareArabic(word)
}

// bareArabic is a word without the article and the small words that are written
// with it.
func bareArabic(word string) string {
	for _, before := range [...]string{"وال", "بال", "فال", "كال", "لل", "ال"} {
		if rest, ok := strings.CutPrefix(word, before); ok && len(rest) >= 3*letter {
			return rest
		}
	}
	return word
}

// undenied is the word inside of what is spoken as "ما … ش": "ماعنديش",
// "معرفش".
func undenied(word string) (stem string, ok bool) {
	if rest, found := strings.CutPrefix(word, "ما"); found && len(rest) >= 4*letter && strings.HasSuffix(rest, "ش") {
		return strings.TrimSuffix(rest, "ش"), true
	}
	switch word {
	case "معنديش", "معرفش", "مفهمتش", "ملقيتش", "مقدرتش", "معرفتش", "منعرفش", "مشفتش":
		return strings.TrimSuffix(strings.TrimPrefix(word, "م"), "ش"), true
	}
	return "", false
}

// withoutSheen drops the ش that ends what "ما" denies: "ما فهمتش".
func withoutSheen(word string) string {
	if stem := strings.TrimSuffix(word, "ش"); len(stem) >= 3*letter {
		return stem
	}
	return word
}

// shorten writes once the letters repeated three times or more: "نعععم" is
// "نعم".
func shorten(word string) string {
	for i := 0; i+3*letter <= len(word); {
		one := word[i : i+letter]
		end := i + letter
		for strings.HasPrefix(word[end:], one) {
			end += letter
		}
		if end-i >= 3*letter {
			word = word[:i+letter] + word[end:]
		}
		i += letter
	}
	return word
}

// arabicSound is the letter that people write for one that sounds alike.
func arabicSound(char string) string {
	switch char {
	case "ط", "ث":
		return "ت"
	case "ص":
		return "س"
	case "ذ", "ض", "ظ":
		return "د"
	case "ق":
		return "ك"
	case "ح":
		return "ه"
	case "ء":
		return ""
	}
	return char
}

// nearArabic says how near a word is to a term in letters: its beginning, the
// word with "my" or "it" behind, a letter that is wrong.
func nearArabic(word, term string) float64 {
	if !isArabic(word) || !isArabic(term) {
		return 0
	}
	common := commonPrefix(word, term) / letter * letter
	rest, left := word[common:], term[common:]
	switch {
	case common < 3*letter: // nothing in common to speak of
	case rest == "" && common >= 4*letter, left == "" && isArabicEnding(rest), rest == "" && isArabicEnding(left),
		left == "ه" && strings.HasPrefix(rest, "ت") && isArabicEnding(rest[letter:]):
		return begun
	case left == "" && rest == "ه", rest == "" && left == "ه", isArabicEnding(rest) && isArabicEnding(left):
		return family
	}
	if stem := arabicStem(word); len(stem) >= 3*letter && stem == arabicStem(term) {
		return family
	}
	return misspeltArabic(word, term)
}

// arabicStem is a verb without what tells who does it and when: that of "افهم"
// and of "فهمت" is "فهم".
func arabicStem(word string) string {
	for _, before := range [...]string{"ا", "ي", "ت", "ن"} {
		if rest, ok := strings.CutPrefix(word, before); ok && len(rest) >= 3*letter {
			return rest
		}
	}
	return strings.TrimSuffix(word, "ت")
}

// misspeltArabic allows for a letter that is wrong in words of five and more,
// and asks back in words of four: many of those are another word.
func misspeltArabic(word, term string) float64 {
	var a, b [maxWord]byte
	n, m := letters(a[:0], word), letters(b[:0], term)
	shorter := min(len(n), len(m))
	switch {
	case shorter < 4 || !within(string(n), string(m), 1+shorter/8):
		return 0
	case shorter == 4 || n[0] != m[0]:
		return guess
	}
	return misspelt
}

// letters appends a byte for each letter of an Arabic word; they all stand in
// one block.
func letters(dst []byte, word string) []byte {
	for _, r := range word {
		if len(dst) == maxWord {
			return dst
		}
		dst = append(dst, byte(r&0xFF))
	}
	return dst
}

// isArabicEnding reports whether letters are one of the endings for "my", "it",
// "they", or for several.
func isArabicEnding(end string) bool {
	switch end {
	case "ي", "ني", "نا", "ك", "كم", "ه", "ها", "هم", "ات", "ين", "ون", "ان", "ت", "تي", "تها", "ا":
		return true
	}
	return false
}
