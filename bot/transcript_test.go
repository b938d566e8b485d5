package bot

import (
	"bytes"
	"io/fs"
	"iter"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passerelle/content"
	"passerelle/flows/flowstest"
	"passerelle/store/storetest"
)

// usualScenarios is how many of each lesson are played, but with
// PASSERELLE_LONG=1.
const usualScenarios = 1

// What the program prints for the inputs of a transcript is the transcript.
func TestPhonePrintsTranscripts(t *testing.T) {
	t.Setenv("PASSERELLE_DATA", t.TempDir())
	for _, ours := range []string{"PASSERELLE_AXE", "PASSERELLE_GRAMMY", "PASSERELLE_SMS_ORACLES", "PASSERELLE_PRISM", "PASSERELLE_SHOTS"} { // settings of tests, not of the program
		t.Setenv(ours, "") // put back at the end
		if err := os.Unsetenv(ours); err != nil {
			t.Fatal(err)
		}
	}
	played := 0
	for lesson, needs := range aloneInMenu(t) {
		t.Setenv("PASSERELLE_LESSONS", needs)
		for i, scenario := range transcriptOf(t, lesson).Scenarios {
			if i >= usualScenarios && !storetest.Long() {
				break
			}
			input, output := sides(scenario.Lines)
			if input == "" {
				continue // an aidant acts, whom no learner's phone can play
			}
			played++
			t.Run(lesson+": "+scenario.Title, func(t *testing.T) {
				var printed, complaints bytes.Buffer
				if code := Main([]string{"phone"}, strings.NewReader(input), &printed, &complaints); code != 0 {
					t.Fatalf("exit code %d: %s", code, complaints.String())
				}
				if diff := cmp.Diff(dayless(output), dayless(dense(printed.String()))); diff != "" {
					t.Errorf("printed (-want +got):\n%s", diff)
				}
			})
		}
	}
	if played < 20 {
		t.Errorf("only %d transcripts were played", played)
	}
}

// aloneInMenu are the lessons that play no other one of the menu, in order, each
// with the lessons it needs: the program offers it alone then, as its transcript
// does.
func aloneInMenu(t *testing.T) iter.Seq2[string, string] {
	t.Helper()
	edition, problems := content.Load(content.Embedded(), testWords(t).bundle)
	if edition == nil {
		t.Fatal(problems)
	}
	revision := edition.Flows()
	return func(yield func(lesson, needs string) bool) {
		for _, id := range slices.Sorted(slices.Values(revision.Menu)) {
			needs := []string{string(id)}
			alone := true
			for _, step := range revision.Flows[id].Steps {
				if step.Lesson != "" {
					needs = append(needs, string(step.Lesson))
					alone = alone && !slices.Contains(revision.Menu, step.Lesson)
				}
			}
			if alone && !yield(string(id), strings.Join(needs, " ")) {
				return
			}
		}
	}
}

// transcriptOf reads the transcript of a lesson.
func transcriptOf(t *testing.T, lesson string) *flowstest.File {
	t.Helper()
	name := lesson + "/" + lesson + ".essai.md"
	source, err := fs.ReadFile(content.Embedded(), name)
	if err != nil {
		t.Fatal(err)
	}
	file, err := flowstest.Parse(name, source)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// sides parts a scenario into what is typed and what is then seen. There is no
// input when somebody else than the learner acts.
func sides(lines []flowstest.Line) (input, output string) {
	var in, out strings.Builder
	for _, l := range lines {
		switch l.Kind {
		case flowstest.TookOver, flowstest.Wrote, flowstest.Transferred, flowstest.Released, flowstest.HandedBack, flowstest.Opened:
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

// dayless is a text whose days are all the same: a deadline is the next one,
// whenever this runs.
func dayless(text string) string {
	day := regexp.MustCompile(`\d{1,2}(er)? (janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)`)
	return day.ReplaceAllString(text, "28 novembre")
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
