package content

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Vowels of French, as they are written.
const vowels = "aàâäeéèêëiîïoôöuùûüyœæ"

// pronouncedEnt are the usual words whose last "ent" is heard, besides those in
// "ment". In all others it ends a verb: "ils changent".
var pronouncedEnt = []string{
	"absent", "accident", "agent", "argent", "cent", "content", "dent", "différent", "incident", "lent", "parent",
	"présent", "président", "prudent", "récent", "souvent", "talent", "urgent", "vent",
}

// unheard takes out apostrophes and the u that only hardens a letter.
var unheard = strings.NewReplacer("'", "", "’", "", "qu", "q", "gue", "ge", "gué", "gé", "guè", "gè", "gui", "gi")

// syllables counts what is heard of a word, in an even voice: groups of vowels
// without the mute end. A word without a vowel is spelt out, and a number is
// one syllable.
func syllables(word string) int {
	letters := []rune(sounded(strings.ToLower(word)))
	n := 0
	for i := range letters {
		if opens(letters, i) {
			n++
		}
	}
	if n == 0 {
		n = countLetters(word)
	}
	return max(1, n)
}

// sounded is a word in small letters without what is written and not heard.
func sounded(word string) string {
	word = unheard.Replace(word)
	if stem, ok := strings.CutSuffix(word, "ent"); ok && muteEnt(word, stem) {
		return stem
	}
	for _, mute := range []string{"es", "e"} {
		if stem, ok := strings.CutSuffix(word, mute); ok && strings.ContainsAny(stem, vowels) {
			return stem
		}
	}
	return word
}

// muteEnt tells whether a word in "ent" is a verb in the plural.
func muteEnt(word, stem string) bool {
	last, _ := utf8.DecodeLastRuneInString(stem)
	if !strings.ContainsAny(stem, vowels) || strings.ContainsRune("aeiouym", last) {
		return false
	}
	return !slices.Contains(pronouncedEnt, word)
}

// opens tells whether a new syllable opens with a letter: a vowel after none,
// or after one that it is not said together with.
func opens(letters []rune, i int) bool {
	if !isVowel(letters, i) {
		return false
	}
	if !isVowel(letters, i-1) {
		return letters[i] != 'y' || !isVowel(letters, i+1)
	}
	before, here := letters[i-1], letters[i]
	switch {
	case here == 'y':
		return false
	case before == 'y':
		return true
	case strings.ContainsRune("éëï", before), strings.ContainsRune("ëï", here):
		return true
	}
	return before == 'i' && i >= 3 && strings.ContainsRune("lr", letters[i-2]) && strings.ContainsRune("bcdfgptv", letters[i-3])
}

// isVowel tells whether there is a vowel at a place of a word.
func isVowel(letters []rune, i int) bool {
	return i >= 0 && i < len(letters) && strings.ContainsRune(vowels, letters[i])
}

// countLetters counts the letters of a word.
func countLetters(word string) int {
	n := 0
	for _, r := range word {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}
