package hall

import (
	"errors"
	"fmt"
	"time"

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
	before := map[string]queue.Credit{}
	for k, v := range l.turns {
		before[k] = v
	}
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

// transfer sends a ticket to another pool, to any window or one of its.
func (a *action) transfer() error {
	t, err := a.hereOr()
	if err != nil {
		return err
	}
	if _, ok := a.pools[a.q.Pool]; !ok {
		return refuse(api.CodeNotFound, "the catalogue has no pool "+quoted(a.q.Pool))
	}
	e := a.event(queue.Transfer)
	e.Pool, e.Service, e.Target = queue.PoolID(a.q.Pool), a.q.Item, queue.WindowID(a.q.Window)
	if a.q.Back {
		e.ReturnTo = a.s.Window
	}
	if err := a.reachable(e); err != nil {
		return err
	}
	if e.Pool != t.Pool {
		if err := a.mayWait(t, e.Pool); err != nil {
			return err
		}
	}
	return a.happen(t, e)
}

// reachable refuses a transfer to where nobody calls, unless it has a reason.
func (a *action) reachable(e queue.Event) error {
	open, err := a.openWindows(a.tx, a.now)
	if err != nil {
		return err
	}
	for _, w := range open {
		if (e.Target == "" || e.Target == w.ID) && w.Serves(e.Pool) {
			return nil
		}
	}
	if e.Reason != "" {
		return nil
	}
	return refuse(api.CodeReason, "no open window serves pool "+string(e.Pool)+" there: say why the person is sent")
}

// mayWait refuses a second ticket of one person in one pool.
func (a *action) mayWait(t store.Ticket, pool queue.PoolID) error {
	if t.PersonKey == "" {
		return nil
	}
	others, err := a.tx.TicketsOf(t.PersonKey, pool, t.Day)
	for _, o := range others {
		if o.ID != t.ID && o.State != queue.Missed {
			return refuse(api.CodeBadTransition, "the person already has number "+string(o.Number)+" there")
		}
	}
	return err
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

// undo takes back the end of the ticket that the command names, or of the last
// one that the clerk ended.
func (a *action) undo() error {
	var t store.Ticket
	var err error
	if a.q.Number != "" {
		t, err = a.ticket()
	} else {
		var ok bool
		if t, ok, err = a.lastEnded(a.tx, actorOf(a.s), a.now); err == nil && !ok {
			err = refuse(api.CodeBadTransition, "there is nothing to undo")
		}
	}
	if err != nil {
		return err
	}
	if t.Before.AtWindow() {
		err = a.free()
	} else {
		err = a.mayWait(t, t.Pool)
	}
	if err != nil {
		return err
	}
	return a.happen(t, a.event(queue.Undo))
}

// lastEnded is the ticket whose end a clerk can take back.
func (h *Hall) lastEnded(tx *store.Tx, actor string, now time.Time) (store.Ticket, bool, error) {
	first, _, err := queue.DayRange(h.since(now), h.zone, h.change)
	if err != nil {
		return store.Ticket{}, false, err
	}
	if d := h.rules.UndoWithin; d > 0 && now.Add(-d).After(first) {
		first = now.Add(-d)
	}
	t, ok, err := tx.LastEnded(actor, first)
	return t, ok && t.Before != "", err
}

// rejoin lets a missed person wait again.
func (a *action) rejoin() error {
	t, err := a.ticket()
	if err == nil {
		err = a.mayWait(t, t.Pool)
	}
	if err != nil {
		return err
	}
	l, err := a.line(a.tx, a.now)
	if err != nil {
		return err
	}
	e := a.event(queue.Rejoin)
	e.Place = queue.RejoinPlace(t.Ticket, l.tickets, a.policy.RejoinN, a.now)
	return a.happen(t, e)
}
