package queue

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// EventKind says what happens to a ticket.
type EventKind string

// The events.
const (
	Issue  EventKind = "issue"  // the ticket comes into being
	Call   EventKind = "call"   // a window calls it
	Recall EventKind = "recall" // its window announces it again
	Start  EventKind = "start"  // the person is at the window
	Miss   EventKind = "miss"   // the called person did not come
	Finish EventKind = "finish" // the person was served
	Cancel EventKind = "cancel" // the citizen or staff give it up
	Expire EventKind = "expire" // the day ended
	Voided EventKind = "void"   // it should never have been issued
)

// An Event happens to one ticket.
type Event struct {
	Kind   EventKind
	Window WindowID // of Call, Recall, Start, Miss and Finish
}

// Rules are the limits of calling that differ between halls. A zero limit is
// no limit.
type Rules struct {
	MaxCalls    int           // announcements of one call, the first included
	RecallAfter time.Duration // from one announcement to the next
	MissAfter   time.Duration // from the first announcement to Miss
	MissCalls   int           // announcements before Miss
}

// Reasons why an event is refused. The ticket stays as it was.
var (
	ErrTransition = errors.New("the ticket's state does not allow this")
	ErrWindow     = errors.New("the ticket is at another window")
	ErrTooSoon    = errors.New("the calling rules want more time or calls first")
	ErrCalls      = errors.New("the ticket was called as often as the rules allow")
)

// transition is one row of the table: from which states an event leads where.
type transition struct {
	from []State
	to   State
}

// table holds every permitted move. The empty state is a ticket that is not
// issued yet. A person at a window at the end of the day was served, so Expire
// finishes a ticket in Serving; see Apply.
var table = map[EventKind]transition{
	Issue:  {[]State{""}, Waiting},
	Call:   {[]State{Waiting}, Called},
	Recall: {[]State{Called}, Called},
	Start:  {[]State{Called}, Serving},
	Miss:   {[]State{Called}, Missed},
	Finish: {[]State{Serving}, Finished},
	Cancel: {[]State{Waiting, Missed}, Cancelled},
	Expire: {[]State{Waiting, Called, Serving, Missed}, Expired},
	Voided: {[]State{Waiting, Called, Missed}, Void},
}

// Apply returns t after e at time now, or t unchanged and the reason why e is
// refused.
func Apply(t Ticket, e Event, now time.Time, r Rules) (Ticket, error) {
	row, ok := table[e.Kind]
	if !ok || !slices.Contains(row.from, t.State) {
		return t, fmt.Errorf("%s from state %q: %w", e.Kind, t.State, ErrTransition)
	}
	if err := guard(t, e, now, r); err != nil {
		return t, fmt.Errorf("%s: %w", e.Kind, err)
	}
	next := t
	next.State = row.to
	next.Version++
	switch e.Kind {
	case Call:
		next.Window, next.Calls, next.CalledAt, next.AnnouncedAt = e.Window, 1, now, now
	case Recall:
		next.Calls++
		next.AnnouncedAt = now
	case Expire:
		if t.State == Serving {
			next.State = Finished
		}
	}
	return next, nil
}

// guard checks what a window may do with the ticket that it called.
func guard(t Ticket, e Event, now time.Time, r Rules) error {
	switch e.Kind {
	case Call:
		if e.Window == "" {
			return ErrWindow
		}
		return nil
	case Recall, Start, Miss, Finish:
		if e.Window != t.Window {
			return ErrWindow
		}
	}
	switch {
	case e.Kind == Recall && r.MaxCalls > 0 && t.Calls >= r.MaxCalls:
		return ErrCalls
	case e.Kind == Recall && now.Sub(t.AnnouncedAt) < r.RecallAfter:
		return ErrTooSoon
	case e.Kind == Miss && (t.Calls < r.MissCalls || now.Sub(t.CalledAt) < r.MissAfter):
		return ErrTooSoon
	}
	return nil
}
