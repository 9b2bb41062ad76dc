package queuetest

import (
	"slices"
	"strings"
	"time"

	"hallway/queue"
)

var lanes = []queue.Lane{queue.Priority, queue.Booked, queue.Normal}

// choose finds who a window calls next: of those who are due, who waited too
// long, else the first of the lane whose turn it is; with nobody due, the first
// of those who are early.
func (m *Model) choose(w queue.WindowID, now time.Time) *Person {
	first := map[queue.Lane]*Person{}
	var early *Person
	for _, p := range m.ordered() {
		if !m.mayCall(w, p, now) {
			continue
		}
		if early == nil {
			early = p
		}
		from := p.Place
		if p.Lane == queue.Booked {
			from = from.Add(-m.Policy.EarlyCall)
		}
		if !from.After(now) && first[p.Lane] == nil {
			first[p.Lane] = p
		}
	}
	if len(first) == 0 {
		return early
	}
	late, most := queue.Lane(""), 0.0
	for i, l := range lanes {
		if p := first[l]; p != nil && m.Policy.MaxWait[i] > 0 {
			if share := float64(now.Sub(p.Place)) / float64(m.Policy.MaxWait[i]); share >= 1 && share > most {
				late, most = l, share
			}
		}
	}
	return first[m.turn(w, first, late)]
}

func (m *Model) mayCall(w queue.WindowID, p *Person, now time.Time) bool {
	return p.State == queue.Waiting && slices.Contains(m.Windows[w], p.Pool) && (p.Target == "" || p.Target == w) &&
		(p.avoid != w || !now.Before(p.avoidUntil))
}

// turn takes the turn of the lane that is owed most, or of the late one. Each
// lane with people is given its weight, and the one that is called pays what
// all were given.
func (m *Model) turn(w queue.WindowID, first map[queue.Lane]*Person, late queue.Lane) queue.Lane {
	names := []string{}
	for _, p := range m.Windows[w] {
		names = append(names, string(p))
	}
	slices.Sort(names)
	key := strings.Join(names, "+")
	if m.owed == nil {
		m.owed = map[string][3]int{}
	}
	owed, given := m.owed[key], 0
	for i, l := range lanes {
		if first[l] == nil {
			owed[i] = 0
			continue
		}
		owed[i] += m.Policy.Weight[i]
		given += m.Policy.Weight[i]
	}
	best := -1
	for i, l := range lanes {
		if l == late || late == "" && first[l] != nil && (best < 0 || owed[i] > owed[best]) {
			best = i
		}
	}
	owed[best] -= given
	m.owed[key] = owed
	return lanes[best]
}
