package telegram

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/go-telegram/bot/models"
)

// A prose is text as people see it, and which stretches of it are bold. Nothing
// in it is markup any more.
type prose struct {
	text string
	bold []stretch
}

// A stretch is a part of a text, in bytes.
type stretch struct{ from, to int }

// readProse reads the **bold** words of a text, line by line. Two stars without
// their partner, or with nothing between them, are text like any other.
func readProse(text string) prose {
	var p prose
	for i, line := range strings.Split(tidy(text), "\n") {
		if i > 0 {
			p.text += "\n"
		}
		p.line(strings.Split(line, "**"))
	}
	return p
}

// line adds a line that was split at its double stars: every second piece is
// bold.
func (p *prose) line(pieces []string) {
	for i, piece := range pieces {
		switch {
		case i%2 == 0:
			p.text += piece
		case i == len(pieces)-1: // no partner
			p.text += "**" + piece
		case blank(piece):
			p.text += "**" + piece + "**"
		default:
			from := len(p.text)
			p.text += piece
			p.bold = append(p.bold, stretch{from, len(p.text)})
		}
	}
}

// plainBlanks ends lines in one way, and has no tabulators.
var plainBlanks = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", " ")

// tidy takes out what Telegram refuses or swallows: broken signs, and signs that
// control a terminal.
func tidy(text string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(plainBlanks.Replace(text), string(utf8.RuneError)))
}

// blank tells whether a text shows nothing; Telegram refuses such a message.
func blank(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool {
		return !unicode.IsSpace(r) && !unicode.In(r, unicode.Cc, unicode.Cf)
	}) < 0
}

// units is the length of a text as Telegram counts it, in UTF-16.
func units(text string) int {
	n := 0
	for _, r := range text {
		n += utf16.RuneLen(r)
	}
	return n
}

// prefix is the longest beginning of a text with at most so many units.
func prefix(text string, most int) string {
	for i, r := range text {
		if most -= utf16.RuneLen(r); most < 0 {
			return text[:i]
		}
	}
	return text
}

// after puts plain words before a prose.
func (p prose) after(words string) prose {
	all := prose{text: words + p.text}
	for _, b := range p.bold {
		all.bold = append(all.bold, stretch{b.from + len(words), b.to + len(words)})
	}
	return all
}

// slice is a part of a prose, without blanks around it.
func (p prose) slice(from, to int) prose {
	text := p.text[from:to]
	from += len(text) - len(strings.TrimLeftFunc(text, unicode.IsSpace))
	part := prose{text: strings.TrimSpace(text)}
	to = from + len(part.text)
	for _, b := range p.bold {
		if b = (stretch{max(b.from, from), min(b.to, to)}); b.from < b.to {
			part.bold = append(part.bold, stretch{b.from - from, b.to - from})
		}
	}
	return part
}

// entities are the bold stretches as Telegram takes them.
func (p prose) entities() []models.MessageEntity {
	var all []models.MessageEntity
	at, offset := 0, 0
	for _, b := range p.bold {
		words := p.text[b.from:b.to]
		start := b.from + len(words) - len(strings.TrimLeftFunc(words, unicode.IsSpace))
		words = strings.TrimSpace(words)
		if blank(words) {
			continue
		}
		offset += units(p.text[at:start])
		all = append(all, models.MessageEntity{Type: models.MessageEntityTypeBold, Offset: offset, Length: units(words)})
		at = start
	}
	return all
}
