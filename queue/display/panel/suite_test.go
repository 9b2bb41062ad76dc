package panel

import (
	"context"
	"errors"
	"io"
	"sync"
	"testing"

	"hallway/devices"
	"hallway/devices/devicestest"
	"hallway/devices/sim"
)

// A numeric is a panel of the profile numeric4 without hardware.
type numeric struct {
	mu  sync.Mutex
	lit [4]byte
}

func (n *numeric) Serve(ctx context.Context, line io.ReadWriter) error {
	var buf []byte
	return sim.Serve(ctx, line, func(p []byte) error {
		for buf = append(buf, p...); len(buf) >= 4; {
			if buf[0] != 5 || buf[0]+buf[1]+buf[2] != buf[3] {
				buf = buf[1:]
				continue
			}
			n.mu.Lock()
			n.lit = [4]byte(buf)
			n.mu.Unlock()
			buf = buf[4:]
		}
		return nil
	})
}

func (n *numeric) Apply(sim.Directive) error { return errors.New("no directives") }

// owned closes the line with its only panel.
type owned struct{ *Panel }

func (o owned) Close() error { return errors.Join(o.Panel.Close(), o.line.Close()) }

func TestPanelIsADevice(t *testing.T) {
	p, err := Load("numeric4")
	if err != nil {
		t.Fatal(err)
	}
	devicestest.Suite{
		New: func() devicestest.Sim { return &numeric{} },
		Open: func(ctx context.Context, conn devices.Conn) (devices.Device, error) {
			l := OpenLine(conn, LineOptions{})
			w, err := Open(ctx, l, 5, p)
			if err != nil {
				return nil, errors.Join(err, l.Close())
			}
			return owned{w}, nil
		},
		Command: func(ctx context.Context, d devices.Device) error { return d.(owned).Show(ctx, "A012") },
		State: func(s devicestest.Sim) string {
			n := s.(*numeric)
			n.mu.Lock()
			defer n.mu.Unlock()
			return string(n.lit[:])
		},
		Mute: true,
	}.Run(t)
}

// A deaf panel takes bytes and never answers.
type deaf struct{}

func (deaf) Serve(ctx context.Context, line io.ReadWriter) error {
	return sim.Serve(ctx, line, func([]byte) error { return nil })
}

func (deaf) Apply(sim.Directive) error { return errors.New("no directives") }

func TestEveryMuteProfileIsADevice(t *testing.T) {
	for _, name := range Names() {
		p, err := Load(name)
		if err != nil {
			t.Fatal(err)
		}
		if p.Answer != "" {
			continue // TestEveryAnsweringProfileIsADevice
		}
		t.Run(name, func(t *testing.T) {
			devicestest.Suite{
				New: func() devicestest.Sim { return deaf{} },
				Open: func(ctx context.Context, conn devices.Conn) (devices.Device, error) {
					l := OpenLine(conn, LineOptions{})
					w, err := Open(ctx, l, 5, p)
					if err != nil {
						return nil, errors.Join(err, l.Close())
					}
					return owned{w}, nil
				},
				Command: func(ctx context.Context, d devices.Device) error { return d.(owned).Show(ctx, "A012") },
				Mute:    true,
			}.On(devicestest.Memory()).Run(t)
		})
	}
}
