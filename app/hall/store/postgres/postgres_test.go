package postgres

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"

	"hallway/app/hall/store"
	"hallway/app/hall/store/postgres/postgrestest"
	"hallway/app/hall/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func mustOpen(t testing.TB, url string) *Store {
	t.Helper()
	s, err := Open(context.Background(), url)
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

func TestConformance(t *testing.T) {
	storetest.Run(t, storetest.Suite{Shared: true, New: func(t *testing.T) storetest.Place { return newPlace(t) }})
}

// A place is a database on a server that may crash.
type place struct {
	server *postgrestest.Server
	url    string
}

func newPlace(t testing.TB) place {
	t.Helper()
	s := postgrestest.Shared(t)
	return place{s, s.Database(t)}
}

func (p place) Open(t testing.TB) store.Store { return mustOpen(t, p.url) }

func (p place) Exec(t testing.TB, statement string) error {
	c, err := pgx.Connect(context.Background(), p.url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(context.Background())
	_, err = c.Exec(context.Background(), statement)
	return err
}

// Cut crashes the server. Stores that are open connect again.
func (p place) Cut(t testing.TB) storetest.Place {
	p.server.Crash(t)
	p.server.Restart(t)
	return p
}
