//go:build linux && kernel

package vusb

import (
	"encoding/binary"
	"fmt"
	"sync"
	"unicode/utf16"
)

// Identity is what a device says about itself. Empty texts have no descriptor,
// as cheap devices leave them out.
type Identity struct {
	Vendor, Product     uint16
	Maker, Name, Serial string
	HighSpeed           bool // 480 Mbit/s; false = 12 Mbit/s, full speed
}

// bulkPacket is the packet size that bulk endpoints must have (USB 2.0, 5.8.3).
func (id Identity) bulkPacket() int {
	if id.HighSpeed {
		return 512
	}
	return 64
}

// An Endpoint is one end of a pipe.
type Endpoint struct {
	Address   byte // number, and 0x80 for IN
	Interrupt bool // false = bulk
	Packet    int  // bytes of a packet; 0 = 64, or 512 for bulk at high speed
	Interval  byte // of polling, in ms at full speed; 0 = 1 for interrupt
}

// An Interface is one function of a device.
type Interface struct {
	Class, Subclass, Protocol byte
	Extra                     []byte // class descriptors between interface and endpoints
	Endpoints                 []Endpoint
}

// Control answers a request that no standard covers. data is what came with an
// OUT request; the result goes back for an IN request. [ErrStall] refuses it.
type Control func(s Setup, data []byte) ([]byte, error)

// A Gadget is the device's side of a USB device. All methods may be called from
// any goroutine, plugged in or not.
type Gadget struct {
	identity   Identity
	descriptor []byte // of the configuration, with all that it contains
	control    Control

	mu      sync.Mutex
	pipes   map[byte]*pipe // by endpoint address
	arrived int            // OUT transfers so far
	send    func(answer)   // nil while unplugged
	failed  bool           // the cable is being drawn
	port    *Plugged       // nil before it was plugged in for the first time
	stir    chan struct{}  // closed and replaced at every change
	pulls   sync.WaitGroup // Unplugs that a fault began
}

// A Device is what can be plugged in: a [Gadget], or a type that embeds one.
type Device interface{ gadget() *Gadget }

func (g *Gadget) gadget() *Gadget { return g }

// New returns a device with one configuration. control may be nil.
func New(id Identity, control Control, interfaces ...Interface) *Gadget {
	g := &Gadget{identity: id, control: control, pipes: map[byte]*pipe{0: {}}, stir: make(chan struct{})}
	body := []byte{}
	for i, f := range interfaces {
		body = append(body, 9, 4, byte(i), 0, byte(len(f.Endpoints)), f.Class, f.Subclass, f.Protocol, 0)
		body = append(body, f.Extra...)
		for _, e := range f.Endpoints {
			body = append(body, g.add(e)...)
		}
	}
	const busPowered, milliamps2 = 0x80, 50
	head := []byte{9, 2, 0, 0, byte(len(interfaces)), 1, 0, busPowered, milliamps2}
	binary.LittleEndian.PutUint16(head[2:], uint16(len(head)+len(body)))
	g.descriptor = append(head, body...)
	return g
}

// add makes the pipe of an endpoint and returns its descriptor (USB 2.0, 9.6.6).
func (g *Gadget) add(e Endpoint) []byte {
	kind := byte(2)
	if e.Interrupt {
		kind, e.Interval = 3, max(e.Interval, 1)
	}
	if e.Packet == 0 {
		e.Packet = 64
		if !e.Interrupt {
			e.Packet = g.identity.bulkPacket()
		}
	}
	g.pipes[e.Address] = newPipe(e)
	return []byte{7, 5, e.Address, kind, byte(e.Packet), byte(e.Packet >> 8), e.Interval}
}

// deviceDescriptor is table 9-8 of USB 2.0.
func (g *Gadget) deviceDescriptor() []byte {
	d := []byte{18, 1, 0x00, 0x02, 0, 0, 0, 64, 0, 0, 0, 0, 0x00, 0x01, 0, 0, 0, 1}
	binary.LittleEndian.PutUint16(d[8:], g.identity.Vendor)
	binary.LittleEndian.PutUint16(d[10:], g.identity.Product)
	for i := range byte(3) {
		if g.text(i+1) != "" {
			d[14+i] = i + 1
		}
	}
	return d
}

// text returns string 1 to 3: maker, name, serial number.
func (g *Gadget) text(i byte) string {
	switch i {
	case 1:
		return g.identity.Maker
	case 2:
		return g.identity.Name
	case 3:
		return g.identity.Serial
	}
	return ""
}

// stringDescriptor is chapter 9.6.7 of USB 2.0.
func stringDescriptor(s string) []byte {
	d := []byte{0, 3}
	for _, u := range utf16.Encode([]rune(s)) {
		d = binary.LittleEndian.AppendUint16(d, u)
	}
	d[0] = byte(len(d))
	return d
}

// pipe returns the pipe of an endpoint; a wrong address is a mistake of the
// test.
func (g *Gadget) pipe(address byte) *pipe {
	p := g.pipes[address]
	if p == nil {
		panic(fmt.Sprintf("virtual USB device %04x:%04x has no endpoint %#02x", g.identity.Vendor, g.identity.Product, address))
	}
	return p
}

// change wakes who waits. The caller holds mu.
func (g *Gadget) change() {
	close(g.stir)
	g.stir = make(chan struct{})
}
