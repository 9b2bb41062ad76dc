package hall

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"hallway/app/config"
	"hallway/app/hall/api"
	"hallway/app/hall/order"
	"hallway/app/hall/store"
	"hallway/app/hall/workday"
	"hallway/app/operation"
)

// orderRules are the hall's rules for help orders.
func orderRules(c config.Orders, zone *time.Location, days workday.Calendar) order.Rules {
	return order.Rules{
		Days: map[order.Kind]int{
			order.Consultation: c.Consultation, order.Help: c.Help, order.Complaint: c.Complaint,
			order.Report: c.Report, order.Suggestion: c.Suggestion,
		},
		MaxExtra: c.MaxExtra, ReturnDays: c.ReturnDays, MaxBounces: c.Returns, WordDays: c.WordDays,
		Office: workday.Office{Calendar: days, Zone: zone, Open: minutes(int(c.Open)), Close: minutes(int(c.Close))},
	}
}

// orderTerms are the rules as far as a terminal needs them.
func (h *Hall) orderTerms() api.OrderTerms {
	t := api.OrderTerms{Days: map[string]int{}, Open: int(h.Config.Orders.Open), Close: int(h.Config.Orders.Close), Calendar: h.Calendar.Table()}
	for k, n := range h.orders.Days {
		t.Days[string(k)] = n
	}
	return t
}

// lodge registers a help order. Its clock starts at the press, not when the
// order arrived and not when somebody signs for it.
func (a *attempt) lodge(b operation.OrderBody) error {
	if err := a.checkOrder(b); err != nil {
		return err
	}
	_, taken, err := a.tx.Order(a.e.Receipt)
	if err != nil {
		return err
	}
	if taken {
		return refuse(operation.CodeValidation, "the receipt number is that of another order")
	}
	o := store.HelpOrder{
		Order:  order.New(order.Kind(b.Kind), a.lodged, a.orders),
		Number: a.e.Receipt, Op: a.e.ID, Terminal: a.e.Terminal, Subject: b.Subject, Wish: b.Unit, Lang: b.Lang,
		PersonKey: a.Keys.personKey(b.Holder), SecretHash: a.Keys.orderSecret(a.e.Receipt, b.Secret),
	}
	o.DueAt = o.Due(a.orders.Office)
	a.result.Order = orderAnswer(o)
	if err := a.tx.PutOrder(o); err != nil {
		return err
	}
	return a.tx.AddOrderEvent(store.OrderEvent{
		Number: o.Number, At: a.lodged, Kind: "register", To: o.State, Unit: o.Unit, Role: order.Citizen,
		Actor: "terminal " + a.e.Terminal, Command: string(a.e.ID),
	})
}

func orderAnswer(o store.HelpOrder) *operation.OrderAnswer {
	return &operation.OrderAnswer{Number: o.Number, State: string(o.State), Due: o.DueAt.UnixMilli()}
}

// checkOrder checks what a citizen lodges.
func (a *attempt) checkOrder(b operation.OrderBody) error {
	_, known := a.Catalogue.Subject(b.Subject)
	_, unit := a.Catalogue.Department(b.Unit)
	_, code := operation.ParseCode(b.Secret)
	wrong := ""
	switch {
	case a.e.Receipt == "":
		wrong = "the receipt number is missing"
	case !order.Kind(b.Kind).Known():
		wrong = "there is no kind of order " + quoted(b.Kind)
	case b.Subject != "" && !known:
		wrong = "the catalogue has no subject " + quoted(b.Subject)
	case b.Unit != "" && !unit:
		wrong = "the catalogue has no department " + quoted(b.Unit)
	case b.Subject == "" && strings.TrimSpace(b.Text) == "":
		wrong = "neither a subject nor a text"
	case !readable(b.Text):
		wrong = "the text is too long or holds control characters"
	case !code:
		wrong = "the secret does not have 8 characters"
	case b.Phone != "" && !isPhone(b.Phone):
		wrong = "the telephone number is wrong"
	case b.Holder != nil:
		return checkHolder(*b.Holder)
	}
	if wrong != "" {
		return refuse(operation.CodeValidation, wrong)
	}
	return nil
}

// readable reports whether a text can be shown to people: at most
// operation.MaxOrderText characters, lines allowed.
func readable(s string) bool {
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= operation.MaxOrderText &&
		!strings.ContainsFunc(s, func(r rune) bool { return r != '\n' && isControl(r) })
}

// orderSecret is what the hall keeps of an order's secret: HMAC-SHA-256 with
// the hall's key over number and secret.
func (k Keys) orderSecret(number, secret string) string {
	m := hmac.New(sha256.New, k.Person)
	m.Write([]byte("order " + number + " " + secret))
	return hex.EncodeToString(m.Sum(nil))
}

