package hall

import (
	"fmt"
	"io"

	"hallway/app/hall/store"
	"hallway/app/operation"
)

// insteadOf is the booking whose place another one takes; nil for none.
func (a *attempt) insteadOf(b operation.BookingBody) (*store.Booking, error) {
	if b.Instead == "" {
		return nil, nil
	}
	old, err := a.openBooking(b.Instead, b.Holder)
	return &old, err
}

// openBooking finds a person's booking that can still be given up.
func (a *attempt) openBooking(receipt string, p operation.Holder) (store.Booking, error) {
	old, ok, err := a.tx.BookingByReceipt(receipt, a.Keys.personKey(&p))
	if err != nil {
		return old, err
	}
	open := old.State == store.Booked || old.State == store.Requested
	if !ok || !open || !old.Start.After(a.now) {
		return old, refuse(operation.CodeBookingUnknown, "the person has no such booking, or it is over")
	}
	return old, nil
}

// cancelBooking gives a booking up. Its places return after a random time.
func (a *attempt) cancelBooking(b operation.CancelBody) error {
	if err := checkHolder(b.Holder); err != nil {
		return err
	}
	old, err := a.openBooking(b.Receipt, b.Holder)
	if err != nil {
		return err
	}
	state := store.Cancelled
	if a.Hall.booking.CancelledLate(old.Start, a.now) {
		state = store.CancelledLate
	}
	a.result.Booking = &operation.BookingAnswer{State: state, Slot: old.Slot, Start: old.Start.UnixMilli()}
	return a.endBooking(a.tx, old, state, "")
}

// endBooking ends a booking and lets its places cool.
func (h *Hall) endBooking(tx *store.Tx, b store.Booking, state, reason string) error {
	if err := tx.EndBooking(b.Op, state, reason, false); err != nil {
		return err
	}
	share, err := h.share()
	if err != nil {
		return err
	}
	until := h.Now().Add(h.booking.Cool(share))
	for _, s := range b.Slots {
		if err := tx.PutHold("cooling "+string(b.Op), s, until); err != nil {
			return err
		}
	}
	return nil
}

// share is a random number from 0 to below 1.
func (h *Hall) share() (float64, error) {
	var b [2]byte
	if _, err := io.ReadFull(h.Random, b[:]); err != nil {
		return 0, fmt.Errorf("draw cooling time: %w", err)
	}
	return float64(int(b[0])<<8|int(b[1])) / (1 << 16), nil
}
