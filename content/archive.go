package content

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"passerelle/locales"
)

// The folders of an archive.
const (
	lessonsFolder   = "lessons"
	sentencesFolder = "locales"
)

// Archive packs everything the edition is made of: lessons, translations,
// pictures, and what the program says to learners. The same edition always
// gives the same bytes.
func (e *Edition) Archive() ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range sortedKeys(e.files) {
		// No time is set: it would make two archives of one edition differ.
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
		if err != nil {
			return nil, fmt.Errorf("archive %s: %w", name, err)
		}
		if _, err := f.Write(e.files[name]); err != nil {
			return nil, fmt.Errorf("archive %s: %w", name, err)
		}
	}
	if err := w.SetComment(string(e.revision.ID)); err != nil {
		return nil, fmt.Errorf("name archive: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("archive edition: %w", err)
	}
	return out.Bytes(), nil
}

// Unpack brings an edition back from its archive. It does not judge the
// lessons again: what was published once stays readable, however strict a
// later release becomes. Its id is that of the files as they were packed; an
// archive whose files make another id is damaged.
func Unpack(archive []byte) (*Edition, error) {
	s, files, err := unpack(archive)
	if err != nil {
		return nil, err
	}
	return s.edition(files), nil
}

// Adopt is [Unpack] for an edition that another process published, and that is
// to be taught here too in place of this one. It must be whole as this release
// understands it: lessons without an error, and every sentence the program
// says. An edition made for another release may not be: [ErrForeign].
func (e *Edition) Adopt(archive []byte) (*Edition, error) {
	s, files, err := unpack(archive)
	if err != nil {
		return nil, err
	}
	if HasErrors(s.lint(false)) || !covers(s.bundle, e.bundle) {
		return nil, ErrForeign
	}
	return s.edition(files), nil
}

// Carry is [Edition.Adopt] for lessons that an editor published. They stay in
// force when the program is replaced by a newer one: its own sentences are then
// those of this edition, and the edition has another id than the archive.
func (e *Edition) Carry(archive []byte) (*Edition, error) {
	r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return nil, fmt.Errorf("open archive: %w", err)
	}
	if _, err := packed(r); err != nil {
		return nil, err
	}
	lessons, err := fs.Sub(r, lessonsFolder)
	if err != nil {
		return nil, fmt.Errorf("open lessons of archive: %w", err)
	}
	carried, problems := Load(lessons, e.bundle)
	if HasErrors(problems) {
		return nil, ErrForeign
	}
	return carried, nil
}

// ErrForeign refuses an edition that this release would not teach as it was
// meant.
var ErrForeign = errors.New("the lessons were made for another release of passerelle")

// covers tells whether a bundle has every sentence to learners that another
// has.
func covers(bundle, other *locales.Bundle) bool {
	for _, id := range other.IDs(locales.Default) {
		if strings.HasPrefix(id, "bot.") && bundle.Forms(locales.Default, id) == nil {
			return false
		}
	}
	return true
}

// unpack reads the lessons and the sentences of an archive.
func unpack(archive []byte) (*shelf, map[string][]byte, error) {
	r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return nil, nil, fmt.Errorf("open archive: %w", err)
	}
	files, err := packed(r)
	if err != nil {
		return nil, nil, err
	}
	sentences, err := fs.Sub(r, sentencesFolder)
	if err != nil {
		return nil, nil, fmt.Errorf("open sentences of archive: %w", err)
	}
	bundle, err := locales.Load(sentences)
	if err != nil {
		return nil, nil, fmt.Errorf("read sentences of archive: %w", err)
	}
	lessons, err := fs.Sub(r, lessonsFolder)
	if err != nil {
		return nil, nil, fmt.Errorf("open lessons of archive: %w", err)
	}
	return collect(lessons, bundle), files, nil
}

// packed reads the files of an archive and checks that they are all there, as
// they were.
func packed(r *zip.Reader) (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, f := range r.File {
		data, err := readFile(r, f.Name, maxPacked)
		if err != nil {
			return nil, fmt.Errorf("unpack %q: %w", f.Name, err)
		}
		files[f.Name] = data
	}
	if id := fingerprint(files); string(id) != r.Comment {
		return nil, fmt.Errorf("unpack edition %q: %w", r.Comment, errDamaged)
	}
	return files, nil
}

// maxPacked bounds one file of an archive.
const maxPacked = 1 << 20

var errDamaged = errors.New("the files are not those that were packed")

// sources are the files an edition is made of, by their path in the archive.
func (s *shelf) sources() map[string][]byte {
	files := map[string][]byte{path.Join(lessonsFolder, deadlinesFile): s.calendar.data}
	for _, l := range s.lessons {
		for name, data := range l.raw {
			files[path.Join(lessonsFolder, l.folder, name)] = data
		}
	}
	for _, language := range s.bundle.Languages() {
		if data := sentences(s.bundle, language); len(data) > 0 {
			files[path.Join(sentencesFolder, "bot."+language+".toml")] = data
		}
	}
	return files
}

// sentences writes what the program says to learners in one language, in the
// format it was read from.
func sentences(bundle *locales.Bundle, language string) []byte {
	var out bytes.Buffer
	for _, id := range bundle.IDs(language) {
		if !strings.HasPrefix(id, "bot.") {
			continue
		}
		fmt.Fprintf(&out, "[%s]\n", quoted(id))
		for _, form := range bundle.Forms(language, id) {
			fmt.Fprintf(&out, "%s = %s\n", form.Name, quoted(form.Value))
		}
		out.WriteByte('\n')
	}
	return out.Bytes()
}

// quoted writes a text as TOML does.
func quoted(text string) string {
	var out strings.Builder
	out.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			out.WriteByte('\\')
			out.WriteRune(r)
		case r == '\n':
			out.WriteString(`\n`)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&out, `\u%04X`, r)
		default:
			out.WriteRune(r)
		}
	}
	out.WriteByte('"')
	return out.String()
}
