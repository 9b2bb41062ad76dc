package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"slices"
	"strings"

	"hallway/app/hall/store"
)

var _ store.Source = (*Store)(nil)

// Dump implements [store.Source].
func (s *Store) Dump(ctx context.Context, f func(store.Dump) error) error {
	tx, err := s.reader.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return fmt.Errorf("begin transaction: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // nothing was written
	return f(dump{ctx, tx})
}

// A dump reads tables in one transaction.
type dump struct {
	ctx context.Context
	tx  *sql.Tx
}

// Tables implements [store.Dump].
func (d dump) Tables() ([]store.Table, error) {
	names, err := d.strings(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' AND name <> 'goose_db_version' ORDER BY name`)
	if err != nil {
		return nil, err
	}
	var out []store.Table
	for len(names) > 0 {
		later, err := d.takeParents(names, &out)
		if err != nil {
			return nil, err
		}
		if len(later) == len(names) {
			return nil, fmt.Errorf("tables refer to each other in a circle: %s", strings.Join(names, ", "))
		}
		names = later
	}
	return out, nil
}

// takeParents moves the tables that refer to none of names into out, and
// returns the others.
func (d dump) takeParents(names []string, out *[]store.Table) (later []string, err error) {
	for _, name := range names {
		parents, err := d.strings(`SELECT DISTINCT "table" FROM pragma_foreign_key_list(?1)`, name)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(parents, func(p string) bool { return p != name && slices.Contains(names, p) }) {
			later = append(later, name)
			continue
		}
		columns, err := d.strings(`SELECT name FROM pragma_table_info(?1) ORDER BY name`, name)
		if err != nil {
			return nil, err
		}
		*out = append(*out, store.Table{Name: name, Columns: columns})
	}
	return later, nil
}

// strings reads rows of one text.
func (d dump) strings(query string, args ...any) ([]string, error) {
	rows, err := d.tx.QueryContext(d.ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read schema: %w", err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, fmt.Errorf("read schema: %w", err)
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// Rows implements [store.Dump].
func (d dump) Rows(t store.Table) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		if err := d.each(t, func(row []any) bool { return yield(row, nil) }); err != nil {
			yield(nil, fmt.Errorf("read table %s: %w", t.Name, err))
		}
	}
}

// each reads a table until more returns false.
func (d dump) each(t store.Table, more func([]any) bool) error {
	rows, err := d.tx.QueryContext(d.ctx, `SELECT "`+strings.Join(t.Columns, `", "`)+`" FROM "`+t.Name+`"`)
	if err != nil {
		return err
	}
	defer rows.Close()
	row, at := make([]any, len(t.Columns)), make([]any, len(t.Columns))
	for i := range row {
		at[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(at...); err != nil {
			return err
		}
		if !more(row) {
			return nil
		}
	}
	return rows.Err()
}
