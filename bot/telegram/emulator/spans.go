package main

import (
	"slices"
	"unicode/utf16"

	"passerelle/bot/telegram/telegramtest"
)

// A span is a part of a text that looks the same throughout.
type span struct {
	Text               string
	Bold, Italic, Code bool
	Link               string
}

// spans cuts a text where one of its entities begins or ends.
func spans(text string, entities []telegramtest.Entity) []span {
	coded := utf16.Encode([]rune(text))
	cuts := []int{0, len(coded)}
	for _, e := range entities {
		cuts = append(cuts, e.Offset, e.Offset+e.Length)
	}
	slices.Sort(cuts)
	var found []span
	for i, from := range cuts[1:] {
		if from > cuts[i] {
			found = append(found, spanOf(string(utf16.Decode(coded[cuts[i]:from])), cuts[i], entities))
		}
	}
	return found
}

// spanOf gives a part the looks of the entities around its first character.
func spanOf(text string, at int, entities []telegramtest.Entity) span {
	s := span{Text: text}
	for _, e := range entities {
		if at < e.Offset || at >= e.Offset+e.Length {
			continue
		}
		switch e.Type {
		case "bold":
			s.Bold = true
		case "italic":
			s.Italic = true
		case "code", "pre":
			s.Code = true
		case "text_link":
			if isWeb(e.URL) {
				s.Link = e.URL
			}
		}
	}
	return s
}
