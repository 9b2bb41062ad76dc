package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"time"

	"modernc.org/sqlite"

	"hallway/app/operation"
	"hallway/app/outbox/oplog"
)

// mount opens the database and puts it in agreement with journal and sentinel.
// One that is damaged is set aside and made anew from the journal.
func (s *store) mount(ctx context.Context) error {
	known, err := oplog.Read(s.o.disk)
	if err != nil {
		s.o.log.Warn("journal cannot be read in full", "err", err)
	}
	if t := known.Base.Terminal; t != "" && t != s.o.terminal {
		return s.foreign(t)
	}
	if err = s.open(ctx); err == nil && s.condemned.Swap(false) {
		err = errors.Join(errDamaged, s.close())
	}
	if damaged(err) && known.Base.Terminal != "" {
		s.o.log.Error("database is set aside and made anew from the journal", "err", err)
		if err = s.setAside(); err == nil {
			err = s.open(ctx)
		}
	}
	if err != nil {
		return err
	}
	if err := s.reconcile(ctx, known); err != nil {
		return errors.Join(err, s.close())
	}
	return nil
}

// foreign is the error for another terminal's data.
func (s *store) foreign(owner string) error {
	return fmt.Errorf("the folder holds the operations of terminal %s, not %s: correct the configuration or give this terminal another data folder", owner, s.o.terminal)
}

// damaged reports whether err means that the file cannot be used as it is.
func damaged(err error) bool {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return errors.Is(err, errDamaged)
	}
	switch e.Code() {
	case 266, 522, 8458: // SQLITE_IOERR_READ, _SHORT_READ, _CORRUPTFS
		return true
	}
	return e.Code()&0xff == sqliteCorrupt || e.Code()&0xff == sqliteNotADB
}

// quarantineDir is where damaged databases are kept for rescue.
const quarantineDir = "quarantine"

