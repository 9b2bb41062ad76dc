package outbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
)

// cacheFile mirrors what the hall says. It stands beside the database, because
// it is large, changes without anybody waiting, and can be fetched again.
const cacheFile = "cache.db"

// The keys of the cache.
const (
	cacheHall      = "hall"
	cacheCatalogue = "catalogue"
	cacheSlots     = "slots:" // and the item
)

var cacheOptions = []string{
	"_txlock=immediate", "_busy_timeout=5000", "_journal_mode=WAL", "_synchronous=FULL", "_defensive=1", "_dqs=0",
	"_pragma=temp_store(2)", "_pragma=trusted_schema(0)", "_pragma=mmap_size(0)",
}

// openCache opens the cache. One that is damaged is thrown away.
func (s *store) openCache(ctx context.Context) error {
	err := s.tryCache(ctx)
	if err == nil {
		return nil
	}
	s.o.log.Warn("cache is thrown away", "err", err)
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := s.o.disk.Remove(cacheFile + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return s.tryCache(ctx)
}

func (s *store) tryCache(ctx context.Context) error {
	db, err := openHandle(s.o.disk, cacheFile, cacheOptions, 1)
	if err != nil {
		return err
	}
	var verdict string
	_, err = db.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS cache (k TEXT PRIMARY KEY, v BLOB NOT NULL) STRICT, WITHOUT ROWID`)
	if err == nil {
		err = db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict)
	}
	if err == nil && verdict != "ok" {
		err = fmt.Errorf("%w (%s)", errDamaged, verdict)
	}
	if err != nil {
		return errors.Join(err, db.Close())
	}
	s.cache = db
	return s.inherit(ctx)
}

// inherit takes over what older versions kept in the database itself.
func (s *store) inherit(ctx context.Context) error {
	rows, err := s.reader.QueryContext(ctx, `SELECT k, v FROM cache`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var k string
		var v []byte
		if err := rows.Scan(&k, &v); err != nil {
			return err
		}
		if _, err := s.cache.ExecContext(ctx, `INSERT INTO cache (k, v) VALUES (?, ?) ON CONFLICT DO NOTHING`, k, v); err != nil {
			return err
		}
	}
	return rows.Err()
}

// keep stores v in the cache.
func (t *Terminal) keep(ctx context.Context, key string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("outbox: cache %s: %w", key, err)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), txLimit)
	defer cancel()
	_, err = t.store.cache.ExecContext(ctx, `INSERT INTO cache (k, v) VALUES (?, ?) ON CONFLICT (k) DO UPDATE SET v = excluded.v`, key, b)
	return err
}

// cached reads a value of the cache, or reports false when there is none. A
// value of another version that does not fit is none: the hall says it again.
func cached[T any](ctx context.Context, t *Terminal, key string) (v T, ok bool, err error) {
	var b []byte
	err = t.store.cache.QueryRowContext(ctx, `SELECT v FROM cache WHERE k = ?`, key).Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		return v, false, nil
	}
	if err != nil {
		return v, false, fmt.Errorf("outbox: cache %s: %w", key, err)
	}
	if err := json.Unmarshal(b, &v); err != nil {
		t.o.Log.Warn("cached value is of no use", "key", key, "err", err)
		var zero T
		return zero, false, nil
	}
	return v, true, nil
}
