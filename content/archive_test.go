package content

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"passerelle/flows"
	"passerelle/locales"
)

// An edition comes back from its archive as it was: same id, same words, same
// pictures, same bytes.
func TestArchive(t *testing.T) {
	tests := map[string]*Edition{
		"built in": loaded(t, copied(t, Embedded())),
		"all":      loaded(t, folderWith(fixture(t, "tout.md"))),
		"spoken":   spoken(t),
	}
	for name, e := range tests {
		t.Run(name, func(t *testing.T) { sameAfterArchive(t, e) })
	}
}

func sameAfterArchive(t interface {
	Helper()
	Fatal(args ...any)
	Errorf(format string, args ...any)
}, e *Edition,
) {
	t.Helper()
	packed, err := e.Archive()
	if err != nil {
		t.Fatal(err)
	}
	back, err := Unpack(packed)
	if err != nil {
		t.Fatal(err)
	}
	again, err := back.Archive()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(packed, again) {
		t.Errorf("two archives of one edition differ")
	}
	if diff := cmp.Diff(e.Flows().ID, back.Flows().ID); diff != "" {
		t.Errorf("id (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(e.words, back.words); diff != "" {
		t.Errorf("words (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(e.pictures, back.pictures); diff != "" {
		t.Errorf("pictures (-want +got):\n%s", diff)
	}
	for id := range e.Flows().Flows {
		if diff := cmp.Diff(withoutReaders(e, id), withoutReaders(back, id)); diff != "" {
			t.Errorf("flow %s (-want +got):\n%s", id, diff)
		}
	}
	for _, language := range e.Flows().Languages {
		for _, key := range e.bundle.IDs(string(language)) {
			if strings.HasPrefix(key, "bot.") {
				sameSentence(t, e, back, language, key)
			}
		}
	}
}

// sameSentence compares what two editions say, whatever they count.
func sameSentence(t interface {
	Errorf(format string, args ...any)
}, e, back *Edition, language flows.Language, key string,
) {
	for _, n := range []string{"0", "1", "2", "1000000"} {
		say := flows.Say{Key: flows.Key(key), Args: []flows.Arg{{Name: "count", Value: n}}}
		if diff := cmp.Diff(e.Render(language, say, nil), back.Render(language, say, nil)); diff != "" {
			t.Errorf("%s in %s for %s (-want +got):\n%s", key, language, n, diff)
		}
	}
}

// copied is a folder in memory, to be changed.
func copied(tb testing.TB, from fs.FS) fstest.MapFS {
	tb.Helper()
	to := fstest.MapFS{}
	err := fs.WalkDir(from, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(from, name)
		to[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return to
}

// The id of a revision depends on every file of it, and on nothing else.
func TestRevisionID(t *testing.T) {
	text := fixture(t, "tout.md")
	lessons := folderWith(text)
	want := loaded(t, lessons).Flows().ID
	if len(want) != 16 {
		t.Errorf("id %q has not 16 digits", want)
	}
	tests := []struct {
		name    string
		changed bool
		change  func(f fstest.MapFS)
	}{
		{"nothing", false, func(fstest.MapFS) {}},
		{"a comma", true, func(f fstest.MapFS) {
			f["tout/tout.md"] = &fstest.MapFile{Data: []byte(strings.Replace(text, "Oui, prêt", "Oui prêt", 1))}
		}},
		{"a picture", true, func(f fstest.MapFS) {
			f["tout/telephone.svg"] = &fstest.MapFile{Data: []byte(drawing + "\n")}
		}},
		{"a translation", true, func(f fstest.MapFS) {
			f["tout/tout.en.toml"] = &fstest.MapFile{Data: []byte("\"tout.title\" = \"All\"\n")}
		}},
		{"a transcript", false, func(f fstest.MapFS) { f["tout/tout.essai.md"] = &fstest.MapFile{Data: []byte("## Essai\n")} }},
		{"a note", false, func(f fstest.MapFS) { f["README.md"] = &fstest.MapFile{Data: []byte("Une note.\n")} }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			other := maps.Clone(lessons)
			tt.change(other)
			if got := loaded(t, other).Flows().ID; (got != want) != tt.changed {
				t.Errorf("id %s, before %s", got, want)
			}
		})
	}
}

// Whatever the words of a lesson, its archive brings them back.
func TestArchiveOfAnyWords(t *testing.T) {
	bundle := sentencesOf(t)
	texts := rapid.StringMatching(`[A-Za-zàéèçœ"'’«»\\ ,;:.!?#*%&-]{1,60}`)
	tries := 12
	if os.Getenv("PASSERELLE_LONG") != "" {
		tries = 300
	}
	for seed := range tries {
		words := texts.Example(seed)
		lesson := strings.Replace(another, "C'est tout.", "Voici : "+words, 1)
		e, problems := Load(fstest.MapFS{"autre/autre.md": {Data: []byte(lesson)}}, bundle)
		if e == nil {
			t.Fatal(words, problems)
		}
		sameAfterArchive(t, e)
	}
}

// The sentences of an archive are written as TOML reads them.
func TestQuoted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		f := fstest.MapFS{"bot.fr.toml": {Data: []byte("\"bot.x\" = " + quoted("a"+text+"z") + "\n")}}
		bundle, err := locales.Load(f)
		if err != nil {
			t.Fatal(err)
		}
		if got, _, _ := bundle.Text("fr", "bot.x"); got != "a"+text+"z" {
			t.Fatalf("%q, want %q", got, "a"+text+"z")
		}
	})
}