// setAside moves the database with its log into quarantine. The database goes
// first: SQLite removes a log that has none.
func (s *store) setAside() error {
	dir := path.Join(quarantineDir, strconv.FormatInt(s.o.now().UnixMilli(), 10))
	if err := s.o.disk.MkdirAll(dir); err != nil {
		return err
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		err := s.o.disk.Rename(dbFile+suffix, path.Join(dir, dbFile+suffix))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return errors.Join(s.o.disk.SyncDir(dir), s.o.disk.SyncDir("."))
}

// reconcile makes the database hold what the journal knows to be accepted, and
// begins a new file of the journal.
func (s *store) reconcile(ctx context.Context, known *oplog.State) error {
	ctx, cancel := context.WithTimeout(ctx, mountLimit)
	defer cancel()
	tx, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	r := reconciler{store: s, tx: tx, known: known, sentinel: readSentinel(s.o.disk)}
	if err := r.run(ctx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	s.last, s.told, s.doubtful = r.seq, max(r.sentinel, s.told), nil
	s.pending.Store(r.pending)
	if err := s.rewriteLog(ctx); err != nil {
		s.o.log.Warn("journal cannot be begun", "err", err)
	}
	return nil
}

// mountLimit bounds what a start does: a rebuild of some thousand operations on a
// slow card takes seconds.
const mountLimit = 5 * time.Minute

// reconciler is one run of reconcile.
type reconciler struct {
	*store
	tx       *sql.Tx
	known    *oplog.State
	sentinel int64
	seq      int64 // last one that was used
	pending  int64
}

func (r *reconciler) run(ctx context.Context) error {
	fresh, err := r.claim(ctx)
	if err != nil {
		return err
	}
	if r.seq, _, err = chainEnd(ctx, r.tx); err != nil {
		return err
	}
	steps := []func(context.Context) error{r.restoreLost, r.withdraw, r.dropOld, r.count}
	if fresh && r.known.Base.Terminal != "" {
		steps = []func(context.Context) error{r.rebuild, r.count}
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// claim makes a new store this terminal's own and refuses another terminal's,
// whose numbers and receipts it would go on with.
func (r *reconciler) claim(ctx context.Context) (fresh bool, err error) {
	var owner string
	err = r.tx.QueryRowContext(ctx, `SELECT v FROM meta WHERE k = 'terminal'`).Scan(&owner)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		_, err = r.tx.ExecContext(ctx, `INSERT INTO meta (k, v) VALUES ('terminal', ?)`, r.o.terminal)
		return true, err
	case err == nil && owner != r.o.terminal:
		return false, r.foreign(owner)
	}
	return false, err
}

// restoreLost takes up the journal's operations that the database does not have.
// What is known to have been committed was lost by the disk; the others never
// were accepted, and a person decides about them.
func (r *reconciler) restoreLost(ctx context.Context) error {
	sure := max(r.known.Committed, r.sentinel)
	if r.seq < sure {
		r.o.log.Error("the disk has lost what it said was stored", "has", r.seq, "told", sure)
		r.untrusted.Store(true)
		if err := r.burnLeases(ctx); err != nil {
			return err
		}
	}
	had := r.seq
	for _, op := range r.known.Ops() {
		switch {
		case r.known.StateOf(op.ID) == StateUnconfirmed:
			if err := r.setUnconfirmed(ctx, op); err != nil {
				return err
			}
		case op.Seq <= had:
		case op.Seq <= sure:
			if err := r.reinstate(ctx, op, auditReinstated); err != nil {
				return err
			}
		default:
			if err := r.setUnconfirmed(ctx, op); err != nil {
				return err
			}
		}
	}
	if had < sure {
		if err := r.endAgain(ctx); err != nil {
			return err
		}
	}
	if r.seq < sure {
		return r.setSeq(ctx, sure)
	}
	return nil
}

// endAgain ends what the journal knows to have ended.
func (r *reconciler) endAgain(ctx context.Context) error {
	for id, state := range r.known.Ended() {
		if state == StateUnconfirmed {
			continue
		}
		_, err := r.tx.ExecContext(ctx, `UPDATE op SET state = ?2, body = CASE WHEN ?2 = 'attention' THEN body END WHERE op_id = ?1 AND state = 'pending'`, id, state)
		if err != nil {
			return err
		}
	}
	return nil
}

// withdraw ends operations that are stored although their citizen was refused:
// their commit failed, and the disk kept them all the same.
func (r *reconciler) withdraw(ctx context.Context) error {
	for _, id := range append(r.known.Aborted(), r.doubtful...) {
		res, err := r.tx.ExecContext(ctx, `UPDATE op SET state = 'replaced', body = NULL, state_ms = ? WHERE op_id = ? AND state = 'pending'`,
			r.o.now().UnixMilli(), id)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			continue
		}
		if err := r.audit(ctx, auditWithdrawn, string(id), ""); err != nil {
			return err
		}
	}
	return nil
}

func (r *reconciler) audit(ctx context.Context, action, object, detail string) error {
	return audit(ctx, r.tx, r.o.now(), actorTerminal, action, object, detail)
}

// unconfirmedFor is how long an unconfirmed operation waits for a person.
const unconfirmedFor = 24 * time.Hour

// setUnconfirmed keeps an operation for a person.
func (r *reconciler) setUnconfirmed(ctx context.Context, op oplog.Op) error {
	record, err := marshal(op)
	if err != nil {
		return err
	}
	res, err := r.tx.ExecContext(ctx, `INSERT INTO unconfirmed (op_id, kind, at_ms, record)
		SELECT ?1, ?2, ?3, CAST(?4 AS BLOB) WHERE NOT EXISTS (SELECT 1 FROM op WHERE op_id = ?1) ON CONFLICT DO NOTHING`,
		op.ID, op.Kind, op.DeviceTime, record)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err // known already
	}
	return r.audit(ctx, auditUnconfirmed, string(op.ID), string(op.Kind))
}

// dropOld drops what nobody decided about.
func (r *reconciler) dropOld(ctx context.Context) error {
	rows, err := r.tx.QueryContext(ctx, `DELETE FROM unconfirmed WHERE at_ms < ? RETURNING op_id`, r.o.now().Add(-unconfirmedFor).UnixMilli())
	if err != nil {
		return err
	}
	ids, err := collect[operation.ID](rows)
	for _, id := range ids {
		if err := r.audit(ctx, auditDropped, string(id), "nobody was told anything, nobody decided"); err != nil {
			return err
		}
	}
	return err
}

// collect reads rows of one column.
func collect[T any](rows *sql.Rows) (all []T, err error) {
	defer rows.Close()
	for rows.Next() {
		var v T
		if err := rows.Scan(&v); err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

func (r *reconciler) count(ctx context.Context) error {
	failing, err := countDiskErrors(ctx, r.tx, r.o.now())
	if err != nil {
		return err
	}
	r.failing.Store(failing)
	return r.tx.QueryRowContext(ctx, `SELECT count(*) FROM op WHERE state = 'pending'`).Scan(&r.pending)
}
