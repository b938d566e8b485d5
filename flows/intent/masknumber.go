package intent

import (
	"unicode"
	"unicode/utf8"
)

// A glyph is one character as number checks see it.
type glyph struct {
	at, end int // its bytes in the text
	// sign is a digit, a capital letter, ' ' for what may stand between the
	// parts of a number, '/' for what stands in dates, '+'
	// before a phone number, 0 for all else.
	sign byte
}

// maxBetween is how many marks may stand between two digits of one number.
const maxBetween = 3

// glyphs takes a text apart.
func glyphs(text string) []glyph {
	all := make([]glyph, 0, len(text))
	for i, r := range text {
		all = append(all, glyph{at: i, end: i + max(utf8.RuneLen(r), 1), sign: signOf(r)})
	}
	return all
}

// signOf tells what a character is to a number check.
func signOf(r rune) byte {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	if d, ok := digit(r); ok {
		return "0123456789"[d]
	}
	switch {
	case r >= 'a' && r <= 'z':
		return letters[r-'a']
	case r >= 'A' && r <= 'Z':
		return letters[r-'A']
	case r == '/', r == ':':
		return '/'
	case r == '+':
		return '+'
	case r == '.', r == '-', r == '_', r == '·', r == '\'', r == ',', r == '*', r == '−':
		return ' '
	case unicode.IsSpace(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Pd, r), unicode.Is(unicode.M, r):
		return ' '
	}
	return 0
}

// numbers finds the secrets that check digits tell.
func numbers(all []glyph) []span {
	var spans []span
	for i := 0; i < len(all); {
		end, kind := numberAt(all, i)
		if end == 0 {
			i++
			continue
		}
		spans = append(spans, span{all[i].at, all[end-1].end, kind})
		i = end
	}
	return spans
}

// numberAt returns the end of the longest secret number that begins at a
// glyph, or 0.
func numberAt(all []glyph, i int) (end int, kind Secret) {
	end, kind = nirAt(all, i), NIR
	if e := ibanAt(all, i); e > end {
		end, kind = e, IBAN
	}
	if e := cardAt(all, i); e > end {
		end, kind = e, Card
	}
	return end, kind
}

// longest is the length of the longest number looked for, an IBAN.
const longest = 34

// A reach is a stretch of digits, and letters if wanted, with marks between.
type reach struct {
	n     int
	signs [longest]byte
	// ends are the places after each sign; last tells which signs end a group.
	ends [longest]int
	last [longest]bool
}

// reachFrom collects at most limit signs from a glyph on.
func reachFrom(all []glyph, i, limit int, letters bool) (r reach) {
	for between := 0; i < len(all) && r.n < limit && between <= maxBetween; i++ {
		switch s := all[i].sign; {
		case isDigit(s), letters && isCapital(s):
			r.signs[r.n], r.ends[r.n], r.last[r.n] = s, i+1, isEnd(all, i+1, letters)
			r.n++
			between = 0
		case s == ' ':
			between++
		default:
			return r
		}
	}
	return r
}

// isEnd reports whether no digit (nor letter, if these count) follows at once.
func isEnd(all []glyph, i int, letters bool) bool {
	return i >= len(all) || !isDigit(all[i].sign) && (!letters || !isCapital(all[i].sign))
}

func isCapital(c byte) bool { return c >= 'A' && c <= 'Z' }

// nirAt finds a social security number: thirteen digits and a key of two; the
// departments of Corsica are 2A and 2B.
func nirAt(all []glyph, i int) int {
	const size = 15
	if s := all[i].sign; s < '1' || s > '8' || i > 0 && isDigit(all[i-1].sign) {
		return 0
	}
	r := reachFrom(all, i, size, true)
	if r.n < size || !isEnd(all, r.ends[size-1], false) || !isNIR(r.signs[:size]) {
		return 0
	}
	return r.ends[size-1]
}

// isNIR checks the form and the key of fifteen signs.
func isNIR(signs []byte) bool {
	n, corsica := 0, 0
	for i, s := range signs[:13] {
		switch {
		case i == 6 && signs[5] == '2' && s == 'A':
			s, corsica = '0', 1_000_000
		case i == 6 && signs[5] == '2' && s == 'B':
			s, corsica = '0', 2_000_000
		case !isDigit(s):
			return false
		}
		n = n*10 + int(s-'0')
	}
	if !isDigit(signs[13]) || !isDigit(signs[14]) {
		return false
	}
	key := int(signs[13]-'0')*10 + int(signs[14]-'0')
	month := int(signs[3]-'0')*10 + int(signs[4]-'0')
	return month > 0 && (month <= 12 || month >= 20) && key == 97-(n-corsica)%97
}

