package usbnode

import (
	"fmt"
	"path/filepath"

	"hallway/devices"
)

// InputPacket returns the packet size in bytes of the interface's first
// interrupt IN endpoint, which a HID interface must have (USB HID 1.11, 4.4).
func (i Interface) InputPacket() (int, error) {
	all, err := filepath.Glob(filepath.Join(i.dir, "ep_8*"))
	if err != nil {
		return 0, err
	}
	for _, dir := range all {
		r := reader{}
		attributes := r.number(dir, "bmAttributes", 16, 8)
		size := r.number(dir, "wMaxPacketSize", 16, 16)
		if r.err == nil && attributes&3 == 3 && size&0x7FF > 0 {
			return int(size & 0x7FF), nil
		}
	}
	return 0, fmt.Errorf("USB interface %s: no interrupt IN endpoint (yet): %w", i.ID, devices.ErrGone)
}
