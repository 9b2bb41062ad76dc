//go:build linux && kernel

package keypad_test

import (
	"errors"
	"testing"
	"time"

	"hallway/devices"
	"hallway/devices/hidport"
	"hallway/devices/keypad"
	"hallway/devices/keypad/sim"
	"hallway/devices/vusb"
)

func TestNumericPadOverUSB(t *testing.T) {
	k := vusb.NewKeyboard(vusb.Identity{Vendor: 0x1209, Product: 0x0001, Maker: "Hallway", Name: "Pad"})
	p := vusb.Plug(t, k)
	for range 2 {
		p.Node(t, "input")
		conn, err := hidport.Open(t.Context(), p.Interface(0), hidport.Options{ReportLen: 8})
		if err != nil {
			t.Fatal(err)
		}
		keys := make(chan keypad.Key, 100)
		h, err := keypad.OpenHID(conn, keypad.HIDOptions{}, func(k keypad.Key) { keys <- k })
		if err != nil {
			t.Fatal(err)
		}
		pad := sim.NewHID(k, nil)
		n := &numpad{pad: pad, hid: h, keys: keys}
		n.awake(t)
		for _, usage := range []byte{0x62, 0x5C, 0x5D, 0x58, 0x57} {
			if err := pad.Strike(usage); err != nil {
				t.Fatal(err)
			}
		}
		n.expect(t, "0", "4", "5", keypad.Call("045"), keypad.KeyRecall)
		if err := p.Unplug(); err != nil {
			t.Fatal(err)
		}
		for deadline := time.Now().Add(patience); !errors.Is(err, devices.ErrGone); _, err = h.Check(t.Context()) {
			if time.Now().After(deadline) {
				t.Fatalf("the loss is not noticed: %v", err)
			}
		}
		if err := h.Close(); err != nil {
			t.Error(err)
		}
		p.Gone(t)
		if err := p.Replug(); err != nil {
			t.Fatal(err)
		}
	}
}
