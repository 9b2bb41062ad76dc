package hall

import (
	"context"
	"slices"

	"hallway/app/hall/store"
)

// MissBookings ends the bookings to which nobody came. When no window was open
// during the booked time nobody is to blame.
func (h *Hall) MissBookings(ctx context.Context) error {
	var late []store.Booking
	find := func(tx *store.Tx) (err error) {
		late, err = h.lateBookings(tx)
		return err
	}
	if err := h.Store.Read(ctx, find); err != nil || len(late) == 0 {
		return err
	}
	return h.Store.Write(ctx, func(tx *store.Tx) error {
		if err := find(tx); err != nil {
			return err
		}
		for _, b := range late {
			worked, err := tx.WorkedDuring(b.Start, b.End)
			if err != nil {
				return err
			}
			if err := tx.EndBooking(b.Op, store.NoShow, "", !worked); err != nil {
				return err
			}
		}
		return nil
	})
}

// lateBookings are the bookings that count as missed now.
func (h *Hall) lateBookings(tx *store.Tx) ([]store.Booking, error) {
	now := h.Now()
	late, err := tx.NotUsed(now.Add(-h.booking.NoShow))
	for i := range late {
		if late[i].End.IsZero() {
			late[i].End = late[i].Start.Add(slotLength)
		}
	}
	return slices.DeleteFunc(late, func(b store.Booking) bool { return !h.booking.Missed(b.End, now) }), err
}
