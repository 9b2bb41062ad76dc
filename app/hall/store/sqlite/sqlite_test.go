package sqlite

import (
	"database/sql"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hallway/app/hall/store"
	"hallway/app/hall/store/storetest"
	"hallway/app/operation"
	"hallway/queue"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var t0 = time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)

func mustOpen(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func ticket(id string, value int) store.Ticket {
	return store.Ticket{
		Ticket: queue.Ticket{ID: queue.TicketID(id), Day: "2026-11-23", Pool: "p", Service: "s", Number: queue.FormatNumber("A", value, 999),
			Origin: queue.Online, State: queue.Waiting, Lang: "en", IssuedAt: t0, EffectiveAt: t0, Version: 1},
		Op: operation.ID("op-" + id), Terminal: "012", Prefix: "A", Value: value, Code: "abcd2345",
	}
}

func write(t *testing.T, s *Store, f func(*store.Tx) error) error {
	t.Helper()
	return s.Write(t.Context(), f)
}

func TestConformance(t *testing.T) {
	storetest.Run(t, storetest.Suite{New: func(t *testing.T) storetest.Place { return place{t.TempDir()} }})
}

// A place is a folder with a database.
type place struct{ dir string }

func (p place) file() string { return filepath.Join(p.dir, "hall.db") }

func (p place) Open(t testing.TB) store.Store { return mustOpen(t, p.file()) }

func (p place) Exec(t testing.TB, statement string) error {
	db, err := sql.Open("sqlite", p.file())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	_, err = db.Exec(statement)
	return err
}

// Cut copies the files while the hall runs.
func (p place) Cut(t testing.TB) storetest.Place {
	after := place{t.TempDir()}
	for _, name := range []string{"hall.db", "hall.db-wal"} {
		b, err := os.ReadFile(filepath.Join(p.dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(after.dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return after
}

// The pragmas that durability depends on are what they are said to be.
func TestCommittedIsDurable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hall.db")
	s := mustOpen(t, path)
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "secure_delete": "1"} {
		var got string
		if err := s.writer.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %s, want %s, %v", pragma, got, want, err)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the database has mode %v, %v", info.Mode(), err)
	}
}

func TestDamagedFileIsNotOpened(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hall.db")
	if err := os.WriteFile(path, []byte(strings.Repeat("not a database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err := Open(t.Context(), path); err == nil {
		t.Error(s.Close(), "opened")
	}
}

func TestFullDiskIsAnErrorAndNotAHang(t *testing.T) {
	s := mustOpen(t, filepath.Join(t.TempDir(), "hall.db"))
	if _, err := s.writer.ExecContext(t.Context(), "PRAGMA max_page_count = 120"); err != nil {
		t.Fatal(err)
	}
	stored := 0
	for i := range 100 {
		v := ticket(strings.Repeat("x", 2000)+strconv.Itoa(i), i)
		if err := write(t, s, func(tx *store.Tx) error { return tx.PutTicket(v) }); err != nil {
			if !strings.Contains(err.Error(), "full") {
				t.Errorf("got %v", err)
			}
			break
		}
		stored++
	}
	if stored == 0 || stored == 100 {
		t.Fatalf("%d tickets fit on the full disk", stored)
	}
	if err := s.Read(t.Context(), func(tx *store.Tx) error {
		all, err := tx.Tickets("2026-11-23", queue.Waiting)
		if len(all) != stored {
			t.Errorf("%d tickets are left of %d", len(all), stored)
		}
		return err
	}); err != nil {
		t.Error(err)
	}
}
