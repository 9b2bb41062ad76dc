package outbox

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"hallway/app/operation"
	"hallway/app/outbox/oplog"
)

// Book asks for a place in a slot: confirmed when the hall answers in time,
// else a stored request that the hall decides later. When the hall had booked
// and only its answer was lost, it answers the request with that booking.
func (t *Terminal) Book(ctx context.Context, r operation.BookingRequest) (operation.Booking, error) {
	h, done, err := t.begin(r.Op)
	if err != nil {
		return operation.Booking{}, err
	}
	defer done()
	if told, known, err := repeated[operation.Booking](ctx, t, r.Op, operation.AppointmentBook); known {
		return told, err
	}
	body := operation.BookingBody{Item: r.Item, Slot: r.Slot.ID, Lang: string(r.Lang), Phone: r.Phone.Reveal(forHall)}
	if p := holder(r.Person, forHall); p != nil {
		body.Holder = *p
	}
	e, err := t.acceptBooking(ctx, h, r.Op, body)
	if err != nil {
		return operation.Booking{}, asRefusal(err)
	}
	booking := operation.Booking{Op: r.Op, Receipt: e.Receipt, Slot: r.Slot}
	result, err := t.ask(ctx, e.Envelope)
	if err != nil {
		t.o.Log.Info("booking becomes a request", "op", r.Op, "err", err)
		err = t.tx(ctx, func(ctx context.Context, tx *sql.Tx) error { return t.requestInstead(ctx, tx, r.Op, booking) })
		nudge(t.wake)
		return booking, asRefusal(err)
	}
	return t.bookedByHall(ctx, booking, result)
}

// acceptBooking stores the booking and, sealed beside it, the request that
// takes its place when there is no answer, also after a restart, when nothing
// else could tell what the citizen wanted.
func (t *Terminal) acceptBooking(ctx context.Context, h *hallInfo, op operation.ID, body operation.BookingBody) (entry, error) {
	e, err := t.draft(h, operation.AppointmentBook, op, body.Item, body)
	if err != nil {
		return e, err
	}
	request, err := t.draft(h, operation.AppointmentRequest, t.o.NewID(), body.Item, body)
	if err != nil {
		return e, err
	}
	err = t.tx(ctx, func(ctx context.Context, tx *sql.Tx) (err error) {
		if e.Receipt, err = t.nextReceipt(ctx, tx, h); err != nil {
			return err
		}
		e.fallback = &oplog.Fallback{ID: request.ID, Key: request.Key, BodySHA256: request.BodySHA256, Body: request.Body}
		if err := t.insert(ctx, tx, &e); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO fallback (booking, op_id, key_id, body_sha256, body) VALUES (?, ?, ?, ?, ?)`,
			op, request.ID, request.Key, request.BodySHA256, request.Body)
		return err
	})
	return e, err
}

// requestInstead replaces a booking by its stored request. told is what the
// citizen is told, nil when nobody is there.
func (t *Terminal) requestInstead(ctx context.Context, tx *sql.Tx, booking operation.ID, told any) error {
	e := entry{Envelope: operation.Envelope{Kind: operation.AppointmentRequest, Schema: 1, Terminal: t.o.Terminal, Suite: operation.SuiteHPKE1, Replaces: booking}}
	err := tx.QueryRowContext(ctx, `SELECT f.op_id, f.key_id, f.body_sha256, f.body, o.item, o.receipt, o.device_ms, o.offset_ms
		FROM fallback f JOIN op o ON o.op_id = f.booking WHERE f.booking = ?`, booking).
		Scan(&e.ID, &e.Key, &e.BodySHA256, &e.Body, &e.item, &e.Receipt, &e.DeviceTime, &e.HallOffset)
	if err != nil {
		return err
	}
	if err := t.replace(ctx, tx, &e); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM fallback WHERE booking = ?`, booking); err != nil {
		return err
	}
	return t.tell(ctx, tx, booking, told)
}

// bookedByHall stores the hall's answer.
func (t *Terminal) bookedByHall(ctx context.Context, b operation.Booking, r operation.Result) (operation.Booking, error) {
	var told any
	if !r.Refused() {
		b.Confirmed = r.Booking.State == "booked"
		if r.Booking.Start > 0 {
			b.Slot.Start = time.UnixMilli(r.Booking.Start).In(b.Slot.Start.Location())
		}
		told = b
	}
	err := t.tx(ctx, func(ctx context.Context, tx *sql.Tx) error { return t.settle(ctx, tx, r, told) })
	if r.Refused() {
		return operation.Booking{}, errors.Join(rejected(r), err)
	}
	if err != nil {
		return operation.Booking{}, asRefusal(err)
	}
	return b, nil
}
