//go:build kernel

package usbport_test

import (
	"context"
	"fmt"
	"testing"

	"hallway/devices"
	"hallway/devices/internal/porttest"
	"hallway/devices/usbport"
	"hallway/devices/vusb"
)

var reader = vusb.Identity{Vendor: 0x0400, Product: 0xC35A, Maker: "Hallway", Name: "Reader", Serial: "R-1"}

// plug plugs a card reader with two pipes in.
func plug(t *testing.T, id vusb.Identity) (*vusb.Vendor, *vusb.Plugged) {
	t.Helper()
	v := vusb.NewVendor(id)
	p := vusb.Plug(t, v)
	p.Ready(t)
	return v, p
}

func TestPort(t *testing.T) {
	fast := vusb.Identity{Vendor: 1, Product: 2, HighSpeed: true}
	for id, opens := range map[vusb.Identity]int{reader: 200, fast: 20} {
		t.Run(fmt.Sprintf("high speed %t", id.HighSpeed), func(t *testing.T) {
			porttest.Run(t, func(t *testing.T) porttest.Bench {
				v, p := plug(t, id)
				return porttest.Bench{
					Device: v, Opens: opens,
					Open: func(ctx context.Context) (devices.Conn, error) {
						i, err := usbport.Open(ctx, p.Interface(0), usbport.Options{Vendor: id.Vendor, Product: id.Product})
						if err != nil {
							return nil, err
						}
						return i.Conn(vusb.VendorIn, vusb.VendorOut), nil
					},
				}
			})
		})
	}
}
