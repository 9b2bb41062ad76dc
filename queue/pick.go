package queue

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// Order compares two tickets of a lane by who is served first: effective time,
// then time of issue, then number, so that two numbers made in one millisecond
// are called as people expect, then id. It never calls two tickets equal unless
// they are one.
func Order(a, b Ticket) int {
	return cmp.Or(a.EffectiveAt.Compare(b.EffectiveAt), a.IssuedAt.Compare(b.IssuedAt), cmp.Compare(a.Number, b.Number), cmp.Compare(a.ID, b.ID))
}

// A Caller is a window as the pick rule sees it.
type Caller struct {
	ID     WindowID
	Levels []Level // by falling importance
}

// A Level is a set of pools that a window serves equally. A window serves the
// pools of a level only when nobody waits in those before it.
type Level []PoolID

// CallerOf returns a caller that serves pools equally.
func CallerOf(id WindowID, pools ...PoolID) Caller { return Caller{id, []Level{pools}} }

// Serves reports whether c calls people of pool.
func (c Caller) Serves(pool PoolID) bool {
	return slices.ContainsFunc(c.Levels, func(l Level) bool { return slices.Contains(l, pool) })
}

// A Pick is a ticket to call, and why it is this one.
type Pick struct {
	Ticket Ticket
	Reason PickReason
}

// PickReason says which part of the rule chose a ticket.
type PickReason string

// The reasons.
const (
	ByGuard PickReason = "guard" // it waited too long
	ByTurn  PickReason = "lane"  // its lane's turn
	ByFill  PickReason = "fill"  // it is not due yet, but nobody else waits
)

// A Line is the waiting tickets of a hall, ready to be picked from. It belongs
// to one goroutine.
type Line struct {
	policy  Policy
	credits Credits
	pools   map[PoolID]*[len(Lanes)][]*Ticket // each lane by Order
}

// NewLine makes a line of those of tickets that wait. It keeps pointers to
// them. Credits are changed by Pick; nil begins with none.
func NewLine(tickets []Ticket, p Policy, credits Credits) *Line {
	if credits == nil {
		credits = Credits{}
	}
	l := &Line{p, credits, map[PoolID]*[len(Lanes)][]*Ticket{}}
	for i := range tickets {
		if t := &tickets[i]; t.State == Waiting {
			lane := l.lane(*t)
			*lane = append(*lane, t)
		}
	}
	for _, lanes := range l.pools {
		for _, lane := range lanes {
			slices.SortFunc(lane, byOrder)
		}
	}
	return l
}

func byOrder(a, b *Ticket) int { return Order(*a, *b) }

// lane is the part of the line that t belongs to.
func (l *Line) lane(t Ticket) *[]*Ticket {
	if l.pools[t.Pool] == nil {
		l.pools[t.Pool] = new([len(Lanes)][]*Ticket)
	}
	return &l.pools[t.Pool][t.Lane.index()]
}

// Pick takes the ticket that c calls at now out of the line. It returns false
// when c may call nobody.
//
// Of the first level with somebody due: who waited longest in proportion to
// the longest wait of their lane, if that is over; otherwise the first of the
// lane whose turn it is. With nobody due, the first who is early.
func (l *Line) Pick(c Caller, now time.Time) (Pick, bool) {
	for _, level := range c.Levels {
		heads := l.heads(c.ID, level, now, l.due(now))
		if heads.any() {
			return l.take(level, heads, now), true
		}
	}
	for _, level := range c.Levels {
		heads := l.heads(c.ID, level, now, func(*Ticket) bool { return true })
		if i := heads.first(); i >= 0 {
			return Pick{l.remove(heads[i]), ByFill}, true
		}
	}
	return Pick{}, false
}

// due reports who may be called at now.
func (l *Line) due(now time.Time) func(*Ticket) bool {
	return func(t *Ticket) bool {
		from := t.EffectiveAt
		if t.Lane == Booked {
			from = from.Add(-l.policy.EarlyCall)
		}
		return !from.After(now)
	}
}

