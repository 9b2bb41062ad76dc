//go:build linux && kernel

package vusb

import (
	"encoding/binary"
	"fmt"
	"io"

	"golang.org/x/sys/unix"
)

// The messages of the USB/IP protocol, all with a header of 48 bytes in network
// byte order ("USB/IP protocol", USBIP_CMD_SUBMIT and following).
const (
	cmdSubmit = 1
	cmdUnlink = 2
	retSubmit = 3
	retUnlink = 4

	headerLen = 48
	// maxTransfer is more than any driver here asks for; usbfs refuses more
	// than 16 MiB by itself.
	maxTransfer = 16 << 20
)

// Setup is the eight bytes that begin a control transfer (USB 2.0, 9.3).
type Setup struct {
	Type, Request        byte
	Value, Index, Length uint16
}

// is reports whether s is the request of this type and number.
func (s Setup) is(kind, request byte) bool { return s.Type == kind && s.Request == request }

// A request is a message from the host.
type request struct {
	command uint32
	seq     uint32
	in      bool
	ep      byte // number without direction
	length  int
	setup   Setup
	data    []byte // of an OUT transfer
	victim  uint32 // seq of the transfer that cmdUnlink takes back
}

// address returns the endpoint's address with the direction in bit 7.
func (r request) address() byte {
	if r.in {
		return r.ep | 0x80
	}
	return r.ep
}

// readRequest reads one message. Its error says what does not make sense.
func readRequest(from io.Reader) (request, error) {
	var h [headerLen]byte
	if _, err := io.ReadFull(from, h[:]); err != nil {
		return request{}, err
	}
	word := func(i int) uint32 { return binary.BigEndian.Uint32(h[i:]) }
	r := request{command: word(0), seq: word(4), in: word(12) == 1, ep: byte(word(16) & 0x0F)}
	switch r.command {
	case cmdUnlink:
		r.victim = word(20)
		return r, nil
	case cmdSubmit:
	default:
		return r, fmt.Errorf("usb/ip: unknown command %#x", r.command)
	}
	if n := word(24); n > maxTransfer {
		return r, fmt.Errorf("usb/ip: transfer of %d bytes", n)
	}
	if n := int32(word(32)); n > 0 {
		return r, fmt.Errorf("usb/ip: isochronous transfer of %d packets", n)
	}
	r.length = int(word(24))
	half := func(i int) uint16 { return binary.LittleEndian.Uint16(h[i:]) }
	r.setup = Setup{h[40], h[41], half(42), half(44), half(46)}
	if !r.in {
		r.data = make([]byte, r.length)
		if _, err := io.ReadFull(from, r.data); err != nil {
			return r, fmt.Errorf("usb/ip: data of an OUT transfer: %w", err)
		}
	}
	return r, nil
}

// An answer ends a transfer.
type answer struct {
	command uint32
	seq     uint32
	status  unix.Errno // 0 = done
	length  int        // bytes that passed
	data    []byte     // of an IN transfer
}

func (a answer) encode() []byte {
	b := make([]byte, headerLen, headerLen+len(a.data))
	put := binary.BigEndian.PutUint32
	put(b, a.command)
	put(b[4:], a.seq)
	put(b[20:], uint32(-int32(a.status)))
	put(b[24:], uint32(a.length))
	return append(b, a.data...)
}
