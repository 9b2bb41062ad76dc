package outbox

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"hallway/app/hall/api"
	"hallway/app/hall/client"
	"hallway/app/hall/workday"
	"hallway/app/operation"
	"hallway/idreader"
)

// toldOrder is what is kept of what the citizen was told. The secret is not.
type toldOrder struct {
	Number string    `json:"number"`
	At     time.Time `json:"at"`
	Due    time.Time `json:"due"`
}

// Lodge lodges a help order. It is accepted, with its number, by the commit
// alone; its secret is made here and kept nowhere. When the hall is there, Lodge
// waits up to Options.Answer for it to arrive. The due time comes from the
// hall, or from its rules as last seen.
func (t *Terminal) Lodge(ctx context.Context, r operation.OrderRequest) (operation.LodgedOrder, error) {
	h, done, err := t.begin(r.Op)
	if err != nil {
		return operation.LodgedOrder{}, err
	}
	defer done()
	if told, known, err := repeated[toldOrder](ctx, t, r.Op, operation.OrderLodge); known {
		return operation.LodgedOrder{Op: r.Op, Number: told.Number, At: told.At, Due: told.Due}, err
	}
	secret, err := operation.NewCode(t.o.Random)
	if err != nil {
		return operation.LodgedOrder{}, asRefusal(err)
	}
	body := operation.OrderBody{
		Kind: r.Kind, Subject: r.Subject, Unit: r.Unit, Lang: string(r.Lang), Secret: secret,
		Text: r.Text.Reveal(forHall), Phone: r.Phone.Reveal(forHall), Holder: holder(r.Person, forHall),
	}
	told, err := t.acceptOrder(ctx, h, r.Op, body)
	if err != nil {
		return operation.LodgedOrder{}, asRefusal(err)
	}
	out := operation.LodgedOrder{Op: r.Op, Number: told.Number, At: told.At, Due: told.Due,
		Secret: idreader.Conceal(secret), Link: idreader.Conceal(operation.OrderLink(h.Hall.PublicURL, told.Number, secret))}
	answer, delivered, err := t.await(ctx, r.Op)
	if err != nil {
		return operation.LodgedOrder{}, err
	}
	if out.Delivered = delivered; delivered {
		out.Due = time.UnixMilli(answer.Order.Due).In(h.zone)
	}
	return out, nil
}

// acceptOrder stores the order and what the citizen is told in one transaction.
func (t *Terminal) acceptOrder(ctx context.Context, h *hallInfo, op operation.ID, body operation.OrderBody) (toldOrder, error) {
	e, err := t.draft(h, operation.OrderLodge, op, "", body)
	if err != nil {
		return toldOrder{}, err
	}
	now, _ := t.hallNow()
	told := toldOrder{At: now.In(h.zone), Due: h.orderDue(body.Kind, now)}
	err = t.tx(ctx, func(ctx context.Context, tx *sql.Tx) (err error) {
		if e.Receipt, err = t.nextReceipt(ctx, tx, h); err != nil {
			return err
		}
		if err := t.insert(ctx, tx, &e); err != nil {
			return err
		}
		told.Number = e.Receipt
		return t.tell(ctx, tx, op, told)
	})
	return told, err
}

// orderDue is when an order of a kind that is lodged at t is due by the hall's
// rules as last seen; the zero time when they say nothing of it.
func (h *hallInfo) orderDue(kind string, t time.Time) time.Time {
	terms := h.Hall.Orders
	days, err := terms.Calendar.Calendar()
	if err != nil || terms.Days[kind] < 1 || terms.Close <= terms.Open {
		return time.Time{}
	}
	office := workday.Office{Calendar: days, Zone: h.zone,
		Open: time.Duration(terms.Open) * time.Minute, Close: time.Duration(terms.Close) * time.Minute}
	due, _ := office.Due(t, terms.Days[kind])
	return due
}

// await lets the delivery loop send op and waits for the hall's answer while
// the hall is there. A refusal that comes in this time is returned as one; no
// answer leaves op to be delivered later.
func (t *Terminal) await(ctx context.Context, op operation.ID) (r operation.Result, delivered bool, err error) {
	if !t.Online() {
		nudge(t.wake)
		return r, false, nil
	}
	answer := t.settled.expect(op)
	defer t.settled.forget(op)
	nudge(t.wake)
	patience := time.NewTimer(t.o.Answer)
	defer patience.Stop()
	select {
	case r, delivered = <-answer:
		if r.Refused() {
			err = rejected(r)
		}
	case <-patience.C:
	case <-ctx.Done():
	}
	return r, delivered && err == nil, err
}

