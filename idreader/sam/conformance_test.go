package sam_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"hallway/devices"
	"hallway/devices/devicestest"
	"hallway/idreader"
	"hallway/idreader/sam"
	"hallway/idreader/sam/sim"
)

// TestConformance runs what every driver must do. Its command reads the card
// that lies on the reader.
func TestConformance(t *testing.T) {
	devicestest.Suite{
		New: func() devicestest.Sim {
			r := sim.New(sim.Options{})
			r.Lay(sim.Specimens()[0].Card)
			return r
		},
		Open: func(ctx context.Context, conn devices.Conn) (devices.Device, error) {
			return sam.Open(ctx, conn, sam.Options{Timing: brisk()})
		},
		Command: func(ctx context.Context, d devices.Device) error {
			reading, done := context.WithCancelCause(ctx)
			defer done(nil)
			err := d.(*sam.Session).Poll(reading, func(e idreader.Event) {
				if e.Type == idreader.Read {
					done(errRead)
				}
			})
			if err == nil && !errors.Is(context.Cause(reading), errRead) {
				err = context.Cause(reading)
			}
			return err
		},
		State: func(s devicestest.Sim) string { return fmt.Sprint(s.(*sim.Reader).Laid()) },
	}.Run(t)
}

// errRead says that a card was read.
var errRead = errors.New("card was read")
