//go:build linux && kernel

package stack_test

import (
	"context"
	"testing"

	"hallway/devices"
	"hallway/devices/devicestest"
	"hallway/devices/ff68"
	"hallway/devices/vusb"
	"hallway/devices/vusb/stack"
	"hallway/idreader/readertest"
	"hallway/idreader/sam"
	samsim "hallway/idreader/sam/sim"
	"hallway/printer"
	"hallway/printer/driver"
	"hallway/printer/printertest"
	"hallway/queue"
	"hallway/queue/display"
	"hallway/queue/display/displaytest"
	displaysim "hallway/queue/display/sim"
)

// TestReadersOnUSB runs what every card reader must do, on each kind of port.
func TestReadersOnUSB(t *testing.T) {
	card := samsim.Specimens()[0].Card
	person, err := sam.DecodeText(card.Text())
	if err != nil {
		t.Fatal(err)
	}
	eachReader(t, func(t *testing.T, kind stack.Kind) {
		readertest.Suite{Person: person, Open: readertest.SAM(card, patient(), kind.Transport()), Same: sam.DefaultTiming().Same}.Run(t)
	})
}

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

// TestDisplayOnUSB runs what every display must do on a panel behind a serial
// adapter.
func TestDisplayOnUSB(t *testing.T) {
	displaytest.Suite{
		New: func() devicestest.Sim { return displaysim.New(displaysim.Options{Address: 3}) },
		Open: func(ctx context.Context, conn devices.Conn) (displaytest.Display, error) {
			return display.Open(ctx, ff68.Open(conn, ff68.Options{}), display.Options{Address: 3})
		},
		Seen: func(s devicestest.Sim) string {
			ticket, _ := s.(*displaysim.Window).Shown()
			return ticket
		},
		Picture: func(n queue.Number) string {
			if n == "" {
				return "   "
			}
			return string(n[len(n)-3:])
		},
	}.Run(t, stack.Serial(vusb.Identity{Vendor: 0x1A86, Product: 0x55D3, Maker: "Hallway", Name: "Panel"}).Transport())
}
