package drivers

import (
	"cmp"
	"fmt"
	"log/slog"
	"strings"

	"hallway/app/config"
	"hallway/idreader/sam"
	"hallway/printer"
)

// Bare returns a device that no configuration names yet, on a port and with the
// usual settings otherwise. baud and address 0 are the usual ones.
func (p *Ports) Bare(name, text string, baud, address int, log *slog.Logger) (Fitted, error) {
	d, err := Named(name)
	if err != nil {
		return Fitted{}, err
	}
	bus := config.Bus{Port: text, Baud: cmp.Or(baud, 9600), Address: address}
	switch name {
	case reader.Name:
		return fit(name, d, baud, p.Reader(config.Reader{Port: text, Baud: baud, Link: "auto"}, sam.Options{Log: log})), nil
	case receipts.Name:
		profile, err := printer.LoadProfile(plainest)
		if err != nil {
			return Fitted{}, err
		}
		c := config.Printer{Port: text, Baud: cmp.Or(baud, 115200), Flow: "none"}
		return fit(name, d, c.Baud, p.Printer(c, profile, nil)), nil
	case scan.Name:
		return fit(name, d, bus.Baud, p.Scanner(config.Scanner{Port: text, Baud: bus.Baud, Suffix: "any"}, log)), nil
	case documents.Name:
		return fit(name, d, bus.Baud, p.Document(text, bus.Baud, log)), nil
	case window.Name:
		bus.Address = cmp.Or(address, 1)
		return p.onBus(name, d, bus, log, func(line lineOf) Opener[device] { return asDevice(Window(bus, line)) }), nil
	case ratings.Name:
		bus.Address = cmp.Or(address, 3)
		return p.onBus(name, d, bus, log, func(line lineOf) Opener[device] { return asDevice(Rater(text, bus.Address, line, log)) }), nil
	case keys.Name:
		return p.keypad(config.Keypad{Type: "bus", Port: text, Baud: bus.Baud, Address: cmp.Or(address, 2), Echo: true}, log), nil
	}
	if profile, ok := strings.CutPrefix(name, panelPrefix); ok {
		c := config.Display{Type: profile, Port: text, Baud: baud, Address: cmp.Or(address, 1)}
		_, open, err := p.Above("", c, nil)
		return fit(name, d, baud, open), err
	}
	return Fitted{}, fmt.Errorf("driver %s needs a configuration", name)
}
