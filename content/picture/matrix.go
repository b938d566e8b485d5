package picture

import (
	"math"
	"strings"

	"github.com/srwiley/rasterx"
)

// moves reads a transform attribute on top of another.
func moves(m rasterx.Matrix2D, s string) (rasterx.Matrix2D, bool) {
	for {
		s = strings.TrimLeft(s, blanks+",")
		if s == "" {
			return m, sane(m)
		}
		name, rest, _ := strings.Cut(s, "(")
		inside, after, closed := strings.Cut(rest, ")")
		v, ok := numbers(inside)
		if !closed || !ok {
			return m, false
		}
		if m, ok = move(m, strings.TrimRight(name, blanks), v); !ok {
			return m, false
		}
		s = after
	}
}

// move applies one transform.
func move(m rasterx.Matrix2D, name string, v []float64) (rasterx.Matrix2D, bool) {
	const degree = math.Pi / 180
	switch n := len(v); {
	case name == "translate" && n == 1:
		return m.Translate(v[0], 0), true
	case name == "translate" && n == 2:
		return m.Translate(v[0], v[1]), true
	case name == "scale" && n == 1:
		return m.Scale(v[0], v[0]), true
	case name == "scale" && n == 2:
		return m.Scale(v[0], v[1]), true
	case name == "rotate" && n == 1:
		return m.Rotate(v[0] * degree), true
	case name == "rotate" && n == 3:
		return m.Translate(v[1], v[2]).Rotate(v[0]*degree).Translate(-v[1], -v[2]), true
	case name == "skewX" && n == 1:
		return m.Mult(rasterx.Matrix2D{A: 1, D: 1, C: math.Tan(v[0] * degree)}), true
	case name == "skewY" && n == 1:
		return m.Mult(rasterx.Matrix2D{A: 1, D: 1, B: math.Tan(v[0] * degree)}), true
	case name == "matrix" && n == 6:
		return m.Mult(rasterx.Matrix2D{A: v[0], B: v[1], C: v[2], D: v[3], E: v[4], F: v[5]}), true
	}
	return m, false
}

// sane tells whether a transform can be reckoned with.
func sane(m rasterx.Matrix2D) bool {
	for _, v := range []float64{m.A, m.B, m.C, m.D, m.E, m.F} {
		if math.IsNaN(v) || math.Abs(v) > maxNumber {
			return false
		}
	}
	return true
}

// grown is how much longer a line gets, in the mean of all directions.
func grown(m rasterx.Matrix2D) float64 { return math.Sqrt(math.Abs(m.A*m.D - m.B*m.C)) }
