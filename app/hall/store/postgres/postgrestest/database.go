package postgrestest

import (
	"fmt"
	"net/url"
	"strings"
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
	url, err := s.database("template1")
	if err != nil {
		t.Fatal(err)
	}
	return url
}

// database makes a copy of a database that nobody is connected to.
func (s *Server) database(template string) (url string, err error) {
	name := fmt.Sprint("test", databases.Add(1))
	if err := s.run("createdb", "-h", s.dir, "-U", "hall", "--maintenance-db=postgres", "-T", template, name); err != nil {
		return "", err
	}
	return s.URL(name), nil
}

// A Template is a database that tests get copies of, which takes less time
// than preparing each.
type Template struct {
	// Prepare fills the database at url and leaves no connection open.
	Prepare func(url string) error

	once sync.Once
	name string
	err  error
}

// New makes a copy on the shared server and returns its address.
func (p *Template) New(t testing.TB) string {
	t.Helper()
	s := Shared(t)
	p.once.Do(func() {
		original, err := s.database("template1")
		if err == nil {
			err = p.Prepare(original)
		}
		p.name, p.err = nameOf(original), err
	})
	if p.err != nil {
		t.Fatal(p.err)
	}
	copied, err := s.database(p.name)
	if err != nil {
		t.Fatal(err)
	}
	return copied
}

// nameOf is the database of an address that URL made.
func nameOf(address string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(address, "postgres:///"), "?")
	return name
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

// Standby makes a standby of the server, which ends with the test. From now on
// the server commits nothing that the standby does not have on its disk.
func (s *Server) Standby(t testing.TB) *Server {
	t.Helper()
	standby := &Server{bin: s.bin, cred: s.cred}
	if err := standby.makeFolder(); err != nil {
		t.Fatal(err)
	}
	if err := s.run("pg_basebackup", "-h", s.dir, "-U", "hall", "-D", standby.data(), "-R", "-X", "stream", "-c", "fast", "--no-sync"); err != nil {
		t.Fatal(err)
	}
	if err := standby.begin(""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := standby.stop(); err != nil {
			t.Error(err)
		}
	})
	for _, statement := range []string{"ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()"} {
		if err := s.run("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", s.dir, "-U", "hall", "-d", "postgres", "-c", statement); err != nil {
			t.Fatal(err)
		}
	}
	return standby
}

// Promote makes a standby the server.
func (s *Server) Promote(t testing.TB) {
	t.Helper()
	if err := s.run("pg_ctl", "promote", "-s", "-w", "-D", s.data()); err != nil {
		t.Fatal(err)
	}
}

// EitherURL is the address of a database on whichever of two servers can be
// written.
func EitherURL(a, b *Server, database string) string {
	q := url.Values{"host": {a.dir + "," + b.dir}, "user": {"hall"}, "target_session_attrs": {"read-write"}}
	return "postgres:///" + database + "?" + q.Encode()
}
