package intent

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxTextAnswer is how many characters a typed answer may have.
const maxTextAnswer = 100

// Parse reads an answer in the learner's own words as a value of a type, in
// its one canonical form: a number as 1200.5, a date as 1980-05-03, a phone
// number as +33612345678. What it cannot read with certainty it refuses.
// [YesNo] is read by a [Choices].
func Parse(t Type, text string) (value string, ok bool) {
	value, ok = parse(t, Clean(text))
	if !ok {
		return "", false
	}
	return value, true
}

// parse reads a clean text; the value of what is refused means nothing.
func parse(t Type, text string) (string, bool) {
	switch t {
	case Text:
		return parseText(text)
	case Number:
		return parseNumber(text)
	case Date:
		return parseDate(text)
	case Phone:
		return parsePhone(text)
	case Email:
		return parseEmail(text)
	case Postcode:
		return parsePostcode(text)
	case NoType, YesNo:
	}
	return "", false
}

// parseText accepts any words that fit on a line or two.
func parseText(text string) (string, bool) {
	text = strings.Join(strings.Fields(text), " ")
	return text, text != "" && utf8.RuneCountInString(text) <= maxTextAnswer
}

// plainDigits writes all digits as 0 to 9, all spaces as one kind, and all
// letters small; invisible marks go.
func plainDigits(text string) string {
	return strings.Map(func(r rune) rune {
		if d, ok := digit(r); ok {
			return '0' + d
		}
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.Cf, r):
			return -1
		case r == '٫':
			return ','
		case r == '−', r == '–', r == '‑':
			return '-'
		}
		return unicode.ToLower(r)
	}, text)
}

// stretch returns the only part of a text that holds digits, without the words
// before and after it. It is refused when words stand between digits.
func stretch(text string) (string, bool) {
	first := strings.IndexAny(text, "0123456789")
	if first < 0 {
		return "", false
	}
	last := strings.LastIndexAny(text, "0123456789")
	if first > 0 && text[first-1] == '+' {
		first--
	}
	part := text[first : last+1]
	return part, strings.IndexFunc(part, unicode.IsLetter) < 0
}

// onlyDigits drops all that is no digit.
func onlyDigits(text string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
}

// parsePhone reads a phone number: French ones as they are written, overseas
// included, and others after + or 00.
func parsePhone(text string) (string, bool) {
	part, ok := stretch(plainDigits(text))
	if !ok || strings.Trim(part, "+0123456789 .-/()_") != "" {
		return "", false
	}
	abroad := strings.HasPrefix(part, "+")
	digits := onlyDigits(strings.Replace(part, "(0)", "", 1))
	if !abroad && strings.HasPrefix(digits, "00") {
		abroad, digits = true, digits[2:]
	}
	if !abroad && len(digits) == 11 && strings.HasPrefix(digits, "33") {
		abroad = true
	}
	if abroad && strings.HasPrefix(digits, "33") {
		abroad, digits = false, "0"+strings.TrimPrefix(digits[2:], "0")
	}
	if abroad {
		return "+" + digits, len(digits) >= 9 && len(digits) <= 15 && digits[0] != '0'
	}
	if len(digits) != 10 || digits[0] != '0' || digits[1] == '0' {
		return "", false
	}
	return country(digits) + digits[1:], true
}

// country returns the calling code of a French number of ten digits; the
// departments and territories overseas have their own.
func country(digits string) string {
	switch digits[:4] {
	case "0590", "0690", "0691":
		return "+590"
	case "0594", "0694":
		return "+594"
	case "0596", "0696", "0697":
		return "+596"
	case "0262", "0263", "0269", "0639", "0692", "0693":
		return "+262"
	}
	return "+33"
}

// parsePostcode reads a French postcode, alone or with the name of the town.
func parsePostcode(text string) (string, bool) {
	part, ok := stretch(plainDigits(text))
	if !ok || strings.Trim(part, "0123456789 .") != "" {
		return "", false
	}
	code := onlyDigits(part)
	if len(code) != 5 {
		return "", false
	}
	area := code[:2]
	return code, area >= "01" && area <= "98" && area != "96"
}