// actOnOrder lets a citizen urge, withdraw, or say whether the answer helped. A
// lock leaves the operation undelivered: what was rightly asked for is not lost
// because somebody else guessed.
func (a *attempt) actOnOrder(b operation.OrderActBody) error {
	o, err := a.openOrder(a.tx, a.e.Terminal, operation.OrderQuestion{Number: b.Number, Secret: b.Secret, Holder: b.Holder})
	if r, ok := errors.AsType[*operation.Refusal](err); ok && r.Code == operation.CodeOrderLocked {
		return errors.New("order is locked against guessing")
	}
	if err != nil {
		return err
	}
	e := order.Event{Kind: order.Urge, Role: order.Citizen}
	switch {
	case a.e.Kind == operation.OrderWithdraw:
		e.Kind = order.Withdraw
	case a.e.Kind == operation.OrderFollowUp && b.Solved:
		e.Kind, e.Outcome = order.Close, order.Solved
	case a.e.Kind == operation.OrderFollowUp && o.Again:
		e.Kind, e.Outcome = order.Close, order.Unsolved
	case a.e.Kind == operation.OrderFollowUp:
		e.Kind = order.Reopen
	}
	if o, err = a.moveOrder(a.tx, o, e, "terminal "+a.e.Terminal, string(a.e.ID)); err != nil {
		return orderRefusal(err)
	}
	a.result.Order = orderAnswer(o)
	return nil
}

// noteKind is what reasons and answers are sealed as, with their command's id.
const noteKind operation.Kind = "order.note"

// moveOrder lets an event happen to a stored order.
func (h *Hall) moveOrder(tx *store.Tx, o store.HelpOrder, e order.Event, actor, command string) (store.HelpOrder, error) {
	now := h.Now()
	next := o
	var err error
	if next.Order, err = order.Apply(o.Order, e, now, h.orders); err != nil {
		return o, err
	}
	next.DueAt = next.Due(h.orders.Office)
	happened := store.OrderEvent{
		Number: o.Number, At: now, Kind: string(e.Kind), From: o.State, To: next.State, Unit: o.Unit, Role: e.Role, Actor: actor, Command: command,
	}
	if e.Kind == order.Assign {
		happened.Unit = next.Unit
	}
	if e.Text != "" {
		if happened.Note, err = operation.Seal(h.Keys.Seal.Public(), noteKind, operation.ID(command), []byte(e.Text)); err != nil {
			return o, err
		}
	}
	if e.Kind == order.Answer {
		next.Answer, next.AnswerID = happened.Note, command
	}
	if err := tx.AddOrderEvent(happened); err != nil {
		return o, err
	}
	return next, tx.UpdateOrder(next)
}

// note opens a sealed reason or answer.
func (h *Hall) note(sealed []byte, command string) (string, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	plain, err := operation.Open(h.Keys.Seal, noteKind, operation.ID(command), sealed)
	return string(plain), err
}

// orderCodes give the rules' refusals their codes.
var orderCodes = map[error]string{
	order.ErrState: operation.CodeOrderState, order.ErrRole: api.CodeNoRole, order.ErrUnit: api.CodeNoRole, order.ErrReason: api.CodeOrderReason,
	order.ErrOnce: api.CodeOrderOnce, order.ErrLate: api.CodeOrderLate, order.ErrFixed: api.CodeOrderFixed, order.ErrLimit: api.CodeOrderLimit,
	order.ErrLeader: api.CodeOrderLeader, store.ErrChanged: api.CodeOrderChanged,
}

// orderRefusal turns an error of the rules into a Refusal.
func orderRefusal(err error) error {
	for is, code := range orderCodes {
		if errors.Is(err, is) {
			return &operation.Refusal{Code: code, Err: err}
		}
	}
	return err
}

// CloseOrders closes the answered orders whose citizens had their time to say
// whether the answer helped and said nothing.
func (h *Hall) CloseOrders(ctx context.Context) error {
	var waiting []store.HelpOrder
	err := h.Store.Read(ctx, func(tx *store.Tx) (err error) {
		waiting, err = tx.AnsweredOrders()
		return err
	})
	if err != nil {
		return err
	}
	e := order.Event{Kind: order.Close, Role: order.Clock, Outcome: order.NoWord}
	for _, o := range waiting {
		if _, err := order.Apply(o.Order, e, h.Now(), h.orders); err != nil {
			continue // its time has not come
		}
		err := h.write(ctx, func(tx *store.Tx) error {
			_, err := h.moveOrder(tx, o, e, "hall", string(h.NewID()))
			return err
		})
		if err != nil && !errors.Is(err, store.ErrChanged) {
			return fmt.Errorf("close order %s: %w", o.Number, err)
		}
	}
	return nil
}
