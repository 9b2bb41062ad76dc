package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"hallway/devices"
	"hallway/printer"
)

// Journal returns the terminal's durable journal of papers.
func (t *Terminal) Journal() printer.Journal { return journal{t} }

// journal keeps print intents in the store.
type journal struct{ t *Terminal }

var (
	_ printer.Ledger  = journal{}
	_ printer.History = journal{}
)

// Intend stores that a paper is about to be begun. A job that was ever intended
// gives printer.ErrPrinted, however it ended.
func (j journal) Intend(ctx context.Context, id printer.JobID) error {
	return j.t.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `INSERT INTO print_job (job_id, intended_ms) VALUES (?, ?) ON CONFLICT DO NOTHING`,
			id, j.t.o.Now().UnixMilli())
		if err != nil {
			return fmt.Errorf("outbox: print job %s: %w", id, err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 1 {
			return err
		}
		return fmt.Errorf("outbox: print job %s: %w", id, printer.ErrPrinted)
	})
}

// Conclude stores how a paper ended. The first conclusion stays.
func (j journal) Conclude(ctx context.Context, id printer.JobID, r printer.Result) error {
	return j.t.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE print_job SET outcome = ?, reason = ?, proof = ?, concluded_ms = ?
			WHERE job_id = ? AND concluded_ms IS NULL`, r.Outcome.String(), r.Reason, r.Proof, j.t.o.Now().UnixMilli(), id)
		if err != nil {
			return fmt.Errorf("outbox: print job %s: %w", id, err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 1 {
			return err
		}
		return fmt.Errorf("outbox: print job %s was not begun or has ended before", id)
	})
}

// Step stores how far a paper got. One whose bytes have all left is counted on
// the roll in the same transaction, whatever becomes of it.
func (j journal) Step(ctx context.Context, s printer.Step) error {
	return j.t.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO print_step (job_id, state, reason, sum, bytes, paper_um, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			s.Job, s.State, s.Reason, s.Sum[:], s.Bytes, s.Paper, j.t.o.Now().UnixMilli())
		if err == nil && s.State == printer.StateSent {
			_, err = tx.ExecContext(ctx, `UPDATE paper_roll SET used_um = used_um + ?, printed_um = printed_um + ?, tickets = tickets + 1`, s.Paper, s.Paper)
		}
		if err != nil {
			return fmt.Errorf("outbox: print job %s is %s: %w", s.Job, s.State, err)
		}
		return nil
	})
}

// Copies returns how many papers of a job's operation may be out already: jobs
// that were begun before and are not known as not done. A job's id is that of its
// operation, a dash and the attempt.
func (t *Terminal) Copies(ctx context.Context, id printer.JobID) (n int, err error) {
	op := string(id[:strings.LastIndex(string(id), "-")+1])
	if op == "" {
		return 0, nil
	}
	err = t.store.read(func(db *sql.DB) error {
		return db.QueryRowContext(ctx, `SELECT count(*) FROM print_job
			WHERE substr(job_id, 1, length(?1)) = ?1 AND job_id <> ?2 AND coalesce(outcome, '') <> ?3`, op, id, devices.NotDone.String()).Scan(&n)
	})
	if err != nil {
		return 0, fmt.Errorf("outbox: papers of print job %s: %w", id, err)
	}
	return n, nil
}

// Last returns how the paper that was begun last has ended.
func (j journal) Last(ctx context.Context) (devices.Outcome, error) {
	var outcome sql.NullString
	err := j.t.store.read(func(db *sql.DB) error {
		return db.QueryRowContext(ctx, `SELECT outcome FROM print_job ORDER BY n DESC LIMIT 1`).Scan(&outcome)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return devices.Done, nil
	}
	if err != nil {
		return devices.Unknown, fmt.Errorf("outbox: last print job: %w", err)
	}
	for _, o := range []devices.Outcome{devices.NotDone, devices.Done} {
		if outcome.String == o.String() {
			return o, nil
		}
	}
	return devices.Unknown, nil
}
