package picture

import (
	"image"
	"image/color"

	"github.com/srwiley/rasterx"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// A sheet is what shapes are painted on. It collects the edge of one shape and
// works only on the pixels that this can touch.
type sheet struct {
	canvas *image.RGBA
	ink    vector.Rasterizer
	colour image.Uniform
	edge   []corner
	bounds image.Rectangle // of the edge
}

// A corner is where a line of an edge ends; the first of a part begins it.
type corner struct {
	x, y  float32
	first bool
}

var _ rasterx.Scanner = (*sheet)(nil)

// Start begins a part of an edge.
func (s *sheet) Start(p fixed.Point26_6) { s.add(p, true) }

// Line goes on to a point.
func (s *sheet) Line(p fixed.Point26_6) { s.add(p, false) }

func (s *sheet) add(p fixed.Point26_6, first bool) {
	s.edge = append(s.edge, corner{float32(p.X) / 64, float32(p.Y) / 64, first})
	s.bounds = s.bounds.Union(image.Rect(p.X.Floor(), p.Y.Floor(), p.X.Floor()+1, p.Y.Floor()+1))
}

// Clear forgets the edge.
func (s *sheet) Clear() { s.edge, s.bounds = s.edge[:0], image.Rectangle{} }

// SetColor takes the colour, a [color.Color].
func (s *sheet) SetColor(c any) { s.colour.C, _ = c.(color.Color) }

// Draw paints what is inside the edge.
func (s *sheet) Draw() {
	part := s.bounds.Intersect(s.canvas.Rect)
	if part.Empty() || s.colour.C == nil {
		return
	}
	s.ink.Reset(part.Dx(), part.Dy())
	left, top := float32(part.Min.X), float32(part.Min.Y)
	for _, c := range s.edge {
		if c.first {
			s.ink.MoveTo(c.x-left, c.y-top)
		} else {
			s.ink.LineTo(c.x-left, c.y-top)
		}
	}
	s.ink.Draw(s.canvas, part, &s.colour, image.Point{})
}

// GetPathExtent is the room the edge takes.
func (s *sheet) GetPathExtent() fixed.Rectangle26_6 {
	return fixed.R(s.bounds.Min.X, s.bounds.Min.Y, s.bounds.Max.X, s.bounds.Max.Y)
}

// SetBounds does nothing: the canvas has a size already.
func (*sheet) SetBounds(_, _ int) {}

// SetWinding does nothing: there is one rule.
func (*sheet) SetWinding(bool) {}

// SetClip does nothing: nothing is cut off.
func (*sheet) SetClip(image.Rectangle) {}
