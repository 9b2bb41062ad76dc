package journey

import (
	"time"

	"hallway/devices"
)

// Limits that no configuration changes.
const (
	// workLimit is how long the screen waits for the terminal's own store. A
	// number takes 3 s when the hall does not answer; 20 s is a store that
	// hangs.
	workLimit = 20 * time.Second
	// resultLimit is how long a result stays when its paper is in the
	// citizen's hand. Without paper it stays as long as any other screen.
	resultLimit = 30 * time.Second
	// cardLimit is how long the terminal asks for a card that was left.
	cardLimit = 30 * time.Second
	// rearm is the pause before a reader that failed is tried again.
	rearm = 2 * time.Second
)

// touched notes that somebody is there.
func (m Model) touched() Model {
	m.Visit.Seen = m.Now
	return m
}

// begun reports whether somebody has touched the screen since it was fresh.
func (m Model) begun() bool { return !m.Visit.Seen.IsZero() }

// limit is how long the present screen waits for a touch.
func (m Model) limit() time.Duration {
	switch s := m.Place().Screen; {
	case s == TakeCard:
		return cardLimit
	case m.final() && m.Visit.Print.Outcome == devices.Done && !m.Visit.Print.Running:
		return resultLimit
	case s == Field || s == Phone || s == Receipt, s == OrderText || s == OrderPhone || s == OrderNumber || s == OrderSecret, s == OrderState:
		return 2 * m.Setup.Idle
	}
	return m.Setup.Idle
}

// left is how long the visit still waits for a touch.
func (m Model) left() time.Duration { return m.Visit.Seen.Add(m.limit()).Sub(m.Now) }

// asks reports whether the screen asks if somebody is still there. A result
// does not: there is nothing left to lose.
func (m Model) asks() bool {
	return m.begun() && !m.final() && m.Visit.Work.Op == "" && m.Place().Screen != Home && m.left() <= m.Setup.Warn
}

// tick lets time pass.
func (m Model) tick() (Model, []Command) {
	switch work := m.Visit.Work; {
	case work.Op != "" && m.Now.Sub(work.Since) >= workLimit:
		m = m.sorry(refusal(nil)).touched()
	case work.Op != "":
		m = m.touched()
	case m.begun() && m.left() <= 0:
		return m.end()
	}
	if m.Place().Screen == Card && !m.Slot.Armed && !m.Now.Before(m.Slot.Again) {
		return m.arm()
	}
	return m, nil
}
