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
	failed error
}

// ExecContext implements [store.DB].
func (t *transaction) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	r, err := t.Tx.ExecContext(ctx, query, args...)
	if err != nil {
		t.failed = explain(err)
	}
	return r, explain(err)
}

// explain says of a violated constraint that it is one.
func explain(err error) error {
	if e, ok := errors.AsType[*sqlite.Error](err); ok && e.Code()&0xff == sqlite3.SQLITE_CONSTRAINT {
		return fmt.Errorf("%w: %w", store.ErrChanged, err)
	}
	return err
}
