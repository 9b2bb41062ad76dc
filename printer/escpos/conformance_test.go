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
		Outcome: func(ctx context.Context, d devices.Device) (devices.Outcome, error) {
			r := d.(*Printer).Print(ctx, printer.Job{ID: printer.JobID(fmt.Sprint("op/", jobs.Add(1))), Doc: small})
			return r.Outcome, r.Err
		},
		Conditions: []devicestest.Condition{
			condition(CodePaperLow, false, func(s *sim.Printer, on bool) { s.SetPaper(map[bool]int{true: 100, false: 50_000}[on]) }),
			condition(CodePaperOut, true, func(s *sim.Printer, on bool) { s.SetPaper(map[bool]int{true: 0, false: 50_000}[on]) }),
			condition(CodeCover, true, (*sim.Printer).SetCover),
			condition(CodeCutter, true, (*sim.Printer).SetCutterJam),
			condition(CodeHot, true, (*sim.Printer).SetHeadHot),
			condition(CodeOffline, true, (*sim.Printer).SetOffline),
		},
		State: func(s devicestest.Sim) string {
			paper := s.(*sim.Printer)
			return fmt.Sprint(len(paper.Tickets()), " tickets, ", paper.Length(), " rows")
		},
	}.Run(t)
}

// condition is a condition that the simulator brings about.
func condition(code string, fault bool, set func(*sim.Printer, bool)) devicestest.Condition {
	return devicestest.Condition{
		Condition: devices.Condition{Code: code, Fault: fault},
		Set:       func(s devicestest.Sim) { set(s.(*sim.Printer), true) },
		Clear:     func(s devicestest.Sim) { set(s.(*sim.Printer), false) },
	}
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
			m := serial(t, bulky(load(t, "generic-cn-80")), script, sim.Options{})
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
	m := serial(t, bulky(load(t, "epson-tm-t82")), "drop at=in:6000", sim.Options{})
	expect(t, m.Print(t.Context(), big(t)), devices.Unknown, printer.ReasonSilent)
}

// A cable that broke inside a header must not make the next status request the
// header's length: the printer would wait for kilobytes.
func TestAHeaderCutInTwoDoesNotSwallowTheNextTicket(t *testing.T) {
	p := load(t, "epson-tm-t82")
	for _, broken := range []string{"\x1d(H\x06", "\x1d(k", "\x1dv0\x00", "\x1dv0\x00\x10\x00\x18", "\x1d(L\x10", "\x1d8L\x01", "\x1b", "\x1d", "\x1b*!", "\xb0"} {
		s := sim.New(sim.Options{Model: sim.ModelOf(p)})
		first := connect(t, s)
		if _, err := first.Write(t.Context(), []byte(broken)); err != nil {
			t.Fatal(err)
		}
		until(t, func() bool { return s.Received() == len(broken) })
		pr, err := Open(t.Context(), first, p, nil)
		if err != nil {
			t.Fatal(err)
		}
		expect(t, pr.Print(t.Context(), printer.Job{ID: "op/1", Doc: small}), devices.Done, printer.ReasonNone)
		if err := pr.Close(); err != nil {
			t.Error(err)
		}
	}
}
