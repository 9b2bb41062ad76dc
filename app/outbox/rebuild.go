package outbox

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"hallway/app/operation"
	"hallway/app/outbox/oplog"
)

// rebuild fills an empty database from the journal. Leased numbers are given up:
// which of them were used is not known for sure.
func (r *reconciler) rebuild(ctx context.Context) error {
	base := r.known.Base
	for day, n := range base.Receipts {
		lost := max(0, r.sentinel-r.known.Seq) // as many receipts may be unknown
		if _, err := r.tx.ExecContext(ctx, `INSERT INTO receipt_day (day, last) VALUES (?, ?)`, day, n+int(lost)); err != nil {
			return err
		}
	}
	for _, k := range []struct{ key, value string }{{"epoch", fmt.Sprint(base.Epoch + 1)}, {"chain", hex.EncodeToString(base.Hash)}} {
		if _, err := r.tx.ExecContext(ctx, `INSERT INTO meta (k, v) VALUES (?, ?)`, k.key, k.value); err != nil {
			return err
		}
	}
	ops := r.known.Ops()
	for _, op := range ops {
		take := func(ctx context.Context, op oplog.Op) error { return r.reinstate(ctx, op, "") }
		if r.known.StateOf(op.ID) == StateUnconfirmed {
			take = r.setUnconfirmed
		}
		if err := take(ctx, op); err != nil {
			return err
		}
	}
	r.rebuilt.Store(true)
	if err := r.setSeq(ctx, max(r.seq, r.known.Seq, r.sentinel)); err != nil {
		return err
	}
	return r.audit(ctx, auditRebuilt, dbFile, fmt.Sprintf("%d operations, %d damaged bytes in the journal", len(ops), r.known.Damaged))
}

// setSeq makes the next operation follow n.
func (r *reconciler) setSeq(ctx context.Context, n int64) error {
	r.seq = n
	res, err := r.tx.ExecContext(ctx, `UPDATE sqlite_sequence SET seq = ? WHERE name = 'op'`, n)
	if err != nil {
		return err
	}
	if rows, err := res.RowsAffected(); err != nil || rows > 0 {
		return err
	}
	_, err = r.tx.ExecContext(ctx, `INSERT INTO sqlite_sequence (name, seq) VALUES ('op', ?)`, n)
	return err
}

// burnLeases gives up every leased number. The next look at the hall fetches
// others.
func (r *reconciler) burnLeases(ctx context.Context) error {
	_, err := r.tx.ExecContext(ctx, `DELETE FROM lease`)
	return err
}

// reinstate stores an operation of the journal in the state that it had last.
func (r *reconciler) reinstate(ctx context.Context, op oplog.Op, action string) error {
	if op.Replaces != "" {
		if err := r.endReplaced(ctx, op); err != nil {
			return err
		}
	}
	state := r.known.StateOf(op.ID)
	body := op.Body
	if state == stateSettled || state == stateReplaced {
		body = nil
	} else if len(body) == 0 {
		state = stateReplaced // known only as what another one replaces
	}
	_, err := r.tx.ExecContext(ctx, `INSERT INTO op
		(seq, op_id, kind, item, receipt, replaces, device_ms, offset_ms, key_id, body_sha256, body, state, state_ms, prev, hash)
		VALUES (?, ?, ?, ?, nullif(?, ''), nullif(?, ''), ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (op_id) DO NOTHING`,
		op.Seq, op.ID, op.Kind, op.Item, op.Receipt, op.Replaces, op.DeviceTime, op.HallOffset, op.Key, op.BodySHA256, body, state,
		r.o.now().UnixMilli(), op.Prev, op.Hash)
	if err != nil {
		return fmt.Errorf("operation %d of the journal: %w", op.Seq, err)
	}
	r.seq = max(r.seq, op.Seq)
	if err := r.reinstateRest(ctx, op, state); err != nil {
		return fmt.Errorf("operation %d of the journal: %w", op.Seq, err)
	}
	if action == "" {
		return nil
	}
	return r.audit(ctx, action, string(op.ID), string(op.Kind))
}

