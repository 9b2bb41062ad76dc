//go:build linux && kernel

package stack_test

import (
	"context"
	"testing"

	"hallway/devices"
	"hallway/devices/vusb"
	"hallway/devices/vusb/stack"
	"hallway/printer"
	"hallway/printer/driver"
	"hallway/printer/printertest"
)

// TestPrintersOnUSB runs what every printer driver must do on printers behind
// the kernel's usblp and serial drivers.
func TestPrintersOnUSB(t *testing.T) {
	p, err := printer.LoadProfile("epson-tm-t82")
	if err != nil {
		t.Fatal(err)
	}
	printertest.Run(t, p, func(ctx context.Context, conn devices.Conn, j printer.Journal) (printertest.Driver, error) {
		return driver.Open(ctx, conn, p, j)
	}, usblp.Transport(), stack.Serial(vusb.Identity{Vendor: 0x04B8, Product: 0x0202, Maker: "Hallway", Name: "Slip"}).Transport())
}
