//go:build linux && kernel

package vusb

import (
	"errors"
	"time"

	"golang.org/x/sys/unix"
)

// ErrStall refuses a control request: the host sees EPIPE.
var ErrStall = errors.New("stall")

// The bytes bmRequestType and bRequest of the standard requests that reach a
// device (USB 2.0, 9.4); the address is set by the controller alone.
const (
	toDevice, toInterface, toEndpoint = 0x00, 0x01, 0x02
	fromDevice, standardMask          = 0x80, 0x60

	getStatus, clearFeature, setFeature = 0, 1, 3
	getDescriptor, setConfiguration     = 6, 9
	getConfiguration, setInterface      = 8, 11
)

// submitControl answers a request to endpoint 0, or has it wait for as long as
// the pipe is delayed. The caller holds mu.
func (g *Gadget) submitControl(r request) {
	p := g.pipes[0]
	p.waiting = append(p.waiting, &transfer{seq: r.seq})
	serve := func() {
		a := g.serveControl(r)
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.unlink(r.seq) {
			g.reply(a)
		}
	}
	class := r.setup.Type&standardMask != 0
	if class && g.failed {
		g.end(p, answer{status: unix.EPROTO})
		return
	}
	if class && p.delay > 0 {
		time.AfterFunc(p.delay, serve)
		return
	}
	g.mu.Unlock()
	serve()
	g.mu.Lock()
}

// serveControl answers a request to endpoint 0.
func (g *Gadget) serveControl(r request) answer {
	data, err := g.standard(r.setup, r.data)
	a := answer{command: retSubmit, seq: r.seq}
	switch {
	case err != nil:
		a.status = unix.EPIPE
	case r.in:
		a.data = data[:min(len(data), r.length)]
		a.length = len(a.data)
	default:
		a.length = len(r.data)
	}
	return a
}

// standard answers the standard requests and hands on the others.
func (g *Gadget) standard(s Setup, data []byte) ([]byte, error) {
	switch {
	case s.is(fromDevice, getDescriptor):
		return g.describe(byte(s.Value>>8), byte(s.Value))
	case s.is(toDevice, setConfiguration), s.is(toInterface, setInterface):
		return nil, nil
	case s.is(fromDevice, getConfiguration):
		return []byte{1}, nil
	case s.is(toEndpoint, clearFeature):
		g.unhalt(byte(s.Index))
		return nil, nil
	case s.is(toDevice, clearFeature), s.is(toDevice, setFeature):
		return nil, nil
	case s.Type&standardMask == 0 && s.Request == getStatus:
		return []byte{0, 0}, nil
	case g.control != nil:
		return g.control(s, data)
	}
	return nil, ErrStall
}

// describe returns a descriptor of the device.
func (g *Gadget) describe(kind, index byte) ([]byte, error) {
	const device, configuration, text = 1, 2, 3
	switch {
	case kind == device:
		return g.deviceDescriptor(), nil
	case kind == configuration:
		return g.descriptor, nil
	case kind == text && index == 0:
		return []byte{4, 3, 0x09, 0x04}, nil // English, United States
	case kind == text && g.text(index) != "":
		return stringDescriptor(g.text(index)), nil
	}
	return nil, ErrStall
}
