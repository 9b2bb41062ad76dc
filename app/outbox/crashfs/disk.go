package crashfs

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"

	"hallway/app/outbox/disk"
)

// Kind is what is asked of the disk.
type Kind string

// The kinds of call. Reads are those of SQLite alone.
const (
	Read     Kind = "read"
	Write    Kind = "write"
	Truncate Kind = "truncate"
	Sync     Kind = "sync"
	Create   Kind = "create"
	Remove   Kind = "remove"
	Rename   Kind = "rename"
	SyncDir  Kind = "syncdir"
)

// A Call is one thing that is asked of the disk.
type Call struct {
	Kind   Kind
	Name   string
	Offset int64
	Size   int
	Nth    int // of its kind, from 1
}

// A Disk is a folder that can lose power. Its methods may be called by several
// goroutines; the settings are made while nobody uses it.
type Disk struct {
	// Lie says of which files fsync reports success and does nothing; nil of
	// none. A folder's fsync is asked under the folder's name.
	Lie func(name string) bool
	// Fault is asked before every call. Its error, ENOSPC or EIO, becomes the
	// call's. It may wait, as a slow disk does.
	Fault func(Call) error
	// Free is the space that is reported, in MiB.
	Free int

	dir string
	vfs string

	mu     sync.Mutex
	names  map[string]*file // as a running program sees them
	synced map[string]*file // as the disk has them
	cutAt  int              // change at which the power goes, 0 = never
	count  int              // changes so far
	frozen bool
	nth    map[Kind]int
}

// file is one file's durable content and what was written since.
type file struct {
	durable []byte
	pending []change
}

// change is a write, or a truncation to offset when data is nil.
type change struct {
	offset int64
	data   []byte
}

var _ disk.Disk = (*Disk)(nil)

// New returns a disk whose current content lives in folder dir. What the folder
// holds already is durable.
func New(dir string) (*Disk, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	d := &Disk{dir: dir, Free: 1 << 20, names: map[string]*file{}, synced: map[string]*file{}, nth: map[Kind]int{}}
	if err := d.load(); err != nil {
		return nil, err
	}
	d.vfs, err = register(d)
	return d, err
}

// load takes what is there for durable.
func (d *Disk) load() error {
	return filepath.WalkDir(d.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		f := &file{durable: b}
		d.names[d.relative(path)], d.synced[d.relative(path)] = f, f
		return err
	})
}

// CutAt makes the power go at the n-th change from now, counted from 1: a write,
// a truncation, an fsync or a change of names. That change may reach the disk.
func (d *Disk) CutAt(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.cutAt = d.count + n
}

// Cut takes the power away now.
func (d *Disk) Cut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.frozen = true
}

// Dead reports whether the power is gone.
func (d *Disk) Dead() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.frozen
}

// Changes returns how many changes were asked for.
func (d *Disk) Changes() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.count
}

// read asks whether SQLite may read.
func (d *Disk) read(c Call) error {
	d.mu.Lock()
	d.nth[c.Kind]++
	c.Nth = d.nth[c.Kind]
	fault := d.Fault
	d.mu.Unlock()
	if fault != nil {
		return fault(c)
	}
	return nil
}

// change carries out c: note records it in the model, under the lock, and do
// makes the current content follow. The change at which the power goes is noted
// and fails.
func (d *Disk) change(c Call, note func(), do func() error) error {
	if err := d.read(c); err != nil {
		return err
	}
	d.mu.Lock()
	if d.frozen {
		d.mu.Unlock()
		return syscall.EIO
	}
	d.count++
	cut := d.count == d.cutAt
	d.frozen = cut
	if !cut || c.Kind != Sync && c.Kind != SyncDir { // an fsync that never returned synced nothing
		note()
	}
	d.mu.Unlock()
	if cut {
		return syscall.EIO
	}
	return do()
}

func (d *Disk) lies(name string) bool { return d.Lie != nil && d.Lie(name) }

// nothing is the deed of a change that exists in the model alone.
func nothing() error { return nil }

func (d *Disk) create(name string, do func() error) error {
	return d.change(Call{Kind: Create, Name: name}, func() {
		if d.names[name] == nil {
			d.names[name] = &file{}
		}
	}, do)
}

func (d *Disk) write(name string, offset int64, b []byte, do func() error) error {
	return d.change(Call{Kind: Write, Name: name, Offset: offset, Size: len(b)}, func() {
		d.note(name, change{offset, append([]byte{}, b...)})
	}, do)
}

func (d *Disk) truncate(name string, size int64, do func() error) error {
	return d.change(Call{Kind: Truncate, Name: name, Offset: size}, func() { d.note(name, change{size, nil}) }, do)
}

// note adds a change to a file, which may have lost its name meanwhile.
func (d *Disk) note(name string, c change) {
	if f := d.names[name]; f != nil {
		f.pending = append(f.pending, c)
	}
}

func (d *Disk) sync(name string) error {
	return d.change(Call{Kind: Sync, Name: name}, func() {
		if f := d.names[name]; f != nil && !d.lies(name) {
			f.durable = apply(f.durable, f.pending)
			f.pending = nil
		}
	}, nothing)
}

func (d *Disk) remove(name string, do func() error) error {
	return d.change(Call{Kind: Remove, Name: name}, func() { delete(d.names, name) }, do)
}

func (d *Disk) syncDir(dir string) error {
	return d.change(Call{Kind: SyncDir, Name: dir}, func() {
		if d.lies(dir) {
			return
		}
		for name := range union(d.names, d.synced) {
			if filepath.Dir(name) == filepath.Clean(dir) {
				settle(d.synced, d.names, name)
			}
		}
	}, nothing)
}

// settle gives name in one set of names what it has in the other.
func settle(in, from map[string]*file, name string) {
	if f := from[name]; f != nil {
		in[name] = f
	} else {
		delete(in, name)
	}
}

func union(a, b map[string]*file) map[string]bool {
	all := map[string]bool{}
	for name := range a {
		all[name] = true
	}
	for name := range b {
		all[name] = true
	}
	return all
}

// with returns the durable content with changes on top.
func (f *file) with(changes []change) []byte {
	return apply(append([]byte{}, f.durable...), changes)
}

// apply makes changes in b.
func apply(b []byte, changes []change) []byte {
	for _, c := range changes {
		if c.data == nil {
			b = resize(b, c.offset)
			continue
		}
		if end := c.offset + int64(len(c.data)); end > int64(len(b)) {
			b = resize(b, end)
		}
		copy(b[c.offset:], c.data)
	}
	return b
}

func resize(b []byte, size int64) []byte {
	if size <= int64(len(b)) {
		return b[:size]
	}
	old := len(b)
	b = slices.Grow(b, int(size)-old)[:size]
	clear(b[old:]) // what a truncation left behind
	return b
}

// exists reports whether the running program sees name.
func (d *Disk) exists(name string) bool {
	_, err := os.Lstat(d.Path(name))
	return err == nil
}
