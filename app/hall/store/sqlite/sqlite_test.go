package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"hallway/app/hall/store"
	"hallway/app/operation"
	"hallway/queue"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var t0 = time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)

func mustOpen(t *testing.T, path string) *Store {
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

// The database itself refuses what must never be, whatever the program does.
func TestSchemaCarriesTheRules(t *testing.T) {
	s := mustOpen(t, filepath.Join(t.TempDir(), "hall.db"))
	put := func(v store.Ticket) error {
		return write(t, s, func(tx *store.Tx) error { return tx.PutTicket(v) })
	}
	first := ticket("1", 1)
	first.PersonKey, first.State, first.Window = "k", queue.Called, "3"
	if err := put(first); err != nil {
		t.Fatal(err)
	}
	for what, change := range map[string]func(*store.Ticket){
		"number given twice":             func(v *store.Ticket) { v.Value, v.Number = 1, "A001" },
		"second ticket at a window":      func(v *store.Ticket) { v.State, v.Window = queue.Serving, "3" },
		"person twice in a pool":         func(v *store.Ticket) { v.PersonKey = "k" },
		"two tickets of one operation":   func(v *store.Ticket) { v.Op = "op-1" },
		"called at no window":            func(v *store.Ticket) { v.State = queue.Called },
		"state that is none":             func(v *store.Ticket) { v.State = "lost" },
		"ticket of nobody known to rule": func(v *store.Ticket) { v.Origin = "friend" },
	} {
		v := ticket("2", 2)
		change(&v)
		if err := put(v); err == nil {
			t.Errorf("%s: stored", what)
		}
	}
	fine := ticket("2", 2)
	if err := put(fine); err != nil {
		t.Errorf("a ticket like any other: %v", err)
	}
}

func TestOldVersionCannotOverwrite(t *testing.T) {
	s := mustOpen(t, filepath.Join(t.TempDir(), "hall.db"))
	v := ticket("1", 1)
	if err := write(t, s, func(tx *store.Tx) error { return tx.PutTicket(v) }); err != nil {
		t.Fatal(err)
	}
	v.State, v.Version = queue.Cancelled, 2
	update := func(tx *store.Tx) error { return tx.UpdateTicket(v) }
	if err := write(t, s, update); err != nil {
		t.Fatal(err)
	}
	if err := write(t, s, update); !errors.Is(err, store.ErrChanged) {
		t.Errorf("the same change again: %v", err)
	}
}

func TestFailedTransactionChangesNothing(t *testing.T) {
	s := mustOpen(t, filepath.Join(t.TempDir(), "hall.db"))
	fail := errors.New("no")
	err := write(t, s, func(tx *store.Tx) error {
		if _, err := tx.NextOf("x"); err != nil {
			t.Fatal(err)
		}
		return fail
	})
	if !errors.Is(err, fail) {
		t.Errorf("got %v", err)
	}
	if err := s.Read(t.Context(), func(tx *store.Tx) error {
		n, err := tx.LastOf("x")
		if n != 0 {
			t.Errorf("%d was counted", n)
		}
		return err
	}); err != nil {
		t.Error(err)
	}
}

func TestReadersCannotWrite(t *testing.T) {
	s := mustOpen(t, filepath.Join(t.TempDir(), "hall.db"))
	if err := s.Read(t.Context(), func(tx *store.Tx) error {
		_, err := tx.NextOf("x")
		return err
	}); err == nil {
		t.Error("written while reading")
	}
}

func TestReadersDoNotWaitForTheWriter(t *testing.T) {
	s := mustOpen(t, filepath.Join(t.TempDir(), "hall.db"))
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second) // below the busy timeout
	defer cancel()
	if err := write(t, s, func(tx *store.Tx) error {
		if _, err := tx.NextOf("x"); err != nil {
			return err
		}
		return s.Read(ctx, func(tx *store.Tx) error {
			n, err := tx.LastOf("x")
			if n != 0 {
				t.Error("a reader saw what was not committed")
			}
			return err
		})
	}); err != nil {
		t.Error(err)
	}
}

func TestNumbersAreTakenOnceAndToTheEnd(t *testing.T) {
	s := mustOpen(t, filepath.Join(t.TempDir(), "hall.db"))
	taken := map[int]bool{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			err := write(t, s, func(tx *store.Tx) error {
				from, to, ok, err := tx.TakeNumbers("2026-11-23", "A", store.SeriesOffline, 801, 895, 10)
				mu.Lock()
				defer mu.Unlock()
				for n := from; ok && n <= to; n++ {
					if taken[n] || n < 801 || n > 895 {
						t.Errorf("%d was taken again or is outside of the range", n)
					}
					taken[n] = true
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if len(taken) != 95 {
		t.Errorf("%d of 95 numbers were taken", len(taken))
	}
}

func TestOperationsArePermanent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hall.db")
	s := mustOpen(t, path)
	o := store.Op{
		Envelope: operation.Envelope{ID: "1", Terminal: "012", Kind: operation.TicketIssue, BodySHA256: strings.Repeat("0", 64), Body: []byte{1}},
		Result:   operation.Result{ID: "1", Status: operation.Applied, Ticket: &operation.TicketAnswer{Number: "A001"}},
		LodgedAt: t0, ReceivedAt: t0.Add(time.Second),
	}
	put := func() error { return write(t, s, func(tx *store.Tx) error { return tx.PutOp(o) }) }
	if err := put(); err != nil {
		t.Fatal(err)
	}
	if err := put(); !errors.Is(err, store.ErrChanged) {
		t.Errorf("the same operation again: %v", err)
	}
	if err := s.Read(t.Context(), func(tx *store.Tx) error {
		got, ok, err := tx.Op("1")
		if d := cmp.Diff(o, got); d != "" || !ok {
			t.Error(ok, d)
		}
		return err
	}); err != nil {
		t.Error(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, q := range []string{"DELETE FROM op_log", "UPDATE op_log SET status = 'rejected'"} {
		if _, err := db.Exec(q); err == nil || !strings.Contains(err.Error(), "permanent") {
			t.Errorf("%s: %v", q, err)
		}
	}
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

// A copy of the files while the hall runs is what a power cut leaves: every
// committed row is there.
func TestCommittedSurvivesACut(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, filepath.Join(dir, "hall.db"))
	for i := range 40 {
		if err := write(t, s, func(tx *store.Tx) error {
			_, err := tx.NextOf("x")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if i%13 != 0 {
			continue
		}
		after := t.TempDir()
		for _, name := range []string{"hall.db", "hall.db-wal"} {
			b, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(after, name), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := mustOpen(t, filepath.Join(after, "hall.db")).Read(t.Context(), func(tx *store.Tx) error {
			n, err := tx.LastOf("x")
			if n != int64(i+1) {
				t.Errorf("after %d commits %d are left", i+1, n)
			}
			return err
		}); err != nil {
			t.Error(err)
		}
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
	if _, err := s.writer.ExecContext(t.Context(), "PRAGMA max_page_count = 60"); err != nil {
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

func TestSlotGivesItsPlacesAndNoMore(t *testing.T) {
	s := mustOpen(t, filepath.Join(t.TempDir(), "hall.db"))
	slot := store.Slot{ID: "s", Item: "i", Day: "2026-11-24", Start: t0, End: t0.Add(time.Minute), Capacity: 3}
	got := 0
	for range 5 {
		if err := write(t, s, func(tx *store.Tx) error {
			ok, err := tx.TakePlace(slot, false, t0)
			if ok {
				got++
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		slot.Capacity = 99 // the catalogue was edited
	}
	if got != 3 {
		t.Errorf("%d places of 3 were taken", got)
	}
}
