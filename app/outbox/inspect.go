package outbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"hallway/app/operation"
	"hallway/app/outbox/disk"
	"hallway/app/outbox/oplog"
)

// StateUnconfirmed is the state of a [Waiting] that a crash left: in the journal,
// never committed, nobody was told of it.
const StateUnconfirmed = "unconfirmed"

// Waiting is an operation that a terminal still holds.
type Waiting struct {
	Seq      int64 // 0 when it was never committed
	ID       operation.ID
	Kind     operation.Kind
	Item     string
	Receipt  string
	Replaces operation.ID
	State    string    // "pending", "attention" or StateUnconfirmed
	Since    time.Time // press, by the terminal's clock
	Attempts int       // how often the hall put it off
	Why      string    // what the hall said last
	Bytes    int       // sealed body
}

// Contents are what a terminal's folder holds.
type Contents struct {
	Terminal string
	Waiting  []Waiting // oldest first
	Delivery Delivery  // how sending went last
}

// Inspect looks into a terminal's folder, also while its program runs. It changes
// nothing. A damaged database is read from the journal instead.
func Inspect(ctx context.Context, dir string) (c Contents, err error) {
	err = withReader(ctx, dir, func(db *sql.DB) error {
		c, err = contents(ctx, db)
		return err
	})
	if damaged(err) {
		known, bad := oplog.Read(disk.Dir(dir))
		if bad != nil || known.Base.Terminal == "" {
			return c, errors.Join(err, bad)
		}
		return fromJournal(known), nil
	}
	return c, err
}

// withReader runs f on a reader of the database in dir.
func withReader(ctx context.Context, dir string, f func(*sql.DB) error) (err error) {
	d := disk.Dir(dir)
	if _, err := os.Stat(d.Path(dbFile)); err != nil {
		return fmt.Errorf("outbox: %s holds no terminal's store: %w", dir, err)
	}
	db, err := openHandle(d, dbFile, readerOptions, 1)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var app int
	if err := db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&app); err != nil {
		return err
	}
	if app != applicationID {
		return fmt.Errorf("outbox: %s belongs to another program (application id %#x)", d.Path(dbFile), app)
	}
	return f(db)
}

func contents(ctx context.Context, db *sql.DB) (c Contents, err error) {
	if err := db.QueryRowContext(ctx, `SELECT v FROM meta WHERE k = 'terminal'`).Scan(&c.Terminal); err != nil {
		return c, err
	}
	var delivery string
	err = db.QueryRowContext(ctx, `SELECT v FROM meta WHERE k = 'delivery'`).Scan(&delivery)
	if err == nil {
		err = json.Unmarshal([]byte(delivery), &c.Delivery)
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return c, err
	}
	rows, err := db.QueryContext(ctx, `SELECT seq, op_id, kind, item, coalesce(receipt, ''), coalesce(replaces, ''), state, device_ms, attempts,
		coalesce(problem, json_extract(result, '$.problem.code') || ' ' || coalesce(json_extract(result, '$.problem.detail'), ''), ''), length(body)
		FROM op WHERE state IN ('pending', 'attention')
		UNION ALL SELECT 0, op_id, kind, '', '', '', 'unconfirmed', at_ms, 0, '', length(record) FROM unconfirmed ORDER BY 8, 1`)
	if err != nil {
		return c, err
	}
	defer rows.Close()
	for rows.Next() {
		var w Waiting
		var ms int64
		if err := rows.Scan(&w.Seq, &w.ID, &w.Kind, &w.Item, &w.Receipt, &w.Replaces, &w.State, &ms, &w.Attempts, &w.Why, &w.Bytes); err != nil {
			return c, err
		}
		w.Since = time.UnixMilli(ms)
		c.Waiting = append(c.Waiting, w)
	}
	return c, rows.Err()
}

// fromJournal is what the journal alone says.
func fromJournal(known *oplog.State) Contents {
	c := Contents{Terminal: known.Base.Terminal}
	for _, op := range known.Ops() {
		if state := known.StateOf(op.ID); state == statePending || state == stateAttention {
			c.Waiting = append(c.Waiting, Waiting{Seq: op.Seq, ID: op.ID, Kind: op.Kind, Item: op.Item, Receipt: op.Receipt, Replaces: op.Replaces,
				State: state, Since: time.UnixMilli(op.DeviceTime), Bytes: len(op.Body)})
		}
	}
	return c
}

// Retry has an operation that needs a person sent again, or sends one that a crash
// left. The terminal's program must not run.
func Retry(ctx context.Context, dir string, id operation.ID, now time.Time) error {
	return alone(ctx, dir, now, func(ctx context.Context, s *store, tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE op SET state = 'pending', result = NULL, problem = NULL WHERE op_id = ? AND state = 'attention'`, id)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		if err == nil && n == 0 {
			err = s.confirm(ctx, tx, id)
		}
		if err != nil {
			return err
		}
		return audit(ctx, tx, now, actorTechnician, auditRetried, string(id), "")
	})
}

// confirm stores an unconfirmed operation as if it had been accepted.
func (s *store) confirm(ctx context.Context, tx *sql.Tx, id operation.ID) error {
	var record []byte
	err := tx.QueryRowContext(ctx, `DELETE FROM unconfirmed WHERE op_id = ? RETURNING record`, id).Scan(&record)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("outbox: no operation %s needs a person", id)
	}
	if err != nil {
		return err
	}
	var op oplog.Op
	if err := json.Unmarshal(record, &op); err != nil {
		return fmt.Errorf("outbox: operation %s cannot be read: %w", id, err)
	}
	last, prev, err := chainEnd(ctx, tx)
	if err != nil {
		return err
	}
	op.Seq, op.Prev, op.State = last+1, prev, ""
	op.Hash = chainHash(prev, op.Envelope, op.Item)
	r := reconciler{store: s, tx: tx, known: oplog.Replay(nil)}
	return r.reinstate(ctx, op, "")
}

// alone runs f on the store of a terminal whose program does not run. Afterwards
// the journal knows it too.
func alone(ctx context.Context, dir string, now time.Time, f func(context.Context, *store, *sql.Tx) error) (err error) {
	c, err := Inspect(ctx, dir)
	if err != nil {
		return err
	}
	lock, err := lockDir(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	s, err := openStore(ctx, storeOptions{disk: disk.Dir(dir), terminal: c.Terminal, now: func() time.Time { return now }, log: discard()})
	if err != nil {
		return err
	}
	err = s.tx(func(ctx context.Context, tx *sql.Tx) error { return f(ctx, s, tx) })
	if err == nil {
		err = s.renewLog()
	}
	return errors.Join(err, s.shut())
}
