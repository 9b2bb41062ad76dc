package hall

import (
	"fmt"
	"time"

	"hallway/app/hall/store"
	"hallway/app/operation"
)

// book takes a place in a slot, now: the one that a hold keeps, or a free one.
func (a *attempt) book(b operation.BookingBody) error {
	slots, err := a.bookable(b, a.now)
	if err != nil {
		return err
	}
	if !slots[0].Start.After(a.now) {
		return refuse(operation.CodeSlotUnknown, "the slot has begun")
	}
	if err := a.mayBook(b); err != nil {
		return err
	}
	old, err := a.insteadOf(b)
	if err != nil {
		return err
	}
	ok, err := a.takeHeld(string(b.Hold), slots)
	if err == nil && !ok {
		ok, err = a.takeAll(a.tx, slots, false)
	}
	if err != nil {
		return err
	}
	if !ok {
		return refuse(operation.CodeSlotFull, "the slot has no place left")
	}
	if old != nil {
		if err := a.endBooking(a.tx, *old, store.Rescheduled, ""); err != nil {
			return err
		}
	}
	return a.putBooking(b, slots, store.Booked)
}

// mayBook refuses who missed too many appointments or has too many.
func (a *attempt) mayBook(b operation.BookingBody) error {
	person := a.Keys.personKey(&b.Holder)
	rules := a.Hall.booking
	misses, err := a.tx.NoShows(person, a.now.Add(-rules.MissesIn-rules.LockedFor))
	if err != nil {
		return err
	}
	if until := rules.LockedUntil(misses, a.now); !until.IsZero() {
		return refuse(operation.CodeBookingLocked, "the person missed too many appointments and may book again from "+until.In(a.zone).Format("2006-01-02"))
	}
	open, err := a.tx.OpenBookings(person, a.now)
	if err == nil && b.Instead != "" {
		open--
	}
	if err == nil && rules.MaxOpen > 0 && open >= rules.MaxOpen {
		err = refuse(operation.CodeTooManyOpen, fmt.Sprintf("a person may have %d bookings at a time", rules.MaxOpen))
	}
	return err
}

// request takes a place when the slot still has one, and leaves the wish to
// the staff when not. When the booking whose place it takes had arrived, that
// booking stands.
func (a *attempt) request(b operation.BookingBody) error {
	if a.e.Replaces != "" {
		old, ok, err := a.tx.BookingOf(a.e.Replaces)
		if err != nil {
			return err
		}
		if ok {
			a.result.Booking = &operation.BookingAnswer{State: old.State, Slot: old.Slot, Start: old.Start.UnixMilli()}
			return a.tx.MoveBooking(old.Op, a.e.ID, a.e.Receipt)
		}
	}
	slots, err := a.bookable(b, a.lodged)
	if err != nil {
		return err
	}
	if err := a.mayBook(b); err != nil {
		return err
	}
	state := store.Requested
	if slots[0].Start.After(a.now) {
		ok, err := a.takeAll(a.tx, slots, false)
		if err != nil {
			return err
		}
		if ok {
			state = store.Booked
		}
	}
	return a.putBooking(b, slots, state)
}

// bookable returns the slots that a booking needs, as they were at asked.
func (a *attempt) bookable(b operation.BookingBody, asked time.Time) ([]store.Slot, error) {
	item, ok := a.items[b.Item]
	if !ok || !item.Bookable {
		return nil, refuse(operation.CodeUnknownService, "the catalogue takes no bookings for "+quoted(b.Item))
	}
	if err := a.checkSubmission(b.Holder); err != nil {
		return nil, err
	}
	if b.Phone != "" && !isPhone(b.Phone) {
		return nil, refuse(operation.CodeValidation, "the telephone number is wrong")
	}
	slots, err := a.slotsFor(item, b.Slot, b.Persons, asked)
	if err != nil {
		return nil, err
	}
	has, err := a.tx.HasBooking(a.Keys.personKey(&b.Holder), b.Item, slots[0].Day)
	if err == nil && has && b.Instead == "" {
		err = refuse(operation.CodeAlreadyBooked, "the person has a booking for the item on that day")
	}
	return slots, err
}

// putBooking stores a booking and answers with it.
func (a *attempt) putBooking(b operation.BookingBody, s []store.Slot, state string) error {
	row := store.Booking{
		Op: a.e.ID, Receipt: a.e.Receipt, Item: b.Item, Slot: s[0].ID, Day: s[0].Day, PersonKey: a.Keys.personKey(&b.Holder),
		State: state, Start: s[0].Start, End: s[len(s)-1].End, At: a.lodged, Persons: max(1, b.Persons),
	}
	if state == store.Booked {
		row.Slots = names(s)
	}
	ok, err := a.tx.PutBooking(row)
	if err == nil && !ok {
		err = fmt.Errorf("booking: %w", store.ErrChanged)
	}
	a.result.Booking = &operation.BookingAnswer{State: state, Slot: s[0].ID, Start: s[0].Start.UnixMilli()}
	return err
}
