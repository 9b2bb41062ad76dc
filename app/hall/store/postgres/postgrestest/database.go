package postgrestest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
)

// shared is the server of the tests of a package. It ends with the process.
var shared = sync.OnceValues(start)

var databases atomic.Int64

// New makes an empty database on the shared server and returns its address. It
// is removed with the server: removing one alone takes longer than making it.
func New(t testing.TB) string {
	t.Helper()
	return Shared(t).Database(t)
}

// Shared returns the server that the tests of a package share. A test that
// crashes it starts it again.
func Shared(t testing.TB) *Server {
	t.Helper()
	s, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Database makes an empty database and returns its address.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	name := fmt.Sprint("test", databases.Add(1))
	if err := s.run("createdb", "-h", s.dir, "-U", "hall", "--maintenance-db=postgres", name); err != nil {
		t.Fatal(err)
	}
	return s.URL(name)
}

// Start starts a server of the test's own. It ends with the test.
func Start(t testing.TB) *Server {
	t.Helper()
	s, err := start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Crash stops the server as a power cut does: nothing is written any more, and
// the next start recovers from the log.
func (s *Server) Crash(t testing.TB) { s.mustStop(t, "immediate") }

// Stop stops the server in order. Connections are cut.
func (s *Server) Stop(t testing.TB) { s.mustStop(t, "fast") }

func (s *Server) mustStop(t testing.TB, mode string) {
	t.Helper()
	if err := s.run("pg_ctl", "stop", "-s", "-w", "-m", mode, "-D", s.data()); err != nil {
		t.Fatal(err)
	}
}

// Restart starts the server again after Crash or Stop.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	if err := s.start(); err != nil {
		t.Fatal(err)
	}
}
