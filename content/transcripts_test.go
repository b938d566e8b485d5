package content

import (
	"flag"
	"os"
	"testing"
)

var _ = flag.Bool("update", false, "rewrite transcripts and golden files")

// The transcripts beside the lessons play exactly as written; with -update the
// bot's side is written anew. Together they pass through every answer, every
// branch and every ending of every lesson.
func TestTranscripts(t *testing.T) {
	r, err := Rehearse(Embedded(), sentencesOf(t))
	if err != nil || len(r.Errors) > 0 {
		t.Fatal(err, r)
	}
	for _, one := range r.Lessons {
		t.Run(string(one.Lesson), func(t *testing.T) {
			for _, script := range one.Scripts {
				report(t, script, "lessons/"+script.File)
			}
			for _, gap := range one.Gaps {
				t.Errorf("%s:%d: no transcript takes the way %s", gap.File, gap.Line, gap.Key)
			}
		})
	}
}

// What no lesson tells: aidants who answer, and messages that travel slowly.
func TestTranscriptsOfProgram(t *testing.T) {
	edition := builtIn(t)
	for _, tt := range []struct {
		file    string
		staffed bool
	}{{"testdata/aidants.essai.md", true}, {"testdata/tard.essai.md", false}, {"testdata/rappels.essai.md", false}} {
		t.Run(tt.file, func(t *testing.T) {
			source, err := os.ReadFile(tt.file)
			if err != nil {
				t.Fatal(err)
			}
			on, err := newStage(edition, tt.staffed)
			if err != nil {
				t.Fatal(err)
			}
			report(t, on.play(tt.file, source), tt.file)
		})
	}
}

// report fails for every scenario that does not play as written, or writes the
// file anew.
func report(t *testing.T, script *Script, path string) {
	t.Helper()
	if script.Err != nil {
		t.Fatal(script.Err)
	}
	for _, r := range script.Results {
		switch {
		case r.Err != nil:
			t.Error(r.Err)
		case r.Diff != "" && !updating():
			t.Errorf("%s:%d does not play as written; -update rewrites it:\n%s", path, r.Line, r.Diff)
		}
	}
	if updating() && !script.Good() {
		if err := os.WriteFile(path, script.Updated(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
