package store

import (
	"time"

	"hallway/app/operation"
	"hallway/queue"
)

// An Application is a filed application. What it says stays sealed in the
// operation's envelope.
type Application struct {
	Op        operation.ID
	Ref       string // the hall's official number
	Receipt   string
	Item      string
	PersonKey string
	State     string // "received"
	At        time.Time
}

// PutApplication stores a new application.
func (tx *Tx) PutApplication(a Application) error {
	return tx.execOne("store application", `
		INSERT INTO application(op_id, ref, receipt, item, person_key, state, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)`,
		a.Op, a.Ref, a.Receipt, a.Item, a.PersonKey, a.State, ms(a.At))
}

// A Slot is one bookable time of an item.
type Slot struct {
	ID         string
	Item       string
	Day        queue.Day
	Start, End time.Time
	Capacity   int
}

// TakePlace takes one place in a slot. It returns false when the slot is full.
// The capacity of the first taker counts for ever, so that a change of the
// catalogue cannot make a slot hold fewer than it promised.
func (tx *Tx) TakePlace(s Slot) (bool, error) {
	if _, err := tx.exec("make slot", `
		INSERT INTO slot(slot_id, item, day, start_at, end_at, capacity, taken) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0) ON CONFLICT DO NOTHING`,
		s.ID, s.Item, s.Day, ms(s.Start), ms(s.End), s.Capacity); err != nil {
		return false, err
	}
	n, err := tx.exec("take place", `UPDATE slot SET taken = taken + 1 WHERE slot_id = ?1 AND taken < capacity`, s.ID)
	return n == 1, err
}

// Free returns how many places are left in the slots of an item that somebody
// has booked from day on. A slot that is missing is empty.
func (tx *Tx) Free(item string, day queue.Day) (map[string]int, error) {
	type left struct {
		id string
		n  int
	}
	rows, err := all(tx, "read slots", func(s scanner) (l left, err error) {
		err = s.Scan(&l.id, &l.n)
		return l, err
	}, `SELECT slot_id, capacity - taken FROM slot WHERE item = ?1 AND day >= ?2`, item, day)
	free := make(map[string]int, len(rows))
	for _, r := range rows {
		free[r.id] = r.n
	}
	return free, err
}

// The states of a booking.
const (
	Booked    = "booked"    // holds a place
	Requested = "requested" // staff decides
)

// A Booking is a place in a slot, or the wish for one.
type Booking struct {
	Op        operation.ID
	Receipt   string
	Item      string
	Slot      string
	Day       queue.Day
	PersonKey string
	State     string // Booked or Requested
	Start     time.Time
	At        time.Time
}

// PutBooking stores a new booking. It returns false when the person already
// has one for the item on that day.
func (tx *Tx) PutBooking(b Booking) (bool, error) {
	n, err := tx.exec("store booking", `
		INSERT INTO booking(op_id, receipt, item, slot_id, day, person_key, state, start_at, at)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING`,
		b.Op, b.Receipt, b.Item, b.Slot, b.Day, b.PersonKey, b.State, ms(b.Start), ms(b.At))
	return n == 1, err
}

// HasBooking reports whether a person has a booking for an item on a day.
func (tx *Tx) HasBooking(personKey, item string, day queue.Day) (bool, error) {
	_, ok, err := one(tx, "read booking", value[string],
		`SELECT op_id FROM booking WHERE person_key = ?1 AND item = ?2 AND day = ?3`, personKey, item, day)
	return ok, err
}

const selectBooking = `SELECT op_id, receipt, item, slot_id, day, person_key, state, start_at, at FROM booking `

func scanBooking(s scanner) (b Booking, err error) {
	var start, when int64
	err = s.Scan(&b.Op, &b.Receipt, &b.Item, &b.Slot, &b.Day, &b.PersonKey, &b.State, &start, &when)
	b.Start, b.At = at(start), at(when)
	return b, err
}

// BookingOf returns the booking that an operation made.
func (tx *Tx) BookingOf(op operation.ID) (Booking, bool, error) {
	return one(tx, "read booking", scanBooking, selectBooking+`WHERE op_id = ?1`, op)
}

// BookedFor returns the place that a person has for an item on a day.
func (tx *Tx) BookedFor(personKey, item string, day queue.Day) (Booking, bool, error) {
	return one(tx, "read booking", scanBooking, selectBooking+`WHERE person_key = ?1 AND item = ?2 AND day = ?3 AND state = 'booked'`, personKey, item, day)
}

// MoveBooking hands the booking of one operation to the one that took its
// place, whose receipt number the citizen holds.
func (tx *Tx) MoveBooking(from, to operation.ID, receipt string) error {
	return tx.execOne("move booking", `UPDATE booking SET op_id = ?2, receipt = ?3 WHERE op_id = ?1`, from, to, receipt)
}

// maxCases is the most that one answer lists.
const maxCases = 20

// selectCases lists applications and bookings as cases. It is completed by a
// column to look for; a booking appears as the kind that its state stands for.
const selectCases = `
	SELECT receipt, ref, item, kind, state, at, start_at FROM (
		SELECT receipt, ref, item, 'application.submit' AS kind, state, at, 0 AS start_at, person_key FROM application
		UNION ALL
		SELECT receipt, '', item, CASE state WHEN 'booked' THEN 'appointment.book' ELSE 'appointment.request' END, state, at, start_at, person_key FROM booking
	) AS cases `

// CasesByReceipt returns what a receipt number stands for.
func (tx *Tx) CasesByReceipt(receipt string) ([]operation.Case, error) {
	return all(tx, "read cases", scanCase, selectCases+`WHERE receipt = ?1 ORDER BY at DESC LIMIT ?2`, receipt, maxCases)
}

// CasesOf returns a person's cases, newest first.
func (tx *Tx) CasesOf(personKey string) ([]operation.Case, error) {
	return all(tx, "read cases", scanCase, selectCases+`WHERE person_key = ?1 ORDER BY at DESC LIMIT ?2`, personKey, maxCases)
}

func scanCase(s scanner) (c operation.Case, err error) {
	err = s.Scan(&c.Receipt, &c.Ref, &c.Item, &c.Kind, &c.State, &c.At, &c.Start)
	return c, err
}
