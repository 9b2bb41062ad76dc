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

// number is what the ticket of the power-cut tests says in its first line, and
// last what it says in its last.
const (
	number = "A012"
	last   = "LAST LINE"
)

// numbered is a ticket, marked from the second attempt on as the caller must.
func numbered(attempt int) printer.Job {
	blocks := []printer.Block{printer.Text{Text: number, Scale: 4}, printer.QR{Data: "A012", Module: 4}}
	if attempt > 1 {
		blocks = append(blocks, printer.Text{Text: fmt.Sprintf("补打第%d次", attempt-1)})
	}
	blocks = append(blocks, printer.Text{Text: last}, printer.Cut{})
	return printer.Job{ID: printer.JobID(fmt.Sprint("op-7/", attempt)), Doc: printer.Document{Template: "ticket", Blocks: blocks}}
}

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

// papers returns what is on every piece of paper, the torn-off rest last.
func (c clerk) papers() []string {
	var out []string
	for {
		t, ok := c.paper.Take()
		if !ok {
			return out
		}
		out = append(out, t.Text)
	}
}

// judge counts the pieces of paper that pass for a ticket.
func (c clerk) judge(outcome devices.Outcome, papers []string) {
	c.Helper()
	whole, unmarked := 0, 0
	for _, text := range papers {
		if !strings.Contains(text, number) {
			continue
		}
		if strings.Contains(text, last) {
			whole++
		}
		if !strings.Contains(text, "补打") && !strings.Contains(text, "INTERRUPTED") {
			unmarked++
		}
	}
	if unmarked > 1 || outcome == devices.Done && whole == 0 {
		c.Errorf("%d whole, %d unmarked, %s:\n%s", whole, unmarked, outcome, strings.Join(papers, "\n-----\n"))
	}
}

// recovers does what stands in the journal's rules: what is not done is printed
// again by the machine, what is unknown by a person, who marks it.
func (c clerk) recovers(first devices.Outcome) devices.Outcome {
	outcome := first
	c.with(func(p *Printer) {
		switch first {
		case devices.NotDone:
			job := numbered(1)
			job.ID += "r"
			outcome = p.Print(c.Context(), job).Outcome
		case devices.Unknown:
			outcome = p.Print(c.Context(), numbered(2)).Outcome
		}
	})
	if outcome != devices.Done {
		c.Errorf("after %s the second print is %s", first, outcome)
	}
	return outcome
}

// TestPowerCutAtEveryByte cuts the printer's power at every byte of a ticket, on
// a line that stays, switches it on again and prints what the rules allow.
func TestPowerCutAtEveryByte(t *testing.T) {
	for _, id := range []string{"epson-tm-t82", "generic-cn-80"} {
		p := load(t, id)
		p.Raster.Band = 4 // a short flush keeps the loop short
		length := jobLength(t, p)
		counts := map[devices.Outcome]int{}
		for at := 1; at <= length; at++ {
			synctest.Test(t, func(t *testing.T) {
				c := clerk{t, p, nil, devsim.NewMemory("paper"), &printertest.Journal{}}
				c.paper = sim.New(sim.Options{Model: sim.ModelOf(p), CutAt: opening(p) + at})
				stop := c.serve()
				var r printer.Result
				c.with(func(pr *Printer) { r = pr.Print(t.Context(), numbered(1)) })
				counts[r.Outcome]++
				c.paper.SetPower(true)
				papers := c.papers()
				c.judge(r.Outcome, papers)
				outcome := c.recovers(r.Outcome)
				c.judge(outcome, append(papers, c.papers()...))
				stop()
				if err := c.line.Close(); err != nil {
					t.Error(err)
				}
			})
			if t.Failed() {
				t.Fatalf("%s: power cut at byte %d of %d", id, at, length)
			}
		}
		t.Logf("%s: %d offsets: %v", id, length, counts)
		if counts[devices.Unknown] == 0 {
			t.Error("no cut was unknown")
		}
	}
}

// opening is how many bytes Open sends.
func opening(p printer.Profile) int {
	n := 16 + 4*3 // NUL, DLE EOT 1 to 4
	if p.Status.Push {
		n += len(pushOn)
	}
	if p.Status.Info {
		n += 4 * 3 // GS I
	}
	return n
}

// jobLength is how many bytes a job sends behind Open: status, flush, ticket.
func jobLength(t *testing.T, p printer.Profile) int {
	ticket, err := dialect{p}.Encode(numbered(1))
	if err != nil {
		t.Fatal(err)
	}
	return 12 + largestCommand(p) + 16 + len(ticket.Body) + len(ticket.Cut) + len(ticket.Mark[0]) + len(ticket.Mark[1])
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
			expect(t, pr.Print(t.Context(), numbered(1)), devices.Done, printer.ReasonNone)
		})
		papers := c.papers()
		if len(papers) != 2 || !strings.Contains(papers[0], "INTERRUPTED") || !strings.Contains(papers[1], last) {
			t.Errorf("%q", papers)
		}
		stop()
		if err := c.line.Close(); err != nil {
			t.Error(err)
		}
	})
}
