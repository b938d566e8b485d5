package content

import (
	"strconv"
	"strings"
	"unicode"

	"passerelle/flows/intent"
)

// maxID is the greatest length of the id of a step or of an answer.
const maxID = 32

// slug makes an id of a text: accents folded, words joined by hyphens, cut
// between two words when it is too long.
func slug(text string) string {
	id := intent.Slug(text)
	if len(id) <= maxID {
		return id
	}
	id = id[:maxID+1]
	if i := strings.LastIndexByte(id, '-'); i > 0 {
		return id[:i]
	}
	return id[:maxID]
}

// fold makes two spellings of a word equal that differ in capitals, accents
// and signs alone.
func fold(word string) string { return intent.Slug(word) }

// isID tells whether a text has the form of an id: small letters and digits in
// groups, joined by hyphens.
func isID(id string) bool {
	if id == "" || len(id) > maxID {
		return false
	}
	for i := range len(id) {
		letter := id[i] >= 'a' && id[i] <= 'z' || id[i] >= '0' && id[i] <= '9'
		inside := id[i] == '-' && i > 0 && i < len(id)-1 && id[i-1] != '-'
		if !letter && !inside {
			return false
		}
	}
	return true
}

// isName tells whether a text can name what a learner answered: letters,
// digits, hyphens and underscores, a letter first.
func isName(name string) bool {
	for i, r := range name {
		if !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r) && r != '-' && r != '_') {
			return false
		}
	}
	return name != "" && len(name) <= 2*maxID
}

// nearest returns which of the candidates a misspelt word was probably meant to
// be, or nothing. At most a third of its letters may differ.
func nearest(word string, candidates []string) string {
	w := []rune(fold(word))
	best, least := "", 1+max(1, len(w)/3)
	for _, c := range candidates {
		if d := distance(w, []rune(fold(c)), least); d < least {
			best, least = c, d
		}
	}
	return best
}

// distance counts the letters added, left out, replaced or swapped between two
// words, and gives up at a limit.
func distance(a, b []rune, limit int) int {
	if len(a) == 0 || max(len(a)-len(b), len(b)-len(a)) >= limit {
		return limit
	}
	// Three rows of the table: two above, one above, and the one being made.
	before, above, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range b {
			change := 1
			if a[i] == b[j] {
				change = 0
			}
			row[j+1] = min(above[j]+change, above[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(b)]
}

// number writes a number for a sentence.
func number(n int) string { return strconv.Itoa(n) }

// kilobytes writes a size for a sentence, rounded up.
func kilobytes(n int) string { return strconv.Itoa((n + 1023) >> 10) }
