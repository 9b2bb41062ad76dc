package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"hallway/cmd/drivers"
	"hallway/devices"
	"hallway/devices/port"
)

// rootFlags say where the kernel's trees stand.
type rootFlags struct {
	Sys string `default:"/sys" placeholder:"DIR" help:"Root of sysfs, such as a captured tree (default ${default})."`
	Dev string `default:"/dev" placeholder:"DIR" help:"Root of the nodes (default ${default})."`
}

func (f rootFlags) root() port.Root { return port.Root{Sys: f.Sys, Dev: f.Dev} }

func (f rootFlags) ports() *drivers.Ports { return drivers.NewPorts(f.root(), nil) }

type portsFlags struct {
	rootFlags
}

// list writes what is plugged in, one line a port: how a configuration names
// it, its node, what it is, and whether it may be opened.
func (f portsFlags) list(w io.Writer) error {
	all, err := f.root().List()
	if err != nil {
		return err
	}
	if len(all) == 0 {
		fmt.Fprintln(w, "nothing is plugged in")
		return nil
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "NAME IN A CONFIGURATION\tVIA\tNODE\tDEVICE\tMAY BE OPENED")
	for _, p := range all {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", port.Suggest(p, all), p.Transport, dash(p.Opens()), dash(what(p)), access(p))
	}
	return t.Flush()
}

// what says what a device says of itself.
func what(p port.Port) string {
	if p.USB == nil {
		return p.Driver
	}
	words := []string{fmt.Sprintf("%04x:%04x", p.USB.Vendor, p.USB.Product), p.USB.Maker, p.USB.Name, p.USB.Serial}
	return strings.Join(slices.DeleteFunc(words, func(s string) bool { return s == "" }), " ")
}

func access(p port.Port) string {
	switch err := p.Access(); {
	case err == nil:
		return "yes"
	case errors.Is(err, devices.ErrDenied):
		return "no, see kioskctl rules"
	default:
		return "no: " + drivers.CodeOf(err)
	}
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

type rulesFlags struct {
	rootFlags
	Group string `default:"kiosk" placeholder:"NAME" help:"Group of the user that runs the programs (default ${default})."`
}

// write writes the udev rules that let the group open what is plugged in.
func (f rulesFlags) write(w io.Writer) error {
	all, err := f.root().List()
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "# Save as /etc/udev/rules.d/70-hallway.rules, run udevadm control --reload, plug the devices in again.\n")
	var written []string
	for _, p := range all {
		if rule := p.Rule(f.Group); rule != "" && !slices.Contains(written, rule) {
			written = append(written, rule)
			fmt.Fprintf(w, "# %s\n%s\n", p, rule)
		}
	}
	return nil
}

type probeFlags struct {
	rootFlags
	Port   string `arg:"" help:"Port as a configuration names it; kioskctl ports lists them."`
	Baud   int    `placeholder:"N" help:"Try only this speed on a serial port."`
	Driver string `placeholder:"NAME" help:"Try only this driver."`
}

// speeds are those of devices as they come.
var speeds = []int{115200, 9600, 19200, 38400, 57600}

// run asks who is on a port, with every driver that can ask without a trace.
func (f probeFlags) run(ctx context.Context, w io.Writer) error {
	ports := f.ports()
	at, err := ports.Find(f.Port)
	if err != nil {
		return err
	}
	if err := at.Access(); err != nil {
		return err
	}
	for _, d := range drivers.All() {
		if d.Ask == nil || !slices.Contains(d.Via, at.Transport) || f.Driver != "" && f.Driver != d.Name {
			continue
		}
		for _, baud := range f.bauds(at) {
			if who, err := d.Ask(ctx, ports, at, baud); err == nil {
				fmt.Fprintf(w, "%s%s answers: %s\n", d.Name, speedOf(at, baud), identity(who))
				return nil
			} else if ctx.Err() != nil {
				return ctx.Err()
			} else {
				fmt.Fprintf(w, "%s%s: %s\n", d.Name, speedOf(at, baud), drivers.CodeOf(err))
			}
		}
	}
	return fmt.Errorf("%s: no driver gets an answer: %s", at.ID, drivers.Advice("silent"))
}

func (f probeFlags) bauds(at port.Port) []int {
	switch {
	case at.Transport != port.Serial:
		return []int{0}
	case f.Baud != 0:
		return []int{f.Baud}
	}
	return speeds
}

// speedOf names the speed of a serial port.
func speedOf(at port.Port, baud int) string {
	if at.Transport != port.Serial {
		return ""
	}
	return fmt.Sprintf(" at %d", baud)
}

func identity(i devices.Identity) string {
	words := []string{i.Maker, i.Model, i.Serial, i.Firmware}
	return strings.Join(slices.DeleteFunc(words, func(s string) bool { return s == "" }), " ")
}
