package intent

import (
	"strconv"
	"strings"
)

// arabicNumber reads the one number written in Arabic words, whose units come
// before their tens: "خمسة وعشرون" is 25.
func arabicNumber(folded string) (string, bool) {
	var n arabicTally
	for word := range strings.SplitSeq(folded, " ") {
		if !n.take(word) {
			return "", false
		}
	}
	if !n.begun {
		return "", false
	}
	return strconv.Itoa(n.total + n.current), true
}

// An arabicTally adds up a number said in Arabic words.
type arabicTally struct {
	total, current int
	begun, ended   bool
}

// take adds one word; it fails on a second number.
func (n *arabicTally) take(word string) bool {
	value, ok := arabicValue(word)
	if rest, with := strings.CutPrefix(word, "و"); !ok && with && n.begun {
		value, ok = arabicValue(rest)
	}
	if !ok {
		n.ended = n.begun && word != "و"
		return true
	}
	if n.ended {
		return false
	}
	n.begun = true
	switch {
	case value == 1000:
		n.total, n.current = n.total+max(n.current, 1)*1000, 0
	case value == 100 && n.current > 0 && n.current < 10:
		n.current *= 100
	default:
		n.current += value
	}
	return true
}

// arabicValue is the value of a number word.
func arabicValue(word string) (int, bool) {
	if n := arabicUnit(word); n > 0 {
		return n, true
	}
	switch word {
	case "صفر":
		return 0, true
	case "عشرون", "عشرين":
		return 20, true
	case "ثلاثون", "ثلاثين", "تلاتين":
		return 30, true
	case "اربعون", "اربعين", "ربعين":
		return 40, true
	case "خمسون", "خمسين":
		return 50, true
	case "ستون", "ستين":
		return 60, true
	case "سبعون", "سبعين":
		return 70, true
	case "ثمانون", "ثمانين", "تمانين":
		return 80, true
	case "تسعون", "تسعين":
		return 90, true
	case "مايه", "ميه":
		return 100, true
	case "ميتان", "ميتين":
		return 200, true
	case "الف":
		return 1000, true
	}
	head, hundreds := strings.CutSuffix(strings.Replace(word, "مايه", "ميه", 1), "ميه")
	n := arabicUnit(head)
	return 100 * n, hundreds && n > 0
}

// isArabicVague reports whether a word says about how many.
func isArabicVague(word string) bool {
	switch word {
	case "نصف", "نص", "حوالي", "تقريبا", "عده", "بضع", "بضعه", "كثير", "قليل":
		return true
	}
	return false
}

// arabicMonth reads the name of a month as it is said from Morocco to Iraq; the
// names of two words are joined by [joinedMonths].
func arabicMonth(word string) int {
	switch word {
	case "يناير", "جانفي", "كانونثاني":
		return 1
	case "فبراير", "فيفري", "شباط":
		return 2
	case "مارس", "اذار":
		return 3
	case "ابريل", "افريل", "نيسان":
		return 4
	case "مايو", "ماي", "ايار":
		return 5
	case "يونيو", "يونيه", "جوان", "حزيران":
		return 6
	case "يوليو", "يوليوز", "جويليه", "تموز":
		return 7
	case "اغسطس", "غشت", "اوت", "اب":
		return 8
	case "سبتمبر", "شتنبر", "ايلول":
		return 9
	case "اكتوبر", "تشريناول":
		return 10
	case "نوفمبر", "نونبر", "تشرينثاني":
		return 11
	case "ديسمبر", "دجنبر", "كانوناول":
		return 12
	}
	return 0
}

// joinedMonths writes the months of two words as one.
func joinedMonths(folded string) string {
	if !strings.Contains(folded, "كانون ") && !strings.Contains(folded, "تشرين ") {
		return folded
	}
	return strings.NewReplacer("كانون الثاني", "كانونثاني", "كانون الاول", "كانوناول",
		"تشرين الاول", "تشريناول", "تشرين الثاني", "تشرينثاني").Replace(folded)
}

// isAroundArabicDate reports whether a word may stand beside a date.
func isAroundArabicDate(word string) bool {
	switch word {
	case "يوم", "في", "من", "شهر", "سنه", "عام", "تاريخ", "ميلادي", "ميلاد", "ولدت", "مولود", "مولوده", "انا", "هو", "شكرا",
		"الاثنين", "الثلاثاء", "الاربعاء", "الخميس", "الجمعه", "السبت", "الاحد":
		return true
	}
	return false
}
