package crashfs

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"syscall"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// SQLite calls a file system through a table of functions in memory of its own
// (sqlite.org/c3ref/vfs.html). The tables here are those of the system's file
// system "unix" with the calls that change something led past a [Disk]. A file
// in SQLite's memory is a header of ours followed by unix's file.

// header stands in front of unix's sqlite3_file.
type header struct {
	methods uintptr
	id      uintptr // of the openFile
}

const headerSize = unsafe.Sizeof(header{})

// openFile is what SQLite holds open.
type openFile struct {
	disk    *Disk
	name    string
	dirSync bool // the first sync of a new log also syncs its folder, as unix does
}

// registry finds disks and open files by the numbers that SQLite hands back.
// What is registered stays for the life of the process, as SQLite's tables do.
var registry = struct {
	sync.Mutex
	last  uintptr
	disks map[uintptr]*Disk
	files map[uintptr]*openFile
}{disks: map[uintptr]*Disk{}, files: map[uintptr]*openFile{}}

// register makes a file system for d known to SQLite and returns its name.
func register(d *Disk) (string, error) {
	tls := libc.NewTLS()
	defer tls.Close()
	unix := sqlite3.Xsqlite3_vfs_find(tls, 0)
	if unix == 0 {
		return "", errors.New("crashfs: SQLite has no file system to stand on")
	}
	registry.Lock()
	defer registry.Unlock()
	registry.last++
	id := registry.last
	registry.disks[id] = d
	name := fmt.Sprintf("crashfs-%d", id)
	cname, err := libc.CString(name)
	if err != nil {
		return "", err
	}
	table := libc.Xmalloc(tls, libc.Tsize_t(unsafe.Sizeof(sqlite3.Tsqlite3_vfs{})))
	if table == 0 {
		return "", errors.New("crashfs: out of memory")
	}
	v := (*sqlite3.Tsqlite3_vfs)(at(table))
	*v = *(*sqlite3.Tsqlite3_vfs)(at(unix))
	v.FzName, v.FpAppData, v.FpNext = cname, id, 0
	v.FszOsFile += int32(headerSize)
	put(&v.FxOpen, openFunc(vfsOpen))
	put(&v.FxDelete, deleteFunc(vfsDelete))
	if rc := sqlite3.Xsqlite3_vfs_register(tls, table, 0); rc != sqlite3.SQLITE_OK {
		return "", fmt.Errorf("crashfs: SQLite refuses the file system: code %d", rc)
	}
	return name, nil
}

// at is the memory of SQLite at an address. It lies outside Go's heap and does
// not move.
func at(address uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&address)) }

func diskOf(vfs uintptr) *Disk {
	registry.Lock()
	defer registry.Unlock()
	return registry.disks[(*sqlite3.Tsqlite3_vfs)(at(vfs)).FpAppData]
}

func fileOf(p uintptr) *openFile {
	registry.Lock()
	defer registry.Unlock()
	return registry.files[(*header)(at(p)).id]
}

// real is unix's file behind ours, and its table.
func real(p uintptr) (uintptr, *sqlite3.Tsqlite3_io_methods) {
	f := p + headerSize
	return f, (*sqlite3.Tsqlite3_io_methods)(at((*sqlite3.Tsqlite3_file)(at(f)).FpMethods))
}

// unixVFS is the table of the system's file system.
func unixVFS(tls *libc.TLS) (uintptr, *sqlite3.Tsqlite3_vfs) {
	p := sqlite3.Xsqlite3_vfs_find(tls, 0)
	return p, (*sqlite3.Tsqlite3_vfs)(at(p))
}

const logs = sqlite3.SQLITE_OPEN_WAL | sqlite3.SQLITE_OPEN_MAIN_JOURNAL | sqlite3.SQLITE_OPEN_SUPER_JOURNAL

func vfsOpen(tls *libc.TLS, vfs, zName, p uintptr, flags int32, outFlags uintptr) int32 {
	d := diskOf(vfs)
	*(*header)(at(p)) = header{}
	f := &openFile{disk: d}
	if zName != 0 { // a file without a name is temporary
		f.name = d.relative(libc.GoString(zName))
		if flags&sqlite3.SQLITE_OPEN_CREATE != 0 && !d.exists(f.name) {
			if d.create(f.name, nothing) != nil {
				return sqlite3.SQLITE_CANTOPEN
			}
			f.dirSync = flags&logs != 0
		}
	}
	unix, table := unixVFS(tls)
	rc := call(openFunc(nil), table.FxOpen)(tls, unix, zName, p+headerSize, flags, outFlags)
	if rc != sqlite3.SQLITE_OK {
		return rc
	}
	registry.Lock()
	defer registry.Unlock()
	registry.last++
	registry.files[registry.last] = f
	*(*header)(at(p)) = header{methods: uintptr(unsafe.Pointer(&methods)), id: registry.last}
	return rc
}

func (d *Disk) relative(path string) string {
	name, err := filepath.Rel(d.dir, path)
	if err != nil {
		return path
	}
	return name
}

func vfsDelete(tls *libc.TLS, vfs, zName uintptr, dirSync int32) int32 {
	d := diskOf(vfs)
	name := d.relative(libc.GoString(zName))
	unix, table := unixVFS(tls)
	rc := int32(sqlite3.SQLITE_OK)
	deed := func() error {
		rc = call(deleteFunc(nil), table.FxDelete)(tls, unix, zName, 0)
		return nil
	}
	if !d.exists(name) {
		return sqlite3.SQLITE_IOERR_DELETE_NOENT
	}
	if d.remove(name, deed) != nil {
		return sqlite3.SQLITE_IOERR_DELETE
	}
	if dirSync != 0 && d.syncDir(filepath.Dir(name)) != nil {
		return sqlite3.SQLITE_IOERR_DIR_FSYNC
	}
	return rc
}

// call returns the function at an address of SQLite's tables; like gives its
// type.
func call[F any](_ F, address uintptr) F {
	return *(*F)(unsafe.Pointer(&struct{ uintptr }{address}))
}

// code is the result code of a failed call.
func code(err error, otherwise int32) int32 {
	switch {
	case err == nil:
		return sqlite3.SQLITE_OK
	case errors.Is(err, syscall.ENOSPC):
		return sqlite3.SQLITE_FULL
	}
	return otherwise
}
