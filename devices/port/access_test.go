package port_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"hallway/devices"
	"hallway/devices/port"
)

// unprivileged runs f with the rights over files of a user that owns nothing.
func unprivileged(t *testing.T, f func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		f()
		return
	}
	runtime.LockOSThread() // the identity is the thread's
	defer runtime.UnlockOSThread()
	if err := unix.Setfsuid(65534); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := unix.Setfsuid(0); err != nil {
			t.Error(err)
		}
	}()
	f()
}

func TestRightsAreToldFromAbsenceWithoutOpening(t *testing.T) {
	r := tree(t, "kiosk")
	p := find(t, list(t, r), "hid:1-1.3:1.0")
	if err := p.Access(); !errors.Is(err, devices.ErrAbsent) {
		t.Errorf("no node: %v", err)
	}
	touch(t, p.USB.Node)
	if err := p.Access(); err != nil {
		t.Errorf("own node: %v", err)
	}
	for dir := filepath.Dir(p.USB.Node); strings.HasPrefix(dir, os.TempDir()+"/"); dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for mode, allowed := range map[os.FileMode]bool{0o000: false, 0o444: false, 0o666: true} {
		if os.Geteuid() != 0 && mode == 0o666 {
			mode = 0o600
		}
		if err := os.Chmod(p.USB.Node, mode); err != nil {
			t.Fatal(err)
		}
		var err error
		unprivileged(t, func() { err = p.Access() })
		if allowed != (err == nil) || !allowed && !errors.Is(err, devices.ErrDenied) {
			t.Errorf("mode %v: %v", mode, err)
		}
		if !allowed && !strings.Contains(err.Error(), `SUBSYSTEM=="usb", ATTR{idVendor}=="10c4", ATTR{idProduct}=="0007", MODE="0660", GROUP="kiosk"`) {
			t.Errorf("no cure in %v", err)
		}
	}
}

func TestRuleIsOfTheSubsystemThatOpeningNeeds(t *testing.T) {
	all := list(t, captured(t, "kiosk"))
	for id, want := range map[string]string{
		"serial:ttyS1":     `SUBSYSTEM=="tty", KERNEL=="ttyS1", MODE="0660", GROUP="hall"`,
		"serial:1-1.2:1.0": `SUBSYSTEM=="tty", ATTRS{idVendor}=="1a86", ATTRS{idProduct}=="7523", MODE="0660", GROUP="hall"`,
		"hid:1-1.3:1.0":    `SUBSYSTEM=="usb", ATTR{idVendor}=="10c4", ATTR{idProduct}=="0007", MODE="0660", GROUP="hall"`,
		"lp:1-1.4:1.0":     `SUBSYSTEM=="usbmisc", KERNEL=="lp*", ATTRS{idVendor}=="04b8", ATTRS{idProduct}=="0202", MODE="0660", GROUP="hall"`,
		"usb:1-1.5:1.0":    `SUBSYSTEM=="usb", ATTR{idVendor}=="0400", ATTR{idProduct}=="c35a", MODE="0660", GROUP="hall"`,
	} {
		if got := find(t, all, id).Rule("hall"); got != want {
			t.Errorf("%s: %s", id, got)
		}
	}
	if rule := (port.Port{ID: "tcp:192.0.2.7:9100", Transport: port.TCP}).Rule("hall"); rule != "" {
		t.Errorf("TCP: %s", rule)
	}
}
