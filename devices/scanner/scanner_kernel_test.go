//go:build linux && kernel

package scanner_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"hallway/devices"
	"hallway/devices/hidinput"
	"hallway/devices/hidport"
	"hallway/devices/scanner"
	"hallway/devices/scanner/sim"
	"hallway/devices/vusb"
)

// gun is the identity of the virtual scanners; its vendor id is the one for
// tests (pid.codes).
var gun = vusb.Identity{Vendor: 0x1209, Product: 0x0001, Maker: "Hallway", Name: "Scanner"}

// reading polls s until the test ends.
func reading(t *testing.T, s *scanner.Scanner) (scans chan scanner.Scan, ended chan error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	scans, ended = make(chan scanner.Scan, 100), make(chan error, 1)
	go func() { ended <- s.Poll(ctx, func(s scanner.Scan) { scans <- s }) }()
	t.Cleanup(func() {
		cancel()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return scans, ended
}

// expect has code sent until it arrives: whether Poll has begun cannot be seen
// from outside.
func expect(t *testing.T, scans chan scanner.Scan, aim, code string, send func() error) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; {
		if time.Now().After(deadline) {
			t.Fatalf("%q does not arrive", code)
		}
		if err := send(); err != nil {
			t.Fatal(err)
		}
		select {
		case s := <-scans:
			if got := string(s.Code.Reveal("test")); got != code || s.AIM != aim {
				t.Errorf("got %q, AIM %q", got, s.AIM)
			}
			return
		case <-time.After(time.Second):
		}
	}
}

func TestHIDScannerIsReadOverUSBAndComesBack(t *testing.T) {
	g := vusb.NewScanner(gun)
	p := vusb.Plug(t, g)
	p.Ready(t)
	var layout scanner.Layout
	vusb.Wait(t, "the report descriptor", func() bool {
		files, _ := filepath.Glob("/sys/bus/usb/devices/" + p.Interface(0) + "/*/report_descriptor")
		if len(files) != 1 {
			return false
		}
		b, err := os.ReadFile(files[0])
		if err != nil || len(b) == 0 {
			return false
		}
		layout, err = scanner.ParseLayout(b)
		return err == nil
	})
	if layout != scanner.Honeywell {
		t.Errorf("layout %+v", layout)
	}
	for range 2 {
		conn, err := hidport.Open(t.Context(), p.Interface(0), hidport.Options{Numbered: true})
		if err != nil {
			t.Fatal(err)
		}
		s, err := scanner.OpenPOS(t.Context(), conn, scanner.Options{Layout: &layout, Gap: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		scans, ended := reading(t, s)
		long := strings.Repeat("0123456789", 30)
		expect(t, scans, "]Q1", "hall:T001", func() error { return g.Scan("]Q1", "hall:T001") })
		expect(t, scans, "]Q1", long, func() error { return g.Scan("]Q1", long) })
		if err := p.Unplug(); err != nil {
			t.Fatal(err)
		}
		if err := <-ended; !errors.Is(err, devices.ErrGone) {
			t.Errorf("after unplug: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		p.Gone(t)
		if err := p.Replug(); err != nil {
			t.Fatal(err)
		}
		p.Ready(t)
	}
}

// typing writes a code as a keyboard does.
func typing(k io.Writer, code string) error {
	reports, err := sim.Type(code)
	for _, r := range reports {
		if err == nil {
			_, err = k.Write(r)
		}
	}
	return err
}

func TestKeyboardScannerIsGrabbed(t *testing.T) {
	k := vusb.NewKeyboard(gun)
	p := vusb.Plug(t, k)
	node := p.Node(t, "input")
	other, err := os.OpenFile(node, os.O_RDONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	conn, err := hidinput.OpenKeyboard(t.Context(), node)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := hidinput.OpenKeyboard(t.Context(), node); !errors.Is(err, devices.ErrBusy) {
		t.Errorf("grabbed twice: %v", err)
	}
	// The guest is slow; the kernel's clock is what counts.
	s := scanner.OpenKeyboard(conn, scanner.Options{Burst: time.Second, Gap: time.Minute})
	scans, ended := reading(t, s)
	const code = "https://example.org/Q?a=1&b={2}"
	expect(t, scans, "", code, func() error { return typing(k, code) })
	if err := other.SetReadDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if n, err := other.Read(make([]byte, 4096)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("%d bytes of a grabbed keyboard reach another program, %v", n, err)
	}
	if err := p.Unplug(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, devices.ErrGone) {
		t.Errorf("after unplug: %v", err)
	}
}

func TestKeyboardScannerIsReadInsteadOfTheKernel(t *testing.T) {
	k := vusb.NewKeyboard(gun)
	p := vusb.Plug(t, k)
	node := p.Node(t, "input")
	conn, err := hidport.Open(t.Context(), p.Interface(0), hidport.Options{ReportLen: 8})
	if err != nil {
		t.Fatal(err)
	}
	scans, _ := reading(t, scanner.OpenBoot(conn, scanner.Options{Gap: time.Minute}))
	expect(t, scans, "", "Ticket-001", func() error { return typing(k, "Ticket-001") })
	if _, err := os.Stat(node); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the kernel still has the keyboard as %s: %v", node, err)
	}
}
