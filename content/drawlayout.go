package content

import (
	"cmp"
	"slices"
	"strings"
)

// The measures of a drawing, in pixels.
const (
	margin      = 24
	boxWidth    = 350
	boxPadding  = 10
	lineHeight  = 15 // of the words in a box
	rowHeight   = 17 // from a road to the one below it, its label between
	entryBelow  = 9  // of the top of a box: where roads arrive
	laneWidth   = 11
	loopWidth   = 12 // of a road from a box to itself
	trunkInside = 36 // of the left side of a box: the first road down
	trunkWidth  = 8  // from there to the next
	leastGap    = 26 // between two boxes
	startGap    = 28 // above the first one
	leastWidth  = 720
	mostLabel   = 220
	mostName    = 115
)

// The sizes of letters.
const (
	titleSize = 20
	nameSize  = 13
	wordSize  = 12
	smallSize = 11
	noteSize  = 10
)

// mostLines is how many lines of its words a step shows.
const mostLines = 2

// A plan says where things are in a drawing.
type plan struct {
	left, right   int // the sides of all boxes
	width, height int
	// zones is the room between the boxes and the first lane, for labels.
	zones [sides]int
	lanes [sides][]lane // to each step
	// legend and hints stand in the head.
	legend []mark
	hints  []string
}

// A lane is the line beside the boxes on which all roads to a step go.
type lane struct {
	used bool
	// from and to are its ends, the upper one first.
	from, to int
	// place counts from the boxes outwards.
	place int
}

// arrange gives all things their places.
func (s *sketch) arrange() {
	for i := range s.boxes {
		s.fill(&s.boxes[i])
	}
	for i := range s.roads {
		s.caption(&s.roads[i])
	}
	bottom := s.stack()
	outside := [sides]int{}
	for _, on := range [...]side{back, ahead} {
		s.span(on)
		s.zones[on] = s.widestLabel(on) + 2*loopWidth + 8
		outside[on] = margin + s.zones[on] + laneWidth*spread(s.lanes[on])
	}
	s.left = outside[back]
	s.right = s.left + boxWidth
	s.width = max(leastWidth, s.right+outside[ahead])
	top := s.headHeight() + startGap
	for i := range s.boxes {
		s.boxes[i].y += top
	}
	s.height = top + bottom + margin
}

// fill breaks the words of a box into lines. What kind of step it is stands
// beside its id or, where there is no room, below.
func (s *sketch) fill(b *card) {
	const inner = boxWidth - 2*boxPadding
	b.lines = wrapped(b.text, wordSize, inner, mostLines)
	free := inner - signRoom - widthOf(string(b.ID), nameSize) - boxPadding
	if widthOf(b.note, noteSize) > free {
		b.lines = append([]string{cut(b.note, wordSize, inner)}, b.lines...)
		b.note = ""
	}
	b.lines = append(b.lines, wrapped(b.counted, wordSize, inner, mostCounted)...)
}

// caption makes the label of a road ready: what leads away names its target.
func (s *sketch) caption(r *road) {
	r.shown = cut(r.label, smallSize, mostLabel)
	if r.side != below && r.from != r.to {
		name := cut(string(s.boxes[r.to].ID), smallSize, mostName)
		r.shown = strings.TrimSpace(r.shown + " → " + name)
	}
}

// stack puts the boxes below each other, from 0, and returns where they end.
func (s *sketch) stack() int {
	y := 0
	for i := range s.boxes {
		b := &s.boxes[i]
		b.y = y
		words := 26 + lineHeight*len(b.lines)
		roads := entryBelow + rowHeight*max(b.rows[ahead], b.rows[back]) + 8
		b.height = max(words, roads)
		y += b.height + max(leastGap, lineHeight*b.rows[below]+13)
	}
	last := s.boxes[len(s.boxes)-1]
	return last.y + last.height
}

// entry is where roads arrive at a box from the sides.
func (b *card) entry() int { return b.y + entryBelow }

// exit is where a road of a row leaves a box on its sides.
func (b *card) exit(row int) int { return b.entry() + rowHeight*(row+1) }

// span finds how far the lanes of a side reach.
func (s *sketch) span(on side) {
	s.lanes[on] = make([]lane, len(s.boxes))
	for _, r := range s.roads {
		if r.side != on || r.from == r.to {
			continue
		}
		l := &s.lanes[on][r.to]
		y, entry := s.boxes[r.from].exit(r.row), s.boxes[r.to].entry()
		if !l.used {
			*l = lane{used: true, from: entry, to: entry}
		}
		l.from, l.to = min(l.from, y), max(l.to, y)
	}
}

// spread puts lanes that would meet beside each other, the short ones nearest
// to the boxes, and returns how many stand side by side.
func spread(lanes []lane) int {
	var order []*lane
	for i := range lanes {
		if lanes[i].used {
			order = append(order, &lanes[i])
		}
	}
	slices.SortStableFunc(order, func(a, b *lane) int { return cmp.Compare(a.to-a.from, b.to-b.from) })
	most := 0
	for i, l := range order {
		for slices.ContainsFunc(order[:i], l.meets) {
			l.place++
		}
		most = max(most, l.place+1)
	}
	return most
}

// meets tells whether a lane stands in the place of another.
func (l *lane) meets(other *lane) bool {
	return l.place == other.place && l.from <= other.to+laneWidth && other.from <= l.to+laneWidth
}

// widestLabel is the width of the widest label on a side.
func (s *sketch) widestLabel(on side) int {
	widest := 0
	for _, r := range s.roads {
		if r.side == on {
			widest = max(widest, widthOf(r.shown, smallSize))
		}
	}
	return widest
}

// laneAt is the place of a lane across the drawing.
func (s *sketch) laneAt(r *road) int {
	place := s.lanes[r.side][r.to].place + 1
	if r.side == back {
		return s.left - s.zones[back] - laneWidth*place
	}
	return s.right + s.zones[ahead] + laneWidth*place
}
