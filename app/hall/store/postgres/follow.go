package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"hallway/app/hall/store"
)

var _ store.Follower = (*Store)(nil)

// pollEvery is how late a node may notice what another one wrote when
// notifications do not arrive, as behind a pooler that shares connections
// between clients. Screens that are two seconds late are still useful; polling
// reads one row.
const pollEvery = 2 * time.Second

// Follow implements [store.Follower] on a connection of its own. Notifications
// are the hint to look; what counts is the generation in the table writer.
func (s *Store) Follow(ctx context.Context, changed func()) {
	f := follower{store: s, changed: changed, seen: -1}
	for ctx.Err() == nil {
		_ = f.listen(ctx) // nothing is lost by it: the next connection reads the generation first
		select {
		case <-ctx.Done():
		case <-time.After(pollEvery / 2):
		}
	}
}

// A follower knows up to which generation it has told.
type follower struct {
	store   *Store
	changed func()
	seen    int64
}

// listen follows on one connection until it breaks.
func (f *follower) listen(ctx context.Context) error {
	c, err := pgx.ConnectConfig(ctx, f.store.config)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer func() {
		limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = c.Close(limit) // the connection is of no use any more
	}()
	if _, err := c.Exec(ctx, `LISTEN hall_changed`); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	for {
		if err := f.look(ctx, c); err != nil {
			return err
		}
		wait, cancel := context.WithTimeout(ctx, pollEvery)
		_, err := c.WaitForNotification(wait)
		cancel()
		if err != nil && (ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded)) {
			return fmt.Errorf("wait for notification: %w", err)
		}
	}
}

// look reads the generation and tells when it is another one.
func (f *follower) look(ctx context.Context, c *pgx.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, connectLimit) // of a server that vanished
	defer cancel()
	var n int64
	if err := c.QueryRow(ctx, `SELECT generation FROM writer`).Scan(&n); err != nil {
		return fmt.Errorf("read generation: %w", err)
	}
	if n != f.seen {
		f.seen = n
		f.changed()
	}
	return nil
}
