package drivers

import (
	"context"

	"hallway/app/config"
	"hallway/devices"
	"hallway/devices/ff68"
	"hallway/devices/port"
	"hallway/devices/serialport"
	"hallway/queue/display"
)

var busVia = []port.Transport{port.Serial, port.TCP}

var window = Driver{
	Name: "display", Kind: devices.Display, Title: "Display above a window",
	About: []string{
		"This is the type `ff68`: an LED display on the counter bus (frames FF 68 … 16, 9600 8N1, one pair of wires for display, keypad and rating box). It never answers, so only a person can tell whether it shows anything.",
		"A panel of another type has a page of its own, `panel-TYPE`; the block of the counter's file is the same.",
	},
	Block: "Block `[display]` of the counter's file.", Settings: config.Display{}, Via: busVia,
	Walk: walkWindow, Test: testWindow,
	Over: func(ctx context.Context, conn devices.Conn, _ int) (devices.Device, error) {
		return display.Open(ctx, ff68.Open(conn, ff68.Options{}), display.Options{Address: 1})
	},
}

// Bus returns the port of a counter bus, whose users share one line.
func (p *Ports) Bus(text string, baud int, o ff68.Options) *ff68.Port {
	return ff68.NewPort(p.Stream(text, serialport.Mode{Baud: baud}, busVia...).fixed, o)
}

// Window returns what opens the display of the counter bus on a line that it
// may share. Connect is that of the line.
func Window(c config.Bus, line func(context.Context) (*ff68.Line, error)) Opener[Above] {
	return Opener[Above]{
		Port: c.Port, Via: busVia,
		Driver: func(ctx context.Context, _ Connect) (Above, error) {
			l, err := line(ctx)
			if err != nil {
				return nil, err
			}
			w, err := display.Open(ctx, l, display.Options{Address: byte(c.Address)})
			if err != nil {
				return nil, err // and no Window that is nil
			}
			return w, nil
		},
	}
}

func testWindow(ctx context.Context, d devices.Device, say func(string, ...any)) error {
	say("the display shows 888")
	return d.(Above).Show(ctx, "A888")
}

func walkWindow(ctx context.Context, d devices.Device, g Guide) error {
	if err := testWindow(ctx, d, g.Say); err != nil {
		return err
	}
	if err := look(ctx, g, "Does the display show 888, with every segment lit?"); err != nil {
		return err
	}
	if err := d.(Above).Clear(ctx); err != nil {
		return err
	}
	return look(ctx, g, "Is the display dark now?")
}
