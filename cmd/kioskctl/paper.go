package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"

	"hallway/app/config"
	"hallway/cmd/drivers"
	"hallway/devices"
	"hallway/printer"
	"hallway/printer/driver"
	"hallway/printer/escpos/detect"
	"hallway/printer/layout"
)

// ticketFlags are what is done with documents.
type ticketFlags struct {
	Render renderFlags `cmd:"" help:"Render a document as the bytes for a printer, and as a picture."`
}

type renderFlags struct {
	Document string `arg:"" help:"Document in JSON; printer/testdata has one of each kind."`
	Profile  string `default:"generic-cn-80" placeholder:"NAME" help:"Profile of the printer (default ${default})."`
	Out      string `required:"" placeholder:"FILE.bin" help:"Bytes to write."`
	PNG      string `name:"png" placeholder:"FILE.png" help:"Picture to write, a pixel a dot."`
	Lang     string `default:"" enum:",zh,en" placeholder:"zh|en" help:"Language of the document, in place of its own."`
}

// languages are the languages of documents by their short names.
var languages = map[string]string{"zh": "zh-Hans", "en": "en"}

// run renders the document.
func (f renderFlags) run(w io.Writer) error {
	p, err := printer.LoadProfile(f.Profile)
	if err != nil {
		return err
	}
	b, err := os.ReadFile(f.Document)
	if err != nil {
		return err
	}
	d, err := printer.ParseDocument(b)
	if err != nil {
		return fmt.Errorf("%s: %w", f.Document, err)
	}
	if f.Lang != "" {
		d.Lang = languages[f.Lang]
	}
	out, err := driver.Encode(d, p)
	if err == nil {
		err = os.WriteFile(f.Out, out, 0o644)
	}
	if err == nil && f.PNG != "" {
		err = f.picture(d, p)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", f.Document, err)
	}
	fmt.Fprintf(w, "%s: %d bytes, %.1f s at 9600, %.1f s at 115200 bits a second\n", f.Out, len(out), float64(len(out))/960, float64(len(out))/11520)
	return nil
}

func (f renderFlags) picture(d printer.Document, p printer.Profile) error {
	file, err := os.Create(f.PNG)
	if err != nil {
		return err
	}
	_, err = layout.PNG(file, d, p)
	return errors.Join(err, file.Close())
}

// printerCommands are what is done with printers that nobody knows yet.
type printerCommands struct {
	Detect  detectFlags  `cmd:"" help:"Ask a printer what it is and what it can, without printing; lists the profiles that fit."`
	Profile profileFlags `cmd:"" help:"Write a draft of a profile from a printer's answers."`
	Probe   pageFlags    `cmd:"" help:"Print a page that shows what a profile claims, and say what to look for."`
	Test    pageFlags    `cmd:"" help:"Print the test page as a job, and say what became of it."`
}

// paperFlags say where a printer is.
type paperFlags struct {
	rootFlags
	Port string `arg:"" help:"Port as a configuration names it."`
	Baud int    `default:"115200" placeholder:"N" help:"Speed of a serial printer (default ${default})."`
	Flow string `default:"none" enum:"none,rtscts,dsrdtr,xonxoff" placeholder:"NAME" help:"Flow control of a serial printer: none, rtscts, dsrdtr or xonxoff (default ${default})."`
}

// connect opens the port and returns the printer's USB numbers, "" for another
// port.
func (f paperFlags) connect(ctx context.Context) (conn devices.Conn, usb string, err error) {
	ports := f.ports()
	if at, err := ports.Find(f.Port); err == nil && at.USB != nil {
		usb = fmt.Sprintf("%04x:%04x", at.USB.Vendor, at.USB.Product)
	}
	ctx, cancel := context.WithTimeout(ctx, openTime)
	defer cancel()
	conn, err = ports.Printer(f.config(), printer.Profile{}, nil).Connect(ctx, 0)
	return conn, usb, err
}

func (f paperFlags) config() config.Printer {
	return config.Printer{Port: f.Port, Baud: f.Baud, Flow: f.Flow}
}

// ask puts every question to the printer.
func (f paperFlags) ask(ctx context.Context) (a detect.Answers, usb string, err error) {
	conn, usb, err := f.connect(ctx)
	if err != nil {
		return a, usb, err
	}
	a, err = detect.Ask(ctx, conn)
	return a, usb, errors.Join(err, conn.Close())
}

type detectFlags struct{ paperFlags }

func (f detectFlags) run(ctx context.Context, w io.Writer) error {
	a, usb, err := f.ask(ctx)
	if err != nil {
		return err
	}
	all, err := a.Candidates(usb)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "says: %s\n", dash(identity(a.Identity)))
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range all {
		fmt.Fprintf(t, "%s\t%s\n", c.Profile, c.Why)
	}
	return t.Flush()
}

type profileFlags struct {
	paperFlags
	ID  string `required:"" placeholder:"NAME" help:"Name of the new profile."`
	Out string `placeholder:"FILE" help:"File to write; without it the standard output."`
}

func (f profileFlags) run(ctx context.Context, w io.Writer) error {
	a, usb, err := f.ask(ctx)
	if err != nil {
		return err
	}
	p, notes, err := a.Draft(usb, f.ID)
	if err != nil {
		return err
	}
	text, err := p.TOML()
	if err != nil {
		return err
	}
	if f.Out == "" {
		_, err = w.Write(text)
		return err
	}
	for _, n := range notes {
		fmt.Fprintln(w, n)
	}
	return os.WriteFile(filepath.Clean(f.Out), text, 0o644)
}

type pageFlags struct {
	paperFlags
	Profile string `required:"" placeholder:"NAME" help:"Profile to print with, or its file."`
}

// with opens the printer with the profile for do.
func (f pageFlags) with(ctx context.Context, do func(drivers.Paper) error) error {
	p, err := printer.LoadProfile(f.Profile)
	if err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, openTime)
	d, err := f.ports().Printer(f.config(), p, nil).Open(limited)
	cancel()
	if err != nil {
		return err
	}
	return errors.Join(do(d), d.Close())
}

// probe prints the probe page.
func (f pageFlags) probe(ctx context.Context, w io.Writer) error {
	return f.with(ctx, func(d drivers.Paper) error {
		page, parts, err := detect.Page(d.Profile)
		if err != nil {
			return err
		}
		for i, p := range parts {
			fmt.Fprintf(w, "%d %s: %s\n", i+1, p.Key, p.Look)
		}
		return d.Raw(ctx, page)
	})
}

// test prints the test page.
func (f pageFlags) test(ctx context.Context, w io.Writer) error {
	return f.with(ctx, func(d drivers.Paper) error {
		return drivers.TestPage(ctx, d, func(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) })
	})
}
