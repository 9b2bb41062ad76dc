package postgres_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hallway/app/hall/store"
	"hallway/app/hall/store/postgres"
	"hallway/app/hall/store/postgres/postgrestest"
	"hallway/app/hall/store/sqlite"
	"hallway/app/operation"
	"hallway/queue"
)

// small opens a hall in one file with n operations and tickets.
func small(t *testing.T, n int) (*sqlite.Store, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "hall.db")
	s, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	if err := s.Write(t.Context(), func(tx *store.Tx) error {
		for i := range n {
			id := fmt.Sprint("op", i)
			ticket := store.Ticket{
				Ticket: queue.Ticket{ID: queue.TicketID(fmt.Sprint("t", i)), Day: "2026-11-23", Pool: "企业", Number: queue.FormatNumber("A", i, 9999),
					Origin: queue.Online, State: queue.Waiting, IssuedAt: now, Version: 1},
				Op: operation.ID(id), Prefix: "A", Value: i,
			}
			_, err := tx.AddEvent(store.Event{At: now, Ticket: ticket.ID, Kind: "issue"})
			if err := errors.Join(err, tx.PutTicket(ticket), tx.PutOp(store.Op{
				Envelope: operation.Envelope{ID: operation.ID(id), BodySHA256: strings.Repeat("0", 64), Body: []byte{0, 1, byte(i)}},
				Result:   operation.Result{ID: operation.ID(id), Status: operation.Applied}, LodgedAt: now, ReceivedAt: now,
			})); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return s, path
}

func open(t *testing.T, url string) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// The schemas of both stores have the same tables and columns, or the import
// of an empty hall fails.
func TestSchemasAreTwins(t *testing.T) {
	from, _ := small(t, 0)
	if _, err := open(t, postgrestest.New(t)).Import(t.Context(), from); err != nil {
		t.Error(err)
	}
}

func TestHallMovesWhole(t *testing.T) {
	const n = 300
	from, path := small(t, n)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("UPDATE ticket SET lang = 'a' || char(0) WHERE value = 7"); err != nil {
		t.Fatal(err)
	}
	to := open(t, postgrestest.New(t))
	copied, err := to.Import(t.Context(), from)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]store.Copied{}
	for _, c := range copied {
		got[c.Table] = c
	}
	if got["ticket"].Rows != n || got["event"].Rows != n || got["op_log"].Rows != n || got["sequence"].Rows != 1 || got["ticket"].Altered != 1 {
		t.Errorf("%+v", got)
	}
	if err := to.Read(t.Context(), func(tx *store.Tx) error {
		line, err := tx.Line("2026-11-23")
		o, ok, err2 := tx.Op("op299")
		seq, err3 := tx.LastOf(store.EventSequence)
		if len(line) != n || !ok || o.Envelope.Body[1] != 1 || seq != n {
			t.Errorf("%d wait, %v %+v, event %d", len(line), ok, o, seq)
		}
		return errors.Join(err, err2, err3)
	}); err != nil {
		t.Error(err)
	}
	if _, err := to.Import(t.Context(), from); !errors.Is(err, postgres.ErrNotEmpty) {
		t.Errorf("a second time: %v", err)
	}
}

func TestClaimedDatabaseIsNotEmpty(t *testing.T) {
	from, _ := small(t, 1)
	to := open(t, postgrestest.New(t))
	if err := to.Claim(t.Context(), map[string]string{"hall.key": "k"}); err != nil {
		t.Fatal(err)
	}
	if _, err := to.Import(t.Context(), from); !errors.Is(err, postgres.ErrNotEmpty) {
		t.Errorf("got %v", err)
	}
}

// odd is a hall whose dump is changed on its way.
type odd struct {
	*sqlite.Store
	tables func([]store.Table) []store.Table
	row    func(table string, row []any) error
}

type oddDump struct {
	store.Dump
	odd odd
}

func (o odd) Dump(ctx context.Context, f func(store.Dump) error) error {
	return o.Store.Dump(ctx, func(d store.Dump) error { return f(oddDump{d, o}) })
}

func (d oddDump) Tables() ([]store.Table, error) {
	t, err := d.Dump.Tables()
	if d.odd.tables != nil {
		t = d.odd.tables(t)
	}
	return t, err
}

func (d oddDump) Rows(t store.Table) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for row, err := range d.Dump.Rows(t) {
			if err == nil && d.odd.row != nil {
				err = d.odd.row(t.Name, row)
			}
			if !yield(row, err) {
				return
			}
		}
	}
}

// Whatever goes wrong on the way leaves the database as empty as before.
func TestFailedMoveLeavesNothing(t *testing.T) {
	from, _ := small(t, 20)
	to := open(t, postgrestest.New(t))
	rows := 0
	for what, o := range map[string]odd{
		"schemas differ in ticket.lang, ticket.of_the_future": {tables: func(all []store.Table) []store.Table {
			for i, t := range all {
				if t.Name == "ticket" {
					all[i].Columns = append([]string{"of_the_future"}, t.Columns...)
					for j, c := range all[i].Columns {
						if c == "lang" {
							all[i].Columns = append(all[i].Columns[:j:j], all[i].Columns[j+1:]...)
						}
					}
				}
			}
			return all
		}},
		"schemas differ in lease.day, lease.hi": {tables: func(all []store.Table) []store.Table {
			return slices.DeleteFunc(all, func(t store.Table) bool { return t.Name == "lease" })
		}},
		"disk is broken": {row: func(table string, _ []any) error {
			if rows++; table == "op_log" && rows > 10 {
				return errors.New("disk is broken")
			}
			return nil
		}},
		"holds a float64": {row: func(table string, row []any) error {
			if table == "op_log" {
				row[0] = 1.5
			}
			return nil
		}},
		"table ticket: changed meanwhile": {row: func(table string, row []any) error {
			for i, v := range row {
				if v == "waiting" && table == "ticket" {
					row[i] = "lost"
				}
			}
			return nil
		}},
	} {
		o.Store = from
		if _, err := to.Import(t.Context(), o); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: got %v", what, err)
		}
	}
	if copied, err := to.Import(t.Context(), from); err != nil {
		t.Errorf("after the failures: %v, %v", copied, err)
	}
}

// A server that changes a value on its way in is found out.
func TestWhatArrivedOtherwiseIsNotAccepted(t *testing.T) {
	from, _ := small(t, 3)
	url := postgrestest.New(t)
	to := open(t, url)
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`CREATE FUNCTION lie() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.code = 'other'; RETURN NEW; END $$;
		CREATE TRIGGER lie BEFORE INSERT ON ticket FOR EACH ROW WHEN (NEW.value = 2) EXECUTE FUNCTION lie()`); err != nil {
		t.Fatal(err)
	}
	if _, err := to.Import(t.Context(), from); err == nil || !strings.Contains(err.Error(), "table ticket: 3 rows with hash") {
		t.Errorf("got %v", err)
	}
}
