package picture

import (
	"image/color"
	"strconv"
	"strings"

	"golang.org/x/image/colornames"
)

// readColour reads a colour; one that cannot be seen is "none".
func readColour(s string, current color.NRGBA) (color.NRGBA, bool) {
	s = strings.ToLower(strings.Trim(s, blanks))
	switch {
	case s == "none", s == "transparent":
		return color.NRGBA{}, true
	case s == "currentcolor":
		return current, true
	case strings.HasPrefix(s, "#"):
		return hexColour(s[1:])
	case strings.HasPrefix(s, "rgb(") && strings.HasSuffix(s, ")"):
		return rgbColour(s[len("rgb(") : len(s)-1])
	}
	c, ok := colornames.Map[s]
	return color.NRGBA(c), ok
}

// hexColour reads three, four, six or eight digits.
func hexColour(s string) (color.NRGBA, bool) {
	if len(s) == 3 || len(s) == 4 {
		var b strings.Builder
		for _, digit := range s {
			b.WriteString(strings.Repeat(string(digit), 2))
		}
		s = b.String()
	}
	if len(s) == 6 {
		s += "ff"
	}
	v, err := strconv.ParseUint(s, 16, 32)
	if err != nil || len(s) != 8 {
		return color.NRGBA{}, false
	}
	return color.NRGBA{uint8(v >> 24), uint8(v >> 16), uint8(v >> 8), uint8(v)}, true //nolint:gosec // a byte each
}

// rgbColour reads three numbers to 255, or three percentages.
func rgbColour(s string) (color.NRGBA, bool) {
	bare := strings.ReplaceAll(s, "%", " ")
	v, ok := numbers(bare)
	if !ok || len(v) != 3 {
		return color.NRGBA{}, false
	}
	c := color.NRGBA{A: 255}
	for i, part := range []*uint8{&c.R, &c.G, &c.B} {
		if bare != s {
			v[i] *= 2.55
		}
		*part = uint8(min(max(v[i], 0), 255) + 0.5)
	}
	return c, true
}

// faded makes a colour less opaque.
func faded(c color.NRGBA, opacity float64) color.NRGBA {
	c.A = uint8(float64(c.A)*opacity + 0.5)
	return c
}
