package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

const (
	// tidyFrom is how many bytes of ended operations the journal may hold while
	// nothing waits.
	tidyFrom = 64 << 10
	// careEvery is how often the whole file is checked.
	careEvery = 24 * time.Hour
)

// tidy wipes what the hall has from journal and log, while nothing waits.
func (t *Terminal) tidy(ctx context.Context) error {
	if t.store.pending.Load() > 0 || t.store.grown.Load() < tidyFrom {
		return nil
	}
	return errors.Join(t.store.renewLog(), t.store.checkpoint(ctx))
}

// checkpoint brings the log into the database and empties it.
func (s *store) checkpoint(ctx context.Context) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), txLimit)
	defer cancel()
	_, err := s.writer.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	return err
}

// care checks the whole database once a day and forgets what ended long ago. A
// database that is damaged is made anew at once.
func (t *Terminal) care(ctx context.Context) error {
	now := t.o.Now()
	if now.Sub(time.UnixMilli(t.store.caredAt.Load())) < careEvery {
		return nil
	}
	t.store.caredAt.Store(now.UnixMilli())
	var verdict string
	err := t.store.read(func(db *sql.DB) error {
		return db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&verdict)
	})
	if err != nil {
		return fmt.Errorf("outbox: nightly check: %w", err)
	}
	if verdict != "ok" {
		t.o.Log.Error("database is damaged and will be made anew", "verdict", verdict)
		t.store.condemned.Store(true)
		t.store.suspect.Store(true)
		return t.revive(ctx)
	}
	return errors.Join(t.retire(ctx), t.store.checkpoint(ctx))
}
