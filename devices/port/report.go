package port

import (
	"fmt"
	"path/filepath"

	"hallway/devices"
	"hallway/devices/internal/usbnode"
)

// descriptorLimit is the kernel's own, HID_MAX_DESCRIPTOR_SIZE of linux/hid.h.
const descriptorLimit = 4096

// ReportDescriptor returns the HID report descriptor of a HID port (USB HID
// 1.11, section 6.2.2). The kernel keeps it only while its own HID driver holds
// the interface: before a program opens the port, and after it closes it. At
// other times the error wraps [devices.ErrAbsent].
func (r Root) ReportDescriptor(p Port) ([]byte, error) {
	if p.Transport != HID || p.USB == nil {
		return nil, fmt.Errorf("report descriptor of %s: not a HID port", p.ID)
	}
	dir := r.hidDir(p.USB.Interface)
	if dir == "" {
		return nil, fmt.Errorf("report descriptor of %s: no HID driver of the kernel holds it: %w", p.ID, devices.ErrAbsent)
	}
	b := make([]byte, descriptorLimit+1)
	n, err := slurp(filepath.Join(dir, "report_descriptor"), b)
	switch {
	case err != nil:
		return nil, fmt.Errorf("report descriptor of %s: %w: %w", p.ID, usbnode.Class(err), err)
	case n == 0 || n > descriptorLimit:
		return nil, fmt.Errorf("report descriptor of %s: %d bytes or more, 1 to %d belong there: %w", p.ID, n, descriptorLimit, devices.ErrProtocol)
	}
	return b[:n:n], nil
}
