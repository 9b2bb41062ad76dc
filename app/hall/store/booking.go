package store

import (
	"strings"
	"time"

	"hallway/app/operation"
	"hallway/queue"
)

// A Slot is one bookable time of an item.
type Slot struct {
	ID         string
	Item       string
	Day        queue.Day
	Start, End time.Time
	Capacity   int
	Kept       int // of them for the staff to give
}

// TakePlace takes one place in a slot. It returns false when the slot is full,
// or full but for what is kept for the staff and the taker is not staff. Holds
// that are over at now are given back first. The capacity of the first taker
// counts for ever, so that a change of the catalogue cannot make a slot hold
// fewer than it promised.
func (tx *Tx) TakePlace(s Slot, staff bool, now time.Time) (bool, error) {
	if _, err := tx.exec("make slot", `
		INSERT INTO slot(slot_id, item, day, start_at, end_at, capacity, taken, kept) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7) ON CONFLICT DO NOTHING`,
		s.ID, s.Item, s.Day, ms(s.Start), ms(s.End), s.Capacity, s.Kept); err != nil {
		return false, err
	}
	if err := tx.settleHolds(s.ID, now); err != nil {
		return false, err
	}
	query := `UPDATE slot SET taken = taken + 1 WHERE slot_id = ?1 AND taken < capacity - kept`
	if staff {
		query = `UPDATE slot SET taken = taken + 1, kept = CASE WHEN kept > 0 THEN kept - 1 ELSE 0 END WHERE slot_id = ?1 AND taken < capacity`
	}
	n, err := tx.exec("take place", query, s.ID)
	return n == 1, err
}

// GivePlace gives a place back that the same transaction took.
func (tx *Tx) GivePlace(slot string) error {
	return tx.execOne("give place back", `UPDATE slot SET taken = taken - 1 WHERE slot_id = ?1 AND taken > 0`, slot)
}

// settleHolds gives back the places of a slot whose holds are over.
func (tx *Tx) settleHolds(slot string, now time.Time) error {
	n, err := tx.exec("end holds", `DELETE FROM slot_hold WHERE slot_id = ?1 AND until <= ?2`, slot, ms(now))
	if err != nil || n == 0 {
		return err
	}
	return tx.execOne("give places back", `UPDATE slot SET taken = taken - ?2 WHERE slot_id = ?1`, slot, n)
}

// PutHold says until when a place that was taken counts as taken.
func (tx *Tx) PutHold(id, slot string, until time.Time) error {
	return tx.execOne("hold place", `INSERT INTO slot_hold(hold_id, slot_id, until) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING`, id, slot, ms(until))
}

// HeldSlots returns the slots in which a hold that is not over has a place, in
// order, and until when.
func (tx *Tx) HeldSlots(id string, now time.Time) (slots []string, until time.Time, err error) {
	type held struct {
		slot  string
		until int64
	}
	rows, err := all(tx, "read hold", func(s scanner) (h held, err error) {
		err = s.Scan(&h.slot, &h.until)
		return h, err
	}, `SELECT slot_id, until FROM slot_hold WHERE hold_id = ?1 AND until > ?2 ORDER BY slot_id`, id, ms(now))
	for _, h := range rows {
		slots, until = append(slots, h.slot), at(h.until)
	}
	return slots, until, err
}

// KeepHold ends a hold whose places stay taken: its booking has them now.
func (tx *Tx) KeepHold(id string) error {
	_, err := tx.exec("keep hold", `DELETE FROM slot_hold WHERE hold_id = ?1`, id)
	return err
}

// EndHold lets the places of a hold be free at a time.
func (tx *Tx) EndHold(id string, until time.Time) error {
	_, err := tx.exec("end hold", `UPDATE slot_hold SET until = ?2 WHERE hold_id = ?1`, id, ms(until))
	return err
}