// ActOnOrder stores what a citizen does with an order, and waits for the hall
// as [Terminal.Lodge] does.
func (t *Terminal) ActOnOrder(ctx context.Context, a operation.OrderAct) (operation.OrderActed, error) {
	h, done, err := t.begin(a.Op)
	if err != nil {
		return operation.OrderActed{}, err
	}
	defer done()
	if told, known, err := repeated[operation.OrderActed](ctx, t, a.Op, a.Kind); known {
		return told, err
	}
	body := operation.OrderActBody{Number: a.Number, Solved: a.Solved, Holder: holder(a.By.Person, forHall)}
	if body.Holder == nil {
		body.Secret = a.By.Secret.Reveal(forHall)
	}
	e, err := t.draft(h, a.Kind, a.Op, "", body)
	if err != nil {
		return operation.OrderActed{}, asRefusal(err)
	}
	acted := operation.OrderActed{Op: a.Op}
	err = t.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if err := t.insert(ctx, tx, &e); err != nil {
			return err
		}
		return t.tell(ctx, tx, a.Op, acted)
	})
	if err != nil {
		return operation.OrderActed{}, asRefusal(err)
	}
	_, acted.Delivered, err = t.await(ctx, a.Op)
	return acted, err
}

// Orders answers how help orders stand. Of an order that still waits here to be
// sent it says no more than that, whoever asks; anything else only the hall can
// answer. A number that cannot be one is refused with CodeValidation.
func (t *Terminal) Orders(ctx context.Context, q operation.OrderQuery) (operation.Orders, error) {
	h, err := t.enrolled()
	if err != nil {
		return operation.Orders{}, err
	}
	question := operation.OrderQuestion{Holder: holder(q.Person, forHolders)}
	if question.Holder == nil {
		r, err := operation.ParseReceipt(q.Number)
		if err != nil {
			return operation.Orders{}, refuse(operation.CodeValidation, err)
		}
		question.Number, question.Secret = r.String(), q.Secret.Reveal(forHolders)
		if own, err := t.waitingOrder(ctx, question.Number); err != nil || own.Number != "" {
			now, _ := t.hallNow()
			return operation.Orders{Orders: idreader.Conceal([]operation.Order{own}), AsOf: now.In(h.zone)}, asRefusal(err)
		}
	}
	found, at, err := t.askOrders(ctx, h, question)
	if err != nil {
		return operation.Orders{}, orderRefusal(err)
	}
	return operation.Orders{Orders: idreader.Conceal(found), AsOf: at.In(h.zone), Live: true}, nil
}

// waitingOrder returns an order of this terminal's that waits to be sent; its
// Number is "" when there is none.
func (t *Terminal) waitingOrder(ctx context.Context, number string) (operation.Order, error) {
	own, err := t.ownCases(ctx, number)
	if err != nil || len(own) == 0 || own[0].Kind != operation.OrderLodge || own[0].State != "waiting_to_send" {
		return operation.Order{}, err
	}
	return operation.Order{Number: number, State: own[0].State, RegisteredAt: own[0].At}, nil
}

// askOrders asks the hall. Question and answer travel sealed.
func (t *Terminal) askOrders(ctx context.Context, h *hallInfo, q operation.OrderQuestion) ([]operation.Order, time.Time, error) {
	key, err := operation.GenerateKey()
	if err != nil {
		return nil, time.Time{}, err
	}
	q.Reply = key.Public().Bytes()
	sealed, err := operation.SealOrderQuestion(h.key, q)
	if err != nil {
		return nil, time.Time{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, t.o.Answer)
	defer cancel()
	r, err := t.o.Hall.Orders(ctx, api.OrdersRequest{Suite: operation.SuiteHPKE1, Key: h.key.ID(), Question: sealed})
	t.heard(err)
	if err != nil {
		return nil, time.Time{}, err
	}
	found, err := operation.OpenOrders(key, r.Answer)
	return found, time.UnixMilli(r.Time), err
}

// orderRefusal passes on the hall's refusal of a question; without an answer
// the hall is away.
func orderRefusal(err error) error {
	var p *client.Problem
	if errors.As(err, &p) && (p.Code == operation.CodeWrongSecret || p.Code == operation.CodeOrderLocked) {
		return refuse(p.Code, err)
	}
	return refuse(operation.CodeHallAway, err)
}
