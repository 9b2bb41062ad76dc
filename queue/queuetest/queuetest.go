// Package queuetest is a hall in its simplest form: a row of people, windows
// that look through the whole row, rules written out as a clerk would say them.
// It is slow and obvious, so that a reader can see that it is right, and true
// halls are compared with it over random histories. It shares no code with the
// rules that it checks.
package queuetest

import (
	"slices"
	"time"

	"hallway/queue"
)

// A Model is a hall of one day. The zero Model has no windows and no limits.
type Model struct {
	Windows map[queue.WindowID][]queue.PoolID
	Rules   queue.Rules
	Policy  queue.Policy
	row     []*Person // in the order in which they came
	missed  []*Person // newest first
	owed    map[string][3]int
}

// A Person is somebody with a number.
type Person struct {
	Number  queue.Number
	State   queue.State
	Pool    queue.PoolID
	Lane    queue.Lane
	Place   time.Time // from when the person counts as waiting
	Window  queue.WindowID
	Target  queue.WindowID
	Back    queue.WindowID
	Home    queue.PoolID
	Rejoins int

	avoid      queue.WindowID
	avoidUntil time.Time
	came       int
	calls      int
	called     time.Time
	announced  time.Time
	before     queue.State
	ended      time.Time
	endedBy    string
}

// A Command is what a window or the hall does.
type Command struct {
	Kind   queue.EventKind
	Window queue.WindowID
	Actor  string
	Number queue.Number // of the person, when it is not the one at the window
	Pool   queue.PoolID
	Target queue.WindowID
	Back   bool
	Lane   queue.Lane
	Reason string
	Now    time.Time
}

// Come adds a person to the row.
func (m *Model) Come(n queue.Number, p queue.PoolID, l queue.Lane, place time.Time) {
	m.row = append(m.row, &Person{Number: n, Pool: p, Lane: l, Place: place, State: queue.Waiting, came: len(m.row)})
}

// Do carries a command out and reports whether it may.
func (m *Model) Do(c Command) bool {
	at := m.At(c.Window)
	p := at
	if c.Number != "" {
		p = m.Person(c.Number)
	}
	switch c.Kind {
	case queue.Call:
		return m.next(c, at)
	case queue.CallChosen, queue.Resume:
		if at != nil || p == nil {
			return false
		}
	}
	return p != nil && m.let(c, p)
}

// next lets a window finish who it serves and call the next one.
func (m *Model) next(c Command, at *Person) bool {
	if at != nil {
		if at.State != queue.Serving {
			return false
		}
		m.let(Command{Kind: queue.Finish, Window: c.Window, Actor: c.Actor, Now: c.Now}, at)
	}
	if p := m.choose(c.Window, c.Now); p != nil {
		m.call(p, c)
	}
	return true
}

func (m *Model) call(p *Person, c Command) {
	p.State, p.Window, p.calls, p.called, p.announced = queue.Called, c.Window, 1, c.Now, c.Now
}

// let is what may happen to one person.
func (m *Model) let(c Command, p *Person) bool {
	mine := p.Window == c.Window
	switch s := p.State; {
	case c.Kind == queue.CallChosen && (s == queue.Waiting || s == queue.Missed || s == queue.OnHold) && c.Reason != "":
		m.missed = without(m.missed, p)
		m.call(p, c)
	case c.Kind == queue.Recall && s == queue.Called && mine && c.Now.Sub(p.announced) >= m.Rules.RecallAfter && (m.Rules.MaxCalls == 0 || p.calls < m.Rules.MaxCalls):
		p.calls++
		p.announced = c.Now
	case c.Kind == queue.Start && s == queue.Called && mine:
		p.State = queue.Serving
	case c.Kind == queue.Miss && s == queue.Called && mine && c.Now.Sub(p.called) >= m.Rules.MissAfter && p.calls >= m.Rules.MissCalls:
		p.end(queue.Missed, c)
		m.missed = append([]*Person{p}, m.missed...)
	case c.Kind == queue.Return && (s == queue.Called || s == queue.Serving) && mine && (c.Reason != "" || c.Now.Sub(p.called) <= m.Rules.ReturnWithin):
		p.wait()
		if m.Rules.Cooldown > 0 {
			p.avoid, p.avoidUntil = c.Window, c.Now.Add(m.Rules.Cooldown)
		}
	case c.Kind == queue.Hold && (s == queue.Called || s == queue.Serving) && mine && c.Reason != "":
		p.State = queue.OnHold
	case c.Kind == queue.Resume && s == queue.OnHold && (mine || m.Rules.HoldShared):
		p.State, p.Window = queue.Serving, c.Window
	case c.Kind == queue.Requeue && s == queue.OnHold && (mine || m.Rules.HoldShared):
		p.wait()
	case c.Kind == queue.Transfer && (s == queue.Waiting || s == queue.OnHold || (s == queue.Called || s == queue.Serving) && mine):
		m.send(c, p)
	case c.Kind == queue.Prioritise && s == queue.Waiting && c.Reason != "":
		p.Lane = c.Lane
	case c.Kind == queue.Cancel && (s == queue.Waiting || s == queue.Missed || s == queue.OnHold) && c.Reason != "":
		m.missed = without(m.missed, p)
		p.end(queue.Cancelled, c)
	case c.Kind == queue.Finish && s == queue.Serving && mine:
		m.finish(c, p)
	case c.Kind == queue.Rejoin && s == queue.Missed && p.Rejoins < m.Rules.MaxRejoins && c.Now.Sub(p.ended) <= m.Rules.RejoinWithin:
		m.missed = without(m.missed, p)
		p.Place = m.behind(p, c.Now)
		p.Rejoins++
		p.wait()
	case c.Kind == queue.Undo && p.before != "" && c.Now.Sub(p.ended) <= m.Rules.UndoWithin && c.Actor == p.endedBy:
		return m.undo(c, p)
	default:
		return false
	}
	return true
}

