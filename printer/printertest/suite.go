package printertest

import (
	"context"
	"errors"
	"fmt"
	"image"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hallway/devices"
	"hallway/printer"
)

// A Driver is an open printer driver.
type Driver interface {
	printer.Printer
	devices.Device
}

// Paper is the simulated printer behind a driver: what a person does to it and
// sees of it.
type Paper interface {
	SetPaper(millimetres int)
	SetCover(open bool)
	SetCutterJam(on bool)
	SetHeadHot(on bool)
	SetRows(n int)       // dot rows left on the roll
	Texts() []string     // of the finished tickets that nobody took, oldest first
	Last() image.Image   // of the newest finished ticket, nil when there is none
	Received() int       // bytes since it was made
	Complaints() []error // what it did not understand
}

// A Suite is a printer driver to be tested. What it must do as a device is in
// package devicestest.
type Suite struct {
	// Open opens the driver on a fresh printer with a full roll. It closes both
	// at the test's end.
	Open func(t *testing.T, j printer.Journal) (Driver, Paper)
	// Virtual is set when nothing but memory lies between driver and printer.
	// The tests then run under the false clock of testing/synctest.
	Virtual bool
}

// Run tests the driver.
func (s Suite) Run(t *testing.T) {
	s.test(t, "PrintsOnceAndInOrder", inOrder)
	s.test(t, "PrintsMoreThanTheBufferHolds", large)
	s.test(t, "PrintsEveryCharacterOrNamesIt", characters)
	s.test(t, "PictureStaysOnThePaper", picture)
	s.test(t, "InterruptedJobIsUnknownAndNotRepeated", interrupted)
	s.test(t, "SameJobIsRefused", twice)
	for _, f := range faults {
		s.test(t, "Fault/"+string(f.why), f.test)
	}
	s.test(t, "PaperLowStillPrints", paperLow)
}

// A counter is a driver under test with its printer and journal.
type counter struct {
	*testing.T
	Driver
	paper   Paper
	journal *Journal
	jobs    int
}

func (s Suite) test(t *testing.T, name string, f func(*counter)) {
	run := func(t *testing.T) {
		c := &counter{T: t, journal: &Journal{}}
		c.Driver, c.paper = s.Open(t, c.journal)
		f(c)
		for _, err := range c.paper.Complaints() {
			t.Error("the printer did not understand: ", err)
		}
	}
	t.Run(name, func(t *testing.T) {
		if s.Virtual {
			synctest.Test(t, run)
		} else {
			run(t)
		}
	})
}

// patience is how long a job may take.
const patience = time.Minute

// print prints blocks and a cut as a new job.
func (c *counter) print(blocks ...printer.Block) printer.Result {
	c.Helper()
	c.jobs++
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	doc := printer.Document{Template: "ticket", Blocks: append(blocks, printer.Cut{})}
	return c.Print(ctx, printer.Job{ID: printer.JobID(fmt.Sprint("op/", c.jobs)), Doc: doc})
}

// printed fails the test unless the job ended as done.
func (c *counter) printed(r printer.Result) {
	c.Helper()
	if r.Outcome != devices.Done || r.Reason != printer.ReasonNone || r.Err != nil {
		c.Fatalf("got %s, reason %q, %v; want a printed ticket", r.Outcome, r.Reason, r.Err)
	}
}

func line(s string) printer.Block { return printer.Text{Text: s} }

func inOrder(c *counter) {
	var want []string
	for i := range 5 {
		text := fmt.Sprintf("A%03d", i)
		want = append(want, text)
		c.printed(c.print(line(text)))
	}
	if got := c.paper.Texts(); !slices.Equal(got, want) {
		c.Errorf("tickets %q, want %q", got, want)
	}
}

