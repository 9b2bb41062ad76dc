package crashfs

import (
	"os"
	"path/filepath"

	"hallway/app/outbox/disk"
)

// VFS implements [disk.Disk].
func (d *Disk) VFS() string { return d.vfs }

// Path implements [disk.Disk].
func (d *Disk) Path(name string) string { return disk.Dir(d.dir).Path(name) }

// FreeMB implements [disk.Disk].
func (d *Disk) FreeMB() (int, error) { return d.Free, nil }

// Append implements [disk.Disk].
func (d *Disk) Append(name string) (disk.File, error) {
	name = filepath.Clean(name)
	var f *os.File
	open := func() (err error) {
		f, err = os.OpenFile(d.Path(name), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
		return err
	}
	if d.exists(name) {
		if err := open(); err != nil {
			return nil, err
		}
	} else if err := d.create(name, open); err != nil {
		return nil, err
	}
	end, err := f.Seek(0, 2)
	if err != nil {
		f.Close()
		return nil, err
	}
	return &tail{d: d, f: f, name: name, end: end}, nil
}

// tail is a file that is appended to.
type tail struct {
	d    *Disk
	f    *os.File
	name string
	end  int64
}

// Write implements [disk.File].
func (t *tail) Write(b []byte) (n int, err error) {
	err = t.d.write(t.name, t.end, b, func() error {
		n, err = t.f.Write(b)
		t.end += int64(n)
		return err
	})
	return n, err
}

// Sync implements [disk.File].
func (t *tail) Sync() error { return t.d.sync(t.name) }

// Close implements [disk.File].
func (t *tail) Close() error { return t.f.Close() }

// ReadFile implements [disk.Disk].
func (d *Disk) ReadFile(name string) ([]byte, error) { return disk.Dir(d.dir).ReadFile(name) }

// Names implements [disk.Disk].
func (d *Disk) Names(dir string) ([]string, error) { return disk.Dir(d.dir).Names(dir) }

// MkdirAll implements [disk.Disk]. Folders are durable at once.
func (d *Disk) MkdirAll(dir string) error { return disk.Dir(d.dir).MkdirAll(dir) }

// Rename implements [disk.Disk].
func (d *Disk) Rename(from, to string) error {
	from, to = filepath.Clean(from), filepath.Clean(to)
	return d.change(Call{Kind: Rename, Name: from}, func() {
		d.names[to] = d.names[from]
		delete(d.names, from)
	}, func() error { return disk.Dir(d.dir).Rename(from, to) })
}

// Remove implements [disk.Disk].
func (d *Disk) Remove(name string) error {
	if !d.exists(name) {
		return disk.Dir(d.dir).Remove(name)
	}
	name = filepath.Clean(name)
	return d.remove(name, func() error { return disk.Dir(d.dir).Remove(name) })
}

// SyncDir implements [disk.Disk].
func (d *Disk) SyncDir(dir string) error { return d.syncDir(dir) }
