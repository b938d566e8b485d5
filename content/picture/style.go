package picture

import (
	"image/color"
	"slices"
	"strings"

	"github.com/srwiley/rasterx"
)

// A style is how a shape is drawn. Lengths are as written, before the transform.
type style struct {
	m                    rasterx.Matrix2D
	fill, stroke, color  color.NRGBA
	opacity              float64 // with that of all groups around
	fillShare, lineShare float64 // opacity of the fill and of the stroke
	width, miter         float64
	cap, join            string
	dash                 []float64
	dashOffset           float64
	// Of words.
	size      float64
	bold      bool
	underline bool
	anchor    string
}

// plain is how a shape is drawn when nothing is said.
func plain(m rasterx.Matrix2D) style {
	black := color.NRGBA{A: 255}
	return style{
		m: m, fill: black, color: black, opacity: 1, fillShare: 1, lineShare: 1,
		width: 1, miter: 4, cap: "butt", join: "miter", size: 16, anchor: "start",
	}
}

// refused are the properties that change a picture and are not drawn, each with
// the values that change nothing.
var refused = map[string]string{
	"clip-path": "none", "mask": "none", "filter": "none", "marker": "none",
	"marker-start": "none", "marker-mid": "none", "marker-end": "none",
	"fill-rule": "nonzero", "visibility": "visible", "mix-blend-mode": "normal",
	"vector-effect": "none", "paint-order": "normal",
	"dominant-baseline": "auto alphabetic", "baseline-shift": "baseline 0", "writing-mode": "lr-tb horizontal-tb",
	"letter-spacing": "normal 0 0px", "word-spacing": "normal 0 0px",
	"direction": "ltr", "font-variant": "normal", "rotate": "0",
}

// sets are the properties that are drawn. Each takes its value, or says that it
// cannot.
var sets = map[string]func(*style, string) bool{
	"fill":              (*style).setFill,
	"stroke":            (*style).setStroke,
	"color":             (*style).setColor,
	"opacity":           (*style).setOpacity,
	"fill-opacity":      (*style).setFillOpacity,
	"stroke-opacity":    (*style).setStrokeOpacity,
	"stroke-width":      (*style).setWidth,
	"stroke-miterlimit": (*style).setMiter,
	"stroke-linecap":    (*style).setCap,
	"stroke-linejoin":   (*style).setJoin,
	"stroke-dasharray":  (*style).setDash,
	"stroke-dashoffset": (*style).setDashOffset,
	"transform":         (*style).setTransform,
	"font-size":         (*style).setSize,
	"font-weight":       (*style).setWeight,
	"text-anchor":       (*style).setAnchor,
	"text-decoration":   (*style).setDecoration,
}

// set takes a property. What is inherited as it is needs no more.
func (s *style) set(name, value string) bool {
	value = strings.Trim(value, blanks)
	if harmless, bad := refused[name]; bad {
		return value == "inherit" || slices.Contains(strings.Fields(harmless), value)
	}
	take, known := sets[name]
	if !known || value == "inherit" {
		return true
	}
	return take(s, value)
}

func (s *style) setColor(v string) (ok bool) {
	s.color, ok = readColour(v, s.color)
	return ok
}

func (s *style) setFill(v string) (ok bool) {
	s.fill, ok = readColour(v, s.color)
	return ok
}

func (s *style) setStroke(v string) (ok bool) {
	s.stroke, ok = readColour(v, s.color)
	return ok
}

func (s *style) setOpacity(v string) bool {
	o, ok := share(v)
	s.opacity *= o
	return ok
}

func (s *style) setFillOpacity(v string) (ok bool) {
	s.fillShare, ok = share(v)
	return ok
}

func (s *style) setStrokeOpacity(v string) (ok bool) {
	s.lineShare, ok = share(v)
	return ok
}

func (s *style) setWidth(v string) (ok bool) {
	s.width, ok = length(v)
	return ok && s.width >= 0
}

func (s *style) setMiter(v string) (ok bool) {
	s.miter, ok = length(v)
	return ok && s.miter >= 1 && s.miter <= 100
}

func (s *style) setCap(v string) bool {
	s.cap = v
	return v == "butt" || v == "round" || v == "square"
}

func (s *style) setJoin(v string) bool {
	s.join = v
	return v == "miter" || v == "round" || v == "bevel"
}

func (s *style) setDash(v string) (ok bool) {
	s.dash = nil
	if v == "none" {
		return true
	}
	s.dash, ok = numbers(strings.ReplaceAll(v, "px", " "))
	return ok && !slices.ContainsFunc(s.dash, func(d float64) bool { return d < 0 })
}

func (s *style) setDashOffset(v string) (ok bool) {
	s.dashOffset, ok = length(v)
	return ok
}

func (s *style) setTransform(v string) (ok bool) {
	if v == "none" {
		return true
	}
	s.m, ok = moves(s.m, v)
	return ok
}

func (s *style) setSize(v string) (ok bool) {
	s.size, ok = length(v)
	return ok && s.size >= 0
}

func (s *style) setWeight(v string) bool {
	s.bold = slices.Contains([]string{"bold", "bolder", "600", "700", "800", "900"}, v)
	return true
}

func (s *style) setAnchor(v string) bool {
	s.anchor = v
	return v == "start" || v == "middle" || v == "end"
}

func (s *style) setDecoration(v string) bool {
	s.underline = v == "underline"
	return v == "underline" || v == "none"
}