// reinstateRest stores what belongs to an operation.
func (r *reconciler) reinstateRest(ctx context.Context, op oplog.Op, state string) error {
	if n := op.Number; n != nil {
		_, err := r.tx.ExecContext(ctx, `INSERT INTO number (day, prefix, n, op_id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`, n.Day, n.Prefix, n.N, op.ID)
		if err != nil {
			return err
		}
	}
	if f := op.Fallback; f != nil && state == statePending {
		_, err := r.tx.ExecContext(ctx, `INSERT INTO fallback (booking, op_id, key_id, body_sha256, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			op.ID, f.ID, f.Key, f.BodySHA256, f.Body)
		if err != nil {
			return err
		}
	}
	r2, err := operation.ParseReceipt(op.Receipt)
	if err != nil {
		return nil // it has none
	}
	_, err = r.tx.ExecContext(ctx, `INSERT INTO receipt_day (day, last) VALUES (?, ?) ON CONFLICT (day) DO UPDATE SET last = max(last, excluded.last)`, r2.Day, r2.Seq)
	return err
}

// endReplaced ends the operation that op takes the place of, or stores that there
// was one.
func (r *reconciler) endReplaced(ctx context.Context, op oplog.Op) error {
	var state string
	err := r.tx.QueryRowContext(ctx, `SELECT state FROM op WHERE op_id = ?`, op.Replaces).Scan(&state)
	if err == nil {
		_, err = r.tx.ExecContext(ctx, `UPDATE op SET state = 'replaced', body = NULL WHERE op_id = ? AND state = 'pending'`, op.Replaces)
		return err
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	_, err = r.tx.ExecContext(ctx, `INSERT INTO op (seq, op_id, kind, item, device_ms, offset_ms, key_id, body_sha256, state, state_ms)
		VALUES ((WITH RECURSIVE free (n) AS (SELECT ?1 UNION ALL SELECT n - 1 FROM free WHERE n IN (SELECT seq FROM op)) SELECT min(n) FROM free),
		?2, 'lost', ?3, ?4, 0, '', hex(zeroblob(32)), 'replaced', ?5)`, op.Seq-1, op.Replaces, op.Item, op.DeviceTime, r.o.now().UnixMilli())
	return err
}

// beginLog begins a file of the journal with what still lives.
func (s *store) beginLog(ctx context.Context, tx *sql.Tx) error {
	base, err := s.base(ctx, tx)
	if err != nil {
		return err
	}
	live, err := s.living(ctx, tx)
	if err != nil {
		return err
	}
	undecided, err := undecided(ctx, tx)
	if err != nil {
		return err
	}
	live = append(live, undecided...)
	log, err := oplog.Begin(s.o.disk, base, live)
	s.mute.Store(err != nil)
	if err != nil {
		return err
	}
	if s.log != nil {
		_ = s.log.Close() // its file is gone
	}
	s.log = log
	return nil
}

// undecided returns what a person must decide about.
func undecided(ctx context.Context, tx *sql.Tx) (frames []oplog.Frame, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT record FROM unconfirmed`)
	if err != nil {
		return nil, err
	}
	records, err := collect[[]byte](rows)
	for _, b := range records {
		var op oplog.Op
		if err := json.Unmarshal(b, &op); err != nil {
			return nil, fmt.Errorf("unconfirmed operation: %w", err)
		}
		op.Kept, op.State = true, StateUnconfirmed
		frames = append(frames, oplog.Frame{Seq: op.Seq, Record: oplog.Record{Op: &op}})
	}
	return frames, err
}

// base is what the first frame of a file says.
func (s *store) base(ctx context.Context, tx *sql.Tx) (f oplog.Frame, err error) {
	b := oplog.Base{Terminal: s.o.terminal, Receipts: map[string]int{}}
	if f.Seq, b.Hash, err = chainEnd(ctx, tx); err != nil {
		return f, err
	}
	if err := tx.QueryRowContext(ctx, `SELECT coalesce((SELECT CAST(v AS INTEGER) FROM meta WHERE k = 'epoch'), 1)`).Scan(&b.Epoch); err != nil {
		return f, err
	}
	rows, err := tx.QueryContext(ctx, `SELECT day, last FROM receipt_day ORDER BY day DESC LIMIT 30`)
	if err != nil {
		return f, err
	}
	defer rows.Close()
	for rows.Next() {
		var day string
		var n int
		if err := rows.Scan(&day, &n); err != nil {
			return f, err
		}
		b.Receipts[day] = n
	}
	f.Base = &b
	return f, rows.Err()
}

// living returns the operations that the journal must still hold: those that wait
// or need a person, and those that they replace.
func (s *store) living(ctx context.Context, tx *sql.Tx) (frames []oplog.Frame, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT o.seq, o.op_id, o.kind, o.item, coalesce(o.receipt, ''), coalesce(o.replaces, ''),
		o.device_ms, o.offset_ms, o.key_id, o.body_sha256, o.body, o.prev, o.hash, o.state, n.day, n.prefix, n.n, f.op_id, f.key_id, f.body_sha256, f.body
		FROM op o LEFT JOIN number n ON n.op_id = o.op_id LEFT JOIN fallback f ON f.booking = o.op_id
		WHERE o.state IN ('pending', 'attention') OR o.op_id IN (SELECT replaces FROM op WHERE state IN ('pending', 'attention')) ORDER BY o.seq`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		op := oplog.Op{Envelope: operation.Envelope{Schema: 1, Terminal: s.o.terminal, Suite: operation.SuiteHPKE1}, Kept: true}
		var day, prefix, id, key, sum sql.NullString
		var n sql.NullInt64
		var fallback []byte
		if err := rows.Scan(&op.Seq, &op.ID, &op.Kind, &op.Item, &op.Receipt, &op.Replaces, &op.DeviceTime, &op.HallOffset, &op.Key,
			&op.BodySHA256, &op.Body, &op.Prev, &op.Hash, &op.State, &day, &prefix, &n, &id, &key, &sum, &fallback); err != nil {
			return nil, err
		}
		if n.Valid {
			op.Number = &oplog.Number{Day: day.String, Prefix: prefix.String, N: int(n.Int64)}
		}
		if id.Valid {
			op.Fallback = &oplog.Fallback{ID: operation.ID(id.String), Key: key.String, BodySHA256: sum.String, Body: fallback}
		}
		frames = append(frames, oplog.Frame{Seq: op.Seq, Record: oplog.Record{Op: &op}})
	}
	return frames, rows.Err()
}
