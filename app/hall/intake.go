package hall

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"hallway/app/hall/store"
	"hallway/app/operation"
	"hallway/queue"
)

// Intake takes in what terminals submit.
type Intake struct{ *Hall }

// oldest is how far back a terminal's clock may put an operation. A clock that
// lost its battery shows a year long past; the time of arrival counts then.
const oldest = 90 * 24 * time.Hour

// Submit settles a terminal's operations one after the other, each in its own
// transaction, and answers in their order. An operation that cannot be read
// does not keep the next one from being settled.
func (in Intake) Submit(ctx context.Context, terminal string, ops []json.RawMessage) []operation.Result {
	results := make([]operation.Result, len(ops))
	for i, raw := range ops {
		results[i] = in.submit(ctx, terminal, raw)
	}
	return results
}

// submit settles one operation.
func (in Intake) submit(ctx context.Context, terminal string, raw json.RawMessage) operation.Result {
	e, err := operation.Decode[operation.Envelope](raw, operation.MaxBatch)
	if err != nil {
		return in.rejected(operation.Envelope{ID: idOf(raw)}, refuse(operation.CodeMalformed, err.Error()))
	}
	if err := e.Validate(); err != nil {
		return in.rejected(e, refuse(operation.CodeMalformed, err.Error()))
	}
	if e.Terminal != terminal {
		return in.rejected(e, refuse(operation.CodeMalformed, "the envelope names another terminal than its sender"))
	}
	var result operation.Result
	err = in.write(ctx, func(tx *store.Tx) (err error) {
		result, err = in.settle(tx, e)
		return err
	})
	if _, ok := errors.AsType[*operation.Refusal](err); ok {
		return in.rejected(e, err)
	}
	if err != nil {
		in.Log.Error("operation not settled", "op", e.ID, "kind", e.Kind, "terminal", terminal, "err", err)
		return operation.Result{ID: e.ID, Status: operation.Retry, ReceivedAt: in.Now().UnixMilli()}
	}
	return result
}

// idOf finds the id in an envelope that cannot be read as a whole.
func idOf(raw json.RawMessage) operation.ID {
	var e struct {
		ID operation.ID `json:"op_id"`
	}
	if json.Unmarshal(raw, &e) != nil || !e.ID.Valid() {
		return ""
	}
	return e.ID
}

// rejected is the answer to an operation that is refused without being
// remembered, because a newer hall or a repaired terminal may make it readable.
func (in Intake) rejected(e operation.Envelope, err error) operation.Result {
	in.Log.Warn("operation refused", "op", e.ID, "kind", e.Kind, "terminal", e.Terminal, "err", err)
	now := in.Now()
	return operation.Result{
		ID: e.ID, Status: operation.Rejected, ReceivedAt: now.UnixMilli(), LodgedAt: now.UnixMilli(), Problem: problemOf(err),
	}
}

// problemOf turns a refusal into what travels.
func problemOf(err error) *operation.Problem {
	r, ok := errors.AsType[*operation.Refusal](err)
	if !ok {
		return nil
	}
	p := &operation.Problem{Code: r.Code}
	if r.Err != nil {
		p.Detail = r.Err.Error()
	}
	return p
}

// settle finds the stored answer, or lets e take effect and stores the answer.
// A Refusal as its error is not stored.
func (in Intake) settle(tx *store.Tx, e operation.Envelope) (operation.Result, error) {
	known, ok, err := tx.Op(e.ID)
	if err != nil {
		return operation.Result{}, err
	}
	if ok {
		return repeat(known, e)
	}
	now := in.Now()
	a := &attempt{Intake: in, tx: tx, e: e, now: now, lodged: lodgedAt(e, now)}
	err = a.run()
	refusal, refused := errors.AsType[*operation.Refusal](err)
	if err != nil && (!refused || refusal.Code == operation.CodeMalformed) {
		return operation.Result{}, err
	}
	r := a.result
	r.ID, r.Status, r.Problem = e.ID, operation.Applied, problemOf(err)
	r.ReceivedAt, r.LodgedAt = now.UnixMilli(), a.lodged.UnixMilli()
	if refused {
		r.Status = operation.Rejected
		in.Log.Info("operation rejected", "op", e.ID, "kind", e.Kind, "terminal", e.Terminal, "code", refusal.Code)
	}
	return r, tx.PutOp(store.Op{Envelope: e, Result: r, LodgedAt: a.lodged, ReceivedAt: now})
}

