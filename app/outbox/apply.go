package outbox

import (
	"context"
	"database/sql"

	"hallway/app/operation"
)

// Apply files an application. It is accepted, with its receipt number, by the
// commit alone. When the hall is there, Apply waits up to Options.Answer for it
// to arrive, so that the slip can carry the hall's official number; a refusal
// that comes in this time is returned as one.
func (t *Terminal) Apply(ctx context.Context, r operation.ApplicationRequest) (operation.Accepted, error) {
	h, done, err := t.begin(r.Op)
	if err != nil {
		return operation.Accepted{}, err
	}
	defer done()
	if told, known, err := repeated[operation.Accepted](ctx, t, r.Op, operation.ApplicationSubmit); known {
		return told, err
	}
	body := operation.ApplicationBody{Item: r.Item, Lang: string(r.Lang), Fields: r.Fields.Reveal(forHall)}
	if p := holder(r.Person, forHall); p != nil {
		body.Holder = *p
	}
	accepted, err := t.acceptApplication(ctx, h, r.Op, body)
	if err != nil {
		return operation.Accepted{}, asRefusal(err)
	}
	return t.awaitDelivery(ctx, accepted)
}

// acceptApplication stores the application and what the citizen is told in one
// transaction.
func (t *Terminal) acceptApplication(ctx context.Context, h *hallInfo, op operation.ID, body operation.ApplicationBody) (operation.Accepted, error) {
	e, err := t.draft(h, operation.ApplicationSubmit, op, body.Item, body)
	if err != nil {
		return operation.Accepted{}, err
	}
	now, _ := t.hallNow()
	accepted := operation.Accepted{Op: op, At: now.In(h.zone)}
	err = t.tx(ctx, func(ctx context.Context, tx *sql.Tx) (err error) {
		if e.Receipt, err = t.nextReceipt(ctx, tx, h); err != nil {
			return err
		}
		accepted.Receipt = e.Receipt
		e.told = accepted
		return t.insert(ctx, tx, &e)
	})
	return accepted, err
}

// awaitDelivery waits for the hall's answer to a while the hall is there.
func (t *Terminal) awaitDelivery(ctx context.Context, a operation.Accepted) (operation.Accepted, error) {
	r, delivered, err := t.await(ctx, a.Op)
	if err != nil {
		return operation.Accepted{}, err
	}
	a.Delivered, a.ServerRef = delivered, r.ServerRef
	return a, nil
}
