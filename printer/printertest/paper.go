package printertest

import (
	"context"
	"image"
	"testing"

	"hallway/devices"
	"hallway/devices/devicestest"
	"hallway/printer"
	"hallway/printer/escpos/sim"
)

// simulated is a simulated receipt printer as a [Paper].
type simulated struct{ *sim.Printer }

func (s simulated) Texts() (out []string) {
	for _, t := range s.Tickets() {
		out = append(out, t.Text)
	}
	return out
}

func (s simulated) Last() image.Image {
	all := s.Tickets()
	if len(all) == 0 {
		return nil
	}
	return all[len(all)-1].Image
}

func (s simulated) Complaints() []error { return s.Errors() }

// An Opener opens a driver on a port.
type Opener func(ctx context.Context, conn devices.Conn, j printer.Journal) (Driver, error)

// Run tests the driver of a profile on simulated printers behind each of the
// transports.
func Run(t *testing.T, p printer.Profile, open Opener, transports ...devicestest.Transport) {
	for _, on := range transports {
		t.Run(on.Name, func(t *testing.T) {
			Suite{Virtual: on.Virtual, Open: func(t *testing.T, j printer.Journal) (Driver, Paper) {
				return plug(t, p, open, j, on)
			}}.Run(t)
		})
	}
}

// plug lets a printer work at one end of a line and the driver at the other.
func plug(t *testing.T, p printer.Profile, open Opener, j printer.Journal, on devicestest.Transport) (Driver, Paper) {
	t.Helper()
	s := sim.New(sim.Options{Model: sim.ModelOf(p)})
	conn, _ := on.Connect(t, s)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	d, err := open(ctx, conn, j)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d, simulated{s}
}
