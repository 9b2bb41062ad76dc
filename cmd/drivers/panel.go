package drivers

import (
	"context"
	"fmt"
	"time"

	"hallway/app/config"
	"hallway/devices"
	"hallway/devices/serialport"
	"hallway/queue/display/panel"
)

// panelPrefix begins the name of the driver of every panel profile.
const panelPrefix = "panel-"

// panels are the drivers of the built-in panel profiles.
func panels() []Driver {
	var all []Driver
	for _, name := range panel.Names() {
		if p, err := panel.Load(name); err == nil {
			all = append(all, panelDriver(name, p))
		}
	}
	return all
}

func panelDriver(name string, p panel.Profile) Driver {
	about := "A panel that never answers, so only a person can tell whether it shows anything."
	if p.Answer != "" {
		about = "A panel that answers: one that does not, or that refuses, is reported at once."
	}
	return Driver{
		Name: panelPrefix + name, Kind: devices.Display, Title: p.Title,
		About: []string{
			about,
			fmt.Sprintf("This is the type `%s`. Its frames are data, a profile of package queue/display/panel; the usual speed is %d. %s", name, p.Baud, glyphs[p.Glyphs()]),
			"Where the frames come from: " + p.Note,
			fmt.Sprintf("Without hardware: `kioskctl sim panel --type %s --address 1 --listen 127.0.0.1:9200` shows what a person would see, and `kioskctl test %s%s --port tcp:127.0.0.1:9200` lights it.", name, panelPrefix, name),
		},
		Block: "Block `[display]` of the counter's file; many panels on one line are in the file of `kioskctl panels`.", Settings: config.Display{}, Via: busVia,
		Walk: walkPanel, Test: testPanel,
		Over: func(ctx context.Context, conn devices.Conn, _ int) (devices.Device, error) {
			return above(panel.OpenWindow(ctx, panel.OpenLine(conn, panel.LineOptions{}), p, panel.WindowOptions{Address: 1}))
		},
	}
}

// glyphs say what a panel can show.
var glyphs = map[string]string{
	panel.GlyphsDigits: "It has digits only, so a number's letters are not shown.",
	panel.GlyphsASCII:  "It has letters and digits, and no Chinese.",
	panel.GlyphsGBK:    "It has Chinese (GBK).",
}

// PanelLine returns the port of a line that panels share.
func (p *Ports) PanelLine(text string, baud int, o panel.LineOptions) *panel.Port {
	return panel.NewPort(p.Stream(text, serialport.Mode{Baud: baud}, busVia...).fixed, o)
}

// OnLine returns what opens the panel of a window on a line that it shares.
// Connect is that of the line.
func OnLine(text string, profile panel.Profile, o panel.WindowOptions, line func(context.Context) (*panel.Line, error)) Opener[Above] {
	return Opener[Above]{
		Port: text, Via: busVia,
		Driver: func(ctx context.Context, _ Connect) (Above, error) {
			l, err := line(ctx)
			if err != nil {
				return nil, err
			}
			return above(panel.OpenWindow(ctx, l, profile, o))
		},
	}
}

// panel returns what opens a panel that has a line of its own.
func (p *Ports) panel(sign string, c config.Display, profile panel.Profile) Opener[Above] {
	return Opener[Above]{
		Port: c.Port, Via: busVia, Connect: p.Stream(c.Port, serialport.Mode{Baud: profile.Baud}, busVia...),
		Driver: func(ctx context.Context, connect Connect) (Above, error) {
			conn, err := connect(ctx, 0)
			if err != nil {
				return nil, err
			}
			l := panel.OpenLine(conn, panel.LineOptions{Echo: c.Echo, Refresh: time.Duration(c.Refresh) * time.Second})
			return above(panel.OpenWindow(ctx, l, profile, panel.WindowOptions{Address: c.Address, Window: sign, Call: c.Call, Idle: c.Idle}))
		},
	}
}

// above keeps a nil pointer from becoming a display.
func above(w *panel.Window, err error) (Above, error) {
	if err != nil {
		return nil, err
	}
	return w, nil
}

func testPanel(ctx context.Context, d devices.Device, say func(string, ...any)) error {
	say("the panel shows A888, or 888")
	return d.(Above).Show(ctx, "A888")
}

func walkPanel(ctx context.Context, d devices.Device, g Guide) error {
	if err := testPanel(ctx, d, g.Say); err != nil {
		return err
	}
	if err := look(ctx, g, "Does the panel show 888?"); err != nil {
		return err
	}
	if err := d.(Above).Clear(ctx); err != nil {
		return err
	}
	return look(ctx, g, "Is the panel dark now?")
}
