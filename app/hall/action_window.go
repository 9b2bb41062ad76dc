package hall

import (
	"errors"
	"fmt"
	"maps"
	"time"

	"hallway/app/hall/api"
	"hallway/app/hall/store"
	"hallway/queue"
)

// next finishes a ticket that is being served and calls the next one. With
// nobody waiting the window becomes free. A called ticket must be started or
// missed first: a second press of the same button must not lose a person.
func (a *action) next() error {
	if a.at != nil {
		if err := a.finish(); err != nil {
			return err
		}
	}
	w, err := a.working()
	if err != nil {
		return err
	}
	l, err := a.line(a.tx, a.now)
	if err != nil {
		return err
	}
	waiting := queue.NewLine(l.tickets, a.policy, l.turns)
	before := maps.Clone(l.turns)
	picked, ok := waiting.Pick(w, a.now)
	if !ok {
		return nil
	}
	for k, c := range waiting.Credits() {
		if c != before[k] {
			if err := a.tx.PutTurn(a.dayAt(a.now), k, c); err != nil {
				return err
			}
		}
	}
	row, ok, err := a.tx.TicketNumbered(picked.Ticket.Day, picked.Ticket.Number)
	if err != nil || !ok {
		return errors.Join(err, fmt.Errorf("picked ticket: %w", store.ErrChanged))
	}
	_, err = a.movePicked(a.tx, row, a.event(queue.Call), a.q.CommandID, picked.Reason)
	return err
}

// working is the window when people can be called to it.
func (a *action) working() (queue.Caller, error) {
	w, ok := a.window(string(a.s.Window))
	if !ok {
		return queue.Caller{}, refuse(api.CodeUnknownWindow, "the catalogue no longer has the window")
	}
	if a.s.Pause != "" {
		return queue.Caller{}, refuse(api.CodePaused, "the window makes a pause")
	}
	return callerOf(w), nil
}

// finish ends the service: for good, or the visit goes on to the item that the
// command names or to the next stop that the ticket has.
func (a *action) finish() error {
	t, err := a.here()
	if err != nil {
		return err
	}
	e := a.event(queue.Finish)
	code := a.q.Item
	if code == "" && len(t.Stops) > 0 {
		code, t.Stops = t.Stops[0], t.Stops[1:]
	}
	if code != "" && t.ReturnTo == "" {
		item, ok := a.items[code]
		if !ok {
			return refuse(api.CodeNotFound, "the catalogue has no item "+quoted(code))
		}
		e.Pool, e.Service = queue.PoolID(item.Pool), code
		if err := a.mayWait(t, e.Pool); err != nil {
			return err
		}
	}
	return a.happen(t, e)
}

// hold lays the ticket at the window aside, until the end of the service day
// when the command names no time.
func (a *action) hold() error {
	t, err := a.here()
	if err != nil {
		return err
	}
	e := a.event(queue.Hold)
	e.Until = time.UnixMilli(a.q.Until).UTC()
	if a.q.Until == 0 {
		if _, e.Until, err = queue.DayRange(a.dayAt(a.now), a.zone, a.change); err != nil {
			return err
		}
	}
	return a.happen(t, e)
}

// free refuses while somebody is at the window.
func (a *action) free() error {
	if a.at != nil {
		return refuse(api.CodeBadTransition, "finish the ticket at the window first")
	}
	return nil
}

// callChosen calls a ticket out of order.
func (a *action) callChosen() error {
	t, err := a.ticket()
	if err == nil {
		err = a.free()
	}
	if err == nil {
		_, err = a.working()
	}
	if err != nil {
		return err
	}
	return a.happen(t, a.event(queue.CallChosen))
}

// resume takes up what was laid aside.
func (a *action) resume() error {
	t, err := a.ticket()
	if err == nil {
		err = a.free()
	}
	if err != nil {
		return err
	}
	return a.happen(t, a.event(queue.Resume))
}
