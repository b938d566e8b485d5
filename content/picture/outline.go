package picture

import (
	"math"

	"github.com/srwiley/rasterx"
)

// A point is a place in a drawing.
type point struct{ x, y float64 }

// plus moves a point.
func (p point) plus(x, y float64) point { return point{p.x + x, p.y + y} }

// across is the point on the other side of a middle.
func (p point) across(middle point) point { return point{2*middle.x - p.x, 2*middle.y - p.y} }

// A segment is one line or curve of an outline: 'M' begins a part, 'L' is a
// line, 'Q' and 'C' are curves, 'Z' closes the part. Its last point is where it
// ends.
type segment struct {
	kind   byte
	points [3]point
}

// pointsOf says how many points a segment has.
func pointsOf(kind byte) int {
	switch kind {
	case 'M', 'L':
		return 1
	case 'Q':
		return 2
	case 'C':
		return 3
	}
	return 0
}

// An outline is what a shape is made of.
type outline []segment

// add appends a segment.
func (o *outline) add(kind byte, points ...point) {
	s := segment{kind: kind}
	copy(s.points[:], points)
	*o = append(*o, s)
}

// placed moves all points, and returns the outline.
func (o outline) placed(m rasterx.Matrix2D) outline {
	for i := range o {
		s := &o[i]
		for j := range pointsOf(s.kind) {
			s.points[j].x, s.points[j].y = m.Transform(s.points[j].x, s.points[j].y)
		}
	}
	return o
}

// near tells whether all points are near the picture.
func (o outline) near() bool {
	for _, s := range o {
		for _, p := range s.points[:pointsOf(s.kind)] {
			if !(math.Abs(p.x) <= maxReach && math.Abs(p.y) <= maxReach) {
				return false
			}
		}
	}
	return true
}

// length is at least the length of all lines and curves.
func (o outline) length() float64 {
	var sum float64
	var at, start point
	for _, s := range o {
		if s.kind == 'Z' {
			sum += math.Hypot(start.x-at.x, start.y-at.y)
			at = start
			continue
		}
		for _, p := range s.points[:pointsOf(s.kind)] {
			if s.kind == 'M' {
				start = p
			} else {
				sum += math.Hypot(p.x-at.x, p.y-at.y)
			}
			at = p
		}
	}
	return sum
}

// ellipse is an ellipse around a middle.
func ellipse(middle point, rx, ry float64) outline {
	p := pen{}
	p.to('M', middle.plus(rx, 0))
	p.arc([]float64{rx, ry, 0, 0, 1, middle.x - rx, middle.y})
	p.arc([]float64{rx, ry, 0, 0, 1, middle.x + rx, middle.y})
	p.close()
	return p.out
}

// rectangle is a rectangle, perhaps with round corners.
func rectangle(corner point, w, h, rx, ry float64) outline {
	rx, ry = min(rx, w/2), min(ry, h/2)
	p := pen{}
	p.to('M', corner.plus(rx, 0))
	for _, c := range [4]struct{ from, to point }{
		{corner.plus(w-rx, 0), corner.plus(w, ry)},
		{corner.plus(w, h-ry), corner.plus(w-rx, h)},
		{corner.plus(rx, h), corner.plus(0, h-ry)},
		{corner.plus(0, ry), corner.plus(rx, 0)},
	} {
		p.to('L', c.from)
		if rx > 0 && ry > 0 {
			p.arc([]float64{rx, ry, 0, 0, 1, c.to.x, c.to.y})
		}
	}
	p.close()
	return p.out
}

// polygon is a line through points, two numbers each.
func polygon(v []float64, closed bool) outline {
	var out outline
	for i := 0; i+1 < len(v); i += 2 {
		kind := byte('L')
		if i == 0 {
			kind = 'M'
		}
		out.add(kind, point{v[i], v[i+1]})
	}
	if closed && len(out) > 0 {
		out.add('Z')
	}
	return out
}
