package postgres

import (
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"hallway/app/hall/store"
	"hallway/app/hall/store/postgres/postgrestest"
)

// refusedOpen fails the test unless opening fails with all of these words.
func refusedOpen(t *testing.T, url string, words ...string) {
	t.Helper()
	s, err := Open(t.Context(), url)
	if err == nil {
		t.Fatal("opened", s.Close())
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%v does not say %q", err, w)
		}
	}
	if strings.Contains(err.Error(), "opensesame") {
		t.Errorf("the error shows the password: %v", err)
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	p := newPlace(t)
	refusedOpen(t, "/var/lib/hall.db", "postgres://user@host/database")
	refusedOpen(t, "", "postgres://user@host/database")
	refusedOpen(t, "postgres://hall:opensesame@[::1", "address of the database")
	refusedOpen(t, "postgres://hall:opensesame@127.0.0.1:1/hall", `database "hall" of user "hall" at 127.0.0.1`, "connection refused")
	refusedOpen(t, strings.Replace(p.server.URL("none"), "user=hall", "user=hall&password=opensesame", 1), `database "none" does not exist`)
	if err := p.Exec(t, "CREATE ROLE guest LOGIN"); err != nil {
		t.Fatal(err)
	}
	refusedOpen(t, strings.Replace(p.url, "user=hall", "user=guest", 1), "make the user of the hall the owner")
	if err := p.Exec(t, "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0"); err != nil {
		t.Fatal(err)
	}
	refusedOpen(t, p.server.URL("latin"), "ENCODING 'UTF8'")
	if IsURL("hall.db") || Check(p.url) != nil {
		t.Error("an address is not known as one")
	}
}

func TestServerThatForgetsIsRefused(t *testing.T) {
	server := postgrestest.Start(t)
	p := place{server, server.Database(t)}
	for _, q := range []string{"ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()"} {
		if err := p.Exec(t, q); err != nil {
			t.Fatal(err)
		}
	}
	waitFor(t, func() bool {
		return p.Exec(t, "DO $$ BEGIN IF current_setting('fsync') = 'on' THEN RAISE 'not yet'; END IF; END $$") == nil
	})
	refusedOpen(t, p.url, "set fsync = on")
}

// Several nodes that start on an empty database at once migrate it once.
func TestNodesThatStartAtOnceMigrateOnce(t *testing.T) {
	p := newPlace(t)
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			s, err := Open(t.Context(), p.url)
			if err != nil {
				t.Error(err)
				return
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	// Fails when a version was applied twice.
	if err := p.Exec(t, "CREATE UNIQUE INDEX ON goose_db_version(version_id)"); err != nil {
		t.Error(err)
	}
}

func TestNodesAgreeOnWhatTheyClaim(t *testing.T) {
	p := newPlace(t)
	a, b := mustOpen(t, p.url), mustOpen(t, p.url)
	for _, s := range []*Store{a, b, a} {
		if err := s.Claim(t.Context(), map[string]string{"hall.key": "k1", "id": "0417"}); err != nil {
			t.Error(err)
		}
	}
	for range 10 { // in whatever order the values are looked at
		err := b.Claim(t.Context(), map[string]string{"hall.key": "k2", "zone": "UTC"})
		if err == nil || !strings.Contains(err.Error(), `hall.key of this node is "k2"`) || !strings.Contains(err.Error(), `"k1"`) {
			t.Errorf("got %v", err)
		}
	}
	if err := a.Claim(t.Context(), map[string]string{"zone": "Asia/Shanghai"}); err != nil {
		t.Errorf("a refused node has set something: %v", err)
	}
}

// What comes from outside becomes text that the server takes, and stays that.
func TestTextIsWhatTheServerTakes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")) + rapid.String().Draw(t, "text")
		got := Text(s)
		if !utf8.ValidString(got) || strings.Contains(got, "\x00") || Text(got) != got {
			t.Errorf("%q becomes %q", s, got)
		}
		if utf8.ValidString(s) && !strings.Contains(s, "\x00") && got != s {
			t.Errorf("good text %q becomes %q", s, got)
		}
	})
}

func TestPlaceholdersGetTheTypesOfTheirValues(t *testing.T) {
	for _, c := range []struct{ query, kinds, want string }{
		{"SELECT 1", "", "SELECT 1"},
		{"?1 ?2 ?1", "si", "$1::text $2::bigint $1::text"},
		{"?10", "sssssssssb", "$10::bytea"},
		{"?12", "s", "?12"},
		{"a = ?1-1 AND b = '?1''?1' AND c = ?2", "in", "a = $1::bigint-1 AND b = '?1''?1' AND c = $2"},
		{"data ? 'x' ?0 ?", "s", "data ? 'x' ?0 ?"},
	} {
		if got := translate(c.query, c.kinds); got != c.want {
			t.Errorf("%q with %q is %q, want %q", c.query, c.kinds, got, c.want)
		}
	}
	got, kinds, err := values([]any{true, false, 1, "a\x00\xff", []byte{0}, nil, 1.5, store.ErrChanged})
	if err == nil {
		t.Error("an error was taken as a value", got, kinds)
	}
	got, kinds, err = values([]any{true, false, uint8(3), "a\x00\xff", []byte{0}, nil, 1.5})
	if err != nil || kinds != "iiisbnf" || got[0] != int64(1) || got[3] != "a\uFFFD\uFFFD" {
		t.Errorf("%v %q %v", got, kinds, err)
	}
}
