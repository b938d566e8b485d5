package picture

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/srwiley/rasterx"
)

// A drawing is a picture understood: how large it is and what is on it, in
// pixels, from back to front.
type drawing struct {
	width, height int
	shapes        []shape
}

// A shape is one thing drawn.
type shape struct {
	outline
	style
}

// A reader reads an SVG into a drawing.
type reader struct {
	drawing

	xml                       *xml.Decoder
	line, column              int // where the current token begins
	depth                     int
	segments, dashes, letters int
	fonts                     fonts
}

// read understands an SVG. The error is a [*Fault].
func read(svg []byte) (*drawing, error) {
	if len(svg) > maxSize {
		return nil, &Fault{What: fmt.Sprintf("%d bytes", len(svg))}
	}
	r := reader{xml: xml.NewDecoder(bytes.NewReader(svg))}
	root, err := r.root()
	if err != nil {
		return nil, err
	}
	if err := r.svg(root); err != nil {
		return nil, err
	}
	return &r.drawing, nil
}

// fault says that a piece of SVG at the current place cannot be drawn.
func (r *reader) fault(format string, args ...any) error {
	return &Fault{Line: r.line, Column: r.column, What: brief(fmt.Sprintf(format, args...))}
}

// brief cuts what is too long to be shown.
func brief(s string) string {
	const most = 60
	if letters := []rune(s); len(letters) > most {
		return string(letters[:most]) + "…"
	}
	return s
}

// next reads the next token.
func (r *reader) next() (xml.Token, error) {
	r.line, r.column = r.xml.InputPos()
	token, err := r.xml.Token()
	if err != nil {
		return nil, r.fault("%s", strings.TrimPrefix(err.Error(), "XML syntax error on "))
	}
	return token, nil
}

// root finds the element that holds all.
func (r *reader) root() (xml.StartElement, error) {
	for {
		token, err := r.next()
		if err != nil {
			return xml.StartElement{}, err
		}
		start, ok := token.(xml.StartElement)
		switch {
		case ok && start.Name.Local != "svg":
			return start, r.fault("<%s>", start.Name.Local)
		case ok:
			return start, nil
		}
	}
}

// svg reads all of a picture.
func (r *reader) svg(root xml.StartElement) error {
	m, err := r.frame(root)
	if err != nil {
		return err
	}
	s, err := r.styled(root, plain(m))
	if err != nil {
		return err
	}
	if err := r.children(s); err != nil {
		return err
	}
	return r.end()
}

// end reads what stands behind the picture: nothing that is drawn.
func (r *reader) end() error {
	for {
		r.line, r.column = r.xml.InputPos()
		token, err := r.xml.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return r.fault("%s", err)
		}
		if start, ok := token.(xml.StartElement); ok {
			return r.fault("<%s>", start.Name.Local)
		}
	}
}

// frame reads how large a picture is, and fits it into the pixels there are.
func (r *reader) frame(root xml.StartElement) (rasterx.Matrix2D, error) {
	box, err := r.box(root)
	if err != nil {
		return rasterx.Identity, err
	}
	w, h := box[2], box[3]
	if w < 1e-3 || h < 1e-3 || w > h*maxShape || h > w*maxShape {
		return rasterx.Identity, r.fault("<svg> %g × %g", w, h)
	}
	zoom := min(maxWidth/w, maxHeight/h)
	r.width, r.height = int(math.Round(w*zoom)), int(math.Round(h*zoom))
	return rasterx.Identity.Scale(zoom, zoom).Translate(-box[0], -box[1]), nil
}

// box is the part of the plane a picture shows: where it begins, and its size.
func (r *reader) box(root xml.StartElement) ([]float64, error) {
	given := attribute(root, "viewBox")
	if given == "" {
		w, okay := length(attribute(root, "width"))
		h, ok := length(attribute(root, "height"))
		if !okay || !ok {
			return nil, r.fault("<svg> viewBox=%q width=%q height=%q", given, attribute(root, "width"), attribute(root, "height"))
		}
		return []float64{0, 0, w, h}, nil
	}
	box, ok := numbers(given)
	if !ok || len(box) != 4 {
		return nil, r.fault("viewBox=%q", given)
	}
	return box, nil
}

