package queue

import (
	"cmp"
	"slices"
	"time"
)

// Order compares two tickets by who is served first: effective time, then time
// of issue, then number, so that two numbers made in one millisecond are called
// as people expect, then id. It never calls two tickets equal unless they are
// one.
func Order(a, b Ticket) int {
	return cmp.Or(a.EffectiveAt.Compare(b.EffectiveAt), a.IssuedAt.Compare(b.IssuedAt), cmp.Compare(a.Number, b.Number), cmp.Compare(a.ID, b.ID))
}

// Next returns the ticket that a window with these pools calls at now: of
// those that wait in one of the pools and are due, the first by Order. It
// returns false when there is none.
func Next(tickets []Ticket, pools []PoolID, now time.Time) (Ticket, bool) {
	best, found := Ticket{}, false
	for _, t := range tickets {
		if t.State != Waiting || t.EffectiveAt.After(now) || !slices.Contains(pools, t.Pool) {
			continue
		}
		if !found || Order(t, best) < 0 {
			best, found = t, true
		}
	}
	return best, found
}

// Ahead returns how many of tickets wait in t's pool and are served before t.
func Ahead(t Ticket, tickets []Ticket) int {
	n := 0
	for _, o := range tickets {
		if o.State == Waiting && o.Pool == t.Pool && o.ID != t.ID && Order(o, t) < 0 {
			n++
		}
	}
	return n
}
