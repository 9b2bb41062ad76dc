package postgres

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"hallway/app/hall/store"
)

// explain adds to an error of the server what it means for the hall.
func explain(err error) error {
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return err
	}
	switch {
	case strings.HasPrefix(e.Code, "23"): // integrity constraint violation
		return fmt.Errorf("%w: %w", store.ErrChanged, err)
	case e.Code == "57014": // query_canceled
		return fmt.Errorf("it took longer than %v, look for another program that works on the hall's database: %w", statementLimit, err)
	case e.Code == "25006": // read_only_sql_transaction
		return fmt.Errorf("the database cannot be written, add target_session_attrs=read-write to its address when it has a standby: %w", err)
	case e.Code == "42501": // insufficient_privilege
		return fmt.Errorf("make the user of the hall the owner of its database: %w", err)
	case strings.HasPrefix(e.Code, "53"): // insufficient resources
		return fmt.Errorf("the database server has no room left, free its disk, memory or connections: %w", err)
	}
	return err
}

// isLost reports whether err says that there is no connection, which a new
// try may mend, and not that the server refused something.
func isLost(err error) bool {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch e.Code {
		case "57P01", "57P02", "57P03", "53300": // shutting down, crashed, starting, too many connections
			return true
		}
		return strings.HasPrefix(e.Code, "08") // connection exception
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	_, connecting := errors.AsType[*pgconn.ConnectError](err)
	return connecting || pgconn.SafeToRetry(err) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.EOF) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, pgconn.ErrConnClosed)
}

// commitError says what an error of a commit means. Only a server that
// answered has decided.
func commitError(err error) error {
	if err == nil {
		return nil
	}
	if _, answered := errors.AsType[*pgconn.PgError](err); answered && !isLost(err) {
		return fmt.Errorf("commit: %w", explain(err))
	}
	if errors.Is(err, pgx.ErrTxCommitRollback) {
		return fmt.Errorf("commit after a statement that failed: %w", err)
	}
	return fmt.Errorf("commit: %w: %w", store.ErrUnknown, err)
}
