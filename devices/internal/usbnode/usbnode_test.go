package usbnode_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"hallway/devices"
	"hallway/devices/internal/usbnode"
)

// tree writes a HID reader at 1-1.3 as the kernel shows it, and its node.
func tree(t *testing.T) usbnode.Root {
	t.Helper()
	root := usbnode.Root{Sys: filepath.Join(t.TempDir(), "sys"), Dev: filepath.Join(t.TempDir(), "dev")}
	for name, text := range map[string]string{
		"1-1.3/idVendor": "10c4\n", "1-1.3/idProduct": "0007\n", "1-1.3/busnum": "1\n", "1-1.3/devnum": "14\n",
		"1-1.3/bConfigurationValue":  "1\n",
		"1-1.3:1.0/bInterfaceNumber": "00\n", "1-1.3:1.0/bAlternateSetting": " 0\n", "1-1.3:1.0/bInterfaceClass": "03\n",
		"1-1.3:1.0/ep_02/bmAttributes": "03\n", "1-1.3:1.0/ep_02/wMaxPacketSize": "0020\n",
		"1-1.3:1.0/ep_81/bmAttributes": "03\n", "1-1.3:1.0/ep_81/wMaxPacketSize": "0040\n",
	} {
		write(t, filepath.Join(root.Sys, "bus/usb/devices", name), text)
	}
	write(t, filepath.Join(root.Dev, "bus/usb/001/014"), "")
	return root
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
		t.Fatal(err)
	}
}

func TestFindReadsWhatSysfsSays(t *testing.T) {
	root := tree(t)
	i, err := usbnode.Find(root, "1-1.3:1.0")
	if err != nil {
		t.Fatal(err)
	}
	if i.Vendor != 0x10C4 || i.Product != 7 || i.Class != 3 || i.Number != 0 || i.Configuration != 1 || i.Driver != "" || i.Held() {
		t.Errorf("got %+v", i)
	}
	if want := filepath.Join(root.Dev, "bus/usb/001/014"); i.Node != want {
		t.Errorf("node %s, want %s", i.Node, want)
	}
	if n, err := i.InputPacket(); n != 64 || err != nil {
		t.Errorf("packets of %d, %v", n, err)
	}
	if err := i.Access(); err != nil {
		t.Error(err)
	}
	for _, driver := range []string{"usbhid", "usbfs"} {
		link := filepath.Join(root.Sys, "bus/usb/devices/1-1.3:1.0/driver")
		_ = os.Remove(link)
		if err := os.Symlink("../../../bus/usb/drivers/"+driver, link); err != nil {
			t.Fatal(err)
		}
		if i, err := usbnode.Find(root, "1-1.3:1.0"); err != nil || i.Driver != driver || i.Held() != (driver == "usbfs") {
			t.Errorf("driver %q, held %t, %v", i.Driver, i.Held(), err)
		}
	}
}

func TestInterfaceThatIsNotThereIsAbsent(t *testing.T) {
	root := tree(t)
	if _, err := usbnode.Find(root, "1-1.4:1.0"); !errors.Is(err, devices.ErrAbsent) {
		t.Errorf("nothing plugged in: %v", err)
	}
	i, err := usbnode.Find(root, "1-1.3:1.0")
	if err != nil {
		t.Fatal(err)
	}
	if err := i.Expect(0x10C4, 0); err != nil {
		t.Error(err)
	}
	if err := i.Expect(0x10C4, 8); !errors.Is(err, devices.ErrAbsent) || !strings.Contains(err.Error(), "10c4:0007") {
		t.Errorf("another device: %v", err)
	}
	if err := os.Remove(i.Node); err != nil {
		t.Fatal(err)
	}
	if err := i.Access(); !errors.Is(err, devices.ErrAbsent) {
		t.Errorf("no node: %v", err)
	}
	for file, text := range map[string]string{"devnum": "x", "bConfigurationValue": "\n", "idVendor": "12345"} {
		root := tree(t)
		write(t, filepath.Join(root.Sys, "bus/usb/devices/1-1.3", file), text)
		if _, err := usbnode.Find(root, "1-1.3:1.0"); !errors.Is(err, devices.ErrAbsent) {
			t.Errorf("%s is %q: %v", file, text, err)
		}
	}
}

func TestNameThatIsNoInterfaceSaysHowToWriteIt(t *testing.T) {
	for _, id := range []string{"", "1-1", "usb1", "1-1:1", "../1-1:1.0", "1-1:1.0/..", "1-1.:1.0", "x1-1:1.0"} {
		if _, err := usbnode.Find(tree(t), id); err == nil || !strings.Contains(err.Error(), "such as 1-1.3:1.0") {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func TestInterfaceWithoutInputHasNoPacket(t *testing.T) {
	root := tree(t)
	write(t, filepath.Join(root.Sys, "bus/usb/devices/1-1.3:1.0/ep_81/bmAttributes"), "02\n")
	i, err := usbnode.Find(root, "1-1.3:1.0")
	if err != nil {
		t.Fatal(err)
	}
	if n, err := i.InputPacket(); !errors.Is(err, devices.ErrGone) {
		t.Errorf("got %d, %v", n, err)
	}
}

func TestSystemErrorsHaveTheirClass(t *testing.T) {
	for errno, want := range map[error]error{
		unix.EBUSY: devices.ErrBusy, unix.EACCES: devices.ErrDenied, unix.EPERM: devices.ErrDenied,
		unix.ENOENT: devices.ErrAbsent, unix.ENODEV: devices.ErrAbsent, unix.EIO: devices.ErrGone,
	} {
		if got := usbnode.Class(errno); got != want {
			t.Errorf("%v is %v, want %v", errno, got, want)
		}
	}
}
