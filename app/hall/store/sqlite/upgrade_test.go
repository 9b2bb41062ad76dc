package sqlite

import (
	"database/sql"
	"io/fs"
	"path/filepath"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"hallway/app/hall/store"
	"hallway/queue"
)

// oldTicket is how the first version stores a ticket that waits.
const oldTicket = `INSERT INTO ticket(ticket_id, op_id, terminal, day, pool, service, prefix, value, number, origin, state, lang, code, person_key,
	duplicate_of, issued_at, effective_at, win, called_at, announced_at, calls, version, event_seq, announce_seq)
	VALUES (?, ?, '012', '2026-11-23', 'p', 's', 'A', ?, ?, 'online', 'waiting', 'zh-Hans', 'abcd2345', NULL, NULL, 1000, 1000, '', 0, 0, 0, 1, 1, 0)`

const oldEvent = `INSERT INTO event(seq, at, ticket_id, kind, from_state, to_state, win, actor, command_id)
	VALUES (?, 1000, ?, 'issue', '', 'waiting', '', 'terminal 012', 'op')`

// A hall of the first version keeps its tickets and events, and its programs
// can still write while the new one runs.
func TestUpgradeKeepsTicketsAndServesTheVersionBefore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hall.db")
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=foreign_keys(1)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	scripts, err := fs.Sub(migrations, "migrations")
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, scripts)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	exec := func(q string, args ...any) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), q, args...); err != nil {
			t.Fatal(err)
		}
	}
	exec(oldTicket, "t1", "o1", 1, "A001")
	exec(oldEvent, 1, "t1")

	s := mustOpen(t, path)
	exec(oldTicket, "t2", "o2", 2, "A002")
	exec(oldEvent, 2, "t2")
	err = s.Read(t.Context(), func(tx *store.Tx) error {
		line, err := tx.Line("2026-11-23")
		if err != nil {
			return err
		}
		if len(line) != 2 || line[0].Lane != queue.Normal {
			t.Errorf("the line is %+v", line)
		}
		events, err := tx.Events(time.UnixMilli(0), time.UnixMilli(2000))
		if len(events) != 2 || events[0].Ticket != "t1" {
			t.Errorf("events %+v", events)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), oldEvent, 3, "nobody"); err == nil {
		t.Error("an event of a ticket that does not exist is stored")
	}
}
