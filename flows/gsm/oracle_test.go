package gsm_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"passerelle/flows/gsm"
)

// oracles returns the folder of the two libraries, or skips the test.
func oracles(t *testing.T) string {
	t.Helper()
	folder := os.Getenv("PASSERELLE_SMS_ORACLES")
	_, err := exec.LookPath("node")
	if folder == "" || err != nil {
		const what = "nobody to count with (npm install --prefix DIR sms-segments-calculator@1.3.0 split-sms@0.1.7; " +
			"PASSERELLE_SMS_ORACLES=DIR/node_modules), or no node"
		if os.Getenv("CI") == "true" {
			t.Fatal(what)
		}
		t.Skip(what)
	}
	folder, err = filepath.Abs(folder)
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// A count is what the two libraries say of a text.
type count struct {
	Calculated opinion `json:"calculated"`
	Split      opinion `json:"split"`
}

// An opinion is what one of them says; the first tells no units and no parts.
type opinion struct {
	Unicode  bool     `json:"unicode"`
	Segments int      `json:"segments"`
	Units    int      `json:"units"`
	Parts    []string `json:"parts"`
}

func counted(t *testing.T, texts []string) (counts []count) {
	t.Helper()
	input, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), "node", "testdata/oracles.js", oracles(t))
	var problems bytes.Buffer
	c.Stdin, c.Stderr = bytes.NewReader(input), &problems
	output, err := c.Output()
	if err != nil {
		t.Fatalf("node: %v: %s", err, problems.String())
	}
	if err := json.Unmarshal(output, &counts); err != nil {
		t.Fatal(err)
	}
	if len(counts) != len(texts) {
		t.Fatalf("%d counts of %d texts", len(counts), len(texts))
	}
	return counts
}

// Two libraries that nobody here wrote count the same segments, of the corpus
// and of every line of every lesson, as written and as sent, and of texts that
// end at each border.
func TestOracles(t *testing.T) {
	var texts []string
	for _, text := range slices.Concat(corpus(t), lessonLines(t), borders()) {
		texts = append(texts, text, gsm.Rewrite(text))
	}
	slices.Sort(texts)
	texts = slices.Compact(texts)
	longer := 0
	for i, c := range counted(t, texts) {
		text, got := texts[i], gsm.Measure(texts[i])
		if got.Segments > 1 {
			longer++
		}
		if c.Calculated.Unicode != got.Unicode || c.Calculated.Segments != got.Segments {
			t.Errorf("%q: %+v, sms-segments-calculator says %+v", text, got, c.Calculated)
		}
		if c.Split.Unicode != got.Unicode || c.Split.Segments != got.Segments || c.Split.Units != got.Units {
			t.Errorf("%q: %+v, split-sms says %+v", text, got, c.Split)
		}
		if pieces := gsm.Split(text); !slices.Equal(pieces, c.Split.Parts) {
			t.Errorf("%q is cut into %q, split-sms says %q", text, pieces, c.Split.Parts)
		}
	}
	t.Logf("%d texts, %d of them longer than one segment", len(texts), longer)
}

// lessonLines are the lines of all lessons that are text.
func lessonLines(t *testing.T) (lines []string) {
	t.Helper()
	files, err := filepath.Glob("../../content/lessons/*/*.md")
	if err != nil || len(files) < 4 {
		t.Fatalf("%d files of lessons, %v", len(files), err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			line = strings.TrimSpace(line)
			line = strings.TrimPrefix(line, "@sms ")
			if line != "" && !strings.HasPrefix(line, "<!--") && !strings.HasPrefix(line, "#") {
				lines = append(lines, line)
			}
		}
	}
	return lines
}

// borders are texts of every length about the borders of segments, with a
// character of two places at each place about them.
func borders() []string {
	texts := []string{""}
	for _, of := range []struct {
		letter, pair string
		many         int
	}{{"a", "€", 153}, {"é", "[", 153}, {"ê", "😀", 67}, {"ж", "😀", 67}} {
		for _, border := range []int{of.many, 2 * of.many, 3 * of.many} {
			for n := border - 3; n <= border+9; n++ {
				texts = append(texts, strings.Repeat(of.letter, n),
					strings.Repeat(of.letter, n)+of.pair,
					strings.Repeat(of.letter, n)+of.pair+strings.Repeat(of.letter, 8),
					strings.Repeat(of.letter, n-1)+of.pair+of.pair+of.pair)
			}
		}
	}
	return texts
}
