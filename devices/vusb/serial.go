//go:build linux && kernel

package vusb

import (
	"encoding/binary"
	"sync"
)

// Serial is a USB serial port of class CDC-ACM, as card readers and many
// printers have it (USB PSTN 1.2, 6.3). The kernel makes /dev/ttyACM0 of it.
type Serial struct {
	*Gadget
	*Line

	mu       sync.Mutex
	settings Settings
}

// Settings are what the program has told a serial port.
type Settings struct {
	Baud     int
	Stop     byte // 0 = one, 1 = one and a half, 2 = two stop bits
	Parity   byte // 0 none, 1 odd, 2 even, 3 mark, 4 space
	Bits     byte
	DTR, RTS bool
	Breaks   int // how many have begun
}

// The requests of a CDC-ACM device.
const (
	setLineCoding, getLineCoding = 0x20, 0x21
	setControlLines, sendBreak   = 0x22, 0x23

	classOut, classIn = 0x21, 0xA1 // bmRequestType of a request to an interface
)

// The endpoints of a [Serial].
const (
	SerialIn  = 0x81
	SerialOut = 0x02
	serialInt = 0x83
)

// NewSerial returns a serial port.
func NewSerial(id Identity) *Serial {
	s := &Serial{}
	s.Gadget = New(id, s.obey,
		Interface{Class: 2, Subclass: 2, Protocol: 1,
			Extra: []byte{
				5, 0x24, 0, 0x10, 0x01, // header, CDC 1.10
				5, 0x24, 1, 0, 1, // call management on interface 1
				4, 0x24, 2, 0x06, // line coding, control lines and break
				5, 0x24, 6, 0, 1, // union of interface 0 and 1
			},
			Endpoints: []Endpoint{{Address: serialInt, Interrupt: true, Packet: 16, Interval: 10}}},
		Interface{Class: 10, Endpoints: []Endpoint{{Address: SerialIn}, {Address: SerialOut}}})
	s.Line = s.NewLine(0, SerialOut, SerialIn)
	return s
}

// Settings returns what the program has told the port last.
func (s *Serial) Settings() Settings {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.settings
}

func (s *Serial) obey(r Setup, data []byte) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case r.is(classOut, setLineCoding) && len(data) == 7:
		s.settings.Baud = int(binary.LittleEndian.Uint32(data))
		s.settings.Stop, s.settings.Parity, s.settings.Bits = data[4], data[5], data[6]
	case r.is(classIn, getLineCoding):
		b := binary.LittleEndian.AppendUint32(nil, uint32(s.settings.Baud))
		return append(b, s.settings.Stop, s.settings.Parity, s.settings.Bits), nil
	case r.is(classOut, setControlLines):
		s.settings.DTR, s.settings.RTS = r.Value&1 != 0, r.Value&2 != 0
	case r.is(classOut, sendBreak):
		if r.Value != 0 {
			s.settings.Breaks++
		}
	default:
		return nil, ErrStall
	}
	return nil, nil
}