// wait puts a person back in the row, where they stood.
func (p *Person) wait() { p.State, p.Window, p.before = queue.Waiting, "", "" }

// end remembers who ended what, so that it can be undone.
func (p *Person) end(s queue.State, c Command) {
	p.before, p.State, p.ended, p.endedBy = p.State, s, c.Now, c.Actor
}

func (m *Model) send(c Command, p *Person) {
	if c.Back {
		p.Back, p.Home = c.Window, p.Pool
	}
	p.Pool, p.Target = c.Pool, c.Target
	p.wait()
}

func (m *Model) finish(c Command, p *Person) {
	p.Target = ""
	if p.Back == "" {
		p.end(queue.Finished, c)
		return
	}
	p.Pool, p.Target, p.Back, p.Home = p.Home, p.Back, "", ""
	p.wait()
}

func (m *Model) undo(c Command, p *Person) bool {
	if p.before == queue.Called || p.before == queue.Serving {
		if p.Window != c.Window || m.At(c.Window) != nil {
			return false
		}
	}
	m.missed = without(m.missed, p)
	p.State, p.before, p.endedBy = p.before, "", ""
	if p.State == queue.Missed {
		m.missed = append([]*Person{p}, m.missed...)
	}
	return true
}

// behind is the place behind the people whom a returned person lets pass.
func (m *Model) behind(back *Person, now time.Time) time.Time {
	n := 0
	for _, p := range m.ordered() {
		if p.State == queue.Waiting && p.Pool == back.Pool && p.Lane == back.Lane {
			if n++; n == m.Policy.RejoinN {
				return p.Place.Add(time.Millisecond)
			}
		}
	}
	return now
}

// ordered is everybody by who came first in effect.
func (m *Model) ordered() []*Person {
	all := slices.Clone(m.row)
	slices.SortStableFunc(all, func(a, b *Person) int {
		if c := a.Place.Compare(b.Place); c != 0 {
			return c
		}
		return a.came - b.came
	})
	return all
}

// At returns the person at a window, or nil.
func (m *Model) At(w queue.WindowID) *Person {
	for _, p := range m.row {
		if p.Window == w && (p.State == queue.Called || p.State == queue.Serving) {
			return p
		}
	}
	return nil
}

// Person returns the person with a number, or nil.
func (m *Model) Person(n queue.Number) *Person {
	for _, p := range m.row {
		if p.Number == n {
			return p
		}
	}
	return nil
}

// Waiting returns how many people wait in a pool.
func (m *Model) Waiting(pool queue.PoolID) int {
	n := 0
	for _, p := range m.row {
		if p.State == queue.Waiting && p.Pool == pool {
			n++
		}
	}
	return n
}

// Missed returns the missed numbers, newest first.
func (m *Model) Missed() []queue.Number {
	var out []queue.Number
	for _, p := range m.missed {
		out = append(out, p.Number)
	}
	return out
}

func without(all []*Person, p *Person) []*Person {
	return slices.DeleteFunc(slices.Clone(all), func(o *Person) bool { return o == p })
}
