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
	"hallway/devices/rater"
	box "hallway/devices/rater/sim"
	eye "hallway/devices/scanner/sim"
	slot "hallway/idreader/mrz/sim"
	reader "hallway/idreader/sam/sim"
	paper "hallway/printer/escpos/sim"
	"hallway/printer/raster"
	panels "hallway/queue/display/panel/sim"
	led "hallway/queue/display/sim"
)

type printerFlags struct {
	portFlags
	Model string `default:"generic-cn-80" aliases:"profile" placeholder:"NAME" help:"Model of the printer, its profile, or a profile's file (default ${default})."`
}

type documentFlags struct {
	portFlags
	Framing string `default:"plain" enum:"plain,unbroken,desko,3m" placeholder:"NAME" help:"How it frames zones: plain, unbroken, desko or 3m (default ${default})."`
}

type raterFlags struct {
	portFlags
	Address uint8 `default:"3" placeholder:"N" help:"Address on the bus (default ${default})."`
}

type windowFlags struct {
	portFlags
	Address uint8 `default:"1" placeholder:"N" help:"Address on the bus (default ${default})."`
}

type panelFlags struct {
	portFlags
	Type    string `required:"" placeholder:"NAME" help:"Type of the panel, as in the counter's file: modbus, onbon, alpha and so on; a wrong name lists all."`
	Address uint8  `default:"1" placeholder:"N" help:"Address on the line (default ${default})."`
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
		d, err := printerDevice(f.Printer.Model, out)
		return d, f.Printer.portFlags, err
	case "sim window":
		return windowDevice(f.Window.Address, out), f.Window.portFlags, nil
	case "sim panel":
		d, err := panelDevice(f.Panel.Type, f.Panel.Address, out)
		return d, f.Panel.portFlags, err
	case "sim scanner":
		return scannerDevice(out), f.Scanner, nil
	case "sim document":
		return documentDevice(f.Document.Framing, out), f.Document.portFlags, nil
	case "sim rater":
		return raterDevice(f.Rater.Address, out), f.Rater.portFlags, nil
	case "sim keypad":
		return keypadDevice(f.Keypad.Address, out), f.Keypad.portFlags, nil
	}
	return device{}, portFlags{}, fmt.Errorf("no command %q", command)
}

func readerDevice(out *console) device {
	r := reader.New(reader.Options{})
	return device{name: "reader", words: reader.Directives, rig: r, commands: map[string]command{
		"cards": {"", "list the cards", func([]string) error {
			for i, s := range reader.AllSpecimens() {
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
	all := reader.AllSpecimens()
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

func panelDevice(kind string, address uint8, out *console) (device, error) {
	p, err := panels.New(panels.Options{Type: kind, Address: int(address)})
	if err != nil {
		return device{}, err
	}
	p.OnChange(func() { out.line("panel shows [%s]", strings.ReplaceAll(p.Text(), "\n", " | ")) })
	return device{name: "panel", words: panels.Directives, rig: p, commands: map[string]command{
		"picture": {"FILE.png", "draw what a person sees", func(args []string) error {
			if len(args) != 1 {
				return errors.New("picture FILE.png")
			}
			png, err := p.Picture().PNG(glyph)
			if err == nil {
				err = os.WriteFile(args[0], png, 0o644)
			}
			if err == nil {
				out.line("picture in %s", args[0])
			}
			return err
		}},
		"errors": {"", "list what the panel did not understand", func([]string) error {
			return errors.Join(p.Errors()...)
		}},
	}}, nil
}

// glyph draws a character as many dots high as a panel's line, in Chinese too.
func glyph(r rune, high int) (int, func(x, y int) bool) {
	b := raster.Text(string(r), high, high >= boldFrom)
	return b.W, b.At
}

// boldFrom is the height from which a bold stroke leaves room between strokes.
const boldFrom = 24

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

func scannerDevice(out *console) device {
	s := eye.New(eye.Options{})
	return device{name: "scanner", words: eye.Directives, rig: s, commands: map[string]command{
		"hold": {"TEXT", "hold a code before the scanner", func(args []string) error {
			err := s.Hold([]byte(strings.Join(args, " ")))
			if err == nil {
				out.line("codes sent: %d", s.Sent())
			}
			return err
		}},
	}}
}

func documentDevice(framing string, out *console) device {
	f := slot.Framing(framing)
	if framing == "plain" {
		f = slot.Plain
	}
	r := slot.New(slot.Options{Framing: f})
	all := slot.Specimens()
	return device{name: "document", words: slot.Directives, rig: r, commands: map[string]command{
		"documents": {"", "list the documents", func([]string) error {
			for i, s := range all {
				out.line("%d %s", i+1, s.What)
			}
			return nil
		}},
		"swipe": {"NUMBER", "swipe a document", func(args []string) error {
			n, err := strconv.Atoi(strings.Join(args, " "))
			if err != nil || n < 1 || n > len(all) {
				return fmt.Errorf("swipe NUMBER, 1 to %d; documents lists them", len(all))
			}
			return r.Swipe(all[n-1].Lines...)
		}},
	}}
}

func raterDevice(address uint8, out *console) device {
	r := box.New(box.Options{Address: address})
	return device{name: "rater", words: box.Directives, rig: r, commands: map[string]command{
		"press": {"RATING", "press the key of a rating", func(args []string) error { return r.Press(rater.Rating(strings.Join(args, " "))) }},
		"ratings": {"", "list the ratings", func([]string) error {
			out.line("%v", rater.Ratings)
			return nil
		}},
	}}
}
