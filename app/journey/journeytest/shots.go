package journeytest

import (
	"time"

	"hallway/app/journey"
	"hallway/app/operation"
	"hallway/devices"
	"hallway/idreader"
	"hallway/printer"
)

// A Shot is a screen worth a picture and how it is reached.
type Shot struct {
	Name string
	Go   func(*Rig)
}

// Shots are all kinds of screens, those with faults included.
func Shots() []Shot {
	class := []string{"tile.number", "audience.resident", "class.insurance"}
	apply := func(r *Rig) { r.Press("tile.application", "item.sb-card"); r.Lay() }
	book := func(r *Rig) { r.Press("tile.booking", "item.sb-card"); r.Lay(); r.Answer() }
	fill := func(r *Rig) {
		apply(r)
		r.Press("do.continue")
		r.Type("13800001234")
		r.Press("do.ok", "choice.post")
	}
	pick := func(r *Rig) { book(r); r.Press("day.2026-11-25", "slot.1125-0930") }
	number := func(r *Rig) { r.Press(class...); r.Press("item.sb-card"); r.Lay() }
	return append(keyboards(apply, fill), []Shot{
		{"home", func(*Rig) {}},
		{"home-offline", func(r *Rig) {
			h := Hall()
			h.Online = false
			r.Send(journey.HallChanged{Hall: h})
		}},
		{"audience", func(r *Rig) { r.Press("tile.number") }},
		{"classes", func(r *Rig) { r.Press("tile.number", "audience.enterprise") }},
		{"items", func(r *Rig) { r.Press(class...) }},
		{"card", func(r *Rig) { r.Press(class...); r.Press("item.sb-card") }},
		{"card-optional", func(r *Rig) { r.Press(class...); r.Press("item.sb-flex") }},
		{"card-moved", func(r *Rig) {
			r.Press(class...)
			r.Press("item.sb-card")
			r.Card(idreader.Event{Type: idreader.Present})
			r.Card(idreader.Event{Type: idreader.Failed, Fault: idreader.FaultMoved})
		}},
		{"busy", number},
		{"ticket", func(r *Rig) { number(r); r.Answer() }},
		{"ticket-offline-paper-out", func(r *Rig) {
			number(r)
			c, _ := Take[journey.TakeNumber](r)
			t := Ticket(c.Request.Op)
			t.Number, t.Offline, t.Ahead, t.WaitFrom = "B801", true, -1, -1
			r.Send(journey.NumberTaken{Visit: c.Visit, Op: t.Op, Ticket: t})
			p, _ := Take[journey.PrintSlip](r)
			r.Send(journey.Printed{Visit: p.Visit, Job: p.Job.ID, Result: printer.Result{Outcome: devices.NotDone, Reason: printer.ReasonPaperOut}})
		}},
		{"form", apply},
		{"form-photo", func(r *Rig) {
			r.Press("tile.application", "item.sb-card")
			r.LayOf(Pictured())
		}},
		{"field-choice", func(r *Rig) { apply(r); r.Press("do.continue"); r.Type("13800001234"); r.Press("do.ok") }},
		{"review", func(r *Rig) { fill(r); r.Press("do.skip") }},
		{"accepted", func(r *Rig) { fill(r); r.Press("do.skip", "do.submit"); r.Answer() }},
		{"days", book},
		{"times", func(r *Rig) { book(r); r.Press("day.2026-11-25") }},
		{"phone", pick},
		{"confirm", func(r *Rig) { pick(r); r.Type("13800001234"); r.Press("do.ok") }},
		{"booked", func(r *Rig) { pick(r); r.Press("do.skip", "do.book"); r.Answer() }},
		{"progress", func(r *Rig) { r.Press("tile.progress") }},
		{"receipt", func(r *Rig) { r.Press("tile.progress", "by.receipt"); r.Type("04170122611") }},
		{"receipt-scanner", func(r *Rig) {
			r.Send(journey.DeviceChanged{Kind: devices.Scanner, State: devices.Ready})
			r.Press("tile.progress", "by.receipt")
		}},
		{"cases", func(r *Rig) { r.Press("tile.progress", "by.card"); r.Lay(); r.Answer() }},
		{"sorry", func(r *Rig) {
			number(r)
			c, _ := Take[journey.TakeNumber](r)
			r.Send(journey.NumberTaken{Visit: c.Visit, Op: c.Request.Op, Err: &operation.Refusal{Code: operation.CodeNoLease}})
		}},
		{"idle", func(r *Rig) { r.Press(class...); r.Wait(50 * time.Second) }},
		{"take-card", func(r *Rig) { number(r); r.Answer(); r.Press("do.finish") }},
	}...)
}
