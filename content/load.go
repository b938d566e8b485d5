package content

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"passerelle/flows"
	"passerelle/locales"
)

// Caps of a folder of lessons.
const (
	maxLessons = 500
	maxPicture = 200 << 10 // bytes of a picture
	maxFiles   = 200       // files of one lesson
)

// A lesson is one folder: its file, its pictures, its translations, and what
// they compile to.
type lesson struct {
	*file
	// languages are those of the program.
	languages []string
	// raw are the files that make the lesson, by name; pictures are the
	// pictures among them.
	raw          map[string][]byte
	pictures     map[string][]byte
	translations []translation
	// deadlines are those of the folder.
	deadlines []flows.Deadline

	// different is the label of the answer that "@écran" adds, folded.
	different string

	flow      *flows.Flow
	sentences map[string]string // French, by key
	kept      map[string]keptAs
}

// A translation is one ID.LANG.toml.
type translation struct {
	docket
	language  flows.Language
	sentences map[string]string
	places    map[string]place // where each id stands; made when first asked for
}

// A shelf is all lessons of a folder.
type shelf struct {
	lessons []*lesson
	byID    map[string]*lesson
	bundle  *locales.Bundle
	now     time.Time // when it is linted
	found   []Problem
	// deadlines are what calendar, the file of them, says.
	deadlines []flows.Deadline
	calendar  *calendar
}

// collect reads the lessons at the root of fsys and compiles each.
func collect(fsys fs.FS, bundle *locales.Bundle) *shelf {
	s := &shelf{byID: map[string]*lesson{}, bundle: bundle}
	folders, err := fs.ReadDir(fsys, ".")
	if err != nil {
		s.note(".", cUnreadable, "reason", reason(err))
	}
	s.dates(fsys)
	for _, folder := range folders {
		if strings.HasPrefix(folder.Name(), ".") || !isFolder(fsys, folder.Name()) {
			continue
		}
		if len(s.lessons) == maxLessons {
			s.note(folder.Name(), cTooMany, "most", number(maxLessons))
			break
		}
		s.open(fsys, folder.Name())
	}
	for _, l := range s.lessons {
		build(l, s.byID)
	}
	s.copies(fsys)
	return s
}

// note adds a problem of a whole file or folder.
func (s *shelf) note(file string, code Code, args ...string) {
	d := docket{file: file}
	d.add(place{}, code, args...)
	s.found = append(s.found, d.found...)
}

// reason is why a file could not be read, without its path.
func reason(err error) string {
	if wrong, ok := errors.AsType[*fs.PathError](err); ok {
		return wrong.Err.Error()
	}
	return err.Error()
}

// open reads one folder.
func (s *shelf) open(fsys fs.FS, folder string) {
	name := path.Join(folder, folder+".md")
	data, err := readFile(fsys, name, maxText)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		s.note(name, cNoLesson, "file", folder+".md")
		return
	case err != nil:
		s.note(name, cUnreadable, "reason", reason(err))
		return
	}
	l := &lesson{
		file: read(name, folder, data), languages: s.bundle.Languages(), deadlines: s.deadlines,
		different: different(s.bundle),
		raw:       map[string][]byte{folder + ".md": data}, pictures: map[string][]byte{},
	}
	s.lessons = append(s.lessons, l)
	s.byID[folder] = l
	s.beside(fsys, l)
}

// beside reads the other files of a lesson's folder.
func (s *shelf) beside(fsys fs.FS, l *lesson) {
	entries, err := fs.ReadDir(fsys, l.folder)
	if err != nil {
		s.note(l.folder, cUnreadable, "reason", reason(err))
	}
	if len(entries) > maxFiles {
		s.note(l.folder, cTooMany, "most", number(maxFiles))
		return
	}
	for _, e := range entries {
		name := e.Name()
		full := path.Join(l.folder, name)
		switch {
		case name == l.folder+".md", strings.HasPrefix(name, "."), name == "README.md", strings.HasSuffix(name, ".essai.md"):
		case e.IsDir():
			s.note(full, cStrayFile)
		case strings.HasSuffix(name, ".svg"):
			s.picture(fsys, l, full)
		case strings.HasSuffix(name, ".toml"):
			s.translation(fsys, l, full)
		default:
			s.note(full, cStrayFile)
		}
	}
}

// picture reads a picture of a lesson.
func (s *shelf) picture(fsys fs.FS, l *lesson, full string) {
	data, err := readFile(fsys, full, maxPicture)
	switch {
	case err != nil:
		s.note(full, cUnreadable, "reason", reason(err))
	case len(data) > maxPicture:
		s.note(full, cPictureSize, "most", kilobytes(maxPicture))
	case !isPicture(data):
		s.note(full, cNotSVG)
	}
	l.pictures[path.Base(full)] = data
	l.raw[path.Base(full)] = data
}

// isPicture tells whether a file looks like an SVG of a right size.
func isPicture(data []byte) bool {
	return len(data) <= maxPicture && bytes.Contains(data, []byte("<svg"))
}

// translation reads ID.LANG.toml.
func (s *shelf) translation(fsys fs.FS, l *lesson, full string) {
	data, err := readFile(fsys, full, maxText)
	if err != nil {
		s.note(full, cUnreadable, "reason", reason(err))
		return
	}
	if len(data) > maxText {
		s.note(full, cFileSize, "size", kilobytes(len(data)), "most", kilobytes(maxText))
		return
	}
	t := translation{docket: docket{file: full, lines: strings.Split(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n")}}
	language, sentences, err := locales.Parse(path.Base(full), data)
	if err != nil {
		t.complain(err)
	}
	t.language, t.sentences = flows.Language(language), sentences
	l.translations = append(l.translations, t)
	l.raw[path.Base(full)] = data
}

// readFile reads at most a byte more than a file may have.
func readFile(fsys fs.FS, name string, most int) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, int64(most)+1))
	return data, errors.Join(err, f.Close())
}

// sortedKeys lists the keys of a map in order.
func sortedKeys[K ~string, V any](m map[K]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, string(key))
	}
	slices.Sort(keys)
	return keys
}
