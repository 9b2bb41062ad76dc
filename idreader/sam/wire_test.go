package sam_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"testing"
	"time"

	"hallway/devices"
	"hallway/devices/serialport"
	line "hallway/devices/sim"
	"hallway/idreader/sam"
	"hallway/idreader/sam/sim"

	"golang.org/x/sys/unix"
)

// A wire makes the two ends of a line: the reader's, and the program's as the
// byte stream that a session takes.
type wire func(t testing.TB) (io.ReadWriter, devices.Conn)

// wires are the ways in which readers are connected.
var wires = map[string]wire{
	"serial": serial,
	"raw64": func(t testing.TB) (io.ReadWriter, devices.Conn) {
		device, host := sockets(t, unix.SOCK_SEQPACKET)
		return sim.Raw64(device, 0), sam.Raw64(host, 0)
	},
	"miaxis": func(t testing.TB) (io.ReadWriter, devices.Conn) {
		device, host := sockets(t, unix.SOCK_SEQPACKET)
		return sim.Miaxis(device), sam.MiaxisOptions{AntennaOff: true}.Conn(host)
	},
	"fourpipes": func(t testing.TB) (io.ReadWriter, devices.Conn) {
		deviceHeader, hostHeader := sockets(t, unix.SOCK_STREAM)
		deviceBody, hostBody := sockets(t, unix.SOCK_STREAM)
		return sim.FourPipes(deviceHeader, deviceBody), sam.FourPipes(hostHeader, hostBody)
	},
}

// onEveryWire runs a test once for each wire.
func onEveryWire(t *testing.T, test func(t *testing.T, w wire)) {
	t.Parallel()
	for name, w := range wires {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, w)
		})
	}
}

// serial is a pseudo-terminal, opened as a serial port.
func serial(t testing.TB) (io.ReadWriter, devices.Conn) {
	device, conn := newPTY(t)
	return device, conn
}

func newPTY(t testing.TB) (*line.PTY, devices.Conn) {
	t.Helper()
	device, err := line.OpenPTY("")
	if err != nil {
		t.Fatal(err)
	}
	conn, err := serialport.Open(t.Context(), device.Name(), sam.DefaultBaud)
	if err != nil {
		t.Fatal(errors.Join(err, device.Close()))
	}
	t.Cleanup(func() {
		if err := errors.Join(conn.Close(), device.Close()); err != nil {
			t.Error(err)
		}
	})
	return device, conn
}

// unplug hangs the reader's end up.
func unplug(device io.ReadWriter) error {
	switch d := device.(type) {
	case *line.PTY:
		return d.Unplug()
	case io.Closer:
		if err := d.Close(); !errors.Is(err, net.ErrClosed) {
			return err
		}
	}
	return nil
}

// sockets returns a socket pair. One of SOCK_SEQPACKET keeps the borders of
// messages, as reports do; the pipes of a USB interface are streams.
func sockets(t testing.TB, kind int) (net.Conn, devices.Conn) {
	t.Helper()
	fds, err := unix.Socketpair(unix.AF_UNIX, kind|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	var ends [2]net.Conn
	for i, fd := range fds {
		file := os.NewFile(uintptr(fd), "socket")
		if ends[i], err = net.FileConn(file); err != nil {
			t.Fatal(err)
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
	}
	host := &socketConn{Conn: ends[1], closed: make(chan struct{})}
	t.Cleanup(func() { _ = errors.Join(ends[0].Close(), host.Close()) })
	return ends[0], host
}

// socketConn is the program's end of a socket pair.
type socketConn struct {
	net.Conn
	once   sync.Once
	closed chan struct{}
}

func (c *socketConn) Read(ctx context.Context, p []byte) (int, error) {
	n, err := c.do(ctx, c.SetReadDeadline, func() (int, error) { return c.Conn.Read(p) })
	if n > 0 {
		return n, nil
	}
	return 0, err
}

func (c *socketConn) Write(ctx context.Context, p []byte) (int, error) {
	return c.do(ctx, c.SetWriteDeadline, func() (int, error) { return c.Conn.Write(p) })
}

func (c *socketConn) do(ctx context.Context, deadline func(time.Time) error, call func() (int, error)) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	_ = deadline(time.Time{})
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		_ = deadline(time.Unix(1, 0))
		close(ended)
	})
	n, err := call()
	if !stop() {
		<-ended
	}
	select {
	case <-c.closed:
		return n, devices.ErrClosed
	default:
	}
	switch {
	case err == nil && n > 0:
		return n, nil
	case ctx.Err() != nil:
		return n, ctx.Err()
	case errors.Is(err, os.ErrDeadlineExceeded):
		return n, context.DeadlineExceeded
	}
	return n, fmt.Errorf("socket: %w: %v", devices.ErrGone, err)
}

func (c *socketConn) Close() error {
	var err error
	c.once.Do(func() {
		close(c.closed)
		err = c.Conn.Close()
	})
	return err
}
