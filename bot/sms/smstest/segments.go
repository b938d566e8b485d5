package smstest

import (
	"strings"
	"unicode/utf16"
)

// The letters of GSM 03.38: those of one septet, and those of two.
const (
	oneSeptet = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	twoSeptets = "\f^{}\\[~]|€"
)

// segments counts the SMS that a text needs.
func segments(text string) int {
	var sizes []int
	for _, r := range text {
		switch {
		case strings.ContainsRune(oneSeptet, r):
			sizes = append(sizes, 1)
		case strings.ContainsRune(twoSeptets, r):
			sizes = append(sizes, 2)
		default:
			return fill(units(text), 70, 67)
		}
	}
	return fill(sizes, 160, 153)
}

// units are the sizes of the characters in UCS-2.
func units(text string) []int {
	var sizes []int
	for _, r := range text {
		sizes = append(sizes, utf16.RuneLen(r))
	}
	return sizes
}

// fill counts the parts of characters that are not cut: one of the first size,
// or several of the second.
func fill(sizes []int, alone, part int) int {
	total, parts, left := 0, 1, part
	for _, size := range sizes {
		if total += size; size > left {
			parts, left = parts+1, part
		}
		left -= size
	}
	if total <= alone {
		return 1
	}
	return parts
}
