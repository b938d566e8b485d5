package content

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"passerelle/flows"
)

// The drawing of a lesson with everything in it is a golden file.
func TestDrawing(t *testing.T) {
	svg, ok := loaded(t, folderWith(fixture(t, "tout.md"))).Draw("tout", "fr", sentencesOf(t), nil)
	if !ok {
		t.Fatal("the lesson is not there")
	}
	if updating() {
		if err := os.WriteFile("testdata/tout.svg", svg, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(fixture(t, "tout.svg"), string(svg)); diff != "" {
		t.Errorf("drawing (-want +got):\n%s", diff)
	}
}

// What was counted stands in the boxes, and is explained.
func TestDrawingWithCounts(t *testing.T) {
	counts := map[flows.Counter]int64{}
	for step, numbers := range map[flows.StepID][]int64{"debut": {120, 100, 8, 0, 0}, "adresse": {1234, 1240, 31, 56, 0}, "fini": {0, 0, 0, 0, 77}} {
		for i, what := range []flows.Counted{flows.CountAsked, flows.CountPassed, flows.CountFailed, flows.CountDifferent, flows.CountEnded} {
			counts[flows.Counter{Flow: "tout", Step: step, What: what}] = numbers[i]
		}
	}
	counts[flows.Counter{Flow: "autre", Step: "pause", What: flows.CountAsked}] = 5
	svg, _ := loaded(t, folderWith(fixture(t, "tout.md"))).Draw("tout", "fr", sentencesOf(t), counts)
	if updating() {
		if err := os.WriteFile("testdata/comptes.svg", svg, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(fixture(t, "comptes.svg"), string(svg)); diff != "" {
		t.Errorf("drawing (-want +got):\n%s", diff)
	}
	tags := regexp.MustCompile(`<[^>]*>`)
	for step, want := range map[string]string{
		"debut":   "120 fois posée · 100 passées · 8 erreurs · 0 écran différent · 20 arrêts",
		"adresse": "1234 fois posée · 1240 passées · 31 erreurs · 56 écran différent · 0 arrêts",
		"fini":    "77 fins ici",
		"pause":   "",
	} {
		_, box, _ := strings.Cut(string(svg), `data-step="`+step+`"`)
		box, _, _ = strings.Cut(box, "</g>")
		lines := strings.NewReplacer("</text>\n", " ", "\n", " ")
		bare := tags.ReplaceAllString(lines.Replace(box), "")
		if !strings.Contains(strings.Join(strings.Fields(bare), " "), want) || want == "" && strings.Contains(bare, "posée") {
			t.Errorf("%s says %q, want %q", step, bare, want)
		}
	}
}

// The drawing knows every kind of step, and has words for all that is in it.
func TestWordsOfDrawings(t *testing.T) {
	bundle := sentencesOf(t)
	e := loaded(t, folderWith(fixture(t, "tout.md")))
	for _, language := range bundle.Languages() {
		s := &sketch{edition: e, language: flows.Language(language), bundle: bundle}
		asked := []string{
			"about", "legend.roads", "legend.labels", "note", "picture", "tries", "else",
			"tomorrow", "days", "hours", "minutes", "clock", "counts", "counts.end", "legend.counts",
		}
		for _, m := range marks {
			asked = append(asked, "kind."+m.kind)
		}
		for _, names := range types {
			asked = append(asked, "type."+string(typeOf(names[0])))
		}
		for _, id := range asked {
			if s.say(id) == "draw."+id {
				t.Errorf("%s: nobody says %q", language, id)
			}
		}
		for _, id := range bundle.IDs(language) {
			if name, ours := strings.CutPrefix(id, "draw."); ours && !strings.Contains(" "+strings.Join(asked, " ")+" ", " "+name+" ") {
				t.Errorf("%s: %q is in no drawing", language, id)
			}
		}
	}
}

// A lesson the edition does not have is no empty drawing.
func TestDrawingOfNoLesson(t *testing.T) {
	if svg, ok := loaded(t, fstest.MapFS{"autre/autre.md": {Data: []byte(another)}}).Draw("nulle-part", "fr", sentencesOf(t), nil); ok || svg != nil {
		t.Errorf("Draw = %q, %v", svg, ok)
	}
}

func TestDelaysInWords(t *testing.T) {
	tests := []struct {
		delay  flows.Delay
		fr, en string
	}{
		{flows.Delay{After: 30 * time.Minute}, "30 minutes", "30 minutes"},
		{flows.Delay{After: 90 * time.Minute}, "1 heure 30 minutes", "1 hour 30 minutes"},
		{flows.Delay{Days: 1}, "1 jour", "1 day"},
		{flows.Delay{Days: 14}, "14 jours", "14 days"},
		{flows.Delay{Days: 1, Clock: 601}, "demain 10h00", "tomorrow 10:00"},
		{flows.Delay{Days: 3, Clock: 9*60 + 31}, "3 jours 9h30", "3 days 9:30"},
		{flows.Delay{Clock: 9*60 + 6}, "9h05", "9:05"},
	}
	for _, tt := range tests {
		t.Run(tt.fr, func(t *testing.T) {
			s := &sketch{bundle: sentencesOf(t), language: "fr"}
			french := s.delay(tt.delay)
			s.language = "en"
			if got := s.delay(tt.delay); french != tt.fr || got != tt.en {
				t.Errorf("%q, %q", french, got)
			}
		})
	}
}

func TestWrapped(t *testing.T) {
	long := strings.Repeat("x", 40)
	tests := []struct {
		text string
		want []string
	}{
		{"", nil},
		{"un", []string{"un"}},
		{"un deux trois quatre", []string{"un deux", "trois", "quatre"}},
		{"un deux trois quatre cinq six", []string{"un deux", "trois", "quatre…"}},
		{long, []string{"xxxxx…"}},
		{"un " + long + " deux", []string{"un", "xxxxx…", "deux"}},
		{long + " un", []string{"xxxxx…", "un"}},
		{"été\xff\xff", []string{"été\xff\xff"}},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			got := wrapped(tt.text, 10, 45, 3)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
			for _, line := range got {
				if widthOf(line, 10) > 45 {
					t.Errorf("%q takes %d", line, widthOf(line, 10))
				}
			}
		})
	}
}

func TestEscaped(t *testing.T) {
	for text, want := range map[string]string{
		"C’est l’été":    "C’est l’été",
		"a < b & 'c'":    "a &lt; b &amp; &#39;c&#39;",
		"\x00\x1b\ufffe": "\ufffd\ufffd\ufffd",
		"😀 \xff":         "😀 \ufffd",
	} {
		if got := escaped(text); got != want {
			t.Errorf("escaped(%q) = %q, want %q", text, got, want)
		}
	}
}

// The words of a language written from right to left are set apart from the
// lines of the drawing, which are not.
func TestDrawingFromRightToLeft(t *testing.T) {
	e := loaded(t, fstest.MapFS{"autre/autre.md": {Data: []byte(another)}})
	e.words["ar"] = map[string]string{"autre.un": "هذا كل شيء."}
	e.leftward = append(e.leftward, "ar")
	svg, _ := e.Draw("autre", "ar", sentencesOf(t), nil)
	if want := ">" + isolate + "هذا كل شيء." + endIsolate + "</text>"; !strings.Contains(string(svg), want) {
		t.Errorf("no %q in\n%s", want, svg)
	}
}

func BenchmarkDraw(b *testing.B) {
	bundle := sentencesOf(b)
	e := builtIn(b)
	if e == nil {
		b.Fatal("the lessons built in have mistakes")
	}
	for _, id := range sortedKeys(e.revision.Flows) {
		b.Run(fmt.Sprintf("%s %d steps", id, len(e.revision.Flows[flows.FlowID(id)].Steps)), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				e.Draw(flows.FlowID(id), "fr", bundle, nil)
			}
		})
	}
}
