package hall

import (
	"slices"
	"time"

	"hallway/app/hall/api"
	"hallway/app/hall/store"
	"hallway/queue"
)

// Bounds of the lists that a counter shows.
const (
	maxLine   = 20
	maxListed = 12
)

// counter is the state of one window.
func (d *Desk) counter(tx *store.Tx, id queue.WindowID) (api.Counter, error) {
	w, _ := d.window(string(id))
	now := d.Now()
	c := api.Counter{Window: string(id), Name: w.Name, Pools: slices.Concat(w.Pools, w.Help), Time: now.UnixMilli()}
	var err error
	if c.Seq, err = tx.LastOf(store.EventSequence); err != nil {
		return c, err
	}
	if err := d.fillClerk(tx, &c, now); err != nil {
		return c, err
	}
	if err := d.fillLine(tx, &c, callerOf(w), now); err != nil {
		return c, err
	}
	if err := d.fillAside(tx, &c, now); err != nil {
		return c, err
	}
	t, busy, err := tx.TicketAt(id)
	if err == nil && busy {
		shown := d.counterTicket(t)
		c.Ticket = &shown
	}
	return c, err
}

// fillClerk tells who works at the window and what the clerk did today.
func (d *Desk) fillClerk(tx *store.Tx, c *api.Counter, now time.Time) error {
	sessions, err := tx.Sessions()
	if err != nil {
		return err
	}
	for _, s := range sessions {
		if string(s.Window) == c.Window {
			clerk := d.clerks[s.Clerk]
			c.Clerk, c.Leader, c.Pause = clerk.Name, clerk.Leader, s.Pause
			if err := d.fillFigures(tx, c, actorOf(s), now); err != nil {
				return err
			}
		}
	}
	d.fillTargets(c, sessions)
	emergencies, err := tx.Emergencies()
	for _, e := range emergencies {
		if string(e.Window) == c.Window {
			c.Emergency = true
		}
	}
	return err
}

// fillTargets lists the pools, and whether a window that works serves them.
func (d *Desk) fillTargets(c *api.Counter, sessions []store.Session) {
	open := map[string]bool{}
	for _, s := range sessions {
		if w, ok := d.window(string(s.Window)); ok && s.Pause == "" {
			for _, p := range slices.Concat(w.Pools, w.Help) {
				open[p] = true
			}
		}
	}
	c.Targets = []api.CounterTarget{}
	for _, p := range d.Catalogue.Pools {
		c.Targets = append(c.Targets, api.CounterTarget{Pool: p.ID, Name: p.Name, Open: open[p.ID]})
	}
}

func (d *Desk) fillFigures(tx *store.Tx, c *api.Counter, actor string, now time.Time) error {
	begin, _, err := queue.DayRange(d.dayAt(now), d.zone, d.change)
	if err != nil {
		return err
	}
	ended, err := tx.Ended(actor, begin)
	if err != nil {
		return err
	}
	c.Served, c.MissedToday = ended[string(queue.Finished)], ended[string(queue.Missed)]
	last, ok, err := d.lastEnded(tx, actor, now)
	if ok {
		c.Undo = string(last.Number)
	}
	return err
}

// fillLine lists who is called next at the window, without names.
func (d *Desk) fillLine(tx *store.Tx, c *api.Counter, w queue.Caller, now time.Time) error {
	l, err := d.line(tx, now)
	if err != nil {
		return err
	}
	for _, t := range l.tickets {
		if slices.Contains(c.Pools, string(t.Pool)) {
			c.Waiting++
		}
	}
	waiting := queue.NewLine(l.tickets, d.policy, l.turns)
	for len(c.Line) < maxLine {
		p, ok := waiting.Pick(w, now)
		if !ok {
			break
		}
		c.Line = append(c.Line, d.counterTicket(store.Ticket{Ticket: p.Ticket}))
	}
	return nil
}

// fillAside lists what the window laid aside, and who missed a call of its
// pools.
func (d *Desk) fillAside(tx *store.Tx, c *api.Counter, now time.Time) error {
	held, err := tx.Tickets(d.since(now), queue.OnHold)
	if err != nil {
		return err
	}
	for _, t := range held {
		if string(t.Window) == c.Window || d.rules.HoldShared && slices.Contains(c.Pools, string(t.Pool)) {
			c.Held = append(c.Held, d.counterTicket(t))
		}
	}
	missed, err := tx.Tickets(d.since(now), queue.Missed)
	for _, t := range missed {
		if slices.Contains(c.Pools, string(t.Pool)) && len(c.Missed) < maxListed {
			c.Missed = append(c.Missed, d.counterTicket(t))
		}
	}
	return err
}

// counterTicket is a ticket as a counter shows it.
func (d *Desk) counterTicket(t store.Ticket) api.CounterTicket {
	c := api.CounterTicket{
		Number: string(t.Number), State: string(t.State), Service: d.items[t.Service].Name, Pool: string(t.Pool), Lane: string(t.Lane),
		IssuedAt: t.IssuedAt.UnixMilli(), Calls: t.Calls, Offline: t.Origin == queue.Offline, Reprints: t.Reprints,
	}
	for _, at := range []struct {
		time time.Time
		to   *int64
	}{{t.CalledAt, &c.CalledAt}, {t.StartedAt, &c.StartedAt}, {t.HoldUntil, &c.HoldUntil}} {
		if !at.time.IsZero() {
			*at.to = at.time.UnixMilli()
		}
	}
	if t.State == queue.Missed && d.rules.RejoinWithin > 0 {
		c.RejoinUntil = t.EndedAt.Add(d.rules.RejoinWithin).UnixMilli()
	}
	for _, code := range t.Stops {
		c.Stops = append(c.Stops, d.items[code].Name)
	}
	return c
}
