package main

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// hideTyping stops a terminal from showing what is typed and returns how to
// undo that. Anything but a terminal is left alone.
func hideTyping(in io.Reader) (restore func()) {
	f, ok := in.(*os.File)
	if !ok {
		return func() {}
	}
	fd := int(f.Fd())
	old, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return func() {}
	}
	hidden := *old
	hidden.Lflag &^= unix.ECHO
	if unix.IoctlSetTermios(fd, unix.TCSETS, &hidden) != nil {
		return func() {}
	}
	return func() {
		// Nothing can be done for a terminal that went away.
		_ = unix.IoctlSetTermios(fd, unix.TCSETS, old)
	}
}
