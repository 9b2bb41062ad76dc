package crashfs

import (
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// methods is the table of our files. Version 2 has the shared memory that a
// write-ahead log needs, without mapped reading.
var methods = sqlite3.Tsqlite3_io_methods{FiVersion: 2}

// The types of functions in the table.
type (
	plainFunc  = func(*libc.TLS, uintptr) int32
	intFunc    = func(*libc.TLS, uintptr, int32) int32
	longFunc   = func(*libc.TLS, uintptr, int64) int32
	ptrFunc    = func(*libc.TLS, uintptr, uintptr) int32
	ctrlFunc   = func(*libc.TLS, uintptr, int32, uintptr) int32
	moveFunc   = func(*libc.TLS, uintptr, uintptr, int32, int64) int32
	mapFunc    = func(*libc.TLS, uintptr, int32, int32, int32, uintptr) int32
	lockFunc   = func(*libc.TLS, uintptr, int32, int32, int32) int32
	voidFunc   = func(*libc.TLS, uintptr)
	openFunc   = func(*libc.TLS, uintptr, uintptr, uintptr, int32, uintptr) int32
	deleteFunc = func(*libc.TLS, uintptr, uintptr, int32) int32
)

func init() {
	put(&methods.FxClose, plainFunc(fileClose))
	put(&methods.FxRead, moveFunc(fileRead))
	put(&methods.FxWrite, moveFunc(fileWrite))
	put(&methods.FxTruncate, longFunc(fileTruncate))
	put(&methods.FxSync, intFunc(fileSync))
	put(&methods.FxFileSize, ptrFunc(fileSize))
	put(&methods.FxLock, intFunc(fileLock))
	put(&methods.FxUnlock, intFunc(fileUnlock))
	put(&methods.FxCheckReservedLock, ptrFunc(fileCheckLock))
	put(&methods.FxFileControl, ctrlFunc(fileControl))
	put(&methods.FxSectorSize, plainFunc(fileSector))
	put(&methods.FxDeviceCharacteristics, plainFunc(fileTraits))
	put(&methods.FxShmMap, mapFunc(shmMap))
	put(&methods.FxShmLock, lockFunc(shmLock))
	put(&methods.FxShmBarrier, voidFunc(shmBarrier))
	put(&methods.FxShmUnmap, intFunc(shmUnmap))
}

// put stores a function in a slot of a table.
func put[F any](slot *uintptr, f F) { *(*F)(unsafe.Pointer(slot)) = f }

func fileClose(tls *libc.TLS, p uintptr) int32 {
	f, m := real(p)
	registry.Lock()
	delete(registry.files, (*header)(at(p)).id)
	registry.Unlock()
	return call(plainFunc(nil), m.FxClose)(tls, f)
}

func fileRead(tls *libc.TLS, p, buf uintptr, n int32, offset int64) int32 {
	o := fileOf(p)
	if o.disk.read(Call{Kind: Read, Name: o.name, Offset: offset, Size: int(n)}) != nil {
		return sqlite3.SQLITE_IOERR_READ
	}
	f, m := real(p)
	return call(moveFunc(nil), m.FxRead)(tls, f, buf, n, offset)
}

func fileWrite(tls *libc.TLS, p, buf uintptr, n int32, offset int64) int32 {
	o := fileOf(p)
	f, m := real(p)
	rc := int32(sqlite3.SQLITE_OK)
	err := o.disk.write(o.name, offset, unsafe.Slice((*byte)(at(buf)), n), func() error {
		rc = call(moveFunc(nil), m.FxWrite)(tls, f, buf, n, offset)
		return nil
	})
	if err != nil {
		return code(err, sqlite3.SQLITE_IOERR_WRITE)
	}
	return rc
}

func fileTruncate(tls *libc.TLS, p uintptr, size int64) int32 {
	o := fileOf(p)
	f, m := real(p)
	rc := int32(sqlite3.SQLITE_OK)
	err := o.disk.truncate(o.name, size, func() error {
		rc = call(longFunc(nil), m.FxTruncate)(tls, f, size)
		return nil
	})
	if err != nil {
		return code(err, sqlite3.SQLITE_IOERR_TRUNCATE)
	}
	return rc
}

// fileSync syncs in the model alone: the current content needs no disk.
func fileSync(_ *libc.TLS, p uintptr, _ int32) int32 {
	o := fileOf(p)
	if o.disk.sync(o.name) != nil {
		return sqlite3.SQLITE_IOERR_FSYNC
	}
	if o.dirSync {
		if o.disk.syncDir(".") != nil {
			return sqlite3.SQLITE_IOERR_DIR_FSYNC
		}
		o.dirSync = false
	}
	return sqlite3.SQLITE_OK
}

func fileSize(tls *libc.TLS, p, out uintptr) int32 {
	f, m := real(p)
	return call(ptrFunc(nil), m.FxFileSize)(tls, f, out)
}

func fileLock(tls *libc.TLS, p uintptr, level int32) int32 {
	f, m := real(p)
	return call(intFunc(nil), m.FxLock)(tls, f, level)
}

func fileUnlock(tls *libc.TLS, p uintptr, level int32) int32 {
	f, m := real(p)
	return call(intFunc(nil), m.FxUnlock)(tls, f, level)
}

func fileCheckLock(tls *libc.TLS, p, out uintptr) int32 {
	f, m := real(p)
	return call(ptrFunc(nil), m.FxCheckReservedLock)(tls, f, out)
}

func fileControl(tls *libc.TLS, p uintptr, op int32, arg uintptr) int32 {
	f, m := real(p)
	return call(ctrlFunc(nil), m.FxFileControl)(tls, f, op, arg)
}

func fileSector(tls *libc.TLS, p uintptr) int32 {
	f, m := real(p)
	return call(plainFunc(nil), m.FxSectorSize)(tls, f)
}

func fileTraits(tls *libc.TLS, p uintptr) int32 {
	f, m := real(p)
	return call(plainFunc(nil), m.FxDeviceCharacteristics)(tls, f)
}

func shmMap(tls *libc.TLS, p uintptr, region, size, extend int32, out uintptr) int32 {
	f, m := real(p)
	return call(mapFunc(nil), m.FxShmMap)(tls, f, region, size, extend, out)
}

func shmLock(tls *libc.TLS, p uintptr, offset, n, flags int32) int32 {
	f, m := real(p)
	return call(lockFunc(nil), m.FxShmLock)(tls, f, offset, n, flags)
}

func shmBarrier(tls *libc.TLS, p uintptr) {
	f, m := real(p)
	call(voidFunc(nil), m.FxShmBarrier)(tls, f)
}

func shmUnmap(tls *libc.TLS, p uintptr, remove int32) int32 {
	f, m := real(p)
	return call(intFunc(nil), m.FxShmUnmap)(tls, f, remove)
}
