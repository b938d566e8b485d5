package content_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"passerelle/content"
	"passerelle/flows"
	"passerelle/locales"
)

// Every drawing is whole: each step and each way of the flow once, and nothing
// on top of anything else. It is so for the lessons built in, and for random
// ones.
func TestDrawings(t *testing.T) {
	bundle, err := locales.Load(locales.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	built, _ := content.Load(content.Embedded(), bundle)
	if built == nil {
		t.Fatal("the lessons built in have mistakes")
	}
	drawn := drawAll(t, built, bundle)
	want := 150 // random folders without an error
	if os.Getenv("PASSERELLE_LONG") != "" {
		want = 3000
	}
	for seed, clean := uint64(1), 0; clean < want && !t.Failed(); seed++ {
		w := &writer{Rand: rand.New(rand.NewPCG(seed, 11))}
		edition, problems := content.Load(w.folder(), bundle)
		if content.HasErrors(problems) {
			continue
		}
		clean++
		drawn += drawAll(t, edition, bundle)
	}
	t.Logf("%d drawings", drawn)
}

// Signs that mean something in XML are only words.
func TestDrawingOfSigns(t *testing.T) {
	bundle, err := locales.Load(locales.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	lesson := "---\nleçon: a\ntitre: Le <b>&amp;</b>\nmatériel: rien\n---\n\n## Un {#un}\n\n\"C'est\" < 3 && > 2 ]]> <script>\n\n" +
		"- <title>\n- A & B -> un\n\n@aide Choisissez.\n\n## Fin {#fin}\n\nC'est <tout />.\n\n@fin réussi\n"
	edition, problems := content.Load(fstest.MapFS{"a/a.md": {Data: []byte(lesson)}}, bundle)
	if edition == nil {
		t.Fatal(problems)
	}
	drawAll(t, edition, bundle)
	svg, _ := edition.Draw("a", "fr", bundle, nil)
	for _, want := range []string{"Le &lt;b&gt;&amp;amp;&lt;/b&gt;", "1 &lt;title&gt;", "]]&gt; &lt;script&gt;"} {
		if !strings.Contains(string(svg), want) {
			t.Errorf("no %q in\n%s", want, svg)
		}
	}
}

// drawAll draws all lessons of an edition in all languages, looks at each
// drawing and returns how many there are.
func drawAll(t *testing.T, e *content.Edition, bundle *locales.Bundle) (drawn int) {
	t.Helper()
	for id, flow := range e.Flows().Flows {
		for _, language := range e.Flows().Languages {
			svg, ok := e.Draw(id, language, bundle, nil)
			again, _ := e.Draw(id, language, bundle, nil)
			if !ok || !bytes.Equal(svg, again) {
				t.Fatalf("%s is not drawn, or another time in another way", id)
			}
			s, err := seen(svg)
			if err != nil {
				t.Fatalf("%s: %v\n%s", id, err, svg)
			}
			if diff := cmp.Diff(shape(flow), s.shape); diff != "" {
				t.Errorf("%s (-flow +drawing):\n%s", id, diff)
			}
			for _, fault := range s.collisions() {
				t.Errorf("%s, %s: %s", id, language, fault)
			}
			drawn++
		}
	}
	return drawn
}

// A diagram is what a lesson or its drawing consists of: the steps in order, and
// the ways between them.
type diagram struct{ Steps, Ways []string }

// shape is the diagram of a flow.
func shape(f *flows.Flow) diagram {
	var d diagram
	way := func(from, to flows.StepID, answer string) {
		d.Ways = append(d.Ways, string(from)+" > "+string(to)+" "+answer)
	}
	for _, s := range f.Steps {
		d.Steps = append(d.Steps, string(s.ID))
		own := slices.DeleteFunc(slices.Clone(s.Choices), func(c flows.Choice) bool { return c.Added })
		for _, c := range own {
			way(s.ID, c.To, c.ID)
		}
		if len(own) > 0 || s.Handoff || s.End != flows.NoEnding {
			continue
		}
		for _, b := range s.Branches {
			way(s.ID, b.To, "")
		}
		way(s.ID, s.Next, "")
	}
	slices.Sort(d.Ways)
	return d
}

// A sight is what is to be seen in a drawing.
type sight struct {
	shape         diagram
	width, height float64
	boxes, texts  []area
}

// An area is a rectangle of the drawing.
type area struct {
	name                     string
	left, top, right, bottom float64
	inside                   bool // of a step
}

// over tells whether two areas share a place.
func (a area) over(b area) bool {
	return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}

// collisions tells what is on top of something else, or outside the drawing.
func (s *sight) collisions() []string {
	var found []string
	for i, a := range s.boxes {
		for _, b := range s.boxes[:i] {
			if a.over(b) {
				found = append(found, a.name+" covers "+b.name)
			}
		}
		for _, text := range s.texts {
			if !text.inside && a.over(text) {
				found = append(found, a.name+" covers "+text.name)
			}
		}
	}
	for i, a := range s.texts {
		for _, b := range s.texts[:i] {
			if a.over(b) {
				found = append(found, a.name+" covers "+b.name)
			}
		}
		if a.left < 0 || a.top < 0 || a.right > s.width || a.bottom > s.height {
			found = append(found, a.name+" is outside")
		}
	}
	return found
}

// An eye reads a drawing as its elements come.
type eye struct {
	*sight
	open []map[string]string // the attributes of the elements open now
	step string
	text strings.Builder
}

// seen looks at a drawing. It must be XML from the beginning to the end.
func seen(svg []byte) (*sight, error) {
	e := &eye{sight: &sight{}}
	decoder := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := decoder.Token()
		switch {
		case errors.Is(err, io.EOF):
			slices.Sort(e.shape.Ways)
			return e.sight, nil
		case err != nil:
			return nil, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			e.start(token)
		case xml.CharData:
			e.text.Write(token)
		case xml.EndElement:
			e.end(token)
		}
	}
}

// start takes the beginning of an element.
func (e *eye) start(element xml.StartElement) {
	attributes := map[string]string{}
	for _, a := range element.Attr {
		attributes[a.Name.Local] = a.Value
	}
	e.open = append(e.open, attributes)
	e.text.Reset()
	switch {
	case element.Name.Local == "svg":
		e.width, e.height = e.number("width"), e.number("height")
	case attributes["data-step"] != "":
		e.step = attributes["data-step"]
		e.shape.Steps = append(e.shape.Steps, e.step)
	case attributes["data-from"] != "":
		e.shape.Ways = append(e.shape.Ways, attributes["data-from"]+" > "+attributes["data-to"]+" "+attributes["data-answer"])
	case element.Name.Local == "rect" && e.step != "":
		left, top := e.number("x"), e.number("y")
		e.boxes = append(e.boxes, area{e.step, left, top, left + e.number("width"), top + e.number("height"), true})
	}
}

// end takes the end of an element.
func (e *eye) end(element xml.EndElement) {
	if element.Name.Local == "text" {
		e.texts = append(e.texts, e.written())
	}
	if e.open[len(e.open)-1]["data-step"] != "" {
		e.step = ""
	}
	e.open = e.open[:len(e.open)-1]
}

// written is the area of the text just read, its letters of usual width.
func (e *eye) written() area {
	size, x, y := e.number("font-size"), e.number("x"), e.number("y")
	width := float64(utf8.RuneCountInString(e.text.String())) * 0.53 * size
	if e.attribute("text-anchor") == "end" {
		x -= width
	}
	return area{strconv.Quote(e.text.String()), x, y - 0.75*size, x + width, y + 0.2*size, e.step != ""}
}

// attribute is one of the element open now, or of those around it.
func (e *eye) attribute(name string) string {
	for _, attributes := range slices.Backward(e.open) {
		if value, ok := attributes[name]; ok {
			return value
		}
	}
	return ""
}

// number is an attribute that is a number.
func (e *eye) number(name string) float64 {
	n, err := strconv.ParseFloat(e.attribute(name), 64)
	if err != nil {
		return -1
	}
	return n
}
