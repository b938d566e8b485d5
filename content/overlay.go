package content

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"passerelle/flows"
)

//go:embed lessons
var embedded embed.FS

// Embedded returns the lessons built into the program.
func Embedded() fs.FS {
	lessons, err := fs.Sub(embedded, "lessons")
	if err != nil {
		panic(fmt.Sprintf("embedded lessons: %v", err)) // the path is a constant
	}
	return lessons
}

// Only leaves nothing of a folder of lessons but those with these ids, and those
// that they play.
func Only(base fs.FS, ids ...string) fs.FS {
	s := selection{base: base}
	for queue := ids; len(queue) > 0; queue = queue[1:] {
		if id := queue[0]; !slices.Contains(s.ids, id) {
			s.ids = append(s.ids, id)
			queue = slices.Concat(queue, playedBy(base, id))
		}
	}
	return s
}

// playedBy lists the lessons that a lesson plays; none when it cannot be read.
func playedBy(base fs.FS, id string) []string {
	name := path.Join(id, id+".md")
	data, err := readFile(base, name, maxText)
	if err != nil {
		return nil
	}
	var all []string
	f := read(name, id, data)
	for i := range f.steps {
		if d, ok := f.steps[i].one(wLesson); ok {
			all = append(all, d.argument.text)
		}
	}
	return all
}

type selection struct {
	base fs.FS
	ids  []string
}

var _ fs.ReadDirFS = selection{}

// Open implements [fs.FS].
func (s selection) Open(name string) (fs.File, error) {
	folder, _, _ := strings.Cut(name, "/")
	if folder != "." && !slices.Contains(s.ids, folder) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return s.base.Open(name)
}

// ReadDir implements [fs.ReadDirFS].
func (s selection) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(s.base, name)
	if name == "." {
		entries = slices.DeleteFunc(slices.Clone(entries), func(e fs.DirEntry) bool { return !slices.Contains(s.ids, e.Name()) })
	}
	return entries, err
}

// Overlay lays a folder of lessons over another: a lesson of the same id
// replaces the other one whole, with its pictures and translations. What is no
// folder replaces none.
func Overlay(base, over fs.FS) fs.FS { return overlay{base, over} }

type overlay struct{ base, over fs.FS }

var _ fs.ReadDirFS = overlay{}

// Open implements [fs.FS].
func (o overlay) Open(name string) (fs.File, error) {
	if name == "." {
		return o.openRoot()
	}
	return o.side(name).Open(name)
}

// side is where the folder of a file lies: over, when there is one.
func (o overlay) side(name string) fs.FS {
	folder, _, _ := strings.Cut(name, "/")
	if _, err := fs.Stat(o.over, folder); err == nil && !o.weaker(folder) {
		return o.over
	}
	return o.base
}

// weaker tells whether base has a folder where over has none.
func (o overlay) weaker(name string) bool { return !isFolder(o.over, name) && isFolder(o.base, name) }

// isFolder tells whether a name is that of a folder, or leads to one.
func isFolder(fsys fs.FS, name string) bool {
	info, err := fs.Stat(fsys, name)
	return err == nil && info.IsDir()
}

// ReadDir implements [fs.ReadDirFS].
func (o overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	if name != "." {
		return fs.ReadDir(o.side(name), name)
	}
	base, err := fs.ReadDir(o.base, ".")
	if err != nil {
		return nil, err
	}
	over, err := fs.ReadDir(o.over, ".")
	if err != nil {
		return nil, err
	}
	over = slices.DeleteFunc(slices.Clone(over), func(e fs.DirEntry) bool { return o.weaker(e.Name()) })
	all := slices.Clone(over)
	for _, e := range base {
		if !slices.ContainsFunc(over, func(o fs.DirEntry) bool { return o.Name() == e.Name() }) {
			all = append(all, e)
		}
	}
	slices.SortFunc(all, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return all, nil
}

// A root is the open root folder of an overlay.
type root struct {
	fs.File
	entries []fs.DirEntry
}

// openRoot opens the root folder, with the entries of both sides.
func (o overlay) openRoot() (fs.File, error) {
	f, err := o.over.Open(".")
	if err != nil {
		return nil, err
	}
	entries, err := o.ReadDir(".")
	if err != nil {
		_ = f.Close() // the error of reading says more
		return nil, err
	}
	return &root{f, entries}, nil
}

// ReadDir implements [fs.ReadDirFile].
func (r *root) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 || n > len(r.entries) {
		if n > 0 && len(r.entries) == 0 {
			return nil, io.EOF
		}
		n = len(r.entries)
	}
	part := r.entries[:n]
	r.entries = r.entries[n:]
	return part, nil
}

// Lessons are the ids of the lessons at the root of a folder.
func Lessons(fsys fs.FS) []flows.FlowID {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil // there is nothing to be had
	}
	var ids []flows.FlowID
	for _, e := range entries {
		if _, err := fs.Stat(fsys, path.Join(e.Name(), e.Name()+".md")); err == nil {
			ids = append(ids, flows.FlowID(e.Name()))
		}
	}
	return ids
}

// Original names the state of a lesson for its copies: the hash of its files,
// without its transcripts. It is "" when there is no such lesson.
func Original(fsys fs.FS, lesson flows.FlowID) string {
	files, err := lessonFiles(fsys, lesson)
	if err != nil {
		return ""
	}
	for name := range files {
		if strings.HasSuffix(name, ".essai.md") || name == "README.md" {
			delete(files, name)
		}
	}
	return string(fingerprint(files))
}

// lessonFiles reads the files of a lesson, by name.
func lessonFiles(fsys fs.FS, lesson flows.FlowID) (map[string][]byte, error) {
	entries, err := fs.ReadDir(fsys, string(lesson))
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, e := range entries {
		if e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		data, err := readFile(fsys, path.Join(string(lesson), e.Name()), maxText)
		if err != nil {
			return nil, err
		}
		files[e.Name()] = data
	}
	return files, nil
}

// Copy returns the files of a lesson for somebody who is going to change it, by
// name: its header then tells from which state the copy was made.
func Copy(fsys fs.FS, lesson flows.FlowID) (map[string][]byte, error) {
	files, err := lessonFiles(fsys, lesson)
	if err != nil {
		return nil, fmt.Errorf("copy lesson %s: %w", lesson, err)
	}
	name := string(lesson) + ".md"
	head, rest, ok := strings.Cut(string(files[name]), "---\n")
	if !ok {
		return nil, fmt.Errorf("copy lesson %s: %w", lesson, errNoHeader)
	}
	files[name] = []byte(head + "---\n" + hOriginal + ": " + Original(fsys, lesson) + "\n" + rest)
	return files, nil
}

var errNoHeader = errors.New("its file has no header")

// copies warns of lessons that were copied from a state the national lesson is
// no longer in.
func (s *shelf) copies(fsys fs.FS) {
	o, laid := fsys.(overlay)
	if !laid {
		return
	}
	for _, l := range s.lessons {
		value, told := l.get(hOriginal)
		if now := Original(o.base, l.flow.ID); told && now != "" && value.text != now {
			l.add(value.at, cOriginal, "lesson", l.folder, "now", now)
		}
	}
}
