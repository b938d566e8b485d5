package content

import (
	"strings"
	"time"
	"unicode"

	"passerelle/flows/intent"
)

// What a lesson says of sites, rules and numbers was true on the day somebody
// compared it with its source: "@source 2026-11-12 laposte.net, page d'aide". It
// is good for twelve months, or until the day of "@valable".

// goodMonths is how long a comparison with a source is good for.
const goodMonths = 12

// A cited is what follows "@source": the day of the comparison, then the source.
type cited struct {
	day    time.Time
	source phrase
}

// readSource reads "2026-11-12 laposte.net".
func readSource(p phrase) (c cited, ok bool) {
	day, _, _ := strings.Cut(p.text, " ")
	c.day, ok = readDay(day)
	c.source = p.cut(len(day), len(p.text))
	return c, ok && !c.source.empty()
}

// readDay reads "2026-11-12".
func readDay(text string) (time.Time, bool) {
	day, err := time.Parse(time.DateOnly, text)
	return day, err == nil
}

// expires is when a step is no longer good: the end of the day of "@valable",
// else of the day a year after the oldest comparison.
func (b *builder) expires(s *step) time.Time {
	var last time.Time
	for _, d := range s.all(wSource) {
		c, ok := readSource(d.argument)
		if !ok {
			b.add(d.argument.at, cSourceForm, "text", d.argument.text)
			continue
		}
		if until := c.day.AddDate(0, goodMonths, 0); last.IsZero() || until.Before(last) {
			last = until
		}
	}
	if d, ok := s.one(wUntil); ok {
		until, good := readDay(d.argument.text)
		if !good {
			b.add(d.argument.at, cDay, "text", d.argument.text)
		}
		last = until
	}
	if last.IsZero() {
		return last
	}
	return last.AddDate(0, 0, 1)
}

// aged warns about what is to be compared with its source again.
func (c *checker) aged(now time.Time) {
	for i, s := range c.steps {
		expires := c.flow.Steps[i].Expires
		if expires.IsZero() || now.Before(expires) {
			continue
		}
		d, dated := s.one(wUntil)
		if !dated {
			d, _ = s.one(wSource)
		}
		c.add(d.argument.at, cAged, "step", s.id.text, "day", expires.AddDate(0, 0, -1).Format(time.DateOnly))
	}
}

// sourced warns about a site or a telephone number of which nobody knows when it
// was right.
func (c *checker) sourced(s *step) {
	if s.has(wSource) {
		return
	}
	for _, p := range s.said() {
		if from, to := claimIn(p.text); to > 0 {
			c.add(p.cut(from, to).at, cNoSource, "text", p.text[from:to])
			return
		}
	}
}

// claimIn finds the first site or telephone number of a text.
func claimIn(text string) (from, to int) {
	if from, to := siteIn(text); to > 0 {
		return from, to
	}
	return phoneIn(text)
}

// siteIn finds the first name of a site. That in an e-mail address is none.
func siteIn(text string) (from, to int) {
	at := 0
	for word := range strings.FieldsSeq(text) {
		at += strings.Index(text[at:], word)
		bare := strings.Trim(word, "*«»\"'.,;:!?()[]")
		name, _, _ := strings.Cut(bare, "/")
		if strings.Contains(name, ".") && !strings.Contains(bare, "@") && isEnding(name) {
			from = at + strings.Index(word, bare)
			return from, from + len(bare)
		}
		at += len(word)
	}
	if _, address, linked := strings.Cut(text, "](https://"); linked {
		from = len(text) - len(address)
		host, _, _ := strings.Cut(address, ")")
		return from, from + len(host)
	}
	return 0, 0
}

// phoneIn finds the first telephone number: ten digits that begin with 0, or
// four that begin with 3, in one piece or in pairs.
func phoneIn(text string) (from, to int) {
	from = -1
	for i, r := range text + "|" {
		switch {
		case unicode.IsDigit(r) && from < 0:
			from = i
		case from >= 0 && !unicode.IsDigit(r) && !strings.ContainsRune(" .\u00a0\u202f", r):
			if number := strings.TrimRight(text[from:i], " .\u00a0\u202f"); isPhone(number) {
				return from, from + len(number)
			}
			from = -1
		}
	}
	return 0, 0
}

// isPhone tells whether digits with blanks between them are a telephone number.
func isPhone(number string) bool {
	groups := strings.FieldsFunc(number, func(r rune) bool { return !unicode.IsDigit(r) })
	switch digits := strings.Join(groups, ""); len(digits) {
	case 10:
		return digits[0] == '0'
	case 4:
		return digits[0] == '3' && len(groups[0]) > 1 // "3 000" is an amount
	}
	return false
}

// shows warns about a picture of a screen whose learners cannot say that theirs
// is another one.
func (c *checker) shows(i int, s *step) {
	if len(s.answers) == 0 || s.has(wScreen) {
		return
	}
	for _, choice := range c.flow.Steps[i].Choices {
		if choice.Different {
			return
		}
	}
	for _, p := range s.pictures {
		for _, word := range tokens(p.alt) {
			if bare := word.trim("*«»\"'.,;:!?()"); isOfScreens(bare.text) {
				c.add(p.alt.at, cNoScreen, "word", bare.text)
				return
			}
		}
	}
}

// isOfScreens tells whether a word is of what a screen shows.
func isOfScreens(word string) bool {
	fields := strings.Fields(intent.Fold(word))
	if len(fields) == 0 {
		return false
	}
	switch fields[len(fields)-1] {
	case "ecran", "page", "bouton", "barre", "menu", "case":
		return true
	}
	return false
}

// offline warns about a lesson that needs internet and has no end for those who
// have none.
func (w *walk) offline(reached []bool) {
	list, _ := w.get(hEquipment)
	menu, _ := w.get(hMenu)
	if shown, _ := yesNo.find(menu.text); shown == "non" {
		return
	}
	for i, s := range w.steps {
		if reached[i] && s.has(wOffline) {
			return
		}
	}
	for _, item := range list.list() {
		if name, _ := equipment.find(item.text); name == internet {
			w.add(item.at, cNoOffline)
		}
	}
}
