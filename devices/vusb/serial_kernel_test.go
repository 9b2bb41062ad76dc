//go:build linux && kernel

package vusb_test

import (
	"context"
	"errors"
	"io"
	"testing"

	"golang.org/x/sys/unix"

	"hallway/devices"
	"hallway/devices/serialport"
	"hallway/devices/vusb"
)

// openSerial opens a serial port until the test ends.
func openSerial(t *testing.T, p *vusb.Plugged, baud int) devices.Conn {
	t.Helper()
	c, err := serialport.Open(t.Context(), p.Node(t, "tty"), baud)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// say writes text and returns as many bytes of the answer.
func say(t *testing.T, c devices.Conn, text string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if _, err := c.Write(ctx, []byte(text)); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, len(text))
	for n := 0; n < len(got); {
		m, err := c.Read(ctx, got[n:])
		if err != nil {
			t.Fatalf("answer %q: %v", got[:n], err)
		}
		n += m
	}
	return string(got)
}

func TestSerialExchangesUnplugsAndReplugs(t *testing.T) {
	s := vusb.NewSerial(reader)
	echo(t, s)
	p := vusb.Plug(t, s)
	c := openSerial(t, p, 19200)
	if got := say(t, c, "card"); got != "card" {
		t.Errorf("got %q", got)
	}
	ended := make(chan error, 1)
	go func() { _, err := c.Read(context.Background(), make([]byte, 1)); ended <- err }()
	if err := p.Unplug(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, devices.ErrGone) {
		t.Errorf("read: %v", err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	p.Gone(t)
	path, number := p.Path(), 0
	for range 3 {
		if err := p.Replug(); err != nil {
			t.Fatal(err)
		}
		if n := p.Number(t); n <= number || p.Path() != path {
			t.Errorf("number %d after %d, path %s", n, number, p.Path())
		} else {
			number = n
		}
		c = openSerial(t, p, 9600)
		if got := say(t, c, "again"); got != "again" {
			t.Errorf("got %q", got)
		}
		if err := errors.Join(c.Close(), p.Unplug()); err != nil {
			t.Error(err)
		}
	}
}

func TestSerialSeesWhatTheProgramSets(t *testing.T) {
	s := vusb.NewSerial(reader)
	p := vusb.Plug(t, s)
	c := openSerial(t, p, 57600)
	vusb.Wait(t, "the settings", func() bool {
		return s.Settings() == vusb.Settings{Baud: 57600, Bits: 8, DTR: true, RTS: true}
	})
	fd, err := unix.Open(p.Node(t, "tty"), unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	mode, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	mode.Cflag = mode.Cflag&^unix.CSIZE | unix.CS7 | unix.PARENB | unix.CSTOPB
	err = errors.Join(
		unix.IoctlSetTermios(fd, unix.TCSETS, mode),
		unix.IoctlSetPointerInt(fd, unix.TIOCMBIC, unix.TIOCM_RTS),
		unix.IoctlSetInt(fd, unix.TCSBRK, 0)) // a break of 250 ms
	if err != nil {
		t.Fatal(err)
	}
	want := vusb.Settings{Baud: 57600, Stop: 2, Parity: 2, Bits: 7, DTR: true, Breaks: 1}
	vusb.Wait(t, "7E2, RTS off, a break", func() bool { return s.Settings() == want })
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

func TestStuckSerialTakesNothing(t *testing.T) {
	s := vusb.NewSerial(reader)
	p := vusb.Plug(t, s)
	c := openSerial(t, p, 9600)
	ctx, cancel := context.WithCancel(t.Context())
	s.Inject(vusb.SerialOut, 100, vusb.Hold)
	ended := make(chan error, 1)
	go func() { _, err := c.Write(ctx, make([]byte, 1<<20)); ended <- err }()
	if _, err := io.ReadFull(s, make([]byte, 100)); err != nil {
		t.Fatal(err)
	}
	vusb.Wait(t, "transfers that wait", func() bool { return s.Waiting(vusb.SerialOut) > 0 })
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("write: %v", err)
	}
	if n := s.Passed(vusb.SerialOut); n != 100 {
		t.Errorf("%d bytes passed", n)
	}
	// The kernel waits 30 s for the last bytes at close; the cable ends that.
	if err := p.Unplug(); err != nil {
		t.Error(err)
	}
}
