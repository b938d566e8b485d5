package picture

import (
	"encoding/xml"
	"math"
)

// figure reads a basic shape or a path.
func (r *reader) figure(e xml.StartElement, s style) error {
	o, err := r.outlineOf(e)
	if err != nil {
		return err
	}
	return r.paint(o.placed(s.m), s)
}

// outlineOf is the outline of a basic shape or a path, as written.
func (r *reader) outlineOf(e xml.StartElement) (outline, error) {
	switch e.Name.Local {
	case "path":
		return r.listed(e, "d", readPath)
	case "polyline", "polygon":
		return r.listed(e, "points", func(s string) (outline, bool) {
			v, ok := numbers(s)
			return polygon(v, e.Name.Local == "polygon"), ok && len(v)%2 == 0
		})
	case "line":
		v, err := r.lengths(e, "x1", "y1", "x2", "y2")
		return polygon(v, false), err
	case "rect":
		return r.rect(e)
	}
	return r.round(e)
}

// listed reads an outline that stands in one attribute.
func (r *reader) listed(e xml.StartElement, name string, read func(string) (outline, bool)) (outline, error) {
	o, ok := read(attribute(e, name))
	if !ok {
		return nil, r.fault("%s=%q", name, attribute(e, name))
	}
	return o, nil
}

// rect reads a rectangle. One radius stands for both.
func (r *reader) rect(e xml.StartElement) (outline, error) {
	v, err := r.lengths(e, "x", "y", "width", "height", "rx", "ry")
	if err != nil || v[2] <= 0 || v[3] <= 0 {
		return nil, err
	}
	if attribute(e, "rx") == "" {
		v[4] = v[5]
	}
	if attribute(e, "ry") == "" {
		v[5] = v[4]
	}
	return rectangle(point{v[0], v[1]}, v[2], v[3], max(v[4], 0), max(v[5], 0)), nil
}

// round reads a circle or an ellipse.
func (r *reader) round(e xml.StartElement) (outline, error) {
	names := []string{"cx", "cy", "rx", "ry"}
	if e.Name.Local == "circle" {
		names = []string{"cx", "cy", "r", "r"}
	}
	v, err := r.lengths(e, names...)
	if err != nil || v[2] <= 0 || v[3] <= 0 {
		return nil, err
	}
	return ellipse(point{v[0], v[1]}, v[2], v[3]), nil
}

// lengths reads attributes that are lengths; those not given are 0.
func (r *reader) lengths(e xml.StartElement, names ...string) ([]float64, error) {
	v := make([]float64, len(names))
	for i, name := range names {
		given := attribute(e, name)
		if given == "" {
			continue
		}
		var ok bool
		if v[i], ok = length(given); !ok {
			return v, r.fault("%s=%q", name, given)
		}
	}
	return v, nil
}

// inks tells whether anything of a shape can be seen.
func (s *style) inks() bool { return s.fill.A > 0 || s.strokes() }

// strokes tells whether a shape has a line around it.
func (s *style) strokes() bool { return s.stroke.A > 0 && s.width > 0 }

// period is the length of a dash pattern in pixels, 0 for an unbroken line.
func (s *style) period() float64 {
	var sum float64
	for _, d := range s.dash {
		sum += d
	}
	return sum * grown(s.m)
}

// dashesOn is at least how many dashes go around an outline.
func (s *style) dashesOn(o outline) int {
	period := s.period()
	if !s.strokes() || period == 0 {
		return 0
	}
	return int(min(math.Ceil(o.length()/period)*float64(len(s.dash)), maxDashes+1))
}
