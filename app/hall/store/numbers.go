package store

import (
	"time"

	"hallway/app/hall/api"
	"hallway/queue"
)

// The two ranges of a prefix's numbers.
const (
	SeriesOnline  = "online"  // made by the hall, one at a time
	SeriesOffline = "offline" // leased to terminals in blocks
)

// TakeNumbers takes up to size numbers of a day's range first..last. It returns
// false when the range is used up. Numbers taken are never given again.
func (tx *Tx) TakeNumbers(day queue.Day, prefix, series string, first, last, size int) (from, to int, ok bool, err error) {
	if _, err := tx.exec("begin numbers of the day", `
		INSERT INTO number_state(day, prefix, series, next) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING`,
		day, prefix, series, first); err != nil {
		return 0, 0, false, err
	}
	next, ok, err := one(tx, "take numbers", value[int], `
		UPDATE number_state SET next = next + ?5
		WHERE day = ?1 AND prefix = ?2 AND series = ?3 AND next <= ?4 RETURNING next`,
		day, prefix, series, last, size)
	return next - size, min(next-1, last), ok, err
}

// NextOf counts up from 1 under a name. Numbers follow the order of commits
// without gaps.
func (tx *Tx) NextOf(name string) (int64, error) {
	n, _, err := one(tx, "count "+name, value[int64], `
		INSERT INTO sequence(name, last) VALUES (?1, 1)
		ON CONFLICT(name) DO UPDATE SET last = sequence.last + 1 RETURNING last`, name)
	return n, err
}

// LastOf returns the last number that NextOf gave, or 0.
func (tx *Tx) LastOf(name string) (int64, error) {
	n, _, err := one(tx, "read count of "+name, value[int64], `SELECT last FROM sequence WHERE name = ?1`, name)
	return n, err
}

// LeaseDay returns the day that a terminal asked for with this request number.
func (tx *Tx) LeaseDay(terminal, requestNo string) (queue.Day, bool, error) {
	return one(tx, "read lease request", value[queue.Day],
		`SELECT day FROM lease_request WHERE terminal = ?1 AND request_no = ?2`, terminal, requestNo)
}

// PutLeaseRequest remembers a request for blocks.
func (tx *Tx) PutLeaseRequest(terminal, requestNo string, day queue.Day, now time.Time) error {
	return tx.execOne("store lease request", `
		INSERT INTO lease_request(terminal, request_no, day, at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING`,
		terminal, requestNo, day, ms(now))
}

// PutLease stores a block that belongs to terminal.
func (tx *Tx) PutLease(terminal, requestNo string, l api.Lease, now time.Time) error {
	return tx.execOne("store lease", `
		INSERT INTO lease(lease_id, terminal, request_no, day, pool, prefix, lo, hi, issued_at)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`,
		l.ID, terminal, requestNo, l.Day, l.Pool, l.Prefix, l.From, l.To, ms(now))
}

const leaseColumns = `lease_id, day, pool, prefix, lo, hi`

func scanLease(s scanner) (l api.Lease, err error) {
	err = s.Scan(&l.ID, &l.Day, &l.Pool, &l.Prefix, &l.From, &l.To)
	return l, err
}

// Leases returns the blocks that one request got.
func (tx *Tx) Leases(terminal, requestNo string) ([]api.Lease, error) {
	return all(tx, "read leases", scanLease,
		`SELECT `+leaseColumns+` FROM lease WHERE terminal = ?1 AND request_no = ?2 ORDER BY pool`, terminal, requestNo)
}

// Lease returns a block of terminal's.
func (tx *Tx) Lease(id, terminal string) (api.Lease, bool, error) {
	return one(tx, "read lease", scanLease,
		`SELECT `+leaseColumns+` FROM lease WHERE lease_id = ?1 AND terminal = ?2`, id, terminal)
}
