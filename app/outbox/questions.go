package outbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"hallway/app/hall/api"
	"hallway/app/operation"
)

// Slots returns the bookable times of an item that have not begun: the hall's
// when it answers in time, else the last ones seen. When none were ever seen
// the Refusal is CodeHallAway.
func (t *Terminal) Slots(ctx context.Context, item string) (operation.Slots, error) {
	h, err := t.enrolled()
	if err != nil {
		return operation.Slots{}, err
	}
	asking, cancel := context.WithTimeout(ctx, t.o.Answer)
	defer cancel()
	s, err := t.fetchSlots(asking, item)
	live := err == nil
	if !live {
		var known bool
		var cacheErr error
		if s, known, cacheErr = cached[storedSlots](ctx, t, cacheSlots+item); !known {
			return operation.Slots{}, refuse(operation.CodeHallAway, errors.Join(err, cacheErr))
		}
	}
	return t.present(s, h, live), nil
}

// present drops slots that have begun and puts times into the hall's zone.
func (t *Terminal) present(s storedSlots, h *hallInfo, live bool) operation.Slots {
	now, _ := t.hallNow()
	out := operation.Slots{AsOf: time.UnixMilli(s.AsOf).In(h.zone), Live: live}
	for _, slot := range s.Slots {
		if slot.Start.After(now) {
			slot.Start, slot.End = slot.Start.In(h.zone), slot.End.In(h.zone)
			out.Slots = append(out.Slots, slot)
		}
	}
	return out
}

// Cases answers how things stand. Without a hall it knows only this terminal's
// own receipts, and only by their number: to whom they belong is sealed. What
// the terminal holds and the hall does not know yet is added to the hall's
// answer. A receipt number that cannot be one is refused with CodeValidation,
// a question that only the hall could answer with CodeHallAway.
func (t *Terminal) Cases(ctx context.Context, q operation.CaseQuery) (operation.Cases, error) {
	h, err := t.enrolled()
	if err != nil {
		return operation.Cases{}, err
	}
	receipt := ""
	if q.Receipt != "" {
		r, err := operation.ParseReceipt(q.Receipt)
		if err != nil {
			return operation.Cases{}, refuse(operation.CodeValidation, err)
		}
		receipt = r.String()
	}
	own, err := t.ownCases(ctx, receipt)
	if err != nil {
		return operation.Cases{}, refuse(operation.CodeStore, err)
	}
	own = slices.DeleteFunc(own, func(c operation.Case) bool { return c.Kind == operation.OrderLodge }) // needs its secret: see Orders
	r, err := t.askCases(ctx, h, receipt, q)
	switch {
	case err == nil && len(r.Cases) == 0:
		return operation.Cases{Cases: own, AsOf: time.UnixMilli(r.Time).In(h.zone), Live: true}, nil
	case err == nil:
		return operation.Cases{Cases: r.Cases, AsOf: time.UnixMilli(r.Time).In(h.zone), Live: true}, nil
	case len(own) > 0:
		now, _ := t.hallNow()
		return operation.Cases{Cases: own, AsOf: now.In(h.zone)}, nil
	}
	return operation.Cases{}, refuse(operation.CodeHallAway, err)
}

// askCases asks the hall. The person travels sealed.
func (t *Terminal) askCases(ctx context.Context, h *hallInfo, receipt string, q operation.CaseQuery) (api.CasesResponse, error) {
	r := api.CasesRequest{Receipt: receipt}
	if p := holder(q.Person, forHolders); p != nil && receipt == "" {
		sealed, err := operation.SealHolder(h.key, *p)
		if err != nil {
			return api.CasesResponse{}, err
		}
		r.Suite, r.Key, r.Person = operation.SuiteHPKE1, h.key.ID(), sealed
	}
	ctx, cancel := context.WithTimeout(ctx, t.o.Answer)
	defer cancel()
	answer, err := t.o.Hall.Cases(ctx, r)
	t.heard(err)
	return answer, err
}

// ownCases returns what this terminal knows of one of its receipts.
func (t *Terminal) ownCases(ctx context.Context, receipt string) ([]operation.Case, error) {
	if receipt == "" {
		return nil, nil
	}
	c := operation.Case{Receipt: receipt}
	var state string
	var result sql.NullString
	err := t.store.read(func(db *sql.DB) error {
		return db.QueryRowContext(ctx, `SELECT kind, item, state, state_ms + offset_ms, result FROM op
			WHERE receipt = ? AND state <> 'replaced'`, receipt).Scan(&c.Kind, &c.Item, &state, &c.At, &result)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return []operation.Case{withState(c, state, result.String)}, nil
}

// withState says of an own case how far it came.
func withState(c operation.Case, state, result string) operation.Case {
	c.State = "waiting_to_send"
	var r operation.Result
	if state != stateSettled || json.Unmarshal([]byte(result), &r) != nil {
		return c
	}
	c.State, c.Ref = "received", r.ServerRef
	switch {
	case r.Refused():
		c.State = "rejected"
	case r.Booking != nil:
		c.State, c.Start = r.Booking.State, r.Booking.Start
	}
	return c
}
