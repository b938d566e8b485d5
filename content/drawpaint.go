package content

import (
	"fmt"
	"slices"
	"strings"
)

// Colours of a drawing. They are dark enough for print, and for eyes that tell
// none apart.
const (
	ink     = "#1e293b"
	faint   = "#475569"
	outline = "#334155"
)

// quiet are the attributes of a text beside the matter.
const quiet = ` font-size="12" fill="` + faint + `"`

// Room in the head of a drawing and in its boxes.
const (
	signRoom    = 22  // of a sign before a text
	legendWidth = 215 // of an entry
	legendLine  = 24
)

// inks are the colours of roads, by side and lane.
var inks = [sides][]string{
	below: {outline},
	ahead: {"#1d4ed8", "#0f766e", "#7e22ce", "#334155"},
	back:  {"#b45309", "#be123c"},
}

// colour is that of a road.
func (s *sketch) colour(r *road) string {
	all := inks[r.side]
	if r.side == below {
		return all[0]
	}
	return all[s.lanes[r.side][r.to].place%len(all)]
}

// usualSize is how many bytes a step takes.
const usualSize = 2048

// paint writes the drawing.
func (s *sketch) paint() []byte {
	p := &painter{sketch: s, rtl: s.edition.rtl(s.language), out: make([]byte, 0, usualSize*len(s.boxes))}
	p.printf(`<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title" aria-describedby="desc" lang="%s" `+
		`width="%d" height="%d" viewBox="0 0 %[2]d %[3]d" font-family="system-ui, sans-serif" fill="%s">`+"\n",
		escaped(string(s.language)), s.width, s.height, ink)
	p.describe()
	p.printf(`<rect width="%d" height="%d" fill="#fff"/>`+"\n", s.width, s.height)
	p.head()
	p.printf(`<g fill="none" stroke-width="1.5">` + "\n")
	p.start()
	for i := range s.roads {
		p.road(&s.roads[i])
	}
	p.printf("</g>\n")
	for i := range s.boxes {
		p.box(&s.boxes[i])
	}
	p.printf(`<g font-size="%d">`+"\n", smallSize)
	for i := range s.roads {
		p.label(&s.roads[i])
	}
	p.printf("</g>\n</svg>\n")
	return p.out
}

// A painter writes a sketch as SVG.
type painter struct {
	*sketch
	out []byte
	rtl bool // the lesson's words are written from right to left
}

// printf writes as fmt does; put, which is faster, texts as they are.
func (p *painter) printf(format string, args ...any) { p.out = fmt.Appendf(p.out, format, args...) }

func (p *painter) put(texts ...string) {
	for _, text := range texts {
		p.out = append(p.out, text...)
	}
}

// words writes a text at a place; a blank stands before its attributes.
func (p *painter) words(x, y int, attributes, text string) {
	if text == "" {
		return
	}
	if p.rtl {
		text = isolate + text + endIsolate
	}
	p.put(`<text x="`, number(x), `" y="`, number(y), `"`, attributes, ">", escaped(text), "</text>\n")
}

// describe tells the drawing in words, to those who cannot see it.
func (p *painter) describe() {
	p.printf("<title id=\"title\">%s</title>\n<desc id=\"desc\">", escaped(p.title))
	p.printf("%s\n", escaped(p.say("about", "lesson", string(p.flow.ID), "steps", number(len(p.boxes)), "language", string(p.language))))
	next := 0
	for i := range p.boxes {
		b := &p.boxes[i]
		var roads []string
		for ; next < len(p.roads) && p.roads[next].from == i; next++ {
			roads = append(roads, p.told(&p.roads[next]))
		}
		told := string(b.ID) + " (" + p.say("kind."+b.mark.kind) + ") " + strings.Join(roads, "; ")
		p.put(escaped(strings.TrimSpace(told)), "\n")
	}
	p.printf("</desc>\n")
}

// told is a road in words.
func (p *painter) told(r *road) string {
	return strings.TrimSpace(r.label + " → " + string(p.boxes[r.to].ID))
}

// headHeight is the room for the title and the legend.
func (s *sketch) headHeight() int {
	s.legend, s.hints = s.used(), s.advice()
	return margin + 2*legendLine + legendLine*s.legendRows() + 8 + lineHeight*len(s.hints)
}

// columns is how many entries of the legend stand side by side.
func (s *sketch) columns() int { return (s.width - 2*margin) / legendWidth }

// legendRows is how many lines the entries take.
func (s *sketch) legendRows() int { return (len(s.legend) + s.columns() - 1) / s.columns() }

// advice are the lines that say how to read the drawing.
func (s *sketch) advice() []string {
	const most = 3
	width := s.width - 2*margin
	lines := slices.Concat(
		wrapped(s.say("legend.roads"), wordSize, width, most), wrapped(s.say("legend.labels"), wordSize, width, most))
	if len(s.counts) > 0 {
		lines = append(lines, wrapped(s.say("legend.counts"), wordSize, width, most)...)
	}
	return lines
}

// used are the marks that the steps of the lesson have.
func (s *sketch) used() []mark {
	there := map[string]bool{}
	for i := range s.boxes {
		there[s.boxes[i].mark.kind] = true
	}
	return slices.DeleteFunc(slices.Clone(marks), func(m mark) bool { return !there[m.kind] })
}

