package port

import (
	"cmp"
	"fmt"
)

// Root is where the kernel's trees stand. "" is /sys and /dev; a captured tree
// stands elsewhere.
type Root struct{ Sys, Dev string }

func (r Root) sys() string { return cmp.Or(r.Sys, "/sys") }
func (r Root) dev() string { return cmp.Or(r.Dev, "/dev") }

// A Transport is the way in which a port is opened.
type Transport string

// The transports, by the package that opens them.
const (
	Serial Transport = "serial" // serialport: UART or USB converter
	HID    Transport = "hid"    // hidport, through usbfs
	LP     Transport = "lp"     // lpport: printer behind usblp
	USB    Transport = "usb"    // usbport: vendor or printer class through usbfs
	TCP    Transport = "tcp"    // tcpport; never listed
)

// A Port is one way to open one device that is plugged in.
type Port struct {
	// ID is the transport with the UART's name or the USB interface:
	// "serial:ttyS1", "hid:1-1.3:1.0". It stays the same when the device comes
	// back to the same socket. Further lines of a converter that has several
	// on one interface end with their number: "serial:1-1.2:1.0+1".
	ID        string
	Transport Transport
	// Node is the node that a driver of the kernel made: "/dev/ttyUSB0",
	// "/dev/usb/lp0", "/dev/hidraw0"; "" when there is none. Its number moves.
	Node   string
	Driver string     // of the kernel; "usbfs" while a program holds the interface; "" without
	USB    *Interface // nil unless on USB
	UART   string     // "ttyS1"; "" unless on board
	Line   int        // of a converter with several lines on one interface, from 0
}

// An Interface is one interface of a USB device with its device. Texts are what
// the device says of itself, without what cannot be printed, at most 126
// characters; "" when it says nothing.
type Interface struct {
	Path      string // of the device: bus and sockets, "1-1.3"
	Interface string // Path with configuration and interface: "1-1.3:1.0"
	Number    int    // bInterfaceNumber

	Vendor, Product     uint16
	Serial, Maker, Name string

	Class, Subclass, Protocol byte // of the interface

	Bus, Device int    // Device grows with each plug
	Node        string // of usbfs: "/dev/bus/usb/001/004"
	Speed       string // Mbit/s: "1.5", "12", "480"
	Endpoints   []Endpoint
}

// An Endpoint is one pipe of an interface, without the control pipe.
type Endpoint struct {
	Address   byte   // bEndpointAddress; bit 7 set = to the host
	Type      string // "Bulk", "Interrupt", "Isoc", as sysfs writes it
	MaxPacket int    // bytes
}

// In reports whether the endpoint carries bytes to the host.
func (e Endpoint) In() bool { return e.Address&0x80 != 0 }

// Opens returns the node that opening the port opens, whose rights count: that
// of usbfs for HID and vendor class. It is "" over TCP.
func (p Port) Opens() string {
	if p.USB != nil && (p.Transport == HID || p.Transport == USB) {
		return p.USB.Node
	}
	return p.Node
}

// String says what the port is to a technician: its ID, node, numbers, texts.
func (p Port) String() string {
	text := p.ID
	if p.Node != "" {
		text += " " + p.Node
	}
	if u := p.USB; u != nil {
		text += fmt.Sprintf(" %04x:%04x", u.Vendor, u.Product)
		for _, more := range []string{u.Maker, u.Name} {
			if more != "" {
				text += " " + more
			}
		}
	}
	return text
}
