package queuetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hallway/queue"
)

var nine = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// The model is obvious; this test makes sure that it also says what it means.
func TestModelIsAHall(t *testing.T) {
	m := Model{Windows: map[queue.WindowID][]queue.PoolID{"1": {"a"}, "2": {"a", "b"}}, Policy: queue.DefaultPolicy}
	m.Come("B1", "b", queue.Normal, nine)
	m.Come("A1", "a", queue.Normal, nine.Add(time.Minute))
	m.Come("A2", "a", queue.Normal, nine.Add(2*time.Minute))
	do := func(w queue.WindowID, e queue.EventKind, may bool, at queue.Number, s queue.State) {
		t.Helper()
		if got := m.Do(Command{Kind: e, Window: w, Now: nine.Add(time.Hour)}); got != may {
			t.Errorf("%s at %s: %v, want %v", e, w, got, may)
		}
		var n queue.Number
		var state queue.State
		if p := m.At(w); p != nil {
			n, state = p.Number, p.State
		}
		if n != at || state != s {
			t.Errorf("after %s at %s: %s %s, want %s %s", e, w, n, state, at, s)
		}
	}
	do("1", queue.Recall, false, "", "")
	do("1", queue.Call, true, "A1", queue.Called)
	do("1", queue.Call, false, "A1", queue.Called)
	do("1", queue.Finish, false, "A1", queue.Called)
	do("1", queue.Recall, true, "A1", queue.Called)
	do("2", queue.Call, true, "B1", queue.Called)
	do("2", queue.Start, true, "B1", queue.Serving)
	do("2", queue.Miss, false, "B1", queue.Serving)
	do("2", queue.Call, true, "A2", queue.Called)
	do("2", queue.Miss, true, "", "")
	do("1", queue.Miss, true, "", "")
	do("1", queue.Call, true, "", "")
	if got := m.Missed(); !slices.Equal(got, []queue.Number{"A1", "A2"}) {
		t.Errorf("missed %v", got)
	}
	if m.Waiting("a") != 0 || m.Waiting("b") != 0 {
		t.Error("somebody still waits")
	}
}

// A hall is the true rules over a log in memory. Everything that it knows can
// be made again out of the log.
type hall struct {
	windows map[queue.WindowID][]queue.PoolID
	rules   queue.Rules
	policy  queue.Policy
	tickets map[queue.Number]queue.Ticket
	turns   queue.Credits
	log     []logged
}

// logged is one event that was let happen.
type logged struct {
	number queue.Number
	event  queue.Event
	at     time.Time
	born   queue.Ticket // of Issue
	turns  queue.Credits
}

func (h *hall) at(w queue.WindowID) (queue.Ticket, bool) {
	for _, t := range h.tickets {
		if t.Window == w && t.State.AtWindow() {
			return t, true
		}
	}
	return queue.Ticket{}, false
}

func (h *hall) come(n queue.Number, p queue.PoolID, l queue.Lane, place, now time.Time) {
	t := queue.Ticket{ID: queue.TicketID(n), Number: n, Pool: p, Lane: l, EffectiveAt: place, IssuedAt: now}
	h.happen(t, queue.Event{Kind: queue.Issue}, now)
}

// happen lets an event happen and logs it.
func (h *hall) happen(t queue.Ticket, e queue.Event, now time.Time) bool {
	next, err := queue.Apply(t, e, now, h.rules)
	if err != nil {
		return false
	}
	l := logged{number: t.Number, event: e, at: now}
	if e.Kind == queue.Issue {
		l.born = t
	}
	if e.Kind == queue.Call {
		l.turns = queue.Credits{}
		for k, v := range h.turns {
			l.turns[k] = v
		}
	}
	h.log = append(h.log, l)
	h.tickets[t.Number] = next
	return true
}

