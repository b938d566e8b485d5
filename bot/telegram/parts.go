package telegram

import (
	"strconv"
	"strings"

	"github.com/go-telegram/bot/models"

	"passerelle/flows"
)

// What Telegram takes, in units of UTF-16, and what a phone shows of a button.
const (
	maxText    = 4096
	maxCaption = 1024
	maxBold    = 100
	maxButtons = 100
	maxLabel   = 64
	maxAlt     = 200
)

// A part is one call of the Bot API: a text, or a picture with its caption, and
// the buttons under it.
type part struct {
	prose
	photo   bool
	buttons *models.InlineKeyboardMarkup
}

// parts are the calls that make a message. A message that shows nothing has
// none. The words go under the picture where they fit; else the picture comes
// first, with what one sees on it. The buttons stand under the last part.
func parts(m flows.Message) []part {
	var all []part
	text := proseOf(m)
	if m.Picture != nil {
		caption := text
		if blank(text.text) || text.end(maxCaption) < len(text.text) {
			caption = prose{text: shorten(strings.TrimSpace(tidy(m.Picture.Alt)), maxAlt)}
		} else {
			text = prose{}
		}
		all = append(all, part{prose: caption, photo: true})
	}
	for _, p := range text.split(maxText) {
		all = append(all, part{prose: p})
	}
	if len(m.Choices) == 0 {
		return all
	}
	if len(all) == 0 {
		all = []part{{prose: prose{text: "…"}}}
	}
	all[len(all)-1].buttons = keyboard(m)
	return all
}

// proseOf is what a message says; the words of an aidant begin with their name.
func proseOf(m flows.Message) prose {
	p := readProse(m.Text)
	if m.Aidant != "" && !blank(p.text) {
		p = p.after(signed(tidy(m.Aidant), m.RTL))
	}
	return p.slice(0, len(p.text))
}

// signed is the name before an aidant's words. Isolates keep it from turning a
// text around that is written from right to left.
func signed(name string, rtl bool) string {
	if rtl {
		name = "\u2068" + name + "\u2069"
	}
	return name + " : "
}

// keyboard is one row for each choice.
func keyboard(m flows.Message) *models.InlineKeyboardMarkup {
	var k models.InlineKeyboardMarkup
	for i, choice := range m.Choices[:min(len(m.Choices), maxButtons)] {
		label := shorten(strings.TrimSpace(strings.ReplaceAll(tidy(choice.Label), "\n", " ")), maxLabel)
		if blank(label) {
			label = strconv.Itoa(i + 1)
		}
		k.InlineKeyboard = append(k.InlineKeyboard, row(label, data(m.Turn, i)))
	}
	return &k
}

// row is a row of one button.
func row(label, data string) []models.InlineKeyboardButton {
	return []models.InlineKeyboardButton{{Text: label, CallbackData: data}}
}

// shorten cuts a text that is too long, after a word where there is one.
func shorten(text string, most int) string {
	if units(text) <= most {
		return text
	}
	text = prefix(text, most-1)
	if i := strings.LastIndexAny(text, " \n"); i > len(text)/2 {
		text = text[:i]
	}
	return strings.TrimRight(text, " ,;:.\n") + "…"
}

// split cuts a prose into pieces of at most so many units, without the blanks
// between them.
func (p prose) split(most int) []prose {
	var all []prose
	rest := p.slice(0, len(p.text))
	for !blank(rest.text) {
		at := rest.end(most)
		if piece := rest.slice(0, at); !blank(piece.text) {
			all = append(all, piece)
		}
		rest = rest.slice(at, len(rest.text))
	}
	return all
}

// end is where the first piece of a prose ends: after the last paragraph that
// fits, else the last line, sentence or word, and not between bold words if
// that leaves enough. One endless word is cut anywhere.
func (p prose) end(most int) int {
	fits := prefix(p.text, most)
	if len(p.bold) > maxBold {
		fits = fits[:min(len(fits), p.bold[maxBold].from)]
	}
	if len(fits) == len(p.text) {
		return len(fits)
	}
	for _, marks := range [][]string{{"\n\n"}, {"\n"}, {". ", "! ", "? ", "… ", "؟ "}, {" "}} {
		if at := p.last(fits, marks); at > len(fits)/3 {
			return at
		}
	}
	if at := strings.LastIndexAny(fits, " \n"); at > 0 {
		return at + 1
	}
	return len(fits)
}

// last is where the last of these marks ends that stands between no bold words.
func (p prose) last(fits string, marks []string) int {
	last := 0
	for _, mark := range marks {
		at := strings.LastIndex(fits, mark)
		for around, ok := p.around(at); ok; around, ok = p.around(at) {
			at = strings.LastIndex(fits[:around.from], mark)
		}
		if at >= 0 {
			last = max(last, at+len(mark))
		}
	}
	return last
}

// around is the bold stretch a place lies in.
func (p prose) around(at int) (stretch, bool) {
	for _, b := range p.bold {
		if b.from <= at && at < b.to {
			return b, true
		}
	}
	return stretch{}, false
}
