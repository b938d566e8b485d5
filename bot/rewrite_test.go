package bot

import (
	"os"
	"path/filepath"
	"testing"
)

// Only the plain file that was read is written over, and no other is left.
func TestRewrite(t *testing.T) {
	dir := t.TempDir()
	here := func(name string) string { return filepath.Join(dir, name) }
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.WriteFile(here("kept"), []byte("old"), 0o600))
	must(os.Symlink("kept", here("link")))
	must(os.Mkdir(here("folder"), 0o700))
	for _, tt := range []struct {
		name   string
		before []byte
		want   string // the complaint
	}{
		{"kept", []byte("older"), "usage.path.changed"},
		{"kept", nil, "usage.path.changed"},
		{"link", []byte("old"), "usage.path.link"},
		{"folder", nil, "usage.path.link"},
		{"gone", []byte("old"), "usage.path.changed"},
		{"nowhere/file", nil, "usage.path.write"},
		{"kept", []byte("old"), ""},
		{"fresh", nil, ""},
	} {
		err := rewrite(here(tt.name), tt.before, []byte("new"))
		if got := sentenceOf(err); got != tt.want {
			t.Errorf("%s, %q: %v, want %q", tt.name, tt.before, err, tt.want)
		}
		if data, err := os.ReadFile(here("kept")); tt.want != "" && string(data) != "old" {
			t.Errorf("%s: the file holds %q, %v", tt.name, data, err)
		}
	}
	entries, err := os.ReadDir(dir)
	must(err)
	if len(entries) != 4 {
		t.Errorf("files are left: %v", entries)
	}
	info, err := os.Stat(here("kept"))
	must(err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("others may read it now: %v", info.Mode())
	}
	if got := sentenceOf(writeNew(here("kept"), nil)); got != "usage.path.there" {
		t.Errorf("a new file over another: %q", got)
	}
}

// sentenceOf is the sentence of a complaint, "" for none.
func sentenceOf(err error) string {
	if c, ok := err.(*complaint); ok { //nolint:errorlint // as it is
		return c.id
	}
	return ""
}
