package bot

import (
	"bytes"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passerelle/content"
	"passerelle/flows/flowstest"
)

// usualTranscripts is how many are played whole before one of each further lesson
// is enough, but with PASSERELLE_LONG=1.
const usualTranscripts = 24

// What the program prints for the inputs of a transcript is the transcript.
func TestPhonePrintsTranscripts(t *testing.T) {
	t.Setenv("PASSERELLE_DATA", t.TempDir())
	for _, ours := range []string{"PASSERELLE_AXE", "PASSERELLE_GRAMMY", "PASSERELLE_SMS_ORACLES", "PASSERELLE_PRISM", "PASSERELLE_SHOTS"} { // settings of tests, not of the program
		t.Setenv(ours, "") // put back at the end
		if err := os.Unsetenv(ours); err != nil {
			t.Fatal(err)
		}
	}
	names, err := fs.Glob(content.Embedded(), "*/*.essai.md")
	if err != nil || len(names) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	played := 0
	for _, name := range names {
		source, err := fs.ReadFile(content.Embedded(), name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := flowstest.Parse(name, source)
		if err != nil {
			t.Fatal(err)
		}
		for i, scenario := range file.Scenarios {
			if i > 0 && played >= usualTranscripts && os.Getenv("PASSERELLE_LONG") == "" {
				break
			}
			input, output := sides(scenario.Lines)
			if input == "" {
				continue // an aidant acts, whom no learner's phone can play
			}
			played++
			t.Run(scenario.Title, func(t *testing.T) {
				var printed, complaints bytes.Buffer
				if code := Main([]string{"phone"}, strings.NewReader(input), &printed, &complaints); code != 0 {
					t.Fatalf("exit code %d: %s", code, complaints.String())
				}
				if diff := cmp.Diff(output, dense(printed.String())); diff != "" {
					t.Errorf("printed (-want +got):\n%s", diff)
				}
			})
		}
	}
	if played < 20 {
		t.Errorf("only %d transcripts were played", played)
	}
}

// sides parts a scenario into what is typed and what is then seen. There is no
// input when somebody else than the learner acts.
func sides(lines []flowstest.Line) (input, output string) {
	var in, out strings.Builder
	for _, l := range lines {
		switch l.Kind {
		case flowstest.TookOver, flowstest.Wrote, flowstest.Transferred, flowstest.Released, flowstest.HandedBack:
			return "", ""
		case flowstest.Said:
			in.WriteString(l.Text + "\n")
		case flowstest.Tapped, flowstest.Waited:
			in.WriteString(l.Raw + "\n")
		default: // what is seen, or for the reader
		}
		switch {
		case l.Happens(), l.Kind == flowstest.Text, l.Kind == flowstest.Picture, l.Kind == flowstest.Choice:
			out.WriteString(l.Raw + "\n")
		}
	}
	return in.String(), dense(out.String())
}

// dense is a text without its empty lines.
func dense(text string) string {
	var kept []string
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) != "" {
			kept = append(kept, strings.TrimRight(line, " \n"))
		}
	}
	return strings.Join(kept, "\n")
}
