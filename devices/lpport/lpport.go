package lpport

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"golang.org/x/sys/unix"

	"hallway/devices"
	"hallway/devices/internal/stream"
)

// Open opens the printer at node, such as "/dev/usb/lp0", which may be a
// symbolic link. Its errors wrap [devices.ErrAbsent], [devices.ErrDenied],
// [devices.ErrBusy] when a program has it open or [devices.ErrGone].
func Open(ctx context.Context, node string) (devices.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("open %s: %w", node, err)
	}
	c, err := open(node)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", node, err)
	}
	return c, nil
}

func open(path string) (*conn, error) {
	node, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, classify(err, devices.ErrAbsent)
	}
	fd, err := unix.Open(node, unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, classify(err, devices.ErrAbsent)
	}
	c := &conn{
		name: path, fd: fd, queue: stream.NewQueue(backlog),
		turn: make(chan struct{}, 1), asking: make(chan struct{}, 1), closing: make(chan struct{}),
	}
	if err := c.prepare(); err != nil {
		return nil, errors.Join(err, unix.Close(fd))
	}
	c.users.Go(c.receive)
	return c, nil
}

// prepare makes sure that this is a printer, without asking it, has writes wait,
// because one that does not wait never learns how it ended, and makes what
// wakes the reader.
func (c *conn) prepare() error {
	if err := checkPrinter(c.fd); err != nil {
		return fmt.Errorf("not the node of a USB printer: %w", classify(err, devices.ErrGone))
	}
	if err := unix.SetNonblock(c.fd, false); err != nil {
		return fmt.Errorf("set blocking: %w", err)
	}
	wake, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		return fmt.Errorf("make an event: %w", err)
	}
	c.wake = wake
	return nil
}

// classify adds to err what a person can do about it. A node without a device
// is absent when it is opened and gone later.
func classify(err, missing error) error {
	class := devices.ErrGone
	switch {
	case errors.Is(err, unix.EBUSY):
		class = devices.ErrBusy
	case errors.Is(err, unix.EACCES), errors.Is(err, unix.EPERM):
		class = devices.ErrDenied
	case errors.Is(err, unix.ENOENT), errors.Is(err, unix.ENODEV), errors.Is(err, unix.ENXIO), errors.Is(err, unix.ENOTDIR):
		class = missing
	}
	return fmt.Errorf("%w: %w", class, err)
}
