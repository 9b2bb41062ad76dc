package postgres

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"hallway/app/hall/store"
)

// ErrNotEmpty says that a hall cannot move into a database that has one.
var ErrNotEmpty = errors.New("the database is not empty")

// ours are the tables that a hall in one file does not have.
var ours = []string{"writer", "identity", "goose_db_version"}

// Import moves a hall into the database, which must be empty and of the same
// schema: it copies every table, reads it back and compares counts and hashes.
// All of it is one transaction; after an error the database is as empty as
// before. Other nodes wait meanwhile.
func (s *Store) Import(ctx context.Context, from store.Source) (copied []store.Copied, err error) {
	c := s.config.Copy()
	delete(c.RuntimeParams, "statement_timeout") // a large table takes its time
	conn, err := pgx.ConnectConfig(ctx, c)
	if err != nil {
		return nil, err
	}
	defer func() {
		limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(limit) // what was committed stays, what was not is gone
	}()
	err = from.Dump(ctx, func(d store.Dump) error {
		tx, err := conn.Begin(ctx)
		if err != nil {
			return err
		}
		if copied, err = importInto(ctx, tx, d); err != nil {
			return errors.Join(err, tx.Rollback(ctx))
		}
		return commitError(tx.Commit(ctx))
	})
	if err != nil {
		return nil, fmt.Errorf("move hall to %s: %w", s.name(), err)
	}
	return copied, nil
}

func importInto(ctx context.Context, tx pgx.Tx, d store.Dump) ([]store.Copied, error) {
	if _, err := tx.Exec(ctx, `UPDATE writer SET generation = generation + 1`); err != nil {
		return nil, explain(err)
	}
	tables, err := d.Tables()
	if err != nil {
		return nil, err
	}
	if err := sameSchema(ctx, tx, tables); err != nil {
		return nil, err
	}
	if err := checkEmpty(ctx, tx, tables); err != nil {
		return nil, err
	}
	var out []store.Copied
	for _, t := range tables {
		c, err := copyTable(ctx, tx, d, t)
		if err != nil {
			return nil, fmt.Errorf("table %s: %w", t.Name, explain(err))
		}
		out = append(out, c)
	}
	return out, nil
}

// sameSchema checks that both databases have the same tables and columns.
func sameSchema(ctx context.Context, tx pgx.Tx, tables []store.Table) error {
	rows, err := tx.Query(ctx, `
		SELECT table_name || '.' || column_name FROM information_schema.columns
		WHERE table_schema = current_schema() AND table_name <> ALL($1)`, ours)
	if err != nil {
		return err
	}
	here, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	var there, wrong []string
	for _, t := range tables {
		for _, c := range t.Columns {
			there = append(there, t.Name+"."+c)
		}
	}
	for _, c := range slices.Concat(here, there) {
		if slices.Contains(here, c) != slices.Contains(there, c) {
			wrong = append(wrong, c)
		}
	}
	if len(wrong) > 0 {
		slices.Sort(wrong)
		return fmt.Errorf("the schemas differ in %s: move with the program that last ran both", strings.Join(wrong, ", "))
	}
	return nil
}

// checkEmpty checks that nobody has used the database.
func checkEmpty(ctx context.Context, tx pgx.Tx, tables []store.Table) error {
	for _, t := range append([]store.Table{{Name: "identity"}}, tables...) {
		var used bool
		if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM `+pgx.Identifier{t.Name}.Sanitize()+`)`).Scan(&used); err != nil {
			return err
		}
		if used {
			return fmt.Errorf("%w: table %s has rows, make a new database", ErrNotEmpty, t.Name)
		}
	}
	return nil
}

// copyTable copies one table and compares what arrived with what was sent.
func copyTable(ctx context.Context, tx pgx.Tx, d store.Dump, t store.Table) (store.Copied, error) {
	sent := store.Copied{Table: t.Name}
	next, stop := iter.Pull2(d.Rows(t))
	defer stop()
	name := pgx.Identifier{t.Name}
	_, err := tx.CopyFrom(ctx, name, t.Columns, pgx.CopyFromFunc(func() ([]any, error) {
		row, err, ok := next()
		if err != nil || !ok {
			return nil, err
		}
		if storable(row) {
			sent.Altered++
		}
		return row, sent.Add(row)
	}))
	if err != nil {
		return sent, err
	}
	arrived, err := digest(ctx, tx, t)
	if err == nil && arrived != sent.Digest {
		err = fmt.Errorf("%d rows with hash %s were sent, %d with hash %s arrived", sent.Rows, sent, arrived.Rows, arrived)
	}
	return sent, err
}

// storable makes the texts of a row what the store keeps of them, and reports
// whether one is another now.
func storable(row []any) (altered bool) {
	for i, v := range row {
		if s, ok := v.(string); ok {
			kept := Text(s)
			row[i], altered = kept, altered || kept != s
		}
	}
	return altered
}

// digest reads a table.
func digest(ctx context.Context, tx pgx.Tx, t store.Table) (d store.Digest, err error) {
	columns := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		columns[i] = pgx.Identifier{c}.Sanitize()
	}
	rows, err := tx.Query(ctx, `SELECT `+strings.Join(columns, ", ")+` FROM `+pgx.Identifier{t.Name}.Sanitize())
	if err != nil {
		return d, err
	}
	defer rows.Close()
	for rows.Next() {
		row, err := rows.Values()
		if err != nil {
			return d, err
		}
		if err := d.Add(row); err != nil {
			return d, err
		}
	}
	return d, rows.Err()
}
