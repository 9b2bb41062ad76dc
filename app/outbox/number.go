package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"time"

	"hallway/app/operation"
	"hallway/app/outbox/oplog"
	"hallway/queue"
)

// TakeNumber gets a number for a service: from the hall when it answers in
// time, else out of this terminal's lease, marked Offline. The ticket is
// durably stored when TakeNumber returns. When ctx ends before the hall
// answered, nobody is there to see a number any more: none is given and the
// hall is told to undo what it may have made. Errors are Refusals, among them
// CodeNoLease when the hall is away and the lease is used up.
func (t *Terminal) TakeNumber(ctx context.Context, r operation.TicketRequest) (operation.Ticket, error) {
	h, done, err := t.begin(r.Op)
	if err != nil {
		return operation.Ticket{}, err
	}
	defer done()
	if told, known, err := repeated[operation.Ticket](ctx, t, r.Op, operation.TicketIssue); known {
		return told, err
	}
	code, err := operation.NewCode(t.o.Random)
	if err != nil {
		return operation.Ticket{}, asRefusal(err)
	}
	n := numberWish{t: t, h: h, op: r.Op, body: operation.TicketBody{
		Service: r.Service, Lang: string(r.Lang), Code: code, Holder: holder(r.Person, forHall)}}
	ticket, err := n.take(ctx)
	return ticket, asRefusal(err)
}

// numberWish is one citizen's wish for a number.
type numberWish struct {
	t    *Terminal
	h    *hallInfo
	op   operation.ID
	body operation.TicketBody
}

func (n numberWish) take(ctx context.Context) (operation.Ticket, error) {
	e, err := n.t.draft(n.h, operation.TicketIssue, n.op, n.body.Service, n.body)
	if err != nil {
		return operation.Ticket{}, err
	}
	if err := n.t.tx(ctx, func(ctx context.Context, tx *sql.Tx) error { return n.t.insert(ctx, tx, &e) }); err != nil {
		return operation.Ticket{}, err
	}
	result, err := n.t.ask(ctx, e.Envelope)
	switch {
	case err == nil:
		return n.fromHall(ctx, result)
	case ctx.Err() != nil:
		return operation.Ticket{}, errors.Join(refuse(operation.CodeHallAway, ctx.Err()), n.void(ctx, "the citizen left before the number was shown"))
	}
	n.t.o.Log.Info("number comes out of the lease", "op", n.op, "err", err)
	return n.fromLease(ctx)
}

// fromHall stores the hall's answer and makes the ticket of it.
func (n numberWish) fromHall(ctx context.Context, r operation.Result) (operation.Ticket, error) {
	known := r.Refused() && r.Problem.Code == operation.CodeAlreadyWaiting && r.Ticket != nil
	if r.Refused() && !known {
		err := n.t.tx(ctx, func(ctx context.Context, tx *sql.Tx) error { return n.t.settle(ctx, tx, r, nil) })
		return operation.Ticket{}, errors.Join(rejected(r), err)
	}
	a := r.Ticket
	ticket := operation.Ticket{Op: n.op, Number: a.Number, Known: known, Day: a.Day, IssuedAt: time.UnixMilli(a.IssuedAt).In(n.h.zone),
		Ahead: a.Ahead, WaitFrom: a.WaitFrom, WaitTo: a.WaitTo}
	if !known { // the code of an older ticket is not ours to know
		ticket.Link = n.link(a.Day, a.Number)
	}
	err := n.t.tx(ctx, func(ctx context.Context, tx *sql.Tx) error { return n.t.settle(ctx, tx, r, ticket) })
	if err != nil {
		return operation.Ticket{}, err
	}
	return ticket, nil
}

// link is what the ticket's QR code says.
func (n numberWish) link(day, number string) string {
	return n.h.Hall.PublicURL + "/t/" + url.PathEscape(day) + "/" + url.PathEscape(number) + "?k=" + n.body.Code
}

