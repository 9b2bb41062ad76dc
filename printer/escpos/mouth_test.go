package escpos

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"hallway/devices"
	devsim "hallway/devices/sim"
	"hallway/printer"
	"hallway/printer/escpos/sim"
	"hallway/printer/printertest"
)

// withMouth runs a test with a Custom printer under a false clock.
func withMouth(t *testing.T, test func(t *testing.T, p *Printer, paper *sim.Printer, j *printertest.Journal)) {
	synctest.Test(t, func(t *testing.T) {
		profile := load(t, "custom-kpm216")
		paper, line := sim.New(sim.Options{Model: sim.ModelOf(profile)}), devsim.NewMemory("paper")
		served := make(chan error, 1)
		go func() { served <- paper.Serve(context.Background(), line) }()
		conn, err := line.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		j := &printertest.Journal{}
		p, err := Open(t.Context(), conn, profile, j)
		if err != nil {
			t.Fatal(err)
		}
		test(t, p, paper, j)
		if err := errors.Join(p.Close(), line.Close(), <-served); err != nil {
			t.Error(err)
		}
		for _, err := range paper.Errors() {
			t.Error("the simulated printer did not understand: ", err)
		}
	})
}

func job(id printer.JobID) printer.Job { return printer.Job{ID: id, Doc: small} }

func TestATicketThatIsTakenEndsAsTaken(t *testing.T) {
	withMouth(t, func(t *testing.T, p *Printer, paper *sim.Printer, j *printertest.Journal) {
		expect(t, p.Print(t.Context(), job("op/1")), devices.Done, printer.ReasonNone)
		time.AfterFunc(7*time.Second, func() { paper.Take() })
		began := time.Now()
		state, err := p.Collect(t.Context(), "op/1")
		if took := time.Since(began); state != printer.StateTaken || err != nil || took < 7*time.Second || took > 8*time.Second {
			t.Errorf("%s, %v after %v", state, err, took)
		}
		if got := fmt.Sprint(j.States("op/1")); got != "[sending sent presented taken]" {
			t.Errorf("states %s", got)
		}
	})
}

func TestATicketThatNobodyTakesIsRetracted(t *testing.T) {
	withMouth(t, func(t *testing.T, p *Printer, paper *sim.Printer, j *printertest.Journal) {
		expect(t, p.Print(t.Context(), job("op/1")), devices.Done, printer.ReasonNone)
		state, err := p.Collect(t.Context(), "op/1")
		if state != printer.StateRetracted || err != nil || len(paper.Retracted()) != 1 || len(paper.Tickets()) != 0 {
			t.Errorf("%s, %v, %d drawn back", state, err, len(paper.Retracted()))
		}
		last := j.Steps[len(j.Steps)-1]
		if last.State != printer.StateRetracted || last.Reason != printer.ReasonRetracted {
			t.Errorf("%+v", last)
		}
	})
}

func TestNoTwoTicketsLieInTheMouth(t *testing.T) {
	withMouth(t, func(t *testing.T, p *Printer, paper *sim.Printer, j *printertest.Journal) {
		expect(t, p.Print(t.Context(), job("op/1")), devices.Done, printer.ReasonNone)
		expect(t, p.Print(t.Context(), job("op/2")), devices.Done, printer.ReasonNone)
		if len(paper.Retracted()) != 1 || len(paper.Tickets()) != 1 {
			t.Errorf("%d drawn back, %d in the mouth", len(paper.Retracted()), len(paper.Tickets()))
		}
		if state, err := p.Collect(t.Context(), "op/1"); state != printer.StateRetracted || err != nil {
			t.Errorf("the first: %s, %v", state, err)
		}
	})
}

func TestAStuckTicketStopsTheNextOne(t *testing.T) {
	withMouth(t, func(t *testing.T, p *Printer, paper *sim.Printer, _ *printertest.Journal) {
		expect(t, p.Print(t.Context(), job("op/1")), devices.Done, printer.ReasonNone)
		paper.SetMouthStuck(true)
		if state, err := p.Collect(t.Context(), "op/1"); state != printer.StatePresented || !errors.Is(err, devices.ErrNotReady) {
			t.Errorf("%s, %v", state, err)
		}
		before := paper.Length()
		expect(t, p.Print(t.Context(), job("op/2")), devices.NotDone, printer.ReasonLeft)
		if paper.Length() != before {
			t.Error("the second ticket was printed")
		}
	})
}

func TestWithoutAMouthThereIsNothingToWaitFor(t *testing.T) {
	m := start(t, load(t, "generic-cn-80"), sim.Options{})
	if state, err := m.Collect(t.Context(), "op/1"); state != printer.StateCut || err != nil {
		t.Errorf("%s, %v", state, err)
	}
}
