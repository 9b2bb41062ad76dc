//go:build linux && kernel

package stack_test

import (
	"context"
	"strings"
	"testing"

	"hallway/devices"
	"hallway/devices/devicestest"
	"hallway/devices/vusb"
	"hallway/devices/vusb/stack"
	"hallway/queue"
	"hallway/queue/display/displaytest"
	"hallway/queue/display/panel"
	panelsim "hallway/queue/display/panel/sim"
)

// TestPanelsOnUSB runs what every display must do on a panel of each profile
// behind a serial adapter.
func TestPanelsOnUSB(t *testing.T) {
	const address = 5
	for _, name := range panel.Names() {
		t.Run(name, func(t *testing.T) {
			p, err := panel.Load(name)
			if err != nil {
				t.Fatal(err)
			}
			p.Baud = stack.Baud
			displaytest.Suite{
				New: func() devicestest.Sim {
					s, err := panelsim.New(panelsim.Options{Type: name, Address: address})
					if err != nil {
						t.Fatal(err)
					}
					return s
				},
				Open: func(ctx context.Context, conn devices.Conn) (displaytest.Display, error) {
					return panel.OpenWindow(ctx, panel.OpenLine(conn, panel.LineOptions{}), p, panel.WindowOptions{Address: address})
				},
				Seen: func(s devicestest.Sim) string {
					seen := s.(*panelsim.Panel).Text()
					if p.Glyphs() == panel.GlyphsDigits {
						return strings.TrimLeft(seen, "0")
					}
					return seen
				},
				Picture: func(n queue.Number) string {
					if p.Glyphs() == panel.GlyphsDigits {
						return strings.TrimLeft(string(n), "ABC0")
					}
					return string(n)
				},
			}.Run(t, stack.Serial(vusb.Identity{Vendor: 0x1A86, Product: 0x55D3, Maker: "Hallway", Name: "Panel"}).Transport())
		})
	}
}