// heads holds the first ticket of each lane, or nil.
type heads [len(Lanes)]*Ticket

func (h heads) any() bool { return h != heads{} }

// first is the lane whose head is served first by Order, or -1.
func (h heads) first() int {
	best := -1
	for i, t := range h {
		if t != nil && (best < 0 || byOrder(t, h[best]) < 0) {
			best = i
		}
	}
	return best
}

// heads finds the first ticket of each lane that w may call.
func (l *Line) heads(w WindowID, pools []PoolID, now time.Time, may func(*Ticket) bool) (h heads) {
	for _, p := range pools {
		if l.pools[p] == nil {
			continue
		}
		for i, lane := range l.pools[p] {
			at := slices.IndexFunc(lane, func(t *Ticket) bool { return t.allows(w, now) && may(t) })
			if at >= 0 && (h[i] == nil || byOrder(lane[at], h[i]) < 0) {
				h[i] = lane[at]
			}
		}
	}
	return h
}

// allows reports whether w may call t at all.
func (t *Ticket) allows(w WindowID, now time.Time) bool {
	return (t.Target == "" || t.Target == w) && (t.Avoid != w || !t.AvoidUntil.After(now))
}

// take chooses between the heads of the lanes.
func (l *Line) take(level Level, h heads, now time.Time) Pick {
	key := TurnKey(level)
	credit, reason := l.credits[key], ByTurn
	forced := h.overdue(l.policy, now)
	if forced >= 0 {
		reason = ByGuard
	}
	lane := credit.turn(l.policy, func(i int) bool { return h[i] == nil }, forced)
	l.credits[key] = credit
	return Pick{l.remove(h[lane]), reason}
}

// overdue returns the lane whose head has waited longest in proportion to its
// longest wait, or -1 when nobody waited that long.
func (h heads) overdue(p Policy, now time.Time) int {
	best, most := -1, 1.0
	for i, t := range h {
		if t == nil || p.MaxWait[i] <= 0 {
			continue
		}
		share := float64(now.Sub(t.EffectiveAt)) / float64(p.MaxWait[i])
		if share > most || share == most && best < 0 {
			best, most = i, share
		}
	}
	return best
}

// remove takes t out of the line. It is the first of its lane, unless others
// before it wait for another window.
func (l *Line) remove(t *Ticket) Ticket {
	lane := l.lane(*t)
	if i := slices.Index(*lane, t); i == 0 {
		*lane = (*lane)[1:]
	} else {
		*lane = slices.Delete(*lane, i, i+1)
	}
	return *t
}

// Credits returns what the lanes are owed now.
func (l *Line) Credits() Credits { return l.credits }

// Ahead returns how many people of t's pool are called before t when no time
// passes and nobody comes: its place in the order of calls.
func Ahead(t Ticket, tickets []Ticket, p Policy, credits Credits, now time.Time) int {
	same := make([]Ticket, 0, len(tickets)+1)
	for _, o := range tickets {
		if o.Pool == t.Pool && o.ID != t.ID {
			o.Target, o.Avoid = "", ""
			same = append(same, o)
		}
	}
	own := t
	own.State, own.Target, own.Avoid = Waiting, "", ""
	line, c := NewLine(append(same, own), p, maps.Clone(credits)), CallerOf("", t.Pool)
	for n := 0; ; n++ {
		pick, ok := line.Pick(c, now)
		if !ok || pick.Ticket.ID == t.ID {
			return n
		}
	}
}

// RejoinPlace is the EffectiveAt with which a missed ticket waits again: behind
// the first n of its lane, or now when fewer wait.
func RejoinPlace(t Ticket, tickets []Ticket, n int, now time.Time) time.Time {
	lane := *NewLine(tickets, Policy{}, nil).lane(t)
	if n < 1 || len(lane) < n {
		return now
	}
	return lane[n-1].EffectiveAt.Add(time.Millisecond)
}
