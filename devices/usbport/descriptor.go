package usbport

import (
	"encoding/binary"
	"fmt"
	"io"

	"hallway/devices"
)

// An endpoint is one pipe of an interface.
type endpoint struct {
	address byte // bit 7: IN
	kind    byte // urbBulk or urbInterrupt
	packet  int  // bytes a packet at most
}

func (e endpoint) in() bool { return e.address&0x80 != 0 }

// Types of descriptor and their lengths (USB 2.0, 9.6).
const (
	deviceType, configurationType, interfaceType, endpointType         = 1, 2, 4, 5
	deviceLength, configurationLength, interfaceLength, endpointLength = 18, 9, 9, 7
)

// place says which setting of which interface is meant.
type place struct{ configuration, number, alternate int }

// descriptors is what a node of usbfs reads as: the device's descriptor, then
// each configuration with all that belongs to it.
type descriptors []byte

// readDescriptors reads them from an open node. A device has fewer than 64 KiB
// a configuration.
func readDescriptors(r io.Reader) (descriptors, error) {
	d, err := io.ReadAll(io.LimitReader(r, 1<<20))
	if err != nil {
		return nil, fmt.Errorf("read descriptors: %w", err)
	}
	if len(d) < deviceLength || d[0] < deviceLength || d[1] != deviceType {
		return nil, fmt.Errorf("read descriptors: %d bytes that are not a device's: %w", len(d), devices.ErrProtocol)
	}
	return d, nil
}

// ids returns idVendor and idProduct.
func (d descriptors) ids() (vendor, product uint16) {
	return binary.NativeEndian.Uint16(d[8:]), binary.NativeEndian.Uint16(d[10:])
}

// endpoints returns the bulk and interrupt pipes of one setting of an interface.
func (d descriptors) endpoints(want place) ([]endpoint, error) {
	var at place
	var found []endpoint
	for rest := []byte(d); len(rest) > 0; {
		n := int(rest[0])
		if n < 2 || n > len(rest) {
			return nil, fmt.Errorf("descriptors: one of %d bytes with %d left: %w", n, len(rest), devices.ErrProtocol)
		}
		one := rest[:n]
		rest = rest[n:]
		switch {
		case one[1] == configurationType && n >= configurationLength:
			at = place{configuration: int(one[5]), number: -1}
		case one[1] == interfaceType && n >= interfaceLength:
			at.number, at.alternate = int(one[2]), int(one[3])
		case one[1] == endpointType && n >= endpointLength && at == want:
			if e, ok := pipe(one); ok {
				found = append(found, e)
			}
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("descriptors: interface %d has no bulk and no interrupt endpoint: %w", want.number, devices.ErrProtocol)
	}
	return found, nil
}

// pipe reads an endpoint's descriptor (USB 2.0, 9.6.6).
func pipe(d []byte) (endpoint, bool) {
	size := binary.LittleEndian.Uint16(d[4:])
	e := endpoint{address: d[2], packet: int(size&0x7FF) * (1 + int(size>>11&3))}
	switch d[3] & 3 {
	case 2:
		e.kind = urbBulk
	case 3:
		e.kind = urbInterrupt
	default:
		return e, false
	}
	return e, e.packet > 0 && e.address&0x0F != 0
}
