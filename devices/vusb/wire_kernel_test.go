//go:build linux && kernel

package vusb

import (
	"bytes"
	"encoding/binary"
	"testing"
)

// FuzzMessages has a device serve whatever its host says. It needs no kernel.
func FuzzMessages(f *testing.F) {
	message := func(command, in, ep, length uint32, setup ...byte) []byte {
		b := make([]byte, 0, headerLen)
		for _, w := range []uint32{command, 7, 0x10001, in, ep, 0, length, 0, 0xFFFFFFFF, 0} {
			b = binary.BigEndian.AppendUint32(b, w)
		}
		return append(append(b, setup...), make([]byte, 8-len(setup))...)
	}
	f.Add(message(cmdSubmit, 1, 0, 18, 0x80, 6, 0, 1, 0, 0, 18, 0))
	f.Add(append(message(cmdSubmit, 0, 2, 4), "data"...))
	f.Add(append(message(cmdSubmit, 1, 1, 64), message(cmdUnlink, 0, 0, 0)...))
	f.Add(message(cmdSubmit, 0, 15, maxTransfer))
	f.Fuzz(func(t *testing.T, b []byte) {
		h := NewHID(Identity{}, HIDOptions{In: 8, Out: 8})
		p := NewPrinter(Identity{}, "MFG:x;")
		for _, g := range []*Gadget{h.Gadget, p.Gadget} {
			g.connect(func(a answer) {
				if n := len(a.encode()); n < headerLen || n != headerLen+len(a.data) {
					t.Errorf("answer of %d bytes", n)
				}
				if len(a.data) > a.length || a.length < 0 {
					t.Errorf("%d bytes as %d", len(a.data), a.length)
				}
			})
			g.write(g.pipe(HIDIn), []byte("answer"))
			_ = g.answer(bytes.NewReader(b))
			g.disconnect()
			for _, p := range g.pipes {
				if len(p.waiting) > 0 {
					t.Error("a transfer outlives its device")
				}
			}
		}
	})
}
