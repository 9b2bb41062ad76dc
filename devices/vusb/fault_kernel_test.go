//go:build linux && kernel

package vusb_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"runtime"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"hallway/devices/vusb"
)

// usbfs is the node of a device with interface 0 claimed. Its calls wait in the
// kernel; the ports of this house do better, see package usbport.
type usbfs struct {
	*testing.T
	f *os.File
}

// The requests of usbfs on 64-bit Linux (linux/usbdevice_fs.h).
const (
	usbfsClaim     = 0x8004550F
	usbfsBulk      = 0xC0185502
	usbfsClearHalt = 0x80045515
)

func claim(t *testing.T, p *vusb.Plugged) usbfs {
	t.Helper()
	f, err := os.OpenFile(p.USBNode(t), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	u := usbfs{t, f}
	if e := u.ioctl(usbfsClaim, unsafe.Pointer(new(uint32))); e != 0 {
		t.Fatal(e)
	}
	return u
}

func (u usbfs) ioctl(request uint, arg unsafe.Pointer) unix.Errno {
	_, _, e := unix.Syscall(unix.SYS_IOCTL, u.f.Fd(), uintptr(request), uintptr(arg))
	return e
}

// bulk does one transfer of at most five seconds.
func (u usbfs) bulk(endpoint byte, b []byte) (int, error) {
	args := struct {
		endpoint, length, ms uint32
		data                 unsafe.Pointer
	}{uint32(endpoint), uint32(len(b)), 5000, unsafe.Pointer(unsafe.SliceData(b))}
	n, _, e := unix.Syscall(unix.SYS_IOCTL, u.f.Fd(), usbfsBulk, uintptr(unsafe.Pointer(&args)))
	runtime.KeepAlive(b)
	if e != 0 {
		return 0, e
	}
	return int(n), nil
}

func (u usbfs) clearHalt(endpoint byte) {
	u.Helper()
	number := uint32(endpoint)
	if e := u.ioctl(usbfsClearHalt, unsafe.Pointer(&number)); e != 0 {
		u.Fatal(e)
	}
}

// want does one IN transfer.
func (u usbfs) want(text string) {
	u.Helper()
	b := make([]byte, 512)
	if n, err := u.bulk(vusb.VendorIn, b); err != nil || string(b[:n]) != text {
		u.Errorf("got %q, %v, want %q", b[:n], err, text)
	}
}

func TestVendorPipesCarryMessages(t *testing.T) {
	for _, fast := range []bool{false, true} {
		id := reader
		id.HighSpeed = fast
		d := vusb.NewVendor(id)
		u := claim(t, vusb.Plug(t, d))
		echo(t, d)
		out := bytes.Repeat([]byte("abcd"), 50)
		if n, err := u.bulk(vusb.VendorOut, out); n != len(out) || err != nil {
			t.Fatal(n, err)
		}
		u.want(string(out))
	}
}

func TestFourPipesSplitAndJoin(t *testing.T) {
	d := vusb.NewFourPipe(reader, 7)
	u := claim(t, vusb.Plug(t, d))
	echo(t, d)
	for _, part := range []struct {
		endpoint byte
		text     string
	}{{vusb.VendorOut, "headers"}, {vusb.BodyOut, "and body"}} {
		if n, err := u.bulk(part.endpoint, []byte(part.text)); n != len(part.text) || err != nil {
			t.Fatal(n, err)
		}
	}
	b := make([]byte, 512)
	if n, err := u.bulk(vusb.VendorIn, b); err != nil || string(b[:n]) != "headers" {
		t.Errorf("got %q, %v", b[:n], err)
	}
	d.Write([]byte("HEADERSBODY"))
	u.want("and bod") // echo answers the body as a message of its own
	u.want("HEADERS")
	for _, want := range []string{"y", "BODY"} {
		if n, err := u.bulk(vusb.BodyIn, b); err != nil || string(b[:n]) != want {
			t.Errorf("got %q, %v, want %q", b[:n], err, want)
		}
	}
}

func TestStalledPipeRefusesUntilItIsCleared(t *testing.T) {
	d := vusb.NewVendor(reader)
	u := claim(t, vusb.Plug(t, d))
	d.Inject(vusb.VendorIn, 4, vusb.Stall)
	d.Write([]byte("cardreader"))
	u.want("card")
	for range 2 {
		if _, err := u.bulk(vusb.VendorIn, make([]byte, 512)); !errors.Is(err, unix.EPIPE) {
			t.Errorf("stalled: %v", err)
		}
	}
	u.clearHalt(vusb.VendorIn)
	u.want("reader")
}

func TestLostBytesNeverArrive(t *testing.T) {
	d := vusb.NewVendor(reader)
	u := claim(t, vusb.Plug(t, d))
	d.Inject(vusb.VendorOut, 3, vusb.Lose)
	if n, err := u.bulk(vusb.VendorOut, nil); n != 0 || err != nil {
		t.Error(n, err)
	}
	sent := make(chan error, 1)
	go func() { _, err := u.bulk(vusb.VendorOut, []byte("abcdef")); sent <- err }()
	b := make([]byte, 16)
	if n, err := io.ReadFull(d, b[:3]); err != nil || string(b[:n]) != "abc" {
		t.Errorf("device got %q, %v", b[:n], err)
	}
	if err := <-sent; err != nil {
		t.Error(err)
	}
	d.Clear(vusb.VendorOut)
	go func() { _, err := u.bulk(vusb.VendorOut, []byte("ghi")); sent <- err }()
	if n, err := d.Read(b); err != nil || string(b[:n]) != "ghi" {
		t.Errorf("device got %q, %v", b[:n], err)
	}
	if err := <-sent; err != nil {
		t.Error(err)
	}
}

func TestTransferShorterThanAPacketBabbles(t *testing.T) {
	d := vusb.NewVendor(reader)
	u := claim(t, vusb.Plug(t, d))
	d.Write([]byte("a whole frame"))
	if _, err := u.bulk(vusb.VendorIn, make([]byte, 7)); !errors.Is(err, unix.EOVERFLOW) {
		t.Errorf("got %v", err)
	}
}

func TestCableIsDrawnAtTheByte(t *testing.T) {
	d := vusb.NewVendor(reader)
	p := vusb.Plug(t, d)
	for at := range 8 {
		u := claim(t, p)
		d.Inject(vusb.VendorIn, at, vusb.PullOut)
		d.Write([]byte("readers"))
		got, b := []byte{}, make([]byte, 512)
		for {
			n, err := u.bulk(vusb.VendorIn, b)
			if err != nil {
				if at == len("readers") {
					t.Errorf("at %d: %v", at, err)
				}
				break
			}
			if got = append(got, b[:n]...); len(got) == len("readers") {
				break
			}
		}
		if string(got) != "readers"[:at] {
			t.Errorf("at %d: got %q", at, got)
		}
		u.f.Close()
		if at < len("readers") {
			p.Gone(t)
		}
		if err := errors.Join(p.Unplug(), p.Replug()); err != nil {
			t.Fatal(err)
		}
	}
}
