package drivers

import (
	"context"

	"hallway/devices"
	"hallway/devices/hidinput"
	"hallway/devices/hidport"
	"hallway/devices/port"
)

// A hidDevice is what a HID device says of its reports. The kernel tells it only
// before the device is opened; the zero value is a device that was not asked.
type hidDevice struct {
	descriptor []byte
	parsed     hidinput.Descriptor
}

// describe reads the report descriptor of a port.
func (p *Ports) describe(at port.Port) (h hidDevice) {
	b, err := p.root.ReportDescriptor(at)
	if err != nil {
		return h
	}
	h.descriptor = b
	if d, err := hidinput.ParseDescriptor(b); err == nil {
		h.parsed = d
	}
	return h
}

// open opens the device so that each read is one input report.
func (h hidDevice) open(ctx context.Context, at port.Port) (devices.Conn, error) {
	longest := 0
	for _, f := range h.parsed.Fields {
		longest = max(longest, h.parsed.Len(hidinput.Input, f.Report))
	}
	return hidport.Open(ctx, at.USB.Interface, hidport.Options{
		Vendor: at.USB.Vendor, Product: at.USB.Product, ReportLen: longest, Numbered: h.parsed.Numbered,
	})
}

// usageKeyboard is a keyboard's application (HID Usage Tables 1.5, section 4).
const usageKeyboard hidinput.Usage = 0x00010006

// keyboard reports whether the device types.
func (h hidDevice) keyboard() bool {
	for _, f := range h.parsed.Fields {
		if f.Application == usageKeyboard {
			return true
		}
	}
	return false
}