func TestUnpackNonsense(t *testing.T) {
	good, err := loaded(t, folderWith(fixture(t, "tout.md"))).Archive()
	if err != nil {
		t.Fatal(err)
	}
	for _, data := range [][]byte{nil, []byte("rien"), good[:len(good)/2]} {
		t.Run(fmt.Sprintf("%d bytes", len(data)), func(t *testing.T) {
			if e, err := Unpack(data); err == nil || e != nil {
				t.Errorf("edition %v, error %v", e, err)
			}
		})
	}
}

// An archive made when rules were milder is still readable, and a lesson in it
// that holds nothing is left out.
func TestUnpackIsNotStrict(t *testing.T) {
	s := collect(fstest.MapFS{
		"faux/faux.md": {Data: []byte("## Un\n\nBonjour.\n\n- Oui -> nulle-part\n")},
		"vide/vide.md": {Data: []byte("\xff")},
	}, sentencesOf(t))
	packed, err := s.edition(s.sources()).Archive()
	if err != nil {
		t.Fatal(err)
	}
	e, err := Unpack(packed)
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Flows().Flows) != 1 || len(e.Flows().Flows["faux"].Steps) != 1 {
		t.Errorf("flows: %v", e.Flows().Flows)
	}
}

// An edition others published is taught here when this release understands it
// whole; otherwise it can only be read.
func TestAdopt(t *testing.T) {
	own := loaded(t, folderWith(fixture(t, "tout.md")))
	bundle := sentencesOf(t)
	with := func(lesson string, bundle *locales.Bundle) []byte {
		s := collect(fstest.MapFS{"autre/autre.md": {Data: []byte(lesson)}}, bundle)
		packed, err := s.edition(s.sources()).Archive()
		if err != nil {
			t.Fatal(err)
		}
		return packed
	}
	builtIn, err := loaded(t, copied(t, Embedded())).Archive()
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name    string
		archive []byte
		want    error
	}{
		{"built in", builtIn, nil},
		{"another lesson", with(another, bundle), nil},
		{"a word this release does not know", with(another+"@hologramme oui\n", bundle), ErrForeign},
		{"a step that is nowhere", with(strings.Replace(another, "@fin réussi", "@suite nulle-part", 1), bundle), ErrForeign},
		{"a sentence of the program is missing", with(another, without(t, "bot.menu")), ErrForeign},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e, err := own.Adopt(tt.archive)
			if !errors.Is(err, tt.want) || (err == nil) != (e != nil) || tt.want == nil && err != nil {
				t.Errorf("edition %v, error %v, want %v", e, err, tt.want)
			}
			if _, err := Unpack(tt.archive); err != nil {
				t.Errorf("unpack: %v", err)
			}
		})
	}
	if e, err := own.Adopt([]byte("rien")); err == nil || e != nil {
		t.Errorf("nonsense: edition %v, error %v", e, err)
	}
}

