package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"hallway/app/hall/store"
)

// A transaction is the [store.DB] of a Tx. SQLite lets a transaction go on
// after a statement that failed; it remembers the failure so that nothing of
// it is committed.
type transaction struct {
	*sql.Tx
	ready  *prepared
	failed error
}

// ExecContext implements [store.DB].
func (t *transaction) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	var r sql.Result
	var err error
	if st := t.ready.get(query); st != nil {
		r, err = t.StmtContext(ctx, st).ExecContext(ctx, args...)
	} else {
		r, err = t.Tx.ExecContext(ctx, query, args...)
	}
	if err != nil {
		t.failed = explain(err)
	}
	return r, explain(err)
}

// QueryContext implements [store.DB].
func (t *transaction) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if st := t.ready.get(query); st != nil {
		return t.StmtContext(ctx, st).QueryContext(ctx, args...)
	}
	return t.Tx.QueryContext(ctx, query, args...)
}

// QueryRowContext implements [store.DB].
func (t *transaction) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if st := t.ready.get(query); st != nil {
		return t.StmtContext(ctx, st).QueryRowContext(ctx, args...)
	}
	return t.Tx.QueryRowContext(ctx, query, args...)
}

// explain says of a violated constraint that it is one.
func explain(err error) error {
	if e, ok := errors.AsType[*sqlite.Error](err); ok && e.Code()&0xff == sqlite3.SQLITE_CONSTRAINT {
		return fmt.Errorf("%w: %w", store.ErrChanged, err)
	}
	return err
}
