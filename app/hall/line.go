package hall

import (
	"time"

	"hallway/app/hall/catalogue"
	"hallway/app/hall/store"
	"hallway/queue"
)

// A line is who waits in the hall now, with what the lanes are owed.
type line struct {
	tickets []queue.Ticket
	turns   queue.Credits
}

// line reads who waits.
func (h *Hall) line(tx *store.Tx, now time.Time) (l line, err error) {
	if l.tickets, err = tx.Line(h.since(now)); err != nil {
		return l, err
	}
	l.turns, err = tx.Turns(h.dayAt(now))
	return l, err
}

// since returns the first service day whose tickets can still be called at
// now: today, or the day before in a hall that works while the day changes.
func (h *Hall) since(now time.Time) queue.Day {
	day := h.dayAt(now)
	change, _, err := queue.DayRange(day, h.zone, h.change)
	if err == nil && h.hours.Left(change, h.zone) > 0 {
		return day.AddDays(-1)
	}
	return day
}

// forecast returns how many people are called before a ticket, and its wait.
func (h *Hall) forecast(tx *store.Tx, t queue.Ticket, now time.Time) (ahead int, wait queue.Wait, err error) {
	l, err := h.line(tx, now)
	if err != nil {
		return 0, wait, err
	}
	mean := h.means(tx, now)
	open, err := h.openWindows(mean)
	if err != nil {
		return 0, wait, err
	}
	ahead = queue.Ahead(t, l.tickets, h.policy, l.turns, now)
	wait = queue.Estimate(t, queue.NewLine(l.tickets, h.policy, l.turns), open, mean.of, now)
	return ahead, wait, mean.err
}

// openWindows returns the windows that call people, with the expected rest of
// the present person's time.
func (h *Hall) openWindows(mean *means) ([]queue.OpenWindow, error) {
	sessions, err := mean.tx.Sessions()
	if err != nil {
		return nil, err
	}
	at, err := h.atWindows(mean.tx, mean.now)
	if err != nil {
		return nil, err
	}
	var out []queue.OpenWindow
	for _, s := range sessions {
		w, ok := h.window(string(s.Window))
		if !ok || s.Pause != "" {
			continue
		}
		open := queue.OpenWindow{Caller: callerOf(w)}
		if t, busy := at[s.Window]; busy {
			open.Busy = max(0, mean.of(t.Ticket)-mean.now.Sub(t.CalledAt))
		}
		out = append(out, open)
	}
	return out, mean.err
}

// atWindows returns the tickets that are called or served, by window.
func (h *Hall) atWindows(tx *store.Tx, now time.Time) (map[queue.WindowID]store.Ticket, error) {
	at := map[queue.WindowID]store.Ticket{}
	for _, s := range []queue.State{queue.Called, queue.Serving} {
		found, err := tx.Tickets(h.since(now), s)
		if err != nil {
			return nil, err
		}
		for _, t := range found {
			at[t.Window] = t
		}
	}
	return at, nil
}

// callerOf is a window as the pick rule sees it: its own pools, then the ones
// that it helps out.
func callerOf(w catalogue.Window) queue.Caller {
	c := queue.Caller{ID: queue.WindowID(w.ID), Levels: []queue.Level{poolIDs(w.Pools)}}
	for _, p := range w.Help {
		c.Levels = append(c.Levels, queue.Level{queue.PoolID(p)})
	}
	return c
}

func poolIDs(names []string) []queue.PoolID {
	out := make([]queue.PoolID, len(names))
	for i, p := range names {
		out[i] = queue.PoolID(p)
	}
	return out
}

// lastServices is how many services of an item its expected time is made of.
const lastServices = 30

// means knows how long services take; each item is looked up once.
type means struct {
	hall  *Hall
	tx    *store.Tx
	now   time.Time
	known map[string]time.Duration
	err   error
}

func (h *Hall) means(tx *store.Tx, now time.Time) *means {
	return &means{hall: h, tx: tx, now: now, known: map[string]time.Duration{}}
}

// of is how long the service of a ticket takes.
func (m *means) of(t queue.Ticket) time.Duration {
	if d, ok := m.known[t.Service]; ok {
		return d
	}
	samples, err := m.tx.Served(t.Service, lastServices)
	if err != nil {
		m.err = err
	}
	d := queue.Expected(samples, m.hall.usual(t), m.now)
	m.known[t.Service] = d
	return d
}

// usual is how long the catalogue says that a ticket's service takes.
func (h *Hall) usual(t queue.Ticket) time.Duration {
	n := h.items[t.Service].Minutes
	if n == 0 {
		n = h.pools[string(t.Pool)].MeanMinutes
	}
	return minutes(max(1, n))
}

// window returns a window of the catalogue.
func (h *Hall) window(id string) (catalogue.Window, bool) {
	for _, w := range h.windows {
		if w.ID == id {
			return w, true
		}
	}
	return catalogue.Window{}, false
}
