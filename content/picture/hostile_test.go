package picture

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// What cannot be drawn is said by the piece of SVG that cannot.
func TestFaults(t *testing.T) {
	cases := []struct{ name, svg, what string }{
		{"nothing", "", "EOF"},
		{"no XML", "Ceci n'est pas un dessin.", "EOF"},
		{"HTML", "<html></html>", "<html>"},
		{"open", "<svg viewBox='0 0 9 9'><g>", "EOF"},
		{"two", on("") + on(""), "<svg>"},
		{"no size", `<svg xmlns="http://www.w3.org/2000/svg"/>`, `width=""`},
		{"no height", `<svg width="3"/>`, `height=""`},
		{"percent", `<svg width="100%" height="100%"/>`, `width="100%"`},
		{"empty box", `<svg viewBox="0 0 0 0"/>`, "0 × 0"},
		{"negative box", `<svg viewBox="0 0 -5 5"/>`, "-5 × 5"},
		{"three numbers", `<svg viewBox="0 0 5"/>`, "viewBox"},
		{"giant box", `<svg viewBox="0 0 1e300 1e300"/>`, "viewBox"},
		{"box of no number", `<svg viewBox="0 0 NaN Inf"/>`, "viewBox"},
		{"long and thin", `<svg viewBox="0 0 1000 1"/>`, "1000 × 1"},
		{"deep", on(strings.Repeat("<g>", 40) + strings.Repeat("</g>", 40)), "× <g>"},
		{"deep words", on("<text>" + strings.Repeat("<tspan>", 40) + strings.Repeat("</tspan>", 40) + "</text>"), "<tspan>"},
		{"entities", `<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>` + on("<text>&b;</text>"), "entity"},
		{"outside", on(`<image href="https://example.org/a.png"/>`), "<image>"},
		{"script", on(`<script>alert(1)</script>`), "<script>"},
		{"HTML inside", on(`<foreignObject><p>x</p></foreignObject>`), "<foreignObject>"},
		{"use", on(`<defs><g id="a"/></defs><use href="#a"/>`), "<use>"},
		{"style sheet", on(`<defs><style>rect{fill:red}</style></defs>`), "<style>"},
		{"movement", on(`<rect width="9" height="9"><animate attributeName="x"/></rect>`), "<animate>"},
		{"picture in picture", on(on("")), "<svg>"},
		{"gradient", on(`<rect fill="url(#a)" width="9" height="9"/>`), `fill="url(#a)"`},
		{"gradient in style", on(`<rect style="stroke: url(#a)" width="9" height="9"/>`), `url(#a)`},
		{"clipped", on(`<g clip-path="url(#a)"/>`), "clip-path"},
		{"colour", on(`<rect fill="bleu"/>`), `fill="bleu"`},
		{"number", on(`<circle r="NaN"/>`), `r="NaN"`},
		{"infinite", on(`<circle r="1e400"/>`), `r="1e400"`},
		{"unit", on(`<circle r="3em"/>`), `r="3em"`},
		{"negative width", on(`<g stroke-width="-3"/>`), "stroke-width"},
		{"transform", on(`<g transform="scale(1,2,3)"/>`), "transform"},
		{"open transform", on(`<g transform="scale(1"/>`), "transform"},
		{"growing", on(strings.Repeat(`<g transform="scale(1000)">`, 9) + strings.Repeat("</g>", 9)), "transform"},
		{"path", on(`<path d="M0 0L5"/>`), `d="M0 0L5"`},
		{"path from nowhere", on(`<path d="L5 5"/>`), `d="L5 5"`},
		{"arc flag", on(`<path d="M0 0A5 5 0 2 0 9 9"/>`), "d="},
		{"odd points", on(`<polygon points="1 2 3"/>`), "points"},
		{"far away", on(`<circle cx="100000" cy="0" r="3"/>`), "far"},
		{"thick", on(`<path d="M0 0h9" stroke="red" stroke-width="900"/>`), "stroke-width"},
		{"dust", on(`<path d="M0 0h2000" stroke="red" stroke-dasharray=".001"/>`), "stroke-dasharray"},
		{"negative dash", on(`<path d="M0 0h9" stroke="red" stroke-dasharray="5 -5"/>`), "stroke-dasharray"},
		{"strange letter", on(`<text>العربية</text>`), `letter 'ا'`},
		{"picture letter", on(`<text>Bravo 🎉</text>`), "letter"},
		{"list of places", on(`<text x="1 2 3">abc</text>`), `x="1 2 3"`},
		{"words on a line", on(`<text><textPath>abc</textPath></text>`), "<textPath>"},
		{"many shapes", on(strings.Repeat(`<path d="M0 0h9"/>`, maxShapes+1)), "shapes"},
		{"many lines", on(`<path d="M0 0` + strings.Repeat("h9", maxSegments+1) + `"/>`), "d="},
		{"many letters", on("<text>" + strings.Repeat("a", maxLetters+1) + "</text>"), "letters"},
		{"large", on(strings.Repeat(" ", 1<<20)), "bytes"},
		{"encoding", `<?xml version="1.0" encoding="UTF-16"?>` + on(""), "UTF-16"},
		{"no UTF-8", on("<text>\xff\xfe</text>"), "UTF-8"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var fault *Fault
			if err := Check([]byte(c.svg)); !errors.As(err, &fault) || !strings.Contains(fault.What, c.what) {
				t.Errorf("check: %v, want a fault that says %q", err, c.what)
			}
			if data, err := PNG([]byte(c.svg)); data != nil || err == nil {
				t.Errorf("drew %d bytes, error %v", len(data), err)
			}
		})
	}
}