// without are the sentences of the program without one of them.
func without(t *testing.T, id string) *locales.Bundle {
	t.Helper()
	var left bytes.Buffer
	for section := range strings.SplitSeq(string(sentences(sentencesOf(t), locales.Default)), "\n\n") {
		if !strings.HasPrefix(section, "["+quoted(id)+"]") {
			left.WriteString(section + "\n\n")
		}
	}
	bundle, err := locales.Load(fstest.MapFS{"bot.fr.toml": {Data: left.Bytes()}})
	if err != nil {
		t.Fatal(err)
	}
	if bundle.Forms(locales.Default, id) != nil {
		t.Fatalf("%s is still there", id)
	}
	return bundle
}

func TestPicture(t *testing.T) {
	e := loaded(t, folderWith(fixture(t, "tout.md")))
	if data, ok := e.Picture("tout", "telephone.svg"); !ok || string(data) != drawing {
		t.Errorf("picture %q, %v", data, ok)
	}
	for _, name := range []string{"", "autre.svg", "../tout/telephone.svg", "telephone.svg/"} {
		if _, ok := e.Picture("autre", name); ok {
			t.Errorf("there is a picture %q", name)
		}
	}
}

// A file named like a lesson hides none, and a link to a folder is one.
func TestOverlayFolders(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"a": "stray", "real/b.md": "other"} {
		name = filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Symlink("real", filepath.Join(dir, "b")), os.Symlink("nowhere", filepath.Join(dir, "c"))); err != nil {
		t.Fatal(err)
	}
	over, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = over.Close() }()
	base := fstest.MapFS{"a/a.md": {Data: []byte("a")}, "b/b.md": {Data: []byte("b")}, "c/c.md": {Data: []byte("c")}}
	both := Overlay(base, over.FS())
	for name, want := range map[string]string{"a/a.md": "a", "b/b.md": "other", "c/c.md": "c"} {
		if data, err := fs.ReadFile(both, name); string(data) != want {
			t.Errorf("%s is %q, %v", name, data, err)
		}
	}
	var read []string
	for _, l := range collect(both, sentencesOf(t)).lessons {
		read = append(read, l.folder)
	}
	if diff := cmp.Diff([]string{"a", "b", "c"}, read); diff != "" {
		t.Errorf("lessons (-want +got):\n%s", diff)
	}
}

// The lessons that a chosen one plays come with it, and nothing else.
func TestOnlyBringsWhatIsPlayed(t *testing.T) {
	plays := func(id string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("---\nleçon: x\n---\n## Un {#un}\n@lesson " + id + "\n")}
	}
	base := fstest.MapFS{"a/a.md": plays("b"), "b/b.md": plays("c"), "c/c.md": plays("a"), "d/d.md": plays("gone"), "e/e.md": plays("a")}
	for chosen, want := range map[string][]flows.FlowID{"a": {"a", "b", "c"}, "d": {"d"}} {
		if diff := cmp.Diff(want, Lessons(Only(base, chosen))); diff != "" {
			t.Errorf("only %s (-want +got):\n%s", chosen, diff)
		}
	}
	if e, problems := Load(Only(Embedded(), "creer-email"), sentencesOf(t)); e == nil {
		t.Errorf("creer-email is not enough: %v", problems)
	}
}

// A folder laid over another replaces whole lessons, and is a folder itself.
func TestOverlay(t *testing.T) {
	base := fstest.MapFS{
		"a/a.md": {Data: []byte("a")}, "a/a.svg": {Data: []byte("a")}, "b/b.md": {Data: []byte("b")}, "README.md": {Data: []byte("base")},
	}
	over := fstest.MapFS{"a/a.md": {Data: []byte("other")}, "c/c.md": {Data: []byte("c")}}
	both := Overlay(base, over)
	if err := fstest.TestFS(both, "a/a.md", "b/b.md", "c/c.md", "README.md"); err != nil {
		t.Error(err)
	}
	want := map[string]string{"a/a.md": "other", "b/b.md": "b", "c/c.md": "c", "README.md": "base"}
	got := map[string]string{}
	for name, f := range copied(t, both) {
		got[name] = string(f.Data)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}
