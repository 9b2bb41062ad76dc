// Package disk is what the terminal's store asks of the folder that it lives in:
// files that are appended to, renamed and made durable, and where SQLite finds
// its own. [Dir] is the system's; package crashfs has one that loses power.
package disk

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// A Disk is one data folder. Names are relative to it, with slashes.
type Disk interface {
	// VFS is the name of the SQLite file system that opens Path, "" for the
	// system's.
	VFS() string
	// Path is where SQLite opens name.
	Path(name string) string
	// FreeMB is the space that is left for this user, in MiB.
	FreeMB() (int, error)
	// Append opens name for writing at its end and makes it when it is missing.
	Append(name string) (File, error)
	// ReadFile returns the content of name.
	ReadFile(name string) ([]byte, error)
	// Names returns the files of folder dir in order; none when it is missing.
	Names(dir string) ([]string, error)
	// MkdirAll makes folder dir, and those above it.
	MkdirAll(dir string) error
	// Rename gives a file another name in place of what had it.
	Rename(from, to string) error
	// Remove removes a file; a missing one is an error that wraps fs.ErrNotExist.
	Remove(name string) error
	// SyncDir makes the names in folder dir durable.
	SyncDir(dir string) error
}

// A File is appended to. Only Sync makes what was written durable.
type File interface {
	io.WriteCloser
	Sync() error
}

// Dir is a folder of the system.
type Dir string

// VFS implements [Disk].
func (Dir) VFS() string { return "" }

// Path implements [Disk].
func (d Dir) Path(name string) string { return filepath.Join(string(d), filepath.FromSlash(name)) }

// FreeMB implements [Disk].
func (d Dir) FreeMB() (int, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(string(d), &s); err != nil {
		return 0, fmt.Errorf("free space of %s: %w", string(d), err)
	}
	return int(s.Bavail * uint64(s.Bsize) >> 20), nil
}

// Append implements [Disk].
func (d Dir) Append(name string) (File, error) {
	return os.OpenFile(d.Path(name), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
}

// ReadFile implements [Disk].
func (d Dir) ReadFile(name string) ([]byte, error) { return os.ReadFile(d.Path(name)) }

// Names implements [Disk].
func (d Dir) Names(dir string) (names []string, err error) {
	all, err := os.ReadDir(d.Path(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, e := range all {
		if !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names, err
}

// MkdirAll implements [Disk].
func (d Dir) MkdirAll(dir string) error { return os.MkdirAll(d.Path(dir), 0o700) }

// Rename implements [Disk].
func (d Dir) Rename(from, to string) error { return os.Rename(d.Path(from), d.Path(to)) }

// Remove implements [Disk].
func (d Dir) Remove(name string) error { return os.Remove(d.Path(name)) }

// SyncDir implements [Disk].
func (d Dir) SyncDir(dir string) error {
	f, err := os.Open(d.Path(dir))
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Replace writes content under name so that a power cut leaves the old content
// or the new, never a mixture: a new file is made durable and renamed.
func Replace(d Disk, name string, content []byte) error {
	fresh := name + ".new"
	if err := d.Remove(fresh); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := d.Append(fresh)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := d.Rename(fresh, name); err != nil {
		return err
	}
	return d.SyncDir(filepath.ToSlash(filepath.Dir(name)))
}