// A fault says the line and the column where the editor finds it.
func TestFaultPlace(t *testing.T) {
	err := Check([]byte("<svg viewBox='0 0 9 9'>\n<g>\n  <image/></g></svg>"))
	want := Fault{Line: 3, Column: 3, What: "<image>"}
	var got *Fault
	if !errors.As(err, &got) || *got != want {
		t.Errorf("fault %v, want %v", err, want)
	}
	if text := err.Error(); text != "line 3, column 3: cannot draw <image>" {
		t.Errorf("said %q", text)
	}
}

// What drawing programs leave behind is passed over.
func TestPassedOver(t *testing.T) {
	for _, inside := range []string{
		`<title>Un titre</title><desc>x</desc><metadata><rdf:RDF xmlns:rdf="x"><image/></rdf:RDF></metadata>`,
		`<defs id="d1"><linearGradient id="a"/></defs><sodipodi:namedview xmlns:sodipodi="y"><image/></sodipodi:namedview>`,
		`<!-- <image/> --><g display="none"><circle r="9"/></g><g id="x" role="img" aria-label="y" data-z="1" fill-rule="nonzero"/>`,
		`<?pi x?><text/><text> </text><rect/><path/><polygon/>`,
	} {
		d, err := read([]byte(on(inside)))
		if err != nil || len(d.shapes) > 0 && len(d.shapes[len(d.shapes)-1].outline) > 0 {
			t.Errorf("%s: %d shapes, error %v", inside, len(d.shapes), err)
		}
	}
}

// long tells whether to take the time for everything.
func long() bool { return os.Getenv("PASSERELLE_LONG") == "1" }

// Whatever is changed in a picture, it is drawn or refused, at once.
func TestMutations(t *testing.T) {
	rounds := 3_000
	if long() {
		rounds = 300_000
	}
	all := maps.Clone(samples())
	maps.Copy(all, pictures(t))
	names := slices.Sorted(maps.Keys(all))
	random := rand.New(rand.NewPCG(4, uint64(rounds)))
	good := 0
	for i := range rounds {
		svg := mutated(random, all[names[random.IntN(len(names))]], all[names[random.IntN(len(names))]])
		start := time.Now()
		err := Check([]byte(svg))
		if err == nil {
			good++
			if i%20 == 0 {
				canvas(t, svg)
			}
		} else if fault := (*Fault)(nil); !errors.As(err, &fault) {
			t.Fatalf("not a fault: %v", err)
		}
		if took := time.Since(start); took > 20*time.Second {
			t.Fatalf("%v for:\n%s", took, svg)
		}
	}
	if good < rounds/50 || good > rounds*9/10 {
		t.Errorf("%d of %d changed pictures are good: too few or too many to say much", good, rounds)
	}
}

// mutated changes a few places of a picture; other is where pieces come from.
func mutated(random *rand.Rand, svg, other string) string {
	scraps := []string{
		"0", "-1", "1e9", "-1e5", "9999", ".0001", "NaN", "1e400", "", "<g>", "</g>", "<text>", "&amp;", "&#0;", "&x;",
		`transform="scale(0)"`, `transform="rotate(45) scale(-3 .001)"`, `stroke-dasharray="1 0 3"`, `stroke="red"`,
		`stroke-width="150"`, `stroke-linejoin="round"`, `r="0"`, "a1 1 0 011 1", "z", "m", "Q", "\x00", "é", `"`, ">",
	}
	for range 1 + random.IntN(3) {
		at := random.IntN(len(svg))
		end := min(len(svg), at+random.IntN(6))
		put := scraps[random.IntN(len(scraps))]
		switch random.IntN(4) {
		case 0:
			from := random.IntN(len(other))
			put = other[from:min(len(other), from+random.IntN(80))]
		case 1:
			put = fmt.Sprint(random.NormFloat64() * 300)
			at, end = numberIn(random, svg)
		}
		svg = svg[:at] + put + svg[end:]
	}
	return svg
}

// numberIn is where some number stands in a picture.
func numberIn(random *rand.Rand, svg string) (from, to int) {
	from = random.IntN(len(svg))
	from += max(strings.IndexAny(svg[from:], "0123456789"), 0)
	return from, from + numberLength(svg[from:])
}
