package journey_test

import (
	"errors"
	"testing"
	"time"

	"hallway/app/journey"
	"hallway/app/journey/journeytest"
	"hallway/app/operation"
	"hallway/devices"
	"hallway/idreader"
	"hallway/printer"
)

func TestRefusalsHaveTheirSentence(t *testing.T) {
	for code, want := range map[string]string{operation.CodeNoLease: "refusal.no_lease", operation.CodeDiskLow: "refusal.disk_low",
		operation.CodeNotEnrolled: "refusal.not_enrolled", operation.CodeRangeFull: "refusal.range_full", "": "refusal.store"} {
		r := start(t)
		r.Press(toCard...)
		r.Lay()
		c := take[journey.TakeNumber](t, r)
		err := errors.New("disk I/O error")
		if code != "" {
			err = errors.Join(&operation.Refusal{Code: code, Err: err})
		}
		r.Send(journey.NumberTaken{Visit: c.Visit, Op: c.Request.Op, Err: err})
		on(t, r, journey.Sorry, want)
		r.Press("do.retry")
		on(t, r, journey.Items, "")
	}
}

func TestPaperOutcomesHaveTheirSentence(t *testing.T) {
	for _, c := range []struct {
		r     printer.Result
		want  string
		again bool
	}{
		{printer.Result{Outcome: devices.Done}, "print.done", false},
		{printer.Result{Outcome: devices.Unknown}, "print.unknown", false},
		{printer.Result{Outcome: devices.Unknown, Reason: printer.ReasonPaperOut}, "print.unknown", false},
		{printer.Result{Outcome: devices.NotDone, Reason: printer.ReasonPaperOut}, "print.paper-out", true},
		{printer.Result{Outcome: devices.NotDone, Reason: printer.ReasonCover}, "print.cover-open", true},
		{printer.Result{Outcome: devices.NotDone, Reason: printer.ReasonSilent}, "print.silent", true},
		{printer.Result{Outcome: devices.NotDone}, "print.offline", true},
	} {
		r := start(t)
		r.Press(toCard...)
		r.Lay()
		r.Send(journeytest.Reply(take[journey.TakeNumber](t, r)))
		p := take[journey.PrintSlip](t, r)
		r.Send(journey.Printed{Visit: p.Visit, Job: p.Job.ID, Result: c.r})
		on(t, r, journey.Ticket, c.want)
		s := r.View()
		if s.Enabled("do.print") != c.again || s.Result.Number != "B017" {
			t.Errorf("%s: again %v, number %q", c.want, s.Enabled("do.print"), s.Result.Number)
		}
	}
}

// B25: a printer that never says a word does not keep the citizen: the number is
// on the screen at once and the visit can end.
func TestB25PrinterThatNeverAnswersKeepsNobody(t *testing.T) {
	r := start(t)
	r.Press(toCard...)
	r.Lay()
	r.Send(journeytest.Reply(take[journey.TakeNumber](t, r)))
	take[journey.PrintSlip](t, r)
	r.Wait(3 * time.Second)
	s := r.View()
	if s.ID != journey.Ticket || s.Result.Number != "B017" || !s.Enabled("do.finish") {
		t.Errorf("screen %s, number %q, the visit can end: %v", s.ID, s.Result.Number, s.Enabled("do.finish"))
	}
	r.Press("do.finish")
	if got := r.View().ID; got == journey.Ticket {
		t.Errorf("the screen stays %s", got)
	}
}

func TestSlipIsTriedAtMostThreeTimesEachUnderItsOwnName(t *testing.T) {
	r := start(t)
	r.Press(toCard...)
	r.Lay()
	r.Send(journeytest.Reply(take[journey.TakeNumber](t, r)))
	seen := map[printer.JobID]bool{}
	for range 3 {
		p := take[journey.PrintSlip](t, r)
		seen[p.Job.ID] = true
		r.Send(journey.Printed{Visit: p.Visit, Job: p.Job.ID, Result: printer.Result{Reason: printer.ReasonPaperOut}})
		r.Press("do.print")
	}
	if len(seen) != 3 || len(r.Sent) != 0 {
		t.Errorf("jobs %v, then %v", seen, r.Sent)
	}
}

func TestTerminalWithoutPrinterShowsTheNumber(t *testing.T) {
	r := start(t)
	r.Send(journey.DeviceChanged{Kind: devices.Printer, State: devices.Disabled})
	r.Press(toCard...)
	r.Lay()
	r.Answer()
	on(t, r, journey.Ticket, "print.not-fitted")
}

func TestServiceThatLeftTheCatalogueEndsInASentence(t *testing.T) {
	r := start(t)
	r.Press("tile.application", "item.sb-card")
	r.Lay()
	h := journeytest.Hall()
	c := *h.Catalogue
	c.Items = nil
	h.Catalogue = &c
	r.Send(journey.HallChanged{Hall: h})
	on(t, r, journey.Sorry, "refusal.unknown_service")
}

func TestTerminalThatNeverReachedItsHallOffersNothing(t *testing.T) {
	r := &journeytest.Rig{M: journey.Start(journeytest.Setup(), journeytest.Morning)}
	on(t, r, journey.Home, "refusal.not_enrolled")
	for _, tile := range r.View().Tiles {
		if !tile.Off {
			t.Errorf("%s is offered", tile.ID)
		}
	}
}

func TestCardFaultsHaveTheirSentence(t *testing.T) {
	for _, f := range []idreader.Fault{idreader.FaultMoved, idreader.FaultRefused, idreader.FaultKind, idreader.FaultGarbled} {
		r := start(t)
		r.Press(toCard...)
		r.Card(idreader.Event{Type: idreader.Present})
		on(t, r, journey.Card, "card.reading")
		r.Card(idreader.Event{Type: idreader.Failed, Fault: f})
		on(t, r, journey.Card, "card."+string(f))
		r.Lift()
		on(t, r, journey.Card, "card."+string(f))
		r.Lay()
		on(t, r, journey.Busy, "")
	}
}
