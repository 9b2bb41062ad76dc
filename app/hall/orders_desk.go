package hall

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"hallway/app/hall/api"
	"hallway/app/hall/order"
	"hallway/app/hall/store"
	"hallway/app/operation"
)

// How long a sign-in at the order desk lasts.
const (
	staffIdle = 15 * time.Minute // without a request
	staffLong = 12 * time.Hour   // at most
)

// Orders is the desk of help orders: clerks of the order desk assign them,
// units work on them, leaders extend and see what goes wrong.
type Orders struct {
	*Hall
	desk *Desk
}

// NewOrders makes the order desk of a hall. Wrong PINs count together with
// those at the windows.
func NewOrders(d *Desk) *Orders { return &Orders{d.Hall, d} }

// Staff is who is signed in.
type Staff struct {
	Clerk string // number
	Name  string
	Role  order.Role // Clerk, Worker or Leader
	Unit  order.Unit // of a Worker
}

// staffOf returns the role of a clerk of the configuration.
func (o *Orders) staffOf(number string) (Staff, bool) {
	c, ok := o.desk.clerks[number]
	if !ok || c.Orders == "" {
		return Staff{}, false
	}
	return Staff{c.Number, c.Name, order.Role(c.Orders), order.Unit(c.Unit)}, true
}

// SignIn returns the token of a sign-in. A clerk without a role in orders is
// refused only after the PIN proved right.
func (o *Orders) SignIn(ctx context.Context, clerk, pin string) (string, error) {
	if err := o.desk.checkPIN(ctx, clerk, pin); err != nil {
		return "", err
	}
	if _, ok := o.staffOf(clerk); !ok {
		return "", refuse(api.CodeNoRole, "the clerk has no role in orders")
	}
	token, err := o.newToken()
	if err != nil {
		return "", err
	}
	now := o.Now()
	err = o.Store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.ForgetTries(clerk); err != nil {
			return err
		}
		return tx.PutStaffSession(store.StaffSession{TokenHash: hashToken(token), Clerk: clerk, StartedAt: now, SeenAt: now})
	})
	return token, err
}

// SignOut ends a sign-in.
func (o *Orders) SignOut(ctx context.Context, token string) error {
	return o.Store.Write(ctx, func(tx *store.Tx) error { return tx.EndStaffSession(hashToken(token), o.Now()) })
}

// Staff returns who a token belongs to. It is refused with CodeUnauthorized or
// CodeSignedOut; asking keeps the sign-in alive.
func (o *Orders) Staff(ctx context.Context, token string) (who Staff, err error) {
	now := o.Now()
	var s store.StaffSession
	var known bool
	err = o.Store.Read(ctx, func(tx *store.Tx) (err error) {
		s, known, err = tx.StaffSession(hashToken(token))
		return err
	})
	if err != nil {
		return who, err
	}
	who, role := o.staffOf(s.Clerk)
	switch {
	case !known || !role:
		return Staff{}, &operation.Refusal{Code: api.CodeUnauthorized}
	case !s.EndedAt.IsZero() || now.Sub(s.SeenAt) > staffIdle || now.Sub(s.StartedAt) > staffLong:
		return Staff{}, &operation.Refusal{Code: api.CodeSignedOut}
	case now.Sub(s.SeenAt) < time.Minute:
		return who, nil // one write a minute is enough
	}
	return who, o.Store.Write(ctx, func(tx *store.Tx) error { return tx.SeeStaffSession(s.TokenHash, now) })
}

// A Line is an order in a list.
type Line struct {
	store.HelpOrder
	Light order.Light
	Spent int // percent of its time
}

// List returns the orders that somebody sees: a worker those of their unit, the
// others all. Open ones come with what is overdue first, then what was urged,
// then by due time; ended ones newest first, at most 200.
func (o *Orders) List(ctx context.Context, who Staff, ended bool) ([]Line, error) {
	var rows []store.HelpOrder
	err := o.Store.Read(ctx, func(tx *store.Tx) (err error) {
		if ended {
			rows, err = tx.EndedOrders(who.Unit, 200)
		} else {
			rows, err = tx.OpenOrders(who.Unit)
		}
		return err
	})
	lines := make([]Line, len(rows))
	for i, r := range rows {
		lines[i] = o.line(r)
	}
	if !ended {
		slices.SortStableFunc(lines, func(a, b Line) int { return rank(a) - rank(b) })
	}
	return lines, err
}

