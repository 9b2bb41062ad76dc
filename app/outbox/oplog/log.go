package oplog

import (
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"

	"hallway/app/outbox/disk"
)

const (
	// Dir is the folder of the files.
	Dir = "journal"
	// MaxSegment is the size in bytes from which on another file is begun.
	MaxSegment = 4 << 20
	suffix     = ".hoj"
)

// Read returns what the files on d say. Missing files are an empty state. The
// error is of the disk; damaged content is none.
func Read(d disk.Disk) (*State, error) {
	names, err := segments(d)
	if err != nil {
		return nil, err
	}
	var frames []Frame
	damaged := 0
	var errs []error
	for i, name := range names {
		b, err := d.ReadFile(path.Join(Dir, name))
		if err != nil {
			errs = append(errs, fmt.Errorf("oplog: %w", err))
			continue
		}
		f, bad := Decode(b)
		if frames = append(frames, f...); i < len(names)-1 || bad > maxRecord+headerSize {
			damaged += bad
		}
	}
	s := Replay(frames)
	s.Damaged = damaged
	return s, errors.Join(errs...)
}

// segments are the names of the files, oldest first.
func segments(d disk.Disk) (names []string, err error) {
	all, err := d.Names(Dir)
	if err != nil {
		return nil, fmt.Errorf("oplog: %w", err)
	}
	for _, name := range all {
		if number(name) > 0 {
			names = append(names, name)
		}
	}
	return names, nil
}

// number is the number of a file, 0 when it is none of ours.
func number(name string) int {
	n, err := strconv.Atoi(strings.TrimSuffix(name, suffix))
	if err != nil || !strings.HasSuffix(name, suffix) {
		return 0
	}
	return n
}

// A Log appends frames. It is used by one goroutine at a time, but Sync may run
// beside anything but Begin.
type Log struct {
	disk disk.Disk
	file disk.File
	name string
	size int64
	live int64 // bytes of the file when it was begun
}

// Begin returns a log with a new file that holds base and what still lives, and
// removes every older file once the new one is durable.
func Begin(d disk.Disk, base Frame, live []Frame) (*Log, error) {
	if err := d.MkdirAll(Dir); err != nil {
		return nil, fmt.Errorf("oplog: %w", err)
	}
	old, err := segments(d)
	if err != nil {
		return nil, err
	}
	next := 1
	if len(old) > 0 {
		next = number(old[len(old)-1]) + 1
	}
	l := &Log{disk: d, name: path.Join(Dir, fmt.Sprintf("%010d%s", next, suffix))}
	if err := l.fill(append([]Frame{base}, live...)); err != nil {
		_ = l.Close() // a file that is not durable is ignored or replayed, either is right
		return nil, fmt.Errorf("oplog: %s: %w", l.name, err)
	}
	for _, name := range old {
		if err := d.Remove(path.Join(Dir, name)); err != nil {
			_ = l.Close()
			return nil, fmt.Errorf("oplog: %w", err)
		}
	}
	return l, nil
}

// fill makes the file with its first frames.
func (l *Log) fill(frames []Frame) (err error) {
	if l.file, err = l.disk.Append(l.name); err != nil {
		return err
	}
	if err := l.Append(frames...); err != nil {
		return err
	}
	l.live = l.size
	if err := l.file.Sync(); err != nil {
		return err
	}
	return l.disk.SyncDir(Dir)
}

// Append writes frames in one piece. They are durable after Sync.
func (l *Log) Append(frames ...Frame) error {
	var b []byte
	for _, f := range frames {
		var err error
		if b, err = f.encode(b); err != nil {
			return err
		}
	}
	n, err := l.file.Write(b)
	l.size += int64(n)
	return err
}

// Sync makes what was appended durable.
func (l *Log) Sync() error { return l.file.Sync() }

// Full reports whether another file is due.
func (l *Log) Full() bool { return l.size >= max(MaxSegment, 2*l.live) }

// Grown returns how many bytes came since the file was begun.
func (l *Log) Grown() int64 { return l.size - l.live }

// Size returns the length of the file in bytes.
func (l *Log) Size() int64 { return l.size }

// Close gives the file up. A nil log has none.
func (l *Log) Close() error {
	if l == nil || l.file == nil {
		return nil
	}
	err := l.file.Close()
	l.file = nil
	return err
}
