package order

import (
	"slices"
	"strings"
	"time"
)

// EventKind is what happens to an order.
type EventKind string

// The events.
const (
	Assign   EventKind = "assign"   // to Event.To
	Accept   EventKind = "accept"   //
	Start    EventKind = "start"    //
	Answer   EventKind = "answer"   // Event.Text is the answer
	Return   EventKind = "return"   // Event.Text is the reason
	Extend   EventKind = "extend"   // by Event.Days; Event.Text is the reason
	Urge     EventKind = "urge"     //
	Withdraw EventKind = "withdraw" //
	Close    EventKind = "close"    // with Event.Outcome
	Reopen   EventKind = "reopen"   //
)

// EventKinds returns every kind of event.
func EventKinds() []EventKind {
	return []EventKind{Assign, Accept, Start, Answer, Return, Extend, Urge, Withdraw, Close, Reopen}
}

// Role is in which capacity somebody acts.
type Role string

// The roles.
const (
	Citizen Role = "citizen"
	Clerk   Role = "desk"   // of the order desk
	Worker  Role = "unit"   // of a department
	Leader  Role = "leader" //
	Clock   Role = "clock"  // time itself
)

// An Event happens to an order.
type Event struct {
	Kind    EventKind
	Role    Role
	Unit    Unit    // of a Worker
	To      Unit    // of Assign
	Text    string  // answer or reason
	Days    int     // of Extend
	Outcome Outcome // of Close
}

// step says who may let an event happen in which states.
type step struct {
	from  []State
	roles []Role
}

// running are the states in which the clock runs.
var running = []State{Registered, Assigned, Accepted, InProgress, Returned, Reopened}

// steps are the rules without their further conditions. A worker never closes
// or reopens: nobody judges their own answer.
var steps = map[EventKind]step{
	Assign:   {[]State{Registered, Returned, Reopened}, []Role{Clerk, Leader}},
	Accept:   {[]State{Assigned, Reopened}, []Role{Worker}},
	Start:    {[]State{Accepted}, []Role{Worker}},
	Answer:   {[]State{InProgress}, []Role{Worker}},
	Return:   {[]State{Assigned, Accepted}, []Role{Worker}},
	Extend:   {running, []Role{Leader}},
	Urge:     {running, []Role{Citizen}},
	Withdraw: {running, []Role{Citizen}},
	Close:    {[]State{Answered}, []Role{Citizen, Clerk, Clock}},
	Reopen:   {[]State{Answered, Closed}, []Role{Citizen, Clerk}},
}

// Allowed returns what a role may try with an order in its state. A further
// condition, such as a limit, may still refuse it.
func (o Order) Allowed(role Role) []EventKind {
	var all []EventKind
	for _, k := range EventKinds() {
		s := steps[k]
		if !slices.Contains(s.from, o.State) || !slices.Contains(s.roles, role) {
			continue
		}
		switch {
		case k == Extend && o.Extended, k == Reopen && o.Again, k == Return && o.Fixed:
		default:
			all = append(all, k)
		}
	}
	return all
}

// Apply lets e happen to o at now. A refused event is one of the errors of this
// package, and o is returned as it was.
func Apply(o Order, e Event, now time.Time, r Rules) (Order, error) {
	s, ok := steps[e.Kind]
	switch {
	case !ok || !slices.Contains(s.from, o.State):
		return o, ErrState
	case !slices.Contains(s.roles, e.Role):
		return o, ErrRole
	case e.Role == Worker && e.Unit != o.Unit:
		return o, ErrUnit
	}
	next, err := changes[e.Kind](o, e, now, r)
	if err != nil {
		return o, err
	}
	next.Version++
	return next, nil
}

// changes are what the events do.
var changes = map[EventKind]func(Order, Event, time.Time, Rules) (Order, error){
	Assign: assign, Return: giveBack, Extend: extend, Answer: answer, Close: end, Reopen: reopen,
	Accept: func(o Order, _ Event, _ time.Time, _ Rules) (Order, error) { return o.in(Accepted), nil },
	Start:  func(o Order, _ Event, _ time.Time, _ Rules) (Order, error) { return o.in(InProgress), nil },
	Urge: func(o Order, _ Event, _ time.Time, _ Rules) (Order, error) {
		o.Urges++
		return o, nil
	},
	Withdraw: func(o Order, _ Event, now time.Time, _ Rules) (Order, error) {
		o.ClosedAt = now
		return o.in(Withdrawn), nil
	},
}

func (o Order) in(s State) Order {
	o.State = s
	return o
}

// assign gives the order to a unit. Once it bounced as often as the rules
// allow, a leader does so for good.
func assign(o Order, e Event, now time.Time, r Rules) (Order, error) {
	full := o.Bounces >= r.MaxBounces
	switch {
	case e.To == "" || e.To == Desk:
		return o, ErrUnit
	case full && e.Role != Leader:
		return o, ErrLeader
	}
	o.Unit, o.AssignedAt, o.Fixed = e.To, now, o.Fixed || full
	return o.in(Assigned), nil
}

// giveBack returns the order to the desk.
func giveBack(o Order, e Event, now time.Time, r Rules) (Order, error) {
	last, _ := r.Office.Due(o.AssignedAt, r.ReturnDays)
	switch {
	case o.Fixed || o.Bounces >= r.MaxBounces:
		return o, ErrFixed
	case blank(e.Text):
		return o, ErrReason
	case now.After(last):
		return o, ErrLate
	}
	o.Unit, o.AssignedAt = Desk, time.Time{}
	o.Bounces++
	return o.in(Returned), nil
}

// extend lengthens the clock while it still runs in time.
func extend(o Order, e Event, now time.Time, r Rules) (Order, error) {
	switch {
	case o.Extended:
		return o, ErrOnce
	case blank(e.Text):
		return o, ErrReason
	case e.Days < 1 || e.Days > r.MaxExtra:
		return o, ErrLimit
	case !now.Before(o.Due(r.Office)):
		return o, ErrLate
	}
	o.Extra, o.Extended = e.Days, true
	return o, nil
}

// answer stops the clock.
func answer(o Order, e Event, now time.Time, r Rules) (Order, error) {
	if blank(e.Text) {
		return o, ErrReason
	}
	o.AnsweredAt, o.Late = now, o.Late || now.After(o.Due(r.Office))
	return o.in(Answered), nil
}

// end closes an answered order. Time closes it without a word when the citizen
// had WordDays to say one; an order that did not help can only end so when it
// was reopened already.
func end(o Order, e Event, now time.Time, r Rules) (Order, error) {
	last, _ := r.Office.Due(o.AnsweredAt, r.WordDays)
	switch e.Outcome {
	case Solved:
	case Unsolved:
		if !o.Again {
			return o, ErrState
		}
	case NoWord:
		if e.Role == Citizen || now.Before(last) {
			return o, ErrLate
		}
	default:
		return o, ErrReason
	}
	if e.Role == Clock && e.Outcome != NoWord {
		return o, ErrRole
	}
	o.ClosedAt, o.Outcome = now, e.Outcome
	return o.in(Closed), nil
}

// reopen gives the order back to the unit that answered, with a new clock.
func reopen(o Order, _ Event, now time.Time, _ Rules) (Order, error) {
	if o.Again {
		return o, ErrOnce
	}
	o.ClockAt, o.Extra, o.Again = now, 0, true
	o.AssignedAt, o.ClosedAt, o.Outcome = now, time.Time{}, ""
	return o.in(Reopened), nil
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }
