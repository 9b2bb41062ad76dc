package outbox

import (
	"context"
	"database/sql"

	"hallway/app/operation"
)

// adoptOrphans ends the operations that a citizen waited for when the program
// stopped. Nobody saw a number, so a ticket.issue is replaced by a ticket.void;
// what was booked is still wished for, so an appointment.book is replaced by
// its request. Operations that somebody waits for now are left alone.
func (t *Terminal) adoptOrphans(ctx context.Context) error {
	h := t.hall.Load()
	if h == nil {
		return nil // nothing was ever sealed
	}
	err := t.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		orphans, err := t.orphans(ctx, tx)
		if err != nil {
			return err
		}
		for _, o := range orphans {
			if o.Kind == operation.TicketIssue {
				err = t.voidTicket(ctx, tx, h, o.ID, "terminal restarted before the number was shown")
			} else {
				err = t.requestInstead(ctx, tx, o.ID, nil)
			}
			if err != nil {
				return err
			}
			t.o.Log.Info("operation without answer was replaced", "op", o.ID, "kind", o.Kind)
		}
		return nil
	})
	nudge(t.wake)
	return err
}

// orphans returns id and kind of the interactive operations that nobody waits
// for, oldest first.
func (t *Terminal) orphans(ctx context.Context, tx *sql.Tx) ([]operation.Envelope, error) {
	rows, err := tx.QueryContext(ctx, `SELECT op_id, kind FROM op
		WHERE state = 'pending' AND kind IN (?, ?) ORDER BY seq`, operation.TicketIssue, operation.AppointmentBook)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []operation.Envelope
	for rows.Next() {
		var e operation.Envelope
		if err := rows.Scan(&e.ID, &e.Kind); err != nil {
			return nil, err
		}
		if !t.asking.has(e.ID) {
			found = append(found, e)
		}
	}
	return found, rows.Err()
}
