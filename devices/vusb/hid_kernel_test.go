//go:build linux && kernel

package vusb_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"hallway/devices/vusb"
)

// openNode opens a node of the device as a file with deadlines.
func openNode(t *testing.T, p *vusb.Plugged, subsystem string) *os.File {
	t.Helper()
	f, err := os.OpenFile(p.Node(t, subsystem), os.O_RDWR|unix.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	if err := f.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return f
}

// sendReport sends an output report without a number, which the kernel ends
// when the device has taken it.
func sendReport(t *testing.T, f *os.File, h *vusb.HID, report []byte) {
	t.Helper()
	sent := make(chan error, 1)
	go func() { _, err := f.Write(append([]byte{0}, report...)); sent <- err }()
	got := make([]byte, 1024)
	if n, err := h.Read(got); err != nil || !bytes.Equal(got[:n], report) {
		t.Errorf("device got % X, %v", got[:n], err)
	}
	if err := <-sent; err != nil {
		t.Fatal(err)
	}
}

func TestHIDCarriesReports(t *testing.T) {
	h := vusb.NewHID(reader, vusb.HIDOptions{In: 64, Out: 64})
	p := vusb.Plug(t, h)
	for round := range 3 {
		f := openNode(t, p, "hidraw")
		out := bytes.Repeat([]byte{7}, 64)
		sendReport(t, f, h, out)
		got := make([]byte, 256)
		h.Write([]byte("short"))
		h.Write(out)
		want := append([]byte("short"), make([]byte, 59)...)
		for _, want := range [][]byte{want, out} {
			if n, err := f.Read(got); err != nil || !bytes.Equal(got[:n], want) {
				t.Errorf("program got % X, %v", got[:n], err)
			}
		}
		if err := p.Unplug(); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Read(got); !errors.Is(err, unix.EIO) && !errors.Is(err, unix.ENODEV) {
			t.Errorf("read after the unplug: %v", err)
		}
		f.Close()
		if err := p.Replug(); err != nil {
			t.Fatalf("replug %d: %v", round, err)
		}
	}
	if _, err := h.Write(make([]byte, 65)); err == nil {
		t.Error("an input report of 65 bytes is sent")
	}
}

func TestKernelReadsTheReportDescriptors(t *testing.T) {
	for name, d := range map[string]vusb.Device{
		"vendor":   vusb.NewHID(reader, vusb.HIDOptions{In: 300, Out: 64}),
		"keyboard": vusb.NewKeyboard(reader),
		"scanner":  vusb.NewScanner(reader),
	} {
		t.Run(name, func(t *testing.T) {
			p := vusb.Plug(t, d)
			f := openNode(t, p, "hidraw")
			length, err := unix.IoctlGetInt(int(f.Fd()), unix.HIDIOCGRDESCSIZE)
			if err != nil || length == 0 {
				t.Fatal(length, err)
			}
			files, err := filepath.Glob("/sys/bus/usb/devices/" + p.Interface(0) + "/*/report_descriptor")
			if err != nil || len(files) != 1 {
				t.Fatal(files, err)
			}
			if b, err := os.ReadFile(files[0]); err != nil || len(b) != length {
				t.Errorf("%d bytes, %v, want %d", len(b), err, length)
			}
		})
	}
}

func TestReportLargerThanAPacketComesWhole(t *testing.T) {
	h := vusb.NewHID(reader, vusb.HIDOptions{In: 337, Out: 100})
	f := openNode(t, vusb.Plug(t, h), "hidraw")
	want := make([]byte, 337)
	for i := range want {
		want[i] = byte(i)
	}
	h.Write(want)
	got := make([]byte, 1024)
	if n, err := f.Read(got); err != nil || !bytes.Equal(got[:n], want) {
		t.Errorf("program got %d bytes, %v", n, err)
	}
	sendReport(t, f, h, want[:100])
}

func TestScannerCutsLongCodes(t *testing.T) {
	s := vusb.NewScanner(reader)
	f := openNode(t, vusb.Plug(t, s), "hidraw")
	code := string(bytes.Repeat([]byte("0123456789"), 12))
	if err := s.Scan("]Q1", code); err != nil {
		t.Fatal(err)
	}
	var got []byte
	for more := true; more; {
		b := make([]byte, 128)
		n, err := f.Read(b)
		if err != nil || n != 64 || b[0] != 2 || string(b[2:5]) != "]Q1" {
			t.Fatalf("% X, %v", b[:n], err)
		}
		got = append(got, b[5:5+b[1]]...)
		more = b[63]&1 != 0
	}
	if string(got) != code {
		t.Errorf("got %q", got)
	}
}

func TestKeyboardTypesAndHasLamps(t *testing.T) {
	k := vusb.NewKeyboard(vusb.Identity{Vendor: 0x1209, Product: 2, Name: "Keypad"})
	p := vusb.Plug(t, k)
	f := openNode(t, p, "input")
	if err := k.Press(0x59, 0x58); err != nil { // 1, Enter
		t.Fatal(err)
	}
	const event, keyPad1, keyPadEnter = 24, 79, 96 // struct input_event, KEY_KP1, KEY_KPENTER
	var keys []byte
	for len(keys) < 2 {
		b := make([]byte, event)
		if _, err := io.ReadFull(f, b); err != nil {
			t.Fatal(err)
		}
		if kind, down := b[16], b[20]; kind == 1 && down == 1 {
			keys = append(keys, b[18])
		}
	}
	if !slices.Equal(keys, []byte{keyPad1, keyPadEnter}) {
		t.Errorf("keys %v", keys)
	}
	lamp := make([]byte, event) // EV_LED, LED_NUML, on
	lamp[16], lamp[20] = 0x11, 1
	if _, err := f.Write(lamp); err != nil {
		t.Fatal(err)
	}
	if err := k.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	for b := make([]byte, 8); b[0] != 1; { // the kernel sets all lamps off first
		if _, err := k.Read(b); err != nil {
			t.Fatal(err)
		}
	}
}
