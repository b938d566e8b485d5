package picture

import (
	"image"
	"image/draw"
	"math"

	"github.com/srwiley/rasterx"
	"golang.org/x/image/math/fixed"
)

// draw paints all shapes on white.
func (d *drawing) draw() *image.RGBA {
	canvas := image.NewRGBA(image.Rect(0, 0, d.width, d.height))
	draw.Draw(canvas, canvas.Bounds(), image.White, image.Point{}, draw.Src)
	brush := rasterx.NewDasher(d.width, d.height, &sheet{canvas: canvas})
	for _, s := range d.shapes {
		s.paintFill(brush)
		s.paintStroke(brush)
	}
	return canvas
}

// paintFill fills a shape.
func (s *shape) paintFill(brush *rasterx.Dasher) {
	c := faded(s.fill, s.opacity*s.fillShare)
	if c.A == 0 {
		return
	}
	brush.Clear()
	s.trace(&brush.Filler)
	brush.SetColor(c)
	brush.Filler.Draw()
}

// paintStroke draws the line around a shape.
func (s *shape) paintStroke(brush *rasterx.Dasher) {
	c := faded(s.stroke, s.opacity*s.lineShare)
	if c.A == 0 || !s.strokes() {
		return
	}
	ends := map[string]rasterx.CapFunc{"butt": rasterx.ButtCap, "round": rasterx.RoundCap, "square": rasterx.SquareCap}[s.cap]
	join := map[string]rasterx.JoinMode{"miter": rasterx.Miter, "round": rasterx.Round, "bevel": rasterx.Bevel}[s.join]
	gap := rasterx.FlatGap
	if join == rasterx.Round {
		gap = rasterx.RoundGap
	}
	dash, offset := s.dashes()
	brush.Clear()
	brush.SetStroke(fixed.Int26_6(s.width*grown(s.m)*64), fixed.Int26_6(s.miter*64), ends, ends, gap, join, dash, offset)
	s.trace(brush)
	brush.SetColor(c)
	brush.Draw()
}

// dashes is the dash pattern in pixels, and how far in it a line begins.
func (s *shape) dashes() (pattern []float64, offset float64) {
	period := s.period()
	if period == 0 {
		return nil, 0
	}
	scale := grown(s.m)
	for _, d := range s.dash {
		pattern = append(pattern, d*scale)
	}
	if len(pattern)%2 == 1 {
		pattern, period = append(pattern, pattern...), 2*period
	}
	offset = math.Mod(s.dashOffset*scale, period)
	if offset < 0 {
		offset += period
	}
	return pattern, offset
}

// trace goes along an outline.
func (s *shape) trace(to rasterx.Adder) {
	open := false
	for _, part := range s.outline {
		p := [3]fixed.Point26_6{}
		for i, q := range part.points {
			p[i] = fixed.Point26_6{X: fixed.Int26_6(math.Round(q.x * 64)), Y: fixed.Int26_6(math.Round(q.y * 64))}
		}
		switch part.kind {
		case 'M':
			if open {
				to.Stop(false)
			}
			to.Start(p[0])
		case 'L':
			to.Line(p[0])
		case 'Q':
			to.QuadBezier(p[0], p[1])
		case 'C':
			to.CubeBezier(p[0], p[1], p[2])
		case 'Z':
			to.Stop(true)
		}
		open = part.kind != 'Z'
	}
	if open {
		to.Stop(false)
	}
}
