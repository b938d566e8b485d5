package picture

import (
	"errors"
	"fmt"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// fonts are the letters there are. They are read when the first text is.
type fonts struct {
	regular, bold *sfnt.Font
	buffer        sfnt.Buffer
}

// of finds the font of a run.
func (f *fonts) of(t run) (*sfnt.Font, error) {
	at, source := &f.regular, goregular.TTF
	if t.bold {
		at, source = &f.bold, gobold.TTF
	}
	if *at == nil {
		parsed, err := sfnt.Parse(source)
		if err != nil {
			return nil, fmt.Errorf("font: %w", err)
		}
		*at = parsed
	}
	return *at, nil
}

// errNoLetter: the fonts lack a letter. The words behind it name the letter.
var errNoLetter = errors.New("letter")

// find finds a letter, and how wide it is for a size of 1.
func (f *fonts) find(face *sfnt.Font, letter rune) (sfnt.GlyphIndex, float64, error) {
	units := fixed.Int26_6(face.UnitsPerEm())
	i, err := face.GlyphIndex(&f.buffer, letter)
	if err != nil || i == 0 {
		return 0, 0, fmt.Errorf("%w %q", errNoLetter, letter)
	}
	advance, err := face.GlyphAdvance(&f.buffer, i, units, font.HintingNone)
	if err != nil {
		return 0, 0, fmt.Errorf("%w %q: %w", errNoLetter, letter, err)
	}
	return i, float64(advance) / float64(units), nil
}

// width is how wide a run is, in the font's own letters.
func (f *fonts) width(t run) (float64, error) {
	face, err := f.of(t)
	if err != nil {
		return 0, err
	}
	var sum float64
	for _, letter := range t.text {
		_, advance, err := f.find(face, letter)
		if err != nil {
			return 0, err
		}
		sum += advance * t.size
	}
	return sum, nil
}

// outline writes the letters of a run from a place on, which moves behind them.
func (f *fonts) outline(t run, l layout, at *point) (outline, error) {
	face, err := f.of(t)
	if err != nil {
		return nil, err
	}
	out := make(outline, 0, 32*len(t.text))
	units := fixed.Int26_6(face.UnitsPerEm())
	for _, letter := range t.text {
		i, advance, err := f.find(face, letter)
		if err != nil {
			return nil, err
		}
		segments, err := face.LoadGlyph(&f.buffer, i, units, nil)
		if err != nil {
			return nil, fmt.Errorf("%w %q: %w", errNoLetter, letter, err)
		}
		g := glyph{segments: segments, at: *at, wide: t.size * l.stretch / float64(units), high: t.size / float64(units)}
		g.write(&out)
		at.x += advance*t.size*l.stretch + l.gap
	}
	return out, nil
}

// A glyph is a letter at a place, so many times as wide and as high as its font
// says.
type glyph struct {
	segments   sfnt.Segments
	at         point
	wide, high float64
}

// write appends the outline of a letter.
func (g *glyph) write(out *outline) {
	for i, s := range g.segments {
		kind := "MLQC"[s.Op]
		if kind == 'M' && i > 0 {
			out.add('Z')
		}
		part := segment{kind: kind}
		for j, a := range s.Args[:pointsOf(kind)] {
			part.points[j] = g.at.plus(float64(a.X)*g.wide, float64(a.Y)*g.high)
		}
		*out = append(*out, part)
	}
	if len(g.segments) > 0 {
		out.add('Z')
	}
}
