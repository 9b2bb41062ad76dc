//go:build linux && kernel

package stack_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"hallway/devices"
	"hallway/devices/devicestest"
	"hallway/devices/vusb"
	"hallway/devices/vusb/stack"
	"hallway/printer"
	"hallway/printer/escpos"
	"hallway/printer/escpos/sim"
)

var usblp = stack.Printer(vusb.Identity{Vendor: 0x04B8, Product: 0x0E28, Maker: "Hallway", Name: "Slip"}, "MFG:Hallway;MDL:Slip;CMD:ESC/POS;")

// A shop is a printer at /dev/usb/lp0.
type shop struct {
	*bench
	sim     *sim.Printer
	profile printer.Profile
	jobs    int
}

func newShop(t *testing.T) *shop {
	t.Helper()
	profile, err := printer.LoadProfile("epson-tm-t82")
	if err != nil {
		t.Fatal(err)
	}
	s := sim.New(sim.Options{Model: sim.ModelOf(profile)})
	return &shop{bench: plug(t, usblp, s.Serve), sim: s, profile: profile}
}

// open opens the driver.
func (s *shop) open() *escpos.Printer {
	s.Helper()
	ctx, cancel := s.limit()
	defer cancel()
	p, err := escpos.Open(ctx, s.conn(), s.profile, nil)
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { p.Close() })
	return p
}

// print prints a ticket with that many QR codes, which are pictures.
func (s *shop) print(p *escpos.Printer, codes int) printer.Result {
	s.Helper()
	s.jobs++
	doc := printer.Document{Template: "ticket", Blocks: []printer.Block{printer.Text{Text: "排队号 A012"}}}
	for range codes {
		doc.Blocks = append(doc.Blocks, printer.QR{Data: "A", Module: 8})
	}
	doc.Blocks = append(doc.Blocks, printer.Cut{})
	ctx, cancel := s.limit()
	defer cancel()
	return p.Print(ctx, printer.Job{ID: printer.JobID(fmt.Sprint("op/", s.jobs)), Doc: doc})
}

// expect fails unless the result is as wanted.
func (s *shop) expect(r printer.Result, outcome devices.Outcome, why printer.Reason) {
	s.Helper()
	if r.Outcome != outcome || r.Reason != why {
		s.Errorf("got %s, reason %q, %v; want %s, reason %q", r.Outcome, r.Reason, r.Err, outcome, why)
	}
}

// clear takes the tickets that came out, of which there must be one.
func (s *shop) clear() {
	s.Helper()
	vusb.Wait(s, "the ticket", func() bool { return len(s.sim.Tickets()) > 0 })
	for len(s.sim.Tickets()) > 0 {
		s.sim.Take()
	}
}

// take is clear for a printer that never lost its line in a command.
func (s *shop) take() {
	s.Helper()
	s.clear()
	if errs := s.sim.Errors(); len(errs) > 0 {
		s.Errorf("the printer did not understand: %v", errs)
	}
}

func TestTicketsArePrinted(t *testing.T) {
	s := newShop(t)
	p := s.open()
	for range 3 {
		s.expect(s.print(p, 2), devices.Done, printer.ReasonNone)
		s.take()
	}
	s.sim.SetPaper(0)
	s.expect(s.print(p, 0), devices.NotDone, printer.ReasonPaperOut)
	s.sim.SetPaper(1000)
	s.expect(s.print(p, 0), devices.Done, printer.ReasonNone)
	s.take()
}

// measure prints a ticket with a driver that was just opened and returns how many
// bytes the printer got.
func (s *shop) measure() int {
	s.Helper()
	p := s.open()
	before := s.plugged.Gadget().Passed(usblp.To)
	s.expect(s.print(p, 6), devices.Done, printer.ReasonNone)
	s.take()
	if err := p.Close(); err != nil {
		s.Errorf("close: %v", err)
	}
	return s.plugged.Gadget().Passed(usblp.To) - before
}

// Bytes before the end of a job that lie in the ticket itself, behind what the
// driver sends first to end an unfinished command.
const deep, shallow = 250, 100

func TestPrinterIsPulledOutInTheMiddleOfATicket(t *testing.T) {
	s := newShop(t)
	total := s.measure()
	for _, left := range []int{deep, shallow} {
		p := s.open()
		s.plugged.Gadget().Inject(usblp.To, total-left, vusb.PullOut)
		if r := s.print(p, 6); r.Outcome != devices.Unknown || r.Err == nil {
			t.Errorf("pulled out %d bytes before the end: %+v", left, r)
		}
		if err := p.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		s.replug()
		p = s.open()
		s.expect(s.print(p, 1), devices.Done, printer.ReasonNone)
		s.clear()
		if err := p.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
}

func TestPrinterThatTakesNothingIsUnknown(t *testing.T) {
	s := newShop(t)
	total := s.measure()
	p := s.open()
	s.plugged.Gadget().Inject(usblp.To, total-deep, vusb.Hold)
	if r := s.print(p, 6); r.Outcome != devices.Unknown || r.Err == nil {
		t.Errorf("got %+v", r)
	}
	if err := p.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}

func TestPrinterIsSupervised(t *testing.T) {
	s := newShop(t)
	supervise(s.bench, devices.Printer, func(ctx context.Context, conn devices.Conn) (*escpos.Printer, error) {
		return escpos.Open(ctx, conn, s.profile, nil)
	})
}

func TestPrinterConformance(t *testing.T) {
	t.Parallel()
	profile, err := printer.LoadProfile("epson-tm-t82")
	if err != nil {
		t.Fatal(err)
	}
	var jobs atomic.Int64
	doc := printer.Document{Template: "ticket", Blocks: []printer.Block{printer.Text{Text: "排队号 A012"}, printer.Cut{}}}
	devicestest.Suite{
		New: func() devicestest.Sim { return sim.New(sim.Options{Model: sim.ModelOf(profile)}) },
		Open: func(ctx context.Context, conn devices.Conn) (devices.Device, error) {
			return escpos.Open(ctx, conn, profile, nil)
		},
		Command: func(ctx context.Context, d devices.Device) error {
			return d.(*escpos.Printer).Print(ctx, printer.Job{ID: printer.JobID(fmt.Sprint("suite/", jobs.Add(1))), Doc: doc}).Err
		},
		State: func(s devicestest.Sim) string {
			paper := s.(*sim.Printer)
			return fmt.Sprint(len(paper.Tickets()), " tickets, ", paper.Length(), " rows")
		},
	}.On(usblp.Transport()).Run(t)
}
