package queue

import "time"

func someWindow(_ Ticket, e Event, _ time.Time, _ Rules) error {
	return unless(e.Window != "", ErrWindow)
}

func ownWindow(t Ticket, e Event, _ time.Time, _ Rules) error {
	return unless(e.Window != "" && e.Window == t.Window, ErrWindow)
}

// ownWindowIfAny keeps a window's hands off the person at another one.
func ownWindowIfAny(t Ticket, e Event, now time.Time, r Rules) error {
	if t.State.AtWindow() {
		return ownWindow(t, e, now, r)
	}
	return nil
}

func holdersWindow(t Ticket, e Event, now time.Time, r Rules) error {
	if r.HoldShared {
		return someWindow(t, e, now, r)
	}
	return ownWindow(t, e, now, r)
}

func reason(_ Ticket, e Event, _ time.Time, _ Rules) error { return unless(e.Reason != "", ErrReason) }

func later(_ Ticket, e Event, now time.Time, _ Rules) error {
	return unless(e.Until.After(now), ErrTooLate)
}

func destination(_ Ticket, e Event, _ time.Time, _ Rules) error {
	return unless(e.Pool != "", ErrEvent)
}

func item(_ Ticket, e Event, _ time.Time, _ Rules) error { return unless(e.Service != "", ErrEvent) }

func knownLane(_ Ticket, e Event, _ time.Time, _ Rules) error {
	return unless(e.Lane.Known(), ErrEvent)
}

func nextStop(_ Ticket, e Event, _ time.Time, _ Rules) error {
	return unless((e.Pool == "") == (e.Service == ""), ErrEvent)
}

func mayRecall(t Ticket, _ Event, now time.Time, r Rules) error {
	if r.MaxCalls > 0 && t.Calls >= r.MaxCalls {
		return ErrCalls
	}
	return unless(now.Sub(t.AnnouncedAt) >= r.RecallAfter, ErrTooSoon)
}

func mayMiss(t Ticket, _ Event, now time.Time, r Rules) error {
	return unless(t.Calls >= r.MissCalls && now.Sub(t.CalledAt) >= r.MissAfter, ErrTooSoon)
}

func mayRejoin(t Ticket, e Event, now time.Time, r Rules) error {
	switch {
	case e.Place.IsZero():
		return ErrEvent
	case r.MaxRejoins > 0 && t.Rejoins >= r.MaxRejoins:
		return ErrLimit
	}
	return unless(r.RejoinWithin == 0 || now.Sub(t.EndedAt) <= r.RejoinWithin, ErrTooLate)
}

func mayReturn(t Ticket, e Event, now time.Time, r Rules) error {
	return unless(e.Reason != "" || r.ReturnWithin == 0 || now.Sub(t.CalledAt) <= r.ReturnWithin, ErrReason)
}

// mayUndo lets who made a mistake take it back, and a leader. A person goes
// back to the window that they were at, which must ask for it.
func mayUndo(t Ticket, e Event, now time.Time, r Rules) error {
	switch {
	case t.Before == "":
		return ErrTransition
	case r.UndoWithin > 0 && now.Sub(t.EndedAt) > r.UndoWithin:
		return ErrTooLate
	case !e.Leader && e.Actor != t.EndedBy:
		return ErrRight
	case t.Before.AtWindow():
		return ownWindow(t, e, now, r)
	}
	return nil
}

func mayReprint(t Ticket, _ Event, _ time.Time, r Rules) error {
	return unless(r.MaxReprints == 0 || t.Reprints < r.MaxReprints, ErrLimit)
}

func unless(ok bool, err error) error {
	if ok {
		return nil
	}
	return err
}
