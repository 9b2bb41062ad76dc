// Package queuetest is a hall in its simplest form: people in one row, windows
// that take the first one they serve. It is slow and obvious, so that a reader
// can see that it is right, and true halls are compared with it over random
// histories.
package queuetest

import (
	"slices"

	"hallway/queue"
)

// A Model is a hall of one day. The zero Model has no windows.
type Model struct {
	Windows map[queue.WindowID][]queue.PoolID
	row     []*person // in the order in which they came
	missed  []queue.Number
}

type person struct {
	number queue.Number
	pool   queue.PoolID
	state  queue.State
	window queue.WindowID
}

// Come adds a person to the end of the row.
func (m *Model) Come(n queue.Number, p queue.PoolID) {
	m.row = append(m.row, &person{number: n, pool: p, state: queue.Waiting})
}

// Do lets a window act and reports whether it may.
func (m *Model) Do(w queue.WindowID, e queue.EventKind) bool {
	at := m.at(w)
	switch {
	case e == queue.Call && (at == nil || at.state == queue.Serving):
		if at != nil {
			at.state = queue.Finished
		}
		m.callFirst(w)
		return true
	case at == nil:
		return false
	case e == queue.Recall && at.state == queue.Called:
		return true
	case e == queue.Start && at.state == queue.Called:
		at.state = queue.Serving
		return true
	case e == queue.Miss && at.state == queue.Called:
		at.state = queue.Missed
		m.missed = slices.Insert(m.missed, 0, at.number)
		return true
	case e == queue.Finish && at.state == queue.Serving:
		at.state = queue.Finished
		return true
	}
	return false
}

// callFirst calls the first person in the row whom the window serves.
func (m *Model) callFirst(w queue.WindowID) {
	for _, p := range m.row {
		if p.state == queue.Waiting && slices.Contains(m.Windows[w], p.pool) {
			p.state, p.window = queue.Called, w
			return
		}
	}
}

func (m *Model) at(w queue.WindowID) *person {
	for _, p := range m.row {
		if p.window == w && (p.state == queue.Called || p.state == queue.Serving) {
			return p
		}
	}
	return nil
}

// At returns who is at a window: a number and its state, or "".
func (m *Model) At(w queue.WindowID) (queue.Number, queue.State) {
	if p := m.at(w); p != nil {
		return p.number, p.state
	}
	return "", ""
}

// Waiting returns how many people wait in a pool.
func (m *Model) Waiting(pool queue.PoolID) int {
	n := 0
	for _, p := range m.row {
		if p.state == queue.Waiting && p.pool == pool {
			n++
		}
	}
	return n
}

// Missed returns the missed numbers, newest first.
func (m *Model) Missed() []queue.Number { return slices.Clone(m.missed) }
