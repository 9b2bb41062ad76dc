package hall

import (
	"hallway/app/hall/api"
	"hallway/app/hall/store"
	"hallway/queue"
)

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
	open, err := a.openWindows(a.means(a.tx, a.now))
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
