//go:build unix

package bot

import "golang.org/x/sys/unix"

// freeMegabytes is the room left for us on the disk of a folder.
func freeMegabytes(folder string) (free uint64, ok bool) {
	var s unix.Statfs_t
	if unix.Statfs(folder, &s) != nil {
		return 0, false
	}
	return uint64(s.Bavail) * uint64(s.Bsize) >> 20, true //nolint:gosec,unconvert // the types differ between systems
}
