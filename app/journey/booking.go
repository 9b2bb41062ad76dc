package journey

import (
	"errors"
	"slices"
	"time"

	"hallway/app/operation"
	"hallway/idreader"
)

// phoneAnswer is the name under which the telephone of a booking is kept.
const phoneAnswer = "booking.phone"

// loadSlots asks for the bookable times of the chosen item.
func (m Model) loadSlots(op operation.ID) (Model, []Command) {
	m = m.work(op, "kiosk.busy.slots", false)
	return m, []Command{LoadSlots{m.Visits, op, m.Visit.Item}}
}

func (m Model) slotsLoaded(s SlotsLoaded) Model {
	if s.Err != nil {
		return m.sorry(refusal(s.Err))
	}
	s.Slots.Slots = slices.DeleteFunc(slices.Clone(s.Slots.Slots), func(o operation.Slot) bool { return o.Start.Before(m.Now) })
	if len(s.Slots.Slots) == 0 {
		return m.sorry(Notice{Key: "kiosk.booking.none", Tone: Caution})
	}
	m.Visit.Work = Work{}
	m.Visit.Slots = s.Slots
	return m.replace(Place{Screen: Days}).touched()
}

// dayOf is the day of a slot in the hall's zone.
func (m Model) dayOf(s operation.Slot) string { return s.Start.In(m.zone()).Format(time.DateOnly) }

// days are the days with slots, in order.
func (m Model) days() []string {
	var all []string
	for _, s := range m.Visit.Slots.Slots {
		all = append(all, m.dayOf(s))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// slotsOf are the slots of a day by their beginning.
func (m Model) slotsOf(day string) []operation.Slot {
	var all []operation.Slot
	for _, s := range m.Visit.Slots.Slots {
		if m.dayOf(s) == day {
			all = append(all, s)
		}
	}
	slices.SortFunc(all, func(a, b operation.Slot) int { return a.Start.Compare(b.Start) })
	return all
}

func (m Model) pickSlot(id string) Model {
	for _, s := range m.slotsOf(m.Visit.Day) {
		if s.ID == id {
			m.Visit.Chosen = s
			return m.push(Place{Screen: Phone})
		}
	}
	return m
}

// book asks for the chosen place.
func (m Model) book(op operation.ID) (Model, []Command) {
	m = m.work(op, "kiosk.busy.book", true)
	return m, []Command{Book{m.Visits, operation.BookingRequest{
		Op: op, Item: m.Visit.Item, Slot: m.Visit.Chosen, Lang: m.Visit.Lang, Person: own(m.Visit.Person),
		Phone: idreader.Conceal(m.typed(phoneAnswer))}}}
}

// booked shows the booking. A slot that was taken meanwhile leads back to the
// days with fresh places.
func (m Model) booked(b PlaceBooked) (Model, []Command) {
	var r *operation.Refusal
	if errors.As(b.Err, &r) && (r.Code == operation.CodeSlotFull || r.Code == operation.CodeSlotUnknown) {
		m.Visit.Path = m.Visit.Path[:m.indexOf(Days)]
		m, cmds := m.loadSlots(b.Op)
		m.Visit.Notice = refusal(b.Err)
		return m, cmds
	}
	if b.Err != nil {
		return m.sorry(refusal(b.Err)), nil
	}
	m.Visit.Booking = b.Booking
	return m.result(Booked)
}

// indexOf is where in the way a screen stands, or the way's length.
func (m Model) indexOf(s ScreenID) int {
	i := slices.IndexFunc(m.Visit.Path, func(p Place) bool { return p.Screen == s })
	if i < 0 {
		return len(m.Visit.Path)
	}
	return i
}
