package hall

import (
	"context"
	"crypto/subtle"
	"errors"
	"time"

	"hallway/app/hall/api"
	"hallway/app/hall/order"
	"hallway/app/hall/store"
	"hallway/app/operation"
)

// How wrong secrets are held back (hall-sync-fleet.md §6.3): the fifth in a row
// locks the number, and the terminal that they came from.
const (
	secretsAllowed = 5
	secretLocked   = 10 * time.Minute
)

// Orders answers how orders stand: the one with a number and its secret, or a
// person's. A wrong number and a wrong secret are told apart by nothing.
func (in Intake) Orders(ctx context.Context, terminal string, r api.OrdersRequest) (api.OrdersResponse, error) {
	q, err := operation.OpenOrderQuestion(in.Keys.Seal, r.Question)
	if err != nil {
		return api.OrdersResponse{}, refuse(operation.CodeMalformed, err.Error())
	}
	reply, err := operation.ParsePublicKey(r.Suite, q.Reply)
	if err != nil {
		return api.OrdersResponse{}, refuse(operation.CodeMalformed, "the question has no key for its answer")
	}
	found, err := in.ask(ctx, terminal, q)
	if err != nil {
		return api.OrdersResponse{}, err
	}
	sealed, err := operation.SealOrders(reply, found)
	return api.OrdersResponse{Answer: sealed, Time: in.Now().UnixMilli()}, err
}

// OrderByPhone answers for the page that the code on a slip leads to.
func (in Intake) OrderByPhone(ctx context.Context, number, secret string) (operation.Order, error) {
	found, err := in.ask(ctx, "", operation.OrderQuestion{Number: number, Secret: secret})
	if err != nil {
		return operation.Order{}, err
	}
	return found[0], nil
}

// ask finds the orders of a question. What counts a wrong try is committed with
// the refusal.
func (in Intake) ask(ctx context.Context, terminal string, q operation.OrderQuestion) (found []operation.Order, err error) {
	var refused error
	err = in.Store.Write(ctx, func(tx *store.Tx) error {
		rows, err := in.orderRows(tx, terminal, q)
		if _, ok := errors.AsType[*operation.Refusal](err); ok {
			refused = err
			return nil
		}
		for _, o := range rows {
			one, e := in.citizenOrder(o)
			found, err = append(found, one), errors.Join(err, e)
		}
		return err
	})
	if err == nil {
		err = refused
	}
	return found, err
}

// orderRows returns the order of a number, or a person's orders.
func (in Intake) orderRows(tx *store.Tx, terminal string, q operation.OrderQuestion) ([]store.HelpOrder, error) {
	if q.Number == "" && q.Holder != nil {
		if err := checkHolder(*q.Holder); err != nil {
			return nil, err
		}
		return tx.OrdersOf(in.Keys.personKey(q.Holder))
	}
	o, err := in.openOrder(tx, terminal, q)
	return []store.HelpOrder{o}, err
}

// openOrder returns the order with a number to who proves that it is theirs, by
// its secret or by their card.
func (in Intake) openOrder(tx *store.Tx, terminal string, q operation.OrderQuestion) (store.HelpOrder, error) {
	wrong := refuse(operation.CodeWrongSecret, "no order has this number and secret")
	r, err := operation.ParseReceipt(q.Number)
	if err != nil || (q.Secret == "") == (q.Holder == nil) {
		return store.HelpOrder{}, refuse(operation.CodeValidation, "ask with a number, and with its secret or a card")
	}
	o, ok, err := tx.Order(r.String())
	if err != nil {
		return o, err
	}
	if q.Holder != nil {
		if err := checkHolder(*q.Holder); err != nil {
			return store.HelpOrder{}, err
		}
		if !ok || o.PersonKey == "" || o.PersonKey != in.Keys.personKey(q.Holder) {
			return store.HelpOrder{}, wrong
		}
		return o, nil
	}
	tries := []string{"order " + r.String()}
	if terminal != "" {
		tries = append(tries, "orders at terminal "+terminal)
	}
	if err := in.countSecret(tx, tries); err != nil {
		return store.HelpOrder{}, err
	}
	hash := in.Keys.orderSecret(r.String(), q.Secret)
	if !ok || subtle.ConstantTimeCompare([]byte(hash), []byte(o.SecretHash)) != 1 {
		in.Log.Warn("order not opened", "terminal", terminal)
		return store.HelpOrder{}, wrong
	}
	for _, t := range tries {
		err = errors.Join(err, tx.ForgetTries(t))
	}
	return o, err
}

// countSecret counts a try under every name before its secret is looked at, and
// refuses it while one of them is locked.
func (in Intake) countSecret(tx *store.Tx, names []string) error {
	now := in.Now()
	for _, name := range names {
		until, err := tx.LockedUntil(name)
		if err != nil {
			return err
		}
		if until.After(now) {
			return refuse(operation.CodeOrderLocked, "too many wrong secrets, locked until "+until.In(in.zone).Format("15:04:05"))
		}
	}
	for _, name := range names {
		if err := tx.CountTry(name, secretsAllowed, now.Add(secretLocked)); err != nil {
			return err
		}
	}
	return nil
}

// citizenOrder is an order as its citizen sees it.
func (h *Hall) citizenOrder(o store.HelpOrder) (operation.Order, error) {
	answer, err := h.note(o.Answer, o.AnswerID)
	out := operation.Order{
		Number: o.Number, Kind: string(o.Kind), Subject: o.Subject, State: string(o.State), Outcome: string(o.Outcome),
		RegisteredAt: o.RegisteredAt.UnixMilli(), Due: o.DueAt.UnixMilli(), Overdue: o.State.Running() && h.Now().After(o.DueAt),
		Urges: o.Urges, Answer: answer, Can: []string{}, Again: o.Again,
	}
	if o.Unit != order.Desk {
		out.Unit = string(o.Unit)
	}
	for _, k := range o.Allowed(order.Citizen) {
		out.Can = append(out.Can, string(k))
	}
	return out, err
}
