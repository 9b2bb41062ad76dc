package journeytest

import (
	"fmt"
	"time"

	"hallway/app/journey"
	"hallway/app/operation"
	"hallway/devices"
	"hallway/idreader"
	"hallway/printer"
)

// A Rig holds a journey and the commands that it asked for.
type Rig struct {
	M    journey.Model
	Sent []journey.Command // not answered yet
	ops  int
}

// New is a terminal on which all works and nobody has touched anything.
func New(s journey.Setup) *Rig {
	r := &Rig{M: journey.Start(s, Morning)}
	r.Send(journey.HallChanged{Hall: Hall()})
	r.Send(journey.DeviceChanged{Kind: devices.IDReader, State: devices.Ready})
	r.Send(journey.DeviceChanged{Kind: devices.Printer, State: devices.Ready})
	return r
}

// Send gives the journey a message and keeps its commands.
func (r *Rig) Send(m journey.Msg) {
	next, commands := journey.Update(r.M, m)
	r.M, r.Sent = next, append(r.Sent, commands...)
}

// View is what the screen shows now.
func (r *Rig) View() journey.Screen { return journey.View(r.M) }

// Op returns a new operation id.
func (r *Rig) Op() operation.ID {
	r.ops++
	return operation.ID(fmt.Sprintf("0199d3c0-0000-7000-8000-%012d", r.ops))
}

// Press presses controls one after another.
func (r *Rig) Press(ids ...string) {
	for _, id := range ids {
		r.Send(journey.Press{Control: id, Op: r.Op()})
	}
}

// Type presses the keys of a text; "_" is the space.
func (r *Rig) Type(s string) {
	for _, c := range s {
		if c == '_' {
			r.Press("key.space")
			continue
		}
		r.Press("key." + string(c))
	}
}

// Wait lets time pass in steps of a second.
func (r *Rig) Wait(d time.Duration) {
	for range int(d / time.Second) {
		r.Send(journey.Tick{Now: r.M.Now.Add(time.Second)})
	}
}

// Card gives the journey an event of its present arming.
func (r *Rig) Card(e idreader.Event) {
	r.Send(journey.CardSeen{Poll: r.M.Slot.Poll, Event: e, Op: r.Op()})
}

// Lay lays the citizen's card and lets it be read.
func (r *Rig) Lay() { r.LayOf(Citizen()) }

// LayOf lays a person's card and lets it be read.
func (r *Rig) LayOf(p idreader.Person) {
	r.Card(idreader.Event{Type: idreader.Present})
	r.Card(idreader.Event{Type: idreader.Read, Kind: p.Kind, Person: idreader.Conceal(p)})
}

// Lift takes the card away.
func (r *Rig) Lift() { r.Card(idreader.Event{Type: idreader.Removed}) }

// Take returns the oldest command of a type and forgets it and those before.
func Take[C journey.Command](r *Rig) (c C, ok bool) {
	for i, s := range r.Sent {
		if c, ok = s.(C); ok {
			r.Sent = r.Sent[i+1:]
			return c, true
		}
	}
	return c, false
}

// Answer answers every command as a terminal on which all works would, until
// none is left.
func (r *Rig) Answer() {
	for len(r.Sent) > 0 {
		c := r.Sent[0]
		r.Sent = r.Sent[1:]
		if m := Reply(c); m != nil {
			r.Send(m)
		}
	}
}

// Reply is the good answer to a command, nil when it has none.
func Reply(c journey.Command) journey.Msg {
	switch c := c.(type) {
	case journey.TakeNumber:
		return journey.NumberTaken{Visit: c.Visit, Op: c.Request.Op, Ticket: Ticket(c.Request.Op)}
	case journey.Apply:
		return journey.Filed{Visit: c.Visit, Op: c.Request.Op, Accepted: operation.Accepted{
			Op: c.Request.Op, Receipt: "0417-012-261123-0093-5", At: Morning, Delivered: true, ServerRef: "SB2026112300017"}}
	case journey.Book:
		return journey.PlaceBooked{Visit: c.Visit, Op: c.Request.Op, Booking: operation.Booking{
			Op: c.Request.Op, Receipt: "0417-012-261123-0094-3", Confirmed: true, Slot: c.Request.Slot}}
	case journey.LoadSlots:
		return journey.SlotsLoaded{Visit: c.Visit, Op: c.Op, Slots: Slots()}
	case journey.LoadCases:
		return journey.CasesLoaded{Visit: c.Visit, Op: c.Op, Cases: Cases()}
	case journey.PrintSlip:
		return journey.Printed{Visit: c.Visit, Job: c.Job.ID, Result: printer.Result{Outcome: devices.Done, Proof: "gs-h"}}
	}
	return nil
}

// Ticket is a number of the invented hall.
func Ticket(op operation.ID) operation.Ticket {
	return operation.Ticket{Op: op, Number: "B017", Day: "2026-11-23", IssuedAt: Morning, Ahead: 6, WaitFrom: 20, WaitTo: 35,
		Link: "http://hall.example/t/2026-11-23/B017?k=7q2m9xkd"}
}

// Cases are what the invented citizen waits for.
func Cases() operation.Cases {
	at := Morning.Add(-26 * time.Hour).UnixMilli()
	return operation.Cases{Live: true, AsOf: Morning, Cases: []operation.Case{
		{Receipt: "0417-012-261122-0041-2", Item: "sb-card", Kind: operation.ApplicationSubmit, State: "received", At: at},
		{Receipt: "0417-012-261122-0042-0", Item: "sb-flex", Kind: operation.AppointmentBook, State: "booked", At: at, Start: Morning.Add(25 * time.Hour).UnixMilli()},
		{Receipt: "0417-012-261122-0043-9", Item: "sb-card", Kind: operation.AppointmentRequest, State: "requested", At: at, Start: Morning.Add(50 * time.Hour).UnixMilli()},
	}}
}
