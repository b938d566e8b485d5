package picture

import "math"

// arguments says how many numbers stand behind each command of a path.
var arguments = map[byte]int{'m': 2, 'l': 2, 'h': 1, 'v': 1, 'c': 6, 's': 4, 'q': 4, 't': 2, 'a': 7, 'z': 0}

// readPath reads the d attribute of a path.
func readPath(d string) (outline, bool) {
	l, p := lexer{d}, pen{}
	for !l.empty() {
		letter, ok := l.letter()
		if !ok || !p.command(&l, letter|0x20, letter >= 'a') {
			return nil, false
		}
	}
	return p.out, true
}

// A pen writes an outline.
type pen struct {
	out       outline
	at, start point
	// control is the last control point, of the command that was last.
	control point
	last    byte
}

// command obeys one command, given as a small letter, for every set of numbers
// behind it.
func (p *pen) command(l *lexer, name byte, relative bool) bool {
	count, known := arguments[name]
	if !known || len(p.out) == 0 && name != 'm' {
		return false
	}
	for first := true; first || count > 0 && !l.empty() && !l.atLetter(); first = false {
		v, ok := l.set(name, count)
		if !ok || len(p.out) > maxSegments {
			return false
		}
		if relative {
			p.shift(name, v)
		}
		p.obey(name, v)
		p.last = name
		if name == 'm' {
			name = 'l'
		}
	}
	return true
}

// set reads the numbers of one command.
func (l *lexer) set(name byte, count int) ([]float64, bool) {
	v := make([]float64, count)
	for i := range v {
		read := l.number
		if name == 'a' && (i == 3 || i == 4) {
			read = l.flag
		}
		var ok bool
		if v[i], ok = read(); !ok {
			return nil, false
		}
	}
	return v, true
}

// shift makes relative numbers absolute.
func (p *pen) shift(name byte, v []float64) {
	switch name {
	case 'h':
		v[0] += p.at.x
	case 'v':
		v[0] += p.at.y
	case 'a':
		v[5] += p.at.x
		v[6] += p.at.y
	default:
		for i := 0; i+1 < len(v); i += 2 {
			v[i] += p.at.x
			v[i+1] += p.at.y
		}
	}
}

// obey writes one command with absolute numbers.
func (p *pen) obey(name byte, v []float64) {
	points := make([]point, len(v)/2)
	for i := range points {
		points[i] = point{v[2*i], v[2*i+1]}
	}
	switch name {
	case 'm', 'l':
		p.to(name&^0x20, points[0])
	case 'h':
		p.to('L', point{v[0], p.at.y})
	case 'v':
		p.to('L', point{p.at.x, v[0]})
	case 'c':
		p.to('C', points...)
	case 's':
		p.to('C', p.mirrored('c', 's'), points[0], points[1])
	case 'q':
		p.to('Q', points...)
	case 't':
		p.to('Q', p.mirrored('q', 't'), points[0])
	case 'a':
		p.arc(v)
	case 'z':
		p.close()
	}
}

// mirrored is the control point of a curve that goes on smoothly from one of
// these commands.
func (p *pen) mirrored(after, or byte) point {
	if p.last != after && p.last != or {
		return p.at
	}
	return p.control.across(p.at)
}

// to writes a segment. What follows a closed part begins where that began.
func (p *pen) to(kind byte, points ...point) {
	if n := len(p.out); kind != 'M' && n > 0 && p.out[n-1].kind == 'Z' {
		p.out.add('M', p.at)
	}
	p.out.add(kind, points...)
	p.at = points[len(points)-1]
	if len(points) > 1 {
		p.control = points[len(points)-2]
	}
	if kind == 'M' {
		p.start = p.at
	}
}

// close closes a part.
func (p *pen) close() {
	p.out.add('Z')
	p.at = p.start
}

// arc writes a piece of an ellipse: its radii, its turn in degrees, whether the
// longer way, whether clockwise, and where it ends. It is drawn as curves of at
// most a quarter turn (SVG 1.1, appendix F.6).
func (p *pen) arc(v []float64) {
	rx, ry, end := math.Abs(v[0]), math.Abs(v[1]), point{v[5], v[6]}
	if rx == 0 || ry == 0 || end == p.at {
		p.to('L', end)
		return
	}
	sin, cos := math.Sincos(v[2] * math.Pi / 180)
	// In a room where the ellipse is a circle of radius 1 around middle.
	flat := func(q point) point { return point{(cos*q.x + sin*q.y) / rx, (cos*q.y - sin*q.x) / ry} }
	a, b := flat(p.at), flat(end)
	dx, dy := b.x-a.x, b.y-a.y
	half := math.Hypot(dx, dy) / 2
	grow := max(half, 1)
	rise := math.Sqrt(max(grow*grow-half*half, 0)) / (2 * half)
	if v[3] == v[4] {
		rise = -rise
	}
	middle := point{(a.x+b.x)/2 - rise*dy, (a.y+b.y)/2 + rise*dx}
	from := math.Atan2(a.y-middle.y, a.x-middle.x)
	turn := math.Atan2(b.y-middle.y, b.x-middle.x) - from
	switch {
	case v[4] == 1 && turn < 0:
		turn += 2 * math.Pi
	case v[4] == 0 && turn > 0:
		turn -= 2 * math.Pi
	}
	p.turns(turned{middle, grow, from, turn}, func(q point) point {
		return point{cos*rx*q.x - sin*ry*q.y, sin*rx*q.x + cos*ry*q.y}
	}, end)
}

// A turned is a piece of a circle: from an angle, on by another.
type turned struct {
	middle       point
	radius       float64
	from, onward float64
}

// turns writes a piece of a circle, seen through a transform, up to a point.
func (p *pen) turns(t turned, through func(point) point, end point) {
	n := math.Ceil(math.Abs(t.onward)/(math.Pi/2) - 1e-9)
	step := t.onward / max(n, 1)
	// How far the control points stand from the ends.
	arm := t.radius * 4 / 3 * math.Tan(step/4)
	for i := range int(n) {
		sin0, cos0 := math.Sincos(t.from + float64(i)*step)
		sin1, cos1 := math.Sincos(t.from + float64(i+1)*step)
		last := through(t.middle.plus(t.radius*cos1, t.radius*sin1))
		if i == int(n)-1 {
			last = end
		}
		p.to('C', through(t.middle.plus(t.radius*cos0-arm*sin0, t.radius*sin0+arm*cos0)),
			through(t.middle.plus(t.radius*cos1+arm*sin1, t.radius*sin1-arm*cos1)), last)
	}
}
