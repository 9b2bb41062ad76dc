package outbox

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hallway/app/operation"
	"hallway/idreader"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// opened is when the tests' hall opens: Monday, 09:00 in Shanghai.
var opened = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

// testClock is a clock that tests move.
type testClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *testClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *testClock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// rig is a terminal with a hall on loopback.
type rig struct {
	*Terminal
	hall  *testHall
	clock *testClock
	opts  Options
	id    func() operation.ID

	served *atomic.Int64 // acceptances of a benchmark
}

// newRig starts a terminal that has never seen its hall.
func newRig(t testing.TB, change ...func(*Options)) *rig {
	t.Helper()
	clock := &testClock{now: opened}
	hall := newHall(t, clock.Now)
	o := Options{Dir: t.TempDir(), Terminal: "012", Hall: hall.serve(t), Answer: 300 * time.Millisecond, Now: clock.Now,
		Log: slog.New(slog.NewTextHandler(testWriter{t}, nil))}
	for _, c := range change {
		c(&o)
	}
	r := &rig{hall: hall, clock: clock, opts: o, served: new(atomic.Int64)}
	r.start(t)
	r.id = r.o.NewID
	return r
}

// start opens the terminal.
func (r *rig) start(t testing.TB) {
	t.Helper()
	term, err := Open(t.Context(), r.opts)
	if err != nil {
		t.Fatal(err)
	}
	r.Terminal = term
	t.Cleanup(func() {
		if err := term.Close(); err != nil {
			t.Error(err)
		}
	})
}

// restart closes and opens the terminal.
func (r *rig) restart(t testing.TB) {
	t.Helper()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	r.start(t)
}

// enrolledRig starts a terminal that has seen its hall.
func enrolledRig(t testing.TB, change ...func(*Options)) *rig {
	t.Helper()
	r := newRig(t, change...)
	r.look(t.Context(), 0)
	if _, ok := r.Hall(); !ok {
		t.Fatal("the hall was not learnt")
	}
	return r
}

// testWriter sends the log to the test, while that runs.
type testWriter struct{ t testing.TB }

func (w testWriter) Write(b []byte) (int, error) {
	if w.t.Context().Err() == nil {
		w.t.Log(string(b[:len(b)-1]))
	}
	return len(b), nil
}

// person is invented; the check digit of the number is right.
func person() idreader.Secret[idreader.Person] {
	return idreader.Conceal(idreader.Person{Name: "张三丰", Number: "110101194912310016"})
}

func (r *rig) take(t testing.TB) (operation.Ticket, error) {
	t.Helper()
	return r.TakeNumber(t.Context(), operation.TicketRequest{Op: r.id(), Service: "A1", Lang: "zh-Hans", Person: person()})
}

func (r *rig) mustTake(t testing.TB) operation.Ticket {
	t.Helper()
	ticket, err := r.take(t)
	if err != nil {
		t.Fatal(err)
	}
	return ticket
}

func (r *rig) apply(t testing.TB, item string) (operation.Accepted, error) {
	t.Helper()
	return r.Apply(t.Context(), operation.ApplicationRequest{Op: r.id(), Item: item, Lang: "en", Person: person(),
		Fields: idreader.Conceal(map[string]string{"phone": "13800000000"})})
}

func (r *rig) mustApply(t testing.TB) operation.Accepted {
	t.Helper()
	a, err := r.apply(t, "A1")
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (r *rig) book(t testing.TB, slot string) (operation.Booking, error) {
	t.Helper()
	return r.Book(t.Context(), operation.BookingRequest{Op: r.id(), Item: "A2", Lang: "en", Person: person(),
		Slot: operation.Slot{ID: slot, Start: opened.Add(2 * time.Hour)}, Phone: idreader.Conceal("13800000000")})
}

// running lets the loops run until the test ends or stop is called.
func (r *rig) running(t testing.TB) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); r.Run(ctx) }()
	var once sync.Once
	stop = func() { once.Do(func() { cancel(); <-done }) }
	t.Cleanup(stop)
	return stop
}

// eventually waits for something that another goroutine brings about.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("still not so after 20 s: %s", what)
		}
	}
}

// wantRefusal fails unless err is a Refusal with code.
func wantRefusal(t testing.TB, err error, code string) {
	t.Helper()
	var r *operation.Refusal
	if !errors.As(err, &r) || r.Code != code {
		t.Fatalf("err = %v, want a refusal with code %s", err, code)
	}
}

// states returns the states of all operations by sequence number.
func (r *rig) states(t testing.TB) []string {
	t.Helper()
	by := map[int]string{}
	err := r.store.read(func(db *sql.DB) error {
		rows, err := db.Query(`SELECT seq, kind || ' ' || state || iif(body IS NULL, '', ' body') FROM op`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var seq int
			var s string
			if err := rows.Scan(&seq, &s); err != nil {
				return err
			}
			by[seq] = s
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for i, seq := range slices.Sorted(maps.Keys(by)) {
		if seq != i+1 {
			t.Fatalf("sequence numbers have a gap: %d follows %d", seq, i)
		}
		all = append(all, by[seq])
	}
	return all
}

// leasesLeft returns how many leased numbers are left for all days.
func (r *rig) leasesLeft(t testing.TB) (n int) {
	t.Helper()
	err := r.store.read(func(db *sql.DB) error {
		return db.QueryRow(`SELECT coalesce(sum(hi - lo + 1 - used), 0) FROM lease`).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func wantStates(t testing.TB, r *rig, want ...string) {
	t.Helper()
	if got := r.states(t); !slices.Equal(got, want) {
		t.Fatalf("operations are\n%q, want\n%q", got, want)
	}
}

// slogTo returns a logger that writes to w.
func slogTo(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }

// readAll returns the bytes of every file below dir.
func readAll(t testing.TB, dir string) string {
	t.Helper()
	var all []byte
	err := filepath.WalkDir(dir, func(path string, f fs.DirEntry, err error) error {
		if err != nil || f.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		all = append(all, b...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(all)
}
