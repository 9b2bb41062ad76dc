package postgres

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrationLock is the advisory lock of migrations, "hall" in ASCII. Only
// migrations use an advisory lock: before the first one there is no row to hold.
const migrationLock = 0x68616c6c

// migrate brings the schema up to date. Of several nodes that start at once
// one does it and the others wait. A schema that is newer than the program is
// left alone: schemas only grow, and the program knows the older part.
func (s *Store) migrate(ctx context.Context) error {
	c := s.config.Copy()
	delete(c.RuntimeParams, "statement_timeout") // a migration of a large table takes its time
	db := stdlib.OpenDB(*c)
	defer db.Close()
	scripts, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return fmt.Errorf("find migrations: %w", err)
	}
	p, err := goose.NewProvider(goose.DialectPostgres, db, scripts, goose.WithSessionLocker(locker{}))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", explain(err))
	}
	return nil
}

// locker holds the advisory lock for a session. It waits at the server, where
// nobody has to poll.
type locker struct{}

// SessionLock implements goose's lock.SessionLocker.
func (locker) SessionLock(ctx context.Context, c *sql.Conn) error {
	_, err := c.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, migrationLock)
	return err
}

// SessionUnlock implements goose's lock.SessionLocker.
func (locker) SessionUnlock(ctx context.Context, c *sql.Conn) error {
	var held bool
	err := c.QueryRowContext(ctx, `SELECT pg_advisory_unlock($1)`, migrationLock).Scan(&held)
	if err == nil && !held {
		err = errors.New("the lock of migrations was lost")
	}
	return err
}
