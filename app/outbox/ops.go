package outbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"hallway/app/operation"
	"hallway/app/outbox/oplog"
)

// The states of a stored operation. Pending and attention keep their body.
const (
	statePending   = "pending"   // to be sent until the hall answers
	stateSettled   = "settled"   // the hall answered
	stateReplaced  = "replaced"  // another operation took its place
	stateAttention = "attention" // the hall cannot take it as it is: a person must look
)

// entry is one operation on its way into the store.
type entry struct {
	operation.Envelope
	item string // code, for the list of this terminal's own receipts

	number   *oplog.Number   // that it gives out of a lease
	fallback *oplog.Fallback // request that takes a booking's place
	told     any             // what the citizen is told, nil when that is not known yet
}

// draft makes an operation with a sealed body. Seq and Receipt are set when it
// is stored.
func (t *Terminal) draft(h *hallInfo, kind operation.Kind, id operation.ID, item string, body any) (entry, error) {
	_, offset := t.hallNow()
	e := entry{item: item, Envelope: operation.Envelope{
		ID: id, Kind: kind, Schema: 1, Terminal: t.o.Terminal,
		DeviceTime: t.o.Now().UnixMilli(), HallOffset: offset.Milliseconds(),
	}}
	return e, e.SealBody(h.key, body)
}

// insert stores e as the next of this terminal, sets its Seq and has the journal
// know it.
func (t *Terminal) insert(ctx context.Context, tx *sql.Tx, e *entry) error {
	var last int64
	var prev []byte
	if err := t.store.hot(ctx, tx, sqlChainEnd).QueryRowContext(ctx).Scan(&last, &prev); err != nil {
		return err
	}
	told, err := marshal(e.told)
	if err != nil {
		return err
	}
	e.Seq = last + 1
	hash := chainHash(prev, e.Envelope, e.item)
	_, err = t.store.hot(ctx, tx, sqlInsert).ExecContext(ctx,
		e.Seq, e.ID, e.Kind, e.item, e.Receipt, e.Replaces, e.DeviceTime, e.HallOffset, e.Key, e.BodySHA256, e.Body,
		t.o.Now().UnixMilli(), prev, hash, told)
	c := changesOf(ctx)
	c.frames = append(c.frames, acceptFrame(e, prev, hash))
	c.pending++
	return err
}

// replace puts e in the place of the pending operation that e.Replaces names.
func (t *Terminal) replace(ctx context.Context, tx *sql.Tx, e *entry) error {
	if err := t.end(ctx, tx, e.Replaces, stateReplaced, nil, nil); err != nil {
		return err
	}
	return t.insert(ctx, tx, e)
}

// settle stores the hall's answer and what the citizen was told, and wipes the
// body.
func (t *Terminal) settle(ctx context.Context, tx *sql.Tx, r operation.Result, told any) error {
	state := stateSettled
	if r.Refused() && needsPerson(r.Problem.Code) {
		state = stateAttention
	}
	if err := t.end(ctx, tx, r.ID, state, r, told); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM fallback WHERE booking = ?`, r.ID)
	return err
}

// needsPerson reports whether a refusal means a bug or tampering instead of a
// rule of the hall. Such an operation keeps its body.
func needsPerson(code string) bool {
	return code == operation.CodeOpMismatch || code == operation.CodeMalformed || code == operation.CodeValidation
}

// end moves a pending operation into its last state. An operation that is not
// pending gives errNotPending: somebody else ended it.
func (t *Terminal) end(ctx context.Context, tx *sql.Tx, id operation.ID, state string, result, told any) error {
	resultJSON, err := marshal(result)
	if err != nil {
		return err
	}
	toldJSON, err := marshal(told)
	if err != nil {
		return err
	}
	res, err := tx.ExecContext(ctx, `UPDATE op SET state = ?2, state_ms = ?3, result = ?4, answer = coalesce(?5, answer),
		body = CASE WHEN ?2 = 'attention' THEN body END WHERE op_id = ?1 AND state = 'pending'`,
		id, state, t.o.Now().UnixMilli(), resultJSON, toldJSON)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n != 1 {
		return errors.Join(fmt.Errorf("operation %s: %w", id, errNotPending), err)
	}
	c := changesOf(ctx)
	c.pending--
	if state != stateReplaced { // what replaces it says so in the journal
		c.frames = append(c.frames, endFrame(id, state))
	}
	return nil
}

var errNotPending = errors.New("is not pending any more")

// marshal returns v as JSON text, or nil for a nil v.
func marshal(v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	b, err := json.Marshal(v)
	return string(b), err
}

// tell stores what the citizen was told about an operation that has ended.
func (t *Terminal) tell(ctx context.Context, tx *sql.Tx, id operation.ID, told any) error {
	b, err := marshal(told)
	if err == nil {
		_, err = tx.ExecContext(ctx, `UPDATE op SET answer = ? WHERE op_id = ?`, b, id)
	}
	return err
}

// tx runs f in one transaction and tells the watchers when more or less waits
// then. After a failure of the disk the file is opened anew before.
func (t *Terminal) tx(ctx context.Context, f func(context.Context, *sql.Tx) error) error {
	if err := t.revive(ctx); err != nil {
		return err
	}
	before := t.store.pending.Load()
	err := t.store.tx(f)
	if t.store.pending.Load() != before {
		t.watch.call()
	}
	return err
}

// revive opens the file anew when the disk has failed.
func (t *Terminal) revive(ctx context.Context) error {
	reopened, err := t.store.reopen(ctx)
	if err != nil || !reopened {
		return err
	}
	t.o.Log.Warn("store was opened anew after a disk error")
	if err := t.noteDiskError(); err != nil {
		return err // it fails still
	}
	return t.adoptOrphans(ctx)
}

// refuse makes a Refusal.
func refuse(code string, err error) error { return &operation.Refusal{Code: code, Err: err} }

// asRefusal returns err as it is when it is a Refusal already, and else as one
// of the store.
func asRefusal(err error) error {
	var r *operation.Refusal
	if err == nil || errors.As(err, &r) {
		return err
	}
	return refuse(operation.CodeStore, err)
}
