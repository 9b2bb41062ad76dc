//go:build kernel

package lpport_test

import (
	"context"
	"testing"

	"hallway/devices"
	"hallway/devices/internal/porttest"
	"hallway/devices/lpport"
	"hallway/devices/vusb"
)

var identity = vusb.Identity{Vendor: 0x04B8, Product: 0x0E28, Maker: "Hallway", Name: "Receipts"}

// plug plugs a printer in and returns its node.
func plug(t *testing.T) (*vusb.Printer, string) {
	t.Helper()
	p := vusb.NewPrinter(identity, "MFG:Hallway;MDL:R80;CMD:ESC/POS;SN:7;")
	t.Cleanup(func() { p.Close() }) // ends reads of the test
	return p, vusb.Plug(t, p).Node(t, "usbmisc")
}

func open(t *testing.T, node string) devices.Conn {
	t.Helper()
	c, err := lpport.Open(t.Context(), node)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func TestPort(t *testing.T) {
	porttest.Run(t, func(t *testing.T) porttest.Bench {
		p, node := plug(t)
		return porttest.Bench{
			Device: p, Opens: 1000,
			Open: func(ctx context.Context) (devices.Conn, error) { return lpport.Open(ctx, node) },
		}
	})
}
