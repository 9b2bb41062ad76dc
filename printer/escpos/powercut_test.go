package escpos

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"hallway/devices"
	devsim "hallway/devices/sim"
	"hallway/printer"
	"hallway/printer/escpos/sim"
	"hallway/printer/printertest"
)

// A clerk is what stands behind the printer: paper, journal and who decides.
type clerk struct {
	*testing.T
	profile printer.Profile
	paper   *sim.Printer
	line    *devsim.Memory
	journal *printertest.Journal
}

// with opens the printer, as a program that starts does, and closes it again.
func (c clerk) with(do func(*Printer)) {
	conn, err := c.line.Open(c.Context())
	if err != nil {
		c.Fatal(err)
	}
	p, err := Open(c.Context(), conn, c.profile, c.journal)
	if err != nil {
		c.Fatal(err)
	}
	do(p)
	if err := p.Close(); err != nil {
		c.Error(err)
	}
}

// serve runs the printer behind its line until stop.
func (c clerk) serve() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- c.paper.Serve(ctx, c.line) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			c.Error(err)
		}
	}
}

// TestPowerCutAtEveryByte cuts the printer's power at every byte of a ticket, on
// a line that stays, switches it on again and prints what the rules allow.
func TestPowerCutAtEveryByte(t *testing.T) {
	for _, id := range []string{"epson-tm-t82", "generic-cn-80"} {
		p := load(t, id)
		p.Raster.Band = 4 // a short flush keeps the loop short
		printertest.PowerCut(t, p, func(ctx context.Context, conn devices.Conn, j printer.Journal) (printertest.Driver, error) {
			return Open(ctx, conn, p, j)
		})
	}
}

// A fault while bytes are still to be sent, on a printer that throws its buffer
// away: the last line has not left, so the ticket is provably not on paper, and
// what is on paper says that it was interrupted.
func TestAFaultWhileSendingWithAClearedBufferIsNotDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := bulky(load(t, "epson-tm-t82"))
		p.Link.Pace, p.Link.Chunk = 100, 64
		c := clerk{t, p, sim.New(sim.Options{Model: sim.ModelOf(p)}), devsim.NewMemory("paper"), &printertest.Journal{}}
		stop := c.serve()
		c.with(func(pr *Printer) {
			c.paper.SetRows(300)
			expect(t, pr.Print(t.Context(), big(t)), devices.NotDone, printer.ReasonPaperOut)
			if got := c.journal.States("op-2/1"); fmt.Sprint(got) != "[sending cleared]" {
				t.Errorf("states %s", got)
			}
			c.paper.SetPaper(50_000)
			expect(t, pr.Print(t.Context(), printertest.Numbered(1)), devices.Done, printer.ReasonNone)
		})
		papers := printertest.Papers(c.paper)
		if len(papers) != 2 || !strings.Contains(papers[0], "INTERRUPTED") || !strings.Contains(papers[1], printertest.LastLine) {
			t.Errorf("%q", papers)
		}
		stop()
		if err := c.line.Close(); err != nil {
			t.Error(err)
		}
	})
}
