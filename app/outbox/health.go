package outbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"hallway/app/operation"
)

// The conditions of a store that somebody must know of.
const (
	CondWaitingLong = "outbox-waiting-long" // something waits for more than WaitingLong
	CondAttention   = "outbox-attention"    // the hall cannot take an operation as it is
	CondUnconfirmed = "outbox-unconfirmed"  // a crash left an operation that nobody was told of
	CondDiskLow     = "outbox-disk-low"     // below the reserve: nothing is accepted
	CondLogLarge    = "outbox-log-large"    // SQLite's log grows: something reads without end
	CondNoJournal   = "outbox-no-journal"   // the journal cannot be written: nothing is accepted
	CondRebuilt     = "outbox-rebuilt"      // the database was damaged and made anew
	CondUntrusted   = "outbox-untrusted"    // the disk lost what it said was stored: nothing is accepted without the hall
	CondFailing     = "outbox-disk-failing" // two errors of the disk within a day: nothing is accepted
)

const (
	// WaitingLong is how long an operation may wait before somebody is told: a
	// hall that is restarted is back within minutes.
	WaitingLong = time.Hour
	// walAlarm is the size in bytes at which SQLite's log is too large; in good
	// order it stays below 2 MiB.
	walAlarm = 64 << 20
	// failingAfter errors of the disk within failingWithin put the terminal out
	// of service.
	failingAfter  = 2
	failingWithin = 24 * time.Hour
)

// Health is how a terminal's store is.
type Health struct {
	Waiting     int       // operations that wait to be sent
	Attention   int       // that a person must look at
	Unconfirmed int       // that a crash left
	Oldest      time.Time // press of the oldest that waits, by the terminal's clock; zero when none does
	FreeMB      int       // space left, MiB
	LogBytes    int64     // SQLite's log
	Delivery    Delivery
	Conditions  []string // Cond constants
}

// Delivery is how sending went last.
type Delivery struct {
	Failures int       `json:"failures"` // in a row; 0 when the last one succeeded
	At       time.Time `json:"at,omitzero"`
	Why      string    `json:"why,omitempty"`
}

// Health looks at the store.
func (t *Terminal) Health(ctx context.Context) (h Health, err error) {
	var oldest int64
	err = t.store.read(func(db *sql.DB) error {
		return db.QueryRowContext(ctx, `SELECT count(*) FILTER (WHERE state = 'pending'), count(*) FILTER (WHERE state = 'attention'),
			coalesce(min(device_ms) FILTER (WHERE state = 'pending'), 0), (SELECT count(*) FROM unconfirmed)
			FROM op WHERE state IN ('pending', 'attention')`).Scan(&h.Waiting, &h.Attention, &oldest, &h.Unconfirmed)
	})
	if err != nil {
		return h, fmt.Errorf("outbox: health: %w", err)
	}
	if oldest > 0 {
		h.Oldest = time.UnixMilli(oldest)
	}
	if h.FreeMB, err = t.o.Disk.FreeMB(); err != nil {
		return h, fmt.Errorf("outbox: health: %w", err)
	}
	if info, err := os.Stat(t.o.Disk.Path(dbFile + "-wal")); err == nil {
		h.LogBytes = info.Size()
	} else if !errors.Is(err, fs.ErrNotExist) {
		return h, fmt.Errorf("outbox: health: %w", err)
	}
	if d := t.delivery.Load(); d != nil {
		h.Delivery = *d
	}
	h.Conditions = t.conditions(h)
	return h, nil
}

func (t *Terminal) conditions(h Health) (codes []string) {
	for _, c := range []struct {
		code string
		is   bool
	}{
		{CondWaitingLong, h.Waiting > 0 && t.o.Now().Sub(h.Oldest) > WaitingLong},
		{CondAttention, h.Attention > 0},
		{CondUnconfirmed, h.Unconfirmed > 0},
		{CondDiskLow, h.FreeMB < t.o.ReserveMB},
		{CondLogLarge, h.LogBytes > t.store.o.walAlarm},
		{CondNoJournal, t.store.mute.Load()},
		{CondRebuilt, t.store.rebuilt.Load()},
		{CondUntrusted, t.store.untrusted.Load()},
		{CondFailing, t.store.failing.Load()},
	} {
		if c.is {
			codes = append(codes, c.code)
		}
	}
	return codes
}

// report logs the store's conditions when they change.
func (t *Terminal) report(ctx context.Context) error {
	h, err := t.Health(ctx)
	if err != nil {
		return err
	}
	now := strings.Join(h.Conditions, " ")
	if before := t.store.reported.Swap(&now); before != nil && *before == now || before == nil && now == "" {
		return nil
	}
	t.o.Log.Warn("conditions of the store have changed", "conditions", now, "waiting", h.Waiting, "oldest", h.Oldest,
		"attention", h.Attention, "unconfirmed", h.Unconfirmed, "free_mib", h.FreeMB, "log_bytes", h.LogBytes)
	return nil
}

// trust refuses new operations that only the disk would hold when the disk has
// shown that it loses them.
func (t *Terminal) trust() error {
	switch {
	case t.store.failing.Load():
		return refuse(operation.CodeDiskFailing, errors.New("outbox: the disk has failed twice within a day: replace it"))
	case t.store.untrusted.Load() && !t.Online():
		return refuse(operation.CodeDiskFailing, errors.New("outbox: the disk has lost what it said was stored: replace it; with a hall that answers the terminal goes on"))
	}
	return nil
}

// countDiskErrors puts the terminal out of service when its disk fails again and
// again.
func countDiskErrors(ctx context.Context, tx *sql.Tx, now time.Time) (failing bool, err error) {
	var n int
	err = tx.QueryRowContext(ctx, `SELECT count(*) FROM audit WHERE action = ? AND at_ms > ?`, auditDiskError, now.Add(-failingWithin).UnixMilli()).Scan(&n)
	return n >= failingAfter, err
}

// noteDiskError records that the file was opened anew.
func (t *Terminal) noteDiskError() error {
	return t.store.tx(func(ctx context.Context, tx *sql.Tx) error {
		now := t.o.Now()
		if err := audit(ctx, tx, now, actorTerminal, auditDiskError, dbFile, ""); err != nil {
			return err
		}
		failing, err := countDiskErrors(ctx, tx, now)
		t.store.failing.Store(failing)
		return err
	})
}

// noteDelivery remembers how sending went, and stores it now and then for those
// who look from outside.
func (t *Terminal) noteDelivery(failures int, why error) {
	d := &Delivery{Failures: failures, At: t.o.Now()}
	if why != nil {
		d.Why = why.Error()
	}
	before := t.delivery.Swap(d)
	if failures&(failures-1) != 0 || failures == 0 && (before == nil || before.Failures == 0) {
		return // stored at the 1st, 2nd, 4th, 8th failure, and when it is over
	}
	err := t.store.tx(func(ctx context.Context, tx *sql.Tx) error {
		b, err := json.Marshal(d)
		if err == nil {
			_, err = tx.ExecContext(ctx, `INSERT INTO meta (k, v) VALUES ('delivery', ?) ON CONFLICT (k) DO UPDATE SET v = excluded.v`, string(b))
		}
		return err
	})
	if err != nil {
		t.o.Log.Warn("how sending went could not be stored", "err", err)
	}
}
