package outbox

import (
	"context"
	"database/sql"
	"fmt"
)

// keepEnded is for how many days a terminal knows what became of an operation:
// longer than any deadline of a hall. Bodies are wiped when the hall has them.
const keepEnded = 90

// sqlRetire deletes what ended before ?1, but nothing that something younger
// replaces or that a number of the present week belongs to, and never the last
// operation, which the next one's hash follows.
const sqlRetire = `DELETE FROM op WHERE state IN ('settled', 'replaced') AND state_ms < ?1 AND seq < (SELECT max(seq) FROM op)
	AND op_id NOT IN (SELECT op_id FROM number)
	AND op_id NOT IN (SELECT replaces FROM op WHERE replaces IS NOT NULL AND (state NOT IN ('settled', 'replaced') OR state_ms >= ?1
		OR seq = (SELECT max(seq) FROM op) OR op_id IN (SELECT op_id FROM number)))`

// retire forgets what ended long ago.
func (t *Terminal) retire(ctx context.Context) error {
	before := t.o.Now().AddDate(0, 0, -keepEnded)
	var old int
	err := t.store.read(func(db *sql.DB) error {
		return db.QueryRowContext(ctx, `SELECT count(*) FROM (SELECT 1 FROM op WHERE state_ms < ? AND state IN ('settled', 'replaced') LIMIT 1)`, before.UnixMilli()).Scan(&old)
	})
	if err != nil || old == 0 {
		return err
	}
	return t.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, sqlRetire, before.UnixMilli())
		if err != nil {
			return fmt.Errorf("outbox: forget what ended before %s: %w", before.Format("2006-01-02"), err)
		}
		n, err := res.RowsAffected()
		if err != nil || n == 0 {
			return err
		}
		return audit(ctx, tx, t.o.Now(), actorTerminal, auditRetired, dbFile, fmt.Sprintf("%d operations that ended before %s", n, before.Format("2006-01-02")))
	})
}
