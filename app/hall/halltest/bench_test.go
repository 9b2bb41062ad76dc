package halltest

import (
	"bytes"
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"hallway/app/hall/api"
	"hallway/app/hall/store/postgres/postgrestest"
	"hallway/app/operation"
)

// bare opens a database of the engine with a table for nothing but commits.
func bare(b *testing.B, name string) *sql.DB {
	b.Helper()
	driver, dsn, table := "pgx", "", "CREATE TABLE bare(body bytea)"
	if name == SQLite {
		driver, dsn = "sqlite", "file:"+filepath.Join(b.TempDir(), "bare.db")+"?_journal_mode=WAL&_synchronous=FULL&_txlock=immediate"
		table = "CREATE TABLE bare(body BLOB)"
	} else {
		dsn = postgrestest.New(b)
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		b.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	b.Cleanup(func() { _ = db.Close() })
	if _, err := db.Exec(table); err != nil {
		b.Fatal(err)
	}
	return db
}

// A visit is a number taken, called and finished, between bare durable commits
// of 1 KB on the same engine in the same run. Commits of a disk vary, their
// ratios do not.
func BenchmarkVisit(b *testing.B) {
	for _, name := range []string{SQLite, Postgres} {
		b.Run(name, func(b *testing.B) { benchmarkVisit(b, name) })
	}
}

func benchmarkVisit(b *testing.B, name string) {
	db, body := bare(b, name), bytes.Repeat([]byte{7}, 1024)
	w := &World{t: b, Clock: &Clock{now: Start}, Dir: b.TempDir(), items: Catalogue()}
	w.items.Pools[0].Last, w.items.Pools[0].OfflineFrom, w.items.Pools[0].OfflineTo = 8_000_000, 8_000_001, 8_000_009
	w.open = places[name](b, w.Dir)
	w.start()
	r, err := w.Desk.SignIn(b.Context(), api.SignInRequest{Window: "1", Clerk: Clerk, PIN: PIN})
	if err != nil {
		b.Fatal(err)
	}
	command := func(action string) {
		if _, err := w.Desk.Command(b.Context(), r.Token, api.CounterCommand{CommandID: string(w.NewID()), Action: action}); err != nil {
			b.Fatal(err)
		}
	}
	var commit, issue, call, finish time.Duration
	for b.Loop() {
		e := w.Envelope(operation.TicketIssue, TicketBody(ItemFree, nil))
		commit += timed(func() {
			if _, err := db.ExecContext(b.Context(), "INSERT INTO bare(body) VALUES ($1)", body); err != nil {
				b.Fatal(err)
			}
		})
		issue += timed(func() { w.Submit(e) })
		call += timed(func() { command(api.ActionNext) })
		command(api.ActionStart)
		finish += timed(func() { command(api.ActionFinish) })
	}
	b.ReportMetric(float64(commit.Nanoseconds())/float64(b.N), "commit-ns")
	for unit, d := range map[string]time.Duration{"issue/commit": issue, "call/commit": call, "finish/commit": finish} {
		b.ReportMetric(float64(d)/float64(commit), unit)
	}
}

// timed returns how long f takes.
func timed(f func()) time.Duration {
	begin := time.Now()
	f()
	return time.Since(begin)
}
