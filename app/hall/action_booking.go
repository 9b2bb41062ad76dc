package hall

import (
	"errors"
	"time"

	"hallway/app/hall/api"
	"hallway/app/hall/store"
	"hallway/app/operation"
	"hallway/queue"
)

// grant gives a wish a place, also one that is kept for the staff.
func (a *action) grant() error {
	b, err := a.receipt()
	if err != nil {
		return err
	}
	if b.State != store.Requested {
		return refuse(api.CodeBadTransition, "the booking waits for no place")
	}
	slots, err := a.slotsFor(a.items[b.Item], a.q.Item, b.Persons, a.now)
	if err != nil {
		return err
	}
	ok, err := a.takeAll(a.tx, slots, true)
	if err == nil && !ok {
		err = refuse(operation.CodeSlotFull, "the slot has no place left")
	}
	if err != nil {
		return err
	}
	return a.tx.GrantBooking(b.Op, slots)
}

// receipt is the booking whose receipt number the command names.
func (a *action) receipt() (store.Booking, error) {
	b, ok, err := a.tx.BookingWith(a.q.Number)
	if err == nil && !ok {
		err = refuse(api.CodeNotFound, "no booking has receipt "+quoted(a.q.Number))
	}
	return b, err
}

// pardon forgives the appointments that a person missed.
func (a *action) pardon() error {
	if a.q.Reason == "" {
		return queue.ErrReason
	}
	b, err := a.receipt()
	if err != nil {
		return err
	}
	return a.tx.Pardon(b.PersonKey, a.now, actorOf(a.s), a.q.Reason)
}

// cancelDay cancels what is booked on a day. Whom it concerns may take a number
// with a booked person's turn on that day.
func (a *action) cancelDay() error {
	if !a.clerks[a.s.Clerk].Leader {
		return refuse(api.CodeNotAllowed, "only a leader cancels the bookings of a day")
	}
	if a.q.Reason == "" {
		return queue.ErrReason
	}
	if _, err := time.Parse("2006-01-02", a.q.Number); err != nil {
		return refuse(operation.CodeValidation, quoted(a.q.Number)+" is not a day such as 2006-01-02")
	}
	all, err := a.tx.BookingsOn(queue.Day(a.q.Number), a.q.Item)
	for _, b := range all {
		err = errors.Join(err, a.endBooking(a.tx, b, store.CancelledHall, a.q.Reason))
	}
	return err
}
