package drivers

import (
	"context"
	"errors"
	"fmt"

	"hallway/devices"
	"hallway/devices/serialport"
	"hallway/queue/display/panel"
)

// panelSettings are those of a panel whose frames are data.
type panelSettings struct {
	Port    string `toml:"port" example:"uart:ttyS3" doc:"Port of the device; 'kioskctl ports' lists them."`
	Baud    int    `toml:"baud" default:"9600" min:"300" max:"921600" doc:"Speed in bits a second; not used over TCP."`
	Address int    `toml:"address" default:"1" min:"1" max:"254" doc:"Address of the device on the line."`
}

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
		about = "A panel that answers: one that misses three answers in a row is reported as silent."
	}
	return Driver{
		Name: panelPrefix + name, Kind: devices.Display, Title: p.Title,
		About: []string{
			about,
			fmt.Sprintf("Its frames are data, in the profile `%s` of package queue/display/panel; the usual speed is %d. The profile's note says what no hardware has confirmed.", name, p.Baud),
		},
		Block: "On the command line of kioskctl.", Settings: panelSettings{}, Via: busVia,
		Walk: walkPanel, Test: testPanel,
		Over: func(ctx context.Context, conn devices.Conn, _ int) (devices.Device, error) {
			return openPanel(ctx, conn, p, 1)
		},
	}
}

// A lonePanel is a panel that nobody shares a line with.
type lonePanel struct {
	*panel.Panel
	line *panel.Line
}

// Close darkens the panel and closes the port.
func (p lonePanel) Close() error { return errors.Join(p.Panel.Close(), p.line.Close()) }

func openPanel(ctx context.Context, conn devices.Conn, p panel.Profile, address int) (device, error) {
	line := panel.OpenLine(conn, panel.LineOptions{})
	w, err := panel.Open(ctx, line, address, p)
	if err != nil {
		return nil, errors.Join(err, line.Close())
	}
	return lonePanel{w, line}, nil
}

// Panel returns what opens a panel that has a line of its own; baud 0 is the
// profile's.
func (p *Ports) Panel(text string, profile panel.Profile, baud, address int) Opener[device] {
	if baud > 0 {
		profile.Baud = baud
	}
	return Opener[device]{
		Port: text, Via: busVia, Connect: p.Stream(text, serialport.Mode{Baud: profile.Baud}, busVia...),
		Driver: func(ctx context.Context, connect Connect) (device, error) {
			conn, err := connect(ctx, 0)
			if err != nil {
				return nil, err
			}
			return openPanel(ctx, conn, profile, address)
		},
	}
}

func testPanel(ctx context.Context, d devices.Device, say func(string, ...any)) error {
	say("the panel shows 888")
	return d.(lonePanel).Show(ctx, "888")
}

func walkPanel(ctx context.Context, d devices.Device, g Guide) error {
	if err := testPanel(ctx, d, g.Say); err != nil {
		return err
	}
	if err := look(ctx, g, "Does the panel show 888?"); err != nil {
		return err
	}
	if err := d.(lonePanel).Clear(ctx); err != nil {
		return err
	}
	return look(ctx, g, "Is the panel dark now?")
}
