// Package serialport opens serial ports: UARTs, USB converters and
// pseudo-terminals.
//
// Each port is open twice. The data handle is an ordinary non-blocking file,
// whose reads and writes have true deadlines and which Close ends at once. The
// control handle is go.bug.st/serial, which sets speed, raw mode and
// exclusivity but can neither bound nor end a write. The data handle comes
// first, because the control handle shuts the port for every later open.
//
// A lock (flock) on the port's node keeps a second program of this house off
// the port, also when both run as root, which exclusivity does not stop. The
// kernel drops the lock with the process.
package serialport

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"go.bug.st/serial"
	"golang.org/x/sys/unix"

	"hallway/devices"
	"hallway/devices/internal/stream"
	"hallway/devices/internal/thread"
)

const (
	// linger is how long Close waits for bytes on their way: 96 bytes at 9600.
	// Longer would keep a person waiting for a port whose device takes nothing.
	linger     = 100 * time.Millisecond
	lingerStep = 5 * time.Millisecond
)

// Open opens the terminal device at path, which may be a symbolic link, with 8
// data bits, no parity and one stop bit at baud bits a second. Bytes that came
// before are dropped. Its errors wrap [devices.ErrAbsent], [devices.ErrDenied],
// [devices.ErrBusy] or [devices.ErrGone].
//
// The port stays as it is until Close; opening pulses DTR and RTS.
func Open(ctx context.Context, path string, baud int) (devices.Conn, error) {
	return OpenMode(ctx, path, Mode{Baud: baud})
}

// OpenMode is Open with a mode.
func OpenMode(ctx context.Context, path string, m Mode) (devices.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	node, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, openError(path, err)
	}
	data, err := os.OpenFile(node, os.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, openError(path, err)
	}
	control, err := claim(data, node, m)
	if err != nil {
		return nil, openError(path, errors.Join(err, data.Close()))
	}
	c := stream.New(path, hasty{data}, func() error {
		drain(data, control)
		return control.Close()
	})
	if m.Flow == DTRDSR {
		return newPaced(c, path, data), nil
	}
	return c, nil
}

// claim locks the port and sets it up.
func claim(data *os.File, node string, m Mode) (serial.Port, error) {
	var locked error
	err := withFD(data, func(fd int) { locked = unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB) })
	if err := errors.Join(err, locked); err != nil {
		return nil, err
	}
	mode := m.library()
	control, err := serial.Open(node, mode)
	if err != nil {
		if mode.InitialStatusBits != nil {
			err = fmt.Errorf("with DTR and RTS set, which needs modem lines: %w", err)
		}
		return nil, err
	}
	if err := errors.Join(setFlow(data, m.Flow), control.ResetInputBuffer()); err != nil {
		return nil, errors.Join(err, control.Close())
	}
	return control, nil
}

// hasty is a port whose close waits for no device. The kernel waits up to 30 s
// for bytes to leave, and USB ports such as cdc-acm cannot drop those that they
// have on the bus; only a signal ends that.
type hasty struct{ *os.File }

// Close closes the port; bytes that the device does not take are lost.
func (h hasty) Close() error {
	var err error
	closing := thread.Start(func() { err = h.File.Close() })
	select {
	case <-closing.Done():
	case <-time.After(linger):
		closing.Interrupt()
	}
	return err
}

// drain gives the last bytes time to leave and drops what the device does not
// take, or the kernel would wait for it up to 30 s in close.
func drain(data *os.File, control serial.Port) {
	for until := time.Now().Add(linger); ; time.Sleep(lingerStep) {
		waiting := 0
		err := withFD(data, func(fd int) { waiting, _ = unix.IoctlGetInt(fd, unix.TIOCOUTQ) })
		if err != nil || waiting == 0 {
			return
		}
		if time.Now().After(until) {
			_ = control.ResetOutputBuffer()
			return
		}
	}
}

func withFD(f *os.File, do func(fd int)) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	return raw.Control(func(fd uintptr) { do(int(fd)) })
}

// openError adds to err what a person can do about it.
func openError(path string, err error) error {
	class := devices.ErrGone
	var port *serial.PortError
	switch {
	case errors.Is(err, unix.EWOULDBLOCK), errors.Is(err, unix.EBUSY):
		class = devices.ErrBusy
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, unix.ENXIO), errors.Is(err, unix.ENODEV), errors.Is(err, unix.ENOTDIR):
		class = devices.ErrAbsent
	case errors.Is(err, fs.ErrPermission):
		class = devices.ErrDenied
	case errors.As(err, &port):
		return portError(path, port.Code(), err)
	case errors.Is(err, errors.ErrUnsupported):
		return fmt.Errorf("open %s: %w", path, err)
	}
	return fmt.Errorf("open %s: %w: %w", path, class, err)
}

// portError classifies an error of the library, which hides the system's.
func portError(path string, code serial.PortErrorCode, err error) error {
	switch code {
	case serial.PortBusy:
		return fmt.Errorf("open %s: %w: %w", path, devices.ErrBusy, err)
	case serial.PermissionDenied:
		return fmt.Errorf("open %s: %w: %w", path, devices.ErrDenied, err)
	case serial.PortNotFound:
		return fmt.Errorf("open %s: %w: %w", path, devices.ErrAbsent, err)
	case serial.InvalidSerialPort:
		return fmt.Errorf("open %s: not a serial port, or it went away: %w", path, err)
	}
	return fmt.Errorf("open %s: %w", path, err)
}
