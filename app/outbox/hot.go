package outbox

import (
	"context"
	"database/sql"
)

// The statements of every acceptance. They are prepared once, because SQLite
// needs as long to read one as to run it.
const (
	sqlChainEnd = `SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'op'), 0),
		coalesce((SELECT hash FROM op ORDER BY seq DESC LIMIT 1), (SELECT unhex(v) FROM meta WHERE k = 'chain'), zeroblob(32))`
	sqlReceipt = `INSERT INTO receipt_day (day, last) VALUES (?, 1) ON CONFLICT (day) DO UPDATE SET last = last + 1 RETURNING last`
	sqlInsert  = `INSERT INTO op
		(seq, op_id, kind, item, receipt, replaces, device_ms, offset_ms, key_id, body_sha256, body, state_ms, prev, hash, answer)
		VALUES (?, ?, ?, ?, nullif(?, ''), nullif(?, ''), ?, ?, ?, ?, ?, ?, ?, ?, ?)`
)

// prepareHot prepares the hot statements on the writer's connection.
func (s *store) prepareHot(ctx context.Context, w *sql.DB) error {
	s.ready = map[string]*sql.Stmt{}
	for _, q := range []string{sqlChainEnd, sqlReceipt, sqlInsert} {
		st, err := w.PrepareContext(ctx, q)
		if err != nil {
			return err
		}
		s.ready[q] = st
	}
	return nil
}

// hot is a hot statement within a transaction of the writer.
func (s *store) hot(ctx context.Context, tx *sql.Tx, query string) *sql.Stmt {
	return tx.StmtContext(ctx, s.ready[query])
}
