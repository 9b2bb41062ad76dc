package escpos

import (
	"context"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"

	"hallway/devices"
	"hallway/devices/devicestest"
	"hallway/devices/serialport"
	devsim "hallway/devices/sim"
	"hallway/printer"
	"hallway/printer/escpos/sim"
)

// TestConformance runs what every driver must do, on a pseudo-terminal through
// the serial port library.
func TestConformance(t *testing.T) {
	p := load(t, "epson-tm-t82")
	var jobs atomic.Int64
	devicestest.Suite{
		New: func() devicestest.Sim { return sim.New(sim.Options{Model: sim.ModelOf(p)}) },
		Open: func(ctx context.Context, conn devices.Conn) (devices.Device, error) {
			return Open(ctx, conn, p, nil)
		},
		Command: func(ctx context.Context, d devices.Device) error {
			id := printer.JobID(fmt.Sprint("op/", jobs.Add(1)))
			return d.(*Printer).Print(ctx, printer.Job{ID: id, Doc: small}).Err
		},
		State: func(s devicestest.Sim) string {
			paper := s.(*sim.Printer)
			return fmt.Sprint(len(paper.Tickets()), " tickets, ", paper.Length(), " rows")
		},
	}.Run(t)
}

// serial opens the printer on a pseudo-terminal with a script of faults.
func serial(t *testing.T, p printer.Profile, script string, o sim.Options) machine {
	t.Helper()
	pty, err := devsim.OpenPTY(filepath.Join(t.TempDir(), "printer"))
	if err != nil {
		t.Fatal(err)
	}
	faults, err := devsim.ParseScript(script)
	if err != nil {
		t.Fatal(err)
	}
	o.Model = sim.ModelOf(p)
	m := machine{sim: sim.New(o), journal: &journal{}}
	line, err := devsim.NewFaulty(pty, faults, m.sim)
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	ctx, cancel := context.WithCancel(context.Background())
	go func() { served <- m.sim.Serve(ctx, line) }()
	conn, err := serialport.Open(t.Context(), pty.Name(), 115200)
	if err != nil {
		t.Fatal(err)
	}
	if m.Printer, err = Open(t.Context(), conn, p, m.journal); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
		cancel() // ends Serve although its buffer is full
		if err := line.Close(); err != nil {
			t.Error(err)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return m
}

func TestATicketOnASerialLine(t *testing.T) {
	t.Parallel()
	m := serial(t, load(t, "generic-cn-80"), "slow bytes/s=60000", sim.Options{TimeScale: 0.2})
	expect(t, m.Print(t.Context(), big(t)), devices.Done, printer.ReasonNone)
	slip, ok := m.sim.Take()
	if !ok || decode(t, slip.Image) != link || len(m.sim.Errors()) != 0 {
		t.Errorf("ticket %v, %v", ok, m.sim.Errors())
	}
}

// A pseudo-terminal takes a few kilobytes that nobody reads, the printer's
// buffer as many; then the port blocks and the printer's own report must say
// why.
func TestAFullBufferSaysWhyThePrinterStopped(t *testing.T) {
	for script, why := range map[string]printer.Reason{
		"paper=out at=in:5000":  printer.ReasonPaperOut,
		"cover=open at=in:5000": printer.ReasonCover,
	} {
		t.Run(script, func(t *testing.T) {
			t.Parallel()
			p := load(t, "generic-cn-80")
			m := serial(t, p, script, sim.Options{})
			job := big(t)
			job.Doc.Blocks = append(job.Doc.Blocks[:1:1], job.Doc.Blocks...)
			job.Doc.Blocks = append([]printer.Block{
				printer.QR{Data: "A", Module: 8}, printer.QR{Data: "B", Module: 8}, printer.QR{Data: "C", Module: 8},
			}, job.Doc.Blocks...)
			expect(t, m.Print(t.Context(), job), devices.Unknown, why)
		})
	}
}

func TestALineThatDropsInTheMiddleIsUnknown(t *testing.T) {
	t.Parallel()
	m := serial(t, load(t, "epson-tm-t82"), "drop at=in:6000", sim.Options{})
	expect(t, m.Print(t.Context(), big(t)), devices.Unknown, printer.ReasonSilent)
}
