package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"hallway/app/outbox/disk"
	"hallway/printer"
)

// Roll returns what was counted on the roll of paper in the printer. Its Length
// is the caller's to know.
func (t *Terminal) Roll(ctx context.Context) (r printer.Roll, err error) {
	err = t.store.read(func(db *sql.DB) error { r, err = readRoll(ctx, db); return err })
	return r, err
}

// NewRoll begins to count anew: a fresh roll was put in.
func (t *Terminal) NewRoll(ctx context.Context) error {
	return t.tx(ctx, func(ctx context.Context, tx *sql.Tx) error { return newRoll(ctx, tx, 0, t.o.Now()) })
}

// SetLevel stores what the printer's sensors say of the roll.
func (t *Terminal) SetLevel(ctx context.Context, l printer.Level) error {
	return t.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE paper_roll SET level = ?`, l); err != nil {
			return fmt.Errorf("outbox: level of the roll of paper: %w", err)
		}
		return nil
	})
}

func readRoll(ctx context.Context, db *sql.DB) (r printer.Roll, err error) {
	var since int64
	row := db.QueryRowContext(ctx, `SELECT used_um, printed_um, tickets, since_ms, level FROM paper_roll`)
	if err := row.Scan(&r.Used, &r.Printed, &r.Tickets, &since, &r.Level); err != nil {
		return r, fmt.Errorf("outbox: roll of paper: %w", err)
	}
	if since != 0 {
		r.Since = time.UnixMilli(since)
	}
	return r, nil
}

// execer is a database or a transaction of it.
type execer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

func newRoll(ctx context.Context, db execer, used printer.Micrometres, now time.Time) error {
	_, err := db.ExecContext(ctx, `UPDATE paper_roll SET used_um = ?, printed_um = 0, tickets = 0, since_ms = ?, level = 0`, used, now.UnixMilli())
	if err != nil {
		return fmt.Errorf("outbox: new roll of paper: %w", err)
	}
	return nil
}

// A PaperStore is what a terminal counts of its paper, opened beside the
// terminal's program, which may run or not.
type PaperStore struct{ db *sql.DB }

// besideOptions wait for the program's own transactions and make no file.
var besideOptions = []string{"mode=rw", "_busy_timeout=5000", "_txlock=immediate", "_defensive=1", "_dqs=0", "_synchronous=FULL", "_pragma=trusted_schema(0)"}

// OpenPaper opens the store of a data folder. A folder in which no terminal has
// run gives an error that wraps [fs.ErrNotExist].
func OpenPaper(ctx context.Context, dir string) (*PaperStore, error) {
	path := filepath.Join(dir, "kiosk.db")
	if _, err := os.Stat(path); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("outbox: no terminal has run with the data folder %s yet: %w", dir, fs.ErrNotExist)
		}
		return nil, fmt.Errorf("outbox: %w", err)
	}
	db, err := openHandle(disk.Dir(dir), filepath.Base(path), besideOptions, 1)
	if err != nil {
		return nil, err
	}
	var app, ready int
	err = errors.Join(
		db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&app),
		db.QueryRowContext(ctx, "SELECT count(*) FROM pragma_table_info('paper_roll') WHERE name = 'level'").Scan(&ready))
	switch {
	case err != nil:
		err = fmt.Errorf("outbox: %s: %w", path, err)
	case app != applicationID:
		err = fmt.Errorf("outbox: %s belongs to another program (application id %#x)", path, app)
	case ready == 0:
		err = fmt.Errorf("outbox: %s was written by an older version: start this version of the terminal once", path)
	default:
		return &PaperStore{db}, nil
	}
	return nil, errors.Join(err, db.Close())
}

// Roll returns what was counted on the roll of paper in the printer. Its Length
// is the caller's to know.
func (p *PaperStore) Roll(ctx context.Context) (printer.Roll, error) { return readRoll(ctx, p.db) }

// NewRoll begins to count anew: a roll was put in of which used was used before.
func (p *PaperStore) NewRoll(ctx context.Context, used printer.Micrometres, now time.Time) error {
	return newRoll(ctx, p.db, used, now)
}

// Close gives the store free.
func (p *PaperStore) Close() error { return p.db.Close() }
