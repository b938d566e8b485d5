// Package gsm knows how a text travels by SMS: which alphabet carries it, how
// many segments are paid for, and how the same words cost less.
//
// An SMS holds 140 bytes. A text whose characters all stand in the alphabet of
// GSM takes 7 bits a character: 160 fit, or 153 in each segment of a longer
// text. One character outside, and the whole text travels as UTF-16: 70 units
// fit, or 67. French is full of such characters that nobody chose: ’ « » … and
// the ê of "être". So a text written with care costs twice the money.
//
//   - [Measure] counts, as networks do: the two halves of a character that takes
//     two places always travel in one segment. [Split] shows the segments.
//   - [Rewrite] makes a text cheaper with as little damage as that takes, and
//     leaves it alone where nothing is won.
//   - [Step] is one screenful: its words and its choices. [Step.Messages] makes
//     of it at most three messages, cut between sentences, the choices whole.
//
// Everything here is a pure function of its text. A text need not be valid
// UTF-8; a byte that is none counts as one character outside the alphabet.
//
// Sources: 3GPP TS 23.038 §6.2.1 (the alphabet and its extension), TS 23.040
// §9.2.3.24.1 (segments, with a reference of 8 bits). National shift tables
// are not used: no gateway in France sends them.
package gsm

import (
	"strings"
	"unicode/utf8"
)

// The default alphabet, in the order of its codes from 0x00 to 0x7f, and what
// follows the escape character, in the order of those codes.
const (
	alphabet = "@£$¥èéùìòÇ\nØø\rÅå" +
		"Δ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ" +
		" !\"#¤%&'()*+,-./" +
		"0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNO" +
		"PQRSTUVWXYZÄÖÑÜ§" +
		"¿abcdefghijklmno" +
		"pqrstuvwxyzäöñüà"
	extension = "\f^{}\\[~]|€"
	escape    = '\x1b'
)

// What one segment holds, in septets or in units of UTF-16: of a text that
// needs no other, and of one that does.
const (
	oneGSM, manyGSM         = 160, 153
	oneUnicode, manyUnicode = 70, 67
)

// A Size is what a text takes up.
type Size struct {
	// Unicode says that the alphabet of GSM does not hold the text.
	Unicode bool
	// Units are septets, or with Unicode units of UTF-16.
	Units int
	// Segments are what is paid for; an empty text is one.
	Segments int
}

// Measure counts what a text takes up as it stands.
func Measure(text string) Size {
	size := Size{Unicode: !inGSM(text), Segments: 1}
	one, many := size.room()
	filled := 0
	for _, r := range text {
		n := size.units(r)
		if filled+n > many {
			size.Segments++
			filled = 0
		}
		filled += n
		size.Units += n
	}
	if size.Units <= one {
		size.Segments = 1
	}
	return size
}

// Room is how many units so many segments of this kind hold: 160 septets, or
// 306 in two; 70 units of UTF-16, or 134.
func (s Size) Room(segments int) int {
	one, many := s.room()
	if segments == 1 {
		return one
	}
	return segments * many
}

// Split cuts a text where the network cuts it: joined, the pieces are the text.
// No sentence or word counts here, for a phone puts the pieces together again;
// see [Step.Messages] for what a person reads one by one.
func Split(text string) []string {
	size := Measure(text)
	if size.Segments == 1 {
		return []string{text}
	}
	_, many := size.room()
	pieces := make([]string, 0, size.Segments)
	filled, from := 0, 0
	for at, r := range text {
		n := size.units(r)
		if filled+n > many {
			pieces = append(pieces, text[from:at])
			filled, from = 0, at
		}
		filled += n
	}
	return append(pieces, text[from:])
}

// room is what one segment holds, alone and among others.
func (s Size) room() (one, many int) {
	if s.Unicode {
		return oneUnicode, manyUnicode
	}
	return oneGSM, manyGSM
}

// units is what one character of a text of this kind takes.
func (s Size) units(r rune) int {
	if s.Unicode {
		if r > 0xffff {
			return 2
		}
		return 1
	}
	return septets(r)
}

// inGSM tells whether the alphabet holds every character of a text.
func inGSM(text string) bool {
	for _, r := range text {
		if septets(r) == 0 {
			return false
		}
	}
	return true
}

// septets is what a character takes in the alphabet of GSM; none where it has
// no place.
func septets(r rune) int {
	switch {
	case 'a' <= r && r <= 'z' || r == ' ':
		return 1
	case strings.ContainsRune(extension, r):
		return 2
	case r != escape && r != utf8.RuneError && strings.ContainsRune(alphabet, r):
		return 1
	}
	return 0
}
