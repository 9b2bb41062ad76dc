package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"hallway/app/hall/store"
)

// Connections of one node. PostgreSQL's own limit is 100 for all nodes. See the
// package comment for why two writers are enough.
const (
	writers = 2
	readers = 8
)

// oldest is the oldest server that the hall is tested with, as the server
// numbers its versions.
const oldest = 15_00_00

// Limits of time. A hall waits rather for its database than for a person, but
// a terminal gives up after three seconds and takes a number of its own.
const (
	statementLimit = 10 * time.Second // one statement, waiting for the turn included
	idleLimit      = 10 * time.Second // between two statements of one transaction
	txLimit        = 20 * time.Second // a whole transaction
	reconnectFor   = 3 * time.Second  // new tries to begin a transaction after the connection broke
	connectLimit   = 5 * time.Second
	deadPeer       = 10 * time.Second // until the server gives up a node that vanished
)

// A Store is a node's view of the hall's database.
type Store struct {
	config *pgx.ConnConfig
	writer *sql.DB
	reader *sql.DB
}

var _ store.Store = (*Store)(nil)

// Open connects to the database at url, such as
// "postgres://hall:secret@db.example/hall?sslmode=verify-full", and brings its
// schema up to date. The password may also come from the file ~/.pgpass. An
// error does not show it.
func Open(ctx context.Context, url string) (*Store, error) {
	c, err := parse(url)
	if err != nil {
		return nil, err
	}
	s := &Store{config: c, writer: pool(c, writers), reader: pool(c, readers)}
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open hall in %s: %w", s.name(), err), s.Close())
	}
	return s, nil
}

// IsURL reports whether s is an address that Open takes.
func IsURL(s string) bool {
	return strings.HasPrefix(s, "postgres://") || strings.HasPrefix(s, "postgresql://")
}

// Check reports what is wrong with an address, without connecting.
func Check(url string) error {
	_, err := parse(url)
	return err
}

// parse reads an address and adds the limits of a session.
func parse(url string) (*pgx.ConnConfig, error) {
	if !IsURL(url) {
		return nil, errors.New("not the address of a PostgreSQL database, write postgres://user@host/database")
	}
	c, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("address of the database: %w", err)
	}
	if c.ConnectTimeout == 0 {
		c.ConnectTimeout = connectLimit
	}
	for name, value := range map[string]string{
		"application_name":                    "hall",
		"statement_timeout":                   millis(statementLimit),
		"idle_in_transaction_session_timeout": millis(idleLimit),
		"client_connection_check_interval":    millis(deadPeer),
		"tcp_user_timeout":                    millis(deadPeer),
	} {
		if _, given := c.RuntimeParams[name]; !given {
			c.RuntimeParams[name] = value
		}
	}
	return c, nil
}

// millis writes a duration as the server reads one.
func millis(d time.Duration) string { return fmt.Sprint(d.Milliseconds()) }

// pool makes a pool of n connections.
func pool(c *pgx.ConnConfig, n int) *sql.DB {
	db := stdlib.OpenDB(*c, stdlib.OptionAfterConnect(neverAsynchronous))
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	return db
}

// neverAsynchronous makes commits of a session durable where the server's
// settings would let them be lost. The stronger settings of a server with
// standbys stay as they are.
func neverAsynchronous(ctx context.Context, c *pgx.Conn) error {
	_, err := c.Exec(ctx, `SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`)
	return err
}

// prepare migrates the schema and checks that the server keeps what it is
// given.
func (s *Store) prepare(ctx context.Context) error {
	if err := s.migrate(ctx); err != nil {
		return err
	}
	var fsync, encoding, version string
	var number int
	err := s.reader.QueryRowContext(ctx, `
		SELECT current_setting('fsync'), current_setting('server_encoding'), current_setting('server_version'), current_setting('server_version_num')::int`).
		Scan(&fsync, &encoding, &version, &number)
	switch {
	case err != nil:
		return explain(err)
	case number < oldest:
		return fmt.Errorf("the server is PostgreSQL %s: use 15 or newer", version)
	case fsync != "on":
		return errors.New("the server runs with fsync = off and would lose what was accepted: set fsync = on")
	case encoding != "UTF8":
		return fmt.Errorf("the database has the encoding %s: make it with ENCODING 'UTF8'", encoding)
	}
	return nil
}

// name names the database without a password.
func (s *Store) name() string {
	return fmt.Sprintf("PostgreSQL database %q of user %q at %s", s.config.Database, s.config.User, s.config.Host)
}

// Close implements [store.Store].
func (s *Store) Close() error { return errors.Join(s.reader.Close(), s.writer.Close()) }
