package journey

import (
	"hallway/app/operation"
	"hallway/idreader"
)

// askCard leads to the card screen and arms the reader. A card that this visit
// has read already is not asked for again.
func (m Model) askCard(op operation.ID) (Model, []Command) {
	if m.Visit.Person.Present() {
		return m.proceed(op)
	}
	m = m.push(Place{Screen: Card})
	if m.Slot.Armed {
		return m, nil
	}
	return m.arm()
}

func (m Model) arm() (Model, []Command) {
	m.Slot.Poll++
	m.Slot.Armed = true
	return m, []Command{Arm{m.Slot.Poll}}
}

// disarm lets the reader rest. What lies there is not known any more.
func (m Model) disarm() (Model, []Command) {
	armed := m.Slot.Armed
	m.Slot = Slot{Poll: m.Slot.Poll}
	if !armed {
		return m, nil
	}
	return m, []Command{Disarm{}}
}

// strange reports whether a card lies there that was not laid on the card
// screen of this visit.
func (m Model) strange() bool { return m.Slot.Lying && m.Slot.Owner != m.Visits }

// cardSeen takes an event of the reader. A card counts only for the visit in
// which it was laid on the card screen; the person of any other card is
// forgotten at once.
func (m Model) cardSeen(c CardSeen) (Model, []Command) {
	if c.Poll != m.Slot.Poll || !m.Slot.Armed {
		c.Event.Person.Wipe()
		return m, nil
	}
	asked := m.Place().Screen == Card
	switch c.Event.Type {
	case idreader.Present:
		return m.cardLaid(asked), nil
	case idreader.Read:
		if asked && m.Slot.Owner == m.Visits && !m.strange() {
			return m.cardRead(c)
		}
		c.Event.Person.Wipe()
	case idreader.Failed:
		if asked && m.Slot.Owner == m.Visits {
			m.Visit.Reading = false
			m.Visit.Notice = Notice{Key: "card." + string(c.Event.Fault), Tone: Bad}
			m = m.touched()
		}
	case idreader.Removed:
		return m.cardLifted()
	}
	return m, nil
}

func (m Model) cardLaid(asked bool) Model {
	if m.Slot.Lying {
		return m
	}
	m.Slot.Lying, m.Slot.Owner = true, 0
	if asked {
		m.Slot.Owner = m.Visits
		m.Visit.Reading, m.Visit.Notice = true, Notice{}
		m = m.touched()
	}
	return m
}

func (m Model) cardRead(c CardSeen) (Model, []Command) {
	m = m.touched()
	m.Visit.Reading = false
	m.Visit.Person = c.Event.Person
	return m.proceed(c.Op)
}

// cardLifted ends the reminder.
func (m Model) cardLifted() (Model, []Command) {
	m.Slot.Lying, m.Slot.Owner, m.Visit.Reading = false, 0, false
	if m.Place().Screen == TakeCard {
		return m.end()
	}
	if m.Place().Screen == Home {
		return m.disarm()
	}
	return m, nil
}

// readerFailed notes that the reader is away. The card screen says so and
// tries again; a service that needs no card goes on without.
func (m Model) readerFailed(f ReaderFailed) Model {
	if f.Poll != m.Slot.Poll || !m.Slot.Armed {
		return m
	}
	if m.Place().Screen != Card {
		m.Slot = Slot{Poll: m.Slot.Poll}
		return m
	}
	m.Slot.Armed, m.Slot.Again = false, m.Now.Add(rearm)
	m.Visit.Reading = false
	m.Visit.Notice = Notice{Key: "card.reader", Tone: Bad}
	return m
}

// proceed goes on when the card was read, or was not needed.
func (m Model) proceed(op operation.ID) (Model, []Command) {
	m.Visit.Notice = Notice{}
	switch m.Visit.Flow {
	case FlowNumber:
		m = m.work(op, "kiosk.busy.number", true)
		return m, []Command{TakeNumber{m.Visits, operation.TicketRequest{
			Op: op, Service: m.Visit.Item, Lang: m.Visit.Lang, Person: own(m.Visit.Person)}}}
	case FlowApplication:
		return m.push(Place{Screen: Form}), nil
	case FlowBooking:
		return m.loadSlots(op)
	case FlowOrder:
		return m.push(Place{Screen: OrderReview}), nil
	case FlowOrderStatus:
		return m.loadOrders(op)
	}
	return m.loadCases(op, operation.CaseQuery{Person: own(m.Visit.Person)})
}

// own copies a secret for a command, which wipes its copy when it is done.
func own[T any](s idreader.Secret[T]) idreader.Secret[T] {
	if !s.Present() {
		return s
	}
	return idreader.Conceal(s.Reveal("hand to the terminal's store"))
}
