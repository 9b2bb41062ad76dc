package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"hallway/app/hall/store"
)

// Write implements [store.Store].
func (s *Store) Write(ctx context.Context, f func(*store.Tx) error) error {
	return within(ctx, s.writer, nil, takeTurn, f)
}

// Read implements [store.Store].
func (s *Store) Read(ctx context.Context, f func(*store.Tx) error) error {
	return within(ctx, s.reader, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}, nil, f)
}

// within runs f in a transaction of db, behind first.
func within(ctx context.Context, db *sql.DB, o *sql.TxOptions, first func(context.Context, *transaction) error, f func(*store.Tx) error) error {
	t, err := begin(ctx, db, o, first)
	if err != nil {
		return err
	}
	defer t.end()
	if err := f(store.NewTx(t.ctx, t)); err != nil {
		return err
	}
	return commitError(t.Commit())
}

// takeTurn waits until no other writer is at work, on any node. The default
// isolation of the transaction, READ COMMITTED, lets every statement after it
// see what those before committed.
func takeTurn(ctx context.Context, t *transaction) error {
	r, err := t.Tx.ExecContext(ctx, `UPDATE writer SET generation = generation + 1`)
	if err != nil {
		return fmt.Errorf("wait for other writers: %w", err)
	}
	if n, err := r.RowsAffected(); err != nil || n != 1 {
		return errors.Join(err, errors.New("the table writer has lost its row: restore the database from a backup"))
	}
	return nil
}

// A transaction is the [store.DB] of a Tx on a connection of its own.
type transaction struct {
	*sql.Tx
	conn *sql.Conn
	// ctx is the caller's with the limit of a transaction: its statements end
	// with it. The transaction itself outlives the caller, so that one who goes
	// away while it commits does not leave the outcome open.
	ctx    context.Context
	cancel []context.CancelFunc
}

// end rolls back what was not committed and gives the connection back.
func (t *transaction) end() {
	if t.Tx != nil {
		_ = t.Rollback() // after Commit it does nothing; before, the caller's error says more
	}
	_ = t.conn.Close() // it only gives the connection back
	for _, f := range t.cancel {
		f()
	}
}

// begin begins a transaction, and again while there is no connection and not
// much time has passed: nothing has been done yet that could be done twice.
func begin(ctx context.Context, db *sql.DB, o *sql.TxOptions, first func(context.Context, *transaction) error) (*transaction, error) {
	giveUp := time.Now().Add(reconnectFor)
	for pause := 20 * time.Millisecond; ; pause = min(2*pause, 500*time.Millisecond) {
		t, err := beginOnce(ctx, db, o, first)
		if err == nil || !isLost(err) || time.Now().After(giveUp) {
			return t, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(pause):
		}
	}
}

// beginOnce waits for a connection as long as the caller does: the others of
// this process are at work. The limit of a transaction counts from then on.
func beginOnce(ctx context.Context, db *sql.DB, o *sql.TxOptions, first func(context.Context, *transaction) error) (*transaction, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, gaveUp(ctx, err)
	}
	limited, cancelLimited := context.WithTimeout(ctx, txLimit)
	own, cancelOwn := context.WithTimeout(context.WithoutCancel(ctx), txLimit)
	t := &transaction{conn: conn, ctx: limited, cancel: []context.CancelFunc{cancelLimited, cancelOwn}}
	stop := context.AfterFunc(ctx, cancelOwn) // while beginning, the caller may give up
	if t.Tx, err = conn.BeginTx(own, o); err == nil && first != nil {
		err = first(own, t)
	}
	if !stop() || err != nil {
		t.end()
		return nil, gaveUp(ctx, err)
	}
	return t, nil
}

// gaveUp is why a transaction did not begin: the caller's own reason when he
// has one.
func gaveUp(ctx context.Context, err error) error {
	if reason := ctx.Err(); reason != nil {
		err = reason
	}
	return fmt.Errorf("begin transaction: %w", explain(err))
}

// ExecContext implements [store.DB].
func (t *transaction) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	query, args, err := prepared(query, args)
	if err != nil {
		return nil, err
	}
	r, err := t.Tx.ExecContext(ctx, query, args...)
	return r, explain(err)
}

// QueryContext implements [store.DB].
func (t *transaction) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	query, args, err := prepared(query, args)
	if err != nil {
		return nil, err
	}
	rows, err := t.Tx.QueryContext(ctx, query, args...)
	return rows, explain(err)
}

// QueryRowContext implements [store.DB].
func (t *transaction) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	translated, values, err := prepared(query, args)
	if err != nil { // the driver refuses the same argument, in the row's Scan
		return t.Tx.QueryRowContext(ctx, query, args...)
	}
	return t.Tx.QueryRowContext(ctx, translated, values...)
}

// prepared is a statement of package store as PostgreSQL takes it.
func prepared(query string, args []any) (string, []any, error) {
	args, kinds, err := values(args)
	if err != nil {
		return "", nil, err
	}
	return translate(query, kinds), args, nil
}