// repeat gives the stored answer to an operation that arrived again.
func repeat(known store.Op, e operation.Envelope) (operation.Result, error) {
	k := known.Envelope
	if k.BodySHA256 != e.BodySHA256 || k.Terminal != e.Terminal || k.Kind != e.Kind || k.Replaces != e.Replaces {
		return operation.Result{}, refuse(operation.CodeOpMismatch, "the hall has another operation under this id")
	}
	r := known.Result
	if r.Status == operation.Applied {
		r.Status = operation.Duplicate
	}
	return r, nil
}

// lodgedAt is the time of the press by the hall's clock. It is never later
// than now, and is now when the terminal's clock cannot be right.
func lodgedAt(e operation.Envelope, now time.Time) time.Time {
	t := time.UnixMilli(e.DeviceTime).Add(time.Duration(e.HallOffset) * time.Millisecond)
	if t.After(now) || now.Sub(t) > oldest {
		return now
	}
	return t.UTC()
}

// An attempt lets one operation take effect in one transaction.
type attempt struct {
	Intake
	tx     *store.Tx
	e      operation.Envelope
	now    time.Time
	lodged time.Time
	result operation.Result // what the effect adds to the answer

	booked  time.Time     // start of the booking of a person who takes a number; zero without one
	arrival queue.Arrival // to it
}

// run lets the operation take effect. A Refusal means that it has none beyond
// what it replaces.
func (a *attempt) run() error {
	_, replaced, err := a.tx.ReplacedBy(a.e.ID)
	if err != nil {
		return err
	}
	if replaced {
		return refuse(operation.CodeReplaced, "another operation took its place before it arrived")
	}
	if a.e.Replaces != "" {
		if err := a.replace(); err != nil {
			return err
		}
	}
	switch a.e.Kind {
	case operation.TicketIssue:
		return withBody(a, a.issue)
	case operation.TicketOffline:
		return withBody(a, a.offline)
	case operation.TicketVoid:
		return withBody(a, func(operation.VoidBody) error { return nil })
	case operation.ApplicationSubmit:
		return withBody(a, a.application)
	case operation.AppointmentBook:
		return withBody(a, a.book)
	case operation.AppointmentRequest:
		return withBody(a, a.request)
	case operation.AppointmentCancel:
		return withBody(a, a.cancelBooking)
	case operation.OrderLodge:
		return withBody(a, a.lodge)
	case operation.OrderUrge, operation.OrderWithdraw, operation.OrderFollowUp:
		return withBody(a, a.actOnOrder)
	}
	return refuse(operation.CodeMalformed, "this hall does not know the kind of operation")
}

// withBody opens the operation's body for f.
func withBody[T any](a *attempt, f func(T) error) error {
	body, err := operation.OpenBody[T](a.Keys.Seal, a.e)
	if err != nil {
		return refuse(operation.CodeMalformed, err.Error())
	}
	return f(body)
}

// replaces says which kind an operation may take the place of.
var replaces = map[operation.Kind]operation.Kind{
	operation.TicketOffline:      operation.TicketIssue,
	operation.TicketVoid:         operation.TicketIssue,
	operation.AppointmentRequest: operation.AppointmentBook,
}

// replace undoes the effect of the operation whose place this one takes, and
// makes sure that it has none when it arrives later. A booking is not undone:
// the request that replaces it takes it over.
func (a *attempt) replace() error {
	old, arrived, err := a.tx.Op(a.e.Replaces)
	if err != nil {
		return err
	}
	kind, ok := replaces[a.e.Kind]
	if !ok || arrived && (old.Envelope.Kind != kind || old.Envelope.Terminal != a.e.Terminal) {
		return refuse(operation.CodeMalformed, "the operation cannot take the place of the one it names")
	}
	if arrived && kind == operation.TicketIssue {
		if err := a.voidTicketOf(a.e.Replaces); err != nil {
			return err
		}
	}
	return a.tx.Replace(a.e.Replaces, a.e.ID, a.now)
}
