// Package picture draws the pictures of lessons for those who get no SVG: a
// chat takes a PNG and nothing else.
//
// # What is drawn
//
// The part of SVG that a plain drawing needs: rect, circle, ellipse, line,
// polyline, polygon, path with all its commands, text with tspan, and groups of
// them; their transforms; fill and stroke in a colour, with width, ends, joins,
// dashes and opacity; all of it as attributes or in a style attribute, with what
// a part inherits. The opacity of a group is given to each of its parts. Words
// are drawn with the Go fonts, which this package carries: they take the room
// that Arial takes (measured: 1 % more in the mean, 7 % at most), whatever font
// a picture asks for.
//
// # What is not
//
// A picture is drawn whole or not at all: whoever looks at half a drawing is
// led astray. What changes how a picture looks and is not in the list above, a
// gradient, an image, a style sheet, a letter that the fonts lack, is a
// [Fault], which says where it stands. Names, descriptions and the notes of
// drawing programs are passed over.
//
// # What is promised
//
// Any bytes may come in. The work is bounded by the limits below: no input makes
// [PNG] panic, hang, read a file or reach the network, and no entity is
// expanded. The same bytes always give the same picture.
package picture

import (
	"bytes"
	"fmt"
	"image/png"
)

// Limits of a picture. The largest of our own is a tenth of them.
const (
	maxSize     = 200 << 10 // bytes of SVG
	maxDepth    = 32        // elements inside elements
	maxShapes   = 500       // things drawn
	maxSegments = 20_000    // lines and curves in all of them
	maxDashes   = 20_000    // dashes in all of them
	maxLetters  = 2_000     // letters in all texts
	maxNumber   = 1e6       // largest number
	maxReach    = 8_192     // pixels from the corner, even outside the picture
	maxStroke   = 480       // pixels of a stroke's width
	maxShape    = 8         // width to height, or height to width
)

// The picture fits in this many pixels.
const (
	maxWidth  = 960
	maxHeight = 1280
)

// A Fault is the first thing in an SVG that cannot be drawn.
type Fault struct {
	// Line and Column say where it begins, from 1; 0 for the whole file.
	Line, Column int
	// What is the piece of SVG that cannot be drawn, such as "<image>" or
	// `fill="url(#sky)"`, or what the reader of XML says.
	What string
}

// Error says where the fault is and what it is.
func (f *Fault) Error() string {
	return fmt.Sprintf("line %d, column %d: cannot draw %s", f.Line, f.Column, f.What)
}

// PNG draws an SVG on white, 960 pixels wide (less when it is much higher than
// wide). The error is a [*Fault].
func PNG(svg []byte) ([]byte, error) {
	d, err := read(svg)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := png.Encode(&b, d.draw()); err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return b.Bytes(), nil
}

// Check tells whether [PNG] would draw an SVG, in a fraction of the time: it
// reads all and draws nothing. The error is a [*Fault].
func Check(svg []byte) error {
	_, err := read(svg)
	return err
}