func (h *hall) waiting() []queue.Ticket {
	var out []queue.Ticket
	for _, t := range h.tickets {
		if t.State == queue.Waiting {
			out = append(out, t)
		}
	}
	return out
}

// do is a counter's command as a hall carries it out.
func (h *hall) do(c Command) bool {
	at, busy := h.at(c.Window)
	t, known := at, busy
	if c.Number != "" {
		t, known = h.tickets[c.Number]
	}
	e := queue.Event{Kind: c.Kind, Window: c.Window, Actor: c.Actor, Reason: c.Reason, Pool: c.Pool, Target: c.Target, Lane: c.Lane, Until: nine.Add(24 * time.Hour)}
	switch c.Kind {
	case queue.Call:
		return h.next(c, at, busy)
	case queue.CallChosen, queue.Resume:
		known = known && !busy
	case queue.Finish:
		e.Pool = ""
	case queue.Transfer:
		if c.Back {
			e.ReturnTo = c.Window
		}
	case queue.Undo:
		known = known && !(busy && t.Before.AtWindow())
	case queue.Rejoin:
		e.Place = queue.RejoinPlace(t, h.waiting(), h.policy.RejoinN, c.Now)
	}
	return known && h.happen(t, e, c.Now)
}

func (h *hall) next(c Command, at queue.Ticket, busy bool) bool {
	if busy && !h.happen(at, queue.Event{Kind: queue.Finish, Window: c.Window, Actor: c.Actor}, c.Now) {
		return false
	}
	line := queue.NewLine(h.waiting(), h.policy, h.turns)
	if p, ok := line.Pick(queue.CallerOf(c.Window, h.windows[c.Window]...), c.Now); ok {
		return h.happen(h.tickets[p.Ticket.Number], queue.Event{Kind: queue.Call, Window: c.Window, Actor: c.Actor}, c.Now)
	}
	return true
}

// crash forgets everything but the log and plays it again.
func (h *hall) crash(t *rapid.T) {
	before, log := h.tickets, h.log
	h.tickets, h.turns, h.log = map[queue.Number]queue.Ticket{}, queue.Credits{}, nil
	for _, l := range log {
		tk := h.tickets[l.number]
		if l.event.Kind == queue.Issue {
			tk = l.born
		}
		if l.turns != nil {
			h.turns = l.turns
		}
		if !h.happen(tk, l.event, l.at) {
			t.Fatalf("%s of %s cannot be played again", l.event.Kind, l.number)
		}
	}
	for n, tk := range before {
		if h.tickets[n] != tk {
			t.Fatalf("%s after the crash: %+v, before: %+v", n, h.tickets[n], tk)
		}
	}
}

// kinds are the commands of a random history; frequent ones stand more often.
var kinds = []queue.EventKind{
	queue.Call, queue.Call, queue.Call, queue.Call, queue.Start, queue.Start, queue.Start, queue.Start, queue.Finish, queue.Finish,
	queue.Recall, queue.Miss, queue.Miss, queue.Return, queue.Hold, queue.Resume, queue.Requeue, queue.Transfer, queue.Prioritise,
	queue.Cancel, queue.Rejoin, queue.Undo, queue.CallChosen,
}

// perHistory commands in each of the hundred histories that rapid plays are a
// million.
const perHistory = 10_000

// day is one service day of a random history.
type day struct {
	hall  hall
	model Model
	now   time.Time
	came  int
}

func newDay() *day {
	d := &day{now: nine}
	windows := map[queue.WindowID][]queue.PoolID{"1": {"a"}, "2": {"a", "b"}, "3": {"b", "a"}, "4": {"c"}}
	rules := queue.Rules{
		MaxCalls: 3, RecallAfter: 10 * time.Second, MissAfter: 30 * time.Second, MissCalls: 1, RejoinWithin: 30 * time.Minute,
		MaxRejoins: 2, UndoWithin: 5 * time.Minute, ReturnWithin: 5 * time.Minute, Cooldown: time.Minute,
	}
	d.hall = hall{windows: windows, rules: rules, policy: queue.DefaultPolicy, tickets: map[queue.Number]queue.Ticket{}, turns: queue.Credits{}}
	d.model = Model{Windows: windows, Rules: rules, Policy: queue.DefaultPolicy}
	return d
}