func (o *Orders) line(r store.HelpOrder) Line {
	now := o.Now()
	return Line{r, r.Light(o.orders.Office, now), r.Spent(o.orders.Office, now)}
}

// rank puts what is overdue and what was urged before the rest, and what waits
// for the citizen's word last.
func rank(l Line) int {
	switch {
	case l.Light == order.Off:
		return 3
	case l.Light == order.Red:
		return 0
	case l.Urges > 0:
		return 1
	}
	return 2
}

// A Step is one thing that happened to an order.
type Step struct {
	store.OrderEvent
	Text string // reason or answer
}

// A Sheet is everything that somebody sees of an order.
type Sheet struct {
	Line
	Text   string // in the citizen's words
	Phone  string
	Name   string // "" without a card
	Hidden bool   // name and telephone are kept from this role
	Answer string
	Steps  []Step
	Can    []order.EventKind
}

// Order returns an order to somebody who may see it. What is another unit's is
// not found.
func (o *Orders) Order(ctx context.Context, who Staff, number string) (s Sheet, err error) {
	err = o.Store.Read(ctx, func(tx *store.Tx) error {
		row, err := o.visible(tx, who, number)
		if err != nil {
			return err
		}
		s, err = o.sheet(tx, who, row)
		return err
	})
	return s, err
}

func (o *Orders) visible(tx *store.Tx, who Staff, number string) (store.HelpOrder, error) {
	row, ok, err := tx.Order(number)
	if err == nil && (!ok || who.Role == order.Worker && row.Unit != who.Unit) {
		err = &operation.Refusal{Code: api.CodeNotFound}
	}
	return row, err
}

// sheet opens what is sealed. Who reports something stays unknown to the unit
// that works on it.
func (o *Orders) sheet(tx *store.Tx, who Staff, row store.HelpOrder) (Sheet, error) {
	op, ok, err := tx.Op(row.Op)
	if err != nil || !ok {
		return Sheet{}, errors.Join(err, fmt.Errorf("order %s: operation: %w", row.Number, store.ErrChanged))
	}
	body, err := operation.OpenBody[operation.OrderBody](o.Keys.Seal, op.Envelope)
	if err != nil {
		return Sheet{}, err
	}
	s := Sheet{Line: o.line(row), Text: body.Text, Can: row.Allowed(who.Role)}
	if s.Hidden = who.Role == order.Worker && row.Kind == order.Report; !s.Hidden {
		s.Phone = body.Phone
		if body.Holder != nil {
			s.Name = body.Holder.Name
		}
	}
	if s.Answer, err = o.note(row.Answer, row.AnswerID); err != nil {
		return Sheet{}, err
	}
	events, err := tx.OrderEvents(row.Number)
	for _, e := range events {
		text, openErr := o.note(e.Note, e.Command)
		s.Steps, err = append(s.Steps, Step{e, text}), errors.Join(err, openErr)
	}
	return s, err
}

// An Action is what somebody does with an order at the desk. The same ID has no
// second effect.
type Action struct {
	ID      string // UUIDv7
	Version int64  // of the order that the person saw
	Event   order.Event
}

// Act carries an action out. It is refused when the order changed since the
// person saw it.
func (o *Orders) Act(ctx context.Context, who Staff, number string, a Action) error {
	if !operation.ID(a.ID).Valid() {
		return refuse(operation.CodeValidation, "the action has no id")
	}
	if !readable(a.Event.Text) {
		return refuse(api.CodeOrderReason, "the text is too long or holds control characters")
	}
	if _, ok := o.Catalogue.Department(string(a.Event.To)); a.Event.Kind == order.Assign && !ok {
		return refuse(operation.CodeValidation, "the catalogue has no department "+quoted(string(a.Event.To)))
	}
	a.Event.Role, a.Event.Unit = who.Role, who.Unit
	err := o.write(ctx, func(tx *store.Tx) error {
		row, err := o.visible(tx, who, number)
		if err != nil {
			return err
		}
		done, known, err := tx.OrderCommand(a.ID)
		switch {
		case err != nil:
			return err
		case known && (done.Number != number || done.Kind != string(a.Event.Kind)):
			return refuse(api.CodeCommandMismatch, "the id was used for another action")
		case known:
			return nil
		case row.Version != a.Version:
			return store.ErrChanged
		}
		_, err = o.moveOrder(tx, row, a.Event, "clerk "+who.Clerk, a.ID)
		return err
	})
	return orderRefusal(err)
}
