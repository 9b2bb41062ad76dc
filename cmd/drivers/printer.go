package drivers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"hallway/app/config"
	"hallway/devices"
	"hallway/devices/port"
	"hallway/devices/serialport"
	"hallway/devices/trace"
	"hallway/printer"
	"hallway/printer/driver"
	"hallway/printer/escpos"
	"hallway/printer/ticket"
)

// The codes of a roll that comes to its end: by the printer's sensor, and by what
// was printed on it.
const (
	CodePaperLow = escpos.CodePaperLow
	CodeRollLow  = "roll-low"
)

var receipts = Driver{
	Name: "printer", Kind: devices.Printer, Title: "Receipt printer",
	About: []string{
		"Prints slips in ESC/POS and asks the printer, in its own language, whether the paper came out. What a model can do is its profile; the profile is the first thing to get right.",
		"A serial printer needs the speed and the flow control of its own setup slip, which most print when they are switched on with the feed button held down. Without flow control a full buffer loses text.",
		"What is printed is counted in metres. A roll that is changed while the terminal runs, or after its sensor said that it comes to an end, is noticed; after any other change, say so by 'kioskctl roll new --kiosk FILE', and how much is left is shown by 'kioskctl roll show' and 'kioskctl check'.",
	},
	Block: "Block `[printer]` of the kiosk's file.", Settings: config.Printer{},
	Conditions: []string{
		CodePaperLow, escpos.CodePaperOut, escpos.CodeCover, escpos.CodeCutter, escpos.CodeJam, escpos.CodeHot,
		escpos.CodeBroken, escpos.CodeOffline, CodeRollLow,
	},
	Via:  streams,
	Walk: walkPrinter, Test: testPrinter, Ask: askPrinter,
	Mask: mask, Polls: statusRequests,
	Over: func(ctx context.Context, conn devices.Conn, _ int) (devices.Device, error) {
		profile, err := printer.LoadProfile(plainest)
		if err != nil {
			return nil, errors.Join(err, conn.Close())
		}
		return openPaper(ctx, conn, profile, nil)
	},
}

// statusRequests are DLE EOT 1 to 4, which name nobody.
var statusRequests = [][]byte{{0x10, 0x04, 1}, {0x10, 0x04, 2}, {0x10, 0x04, 3}, {0x10, 0x04, 4}}

// mask shows what a printer answers, and of what is written only that which
// names nobody: requests for the status, GS a, which switches reports of changes
// on, GS I, which asks for model and firmware, and the zeros that end a command
// which was cut off.
func mask() trace.Mask {
	return trace.MaskFunc(func(d trace.Direction, p []byte) bool {
		switch {
		case d == trace.Read, len(bytes.Trim(p, "\x00")) == 0:
			return true
		case len(p) == 3 && p[0] == 0x1D:
			return p[1] == 'a' || p[1] == 'I'
		}
		return slices.ContainsFunc(statusRequests, func(q []byte) bool { return bytes.Equal(p, q) })
	})
}

// flows are the ways of flow control by their names in a configuration.
var flows = map[string]serialport.Flow{
	"none": serialport.NoFlow, "rtscts": serialport.RTSCTS, "dsrdtr": serialport.DTRDSR, "xonxoff": serialport.XONXOFF,
}

// A Paper is an open printer with its profile.
type Paper struct {
	driver.Driver
	Profile printer.Profile
}

func openPaper(ctx context.Context, conn devices.Conn, profile printer.Profile, j printer.Journal) (Paper, error) {
	d, err := driver.Open(ctx, conn, profile, j)
	return Paper{d, profile}, err
}

// Printer returns what opens the printer of a configuration.
func (p *Ports) Printer(c config.Printer, profile printer.Profile, j printer.Journal) Opener[Paper] {
	return Opener[Paper]{
		Port: c.Port, Via: receipts.Via,
		Connect: p.Stream(c.Port, serialport.Mode{Baud: c.Baud, Flow: flows[c.Flow]}, receipts.Via...),
		Driver: func(ctx context.Context, connect Connect) (Paper, error) {
			conn, err := connect(ctx, 0)
			if err != nil {
				return Paper{}, err
			}
			return openPaper(ctx, conn, profile, j)
		},
	}
}

// plainest is a profile that asks only what every printer may be asked.
const plainest = "generic-cn-80"

// askPrinter asks for status and model, which prints nothing.
func askPrinter(ctx context.Context, p *Ports, at port.Port, baud int) (devices.Identity, error) {
	profile, err := printer.LoadProfile(plainest)
	if err != nil {
		return devices.Identity{}, err
	}
	conn, err := stream(ctx, at, serialport.Mode{Baud: baud})
	if err != nil {
		return devices.Identity{}, err
	}
	d, err := escpos.Open(ctx, conn, profile, nil)
	if err != nil {
		return devices.Identity{}, err
	}
	return d.Identity(), d.Close()
}

// testPrinter prints the test page.
func testPrinter(ctx context.Context, d devices.Device, say func(string, ...any)) error {
	return TestPage(ctx, d.(Paper), say)
}

// TestPage prints the test page as a job and says what became of it.
func TestPage(ctx context.Context, p Paper, say func(format string, args ...any)) error {
	page := ticket.Test{Profile: p.Profile, Model: p.Identity().Model, At: time.Now()}
	r := p.Print(ctx, printer.Job{ID: printer.JobID("test-" + time.Now().Format("20060102-150405")), Doc: page.Document("zh-Hans")})
	say("test page: %v (proof %s)", r.Outcome, r.Proof)
	if r.Outcome == devices.Done {
		return nil
	}
	return fmt.Errorf("test page %v: %s: %w", r.Outcome, r.Reason, r.Err)
}

// walkPrinter has cover and paper moved, and a page printed and looked at.
func walkPrinter(ctx context.Context, d devices.Device, g Guide) error {
	for _, s := range []struct{ code, do, undo string }{
		{escpos.CodeCover, "Open the cover.", "Close the cover."},
		{escpos.CodePaperOut, "Take the paper out and close the cover.", "Put the paper back in and close the cover."},
	} {
		if err := condition(ctx, d, g, s.code, s.do, true); err != nil {
			return err
		}
		if err := condition(ctx, d, g, s.code, s.undo, false); err != nil {
			return err
		}
	}
	proof := testPrinter(ctx, d, g.Say)
	whole, err := g.Confirm(ctx, "Did a whole page come out, with every line readable and cut off?")
	switch {
	case err != nil:
		return err
	case !whole:
		return fmt.Errorf("the page is not whole: try another profile")
	}
	return proof
}
