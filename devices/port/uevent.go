package port

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hallway/devices"
)

// Rescan is the Action of an [Event] that is not the kernel's: whatever was
// known may have changed, list anew.
const Rescan = "rescan"

// An Event is one message of the kernel about a device.
type Event struct {
	Action    string // "add", "remove", "bind", "unbind", "change", ...; or Rescan
	Subsystem string // "usb", "tty", "usbmisc", "hidraw", ...
	DevPath   string // in sysfs: "/devices/…/1-1.2:1.0/ttyUSB0/tty/ttyUSB0"
	DevName   string // of the node, below /dev: "ttyUSB0", "bus/usb/001/004"; "" without one
	DevType   string // "usb_device", "usb_interface"; "" in most subsystems
	Product   string // of USB: vendor/product/release in hex without zeros, "400/c35a/100"
	Seq       uint64 // grows by one with each message of the kernel; 0 for a Rescan
	Err       error  // why a Rescan is needed; nil for the first and while polling
}

var (
	errNotKernel = errors.New("not a message of the kernel")

	// errOverflow is the reason of a Rescan after messages were lost.
	errOverflow = errors.New("messages about devices were lost")
)

// ParseEvent reads a message of the kernel: "action@path" and then one KEY=value
// each, all ended by a zero byte (lib/kobject_uevent.c). Keys that it does not
// know are left out. Its error wraps [devices.ErrProtocol].
func ParseEvent(b []byte) (Event, error) {
	header, rest, ended := strings.Cut(string(b), "\x00")
	action, path, ok := strings.Cut(header, "@")
	if !ok || !ended || action == "" || !strings.HasPrefix(path, "/") {
		return Event{}, fmt.Errorf("device message begins %.40q, action@/path belongs there: %w", header, devices.ErrProtocol)
	}
	e := Event{}
	for line := range strings.SplitSeq(rest, "\x00") {
		if err := e.set(line); err != nil {
			return Event{}, err
		}
	}
	if e.Action != action || e.DevPath != path || e.Subsystem == "" {
		return Event{}, fmt.Errorf("device message %.40q: its ACTION, DEVPATH or SUBSYSTEM is missing or another: %w", header, devices.ErrProtocol)
	}
	return e, nil
}

// set takes one line of a message.
func (e *Event) set(line string) (err error) {
	key, value, _ := strings.Cut(line, "=")
	switch key {
	case "ACTION":
		e.Action = value
	case "SUBSYSTEM":
		e.Subsystem = value
	case "DEVPATH":
		e.DevPath = value
	case "DEVNAME":
		e.DevName = value
	case "DEVTYPE":
		e.DevType = value
	case "PRODUCT":
		e.Product = value
	case "SEQNUM":
		if e.Seq, err = strconv.ParseUint(value, 10, 64); err != nil {
			return fmt.Errorf("device message: SEQNUM %.20q is no number: %w", value, devices.ErrProtocol)
		}
	}
	return nil
}

// portSubsystems are those whose devices make or change a port.
var portSubsystems = []string{"usb", "usbmisc", "usb-serial", "tty", "hid", "hidraw"}

// Ports reports whether the event may change what [Root.List] returns.
func (e Event) Ports() bool {
	return e.Action == Rescan || slices.Contains(portSubsystems, e.Subsystem)
}
