package driver_test

import (
	"context"
	"os"
	"testing"

	"hallway/devices"
	"hallway/devices/devicestest"
	"hallway/printer"
	"hallway/printer/driver"
	"hallway/printer/printertest"
)

// TestPrinters runs what every printer driver must do, with each language that
// a printer can speak and each way to prove a ticket.
func TestPrinters(t *testing.T) {
	for _, profile := range []string{"epson-tm-t82", "generic-cn-80", "star-line"} {
		t.Run(profile, func(t *testing.T) {
			p, err := printer.LoadProfile(profile)
			if err != nil {
				t.Fatal(err)
			}
			printertest.Run(t, p, func(ctx context.Context, conn devices.Conn, j printer.Journal) (printertest.Driver, error) {
				d, err := driver.Open(ctx, conn, p, j)
				return careless{d, os.Getenv(wrongVariable)}, err
			}, devicestest.Memory(), devicestest.PTY(), devicestest.TCP())
		})
	}
}

// careless is a printer with at most one thing wrong.
type careless struct {
	driver.Driver
	wrong string
}

func (c careless) Print(ctx context.Context, j printer.Job) printer.Result {
	if c.wrong == "forgets" {
		j.ID += "/again"
	}
	r := c.Driver.Print(ctx, j)
	switch {
	case c.wrong == "repeats" && r.Outcome != devices.NotDone:
		j.ID += "/again"
		_ = c.Driver.Print(ctx, j)
	case c.wrong == "believes" && r.Outcome == devices.Unknown:
		return printer.Result{Outcome: devices.Done}
	case c.wrong == "silent" && r.Outcome == devices.NotDone:
		r.Reason = printer.ReasonSilent
	}
	return r
}

func (c careless) Check(ctx context.Context) ([]devices.Condition, error) {
	got, err := c.Driver.Check(ctx)
	if c.wrong == "blind" {
		got = nil
	}
	return got, err
}

// wrongVariable names the mistake of the printer that a child process tests.
const wrongVariable = "PRINTERTEST_WRONG"

// TestEveryMistakeOfAPrinterIsFound runs the suite on printers with one mistake
// each, in child processes whose failure is the success.
func TestEveryMistakeOfAPrinterIsFound(t *testing.T) {
	for wrong, found := range map[string]string{
		"forgets": "InterruptedJobIsUnknownAndNotRepeated", "repeats": "PrintsOnceAndInOrder", "believes": "InterruptedJobIsUnknownAndNotRepeated",
		"silent": "Fault/cover-open", "blind": "PaperLowStillPrints",
	} {
		t.Run(wrong, func(t *testing.T) {
			devicestest.FindsMistake(t, wrongVariable, wrong, "TestPrinters/epson-tm-t82/memory/"+found)
		})
	}
}
