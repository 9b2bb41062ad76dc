// Package sqlite keeps a hall in one SQLite file. Committed is durable: WAL
// with synchronous=FULL, every pragma named here and none left to the driver's
// default. There is one writing connection, whose transactions begin with BEGIN
// IMMEDIATE, and a few reading ones that never wait for it.
//
// No other program may open the file while the hall runs.
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver named "sqlite"

	"hallway/app/hall/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// readers is how many pages can be read at once. Reads take microseconds.
const readers = 4

// A Store is a hall's database file.
type Store struct {
	writer *sql.DB
	reader *sql.DB
	writes *prepared
	reads  *prepared
}

var _ store.Store = (*Store)(nil)

// Open opens the file at path and brings its schema up to date. A file that is
// damaged is not opened.
func Open(ctx context.Context, path string) (*Store, error) {
	if err := makePrivate(path); err != nil {
		return nil, err
	}
	w, err := sql.Open("sqlite", dsn(path, url.Values{
		"_txlock": {"immediate"}, "_journal_mode": {"WAL"}, "_synchronous": {"FULL"}, "_foreign_keys": {"1"},
		"_pragma": {"secure_delete(1)", "wal_autocheckpoint(500)", "journal_size_limit(16777216)"},
	}))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	w.SetMaxOpenConns(1)
	r, err := sql.Open("sqlite", dsn(path, url.Values{"_query_only": {"1"}}))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), w.Close())
	}
	r.SetMaxOpenConns(readers)
	r.SetMaxIdleConns(readers)
	s := &Store{w, r, newPrepared(w), newPrepared(r)}
	if err := s.prepare(ctx, path); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// makePrivate creates the file so that only the hall's user can read it;
// SQLite gives its companions the same mode.
func makePrivate(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make folder of database: %w", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("make database: %w", err)
	}
	return f.Close()
}

// dsn is the data source name of a connection: what all share, and more.
func dsn(path string, more url.Values) string {
	q := url.Values{
		"_busy_timeout": {"5000"}, "_defensive": {"1"}, "_dqs": {"0"},
		"_pragma": append([]string{"temp_store(2)", "cache_size(-8000)", "trusted_schema(0)", "mmap_size(0)"}, more["_pragma"]...),
	}
	for k, v := range more {
		if k != "_pragma" {
			q[k] = v
		}
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

// prepare checks the file and migrates its schema.
func (s *Store) prepare(ctx context.Context, path string) error {
	var verdict string
	if err := s.writer.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil {
		return fmt.Errorf("check %s: %w", path, err)
	}
	if verdict != "ok" {
		return fmt.Errorf("database %s is damaged (%s): restore it from a backup", path, verdict)
	}
	scripts, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return fmt.Errorf("find migrations: %w", err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, s.writer, scripts)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate %s: %w", path, err)
	}
	return nil
}

// Write implements [store.Store].
func (s *Store) Write(ctx context.Context, f func(*store.Tx) error) error {
	return within(ctx, s.writes, nil, f)
}

// Read implements [store.Store].
func (s *Store) Read(ctx context.Context, f func(*store.Tx) error) error {
	return within(ctx, s.reads, &sql.TxOptions{ReadOnly: true}, f)
}

// within runs f in a transaction, and prepares behind it what it used first.
func within(ctx context.Context, ready *prepared, o *sql.TxOptions, f func(*store.Tx) error) error {
	defer ready.prepare(ctx)
	tx, err := ready.db.BeginTx(ctx, o)
	if err != nil {
		return fmt.Errorf("begin transaction: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing; before, f's error says more
	t := &transaction{Tx: tx, ready: ready}
	if err := f(store.NewTx(ctx, t)); err != nil {
		return err
	}
	if t.failed != nil {
		return fmt.Errorf("commit after a statement that failed: %w", t.failed)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", explain(err))
	}
	return nil
}

// Close implements [store.Store].
func (s *Store) Close() error {
	return errors.Join(s.reads.close(), s.writes.close(), s.reader.Close(), s.writer.Close())
}
