package intent

import (
	"strconv"
	"strings"
)

// maxDigits is how many digits a number may have: all of them are exact.
const maxDigits = 15

// parseNumber reads the one number of a text, in digits or in words, whatever
// the unit: "12 ans", "1 200,50 €", "quatre-vingt-douze".
func parseNumber(text string) (string, bool) {
	folded := Fold(text)
	if isVague(folded) {
		return "", false
	}
	text = plainDigits(text)
	if !strings.ContainsAny(text, "0123456789") {
		return wordsNumber(folded)
	}
	part, ok := stretch(text)
	if !ok {
		return "", false
	}
	value, ok := figure(strings.TrimPrefix(part, "+"))
	if ok && value != "0" && isBelowZero(text, folded) {
		value = "-" + value
	}
	return value, ok
}

// isVague reports whether the words say about how many.
func isVague(folded string) bool {
	for word := range strings.SplitSeq(folded, " ") {
		switch word {
		case "demi", "demie", "quart", "peu", "plusieurs", "dizaine", "dizaines", "quinzaine", "vingtaine", "trentaine", "centaine", "millier", "half":
			return true
		}
		if isArabicVague(word) {
			return true
		}
	}
	return false
}

// isBelowZero reports whether a minus stands right before the digits.
func isBelowZero(text, folded string) bool {
	first := strings.IndexAny(text, "0123456789")
	return first > 0 && text[first-1] == '-' && strings.TrimSpace(text[:first-1]) == "" || strings.HasPrefix(folded, "moins ") || strings.HasPrefix(folded, "minus ")
}

// figure reads digits with the marks people put between them: a space or a
// point between thousands, a comma or a point before decimals.
func figure(part string) (string, bool) {
	whole, decimals := part, ""
	if i := decimalMark(part); i >= 0 {
		whole, decimals = part[:i], part[i+1:]
	}
	whole, ok := ungroup(whole)
	if !ok || len(whole)+len(decimals) > maxDigits || len(onlyDigits(decimals)) != len(decimals) {
		return "", false
	}
	whole = strings.TrimLeft(whole, "0")
	if whole == "" {
		whole = "0"
	}
	if decimals = strings.TrimRight(decimals, "0"); decimals != "" {
		return whole + "." + decimals, true
	}
	return whole, true
}

// decimalMark finds the mark before the decimals, or returns -1. The last of
// two different marks is it; one point before three digits is not.
func decimalMark(part string) int {
	last := strings.LastIndexAny(part, ".,")
	if last < 0 {
		return -1
	}
	mark := part[last : last+1]
	alone := strings.Count(part, mark) == 1
	mixed := strings.ContainsAny(part[:last], " .,'")
	thousand := mark == "." && len(part)-last == 4 && last <= 3 && part[0] != '0'
	if !alone || thousand && !mixed {
		return -1
	}
	return last
}

// ungroup joins groups of three digits.
func ungroup(whole string) (string, bool) {
	groups := strings.FieldsFunc(whole, func(r rune) bool { return strings.ContainsRune(" .,'’", r) })
	for i, g := range groups {
		if len(onlyDigits(g)) != len(g) || i > 0 && len(g) != 3 || i == 0 && len(groups) > 1 && len(g) > 3 {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

// wordsNumber reads the one number written in words.
func wordsNumber(folded string) (string, bool) {
	if isArabic(folded) {
		return arabicNumber(folded)
	}
	var n tally
	for word := range strings.SplitSeq(folded, " ") {
		if !n.take(word) {
			return "", false
		}
	}
	if n.state == before {
		return "", false
	}
	value := strconv.Itoa(n.total + n.current)
	if strings.HasPrefix(folded, "moins ") && value != "0" {
		value = "-" + value
	}
	return value, true
}

// A tally adds up a number said in words.
type tally struct {
	total, current int
	state          tallyState
}

// A tallyState is where a reply is with its number.
type tallyState uint8

const (
	before tallyState = iota
	inside
	after
)

// take adds one word; it fails on a second number or an impossible one.
func (n *tally) take(word string) bool {
	value := numberWord(word)
	switch {
	case value < 0 && word == "et" && n.state == inside:
		return true
	case value < 0:
		if n.state == inside {
			n.state = after
		}
		return true
	case n.state == after:
		return false
	}
	first := n.state == before
	n.state = inside
	return n.add(value, first)
}

// add adds the value of one number word to those before it.
func (n *tally) add(value int, first bool) bool {
	tens := n.current % 100
	switch {
	case value == 0:
		n.state = after
		return first
	case value == 1000:
		again := n.total > 0
		n.total, n.current = max(n.current, 1)*1000, 0
		return !again
	case value == 100:
		n.current = max(n.current, 1) * 100
		return n.current <= 900
	case value == 20 && tens == 4:
		n.current += 76
		return true
	case value >= 20:
		n.current += value
		return tens == 0
	case value >= 10:
		n.current += value
		return tens == 0 || tens == 60 || tens == 80
	}
	n.current += value
	return tens%10 == 0 && (tens%20 == 0 || tens == 30 || tens == 50 || value >= 7 || tens == 70 || tens == 90)
}

// numberWord returns the value of a folded number word, or -1.
func numberWord(word string) int {
	if n := unit(word); n > 0 {
		return n
	}
	if n := teen(word); n > 0 {
		return n
	}
	if n := ten(word); n > 0 {
		return n
	}
	switch word {
	case "zero":
		return 0
	case "cent", "cents", "hundred":
		return 100
	case "mille", "milles", "thousand":
		return 1000
	}
	return -1
}

// teen reads a number from eleven to nineteen, or returns 0.
func teen(word string) int {
	switch word {
	case "onze", "eleven":
		return 11
	case "douze", "twelve":
		return 12
	case "treize", "thirteen":
		return 13
	case "quatorze", "fourteen":
		return 14
	case "quinze", "fifteen":
		return 15
	case "seize", "sixteen":
		return 16
	case "seventeen":
		return 17
	case "eighteen":
		return 18
	case "nineteen":
		return 19
	}
	return 0
}

// ten reads the tens from twenty on, Swiss and Belgian ones too, or returns 0.
func ten(word string) int {
	switch word {
	case "vingt", "vingts", "twenty":
		return 20
	case "trente", "thirty":
		return 30
	case "quarante", "forty":
		return 40
	case "cinquante", "fifty":
		return 50
	case "soixante", "sixty":
		return 60
	case "septante", "seventy":
		return 70
	case "huitante", "octante", "eighty":
		return 80
	case "nonante", "ninety":
		return 90
	}
	return 0
}
