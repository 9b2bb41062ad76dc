package printertest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"hallway/devices"
	devsim "hallway/devices/sim"
	"hallway/printer"
	"hallway/printer/escpos/sim"
)

// What the ticket of [Numbered] says in its first and in its last line.
const (
	Number   = "A012"
	LastLine = "LAST LINE"
)

// Numbered is a short ticket with a number, a picture and a last line. From the
// second attempt on it is marked, as who prints it again must.
func Numbered(attempt int) printer.Job {
	blocks := []printer.Block{printer.Text{Text: Number, Scale: 4}, printer.QR{Data: Number, Module: 4}}
	if attempt > 1 {
		blocks = append(blocks, printer.Text{Text: fmt.Sprintf("补打第%d次", attempt-1)})
	}
	blocks = append(blocks, printer.Text{Text: LastLine}, printer.Cut{})
	return printer.Job{ID: printer.JobID(fmt.Sprint("op-7/", attempt)), Doc: printer.Document{Template: "ticket", Blocks: blocks}}
}

// numbered is [Numbered] with a picture of few bytes: Star's pictures carry the
// white at their left and are not halved.
func numbered(p printer.Profile, attempt int) printer.Job {
	j := Numbered(attempt)
	if p.Language == printer.LanguageStarLine {
		j.Doc.Blocks[1] = printer.Rule{}
	}
	return j
}

// Papers takes every piece of paper away, the torn-off rest last, and returns
// what is on each.
func Papers(p *sim.Printer) (texts []string) {
	for {
		t, ok := p.Take()
		if !ok {
			return texts
		}
		texts = append(texts, t.Text)
	}
}

// Judge fails the test when more than one piece of paper passes for the first
// print of [Numbered], or when the outcome is Done and no piece is whole.
func Judge(t *testing.T, outcome devices.Outcome, papers []string) {
	t.Helper()
	whole, unmarked := 0, 0
	for _, text := range papers {
		if !strings.Contains(text, Number) {
			continue
		}
		if strings.Contains(text, LastLine) {
			whole++
		}
		if !strings.Contains(text, "补打") && !strings.Contains(text, "INTERRUPTED") {
			unmarked++
		}
	}
	if unmarked > 1 || outcome == devices.Done && whole == 0 {
		t.Errorf("%d whole, %d unmarked, %s:\n%s", whole, unmarked, outcome, strings.Join(papers, "\n-----\n"))
	}
}

// A cutRig is a printer on a line that stays when the printer's power goes.
type cutRig struct {
	*testing.T
	profile printer.Profile
	open    Opener
	paper   *sim.Printer
	line    *devsim.Memory
	journal Journal
}

// newCutRig switches a printer on whose power goes at a byte, 0 for never. stop
// ends it.
func newCutRig(t *testing.T, p printer.Profile, open Opener, at int) (r *cutRig, stop func()) {
	r = &cutRig{T: t, profile: p, open: open, paper: sim.New(sim.Options{Model: sim.ModelOf(p), CutAt: at}), line: devsim.NewMemory("paper")}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- r.paper.Serve(ctx, r.line) }()
	return r, func() {
		cancel()
		if err := <-served; err != nil {
			t.Error(err)
		}
		if err := r.line.Close(); err != nil {
			t.Error(err)
		}
	}
}

// with opens the printer, as a program that starts does, and closes it again.
func (r *cutRig) with(do func(Driver)) {
	r.Helper()
	conn, err := r.line.Open(r.Context())
	if err != nil {
		r.Fatal(err)
	}
	d, err := r.open(r.Context(), conn, &r.journal)
	if err != nil {
		r.Fatal(err)
	}
	do(d)
	if err := d.Close(); err != nil {
		r.Error(err)
	}
}

// recovers starts anew and does what the journal's rules allow: what is not done
// is printed again by the machine, what is unknown by a person, who marks it.
func (r *cutRig) recovers(first devices.Outcome) devices.Outcome {
	outcome := first
	r.with(func(d Driver) {
		switch first {
		case devices.NotDone:
			job := numbered(r.profile, 1)
			job.ID += "r"
			outcome = d.Print(r.Context(), job).Outcome
		case devices.Unknown:
			outcome = d.Print(r.Context(), numbered(r.profile, 2)).Outcome
		}
	})
	if outcome != devices.Done {
		r.Errorf("after %s the second print is %s", first, outcome)
	}
	return outcome
}

// PowerCut cuts the printer's power at every byte of a ticket, from the first
// request for its status to the last for its proof, switches it on again, starts
// the driver anew and prints what the rules allow: there are never two unmarked
// tickets, and never Done without a whole one. It runs under the false clock.
func PowerCut(t *testing.T, p printer.Profile, open Opener) {
	t.Helper()
	first, last := jobBytes(t, p, open)
	var mu sync.Mutex
	counts, total := map[devices.Outcome]int{}, 0
	t.Run(p.ID, func(t *testing.T) {
		for part := range cutParts {
			t.Run(fmt.Sprint(part), func(t *testing.T) {
				t.Parallel()
				for at := first + part; at <= last; at += cutParts {
					outcome := cutAt(t, p, open, at)
					if t.Failed() {
						t.Fatalf("power cut at byte %d of %d to %d", at, first, last)
					}
					mu.Lock()
					counts[outcome], total = counts[outcome]+1, total+1
					mu.Unlock()
				}
			})
		}
	})
	t.Logf("%s: %d offsets: %v", p.ID, total, counts)
	if counts[devices.Unknown] == 0 || counts[devices.NotDone] == 0 || total != last-first+1 {
		t.Errorf("%s: %d offsets of %d to %d, of which none is unknown or none not done: %v", p.ID, total, first, last, counts)
	}
}

// cutParts is in how many parts the offsets are gone through side by side.
const cutParts = 4

// cutAt cuts the power at one byte and returns what the job's end was.
func cutAt(t *testing.T, p printer.Profile, open Opener, at int) (outcome devices.Outcome) {
	synctest.Test(t, func(t *testing.T) {
		r, stop := newCutRig(t, p, open, at)
		r.with(func(d Driver) { outcome = d.Print(t.Context(), numbered(p, 1)).Outcome })
		r.paper.SetPower(true)
		papers := Papers(r.paper)
		Judge(t, outcome, papers)
		Judge(t, r.recovers(outcome), append(papers, Papers(r.paper)...))
		stop()
	})
	return outcome
}

// jobBytes returns the numbers of the first and the last byte that a whole job
// sends, counted from the printer's switching on.
func jobBytes(t *testing.T, p printer.Profile, open Opener) (first, last int) {
	synctest.Test(t, func(t *testing.T) {
		r, stop := newCutRig(t, p, open, 0)
		r.with(func(d Driver) {
			synctest.Wait()
			first = r.paper.Received() + 1
			if got := d.Print(t.Context(), numbered(p, 1)); got.Outcome != devices.Done {
				t.Fatalf("%+v", got)
			}
			synctest.Wait()
			last = r.paper.Received()
		})
		stop()
	})
	return first, last
}
