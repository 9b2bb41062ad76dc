package crashfs

import (
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"

	_ "modernc.org/sqlite"

	"hallway/app/outbox/disk"
)

// open opens the database of d, or of a folder when d is nil.
func open(t testing.TB, d disk.Disk, pragmas string) *sql.DB {
	t.Helper()
	dsn := "file:" + d.Path("x.db") + "?_txlock=immediate&_busy_timeout=5000" + pragmas
	if d.VFS() != "" {
		dsn += "&vfs=" + d.VFS()
	}
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	return db
}

func mustDisk(t testing.TB) *Disk {
	t.Helper()
	d, err := New(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// run commits rows until the power goes and returns how many were acknowledged
// and how many of those the disk has lost.
func run(t *testing.T, pragmas string, lie bool, mode Mode, seed uint64) (acked, lost int) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 1))
	d := mustDisk(t)
	d.Lie = func(string) bool { return lie }
	db := open(t, d, pragmas)
	if _, err := db.Exec(`CREATE TABLE x (n INTEGER PRIMARY KEY, b BLOB)`); err != nil {
		t.Fatal(err)
	}
	d.CutAt(1 + rng.IntN(400))
	for !d.Dead() {
		if _, err := db.Exec(`INSERT INTO x VALUES (?, ?)`, acked+1, make([]byte, rng.IntN(6000))); err == nil {
			acked++
		}
	}
	db.Close()
	into := t.TempDir()
	if err := d.Image(into, mode, rng); err != nil {
		t.Fatal(err)
	}
	after := open(t, disk.Dir(into), pragmas)
	var stored int
	if err := after.QueryRow(`SELECT count(*) FROM x WHERE n <= ?`, acked).Scan(&stored); err != nil {
		return acked, acked
	}
	return acked, acked - stored
}

// TestTheHarnessFindsWhatSQLiteDocuments cuts the power under settings whose
// durability SQLite documents (sqlite.org/pragma.html#pragma_synchronous).
func TestTheHarnessFindsWhatSQLiteDocuments(t *testing.T) {
	for _, c := range []struct {
		name, pragmas string
		lie, loses    bool
	}{
		{"WAL FULL", "&_journal_mode=WAL&_synchronous=FULL", false, false},
		{"WAL NORMAL", "&_journal_mode=WAL&_synchronous=NORMAL", false, true},
		{"WAL OFF", "&_journal_mode=WAL&_synchronous=OFF", false, true},
		{"DELETE FULL", "&_journal_mode=DELETE&_synchronous=FULL", false, true},
		{"DELETE EXTRA", "&_journal_mode=DELETE&_synchronous=EXTRA", false, false},
		{"WAL FULL on a disk that lies", "&_journal_mode=WAL&_synchronous=FULL", true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			var acked, lost, cuts int
			for seed := range uint64(15) {
				for _, m := range Modes {
					a, l := run(t, c.pragmas, c.lie, m, seed)
					acked, lost = acked+a, lost+l
					if l > 0 {
						cuts++
					}
				}
			}
			t.Logf("%d acknowledged, %d lost, in %d of 45 cuts", acked, lost, cuts)
			if acked == 0 || (lost > 0) != c.loses {
				t.Errorf("%d of %d lost, loss expected: %v", lost, acked, c.loses)
			}
		})
	}
}

func TestFaultsReachSQLite(t *testing.T) {
	for _, c := range []struct {
		kind Kind
		err  error
		want string
	}{
		{Write, syscall.ENOSPC, "database or disk is full (13)"},
		{Write, syscall.EIO, "(778)"},
		{Sync, syscall.EIO, "(1034)"},
	} {
		t.Run(fmt.Sprint(c.kind, " ", c.err), func(t *testing.T) {
			d := mustDisk(t)
			db := open(t, d, "&_journal_mode=WAL&_synchronous=FULL")
			if _, err := db.Exec(`CREATE TABLE x (n INTEGER PRIMARY KEY)`); err != nil {
				t.Fatal(err)
			}
			d.Fault = func(k Call) error {
				if k.Kind == c.kind && k.Name == "x.db-wal" {
					return c.err
				}
				return nil
			}
			if _, err := db.Exec(`INSERT INTO x VALUES (1)`); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("err = %v, want %s", err, c.want)
			}
			d.Fault = nil
			if _, err := db.Exec(`INSERT INTO x VALUES (2)`); err != nil {
				t.Errorf("after the fault: %v", err)
			}
		})
	}
}

// TestFilesOfTheDisk says what is left of a file that is written without SQLite.
func TestFilesOfTheDisk(t *testing.T) {
	d := mustDisk(t)
	if err := disk.Replace(d, "a", []byte("old")); err != nil {
		t.Fatal(err)
	}
	f, err := d.Append("a")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte(" and new")); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Append("b"); err != nil {
		t.Fatal(err)
	}
	content := func(m Mode, seed uint64) string {
		dir := disk.Dir(t.TempDir())
		if err := d.Image(string(dir), m, rand.New(rand.NewPCG(seed, 0))); err != nil {
			t.Fatal(err)
		}
		b, err := dir.ReadFile("a")
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	if got := content(Nothing, 1); got != "old" {
		t.Errorf("what was not synced is there: %q", got)
	}
	seen := map[string]bool{}
	for seed := range uint64(20) {
		seen[content(Subset, seed)] = true
	}
	if !seen["old"] || !seen["old and new"] || len(seen) != 2 {
		t.Errorf("the disk may hold %v", seen)
	}
	d.Cut()
	if err := d.Remove("a"); !errors.Is(err, syscall.EIO) {
		t.Errorf("a disk without power takes a change: %v", err)
	}
	if names, err := d.Names("."); err != nil || len(names) != 2 {
		t.Errorf("names %v, %v", names, err)
	}
}
