package outbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"hallway/app/operation"
	"hallway/idreader"
)

// The purposes for which this package looks at personal data.
const (
	forHall    idreader.Purpose = "seal the operation's body to the hall"
	forHolders idreader.Purpose = "seal the question for cases to the hall"
)

// holder is what the hall needs of a person, nil when nobody laid a card.
func holder(p idreader.Secret[idreader.Person], why idreader.Purpose) *operation.Holder {
	if !p.Present() {
		return nil
	}
	v := p.Reveal(why)
	return &operation.Holder{Name: v.DisplayName(), Number: string(v.Number)}
}

// begin is what every wish has in common: it returns the hall's data, or a
// Refusal when nothing can be promised now. A press that is being carried out
// already is refused; done must be called when the wish is answered.
func (t *Terminal) begin(id operation.ID) (h *hallInfo, done func(), err error) {
	if h, err = t.enrolled(); err != nil {
		return nil, nil, err
	}
	if err := errors.Join(t.trust(), t.reserve()); err != nil {
		return nil, nil, err
	}
	if !t.asking.enter(id) {
		return nil, nil, refuse(operation.CodeStore, fmt.Errorf("outbox: operation %s is being carried out already", id))
	}
	return h, func() { t.asking.leave(id) }, nil
}

// reserve refuses new operations while the disk's reserve is used, so that
// what was accepted can still be delivered and marked.
func (t *Terminal) reserve() error {
	free, err := t.o.Disk.FreeMB()
	if err != nil {
		return refuse(operation.CodeStore, fmt.Errorf("outbox: %w", err))
	}
	if free < t.o.ReserveMB {
		return refuse(operation.CodeDiskLow, fmt.Errorf("outbox: %d MiB free below the reserve of %d MiB: clear the disk", free, t.o.ReserveMB))
	}
	return nil
}

// repeated returns what the citizen was told when the same press was carried
// out before: a value, or the Refusal. It reports false for a new press.
func repeated[T any](ctx context.Context, t *Terminal, id operation.ID, kind operation.Kind) (v T, known bool, err error) {
	var stored operation.Kind
	var state string
	var told, result sql.NullString
	err = t.store.read(func(db *sql.DB) error {
		return db.QueryRowContext(ctx, `SELECT kind, state, answer, result FROM op WHERE op_id = ?`, id).
			Scan(&stored, &state, &told, &result)
	})
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return v, false, nil
	case err != nil:
		return v, true, refuse(operation.CodeStore, err)
	case stored != kind:
		return v, true, refuse(operation.CodeOpMismatch, fmt.Errorf("outbox: operation %s was a %s before", id, stored))
	case told.Valid:
		return v, true, asRefusal(json.Unmarshal([]byte(told.String), &v))
	}
	var r operation.Result
	if result.Valid && json.Unmarshal([]byte(result.String), &r) == nil && r.Refused() {
		return v, true, rejected(r)
	}
	if state == stateReplaced {
		return v, true, refuse(operation.CodeReplaced, fmt.Errorf("outbox: operation %s was given up", id))
	}
	return v, true, refuse(operation.CodeStore, fmt.Errorf("outbox: operation %s has no answer yet", id))
}

// rejected is the Refusal that passes on the hall's.
func rejected(r operation.Result) error {
	return refuse(r.Problem.Code, fmt.Errorf("the hall refused %s: %s", r.ID, r.Problem.Detail))
}

// ask delivers one operation while somebody waits. Any error means that there
// is no answer that counts.
func (t *Terminal) ask(ctx context.Context, e operation.Envelope) (operation.Result, error) {
	ctx, cancel := context.WithTimeout(ctx, t.o.Answer)
	defer cancel()
	results, err := t.o.Hall.Submit(ctx, []operation.Envelope{e})
	t.heard(err)
	if err != nil {
		return operation.Result{}, err
	}
	nudge(t.linkUp)
	if len(results) != 1 {
		return operation.Result{}, fmt.Errorf("outbox: %d answers to one operation", len(results))
	}
	if err := results[0].Answers(e); err != nil {
		return operation.Result{}, err
	}
	if results[0].Status == operation.Retry {
		return operation.Result{}, errors.New("outbox: the hall asks to deliver again later")
	}
	return results[0], nil
}

// nextReceipt makes the next receipt number of the service day.
func (t *Terminal) nextReceipt(ctx context.Context, tx *sql.Tx, h *hallInfo) (string, error) {
	now, _ := t.hallNow()
	r := operation.Receipt{Centre: h.Hall.ID, Terminal: t.o.Terminal, Day: h.day(now)}
	err := t.store.hot(ctx, tx, sqlReceipt).QueryRowContext(ctx, r.Day).Scan(&r.Seq)
	if err == nil {
		err = r.Validate()
	}
	return r.String(), err
}