// large prints several times what a printer's buffer of a few kilobytes takes.
func large(c *counter) {
	const lines = 15
	var blocks []printer.Block
	for i := range 8 {
		blocks = append(blocks, printer.QR{Data: strings.Repeat(string(rune('A'+i)), 120), Module: 8})
	}
	for i := range lines {
		blocks = append(blocks, line(fmt.Sprintf("%03d ABCDEFGHIJKLMNOPQRSTUVWXYZ", i)))
	}
	before := c.paper.Received()
	c.printed(c.print(blocks...))
	if n := c.paper.Received() - before; n < 3000 {
		c.Fatalf("the job has %d bytes, too few for this test", n)
	}
	got := strings.Join(c.paper.Texts(), "\n")
	for i := range lines {
		if want := fmt.Sprintf("%03d ABCDEFGHIJKLMNOPQRSTUVWXYZ", i); strings.Count(got, want) != 1 {
			c.Fatalf("line %q stands %d times on the paper", want, strings.Count(got, want))
		}
	}
}

// characters prints what receipts hold, natively or drawn, and a character that
// no font has.
func characters(c *counter) {
	c.printed(c.print(line("排队号 办理窗口：３号 ¥12.50 “请”"), line("镕 喆 堃"), line("A-Z a-z 0-9 ~!@#$%^&*()")))
	before := c.paper.Received()
	r := c.print(line("王\uE123"))
	if r.Outcome != devices.NotDone || r.Reason != printer.ReasonDocument || r.Err == nil || !strings.Contains(strings.ToUpper(r.Err.Error()), "E123") {
		c.Errorf("got %s, reason %q, %v; want a refusal that names U+E123", r.Outcome, r.Reason, r.Err)
	}
	if n := c.paper.Received(); n != before || len(c.paper.Texts()) != 1 {
		c.Errorf("%d bytes left for a ticket that cannot be printed", n-before)
	}
}

// picture prints a frame that is wider than any paper; both its sides must be
// seen.
func picture(c *counter) {
	c.printed(c.print(printer.Image{PNG: frame(1200, 300)}))
	paper := c.paper.Last()
	if paper == nil {
		c.Fatal("no ticket")
	}
	left, right, width := inkSides(paper)
	if left < 0 || right >= width || right-left < width/2 {
		c.Errorf("the frame reaches from dot %d to %d of %d", left, right, width)
	}
	if !upright(paper, left) || !upright(paper, right) {
		c.Errorf("a side of the frame is cut off")
	}
}

// interrupted lets the paper end in the middle of a ticket. On refilled paper the
// rest of this ticket may follow, never a second one.
func interrupted(c *counter) {
	c.paper.SetRows(60)
	r := c.print(line("A001"), printer.QR{Data: "A001", Module: 8}, line("A001"))
	if r.Outcome != devices.Unknown || r.Reason != printer.ReasonPaperOut {
		c.Fatalf("got %s, reason %q, %v; want unknown because of the paper", r.Outcome, r.Reason, r.Err)
	}
	if last, ok := c.journal.Results["op/1"]; !ok || last.Outcome != devices.Unknown {
		c.Errorf("the journal says %v", last.Outcome)
	}
	c.paper.SetPaper(50_000)
	time.Sleep(2 * time.Second) // when a machine would try again
	if n := len(c.paper.Texts()); n > 1 {
		c.Errorf("%d tickets of one job", n)
	}
}

func twice(c *counter) {
	c.printed(c.print(line("A001")))
	c.jobs--
	if r := c.print(line("A001")); r.Outcome != devices.NotDone || !errors.Is(r.Err, printer.ErrPrinted) {
		c.Errorf("the same job again: %s, %v", r.Outcome, r.Err)
	}
	if got := c.paper.Texts(); len(got) != 1 {
		c.Errorf("%d tickets, want one", len(got))
	}
}

func paperLow(c *counter) {
	c.paper.SetPaper(100)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	got, err := c.Check(ctx)
	if want := (devices.Condition{Code: "paper-low"}); err != nil || !slices.Equal(got, []devices.Condition{want}) {
		c.Errorf("conditions %v, %v; want %v", got, err, want)
	}
	c.printed(c.print(line("A001")))
}
