package outbox

import (
	"cmp"
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"

	"hallway/app/operation"
	"hallway/app/outbox/disk"
	"hallway/app/outbox/oplog"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Marks of the file, as the migrations set them.
const (
	applicationID = 0x48414C4B // "HALK"
	userVersion   = 1
)

// txLimit bounds one transaction. A commit on a worn flash card takes up to a
// second; ten times that is a broken disk.
const txLimit = 10 * time.Second

// writerOptions name every setting that durability rests on, because drivers
// differ in their defaults: WAL with synchronous=FULL syncs the log before
// commit returns (sqlite.org/pragma.html#pragma_synchronous), _txlock=immediate
// avoids the upgrade of a read lock that no busy timeout heals, secure_delete
// zeroes what was wiped.
var writerOptions = []string{
	"_txlock=immediate", "_busy_timeout=5000", "_journal_mode=WAL",
	"_foreign_keys=1", "_defensive=1", "_dqs=0",
	"_pragma=secure_delete(1)", "_pragma=temp_store(2)", "_pragma=wal_autocheckpoint(500)",
	"_pragma=journal_size_limit(16777216)", "_pragma=cache_size(-8000)", "_pragma=trusted_schema(0)", "_pragma=mmap_size(0)",
}

var readerOptions = []string{
	"_busy_timeout=5000", "_foreign_keys=1", "_defensive=1", "_dqs=0", "_query_only=1",
	"_pragma=temp_store(2)", "_pragma=trusted_schema(0)", "_pragma=mmap_size(0)",
}

// storeOptions say what a store stands on.
type storeOptions struct {
	disk     disk.Disk
	sync     string // what PRAGMA synchronous is set to; "" is FULL, less only in tests that show what it loses
	terminal string
	now      func() time.Time
	log      *slog.Logger
	walAlarm int64 // size of SQLite's log in bytes that is too large
}

// store is the database with one writer and a few readers, its journal and its
// sentinel.
type store struct {
	o      storeOptions
	mu     sync.RWMutex // held for writing while the handles are replaced
	writer *sql.DB
	reader *sql.DB
	cache  *sql.DB
	ready  map[string]*sql.Stmt // hot statements of the writer

	wishes chan *wish
	stop   chan struct{} // closed to end the writer
	ended  chan struct{} // closed when it has ended

	suspect   atomic.Bool  // an I/O error was seen: what the handles believe may not be on the disk
	untrusted atomic.Bool  // the disk has lost what it said was durable
	rebuilt   atomic.Bool  // the database was made anew since the program started
	failing   atomic.Bool  // the disk has failed again and again
	mute      atomic.Bool  // the journal cannot be written
	stale     atomic.Bool  // the journal holds much that has ended
	condemned atomic.Bool  // the database is known to be damaged
	pending   atomic.Int64 // operations that wait
	commits   atomic.Int64 // groups that were committed
	grown     atomic.Int64 // bytes that came into the journal since its file was begun

	// What only the writer uses, or whoever replaces the handles.
	log      *oplog.Log // nil when it cannot be written
	last     int64      // last committed operation
	told     int64      // what the sentinel says
	toldAt   time.Time
	doubtful []operation.ID // stored, perhaps, though their citizens were refused

	caredAt  atomic.Int64           // last check of the whole file, unix ms
	reported atomic.Pointer[string] // conditions as they were logged last
}

// openStore opens or makes the database, checks it, brings its tables up to date
// and takes up what the journal knows better.
func openStore(ctx context.Context, o storeOptions) (*store, error) {
	s := &store{o: o, wishes: make(chan *wish), stop: make(chan struct{}), ended: make(chan struct{})}
	if err := s.mount(ctx); err != nil {
		return nil, s.named(err)
	}
	if err := s.openCache(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("outbox: %s: %w", s.o.disk.Path(cacheFile), err), s.close(), s.log.Close())
	}
	go s.write()
	return s, nil
}

// shut ends the writer and closes everything.
func (s *store) shut() error {
	close(s.stop)
	<-s.ended
	s.writeSentinel()
	return errors.Join(s.compact(), s.close(), s.cache.Close(), s.log.Close())
}

