//go:build linux && kernel

package vusb

import (
	"encoding/binary"
	"sync"
)

// Printer is a receipt printer of USB's printer class with a back channel (USB
// printing devices 1.1). The kernel makes /dev/usb/lp0 of it.
type Printer struct {
	*Gadget
	*Line
	id string

	mu     sync.Mutex
	status byte
	resets int
}

// The bits of GET_PORT_STATUS (USB printing devices 1.1, 4.2.2).
const (
	PaperEmpty = 0x20
	Selected   = 0x10
	NoError    = 0x08
)

// The requests of a printer.
const (
	getDeviceID, getPortStatus, softReset = 0, 1, 2

	// softReset went to the class as a whole in release 1.0 and to the
	// interface since.
	classOther = 0x23
)

// The endpoints of a [Printer].
const (
	PrinterIn  = 0x81
	PrinterOut = 0x02
)

// NewPrinter returns a printer that is selected and has paper. deviceID is its
// IEEE 1284 text, such as "MFG:Maker;MDL:Model;CMD:ESC/POS;".
func NewPrinter(id Identity, deviceID string) *Printer {
	p := &Printer{id: deviceID, status: Selected | NoError}
	const bidirectional = 2
	p.Gadget = New(id, p.obey, Interface{Class: 7, Subclass: 1, Protocol: bidirectional,
		Endpoints: []Endpoint{{Address: PrinterIn}, {Address: PrinterOut}}})
	p.Line = p.NewLine(0, PrinterOut, PrinterIn)
	return p
}

// SetStatus sets the byte that GET_PORT_STATUS answers. [Gadget.Delay] of
// endpoint 0 makes the answer come late.
func (p *Printer) SetStatus(b byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status = b
}

// Resets returns how often the program has reset the printer.
func (p *Printer) Resets() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.resets
}

func (p *Printer) obey(r Setup, _ []byte) ([]byte, error) {
	switch {
	case r.is(classIn, getDeviceID):
		length := len(p.id) + 2 // counts itself
		return append(binary.BigEndian.AppendUint16(nil, uint16(length)), p.id...), nil
	case r.is(classIn, getPortStatus):
		p.mu.Lock()
		defer p.mu.Unlock()
		return []byte{p.status}, nil
	case r.is(classOut, softReset), r.is(classOther, softReset):
		p.mu.Lock()
		defer p.mu.Unlock()
		p.resets++
		return nil, nil
	}
	return nil, ErrStall
}