// Free returns how many places anybody can take at now in the slots of an item
// that somebody has booked from day on. A slot that is missing is empty.
func (tx *Tx) Free(item string, day queue.Day, now time.Time) (map[string]int, error) {
	return tx.counts("read slots", `
		SELECT slot_id, capacity - kept - taken + (SELECT count(*) FROM slot_hold h WHERE h.slot_id = slot.slot_id AND h.until <= ?3)
		FROM slot WHERE item = ?1 AND day >= ?2`, item, day, ms(now))
}

// The states of a booking.
const (
	Booked        = "booked"         // holds a place
	Requested     = "requested"      // staff decides
	Cancelled     = "cancelled"      // by the citizen
	CancelledLate = "cancelled_late" // by the citizen, shortly before
	CancelledHall = "cancelled_hall" // by the hall
	Rescheduled   = "rescheduled"    // another booking took its place
	NoShow        = "no_show"        // nobody came
)

// A Booking is a place in one or more slots, or the wish for one.
type Booking struct {
	Op        operation.ID
	Receipt   string
	Item      string
	Slot      string // the first one
	Slots     []string
	Day       queue.Day
	PersonKey string
	State     string
	Start     time.Time
	End       time.Time
	At        time.Time
	Persons   int
	Reason    string // why the hall cancelled it
}

const bookingColumns = `op_id, receipt, item, slot_id, day, person_key, state, start_at, at, end_at, persons, slots, reason`

func scanBooking(s scanner) (b Booking, err error) {
	var start, when, end int64
	var slots string
	err = s.Scan(&b.Op, &b.Receipt, &b.Item, &b.Slot, &b.Day, &b.PersonKey, &b.State, &start, &when, &end, &b.Persons, &slots, &b.Reason)
	b.Start, b.At, b.End, b.Slots = at(start), at(when), at(end), words(slots)
	return b, err
}

// PutBooking stores a new booking. It returns false when the person already
// has one for the item on that day.
func (tx *Tx) PutBooking(b Booking) (bool, error) {
	n, err := tx.exec("store booking", `
		INSERT INTO booking(`+bookingColumns+`)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT DO NOTHING`,
		b.Op, b.Receipt, b.Item, b.Slot, b.Day, b.PersonKey, b.State, ms(b.Start), ms(b.At), ms(b.End), b.Persons, strings.Join(b.Slots, " "), b.Reason)
	return n == 1, err
}

// HasBooking reports whether a person has a booking for an item on a day.
func (tx *Tx) HasBooking(personKey, item string, day queue.Day) (bool, error) {
	_, ok, err := one(tx, "read booking", value[string],
		`SELECT op_id FROM booking WHERE person_key = ?1 AND item = ?2 AND day = ?3 AND state IN ('booked', 'requested')`, personKey, item, day)
	return ok, err
}

// OpenBookings counts a person's bookings that begin after now.
func (tx *Tx) OpenBookings(personKey string, now time.Time) (int, error) {
	n, _, err := one(tx, "count bookings", value[int],
		`SELECT count(*) FROM booking WHERE person_key = ?1 AND start_at > ?2 AND state IN ('booked', 'requested')`, personKey, ms(now))
	return n, err
}

// BookingOf returns the booking that an operation made.
func (tx *Tx) BookingOf(op operation.ID) (Booking, bool, error) {
	return one(tx, "read booking", scanBooking, `SELECT `+bookingColumns+` FROM booking WHERE op_id = ?1`, op)
}

// BookingByReceipt returns a person's booking with a receipt number.
func (tx *Tx) BookingByReceipt(receipt, personKey string) (Booking, bool, error) {
	return one(tx, "read booking", scanBooking,
		`SELECT `+bookingColumns+` FROM booking WHERE receipt = ?1 AND person_key = ?2 ORDER BY at DESC LIMIT 1`, receipt, personKey)
}

// BookingWith returns the newest booking with a receipt number.
func (tx *Tx) BookingWith(receipt string) (Booking, bool, error) {
	return one(tx, "read booking", scanBooking, `SELECT `+bookingColumns+` FROM booking WHERE receipt = ?1 ORDER BY at DESC LIMIT 1`, receipt)
}

