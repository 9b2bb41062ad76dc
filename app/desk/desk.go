package desk

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"hallway/app/desk/proxy"
	keypadsim "hallway/devices/keypad/sim"
	"hallway/devices/sim"
	readersim "hallway/idreader/sam/sim"
	printersim "hallway/printer/escpos/sim"
	displaysim "hallway/queue/display/sim"
)

// A Desk is the simulated devices and the network of one hall. The devices'
// own methods are what a person does with them.
type Desk struct {
	Reader  *readersim.Reader
	Printer *printersim.Printer
	Display *displaysim.Window
	Keypad  *keypadsim.Keypad
	Network *proxy.Proxy

	tickets string
	log     *slog.Logger
	ports   []*socket

	mu    sync.Mutex
	brush int         // how often the reader had selected when a card was brushed, or noBrush
	saved int         // number of the last picture
	last  *image.Gray // the ticket on it
}

// DisplayShows is the message of the log line that says what the window's LED
// shows: three places of the ticket and three of the people who wait.
const DisplayShows = "display shows"

// A socket is a line with a stable name and the device on it.
type socket struct {
	name  string
	pty   *sim.PTY
	line  *sim.Faulty
	serve func(context.Context, io.ReadWriter) error
}

// Open makes the ports and the network of a desk. When it fails nothing stays
// open.
func Open(c Config, log *slog.Logger) (*Desk, error) {
	model, err := printersim.LoadModel(c.Printer.Profile)
	if err != nil {
		return nil, err
	}
	d := &Desk{
		Reader:  readersim.New(readersim.Options{RF: cardTime}),
		Printer: printersim.New(printersim.Options{Model: model, TimeScale: 1, Paper: c.Printer.RollMM}),
		Display: displaysim.New(displaysim.Options{Address: byte(c.Counter.Display)}),
		Keypad:  keypadsim.New(keypadsim.Options{Address: byte(c.Counter.Keypad)}),
		tickets: c.Printer.Tickets, log: log, brush: noBrush,
	}
	if err := d.open(c); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	d.Reader.OnChange(d.hurry)
	d.Printer.OnChange(d.save)
	d.Display.OnChange(func() {
		ticket, waiting := d.Display.Shown()
		log.Info(DisplayShows, "ticket", ticket, "waiting", waiting)
	})
	return d, nil
}

func (d *Desk) open(c Config) error {
	var err error
	if d.Network, err = proxy.Listen(c.Network.Listen, c.Network.Hall); err != nil {
		return err
	}
	if d.tickets != "" {
		if err := os.MkdirAll(d.tickets, 0o700); err != nil {
			return fmt.Errorf("folder for tickets: %w", err)
		}
	}
	if err := d.plug("reader", c.Reader.Link, c.Reader.Script, d.Reader, readersim.Directives, d.Reader.Serve); err != nil {
		return err
	}
	if err := d.plug("printer", c.Printer.Link, c.Printer.Script, d.Printer, printersim.Directives(), d.Printer.Serve); err != nil {
		return err
	}
	return d.plug("counter", c.Counter.Link, c.Counter.Script, nil, nil, d.serveBus)
}

// plug makes a port with its faults for a device.
func (d *Desk) plug(name, link, script string, device sim.Applier, directives []string, serve func(context.Context, io.ReadWriter) error) error {
	s, err := sim.ParseScript(script)
	if err == nil {
		err = s.Unknown(directives...)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	p := &socket{name: name, serve: serve}
	if p.pty, err = sim.OpenPTY(link); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	d.ports = append(d.ports, p)
	if p.line, err = sim.NewFaulty(p.pty, s, device); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// serveBus serves display and keypad on one line.
func (d *Desk) serveBus(ctx context.Context, line io.ReadWriter) error {
	b := &bus{line: line}
	display, keypad := b.tap(), b.tap()
	var errs [2]error
	var served sync.WaitGroup
	served.Go(func() { errs[0] = d.Display.Serve(ctx, display) })
	served.Go(func() { errs[1] = d.Keypad.Serve(ctx, keypad) })
	err := b.run(ctx)
	served.Wait()
	return errors.Join(err, errs[0], errs[1])
}

// Run serves every device and the network until ctx ends and closes the desk.
func (d *Desk) Run(ctx context.Context) error {
	errs := make([]error, len(d.ports)+1)
	var served sync.WaitGroup
	for i, p := range d.ports {
		served.Go(func() {
			if err := p.serve(ctx, p.line); err != nil {
				errs[i] = fmt.Errorf("simulated %s: %w", p.name, err)
				d.log.Error("device ended", "device", p.name, "err", err)
			}
		})
	}
	served.Go(func() { errs[len(d.ports)] = d.Network.Run(ctx) })
	served.Wait()
	return errors.Join(append(errs, d.Close())...)
}

// Close closes the ports and the network. Run does it by itself.
func (d *Desk) Close() error {
	var errs []error
	for _, p := range d.ports {
		if p.line != nil {
			errs = append(errs, p.line.Close())
		}
		errs = append(errs, p.pty.Close())
	}
	d.ports = nil
	if d.Network != nil {
		d.Network.Close() // fails only when it is closed already
	}
	return errors.Join(errs...)
}

// save writes a picture of every ticket that was cut since the last call.
// Tickets are taken oldest first, so all that follow the last one saved are
// new; when that one is gone, all are.
func (d *Desk) save() {
	if d.tickets == "" {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	all := d.Printer.Tickets()
	known := slices.IndexFunc(all, func(t printersim.Ticket) bool { return t.Image == d.last })
	for _, t := range all[known+1:] {
		if err := d.write(t); err != nil {
			d.log.Error("ticket not saved", "err", err)
		}
		d.last = t.Image
	}
}

// write writes a ticket beside its place and moves it there, so that nobody
// reads half a picture. Numbers that are taken from an earlier run are skipped.
func (d *Desk) write(t printersim.Ticket) error {
	png, err := t.PNG()
	if err != nil {
		return err
	}
	for {
		d.saved++
		path := filepath.Join(d.tickets, fmt.Sprintf("%04d.png", d.saved))
		if _, err := os.Stat(path); err == nil {
			continue
		}
		if err := os.WriteFile(path+".new", png, 0o600); err != nil {
			return err
		}
		return os.Rename(path+".new", path)
	}
}
