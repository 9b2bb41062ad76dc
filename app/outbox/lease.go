package outbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"hallway/app/hall/api"
	"hallway/queue"
)

const (
	// topUpBelow is the number of leased numbers left at which another block is
	// fetched: ten people come within half an hour at most.
	topUpBelow = 10
	// keepDays is how long used leases and numbers are kept, for questions.
	keepDays = 7
)

// freshLeases gets blocks for today and the next service day for every pool
// that runs short, and forgets those of days long past.
func (t *Terminal) freshLeases(ctx context.Context, h api.Hall) error {
	var errs []error
	for _, day := range []string{h.Day, h.NextDay} {
		if day != "" {
			errs = append(errs, t.topUp(ctx, day))
		}
	}
	return errors.Join(append(errs, t.forgetLeases(ctx, queue.Day(h.Day).AddDays(-keepDays)))...)
}

// topUp asks for blocks of one day. The question is stored before it is sent
// and repeated unchanged until it is answered, so that a lost answer never
// costs a second block.
func (t *Terminal) topUp(ctx context.Context, day string) error {
	asked, err := t.leaseRequest(ctx, day)
	if err != nil || asked.RequestNo == "" {
		return err
	}
	r, err := t.o.Hall.Leases(ctx, asked)
	t.heard(err)
	if err != nil {
		return err
	}
	return t.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		for _, l := range r.Leases {
			if l.Day != day {
				return fmt.Errorf("outbox: asked for numbers of %s, the hall leased some of %s", day, l.Day)
			}
			if err := storeLease(ctx, tx, l); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM meta WHERE k = ?`, leaseKey(day))
		return err
	})
}

func leaseKey(day string) string { return "lease:" + day }

// storeLease stores a block. A block that was stored before keeps its count.
func storeLease(ctx context.Context, tx *sql.Tx, l api.Lease) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO lease (lease_id, day, pool, prefix, lo, hi) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (lease_id) DO NOTHING`, l.ID, l.Day, l.Pool, l.Prefix, l.From, l.To)
	if err != nil {
		return fmt.Errorf("outbox: lease %s of %s: %w", l.ID, l.Pool, err)
	}
	return nil
}

// leaseRequest returns the question that has no answer yet, or a new one when a
// pool runs short; none when none does.
func (t *Terminal) leaseRequest(ctx context.Context, day string) (r api.LeaseRequest, err error) {
	pools := t.leasablePools()
	err = t.store.read(func(db *sql.DB) error {
		var stored string
		err := db.QueryRowContext(ctx, `SELECT v FROM meta WHERE k = ?`, leaseKey(day)).Scan(&stored)
		if err == nil {
			return json.Unmarshal([]byte(stored), &r)
		} else if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		for _, p := range pools {
			var left int
			err := db.QueryRowContext(ctx, `SELECT coalesce(sum(hi - lo + 1 - used), 0) FROM lease WHERE day = ? AND pool = ?`, day, p).Scan(&left)
			if err != nil {
				return err
			}
			if left < topUpBelow {
				r.Pools = append(r.Pools, p)
			}
		}
		return nil
	})
	if err != nil || r.RequestNo != "" || len(r.Pools) == 0 {
		return r, err
	}
	r.RequestNo, r.Day = string(t.o.NewID()), day
	return r, t.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		b, err := json.Marshal(r)
		if err == nil {
			_, err = tx.ExecContext(ctx, `INSERT INTO meta (k, v) VALUES (?, ?)`, leaseKey(day), string(b))
		}
		return err
	})
}

// leasablePools are the pools that have a range for terminals.
func (t *Terminal) leasablePools() (ids []string) {
	c := t.goods.Load()
	if c == nil {
		return nil
	}
	for _, p := range c.Pools {
		if p.OfflineFrom > 0 && p.OfflineTo >= p.OfflineFrom {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

// forgetLeases deletes what belongs to days before day.
func (t *Terminal) forgetLeases(ctx context.Context, day queue.Day) error {
	var old int
	err := t.store.read(func(db *sql.DB) error {
		return db.QueryRowContext(ctx, `SELECT count(*) FROM lease WHERE day < ?`, day).Scan(&old)
	})
	if err != nil || old == 0 {
		return err
	}
	return t.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		for _, q := range []string{`DELETE FROM lease WHERE day < ?`, `DELETE FROM number WHERE day < ?`,
			`DELETE FROM meta WHERE k LIKE 'lease:%' AND k < 'lease:' || ?`} {
			if _, err := tx.ExecContext(ctx, q, day); err != nil {
				return err
			}
		}
		return nil
	})
}