// GrantBooking gives a wish its slots.
func (tx *Tx) GrantBooking(op operation.ID, slots []Slot) error {
	names := make([]string, len(slots))
	for i, s := range slots {
		names[i] = s.ID
	}
	first, last := slots[0], slots[len(slots)-1]
	return tx.execOne("grant booking", `
		UPDATE booking SET state = 'booked', slot_id = ?2, slots = ?3, day = ?4, start_at = ?5, end_at = ?6 WHERE op_id = ?1 AND state = 'requested'`,
		op, first.ID, strings.Join(names, " "), first.Day, ms(first.Start), ms(last.End))
}

// BookedFor returns the place that a person has for an item on a day, or had
// until the hall cancelled it.
func (tx *Tx) BookedFor(personKey, item string, day queue.Day) (Booking, bool, error) {
	return one(tx, "read booking", scanBooking, `SELECT `+bookingColumns+` FROM booking
		WHERE person_key = ?1 AND item = ?2 AND day = ?3 AND state IN ('booked', 'cancelled_hall') ORDER BY state LIMIT 1`, personKey, item, day)
}

// BookingsOn returns the bookings of a day that hold a place, of one item or
// with "" of all.
func (tx *Tx) BookingsOn(day queue.Day, item string) ([]Booking, error) {
	return all(tx, "read bookings", scanBooking, `SELECT `+bookingColumns+` FROM booking
		WHERE day = ?1 AND (item = ?2 OR ?2 = '') AND state = 'booked' ORDER BY start_at, op_id`, day, item)
}

// NotUsed returns the bookings that began before a time, hold a place, and
// have no ticket.
func (tx *Tx) NotUsed(before time.Time) ([]Booking, error) {
	return all(tx, "read bookings", scanBooking, `SELECT `+bookingColumns+` FROM booking
		WHERE state = 'booked' AND start_at < ?1 AND NOT EXISTS (
			SELECT 1 FROM ticket WHERE ticket.booking = booking.op_id AND ticket.state NOT IN ('cancelled', 'void', 'expired'))
		ORDER BY start_at, op_id`, ms(before))
}

// EndBooking gives a booking that holds a place or waits for one its last
// state.
func (tx *Tx) EndBooking(op operation.ID, state, reason string, excused bool) error {
	return tx.execOne("end booking", `UPDATE booking SET state = ?2, reason = ?3, excused = ?4 WHERE op_id = ?1 AND state IN ('booked', 'requested')`,
		op, state, reason, bit(excused))
}

// NoShows returns when a person did not come since a time, where the hall was
// not to blame and nobody forgave it.
func (tx *Tx) NoShows(personKey string, since time.Time) ([]time.Time, error) {
	found, err := all(tx, "read no-shows", value[int64], `SELECT start_at FROM booking
		WHERE person_key = ?1 AND state = 'no_show' AND excused = 0 AND start_at >= ?2
			AND start_at > coalesce((SELECT max(at) FROM booking_pardon p WHERE p.person_key = booking.person_key), 0)`, personKey, ms(since))
	out := make([]time.Time, len(found))
	for i, n := range found {
		out[i] = at(n)
	}
	return out, err
}

// Pardon forgives a person's no-shows until now.
func (tx *Tx) Pardon(personKey string, now time.Time, actor, reason string) error {
	return tx.execOne("store pardon", `INSERT INTO booking_pardon(person_key, at, actor, reason) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING`,
		personKey, ms(now), actor, reason)
}

// WorkedDuring reports whether somebody was signed in at a window at a time.
func (tx *Tx) WorkedDuring(from, to time.Time) (bool, error) {
	_, ok, err := one(tx, "read sign-ins", value[string],
		`SELECT win FROM clerk_session WHERE started_at < ?2 AND (ended_at = 0 OR ended_at > ?1) LIMIT 1`, ms(from), ms(to))
	return ok, err
}

// MoveBooking hands the booking of one operation to the one that took its
// place, whose receipt number the citizen holds.
func (tx *Tx) MoveBooking(from, to operation.ID, receipt string) error {
	return tx.execOne("move booking", `UPDATE booking SET op_id = ?2, receipt = ?3 WHERE op_id = ?1`, from, to, receipt)
}
