//go:build kernel

package hidport_test

import (
	"context"
	"testing"

	"hallway/devices"
	"hallway/devices/hidport"
	"hallway/devices/internal/porttest"
	"hallway/devices/vusb"
)

var reader = vusb.Identity{Vendor: 0x10C4, Product: 0x0007, Maker: "Hallway", Name: "Reader", Serial: "R-1"}

// plug plugs a HID device in.
func plug(t *testing.T, o vusb.HIDOptions) (*vusb.HID, *vusb.Plugged) {
	t.Helper()
	h := vusb.NewHID(reader, o)
	p := vusb.Plug(t, h)
	p.Ready(t)
	return h, p
}

func TestPort(t *testing.T) {
	porttest.Run(t, func(t *testing.T) porttest.Bench {
		h, p := plug(t, vusb.HIDOptions{In: 64, Out: 64})
		return porttest.Bench{
			Device: h, Message: 64, Opens: 100,
			Open: func(ctx context.Context) (devices.Conn, error) {
				return hidport.Open(ctx, p.Interface(0), hidport.Options{Vendor: reader.Vendor, Product: reader.Product})
			},
		}
	})
}
