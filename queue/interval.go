package queue

import "time"

// An Entry is an event of one ticket as the hall recorded it.
type Entry struct {
	At     time.Time
	Kind   EventKind
	From   State
	To     State
	Window WindowID
	Actor  string
}

// An Interval is a time that a ticket spent in one state. To is zero while it
// lasts. Uncertain says that nobody saw its end.
type Interval struct {
	State     State
	Window    WindowID
	Actor     string
	From, To  time.Time
	Uncertain bool
}

// Intervals turns a ticket's entries, oldest first, into the times it spent in
// each state. They follow each other without gap or overlap. An undone state
// counts as the one before it.
func Intervals(history []Entry) []Interval {
	var out []Interval
	for _, e := range history {
		switch {
		case e.Kind == Undo:
			out = reopen(out)
			continue
		case e.From == e.To && e.Kind != Transfer:
			continue
		}
		if n := len(out); n > 0 && out[n-1].To.IsZero() {
			out[n-1].To, out[n-1].Uncertain = e.At, e.Kind == AutoFinished
		}
		if !e.To.Final() {
			out = append(out, Interval{State: e.To, Window: e.Window, Actor: e.Actor, From: e.At})
		}
	}
	return out
}

// reopen takes back the last change of state.
func reopen(out []Interval) []Interval {
	n := len(out)
	if n > 0 && out[n-1].To.IsZero() {
		n--
	}
	if n > 0 {
		out[n-1].To = time.Time{}
	}
	return out[:n]
}

// Times are how long a ticket spent in its states, over all its stops.
type Times struct {
	Waiting time.Duration
	Way     time.Duration // from the call to the window
	Service time.Duration
	Held    time.Duration
}

// Sum adds intervals up. What still lasts counts until now; a service whose end
// nobody saw does not count.
func Sum(intervals []Interval, now time.Time) (t Times) {
	for _, i := range intervals {
		to := i.To
		if to.IsZero() {
			to = now
		}
		d := max(0, to.Sub(i.From))
		switch i.State {
		case Waiting:
			t.Waiting += d
		case Called:
			t.Way += d
		case Serving:
			if !i.Uncertain {
				t.Service += d
			}
		case OnHold:
			t.Held += d
		}
	}
	return t
}
