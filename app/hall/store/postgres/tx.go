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
	ctx, cancel := context.WithTimeout(ctx, txLimit)
	defer cancel()
	t, err := begin(ctx, s.writer, nil, takeTurn)
	if err != nil {
		return err
	}
	defer t.end()
	if err := f(store.NewTx(ctx, t)); err != nil {
		return err
	}
	return commitError(t.Commit())
}

// Read implements [store.Store].
func (s *Store) Read(ctx context.Context, f func(*store.Tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, txLimit)
	defer cancel()
	t, err := begin(ctx, s.reader, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}, nil)
	if err != nil {
		return err
	}
	defer t.end()
	if err := f(store.NewTx(ctx, t)); err != nil {
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
		return fmt.Errorf("wait for other writers: %w", explain(err))
	}
	if n, err := r.RowsAffected(); err != nil || n != 1 {
		return errors.Join(err, errors.New("the table writer has lost its row: restore the database from a backup"))
	}
	return nil
}

// A transaction is the [store.DB] of a Tx. Its own context outlives the
// caller's, so that a caller who goes away while it commits does not leave the
// outcome open.
type transaction struct {
	*sql.Tx
	cancel context.CancelFunc
}

// end rolls back what was not committed.
func (t *transaction) end() {
	_ = t.Rollback() // after Commit it does nothing; before, the caller's error says more
	t.cancel()
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
			return nil, fmt.Errorf("begin transaction: %w", err)
		case <-time.After(pause):
		}
	}
}

func beginOnce(ctx context.Context, db *sql.DB, o *sql.TxOptions, first func(context.Context, *transaction) error) (*transaction, error) {
	own, cancel := context.WithTimeout(context.WithoutCancel(ctx), txLimit)
	stop := context.AfterFunc(ctx, cancel) // while beginning, the caller may give up
	tx, err := db.BeginTx(own, o)
	if err != nil {
		cancel()
		return nil, gaveUp(ctx, fmt.Errorf("begin transaction: %w", explain(err)))
	}
	t := &transaction{tx, cancel}
	if first != nil {
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
		return fmt.Errorf("begin transaction: %w", reason)
	}
	return err
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
