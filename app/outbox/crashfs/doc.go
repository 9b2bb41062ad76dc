// Package crashfs is a disk for tests that loses power, gets full and fails. It
// stands under the real SQLite driver as a virtual file system of its own and
// under every other file as a [disk.Disk].
//
// It notes every write and every fsync. What a program reads is the current
// content, as on a running machine. After a power cut ([Disk.CutAt]) every call
// fails, so that no late acknowledgement appears, and [Disk.Image] writes what
// such a disk may hold: what was synced, and of the rest nothing, a first part
// or any part in any order, single writes torn at sectors of 512 bytes; names
// that were not synced are there or not. A disk that lies about fsync
// ([Disk.Lie]) and faults of single calls ([Disk.Fault]) are settings.
//
// The model is that of SQLite's own crash tests (src/test6.c) and of LazyFS.
package crashfs