// attribute is the value of an attribute, or nothing.
func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// styled is the style of an element inside another.
func (r *reader) styled(e xml.StartElement, s style) (style, error) {
	for _, a := range e.Attr {
		if a.Name.Space != "" || a.Name.Local == "style" {
			continue
		}
		if !s.set(a.Name.Local, a.Value) {
			return s, r.fault("%s=%q", a.Name.Local, a.Value)
		}
	}
	for declaration := range strings.SplitSeq(attribute(e, "style"), ";") {
		name, value, _ := strings.Cut(declaration, ":")
		if !s.set(strings.Trim(name, blanks), value) {
			return s, r.fault("style=%q", declaration)
		}
	}
	return s, nil
}

// children reads what is inside an element, to its end.
func (r *reader) children(s style) error {
	if r.depth++; r.depth > maxDepth {
		return r.fault("%d × <g>", r.depth)
	}
	for {
		token, err := r.next()
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.EndElement:
			r.depth--
			return nil
		case xml.StartElement:
			if err := r.element(token, s); err != nil {
				return err
			}
		}
	}
}

// element reads one element, to its end.
func (r *reader) element(e xml.StartElement, around style) error {
	if foreign(e) {
		return r.pass()
	}
	switch e.Name.Local {
	case "title", "desc", "metadata", "defs":
		return r.pass()
	case "g", "a", "text", "rect", "circle", "ellipse", "line", "polyline", "polygon", "path":
	default:
		return r.fault("<%s>", e.Name.Local)
	}
	s, err := r.styled(e, around)
	if err != nil {
		return err
	}
	switch {
	case hidden(e):
		return r.pass()
	case e.Name.Local == "g", e.Name.Local == "a":
		return r.children(s)
	case e.Name.Local == "text":
		return r.text(e, s)
	}
	if err := r.figure(e, s); err != nil {
		return err
	}
	return r.pass()
}

// foreign tells whether an element is a note of a drawing program.
func foreign(e xml.StartElement) bool {
	return e.Name.Space != "" && e.Name.Space != "http://www.w3.org/2000/svg"
}

// hidden tells whether an element is not to be seen.
func hidden(e xml.StartElement) bool {
	return strings.Trim(attribute(e, "display"), blanks) == "none"
}

// pass skips the inside of an element, to its end. A style sheet or a movement
// works from anywhere.
func (r *reader) pass() error {
	for depth := 1; depth > 0; {
		token, err := r.next()
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.EndElement:
			depth--
		case xml.StartElement:
			depth++
			switch name := token.Name.Local; {
			case foreign(token):
			case name == "style", name == "script", name == "set", strings.HasPrefix(name, "animate"):
				return r.fault("<%s>", name)
			}
		}
	}
	return nil
}

// paint adds a shape that is placed already, unless it would be too much.
func (r *reader) paint(o outline, s style) error {
	r.segments += len(o)
	if s.inks() {
		if !o.near() || !sane(s.m) {
			return r.fault("far > %d px", maxReach)
		}
		r.dashes += s.dashesOn(o)
		r.shapes = append(r.shapes, shape{o, s})
	}
	switch {
	case s.width*grown(s.m) > maxStroke:
		return r.fault("stroke-width=%q", fmt.Sprint(s.width))
	case r.dashes > maxDashes:
		return r.fault("> %d stroke-dasharray", maxDashes)
	case r.segments > maxSegments:
		return r.fault("> %d segments", maxSegments)
	case len(r.shapes) > maxShapes:
		return r.fault("> %d shapes", maxShapes)
	}
	return nil
}
