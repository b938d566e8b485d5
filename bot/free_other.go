//go:build !unix

package bot

// freeMegabytes does not know the disks of this system.
func freeMegabytes(string) (free uint64, ok bool) { return 0, false }
