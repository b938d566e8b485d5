package bot

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// rewrite puts a text for everybody in the place of what a file held when it
// was read, nil for none. Whatever happens the file is whole: the old one or the
// new one. What somebody else wrote meanwhile stays, and a link is not followed.
func rewrite(path string, before, data []byte) error {
	fresh, err := writeBeside(path, data)
	if err == nil {
		defer func() { _ = os.Remove(fresh) }() // it is gone when all is well
		if err = unchanged(path, before); err == nil {
			err = os.Rename(fresh, path)
		}
	}
	if _, told := errors.AsType[*complaint](err); err == nil || told {
		return err
	}
	return complain("usage.path.write", cause(err), "path", path)
}

// writeBeside writes a new file in the folder of another, with its rights.
func writeBeside(path string, data []byte) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".passerelle-*")
	if err != nil {
		return "", err
	}
	mode := fs.FileMode(0o644)
	if info, err := os.Lstat(path); err == nil {
		mode = info.Mode().Perm()
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err != nil {
		_ = os.Remove(f.Name()) // the first error says more
	}
	return f.Name(), err
}

// unchanged refuses a file that is no plain one, or no longer holds what it
// held.
func unchanged(path string, before []byte) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && before == nil:
		return nil
	case err == nil && !info.Mode().IsRegular():
		return complain("usage.path.link", nil, "path", path)
	}
	now, err := os.ReadFile(path) //nolint:gosec // the file the editor named
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err != nil || before == nil || !bytes.Equal(now, before) {
		return complain("usage.path.changed", nil, "path", path)
	}
	return nil
}

// writeNew writes a text for everybody to a file that must not be there yet.
func writeNew(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644) //nolint:gosec // a table to be passed on
	if errors.Is(err, fs.ErrExist) {
		return complain("usage.path.there", nil, "path", path)
	}
	if err == nil {
		_, err = f.Write(data)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return complain("usage.path.write", cause(err), "path", path)
	}
	return nil
}
