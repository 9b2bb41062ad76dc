//go:build linux && kernel

package stack

import (
	"context"
	"testing"

	"hallway/devices"
	"hallway/devices/devicestest"
	"hallway/devices/hidport"
	"hallway/devices/lpport"
	"hallway/devices/serialport"
	"hallway/devices/sim"
	"hallway/devices/usbport"
	"hallway/devices/vusb"
)

// Baud is the speed at which [Serial] is opened.
const Baud = 115200

// A Kind is a way to make a device and to open it.
type Kind struct {
	Name string
	// Make returns a fresh device and the end of it that a simulator serves.
	Make func() (vusb.Device, sim.Line)
	// To and From are the endpoints that carry most bytes to the device and from
	// it, for faults.
	To, From byte
	// Open opens the program's end, once the kernel has made what it needs.
	Open func(ctx context.Context, p *vusb.Plugged) (devices.Conn, error)
}

// Transport returns the kind for a conformance suite.
func (k Kind) Transport() devicestest.Transport {
	return devicestest.Transport{Name: k.Name, Plug: func(t testing.TB) devicestest.Port {
		d, line := k.Make()
		p := vusb.Plug(t, d)
		return devicestest.Port{Line: line, Open: func(ctx context.Context) (devices.Conn, error) { return k.Open(ctx, p) }}
	}}
}

// Serial is a CDC-ACM port that package serialport opens.
func Serial(id vusb.Identity) Kind {
	return Kind{"cdc-acm",
		func() (vusb.Device, sim.Line) { s := vusb.NewSerial(id); return s, s.Line },
		vusb.SerialOut, vusb.SerialIn,
		func(ctx context.Context, p *vusb.Plugged) (devices.Conn, error) {
			node, err := p.Find(ctx, "tty")
			if err != nil {
				return nil, err
			}
			return serialport.Open(ctx, node, Baud)
		}}
}

// Printer is a printer-class device that package lpport opens.
func Printer(id vusb.Identity, deviceID string) Kind {
	return Kind{"usblp",
		func() (vusb.Device, sim.Line) { d := vusb.NewPrinter(id, deviceID); return d, d.Line },
		vusb.PrinterOut, vusb.PrinterIn,
		func(ctx context.Context, p *vusb.Plugged) (devices.Conn, error) {
			node, err := p.Find(ctx, "usbmisc")
			if err != nil {
				return nil, err
			}
			return lpport.Open(ctx, node)
		}}
}

// Vendor is a device of vendor class with one pipe each way that package usbport
// opens.
func Vendor(id vusb.Identity) Kind {
	return Kind{"vendor",
		func() (vusb.Device, sim.Line) { d := vusb.NewVendor(id); return d, d.Line },
		vusb.VendorOut, vusb.VendorIn,
		func(ctx context.Context, p *vusb.Plugged) (devices.Conn, error) {
			i, err := Claim(ctx, id, p)
			if err != nil {
				return nil, err
			}
			return i.Conn(vusb.VendorIn, vusb.VendorOut), nil
		}}
}

// Claim opens interface 0 of a device of vendor class.
func Claim(ctx context.Context, id vusb.Identity, p *vusb.Plugged) (*usbport.Interface, error) {
	if err := p.Configured(ctx); err != nil {
		return nil, err
	}
	return usbport.Open(ctx, p.Interface(0), usbport.Options{Vendor: id.Vendor, Product: id.Product})
}

// HID opens interface 0 of a HID device with reports of 64 bytes.
func HID(ctx context.Context, id vusb.Identity, p *vusb.Plugged) (devices.Conn, error) {
	if err := p.Configured(ctx); err != nil {
		return nil, err
	}
	return hidport.Open(ctx, p.Interface(0), hidport.Options{Vendor: id.Vendor, Product: id.Product})
}