// head writes the title and the legend.
func (p *painter) head() {
	p.words(margin, margin+16, ` font-size="20" font-weight="bold"`, cut(p.title, titleSize, p.width-2*margin))
	about := p.say("about", "lesson", string(p.flow.ID), "steps", number(len(p.boxes)), "language", string(p.language))
	p.words(margin, margin+36, quiet, cut(about, wordSize, p.width-2*margin))
	y := margin + 2*legendLine
	for i, m := range p.legend {
		p.entry(margin+legendWidth*(i%p.columns()), y+legendLine*(i/p.columns()), m)
	}
	y += legendLine * p.legendRows()
	for i, line := range p.hints {
		p.words(margin, y+14+lineHeight*i, quiet, line)
	}
}

// entry writes one kind of step into the legend.
func (p *painter) entry(x, y int, m mark) {
	p.printf(`<rect x="%d" y="%d" width="34" height="18" fill="%s" stroke="%s"%s/>`+"\n", x+1, y, m.fill, outline, m.form)
	p.sign(x+11, y+2, m)
	p.words(x+42, y+13, ` font-size="12"`, cut(p.say("kind."+m.kind), wordSize, legendWidth-50))
}

// sign draws the sign of a kind of step.
func (p *painter) sign(x, y int, m mark) {
	p.put(`<path transform="translate(`, number(x), " ", number(y), `)" d="`, m.sign, `" fill="none" stroke="`+ink+`" stroke-width="1.3"/>`+"\n")
}

// start shows where a run begins.
func (p *painter) start() {
	x, y := p.left+trunkInside, p.boxes[0].y
	p.printf(`<circle cx="%d" cy="%d" r="5" fill="%s"/><path d="M%[1]d %[2]dV%[4]dm-4 -6l4 6l4 -6" stroke="%[3]s"/>`+"\n",
		x, y-startGap+8, outline, y-2)
}

// road draws a road.
func (p *painter) road(r *road) {
	from, to := &p.boxes[r.from], &p.boxes[r.to]
	p.put(`<path data-from="`, escaped(string(from.ID)), `" data-to="`, escaped(string(to.ID)))
	if r.choice != "" {
		p.put(`" data-answer="`, escaped(r.choice))
	}
	p.put(`" stroke="`, p.colour(r), `" d="`)
	switch {
	case r.side == below:
		x := p.left + trunkInside + trunkWidth*r.row
		p.put("M", number(x), " ", number(from.y+from.height), "V", number(to.y-2), "m-4 -6l4 6l4 -6")
	case r.from == r.to:
		p.around(p.left, p.left-loopWidth, from.exit(r.row), to.entry())
	case r.side == back:
		p.around(p.left, p.laneAt(r), from.exit(r.row), to.entry())
	default:
		p.around(p.right, p.laneAt(r), from.exit(r.row), to.entry())
	}
	p.put(`"/>` + "\n")
}

// around writes the way from the side of a box, along a lane, to the same side
// of another.
func (p *painter) around(side, lane, from, to int) {
	const bend = 6
	out, down := bend, bend
	if lane < side {
		out = -bend
	}
	if to < from {
		down = -bend
	}
	p.put("M", number(side), " ", number(from), "H", number(lane-out))
	p.put("q", number(out), " 0 ", number(out), " ", number(down), "V", number(to-down))
	p.put("q0 ", number(down), " ", number(-out), " ", number(down), "H", number(side+out/3))
	p.put("m", number(out), " -4l", number(-out), " 4l", number(out), " 4")
}

// box draws a step.
func (p *painter) box(b *card) {
	p.put(`<g data-step="`, escaped(string(b.ID)), `" data-kind="`, b.mark.kind, "\">\n")
	if b.text != "" {
		p.put("<title>", escaped(b.text), "</title>\n")
	}
	p.put(`<rect x="`, number(p.left), `" y="`, number(b.y), `" width="`, number(boxWidth), `" height="`, number(b.height),
		`" fill="`, b.mark.fill, `" stroke="`+outline+`"`, b.mark.form, "/>\n")
	x := p.left + boxPadding
	p.sign(x, b.y+5, b.mark)
	p.words(x+signRoom, b.y+17, ` font-size="13" font-weight="bold"`, string(b.ID))
	p.words(p.right-boxPadding, b.y+16, ` font-size="10" text-anchor="end" fill="`+faint+`"`, b.note)
	for i, line := range b.lines {
		p.words(x, b.y+34+lineHeight*i, ` font-size="12"`, line)
	}
	p.printf("</g>\n")
}

// label writes what is said of a road where it leaves its box.
func (p *painter) label(r *road) {
	from := &p.boxes[r.from]
	fill := ` fill="` + p.colour(r) + `"`
	switch r.side {
	case below:
		x := p.left + trunkInside + trunkWidth*from.rows[below] + 2
		p.words(x, from.y+from.height+14+lineHeight*r.row, fill, r.shown)
	case back:
		p.words(p.left-loopWidth-6, from.exit(r.row)-3, fill+` text-anchor="end"`, r.shown)
	default:
		p.words(p.right+8, from.exit(r.row)-3, fill, r.shown)
	}
}
