package sam_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"hallway/devices"
	"hallway/devices/devicestest"
	"hallway/idreader"
	"hallway/idreader/sam"
	"hallway/idreader/sam/sim"
)

// suite is what every driver must do. Its command reads the card that lies on
// the reader. device and host put the wire's wrapper on both ends of a line.
func suite(device func(io.ReadWriter) io.ReadWriter, host func(devices.Conn) devices.Conn) devicestest.Suite {
	return devicestest.Suite{
		New: func() devicestest.Sim {
			r := sim.New(sim.Options{})
			r.Lay(sim.Specimens()[0].Card)
			return wrapped{r, device}
		},
		Open: func(ctx context.Context, conn devices.Conn) (devices.Device, error) {
			return sam.Open(ctx, host(conn), sam.Options{Timing: brisk()})
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
		State: func(s devicestest.Sim) string { return fmt.Sprint(s.(wrapped).Laid()) },
		Conditions: []devicestest.Condition{
			broken(sam.ConditionFailed, sam.SWSelfTest), broken(sam.ConditionUnauthorised, sam.SWUnauthorised),
		},
	}
}

// broken is a condition of a module that answers everything with one status.
func broken(code string, status sam.SW) devicestest.Condition {
	return devicestest.Condition{
		Condition: devices.Condition{Code: code, Fault: true},
		Set:       func(s devicestest.Sim) { s.(wrapped).Inject(sim.Fault{Status: status, Times: -1}) },
		Clear:     func(s devicestest.Sim) { s.(wrapped).ClearFaults() },
	}
}

// wrapped is a reader behind a wrapper.
type wrapped struct {
	*sim.Reader
	device func(io.ReadWriter) io.ReadWriter
}

func (w wrapped) Serve(ctx context.Context, line io.ReadWriter) error {
	return w.Reader.Serve(ctx, w.device(line))
}

func TestConformance(t *testing.T) {
	suite(func(line io.ReadWriter) io.ReadWriter { return line }, func(c devices.Conn) devices.Conn { return c }).Run(t)
}

// overFrames is the suite for a wrapper.
func overFrames(device func(lanes [2]io.ReadWriter) io.ReadWriter, host func(devices.Conn) devices.Conn) devicestest.Suite {
	return suite(func(line io.ReadWriter) io.ReadWriter { return overLanes(line, device) }, host).
		On(devicestest.Memory(), devicestest.PTY())
}

// The wrappers travel on the same lines as everything else: reports and pipes
// are put into frames of a byte stream.
func TestConformanceOfRaw64(t *testing.T) {
	overFrames(func(lanes [2]io.ReadWriter) io.ReadWriter { return sim.Raw64(lanes[0], 0) },
		func(c devices.Conn) devices.Conn { return sam.Raw64(hostLanes(c)[0], 0) },
	).Run(t)
}

func TestConformanceOfMiaxis(t *testing.T) {
	overFrames(func(lanes [2]io.ReadWriter) io.ReadWriter { return sim.Miaxis(lanes[0]) },
		func(c devices.Conn) devices.Conn { return sam.MiaxisOptions{AntennaOff: true}.Conn(hostLanes(c)[0]) },
	).Run(t)
}

func TestConformanceOfFourPipes(t *testing.T) {
	overFrames(
		func(lanes [2]io.ReadWriter) io.ReadWriter { return sim.FourPipes(lanes[0], lanes[1]) },
		func(c devices.Conn) devices.Conn {
			lanes := hostLanes(c)
			return sam.FourPipes(lanes[0], lanes[1])
		},
	).Run(t)
}

// errRead says that a card was read.
var errRead = errors.New("card was read")
