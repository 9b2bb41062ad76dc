package order

import (
	"slices"
	"time"

	"hallway/app/hall/workday"
)

// Kind is what a citizen wants of an order.
type Kind string

// The kinds.
const (
	Consultation Kind = "consultation"
	Help         Kind = "help"
	Complaint    Kind = "complaint"
	Report       Kind = "report"
	Suggestion   Kind = "suggestion"
)

// Kinds returns every kind in the order in which they are offered.
func Kinds() []Kind { return []Kind{Consultation, Help, Complaint, Report, Suggestion} }

// Known reports whether k is a kind of this version.
func (k Kind) Known() bool { return slices.Contains(Kinds(), k) }

// State is how far an order has come.
type State string

// The states. Closed and Withdrawn are the ends; a closed order may still be
// reopened once.
const (
	Registered State = "registered"  // the order desk has it, nobody was told yet
	Assigned   State = "assigned"    // a unit has it
	Accepted   State = "accepted"    // the unit says that it is its own
	InProgress State = "in_progress" // the unit works on it
	Answered   State = "answered"    // the clock stands; the citizen says whether it helped
	Closed     State = "closed"      //
	Returned   State = "returned"    // the unit says that it is not its own; the desk has it again
	Reopened   State = "reopened"    // the answer did not help; the unit has it again
	Withdrawn  State = "withdrawn"   // the citizen wants nothing any more
)

// States returns every state.
func States() []State {
	return []State{Registered, Assigned, Accepted, InProgress, Answered, Closed, Returned, Reopened, Withdrawn}
}

// Running reports whether the order's clock runs.
func (s State) Running() bool { return s != Answered && s != Closed && s != Withdrawn }

// Unit is who owns an order: a department's code, or [Desk].
type Unit string

// Desk is the hall's order desk. No department has such a code.
const Desk Unit = "*desk"

// Outcome is what the citizen said of the answer.
type Outcome string

// The outcomes of a closed order. No word never counts as solved.
const (
	Solved   Outcome = "solved"
	Unsolved Outcome = "unsolved" // after it was reopened once
	NoWord   Outcome = "no_word"
)

// An Order is one order as far as the rules need it. It is a value.
type Order struct {
	Kind         Kind
	State        State
	Unit         Unit      // owner, never ""
	RegisteredAt time.Time // never changes
	ClockAt      time.Time // start of the present clock: registration or reopening
	Days         int       // working days of the clock
	Extra        int       // working days that a leader added
	AssignedAt   time.Time // to the present unit; zero at the desk
	AnsweredAt   time.Time // of the last answer; zero before
	ClosedAt     time.Time // closed or withdrawn
	Bounces      int       // times that a unit returned it
	Fixed        bool      // assigned for good: it cannot be returned
	Extended     bool      // the one extension is used
	Again        bool      // the one reopening is used
	Late         bool      // an answer came after its due time
	Urges        int       // times that the citizen urged
	Outcome      Outcome   // of a closed order
	Version      int64     // counts events, from 1
}

// New registers an order at the desk. Its clock starts at t.
func New(k Kind, t time.Time, r Rules) Order {
	return Order{Kind: k, State: Registered, Unit: Desk, RegisteredAt: t, ClockAt: t, Days: r.Days[k], Version: 1}
}

// Due is when the present clock of the order ends.
func (o Order) Due(office workday.Office) time.Time {
	due, _ := office.Due(o.ClockAt, o.Days+o.Extra)
	return due
}

// Spent is how much of the present clock is spent at now, in percent: 100 when
// the order is, or was answered, overdue.
func (o Order) Spent(office workday.Office, now time.Time) int {
	return office.Spent(o.ClockAt, o.Days+o.Extra, o.until(now))
}

// until is now, or when the clock stopped.
func (o Order) until(now time.Time) time.Time {
	switch {
	case o.State.Running():
		return now
	case o.State == Withdrawn:
		return o.ClosedAt
	}
	return o.AnsweredAt
}

// Light is a traffic light for an order's time.
type Light string

// The lights with the percent at which each begins.
const (
	Green  Light = "green"
	Yellow Light = "yellow" // 50: half of the time is spent
	Orange Light = "orange" // 80
	Red    Light = "red"    // 100: overdue
	Off    Light = "off"    // the clock stands
)

// Warnings are the percent at which a light changes.
var Warnings = []int{50, 80, 100}

// Light is the order's light at now.
func (o Order) Light(office workday.Office, now time.Time) Light {
	if !o.State.Running() {
		return Off
	}
	switch spent := o.Spent(office, now); {
	case spent >= Warnings[2]:
		return Red
	case spent >= Warnings[1]:
		return Orange
	case spent >= Warnings[0]:
		return Yellow
	}
	return Green
}
