package picture

import (
	"encoding/xml"
	"strings"
)

// A run is a piece of a text in one style.
type run struct {
	style

	text string
	// x and y are where the run stands, when it says so.
	x, y *float64
	// dx and dy move it, and all behind it.
	dx, dy float64
	// room is the width its letters must take, 0 for their own.
	room    float64
	stretch bool // to take the room, letters are stretched, not only set apart
}

// begins tells whether a run is the first of what is anchored together.
func (t *run) begins() bool { return t.x != nil || t.y != nil }

// text reads a <text> to its end, and draws it.
func (r *reader) text(e xml.StartElement, s style) error {
	var runs []run
	if err := r.runs(e, s, &runs); err != nil {
		return err
	}
	tidy(runs)
	var at point
	for len(runs) > 0 {
		n := 1
		for n < len(runs) && !runs[n].begins() {
			n++
		}
		var err error
		if at, err = r.chunk(runs[:n], at); err != nil {
			return err
		}
		runs = runs[n:]
	}
	return nil
}

// runs reads the runs of a <text> or a <tspan>.
func (r *reader) runs(e xml.StartElement, s style, all *[]run) error {
	if r.depth++; r.depth > maxDepth {
		return r.fault("%d × <tspan>", r.depth)
	}
	first, err := r.firstRun(e, s)
	if err != nil {
		return err
	}
	*all = append(*all, first)
	for {
		token, err := r.next()
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.EndElement:
			r.depth--
			return nil
		case xml.CharData:
			*all = append(*all, run{style: s, text: string(token), room: first.room, stretch: first.stretch})
		case xml.StartElement:
			if err := r.span(token, s, all); err != nil {
				return err
			}
		}
	}
}

// span reads an element inside a text.
func (r *reader) span(e xml.StartElement, around style, all *[]run) error {
	switch name := e.Name.Local; {
	case foreign(e), name == "title", name == "desc", hidden(e):
		return r.pass()
	case name != "tspan":
		return r.fault("<%s>", name)
	}
	s, err := r.styled(e, around)
	if err != nil {
		return err
	}
	return r.runs(e, s, all)
}

// firstRun is an empty run that holds where a text or a tspan stands.
func (r *reader) firstRun(e xml.StartElement, s style) (run, error) {
	v, err := r.lengths(e, "x", "y", "dx", "dy", "textLength")
	t := run{style: s, dx: v[2], dy: v[3], room: v[4], stretch: attribute(e, "lengthAdjust") == "spacingAndGlyphs"}
	if attribute(e, "x") != "" || e.Name.Local == "text" {
		t.x = &v[0]
	}
	if attribute(e, "y") != "" || e.Name.Local == "text" {
		t.y = &v[1]
	}
	return t, err
}

// tidy makes one blank of many, and none at the beginning and the end.
func tidy(runs []run) {
	blank := true
	last := -1
	for i := range runs {
		var b strings.Builder
		for _, letter := range runs[i].text {
			is := strings.ContainsRune(blanks, letter)
			switch {
			case !is:
				b.WriteRune(letter)
				last = i
			case !blank:
				b.WriteByte(' ')
			}
			blank = is
		}
		runs[i].text = b.String()
	}
	for i := max(last, 0); i < len(runs); i++ {
		runs[i].text = strings.TrimRight(runs[i].text, " ")
	}
}

// chunk draws the runs that are anchored together, and returns where they end.
func (r *reader) chunk(runs []run, at point) (point, error) {
	first := runs[0]
	if first.x != nil {
		at.x = *first.x
	}
	if first.y != nil {
		at.y = *first.y
	}
	l, err := r.measure(runs)
	if err != nil {
		return at, err
	}
	switch first.anchor {
	case "middle":
		at.x -= l.width / 2
	case "end":
		at.x -= l.width
	}
	for _, t := range runs {
		at = at.plus(t.dx, t.dy)
		from := at
		o, err := r.fonts.outline(t, l, &at)
		if err != nil {
			return at, r.fault("%s", err)
		}
		if t.underline && at.x > from.x {
			o = append(o, rectangle(from.plus(0, t.size*0.04), at.x-from.x, t.size*0.1, 0, 0)...)
		}
		if err := r.paint(o.placed(t.m), t.style); err != nil {
			return at, err
		}
	}
	return at, nil
}

// A layout is how wide a chunk is, and how its letters take that room: each
// times stretch, with a gap behind it.
type layout struct{ width, stretch, gap float64 }

// measure lays out a chunk.
func (r *reader) measure(runs []run) (layout, error) {
	l := layout{stretch: 1}
	letters := 0
	for _, t := range runs {
		w, err := r.fonts.width(t)
		if err != nil {
			return l, r.fault("%s", err)
		}
		l.width += w + t.dx
		letters += len([]rune(t.text))
	}
	if r.letters += letters; r.letters > maxLetters {
		return l, r.fault("> %d letters", maxLetters)
	}
	room := runs[0].room
	switch {
	case room <= 0 || l.width <= 0:
		return l, nil
	case runs[0].stretch:
		l.stretch *= room / l.width
	case letters > 1:
		l.gap = (room - l.width) / float64(letters-1)
	}
	l.width = room
	return l, nil
}
