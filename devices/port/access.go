package port

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"

	"hallway/devices"
	"hallway/devices/internal/usbnode"
)

const (
	// Group is the group of the terminal's programs in udev rules.
	Group = "kiosk"
	// RulesFile is where a terminal keeps its udev rules.
	RulesFile = "/etc/udev/rules.d/70-hallway.rules"
)

// Access reports whether this process may open the port, without opening it. The
// error wraps [devices.ErrDenied] and names the rule that cures it, or
// [devices.ErrAbsent] while the node is not there, which is so for the moment
// until the kernel has made it. A TCP port has no rights.
func (p Port) Access() error {
	node := p.Opens()
	if node == "" {
		if p.Transport == TCP {
			return nil
		}
		return fmt.Errorf("rights of %s: no node: %w", p.ID, devices.ErrAbsent)
	}
	err := unix.Faccessat(unix.AT_FDCWD, node, unix.R_OK|unix.W_OK, unix.AT_EACCESS)
	if err == nil {
		return nil
	}
	class := usbnode.Class(err)
	if errors.Is(class, devices.ErrDenied) {
		return fmt.Errorf("rights of %s: %s: %w, write into %s: %s, then plug in again", p.ID, node, class, RulesFile, p.Rule(Group))
	}
	return fmt.Errorf("rights of %s: %s: %w: %w", p.ID, node, class, err)
}

// Rule returns the line of a udev rule that gives group the right to open the
// port and all devices of its kind, or "" for a port that udev does not rule. HID
// and vendor class are opened through usbfs, whose rule is of the subsystem usb;
// one of hidraw does not help. Source: udev(7).
func (p Port) Rule(group string) string {
	grant := fmt.Sprintf(`MODE="0660", GROUP="%s"`, group)
	switch {
	case p.UART != "":
		return fmt.Sprintf(`SUBSYSTEM=="tty", KERNEL=="%s", %s`, p.UART, grant)
	case p.USB == nil:
		return ""
	}
	match := map[Transport]string{
		Serial: `SUBSYSTEM=="tty", ATTRS{idVendor}=="%04x", ATTRS{idProduct}=="%04x", %s`,
		LP:     `SUBSYSTEM=="usbmisc", KERNEL=="lp*", ATTRS{idVendor}=="%04x", ATTRS{idProduct}=="%04x", %s`,
		HID:    `SUBSYSTEM=="usb", ATTR{idVendor}=="%04x", ATTR{idProduct}=="%04x", %s`,
		USB:    `SUBSYSTEM=="usb", ATTR{idVendor}=="%04x", ATTR{idProduct}=="%04x", %s`,
	}[p.Transport]
	return fmt.Sprintf(match, p.USB.Vendor, p.USB.Product, grant)
}
