package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"hallway/app/hall/api"
	"hallway/app/hall/client"
	"hallway/app/hall/store"
	"hallway/app/hall/store/postgres/postgrestest"
	"hallway/app/hall/store/sqlite"
	"hallway/app/operation"
	"hallway/cmd/program"
	"hallway/queue"
)

// fill makes a hall's file: fill FILE TICKETS.
func fill(ts *testscript.TestScript, _ bool, args []string) {
	n := 0
	_, err := fmt.Sscan(args[1], &n)
	ts.Check(err)
	ts.Check(fillFile(ts.MkAbs(args[0]), n))
}

// fillFile makes a hall's file with people who wait today.
func fillFile(path string, n int) (err error) {
	s, err := sqlite.Open(context.Background(), path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	now := time.Now()
	day := queue.ServiceDay(now, time.FixedZone("CST", 8*3600), 4*time.Hour)
	return s.Write(context.Background(), func(tx *store.Tx) error {
		for i := 1; i <= n; i++ {
			id := queue.TicketID(fmt.Sprint("t", i))
			seq, err := tx.AddEvent(store.Event{At: now, Ticket: id, Kind: string(queue.Issue), To: queue.Waiting, Actor: "terminal 012"})
			if err := errors.Join(err, tx.PutTicket(store.Ticket{
				Ticket: queue.Ticket{ID: id, Day: day, Pool: "tax", Number: queue.FormatNumber("A", i, 999), Origin: queue.Online,
					State: queue.Waiting, IssuedAt: now, EffectiveAt: now, Version: 1},
				Op: operation.ID(fmt.Sprint("op", i)), Terminal: "012", Prefix: "A", Value: i, Code: "abcd2345", EventSeq: seq,
			})); err != nil {
				return err
			}
		}
		return nil
	})
}

// nodeOf gives a configuration the database at url, and the keys of another
// node when there is one.
func nodeOf(t *testing.T, url, first string) string {
	t.Helper()
	path := configure(t)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(fmt.Appendf(nil, "database = %q\n", url), b...), 0o600); err != nil {
		t.Fatal(err)
	}
	if first == "" {
		return path
	}
	data, from := filepath.Join(filepath.Dir(path), "data"), filepath.Join(filepath.Dir(first), "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"hall.key", "person.key"} {
		key, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(data, name), key, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// Two programs with one database are one hall: what happens at one is seen by
// whoever follows the other.
func TestTwoNodesServeOneHall(t *testing.T) {
	url := postgrestest.New(t)
	one := nodeOf(t, url, "")
	urlA, stopA := start(t, one)
	two := nodeOf(t, url, one)
	urlB, stopB := start(t, two)
	if a, b := info(t, urlA), info(t, urlB); a.KeyID != b.KeyID || a.ID != b.ID {
		t.Errorf("the nodes introduce themselves as %+v and %+v", a, b)
	}
	hallA, hallB := client.New(urlA, "token-of-terminal-012", nil), client.New(urlB, "", nil)
	defer hallA.Close()
	defer hallB.Close()
	signedIn := false
	for b, err := range hallB.Events(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if signedIn && b.Seq == 1 {
			break
		}
		if !signedIn {
			signedIn = true
			if _, err := hallA.SignIn(t.Context(), api.SignInRequest{Window: b.Windows[0].Window, Clerk: "1001", PIN: "2468"}); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, stop := range []func() error{stopA, stopB} {
		if err := stop(); err != nil {
			t.Error(err)
		}
	}
	http.DefaultClient.CloseIdleConnections()
}

// A node with keys of its own would open nothing that is sealed to the others.
func TestNodeWithOtherKeysIsRefused(t *testing.T) {
	url := postgrestest.New(t)
	_, stop := start(t, nodeOf(t, url, ""))
	m := &Main{Streams: program.Streams{Stderr: io.Discard, Stdout: io.Discard, Exit: func(int) {}}}
	if err := m.ParseFlags([]string{"--config", nodeOf(t, url, "")}); err != nil {
		t.Fatal(err)
	}
	if err := m.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "copy hall.key and person.key from the first node") {
		t.Errorf("got %v", err)
	}
	if err := errors.Join(m.Close(), stop()); err != nil {
		t.Error(err)
	}
}

// A hall's file beside an empty database was forgotten.
func TestFileThatDidNotMoveIsNotLeftBehind(t *testing.T) {
	url := postgrestest.New(t)
	path := nodeOf(t, url, "")
	file := filepath.Join(filepath.Dir(path), "data", "hall.db")
	if err := fillFile(file, 1); err != nil {
		t.Fatal(err)
	}
	m := &Main{Streams: program.Streams{Stderr: io.Discard, Stdout: io.Discard, Exit: func(int) {}}}
	if err := m.ParseFlags([]string{"--config", path}); err != nil {
		t.Fatal(err)
	}
	if err := m.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "move it there with hall migrate") {
		t.Errorf("got %v", err)
	}
	if err := m.Close(); err != nil {
		t.Error(err)
	}
	if _, err := move(t.Context(), file, url); err != nil {
		t.Errorf("the refusal has left something in the database: %v", err)
	}
}

// A hall that moved goes on where it was.
func TestMovedHallGoesOn(t *testing.T) {
	url := postgrestest.New(t)
	path := nodeOf(t, url, "")
	file := filepath.Join(filepath.Dir(path), "data", "hall.db")
	if err := fillFile(file, 3); err != nil {
		t.Fatal(err)
	}
	if _, err := move(t.Context(), file, url); err != nil {
		t.Fatal(err)
	}
	address, stop := start(t, path)
	c := client.New(address, "", nil)
	defer c.Close()
	for b, err := range c.Events(t.Context(), 0) {
		if err != nil || b.Waiting != 3 || b.Seq != 3 {
			t.Errorf("%+v, %v", b, err)
		}
		break
	}
	if _, err := move(t.Context(), file, url); err == nil || !strings.Contains(err.Error(), "another hall runs on") {
		t.Errorf("moved while it runs: %v", err)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}
