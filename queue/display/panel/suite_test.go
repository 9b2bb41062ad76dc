package panel_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"hallway/devices"
	"hallway/devices/devicestest"
	"hallway/queue"
	"hallway/queue/display/displaytest"
	"hallway/queue/display/panel"
	"hallway/queue/display/panel/sim"
)

const address = 5

// speed is that of the ports of package devicestest.
const speed = 115200

func load(t testing.TB, name string) panel.Profile {
	t.Helper()
	p, err := panel.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func simulated(t testing.TB, name string) *sim.Panel {
	t.Helper()
	s, err := sim.New(sim.Options{Type: name, Address: address})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// window opens the panel of a profile as that of a window.
func window(p panel.Profile, o panel.LineOptions) func(context.Context, devices.Conn) (*panel.Window, error) {
	return func(ctx context.Context, conn devices.Conn) (*panel.Window, error) {
		return panel.OpenWindow(ctx, panel.OpenLine(conn, o), p, panel.WindowOptions{Address: address, Window: "3"})
	}
}

// picture is what a person must see of a number on a panel.
func picture(p panel.Profile) func(queue.Number) string {
	return func(n queue.Number) string {
		if p.Glyphs() != panel.GlyphsDigits {
			return string(n)
		}
		digits := strings.TrimLeft(string(n), "ABC")
		if strings.Contains(p.Title, "LED8") {
			return digits // noughts before a number are lit
		}
		return strings.TrimLeft(digits, "0")
	}
}

// TestEveryProfileShowsWhatAPersonMustSee runs every profile against a decoder
// that knows nothing of it. A decoder that finds a mistake in the bytes fails
// the test.
func TestEveryProfileShowsWhatAPersonMustSee(t *testing.T) {
	for _, name := range panel.Names() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := load(t, name)
			p.Baud = speed
			open := window(p, panel.LineOptions{})
			displaytest.Suite{
				New: func() devicestest.Sim {
					s := simulated(t, name)
					t.Cleanup(func() {
						if err := errors.Join(s.Errors()...); err != nil {
							t.Error(err)
						}
					})
					return s
				},
				Open:    func(ctx context.Context, conn devices.Conn) (displaytest.Display, error) { return open(ctx, conn) },
				Seen:    func(s devicestest.Sim) string { return s.(*sim.Panel).Text() },
				Picture: picture(p),
			}.Run(t, devicestest.Memory(), devicestest.PTY(), devicestest.TCP())
		})
	}
}

// suite is what every profile must do as a device.
func suite(t testing.TB, name string) devicestest.Suite {
	p := load(t, name)
	p.Baud = speed
	open := window(p, panel.LineOptions{})
	return devicestest.Suite{
		New: func() devicestest.Sim { return simulated(t, name) },
		Open: func(ctx context.Context, conn devices.Conn) (devices.Device, error) {
			w, err := open(ctx, conn)
			if err != nil {
				return nil, err
			}
			return w, nil
		},
		Command: func(ctx context.Context, d devices.Device) error { return d.(*panel.Window).Show(ctx, "A012") },
		State:   func(s devicestest.Sim) string { return s.(*sim.Panel).Text() },
		Mute:    p.Answer == "",
	}
}

// TestPanelsAreDevices runs one panel of each kind on every transport.
func TestPanelsAreDevices(t *testing.T) {
	for _, name := range []string{"numeric4", "modbus", "onbon", "alpha"} {
		t.Run(name, func(t *testing.T) { suite(t, name).Run(t) })
	}
}

// TestEveryProfileIsADevice runs the others in memory.
func TestEveryProfileIsADevice(t *testing.T) {
	for _, name := range panel.Names() {
		t.Run(name, func(t *testing.T) { suite(t, name).On(devicestest.Memory()).Run(t) })
	}
}
