// Package usbnode finds one interface of a USB device by its name in sysfs,
// such as "1-1.3:1.0" (bus 1, port 1 of the root, port 3 of the hub there,
// configuration 1, interface 0), and the node of usbfs that opens it. It opens
// nothing but text files of sysfs.
//
// Source: Linux kernel documentation, ABI/testing/sysfs-bus-usb and
// ABI/stable/sysfs-bus-usb.
package usbnode

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"hallway/devices"
)

// Root is where the kernel's trees stand; "" is /sys and /dev.
type Root struct{ Sys, Dev string }

// Interface is what sysfs says of one interface and of its device.
type Interface struct {
	ID              string // "1-1.3:1.0"
	Number          int    // bInterfaceNumber
	Alternate       int    // bAlternateSetting
	Configuration   int    // of the device
	Class           byte   // bInterfaceClass: 3 HID, 7 printer, 255 vendor
	Vendor, Product uint16
	Node            string // the device's node of usbfs: "/dev/bus/usb/001/004"
	Driver          string // of the kernel; "usbfs" when a program holds it, "" when nobody does

	dir string
}

// name is an interface's name: bus-port.port:configuration.interface. libusb
// and hidapi make the same one.
var name = regexp.MustCompile(`^(\d+-\d+(?:\.\d+)*):(\d+)\.(\d+)$`)

// Find reads what sysfs says of the interface id. An interface that is not
// there, or goes away meanwhile, gives [devices.ErrAbsent].
func Find(root Root, id string) (Interface, error) {
	part := name.FindStringSubmatch(id)
	if part == nil {
		return Interface{}, fmt.Errorf("USB interface %q: write it as sysfs does, such as 1-1.3:1.0", id)
	}
	tree := filepath.Join(or(root.Sys, "/sys"), "bus/usb/devices")
	r := reader{interfaceDir: filepath.Join(tree, id), deviceDir: filepath.Join(tree, part[1])}
	i := Interface{
		ID:            id,
		dir:           r.interfaceDir,
		Number:        int(r.number(r.interfaceDir, "bInterfaceNumber", 16, 8)),
		Alternate:     int(r.number(r.interfaceDir, "bAlternateSetting", 10, 8)),
		Class:         byte(r.number(r.interfaceDir, "bInterfaceClass", 16, 8)),
		Configuration: int(r.number(r.deviceDir, "bConfigurationValue", 10, 8)),
		Vendor:        uint16(r.number(r.deviceDir, "idVendor", 16, 16)),
		Product:       uint16(r.number(r.deviceDir, "idProduct", 16, 16)),
		Driver:        r.driver(),
	}
	bus := r.number(r.deviceDir, "busnum", 10, 16)
	device := r.number(r.deviceDir, "devnum", 10, 16)
	i.Node = filepath.Join(or(root.Dev, "/dev"), "bus/usb", fmt.Sprintf("%03d/%03d", bus, device))
	if r.err != nil {
		return Interface{}, fmt.Errorf("USB interface %s: %w", id, r.err)
	}
	return i, nil
}

// Expect returns an error that wraps [devices.ErrAbsent] unless the device has
// these numbers. 0 stands for any.
func (i Interface) Expect(vendor, product uint16) error {
	if (vendor == 0 || vendor == i.Vendor) && (product == 0 || product == i.Product) {
		return nil
	}
	return fmt.Errorf("USB interface %s: %04x:%04x is plugged in here, not %04x:%04x: %w",
		i.ID, i.Vendor, i.Product, vendor, product, devices.ErrAbsent)
}

// Access reports whether this process may open the device, without opening it:
// nil, [devices.ErrDenied] or [devices.ErrAbsent].
func (i Interface) Access() error {
	err := unix.Faccessat(unix.AT_FDCWD, i.Node, unix.R_OK|unix.W_OK, unix.AT_EACCESS)
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w: %w", i.Node, Class(err), err)
}

// Held reports whether a program holds the interface through usbfs.
func (i Interface) Held() bool { return i.Driver == "usbfs" }

// Class is the class of the system's error of an open or of a call on an open
// node. Whatever is neither busy, absent nor denied counts as a lost link.
func Class(err error) error {
	switch {
	case errors.Is(err, unix.EBUSY), errors.Is(err, unix.EWOULDBLOCK):
		return devices.ErrBusy
	case errors.Is(err, unix.ENOENT), errors.Is(err, unix.ENODEV), errors.Is(err, unix.ENXIO), errors.Is(err, unix.ENOTDIR):
		return devices.ErrAbsent
	case errors.Is(err, unix.EACCES), errors.Is(err, unix.EPERM):
		return devices.ErrDenied
	}
	return devices.ErrGone
}

// reader reads small text files and keeps the first error.
type reader struct {
	interfaceDir, deviceDir string
	err                     error
}

func (r *reader) number(dir, file string, base, bits int) uint64 {
	if r.err != nil {
		return 0
	}
	text, err := os.ReadFile(filepath.Join(dir, file))
	if err != nil {
		r.err = fmt.Errorf("%w: %w", devices.ErrAbsent, err)
		return 0
	}
	n, err := strconv.ParseUint(strings.TrimSpace(string(text)), base, bits)
	if err != nil { // an unconfigured device has an empty bConfigurationValue
		r.err = fmt.Errorf("%s is %.20q, no number: %w", file, text, devices.ErrAbsent)
	}
	return n
}

// driver returns the name that the link of the interface's driver points to.
func (r *reader) driver() string {
	to, err := os.Readlink(filepath.Join(r.interfaceDir, "driver"))
	if err != nil {
		return ""
	}
	return filepath.Base(to)
}

func or(text, instead string) string {
	if text == "" {
		return instead
	}
	return text
}
