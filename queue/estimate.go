package queue

import (
	"cmp"
	"slices"
	"time"
)

// An OpenWindow is a window that calls people now.
type OpenWindow struct {
	Caller
	Busy time.Duration // expected rest of the present person's time; 0 when free
}

// Wait is an estimate of a wait in minutes, from less to more. Both ends are
// multiples of five; From 0 and To 5 means "under five minutes". Both are -1
// when no open window serves the pool.
type Wait struct{ From, To int }

// NoWindow is the estimate when nobody can be called.
var NoWindow = Wait{-1, -1}

// Estimate says how long t waits from now: it lets the open windows call the
// people of line by the pick rule, each taking as long as mean says, until t is
// called. Line is used up.
func Estimate(t Ticket, line *Line, open []OpenWindow, mean func(Ticket) time.Duration, now time.Time) Wait {
	line.join(t)
	windows := slices.Clone(open)
	for len(windows) > 0 {
		i := earliest(windows)
		w := &windows[i]
		next, ok := line.Pick(w.Caller, now.Add(w.Busy))
		if !ok {
			windows = slices.Delete(windows, i, i+1)
			continue
		}
		if next.Ticket.ID == t.ID {
			return spread(w.Busy)
		}
		w.Busy += mean(next.Ticket)
	}
	return NoWindow
}

// join puts t in line unless it is there.
func (l *Line) join(t Ticket) {
	lane := l.lane(t)
	if slices.ContainsFunc(*lane, func(o *Ticket) bool { return o.ID == t.ID }) {
		return
	}
	i, _ := slices.BinarySearchFunc(*lane, &t, byOrder)
	*lane = slices.Insert(*lane, i, &t)
}

// earliest returns the index of the window that is free first.
func earliest(windows []OpenWindow) int {
	best := 0
	for i := range windows {
		if cmp.Or(cmp.Compare(windows[i].Busy, windows[best].Busy), cmp.Compare(windows[i].ID, windows[best].ID)) < 0 {
			best = i
		}
	}
	return best
}

// spread turns an expected wait into an honest range: 0.8 to 1.3 of it,
// rounded outwards to five minutes, since the people before are rarely much
// quicker but often slower. A range wider than double says nothing, so its
// farther end moves in; the expected wait stays inside.
func spread(d time.Duration) Wait {
	const step = 5 * time.Minute
	from := int(d * 8 / 10 / step)
	to := max(int((d*13/10+step-1)/step), from+1)
	if from > 0 && to > 2*from {
		if time.Duration(2*from)*step >= d {
			to = 2 * from
		} else {
			from = (to + 1) / 2
		}
	}
	return Wait{5 * from, 5 * to}
}
