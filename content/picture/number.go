package picture

import (
	"math"
	"strconv"
	"strings"
)

// blanks may stand around numbers.
const blanks = " \t\r\n\f"

// A lexer reads numbers out of an attribute, as loosely as SVG lets them stand:
// "10-5.5.5" are three.
type lexer struct{ rest string }

// skip passes over blanks and one comma.
func (l *lexer) skip() {
	l.rest = strings.TrimLeft(l.rest, blanks)
	if after, ok := strings.CutPrefix(l.rest, ","); ok {
		l.rest = strings.TrimLeft(after, blanks)
	}
}

// empty tells whether nothing is left.
func (l *lexer) empty() bool { return strings.Trim(l.rest, blanks) == "" }

// number reads one number.
func (l *lexer) number() (float64, bool) {
	l.skip()
	n := numberLength(l.rest)
	v, err := strconv.ParseFloat(l.rest[:n], 64)
	if err != nil || math.Abs(v) > maxNumber {
		return 0, false
	}
	l.rest = l.rest[n:]
	return v, true
}

// numberLength is how many bytes at the front are one number.
func numberLength(s string) int {
	n := signs(s)
	whole := digits(s[n:])
	n += whole
	part := 0
	if strings.HasPrefix(s[n:], ".") {
		part = digits(s[n+1:])
		n += 1 + part
	}
	if whole+part == 0 {
		return 0
	}
	if n < len(s) && (s[n] == 'e' || s[n] == 'E') {
		sign := signs(s[n+1:])
		if power := digits(s[n+1+sign:]); power > 0 {
			n += 1 + sign + power
		}
	}
	return n
}

// signs counts a sign at the front.
func signs(s string) int {
	if strings.HasPrefix(s, "-") || strings.HasPrefix(s, "+") {
		return 1
	}
	return 0
}

// digits counts the digits at the front.
func digits(s string) int { return len(s) - len(strings.TrimLeft(s, "0123456789")) }

// flag reads a 0 or a 1, which needs no blank behind it.
func (l *lexer) flag() (float64, bool) {
	l.skip()
	if l.rest == "" || l.rest[0] != '0' && l.rest[0] != '1' {
		return 0, false
	}
	v := float64(l.rest[0] - '0')
	l.rest = l.rest[1:]
	return v, true
}

// letter reads one letter.
func (l *lexer) letter() (byte, bool) {
	rest := strings.TrimLeft(l.rest, blanks)
	if rest == "" || (rest[0]|0x20) < 'a' || (rest[0]|0x20) > 'z' {
		return 0, false
	}
	l.rest = rest[1:]
	return rest[0], true
}

// numbers reads all the numbers of an attribute.
func numbers(s string) ([]float64, bool) {
	var all []float64
	for l := (lexer{s}); !l.empty(); {
		v, ok := l.number()
		if !ok {
			return nil, false
		}
		all = append(all, v)
	}
	return all, true
}

// length reads one number in pixels.
func length(s string) (float64, bool) {
	all, ok := numbers(strings.TrimSuffix(strings.Trim(s, blanks), "px"))
	if !ok || len(all) != 1 {
		return 0, false
	}
	return all[0], true
}

// share reads a number from 0 to 1, or a percentage.
func share(s string) (float64, bool) {
	s = strings.Trim(s, blanks)
	bare := strings.TrimSuffix(s, "%")
	v, ok := length(bare)
	if bare != s {
		v /= 100
	}
	return min(max(v, 0), 1), ok
}

// atLetter tells whether a letter comes next.
func (l *lexer) atLetter() bool {
	ahead := *l
	_, ok := ahead.letter()
	return ok
}
