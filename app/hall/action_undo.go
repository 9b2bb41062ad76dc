package hall

import (
	"time"

	"hallway/app/hall/api"
	"hallway/app/hall/store"
	"hallway/queue"
)

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
