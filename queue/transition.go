package queue

import (
	"fmt"
	"slices"
	"time"
)

// A move is one row of the table: from which states an event leads where, what
// must hold, and what changes beside the state.
type move struct {
	from   []State
	to     State
	checks []check
	effect effect
}

type (
	check  func(t Ticket, e Event, now time.Time, r Rules) error
	effect func(t *Ticket, e Event, now time.Time, r Rules)
)

// open are the states out of which events lead.
var open = []State{Waiting, Called, Serving, OnHold, Missed}

// moves holds every permitted move. The empty state is a ticket that is not
// issued yet. A person at a window at the end of the day was served, so there
// the day's end is a Finish.
var moves = map[EventKind]move{
	Issue:        {[]State{""}, Waiting, nil, nil},
	Call:         {[]State{Waiting}, Called, []check{someWindow}, announceFirst},
	CallChosen:   {[]State{Waiting, Missed, OnHold}, Called, []check{someWindow, reason}, announceFirst},
	Recall:       {[]State{Called}, Called, []check{ownWindow, mayRecall}, announceAgain},
	Start:        {[]State{Called}, Serving, []check{ownWindow}, begin},
	Miss:         {[]State{Called}, Missed, []check{ownWindow, mayMiss}, undoable},
	Rejoin:       {[]State{Missed}, Waiting, []check{mayRejoin}, rejoin},
	Return:       {[]State{Called, Serving}, Waiting, []check{ownWindow, mayReturn}, cool},
	Hold:         {[]State{Called, Serving}, OnHold, []check{ownWindow, reason, later}, layAside},
	Resume:       {[]State{OnHold}, Serving, []check{holdersWindow}, takeUp},
	Requeue:      {[]State{OnHold}, Waiting, []check{holdersWindow}, backInLine},
	Transfer:     {[]State{Waiting, Called, Serving, OnHold}, Waiting, []check{ownWindowIfAny, destination}, transfer},
	Prioritise:   {[]State{Waiting}, Waiting, []check{reason, knownLane}, func(t *Ticket, e Event, _ time.Time, _ Rules) { t.Lane = e.Lane }},
	ChangeItem:   {open, "", []check{ownWindowIfAny, item}, func(t *Ticket, e Event, _ time.Time, _ Rules) { t.Service = e.Service }},
	Finish:       {[]State{Serving}, Finished, []check{ownWindow, nextStop}, finish},
	Undo:         {[]State{Finished, Missed, Cancelled}, "", []check{mayUndo}, takeBack},
	Cancel:       {[]State{Waiting, Missed, OnHold}, Cancelled, []check{reason}, undoable},
	Expire:       {[]State{Waiting, Called, OnHold, Missed}, Expired, nil, end},
	AutoFinished: {[]State{Serving}, Finished, nil, end},
	Voided:       {[]State{Waiting, Called, Missed}, Void, []check{reason}, end},
	Reprint:      {open, "", []check{reason, mayReprint}, func(t *Ticket, _ Event, _ time.Time, _ Rules) { t.Reprints++ }},
}

// Apply returns t after e at time now, or t unchanged and the reason why e is
// refused: one of the errors of this package, wrapped.
func Apply(t Ticket, e Event, now time.Time, r Rules) (Ticket, error) {
	m, ok := moves[e.Kind]
	if !ok || !slices.Contains(m.from, t.State) {
		return t, fmt.Errorf("%s from state %q: %w", e.Kind, t.State, ErrTransition)
	}
	for _, c := range m.checks {
		if err := c(t, e, now, r); err != nil {
			return t, fmt.Errorf("%s: %w", e.Kind, err)
		}
	}
	next := t
	if m.to != "" {
		next.State, next.Before = m.to, t.State
	}
	next.Version++
	if m.effect != nil {
		m.effect(&next, e, now, r)
	}
	return next, nil
}

func announceFirst(t *Ticket, e Event, now time.Time, _ Rules) {
	t.Window, t.Calls, t.CalledAt, t.AnnouncedAt, t.StartedAt = e.Window, 1, now, now, time.Time{}
	t.EndedAt, t.EndedBy = time.Time{}, ""
}

func announceAgain(t *Ticket, _ Event, now time.Time, _ Rules) {
	t.Calls++
	t.AnnouncedAt = now
}

func begin(t *Ticket, _ Event, now time.Time, _ Rules) { t.StartedAt = now }

func end(t *Ticket, _ Event, now time.Time, _ Rules) {
	t.Before, t.EndedAt, t.EndedBy = "", now, ""
}

// undoable remembers what Undo needs beside the state before.
func undoable(t *Ticket, e Event, now time.Time, _ Rules) {
	t.EndedAt, t.EndedBy = now, e.Actor
}

// takeBack restores the state before. Who is missed again keeps a time from
// which Rejoin counts.
func takeBack(t *Ticket, _ Event, _ time.Time, _ Rules) {
	t.State, t.Before, t.EndedBy = t.Before, "", ""
	if t.State != Missed {
		t.EndedAt = time.Time{}
	}
}

func rejoin(t *Ticket, e Event, now time.Time, r Rules) {
	backInLine(t, e, now, r)
	t.Rejoins++
	t.EffectiveAt = e.Place
}

func cool(t *Ticket, e Event, now time.Time, r Rules) {
	backInLine(t, e, now, r)
	if r.Cooldown > 0 {
		t.Avoid, t.AvoidUntil = e.Window, now.Add(r.Cooldown)
	}
}

func layAside(t *Ticket, e Event, _ time.Time, _ Rules) { t.HoldUntil = e.Until }

func takeUp(t *Ticket, e Event, now time.Time, _ Rules) {
	t.Window, t.HoldUntil, t.StartedAt = e.Window, time.Time{}, now
}

// backInLine lets a ticket wait for any window again.
func backInLine(t *Ticket, _ Event, _ time.Time, _ Rules) {
	t.Window, t.HoldUntil, t.Before, t.EndedAt, t.EndedBy = "", time.Time{}, "", time.Time{}, ""
}

func transfer(t *Ticket, e Event, now time.Time, r Rules) {
	backInLine(t, e, now, r)
	if e.ReturnTo != "" {
		t.ReturnTo, t.ReturnPool = e.ReturnTo, t.Pool
	}
	t.Pool, t.Target = e.Pool, e.Target
	if e.Service != "" {
		t.Service = e.Service
	}
}

// finish ends the ticket, or sends its person to the next stop of the visit or
// back to the window that sent them here. Either keeps the number.
func finish(t *Ticket, e Event, now time.Time, r Rules) {
	t.Target = ""
	switch {
	case t.ReturnTo != "":
		t.State, t.Pool, t.Target = Waiting, t.ReturnPool, t.ReturnTo
		t.ReturnTo, t.ReturnPool = "", ""
		backInLine(t, e, now, r)
	case e.Pool != "":
		t.State, t.Pool, t.Service, t.EffectiveAt = Waiting, e.Pool, e.Service, now.Add(-r.Carry)
		backInLine(t, e, now, r)
	default:
		undoable(t, e, now, r)
	}
}
