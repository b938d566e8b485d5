package intent

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxSlug is the greatest length of a slug.
const maxSlug = 32

// Fold returns what two texts must share to be the same words: small letters
// without accents, digits as 0 to 9, one space between words and nothing else.
// Arabic letters lose their vowel signs, and forms of one letter become one.
// An emoji is a word of its own.
func Fold(text string) string { return string(appendFold(nil, text)) }

// Slug makes an identifier of a label: letters a to z, digits and single
// dashes, at most 32 characters. It is empty when the label has no such letter.
func Slug(label string) string {
	slug := make([]byte, 0, maxSlug)
	for _, c := range []byte(Fold(label)) {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			slug = append(slug, c)
		case len(slug) > 0 && slug[len(slug)-1] != '-':
			slug = append(slug, '-')
		}
	}
	slug = slug[:min(len(slug), maxSlug)]
	for len(slug) > 0 && slug[len(slug)-1] == '-' {
		slug = slug[:len(slug)-1]
	}
	return string(slug)
}

// appendFold appends the folded text to dst.
func appendFold(dst []byte, text string) []byte {
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf {
			dst = appendASCII(dst, rune(c))
			i++
			continue
		}
		_, size := utf8.DecodeRuneInString(text[i:])
		dst = appendWide(dst, text[i:i+size])
		i += size
	}
	if n := len(dst); n > 0 && dst[n-1] == ' ' {
		dst = dst[:n-1]
	}
	return dst
}

// appendASCII appends one plain character: a letter, a digit, or a gap.
func appendASCII(dst []byte, c rune) []byte {
	switch {
	case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
		return utf8.AppendRune(dst, c)
	case c >= 'A' && c <= 'Z':
		return utf8.AppendRune(dst, c+'a'-'A')
	}
	return appendGap(dst)
}

// appendGap ends a word; gaps never double and never come first.
func appendGap(dst []byte) []byte {
	if len(dst) == 0 || dst[len(dst)-1] == ' ' {
		return dst
	}
	return append(dst, ' ')
}

// appendWide appends one character beyond ASCII, taken apart first, so that é
// is e and a mark, and ① is 1.
func appendWide(dst []byte, char string) []byte {
	if char == "º" || char == "ª" { // written for ° in "nº 1"
		return appendGap(dst)
	}
	if parts := norm.NFKD.PropertiesString(char).Decomposition(); parts != nil {
		for len(parts) > 0 {
			r, size := utf8.DecodeRune(parts)
			dst = appendPart(dst, r)
			parts = parts[size:]
		}
		return dst
	}
	r, _ := utf8.DecodeRuneInString(char)
	return appendPart(dst, r)
}

// appendPart appends one character that cannot be taken apart.
func appendPart(dst []byte, r rune) []byte {
	if r < utf8.RuneSelf {
		return appendASCII(dst, r)
	}
	if d, ok := digit(r); ok {
		return utf8.AppendRune(dst, '0'+d)
	}
	if twin := twin(r); twin != "" {
		return append(dst, twin...)
	}
	switch {
	case r == tatweel, unicode.Is(unicode.Mn, r), unicode.Is(unicode.Me, r), unicode.Is(unicode.Cf, r):
		return dst
	case unicode.Is(unicode.Sk, r): // the colour of a skin
		return dst
	case unicode.IsLetter(r), unicode.IsNumber(r), unicode.Is(unicode.Mc, r):
		return utf8.AppendRune(dst, unicode.ToLower(r))
	case r > '\u2190' && unicode.Is(unicode.So, r):
		return append(utf8.AppendRune(appendGap(dst), r), ' ')
	}
	return appendGap(dst)
}

// tatweel only stretches an Arabic word.
const tatweel = 'ـ'

// twin returns the plain writing of letters that are one letter to a reader,
// or nothing.
func twin(r rune) string {
	switch r {
	case 'œ', 'Œ':
		return "oe"
	case 'æ', 'Æ':
		return "ae"
	case 'ß', 'ẞ':
		return "ss"
	case 'ø', 'Ø':
		return "o"
	case 'ł', 'Ł':
		return "l"
	case 'đ', 'Đ':
		return "d"
	case 'ı':
		return "i"
	case 'ٱ':
		return "ا"
	case 'ى', 'ی':
		return "ي"
	case 'ة':
		return "ه"
	case 'ک':
		return "ك"
	}
	return ""
}

// digit returns the value of a decimal digit of the scripts our learners use.
func digit(r rune) (rune, bool) {
	for _, zero := range [...]rune{'0', '٠', '۰', '߀', '०', '০', '０'} {
		if r >= zero && r <= zero+9 {
			return r - zero, true
		}
	}
	return 0, false
}
