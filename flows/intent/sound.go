package intent

import "strings"

// A light French sound key: two spellings with the same key are likely to be
// the same word to somebody who writes as they hear. Capitals stand for nasal
// vowels (A as in "an", I as in "in", O as in "on"), c for "ch", w for "ou".

// appendSound appends the sound key of a folded word. The letter ç is written
// s by the caller when it is known.
func appendSound(dst []byte, word string) []byte {
	start := len(dst)
	for i := 0; i < len(word); {
		sound, used := soundAt(word, i)
		for _, c := range []byte(sound) {
			if len(dst) == start || dst[len(dst)-1] != c {
				dst = append(dst, c)
			}
		}
		i += used
	}
	return trimSilent(dst, start)
}

// soundAt returns the sound at a place of a word, and the letters it takes.
func soundAt(word string, i int) (sound string, used int) {
	if isArabic(word[i:]) {
		return arabicSound(word[i : i+letter]), letter
	}
	if sound, used = nasalAt(word, i); used > 0 {
		return sound, used
	}
	if sound, used = groupAt(word[i:]); used > 0 {
		return sound, used
	}
	return letterAt(word, i), 1
}

// nasalAt reads a nasal vowel: its n or m ends the word or stands before a
// consonant.
func nasalAt(word string, i int) (sound string, used int) {
	rest := word[i:]
	switch {
	case hasAny(rest, "ain", "aim", "ein"):
		sound, used = "I", 3
	case hasAny(rest, "oin"):
		sound, used = "wI", 3
	case hasAny(rest, "ien"):
		sound, used = "iI", 3
	case hasAny(rest, "an", "am", "en", "em"):
		sound, used = "A", 2
	case hasAny(rest, "in", "im", "un", "um", "yn", "ym"):
		sound, used = "I", 2
	case hasAny(rest, "on", "om"):
		sound, used = "O", 2
	default:
		return "", 0
	}
	if len(rest) > used && strings.IndexByte("aeiouynmh", rest[used]) >= 0 {
		return "", 0
	}
	return sound, used
}

// groupAt reads letters that make one sound together.
func groupAt(rest string) (sound string, used int) {
	switch {
	case hasAny(rest, "eau", "oeu"):
		return rest[1:2], 3
	case hasAny(rest, "au"):
		return "o", 2
	case hasAny(rest, "ai", "ei", "ay", "ey", "eu", "oe"):
		return "e", 2
	case hasAny(rest, "oi", "oy"):
		return "wa", 2
	case hasAny(rest, "ou"):
		return "w", 2
	case hasAny(rest, "ph"):
		return "f", 2
	case hasAny(rest, "ch", "sh"):
		return "c", 2
	case hasAny(rest, "qu"):
		return "k", 2
	case hasAny(rest, "gue", "gui", "guy"):
		return "g", 2
	case hasAny(rest, "gea", "geo"):
		return "j", 2
	}
	return "", 0
}

// letterAt reads a letter by itself.
func letterAt(word string, i int) string {
	soft := i+1 < len(word) && strings.IndexByte("eiy", word[i+1]) >= 0
	switch c := word[i]; {
	case c == 'h':
		return ""
	case c == 'c' && soft, c == 'z':
		return "s"
	case c == 'c', c == 'q':
		return "k"
	case c == 'g' && soft:
		return "j"
	case c == 'y':
		return "i"
	}
	return word[i : i+1]
}

// trimSilent drops the ends that are written and not heard, and those that
// only tell the form of a verb: -e, -s, -t, -er, -é, -ez.
func trimSilent(key []byte, start int) []byte {
	drop := func(letters string, keep int) {
		if n := len(key); n-start > keep && strings.IndexByte(letters, key[n-1]) >= 0 {
			key = key[:n-1]
		}
	}
	drop("sx", 2)
	if key2 := len(key); key2 > start && key[key2-1] != 'e' {
		drop("tdp", 2)
	}
	drop("e", 2)
	if n := len(key); n-start > 4 && key[n-1] == 'r' && key[n-2] == 'e' {
		key = key[:n-2]
	}
	return key
}

// hasAny reports whether a text begins with one of the prefixes.
func hasAny(text string, prefixes ...string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(text, p) {
			return true
		}
	}
	return false
}
