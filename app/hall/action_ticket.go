package hall

import (
	"hallway/app/hall/api"
	"hallway/app/hall/store"
	"hallway/queue"
)

// present is an action that is an event of the ticket at the window.
func present(k queue.EventKind) func(*action) error {
	return func(a *action) error {
		t, err := a.here()
		if err != nil {
			return err
		}
		return a.happen(t, a.event(k))
	}
}

// here is the ticket at the window.
func (a *action) here() (store.Ticket, error) {
	if a.at == nil {
		return store.Ticket{}, refuse(api.CodeBadTransition, "no ticket is at the window")
	}
	return *a.at, nil
}

// named is an action that is an event of the ticket whose number it names.
func named(k queue.EventKind) func(*action) error {
	return func(a *action) error {
		t, err := a.ticket()
		if err != nil {
			return err
		}
		return a.happen(t, a.event(k))
	}
}

// ticket finds the ticket that the command names: of today, or of the day
// before in a hall that works through the night.
func (a *action) ticket() (store.Ticket, error) {
	for day := a.dayAt(a.now); day >= a.since(a.now); day = day.AddDays(-1) {
		t, ok, err := a.tx.TicketNumbered(day, queue.Number(a.q.Number))
		if ok || err != nil {
			return t, err
		}
	}
	return store.Ticket{}, refuse(api.CodeNotFound, "there is no ticket "+quoted(a.q.Number)+" today")
}

// hereOr is the ticket that the command names, or without a name the one at
// the window.
func (a *action) hereOr() (store.Ticket, error) {
	if a.q.Number == "" {
		return a.here()
	}
	return a.ticket()
}