// bits takes small numbers out of one random one, so that a command is one
// draw.
type bits uint64

func (b *bits) take(n int) int {
	v := uint64(*b) % uint64(n)
	*b /= bits(n)
	return int(v)
}

func pick[T any](b *bits, all ...T) T { return all[b.take(len(all))] }

// step is one command, at the hall and at the model.
func (d *day) step(t *rapid.T, b bits) {
	d.now = d.now.Add(time.Duration(1+b.take(40)) * time.Second)
	if b.take(4) == 0 && len(d.hall.tickets) < 60 {
		n := queue.Number(fmt.Sprintf("A%03d", d.came))
		pool, lane := pick(&b, queue.PoolID("a"), "b", "c"), queue.Lanes[b.take(3)]
		place := d.now.Add(time.Duration(b.take(30)-10) * time.Minute)
		d.came++
		d.hall.come(n, pool, lane, place, d.now)
		d.model.Come(n, pool, lane, place)
		return
	}
	c := Command{
		Kind: kinds[b.take(len(kinds))], Window: pick(&b, queue.WindowID("1"), "2", "3", "4"), Now: d.now, Pool: pick(&b, queue.PoolID("a"), "b", "c"),
		Target: pick(&b, queue.WindowID(""), "", "", "1", "4"), Back: b.take(3) == 0, Lane: queue.Lanes[b.take(3)], Reason: pick(&b, "", "r", "r"),
	}
	c.Actor = string(c.Window)
	switch c.Kind {
	case queue.CallChosen, queue.Resume, queue.Requeue, queue.Prioritise, queue.Cancel, queue.Rejoin, queue.Undo:
		c.Number = queue.Number(fmt.Sprintf("A%03d", b.take(max(1, d.came))))
	}
	if got, want := d.hall.do(c), d.model.Do(c); got != want {
		t.Fatalf("%+v: the hall says %v, the model %v", c, got, want)
	}
	d.compare(t, c)
}

// compare looks at the person whom a command was about, and at the window.
func (d *day) compare(t *rapid.T, c Command) {
	for _, n := range []queue.Number{c.Number, numberAt(d.model.At(c.Window))} {
		if p := d.model.Person(n); p != nil {
			d.samePerson(t, c, p)
		}
	}
	if tk, ok := d.hall.at(c.Window); tk.Number != numberAt(d.model.At(c.Window)) {
		t.Fatalf("after %+v: %s is at the window (%v), the model has %s", c, tk.Number, ok, numberAt(d.model.At(c.Window)))
	}
}

func (d *day) samePerson(t *rapid.T, c Command, p *Person) {
	tk := d.hall.tickets[p.Number]
	if tk.State != p.State || tk.Pool != p.Pool || tk.Lane != p.Lane || tk.Target != p.Target || tk.ReturnTo != p.Back || !tk.EffectiveAt.Equal(p.Place) {
		t.Fatalf("after %+v: ticket %+v, model %+v", c, tk, *p)
	}
}

func numberAt(p *Person) queue.Number {
	if p == nil {
		return ""
	}
	return p.Number
}

// A million random commands, with crashes from which the log brings everything
// back, end as in the obvious hall.
func TestMillionRandomCommandsMatchTheObviousHall(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := rapid.Uint64()
		d := newDay()
		for i := range perHistory {
			if i%500 == 499 { // a new day: the row starts empty
				d.hall.crash(t)
				for _, p := range d.model.row {
					d.samePerson(t, Command{}, p)
				}
				d = newDay()
			}
			d.step(t, bits(draw.Draw(t, "command")))
		}
	})
}