// fromLease gives a number of this terminal's own and stores in the same
// transaction that it takes the place of the one that was asked for.
func (n numberWish) fromLease(ctx context.Context) (operation.Ticket, error) {
	_, pool, ok := n.t.item(n.body.Service)
	if !ok {
		err := fmt.Errorf("outbox: service %s is not in the catalogue", n.body.Service)
		return operation.Ticket{}, errors.Join(refuse(operation.CodeUnknownService, err), n.void(ctx, "the service is not known"))
	}
	now, _ := n.t.hallNow()
	day := n.h.day(now)
	highest := max(pool.Last, pool.OfflineTo)
	var ticket operation.Ticket
	err := n.t.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		e := entry{Envelope: operation.Envelope{ID: n.t.o.NewID()}}
		l, number, err := n.t.useLease(ctx, tx, day, pool.ID, highest)
		if err != nil {
			return err
		}
		body := operation.OfflineTicketBody{TicketBody: n.body, Lease: l.ID, Day: day, Number: string(number)}
		if e, err = n.t.draft(n.h, operation.TicketOffline, e.ID, n.body.Service, body); err != nil {
			return err
		}
		e.Replaces, e.number = n.op, &oplog.Number{Day: day, Prefix: l.Prefix, N: l.N}
		ticket = operation.Ticket{Op: n.op, Number: string(number), Offline: true, Day: day, IssuedAt: now.In(n.h.zone),
			Ahead: -1, WaitFrom: -1, WaitTo: -1, Link: n.link(day, string(number))}
		if err := n.t.replace(ctx, tx, &e); err != nil {
			return err
		}
		if err := n.t.recordNumber(ctx, tx, l, e.ID); err != nil {
			return err
		}
		return n.t.tell(ctx, tx, n.op, ticket)
	})
	if errors.Is(err, errNoLease) {
		return operation.Ticket{}, errors.Join(refuse(operation.CodeNoLease, err), n.void(ctx, "the hall did not answer and no leased number was left"))
	}
	if err != nil {
		return operation.Ticket{}, err
	}
	nudge(n.t.wake)
	return ticket, nil
}

// void tells the hall that nobody saw the number that it may have made.
func (n numberWish) void(ctx context.Context, reason string) error {
	err := n.t.tx(ctx, func(ctx context.Context, tx *sql.Tx) error { return n.t.voidTicket(ctx, tx, n.h, n.op, reason) })
	if err == nil {
		nudge(n.t.wake)
	}
	return err
}

// voidTicket replaces a ticket.issue by a ticket.void.
func (t *Terminal) voidTicket(ctx context.Context, tx *sql.Tx, h *hallInfo, op operation.ID, reason string) error {
	e, err := t.draft(h, operation.TicketVoid, t.o.NewID(), "", operation.VoidBody{Reason: reason})
	if err != nil {
		return err
	}
	e.Replaces = op
	return t.replace(ctx, tx, &e)
}

// leased is one number taken out of a lease.
type leased struct {
	ID     string
	Day    string
	Prefix string
	N      int
}

var errNoLease = errors.New("outbox: no leased number is left")

// useLease takes the next number of the oldest block for day and pool.
func (t *Terminal) useLease(ctx context.Context, tx *sql.Tx, day, pool string, highest int) (leased, queue.Number, error) {
	l := leased{Day: day}
	err := tx.QueryRowContext(ctx, `UPDATE lease SET used = used + 1 WHERE id =
		(SELECT id FROM lease WHERE day = ? AND pool = ? AND used <= hi - lo ORDER BY id LIMIT 1)
		RETURNING lease_id, prefix, lo + used - 1`, day, pool).Scan(&l.ID, &l.Prefix, &l.N)
	if errors.Is(err, sql.ErrNoRows) {
		return l, "", fmt.Errorf("%w for %s on %s", errNoLease, pool, day)
	}
	return l, queue.FormatNumber(l.Prefix, l.N, highest), err
}

// recordNumber makes giving the same number twice impossible.
func (t *Terminal) recordNumber(ctx context.Context, tx *sql.Tx, l leased, op operation.ID) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO number (day, prefix, n, op_id) VALUES (?, ?, ?, ?)`, l.Day, l.Prefix, l.N, op)
	return err
}
