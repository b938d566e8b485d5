package content

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"passerelle/locales"
)

// updating tells whether golden files are written anew: the flag -update, which
// the transcripts share.
func updating() bool {
	f := flag.Lookup("update")
	return f != nil && f.Value.String() == "true"
}

// sentencesOf are the program's own sentences.
func sentencesOf(tb testing.TB) *locales.Bundle {
	tb.Helper()
	shared.Do(func() {
		if shared.bundle, shared.err = locales.Load(locales.Embedded()); shared.err == nil {
			shared.edition, shared.problems = Load(Embedded(), shared.bundle)
		}
	})
	if shared.err != nil {
		tb.Fatal(shared.err)
	}
	return shared.bundle
}

// builtIn is the edition of the lessons built in.
func builtIn(tb testing.TB) *Edition {
	tb.Helper()
	sentencesOf(tb)
	if shared.edition == nil {
		tb.Fatal(shared.problems)
	}
	return shared.edition
}

// shared is what most tests read and none changes, made once: it takes its time
// under the race detector.
var shared struct {
	sync.Once
	bundle   *locales.Bundle
	edition  *Edition
	problems []Problem
	err      error
}

// someDay is when the lessons of these tests are looked at.
func someDay() time.Time { return time.Date(2026, time.November, 20, 12, 0, 0, 0, time.UTC) }

// split separates the lessons of a golden file from what must be said of them.
func split(a *txtar.Archive) (lessons fstest.MapFS, said map[string]string) {
	lessons, said = fstest.MapFS{}, map[string]string{}
	for _, f := range a.Files {
		if language, ok := strings.CutPrefix(f.Name, "problems."); ok {
			said[language] = string(f.Data)
			continue
		}
		lessons[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	return lessons, said
}

// Each file of testdata/mistakes holds lessons with a mistake and, to the
// letter, what an editor is told, in French and in English.
func TestMistakes(t *testing.T) {
	bundle := sentencesOf(t)
	files, err := filepath.Glob("testdata/mistakes/*.txtar")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d golden files, error %v", len(files), err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			lessons, want := split(archive)
			got := explained(lessons, bundle)
			if updating() {
				rewrite(t, name, archive, got)
				return
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("what is said of %s (-want +got):\n%s", name, diff)
			}
		})
	}
}

// explained lists the problems of lessons in both languages.
func explained(lessons fstest.MapFS, bundle *locales.Bundle) map[string]string {
	problems := Lint(lessons, bundle, someDay())
	said := map[string]string{}
	for _, language := range []string{"fr", "en"} {
		var b strings.Builder
		for _, p := range problems {
			b.WriteString(p.In(bundle, language).String())
		}
		said[language] = b.String()
	}
	return said
}

// rewrite writes a golden file with what is said now.
func rewrite(t *testing.T, name string, archive *txtar.Archive, said map[string]string) {
	t.Helper()
	var kept []txtar.File
	for _, f := range archive.Files {
		if !strings.HasPrefix(f.Name, "problems.") {
			kept = append(kept, f)
		}
	}
	for _, language := range []string{"fr", "en"} {
		kept = append(kept, txtar.File{Name: "problems." + language, Data: []byte(said[language])})
	}
	archive.Files = kept
	if err := os.WriteFile(name, txtar.Format(archive), 0o600); err != nil {
		t.Fatal(err)
	}
}
