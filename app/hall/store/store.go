package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
)

// ErrChanged says that a row is not what the caller read: somebody else
// changed it, or a constraint forbids the change. Nothing was written.
var ErrChanged = errors.New("changed meanwhile")

// ErrUnknown says that the connection to the database broke while it
// committed: what f wrote is either stored or not. Whoever repeats the write
// must find out by the id of what he wrote, as operations and commands do.
var ErrUnknown = errors.New("it is not known whether the database stored it")

// A Store keeps the state of one hall.
type Store interface {
	// Write runs f, once, in a transaction that sees no other writer, and
	// commits durably when f returns nil. When f or the commit fails nothing
	// is changed and that error is returned, except that after ErrUnknown it
	// may be. A transaction whose statement failed cannot commit: f has to
	// return that error.
	Write(ctx context.Context, f func(*Tx) error) error
	// Read runs f on one consistent state. Writing in f is an error.
	Read(ctx context.Context, f func(*Tx) error) error
	// Close releases the store. Transactions that run are waited for.
	Close() error
}

// DB is what a Tx needs of a database transaction.
type DB interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// A Tx is one transaction. It lives no longer than the function it was given
// to, and belongs to one goroutine.
type Tx struct {
	ctx context.Context
	db  DB
}

// NewTx wraps a database transaction; implementations of Store call it.
func NewTx(ctx context.Context, db DB) *Tx { return &Tx{ctx, db} }

// exec runs a statement and returns how many rows it changed.
func (tx *Tx) exec(what, query string, args ...any) (int64, error) {
	r, err := tx.db.ExecContext(tx.ctx, query, args...)
	if err != nil {
		return 0, fmt.Errorf("store: %s: %w", what, err)
	}
	n, err := r.RowsAffected()
	if err != nil {
		return 0, fmt.Errorf("store: %s: %w", what, err)
	}
	return n, nil
}

// execOne runs a statement that must change exactly one row.
func (tx *Tx) execOne(what, query string, args ...any) error {
	n, err := tx.exec(what, query, args...)
	if err == nil && n != 1 {
		return fmt.Errorf("store: %s: %w", what, ErrChanged)
	}
	return err
}

// scanner is a row that can be read: *sql.Row and *sql.Rows.
type scanner interface{ Scan(dest ...any) error }

// one reads at most one row. It returns false when there is none.
func one[T any](tx *Tx, what string, scan func(scanner) (T, error), query string, args ...any) (T, bool, error) {
	v, err := scan(tx.db.QueryRowContext(tx.ctx, query, args...))
	if errors.Is(err, sql.ErrNoRows) {
		var zero T
		return zero, false, nil
	}
	if err != nil {
		return v, false, fmt.Errorf("store: %s: %w", what, err)
	}
	return v, true, nil
}

// all reads every row.
func all[T any](tx *Tx, what string, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := tx.db.QueryContext(tx.ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("store: %s: %w", what, err)
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("store: %s: %w", what, err)
		}
		out = append(out, v)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("store: %s: %w", what, err)
	}
	return out, nil
}

// value scans a row of one column.
func value[T any](s scanner) (v T, err error) {
	err = s.Scan(&v)
	return v, err
}

// ms stores a time; the zero time is 0.
func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// at reads a stored time.
func at(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// null stores "" as NULL, which unique indexes leave alone.
func null(s string) sql.NullString { return sql.NullString{String: s, Valid: s != ""} }

// words reads a stored list of names; an empty one is nil.
func words(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Fields(s)
}
