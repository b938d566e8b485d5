package content

import (
	"embed"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
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

// Overlay lays a folder of lessons over another: a lesson of the same id
// replaces the other one whole, with its pictures and translations.
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
	if _, err := fs.Stat(o.over, folder); err == nil {
		return o.over
	}
	return o.base
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
