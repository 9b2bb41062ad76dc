package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"text/tabwriter"
	"time"

	"hallway/app/config"
	"hallway/cmd/drivers"
	"hallway/devices"
)

// fittedFlags name the configuration of the devices.
type fittedFlags struct {
	rootFlags
	Kiosk   string `placeholder:"FILE" xor:"file" required:"" help:"Configuration of a terminal."`
	Counter string `placeholder:"FILE" xor:"file" required:"" help:"Configuration of a window."`
}

// oneFlags name one device: by its block in a configuration, or by its driver
// and port before there is a configuration.
type oneFlags struct {
	rootFlags
	ID      string `arg:"" help:"Device: its block in the configuration, such as reader, or with --port its driver, such as scanner."`
	Kiosk   string `placeholder:"FILE" xor:"file" required:"" help:"Configuration of a terminal."`
	Counter string `placeholder:"FILE" xor:"file" required:"" help:"Configuration of a window."`
	Port    string `placeholder:"PORT" xor:"file" required:"" help:"Port of a device that no configuration names yet."`
	Baud    int    `placeholder:"N" help:"With --port: speed of a serial port."`
	Address int    `placeholder:"N" help:"With --port: address on the counter bus."`
}

// device returns the device.
func (f oneFlags) device() (drivers.Fitted, error) {
	if f.Port != "" {
		return f.ports().Bare(f.ID, f.Port, f.Baud, f.Address, nil)
	}
	return fittedFlags{f.rootFlags, f.Kiosk, f.Counter}.device(f.ID, nil)
}

// devices returns the devices that the configuration names.
func (f fittedFlags) devices(log *slog.Logger) ([]drivers.Fitted, error) {
	ports := f.ports()
	if f.Counter != "" {
		c, err := config.LoadCounter(f.Counter)
		if err != nil {
			return nil, err
		}
		if err := drivers.ValidateCounter(f.Counter, c); err != nil {
			return nil, err
		}
		return ports.Counter(c, log), nil
	}
	c, err := config.LoadKiosk(f.Kiosk)
	if err != nil {
		return nil, err
	}
	if err := drivers.ValidateKiosk(f.Kiosk, c); err != nil {
		return nil, err
	}
	return ports.Terminal(c, log)
}

// device returns the device of an id.
func (f fittedFlags) device(id string, log *slog.Logger) (drivers.Fitted, error) {
	all, err := f.devices(log)
	if err != nil {
		return drivers.Fitted{}, err
	}
	var ids []string
	for _, d := range all {
		if d.ID == id {
			return d, nil
		}
		ids = append(ids, d.ID)
	}
	return drivers.Fitted{}, fmt.Errorf("no device %q is configured, use one of %v", id, ids)
}

type checkFlags struct{ fittedFlags }

// openTime is how long a device may take to open and to be checked.
const openTime = 15 * time.Second

// run opens every device, asks how it is, and closes it. It fails when one
// needs a person.
func (f checkFlags) run(ctx context.Context, w io.Writer) error {
	all, err := f.devices(nil)
	if err != nil {
		return err
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	bad := 0
	for _, d := range all {
		codes, who, err := examine(ctx, d)
		low, lines := f.paper(ctx, d.ID)
		codes = append(codes, low...)
		if err != nil || len(codes) > 0 {
			bad++
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", d.ID, d.Port, dash(identity(who)), verdict(codes, err))
		for _, code := range codes {
			lines = append(lines, drivers.Advice(code))
		}
		for _, line := range lines {
			fmt.Fprintf(t, "\t\t\t%s\n", line)
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if bad > 0 {
		return fmt.Errorf("%d of %d devices need a person", bad, len(all))
	}
	return nil
}

// examine returns what is to be said of a device: its faults and warnings, or
// the class of its error.
func examine(ctx context.Context, f drivers.Fitted) (codes []string, who devices.Identity, err error) {
	ctx, cancel := context.WithTimeout(ctx, openTime)
	defer cancel()
	d, err := f.Open(ctx, nil)
	if err != nil {
		return []string{drivers.CodeOf(err)}, who, err
	}
	conditions, err := d.Check(ctx)
	who = d.Identity()
	if errors.Is(err, devices.ErrNoStatus) {
		err = nil
	}
	if err != nil {
		codes = append(codes, drivers.CodeOf(err))
	}
	for _, c := range conditions {
		codes = append(codes, c.Code)
	}
	return codes, who, errors.Join(err, d.Close())
}

func verdict(codes []string, err error) string {
	switch {
	case err != nil:
		return err.Error()
	case len(codes) > 0:
		return strings.Join(codes, ", ")
	}
	return "works"
}

type testFlags struct{ oneFlags }

// run makes a device do something that can be seen.
func (f testFlags) run(ctx context.Context, w io.Writer) error {
	return f.with(ctx, w, func(d drivers.Fitted, open devices.Device) error {
		if d.Driver.Test == nil {
			return fmt.Errorf("%s does nothing by itself, use kioskctl walk %s", d.ID, d.ID)
		}
		return d.Driver.Test(ctx, open, func(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) })
	})
}

// with opens a device for do and closes it.
func (f oneFlags) with(ctx context.Context, w io.Writer, do func(drivers.Fitted, devices.Device) error) error {
	d, err := f.device()
	if err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, openTime)
	open, err := d.Open(limited, nil)
	cancel()
	if err != nil {
		fmt.Fprintln(w, drivers.Advice(drivers.CodeOf(err)))
		return err
	}
	return errors.Join(do(d, open), open.Close())
}

type walkFlags struct{ oneFlags }

// run leads the technician through what only a person can do.
func (f walkFlags) run(ctx context.Context, in io.Reader, w io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	lines := make(chan string)
	go read(ctx, in, lines)
	return f.with(ctx, w, func(d drivers.Fitted, open devices.Device) error {
		if err := d.Driver.Walk(ctx, open, person{w, lines}); err != nil {
			return err
		}
		fmt.Fprintf(w, "%s passed\n", d.ID)
		return nil
	})
}

// A person is the technician at the terminal.
type person struct {
	out   io.Writer
	lines <-chan string
}

// Say implements [drivers.Guide].
func (p person) Say(format string, args ...any) { fmt.Fprintf(p.out, format+"\n", args...) }

// Confirm implements [drivers.Guide].
func (p person) Confirm(ctx context.Context, question string) (bool, error) {
	for {
		p.Say("%s [y/n]", question)
		select {
		case answer := <-p.lines:
			switch strings.ToLower(strings.TrimSpace(answer)) {
			case "y", "yes":
				return true, nil
			case "n", "no":
				return false, nil
			}
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
}
