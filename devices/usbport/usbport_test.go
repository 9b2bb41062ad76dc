package usbport_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"hallway/devices"
	"hallway/devices/usbport"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// constructed writes a vendor interface as sysfs shows it, with node as the
// content of the device's node.
func constructed(t *testing.T, node []byte) usbport.Options {
	t.Helper()
	o := usbport.Options{Sys: filepath.Join(t.TempDir(), "sys"), Dev: filepath.Join(t.TempDir(), "dev")}
	for path, text := range map[string]string{
		"1-1/idVendor": "0400", "1-1/idProduct": "c35a", "1-1/busnum": "1", "1-1/devnum": "2", "1-1/bConfigurationValue": "1",
		"1-1:1.0/bInterfaceNumber": "00", "1-1:1.0/bAlternateSetting": " 0", "1-1:1.0/bInterfaceClass": "ff",
	} {
		write(t, filepath.Join(o.Sys, "bus/usb/devices", path), []byte(text))
	}
	write(t, filepath.Join(o.Dev, "bus/usb/001/002"), node)
	return o
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, data, 0o644)); err != nil {
		t.Fatal(err)
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	o := constructed(t, nil)
	if _, err := usbport.Open(t.Context(), "1-2:1.0", o); !errors.Is(err, devices.ErrAbsent) {
		t.Errorf("nothing plugged in: %v", err)
	}
	if _, err := usbport.Open(t.Context(), "1-1", o); err == nil || errors.Is(err, devices.ErrAbsent) {
		t.Errorf("a device in place of an interface: %v", err)
	}
	if _, err := usbport.Open(t.Context(), "1-1:1.0", o); !errors.Is(err, devices.ErrProtocol) {
		t.Errorf("a node without descriptors: %v", err)
	}
	if err := os.Remove(filepath.Join(o.Dev, "bus/usb/001/002")); err != nil {
		t.Fatal(err)
	}
	if _, err := usbport.Open(t.Context(), "1-1:1.0", o); !errors.Is(err, devices.ErrAbsent) {
		t.Errorf("no node: %v", err)
	}
	o.Vendor = 0x1234
	if _, err := usbport.Open(t.Context(), "1-1:1.0", o); !errors.Is(err, devices.ErrAbsent) {
		t.Errorf("another device: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := usbport.Open(ctx, "1-1:1.0", o); !errors.Is(err, context.Canceled) {
		t.Errorf("ended context: %v", err)
	}
}

// A file that reads as a device's descriptors but is no node of usbfs.
func TestFileThatIsNoDeviceIsRefused(t *testing.T) {
	o := constructed(t, []byte{
		18, 1, 0, 2, 0, 0, 0, 64, 0x00, 0x04, 0x5A, 0xC3, 0, 1, 0, 0, 0, 1,
		9, 2, 32, 0, 1, 1, 0, 0x80, 50,
		9, 4, 0, 0, 2, 0xFF, 0, 0, 0, 7, 5, 0x81, 2, 64, 0, 0, 7, 5, 0x02, 2, 64, 0, 0,
	})
	if _, err := usbport.Open(t.Context(), "1-1:1.0", o); !errors.Is(err, devices.ErrGone) {
		t.Errorf("got %v", err)
	}
}