// ibanAt finds an account number: two letters, two digits, and what the
// country adds.
func ibanAt(all []glyph, i int) int {
	const shortest = 15
	if !isCapital(all[i].sign) || i > 0 && !isEnd(all, i-1, true) {
		return 0
	}
	r := reachFrom(all, i, longest, true)
	if r.n < shortest || !isCapital(r.signs[1]) || !isDigit(r.signs[2]) || !isDigit(r.signs[3]) {
		return 0
	}
	size := ibanSize(string(r.signs[:2]))
	for n := r.n; n >= shortest; n-- {
		if (size == 0 || n == size) && r.last[n-1] && hasDigits(r.signs[:n]) && isIBAN(r.signs[:n]) {
			return r.ends[n-1]
		}
	}
	return 0
}

// ibanSize returns the length of a country's account numbers, or 0 for a
// country not listed.
func ibanSize(country string) int {
	switch country {
	case "NO":
		return 15
	case "BE":
		return 16
	case "DK", "FI", "NL":
		return 18
	case "SI":
		return 19
	case "AT", "EE", "LT", "LU":
		return 20
	case "CH", "HR", "LI", "LV":
		return 21
	case "BG", "DE", "GB", "IE", "GE":
		return 22
	case "CZ", "ES", "RO", "SE", "SK", "TN", "AD":
		return 24
	case "PT":
		return 25
	case "TR":
		return 26
	case "FR", "GR", "IT", "MC", "SM":
		return 27
	case "HU", "PL", "CY":
		return 28
	}
	return 0
}

// hasDigits reports whether enough signs are digits for an account number;
// a sentence that begins with "le 12" has fewer.
func hasDigits(signs []byte) bool {
	n := 12
	for _, s := range signs {
		if isDigit(s) {
			n--
		}
	}
	return n <= 0
}

// isIBAN checks the remainder modulo 97, the first four signs put last and
// letters counted from A = 10.
func isIBAN(signs []byte) bool {
	rest := 0
	for i := range signs {
		s := signs[(i+4)%len(signs)]
		if isDigit(s) {
			rest = (rest*10 + int(s-'0')) % 97
		} else {
			rest = (rest*100 + int(s-'A') + 10) % 97
		}
	}
	return rest == 1
}

// cardAt finds a card's number. Digits that stand alone may be grouped in any
// way; a part of a longer row of digits must be grouped as on a card.
func cardAt(all []glyph, i int) int {
	const shortest, most = 13, 19
	if s := all[i].sign; s < '1' || s > '9' || i > 0 && (isDigit(all[i-1].sign) || all[i-1].sign == '+') {
		return 0
	}
	r := reachFrom(all, i, most+1, false)
	for n := min(r.n, most); n >= shortest; n-- {
		if !r.last[n-1] || !isLuhn(r.signs[:n]) {
			continue
		}
		alone := n == r.n && !follows(all, i)
		if alone && !r.holdsDate(n) || r.isCardGrouped(n) {
			return r.ends[n-1]
		}
	}
	return 0
}

// isLuhn checks the last digit of a card's number.
func isLuhn(signs []byte) bool {
	sum := 0
	for i, s := range signs {
		d := int(s - '0')
		if (len(signs)-i)%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// follows reports whether digits stand before a glyph with only marks between.
func follows(all []glyph, i int) bool {
	for n := 0; i > 0 && n <= maxBetween; n++ {
		i--
		if all[i].sign != ' ' {
			return isDigit(all[i].sign)
		}
	}
	return false
}

// groups returns the sizes of the first groups that hold n signs.
func (r *reach) groups(n int) []int {
	var sizes []int
	size := 0
	for i := range n {
		if size++; r.last[i] {
			sizes, size = append(sizes, size), 0
		}
	}
	return sizes
}

// isCardGrouped reports whether n signs are written in one, by fours, or as
// 4-6-5.
func (r *reach) isCardGrouped(n int) bool {
	sizes := r.groups(n)
	if len(sizes) == 1 || len(sizes) == 3 && sizes[0] == 4 && sizes[1] == 6 {
		return true
	}
	for i, size := range sizes {
		if size != 4 && i < len(sizes)-1 {
			return false
		}
	}
	return true
}

// holdsDate reports whether n signs begin or end with a date such as
// 12.05.1980: then they are a date and something else.
func (r *reach) holdsDate(n int) bool {
	sizes := r.groups(n)
	k := len(sizes)
	return k > 3 && (isDateSized(sizes[:3]) && r.isYear(sizes[0]+sizes[1]) || isDateSized(sizes[k-3:]) && r.isYear(n-4))
}

// isDateSized reports whether groups have the sizes of day, month and year.
func isDateSized(sizes []int) bool { return sizes[0] <= 2 && sizes[1] <= 2 && sizes[2] == 4 }

// isYear reports whether a year of these times is written from a sign on.
func (r *reach) isYear(i int) bool {
	century := string(r.signs[i : i+2])
	return century == "19" || century == "20"
}
