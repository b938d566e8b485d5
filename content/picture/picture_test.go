package picture

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// usualPictures is how many pictures of our lessons are drawn, taken from all of
// them, but with PASSERELLE_LONG=1.
const usualPictures = 16

// pictures are pictures of our lessons by their names, LESSON/NAME.
func pictures(tb testing.TB) map[string]string {
	tb.Helper()
	files, err := filepath.Glob("../lessons/*/*.svg")
	if err != nil || len(files) < usualPictures {
		tb.Fatalf("%d pictures, error %v", len(files), err)
	}
	every := len(files) / usualPictures
	if long() {
		every = 1
	}
	all := map[string]string{}
	for i := 0; i < len(files); i += every {
		data, err := os.ReadFile(files[i])
		if err != nil {
			tb.Fatal(err)
		}
		name := strings.TrimPrefix(filepath.ToSlash(files[i]), "../lessons/")
		all[strings.TrimSuffix(name, ".svg")] = string(data)
	}
	return all
}

// connexion is one picture of ours that holds most of what may be drawn.
func connexion(tb testing.TB) string {
	tb.Helper()
	data, err := os.ReadFile("../lessons/creer-email/connexion.svg")
	if err != nil {
		tb.Fatal(err)
	}
	return string(data)
}

// drawn is a picture as a PNG.
func drawn(tb testing.TB, svg string) []byte {
	tb.Helper()
	data, err := PNG([]byte(svg))
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// canvas is what is drawn of a picture.
func canvas(tb testing.TB, svg string) *image.RGBA {
	tb.Helper()
	d, err := read([]byte(svg))
	if err != nil {
		tb.Fatal(err)
	}
	return d.draw()
}

// on is a picture of 320 × 240 with something on it.
func on(inside string) string {
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 240">` + inside + `</svg>`
}

// samples are small pictures, one for each thing that can be drawn.
func samples() map[string]string {
	all := map[string]string{}
	for name, inside := range map[string]string{
		"scale-stroke": `<g transform="translate(40 40) scale(2.5)" stroke="#e03131" stroke-width="3" fill="none"><circle r="10"/><path d="M20 0h40v30"/></g>`,
		"matrix":       `<g transform="matrix(.8 .3 -.3 .8 90 20)"><rect width="150" height="80" rx="20" ry="8" fill="teal"/></g><rect x="200" y="150" width="60" height="40" ry="12" transform="skewX(20) rotate(5 200 150)"/>`,
		"arcs":         `<path d="M40 120a40 60 30 1 0 80-20A50 30 0 0160 40M160 60a30 30 0 11.1 0zm60 60a20 40 -45 01 60 20" fill="none" stroke="#1b1b1b" stroke-width="4"/>`,
		"curves":       `<path d="M20 120C20 20 100 20 100 120S180 220 180 120s40-60 60 0" fill="none" stroke="purple" stroke-width="6"/><path d="M20 200Q60 140 100 200T180 200t60 0" fill="#ffd43b" stroke="#000"/>`,
		"numbers":      `<path d="M1e1 2E+1l50.5.5-20,+30z m100-0 .5.5 40 0 0 40z l0-60 20 0" fill="olive" stroke="red"/>`,
		"joins":        `<g fill="none" stroke="#1b1b1b" stroke-width="16"><path d="M20 90L60 20L100 90"/><path d="M120 90L160 20L200 90" stroke-linejoin="round"/><path d="M220 90L260 20L300 90" stroke-linejoin="bevel"/><path d="M20 200L120 180L20 160" stroke-miterlimit="20"/></g>`,
		"ends":         `<g fill="none" stroke="#1b1b1b" stroke-width="20"><path d="M40 40h100"/><path d="M40 100h100" stroke-linecap="round"/><path d="M40 160h100" stroke-linecap="square"/><path d="M200 40c80 0 80 150 0 150" stroke-linecap="round"/></g>`,
		"dashes":       `<g fill="none" stroke="#1b1b1b" stroke-width="4"><path d="M20 40h280" stroke-dasharray="12 6"/><path d="M20 80h280" stroke-dasharray="12,6,3" stroke-dashoffset="5"/><circle cx="80" cy="160" r="50" stroke-dasharray="10"/><path d="M160 120h120v80h-120z" stroke-dasharray="16 8" stroke-linecap="round"/></g>`,
		"opacity":      `<rect width="200" height="140" fill="navy"/><g opacity=".5"><circle cx="180" cy="120" r="80" fill="orange" fill-opacity=".8"/></g><path d="M20 200h280" stroke="rgb(200, 0, 60)" stroke-width="30" stroke-opacity="50%"/>`,
		"inherit":      `<g style="fill:none; stroke:#00f; stroke-width:5px"><rect x="20" y="20" width="80" height="60"/><g fill="lime" color="#c00"><circle cx="180" cy="60" r="40"/><ellipse rx="30" ry="50" transform="translate(260 80)" stroke="currentColor"/></g></g><polygon points="20,120 120,120 70,220"/><polyline points="150 120 250 120 200 220" fill="none" stroke="green"/><line x1="260" y1="120" x2="310" y2="220" stroke="#0008" stroke-width="9"/>`,
		"zero-lengths": `<rect width="0" height="50"/><circle cx="50" cy="50"/><path d="M100 100h0" stroke="red" stroke-width="40" stroke-linecap="round"/><path d="" stroke="red"/><rect x="200" y="100" width="50" height="50"/>`,
		"text-anchors": `<g font-size="28"><text x="160" y="50">début</text><text x="160" y="100" text-anchor="middle">milieu</text><text x="160" y="150" text-anchor="end">fin &amp; &#233;&lt;</text><path d="M160 0v240" stroke="red"/></g>`,
		"text-spans":   `<text x="20" y="60" font-size="24">  un  <tspan font-weight="bold" fill="#c00">deux</tspan> trois <tspan x="20" y="100">quatre</tspan><tspan dx="10" dy="20">cinq</tspan></text>`,
		"text-rooms":   `<text x="20" y="60" font-size="24" textLength="200">écarté</text><text x="20" y="120" font-size="24" textLength="200" lengthAdjust="spacingAndGlyphs">étiré</text><text x="160" y="180" font-size="24" text-anchor="middle" textLength="280" lengthAdjust="spacingAndGlyphs">au milieu</text>`,
		"text-turned":  `<g transform="translate(80 120) rotate(-30)" font-size="40"><text font-weight="700" fill="#fff" stroke="#000" stroke-width="1">Tourné</text></g>`,
	} {
		all[name] = on(inside)
	}
	all["origin"] = `<?xml version="1.0" encoding="UTF-8"?><svg xmlns="http://www.w3.org/2000/svg" width="50" height="80" viewBox="-10 -20 50 80"><circle r="9" stroke="red"/><text x="0" y="30" font-size="9">été</text></svg>`
	all["small"] = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><circle cx=".5" cy=".5" r=".3" stroke="red" stroke-width=".013"/></svg>`
	all["no-box"] = `<svg xmlns="http://www.w3.org/2000/svg" width="200px" height="50"><rect x="5" y="5" width="190" height="40" rx="9" fill="none" stroke="#123456"/></svg>`
	return all
}

// Every picture of our lessons is a small PNG of the promised size, on white,
// with something on it.
func TestOurPictures(t *testing.T) {
	for name, svg := range pictures(t) {
		t.Run(name, func(t *testing.T) {
			if err := Check([]byte(svg)); err != nil {
				t.Fatal(err)
			}
			data := drawn(t, svg)
			size, err := png.DecodeConfig(bytes.NewReader(data))
			if err != nil || size.Width != 960 || size.Height != 720 {
				t.Errorf("%d × %d pixels, error %v", size.Width, size.Height, err)
			}
			if len(data) > 60_000 {
				t.Errorf("%d bytes are too many for a slow line", len(data))
			}
			picture := canvas(t, svg)
			if ink := share1000(picture, picture.Rect); ink < 30 || ink > 900 {
				t.Errorf("%d ‰ of it is drawn on", ink)
			}
		})
	}
}

// The PNG holds what was drawn, and is the same every time.
func TestPNG(t *testing.T) {
	svg := connexion(t)
	data := drawn(t, svg)
	if got := flat(decoded(t, data)); !bytes.Equal(got.Pix, canvas(t, svg).Pix) {
		t.Error("the PNG does not hold what was drawn")
	}
	if again := drawn(t, svg); !bytes.Equal(data, again) {
		t.Error("drawn differently the second time")
	}
}

// share1000 is how many pixels of a thousand in a part of a picture are not
// white.
func share1000(picture *image.RGBA, part image.Rectangle) int {
	n := 0
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			i := picture.PixOffset(x, y)
			if min(picture.Pix[i], picture.Pix[i+1], picture.Pix[i+2]) < 0xf0 {
				n++
			}
		}
	}
	return n * 1000 / (part.Dx() * part.Dy())
}

// Colours are where they belong. Places are in units of the picture.
func TestColours(t *testing.T) {
	all := samples()
	for _, c := range []struct {
		name string
		x, y float64
		want color.RGBA
	}{
		{"opacity", 40, 20, color.RGBA{0, 0, 128, 255}},
		{"opacity", 250, 120, color.RGBA{255, 219, 153, 255}},
		{"inherit", 180, 60, color.RGBA{0, 255, 0, 255}},
		{"inherit", 180, 20, color.RGBA{0, 0, 255, 255}},
		{"inherit", 60, 50, color.RGBA{255, 255, 255, 255}},
		{"inherit", 260, 30, color.RGBA{204, 0, 0, 255}},
		{"scale-stroke", 140, 40, color.RGBA{224, 49, 49, 255}},
		{"scale-stroke", 140, 43.5, color.RGBA{224, 49, 49, 255}},
		{"scale-stroke", 140, 44.5, color.RGBA{255, 255, 255, 255}},
		{"joins", 60, 6, color.RGBA{27, 27, 27, 255}},
		{"joins", 160, 6, color.RGBA{255, 255, 255, 255}},
		{"zero-lengths", 112, 100, color.RGBA{255, 0, 0, 255}},
	} {
		picture := canvas(t, all[c.name])
		if got := picture.RGBAAt(int(c.x*3), int(c.y*3)); got != c.want {
			t.Errorf("%s at %v, %v: %v, want %v", c.name, c.x, c.y, got, c.want)
		}
	}
}

// Words are drawn where they stand, at the side they are anchored to, as large
// and as bold as they are.
func TestWords(t *testing.T) {
	left, right := image.Rect(0, 240, 470, 360), image.Rect(490, 240, 960, 360)
	text := func(attributes string) (inkLeft, inkRight int) {
		picture := canvas(t, on(`<g font-size="30"><text x="160" y="110" `+attributes+`>Éteindre &amp; à</text></g>`))
		return share1000(picture, left), share1000(picture, right)
	}
	l, r := text("")
	if l != 0 || r < 100 {
		t.Errorf("from the place on: %d ‰ before it, %d ‰ behind it", l, r)
	}
	boldL, boldR := text(`font-weight="bold" text-anchor="end"`)
	if boldR != 0 || boldL < r*6/5 {
		t.Errorf("bold, up to the place: %d ‰ before it, %d ‰ behind it, %d ‰ when not bold", boldL, boldR, r)
	}
	if l, r := text(`text-anchor="middle"`); l < 50 || r < 50 {
		t.Errorf("in the middle: %d ‰ before it, %d ‰ behind it", l, r)
	}
	if _, small := text(`font-size="15"`); small*3 > r || small == 0 {
		t.Errorf("half as large: %d ‰, %d ‰ when large", small, r)
	}
	if l, r := text(`fill="#fff"`); l+r != 0 {
		t.Errorf("white words: %d ‰, %d ‰", l, r)
	}
}

// A path says the same with capital letters and with small ones.
func TestRelative(t *testing.T) {
	for _, c := range [][2]string{
		{"m10 10 20 0 0 20z", "M10 10L30 10L30 30Z"},
		{"m5 5h5v5H5z m20 0h5", "M5 5L10 5L10 10L5 10Z M25 5L30 5"},
		{"m5 5c1 2 3 4 5 6s1 2 3 4", "M5 5C6 7 8 9 10 11C12 13 11 13 13 15"},
		{"m5 5q1 2 3 4t5 6", "M5 5Q6 7 8 9Q10 11 13 15"},
		{"m5 5zl5 5", "M5 5Z M5 5L10 10"},
		{"M0 0a5 5 0 1110 0", "M0 0A5,5,0,1,1,10,0"},
	} {
		small, ok := readPath(c[0])
		capital, alsoOK := readPath(c[1])
		if diff := gocmp.Diff(capital, small, gocmp.AllowUnexported(segment{}, point{})); !ok || !alsoOK || diff != "" {
			t.Errorf("%s is not %s (%v, %v):\n%s", c[0], c[1], ok, alsoOK, diff)
		}
	}
}

func BenchmarkPNG(b *testing.B) {
	svg := []byte(connexion(b))
	for b.Loop() {
		if _, err := PNG(svg); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	svg := []byte(connexion(b))
	for b.Loop() {
		if err := Check(svg); err != nil {
			b.Fatal(err)
		}
	}
}
