//go:build linux && kernel

package vusb

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// HIDOptions describe a HID device (USB HID 1.11).
type HIDOptions struct {
	// Descriptor is the report descriptor. nil is one of vendor page FF00 with
	// input and output reports of In and Out bytes.
	Descriptor []byte
	// In and Out are the bytes of a report, with the report id when the
	// descriptor numbers its reports. In 0 = 64. Out 0 = output reports come
	// through the control pipe, as with keyboards.
	In, Out int
	// Packet is the packet size of both endpoints; 0 = 64.
	Packet int
	// Boot is 1 for a boot keyboard, 2 for a boot mouse, 0 for neither.
	Boot byte
}

// HID is a HID device. A Read on its line gives one output report, a Write is
// one input report: padded with zeros when it is short, refused when it is too
// long.
type HID struct {
	*Gadget
	*Line
	report []byte
}

// The endpoints of a [HID].
const (
	HIDIn  = 0x81
	HIDOut = 0x02
)

// The requests of a HID device (USB HID 1.11, 7).
const (
	setReport, setIdle, setProtocol = 0x09, 0x0A, 0x0B

	fromInterface    = 0x81 // bmRequestType of GET_DESCRIPTOR for a report
	reportDescriptor = 0x22
	outputReport     = 2
)

// controlled is the pipe of output reports without an endpoint. No endpoint has
// this address.
const controlled = 0x70

// NewHID returns a HID device.
func NewHID(id Identity, o HIDOptions) *HID {
	if o.In == 0 {
		o.In = 64
	}
	if o.Descriptor == nil {
		o.Descriptor = vendorReports(o.In, o.Out)
	}
	h := &HID{report: o.Descriptor}
	f := Interface{Class: 3, Subclass: min(o.Boot, 1), Protocol: o.Boot,
		Extra:     binary.LittleEndian.AppendUint16([]byte{9, 0x21, 0x11, 0x01, 0, 1, reportDescriptor}, uint16(len(o.Descriptor))),
		Endpoints: []Endpoint{{Address: HIDIn, Interrupt: true, Packet: o.Packet}}}
	out := byte(controlled)
	if o.Out > 0 {
		out = HIDOut
		f.Endpoints = append(f.Endpoints, Endpoint{Address: HIDOut, Interrupt: true, Packet: o.Packet})
	}
	h.Gadget = New(id, h.obey, f)
	if out == controlled {
		h.pipes[controlled] = &pipe{Endpoint: Endpoint{Address: controlled}, mute: true}
	}
	h.Line = h.NewLine(0, out, HIDIn)
	send := h.Line.send
	h.Line.send = func(b []byte) error {
		if len(b) > o.In {
			return fmt.Errorf("virtual HID device: input report of %d bytes, the descriptor has %d", len(b), o.In)
		}
		return send(append(slices.Clone(b), make([]byte, o.In-len(b))...))
	}
	return h
}

func (h *HID) obey(r Setup, data []byte) ([]byte, error) {
	switch {
	case r.is(fromInterface, getDescriptor) && r.Value>>8 == reportDescriptor:
		return h.report, nil
	case r.is(classOut, setIdle), r.is(classOut, setProtocol):
		return nil, nil
	case r.is(classOut, setReport) && r.Value>>8 == outputReport && h.pipes[controlled] != nil:
		h.keep(data)
		return nil, nil
	}
	return nil, ErrStall
}

// keep lets the line read an output report that came through the control pipe.
func (h *HID) keep(report []byte) {
	h.Gadget.mu.Lock()
	defer h.Gadget.mu.Unlock()
	p := h.pipes[controlled]
	h.arrived++
	p.waiting = append(p.waiting, &transfer{rest: slices.Clone(report), order: h.arrived})
	h.change()
}

// vendorReports describes unnumbered reports of bytes of a vendor's own page.
func vendorReports(in, out int) []byte {
	d := []byte{
		0x06, 0x00, 0xFF, // usage page FF00
		0x09, 0x01, 0xA1, 0x01, // usage 1, collection of an application
		0x15, 0x00, 0x26, 0xFF, 0x00, 0x75, 0x08, // bytes of 0 to 255
	}
	d = append(d, 0x96, byte(in), byte(in>>8), 0x09, 0x02, 0x81, 0x02) // count, usage 2, input
	if out > 0 {
		d = append(d, 0x96, byte(out), byte(out>>8), 0x09, 0x03, 0x91, 0x02) // count, usage 3, output
	}
	return append(d, 0xC0)
}
