//go:build linux && kernel

package vusb_test

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"hallway/devices/vusb"
)

const slip = "MFG:Hallway;MDL:Slip;CMD:ESC/POS;"

// The requests of usblp (drivers/usb/class/usblp.c).
const (
	lpGetStatus = 0x060B
	lpReset     = 0x5007
	lpDeviceID  = 2<<30 | 256<<16 | 'P'<<8 | 1
)

// openPrinter opens the node of usblp. It stays out of the runtime's poller,
// which usblp can stop for as long as a printer takes to answer.
func openPrinter(t *testing.T, p *vusb.Plugged) int {
	t.Helper()
	fd, err := unix.Open(p.Node(t, "usbmisc"), unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	return fd
}

func TestPrinterAnswersTheClassRequests(t *testing.T) {
	d := vusb.NewPrinter(reader, slip)
	fd := openPrinter(t, vusb.Plug(t, d))
	defer unix.Close(fd)
	for _, want := range []int{vusb.Selected | vusb.NoError, vusb.PaperEmpty, 0} {
		d.SetStatus(byte(want))
		if got, err := unix.IoctlGetInt(fd, lpGetStatus); got != want || err != nil {
			t.Errorf("status %#x, %v, want %#x", got, err, want)
		}
	}
	id := make([]byte, 256)
	if _, _, e := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), lpDeviceID, uintptr(unsafe.Pointer(&id[0]))); e != 0 {
		t.Fatal(e)
	}
	if n := int(id[0])<<8 | int(id[1]); n != len(slip)+2 || string(id[2:n]) != slip {
		t.Errorf("device id %q", id)
	}
	if _, err := unix.IoctlGetInt(fd, lpReset); err != nil || d.Resets() != 1 {
		t.Errorf("%d resets, %v", d.Resets(), err)
	}
}

func TestSlowStatusIsWaitedFor(t *testing.T) {
	d := vusb.NewPrinter(reader, slip)
	p := vusb.Plug(t, d)
	fd := openPrinter(t, p)
	defer unix.Close(fd)
	const late = 300 * time.Millisecond
	d.Delay(0, late)
	start := time.Now()
	if got, err := unix.IoctlGetInt(fd, lpGetStatus); got != vusb.Selected|vusb.NoError || err != nil {
		t.Errorf("status %#x, %v", got, err)
	}
	if took := time.Since(start); took < late {
		t.Errorf("answered after %v", took)
	}
	d.Delay(0, time.Hour)
	ended := make(chan error, 1)
	go func() { _, err := unix.IoctlGetInt(fd, lpGetStatus); ended <- err }()
	vusb.Wait(t, "the status request", func() bool { return d.Waiting(0) > 0 })
	if err := p.Unplug(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err == nil {
		t.Error("an unplugged printer has a status")
	}
}

func TestPrinterTakesAnswersAndStops(t *testing.T) {
	d := vusb.NewPrinter(reader, slip)
	p := vusb.Plug(t, d)
	fd := openPrinter(t, p)
	if _, err := unix.Open(p.Node(t, "usbmisc"), unix.O_RDWR|unix.O_CLOEXEC, 0); !errors.Is(err, unix.EBUSY) {
		t.Errorf("second owner: %v", err)
	}
	ticket := bytes.Repeat([]byte("0123456789abcdef"), 1000)
	wrote := make(chan error, 1)
	write := func() { _, err := unix.Write(fd, ticket); wrote <- err }
	go write()
	got := make([]byte, len(ticket))
	if _, err := io.ReadFull(d, got); err != nil || !bytes.Equal(got, ticket) {
		t.Errorf("printer got %d bytes, %v", len(got), err)
	}
	if err := <-wrote; err != nil {
		t.Error(err)
	}
	d.Write([]byte{0x12})
	if n, err := unix.Read(fd, got); n != 1 || err != nil || got[0] != 0x12 {
		t.Errorf("back channel: %d bytes, %v", n, err)
	}
	// The paper is out: nothing is taken until the cable is drawn.
	go write()
	vusb.Wait(t, "a transfer that waits", func() bool { return d.Waiting(vusb.PrinterOut) > 0 })
	if err := p.Unplug(); err != nil {
		t.Fatal(err)
	}
	if err := <-wrote; !errors.Is(err, unix.ENODEV) && !errors.Is(err, unix.EIO) {
		t.Errorf("write during the unplug: %v", err)
	}
	unix.Close(fd)
	if err := p.Replug(); err != nil {
		t.Fatal(err)
	}
	unix.Close(openPrinter(t, p))
}
