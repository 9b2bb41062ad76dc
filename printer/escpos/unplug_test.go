package escpos

import (
	"fmt"
	"testing"

	"hallway/devices"
	"hallway/printer"
	"hallway/printer/escpos/sim"
)

func TestUnpluggedAtEveryByteTheOutcomeIsTrue(t *testing.T) {
	p := load(t, "epson-tm-t82")
	p.Raster.Band = 1 // a short flush keeps the loop short
	probe := start(t, p, sim.Options{})
	opened := probe.conn.written.Load()
	expect(t, probe.Print(t.Context(), slip(t)), devices.Done, printer.ReasonNone)
	last := probe.conn.written.Load() - 12 // status afterwards
	flush := int64(largestCommand(p) + 16)
	body := opened + 12 + flush

	counts := map[devices.Outcome]int{}
	for at := opened + 1; at <= last; at++ {
		s := sim.New(sim.Options{Model: sim.ModelOf(p)})
		conn := connect(t, s)
		conn.limit = at
		j := &journal{}
		pr, err := Open(t.Context(), conn, p, j)
		if err != nil {
			t.Fatalf("byte %d: %v", at, err)
		}
		r := pr.Print(t.Context(), slip(t))
		counts[r.Outcome]++
		switch {
		case at <= body && r.Outcome != devices.NotDone:
			t.Errorf("byte %d: %s although no byte of the job left", at, r.Outcome)
		case at > body && r.Outcome == devices.NotDone:
			t.Errorf("byte %d: not done although %d bytes of the job left", at, at-body)
		case r.Outcome == devices.Done:
			until(t, func() bool { return s.Printing() || len(s.Tickets()) > 0 })
		}
		if stored, ok := j.Results["op-1/1"]; ok && stored.Outcome != r.Outcome {
			t.Errorf("byte %d: journal says %s", at, stored.Outcome)
		}
		if err := pr.Close(); err != nil {
			t.Error(err)
		}
	}
	t.Logf("%d offsets: %v", last-opened, counts)
	if counts[devices.NotDone] == 0 || counts[devices.Unknown] == 0 {
		t.Error("the loop did not meet both outcomes")
	}
}

func TestAfterAnUnplugTheNextTicketIsWhole(t *testing.T) {
	p := bulky(load(t, "epson-tm-t82"))
	for i, at := range []int64{2200, 3500, 5000, 9000, 13000} {
		s := sim.New(sim.Options{Model: sim.ModelOf(p)})
		conn := connect(t, s)
		conn.limit = at
		j := &journal{}
		first, err := Open(t.Context(), conn, p, j)
		if err != nil {
			t.Fatal(err)
		}
		expect(t, first.Print(t.Context(), big(t)), devices.Unknown, printer.ReasonSilent)
		first.Close()
		<-conn.over
		again, err := Open(t.Context(), connect(t, s), p, j)
		if err != nil {
			t.Fatal(err)
		}
		job := big(t)
		job.ID = printer.JobID(fmt.Sprint("again", i))
		expect(t, again.Print(t.Context(), job), devices.Done, printer.ReasonNone)
		tickets := s.Tickets()
		if got := decode(t, tickets[len(tickets)-1].Image); got != link {
			t.Errorf("cut at byte %d: the next ticket's QR code says %q", at, got)
		}
		if errs := s.Errors(); len(errs) > 0 {
			t.Errorf("cut at byte %d: %v", at, errs)
		}
		again.Close()
	}
}
