package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"hallway/devices/keypad"
	pad "hallway/devices/keypad/sim"
	reader "hallway/idreader/sam/sim"
	paper "hallway/printer/escpos/sim"
	led "hallway/queue/display/sim"
)

type printerFlags struct {
	portFlags
	Profile string `default:"generic-cn-80" placeholder:"NAME" help:"Profile of the printer, or a profile's file (default ${default})."`
}

type windowFlags struct {
	portFlags
	Address uint8 `default:"1" placeholder:"N" help:"Address on the bus (default ${default})."`
}

type keypadFlags struct {
	portFlags
	Address uint8 `default:"2" placeholder:"N" help:"Address on the bus (default ${default})."`
}

// device makes the simulator that the command line names.
func (f simFlags) device(command string, out *console) (device, portFlags, error) {
	switch command {
	case "sim reader":
		return readerDevice(out), f.Reader, nil
	case "sim printer":
		d, err := printerDevice(f.Printer.Profile, out)
		return d, f.Printer.portFlags, err
	case "sim window":
		return windowDevice(f.Window.Address, out), f.Window.portFlags, nil
	case "sim keypad":
		return keypadDevice(f.Keypad.Address, out), f.Keypad.portFlags, nil
	}
	return device{}, portFlags{}, fmt.Errorf("no command %q", command)
}

func readerDevice(out *console) device {
	r := reader.New(reader.Options{})
	return device{name: "reader", words: reader.Directives, rig: r, commands: map[string]command{
		"cards": {"", "list the cards", func([]string) error {
			for i, s := range reader.Specimens() {
				out.line("%d %s (%s)", i+1, s.Name, s.What)
			}
			return nil
		}},
		"lay": {"NAME|NUMBER", "lay a card down", func(args []string) error {
			s, err := specimen(strings.Join(args, " "))
			if err == nil {
				r.Lay(s.Card)
				out.line("card of %s lies", s.Name)
			}
			return err
		}},
		"lift": {"", "take the card away", func([]string) error {
			r.Lift()
			out.line("no card lies")
			return nil
		}},
	}}
}

// specimen finds a card by its number in the list or its holder's name.
func specimen(name string) (reader.Specimen, error) {
	all := reader.Specimens()
	n, err := strconv.Atoi(name)
	i := slices.IndexFunc(all, func(s reader.Specimen) bool { return s.Name == name })
	if err == nil && n >= 1 && n <= len(all) {
		i = n - 1
	}
	if i < 0 {
		return reader.Specimen{}, fmt.Errorf("no card %q; cards lists them", name)
	}
	return all[i], nil
}

func printerDevice(profile string, out *console) (device, error) {
	model, err := paper.LoadModel(profile)
	if err != nil {
		return device{}, err
	}
	p := paper.New(paper.Options{Model: model, TimeScale: 1})
	var known atomic.Int64
	p.OnChange(func() {
		if n := int64(len(p.Tickets())); n > known.Swap(n) {
			out.line("ticket finished, %d to take, %d mm of paper left", n, p.Paper())
		}
	})
	return device{name: "printer", words: paper.Directives(), rig: p, commands: map[string]command{
		"cover": {"open|close", "open or close the cover", func(args []string) error {
			if len(args) != 1 || args[0] != "open" && args[0] != "close" {
				return errors.New("cover open or cover close")
			}
			p.SetCover(args[0] == "open")
			return nil
		}},
		"paper": {"MM", "put a roll of that length in; 0 takes it out", func(args []string) error {
			mm, err := strconv.Atoi(strings.Join(args, " "))
			if err != nil || mm < 0 {
				return errors.New("paper MM, such as paper 80000")
			}
			p.SetPaper(mm)
			return nil
		}},
		"take": {"FILE.png", "take the oldest ticket, or tear off what hangs out", func(args []string) error {
			return take(p, args, out)
		}},
		"errors": {"", "list what the printer did not understand", func([]string) error {
			return errors.Join(p.Errors()...)
		}},
	}}, nil
}

// take writes the picture of a ticket.
func take(p *paper.Printer, args []string, out *console) error {
	if len(args) != 1 {
		return errors.New("take FILE.png")
	}
	// The file comes first, or a mistyped path would lose the ticket.
	f, err := os.Create(args[0])
	if err != nil {
		return err
	}
	t, ok := p.Take()
	if !ok {
		return errors.Join(errors.New("there is no ticket"), f.Close(), os.Remove(args[0]))
	}
	png, err := t.PNG()
	if err == nil {
		_, err = f.Write(png)
	}
	if err = errors.Join(err, f.Close()); err == nil {
		out.line("ticket in %s", args[0])
	}
	return err
}

func windowDevice(address uint8, out *console) device {
	w := led.New(led.Options{Address: address})
	w.OnChange(func() {
		ticket, waiting := w.Shown()
		out.line("ticket [%s] waiting [%s]", ticket, waiting)
	})
	return device{name: "window", words: led.Directives, rig: w, commands: map[string]command{}}
}

func keypadDevice(address uint8, out *console) device {
	k := pad.New(pad.Options{Address: address})
	k.OnChange(func() { out.line("presses acknowledged: %d", k.Acked()) })
	return device{name: "keypad", words: pad.Directives, rig: k, commands: map[string]command{
		"press": {"KEY", "press a key", func(args []string) error { return k.Press(keypad.Key(strings.Join(args, " "))) }},
		"keys": {"", "list the keys", func([]string) error {
			out.line("%v", keypad.DefaultTable().Keys())
			return nil
		}},
	}}
}
