package hidinput

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"

	"hallway/devices"
	"hallway/devices/internal/stream"
)

// The requests to an input device, linux/input.h: _IOW('E', 0x90, int) and
// _IOW('E', 0xa0, int).
const (
	requestGrab  = 0x40044590
	requestClock = 0x400445A0
)

// OpenKeyboard opens the kernel's input device at node, such as
// /dev/input/event3, and grabs it: until Close its keys reach this program
// alone. Each Read of the Conn gives whole events for [Keys]. Its errors wrap
// [devices.ErrAbsent], [devices.ErrDenied], [devices.ErrBusy] (grabbed by
// another program) or [devices.ErrGone].
func OpenKeyboard(ctx context.Context, node string) (devices.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("open %s: %w", node, err)
	}
	f, err := os.OpenFile(node, os.O_RDONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, openError(node, err)
	}
	if err := grab(f); err != nil {
		return nil, openError(node, errors.Join(err, f.Close()))
	}
	return stream.New(node, f, nil), nil
}

// grab takes the keyboard for this program and lets its events carry the
// monotonic clock, which does not jump.
func grab(f *os.File) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Control(func(fd uintptr) {
		failed = unix.IoctlSetPointerInt(int(fd), requestClock, unix.CLOCK_MONOTONIC)
		if failed == nil {
			failed = unix.IoctlSetInt(int(fd), requestGrab, 1)
		}
	})
	return errors.Join(err, failed)
}

// openError adds to err what a person can do about it.
func openError(node string, err error) error {
	class := devices.ErrGone
	switch {
	case errors.Is(err, unix.EBUSY):
		class = devices.ErrBusy
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, unix.ENXIO):
		class = devices.ErrAbsent
	case errors.Is(err, fs.ErrPermission):
		class = devices.ErrDenied
	case errors.Is(err, unix.ENOTTY), errors.Is(err, unix.EINVAL):
		return fmt.Errorf("open %s: not an input device, use one such as /dev/input/event3: %w", node, err)
	}
	return fmt.Errorf("open %s: %w: %w", node, class, err)
}
