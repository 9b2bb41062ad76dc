package halltest

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"hallway/app/hall/store"
	"hallway/app/hall/store/postgres"
	"hallway/app/hall/store/postgres/postgrestest"
	"hallway/app/hall/store/sqlite"
)

// The stores that a hall can have.
const (
	SQLite   = "sqlite"
	Postgres = "postgres"
)

// engine is the store of the halls that New makes.
var engine = SQLite

// places make a new place for a hall, by store, and return how it is opened.
var places = map[string]func(t testing.TB, dir string) func() (store.Store, error){
	SQLite: func(_ testing.TB, dir string) func() (store.Store, error) {
		return func() (store.Store, error) { return sqlite.Open(context.Background(), filepath.Join(dir, "hall.db")) }
	},
	Postgres: func(t testing.TB, _ string) func() (store.Store, error) {
		return openAt(migrated.New(t))
	},
}

// migrated is an empty hall.
var migrated = postgrestest.Template{Prepare: func(url string) error {
	s, err := postgres.Open(context.Background(), url)
	if err != nil {
		return err
	}
	return s.Close()
}}

// openAt returns how the database at url is opened.
func openAt(url string) func() (store.Store, error) {
	return func() (store.Store, error) { return postgres.Open(context.Background(), url) }
}

// Both runs the tests of a package twice.
type Both struct{ m *testing.M }

// OnEachStore makes the tests of a package run on SQLite and then on
// PostgreSQL; HALLWAY_STORE=sqlite or =postgres leaves one of them out.
func OnEachStore(m *testing.M) Both { return Both{m} }

// Run runs the tests and returns the code to exit with.
func (b Both) Run() int {
	stores := []string{SQLite, Postgres}
	if only := os.Getenv("HALLWAY_STORE"); only != "" {
		stores = []string{only}
	}
	for _, name := range stores {
		if places[name] == nil {
			fmt.Fprintf(os.Stderr, "HALLWAY_STORE is %q, use %s or %s\n", name, SQLite, Postgres)
			return 2
		}
		engine = name
		code := b.m.Run()
		if code != 0 {
			fmt.Println("the tests failed on", name)
		}
		if code != 0 || listing() {
			return code
		}
	}
	return 0
}

// listing reports whether the tests are only to be named.
func listing() bool {
	f := flag.Lookup("test.list")
	return f != nil && f.Value.String() != ""
}