// compact begins a file of the journal without what has ended, so that bodies
// which the hall has are gone from the disk. A journal that cannot be written
// stays as it is.
func (s *store) compact() error {
	if s.log == nil || s.log.Grown() == 0 || s.suspect.Load() {
		return nil
	}
	return s.rewriteLog(context.Background())
}

// rewriteLog begins a file of the journal while the writer rests.
func (s *store) rewriteLog(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, mountLimit)
	defer cancel()
	tx, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	return errors.Join(s.beginLog(ctx, tx), tx.Rollback())
}

// dbFile is the database of a data folder.
const dbFile = "kiosk.db"

// named says which file an error is about.
func (s *store) named(err error) error {
	return fmt.Errorf("outbox: %s: %w", s.o.disk.Path(dbFile), err)
}

func (s *store) open(ctx context.Context) error {
	w, err := openHandle(s.o.disk, dbFile, append(writerOptions[:len(writerOptions):len(writerOptions)], "_synchronous="+cmp.Or(s.o.sync, "FULL")), 1)
	if err != nil {
		return err
	}
	if err := prepare(ctx, w); err != nil {
		return errors.Join(err, w.Close())
	}
	r, err := openHandle(s.o.disk, dbFile, readerOptions, 2)
	if err != nil {
		return errors.Join(err, w.Close())
	}
	if err := s.prepareHot(ctx, w); err != nil {
		return errors.Join(err, r.Close(), w.Close())
	}
	s.writer, s.reader = w, r
	s.suspect.Store(false)
	return nil
}

func openHandle(d disk.Disk, name string, options []string, conns int) (*sql.DB, error) {
	abs, err := filepath.Abs(d.Path(name))
	if err != nil {
		return nil, err
	}
	if d.VFS() != "" {
		options = append(options[:len(options):len(options)], "vfs="+d.VFS())
	}
	dsn := (&url.URL{Scheme: "file", Path: abs}).String()
	for i, o := range options {
		dsn += string("?&"[min(i, 1)]) + o
	}
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db, nil
}

// prepare refuses a damaged or foreign file and runs the migrations.
func prepare(ctx context.Context, db *sql.DB) error {
	var verdict string
	var app, version int
	if err := errors.Join(
		db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict),
		db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&app),
		db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version),
	); err != nil {
		return fmt.Errorf("cannot be read, and no journal is there to make it anew; keep the file and its -wal for rescue and start with another folder: %w", err)
	}
	switch {
	case verdict != "ok":
		return fmt.Errorf("%w (%s), and no journal is there to make it anew; keep the file and its -wal for rescue and start with another folder", errDamaged, verdict)
	case app != 0 && app != applicationID:
		return fmt.Errorf("belongs to another program (application id %#x)", app)
	case version > userVersion:
		return fmt.Errorf("was written by a newer version (%d, this one knows %d): update this program", version, userVersion)
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return err
	}
	return checkChain(ctx, db)
}

// read runs f on the reader.
func (s *store) read(f func(*sql.DB) error) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	err := f(s.reader)
	if untrustworthy(err) {
		s.suspect.Store(true)
	}
	return err
}

// The primary result codes after which nothing that the handles believe can be
// trusted (sqlite.org/rescode.html). After a failed fsync the next one may
// report success for pages that never reached the disk.
const (
	sqliteIOErr   = 10
	sqliteCorrupt = 11
	sqliteNotADB  = 26
)

// untrustworthy reports whether err came from a disk that failed.
func untrustworthy(err error) bool {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	code := e.Code() & 0xff
	return code == sqliteIOErr || code == sqliteCorrupt || code == sqliteNotADB
}

// reopen closes the handles and opens and checks the file anew. It returns
// false when there was no reason to.
func (s *store) reopen(ctx context.Context) (bool, error) {
	if !s.suspect.Load() {
		return false, nil // without the lock: readers must not wait for a slow commit
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.suspect.Load() {
		return false, nil
	}
	_ = s.close() // the handles are given up whatever they say
	if err := s.mount(ctx); err != nil {
		return true, s.named(err)
	}
	return true, nil
}

func (s *store) close() error { return errors.Join(s.reader.Close(), s.writer.Close()) }
