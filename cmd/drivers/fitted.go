package drivers

import (
	"context"
	"fmt"
	"log/slog"
	"slices"

	"hallway/app/config"
	"hallway/devices/ff68"
	"hallway/devices/keypad"
	"hallway/idreader/sam"
	"hallway/printer"
)

// All returns every driver, in the order of the handbook.
func All() []Driver {
	return append([]Driver{reader, receipts, scan, documents, window, keys, ratings}, panels()...)
}

// Named returns the driver of a name.
func Named(name string) (Driver, error) {
	all := All()
	i := slices.IndexFunc(all, func(d Driver) bool { return d.Name == name })
	if i < 0 {
		return Driver{}, fmt.Errorf("no driver %q, use one of %v", name, Names())
	}
	return all[i], nil
}

// Names returns the names of all drivers.
func Names() []string {
	var names []string
	for _, d := range All() {
		names = append(names, d.Name)
	}
	return names
}

// Terminal returns the devices of a kiosk's configuration.
func (p *Ports) Terminal(c config.Kiosk, log *slog.Logger) ([]Fitted, error) {
	var all []Fitted
	if c.Reader.Port != "" {
		all = append(all, fit("reader", reader, c.Reader.Baud, p.Reader(c.Reader, sam.Options{Log: log})))
	}
	if c.Printer.Port != "" {
		profile, err := printer.LoadProfile(c.Printer.Profile)
		if err != nil {
			return nil, err
		}
		all = append(all, fit("printer", receipts, c.Printer.Baud, p.Printer(c.Printer, profile, nil)))
	}
	if c.Scanner.Port != "" {
		all = append(all, fit("scanner", scan, c.Scanner.Baud, p.Scanner(c.Scanner, log)))
	}
	return all, nil
}

// Counter returns the devices of a window's configuration.
func (p *Ports) Counter(c config.Counter, log *slog.Logger) []Fitted {
	var all []Fitted
	if c.Display.Port != "" {
		all = append(all, p.display(c, log))
	}
	if c.Keypad.Port != "" {
		all = append(all, p.keypad(c.Keypad, log))
	}
	return all
}

// display returns the display of a window; a type that cannot be opened says so
// when it is.
func (p *Ports) display(c config.Counter, log *slog.Logger) Fitted {
	if c.Display.Type == config.TypeFF68 {
		b := c.Display.Bus()
		return p.onBus("display", window, b, log, func(line lineOf) Opener[device] { return asDevice(Window(b, line)) })
	}
	d, open, err := p.Above(c.Window, c.Display, nil)
	if err != nil {
		open.Driver = func(context.Context, Connect) (Above, error) { return nil, err }
	}
	return fit("display", d, c.Display.Baud, open)
}

// keypad returns a pad whose presses are kept for the walk.
func (p *Ports) keypad(c config.Keypad, log *slog.Logger) Fitted {
	walked := make(chan keypad.Key, 64)
	open := func(line lineOf) Opener[device] {
		o := p.Keypad(c, line, log, func(k keypad.Key) {
			select {
			case walked <- k:
			default: // nobody walks
			}
		})
		return Opener[device]{Port: o.Port, Via: o.Via, Connect: o.Connect, Driver: func(ctx context.Context, connect Connect) (device, error) {
			pad, err := o.Driver(ctx, connect)
			if err != nil {
				return nil, err
			}
			return walkedPad{pad, walked}, nil
		}}
	}
	if c.Type == "usb" {
		return fit("keypad", keys, 0, open(nil))
	}
	return p.onBus("keypad", keys, config.Bus{Port: c.Port, Baud: c.Baud}, log, open)
}

// A lineOf gives a line of a bus.
type lineOf = func(context.Context) (*ff68.Line, error)
