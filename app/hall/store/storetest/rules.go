package storetest

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hallway/app/hall/api"
	"hallway/app/hall/store"
	"hallway/app/operation"
	"hallway/queue"
)

// The database itself refuses what must never be, whatever the program does.
func schemaCarriesTheRules(t *testing.T, s Suite) {
	db := s.open(t)
	put := func(v store.Ticket) error {
		return db.Write(t.Context(), func(tx *store.Tx) error { return tx.PutTicket(v) })
	}
	first := ticket(1)
	first.PersonKey, first.State, first.Window = "k", queue.Called, "3"
	must(t, put(first))
	for what, change := range map[string]func(*store.Ticket){
		"number given twice":             func(v *store.Ticket) { v.Value, v.Number = 1, "A001" },
		"second ticket at a window":      func(v *store.Ticket) { v.State, v.Window = queue.Serving, "3" },
		"person twice in a pool":         func(v *store.Ticket) { v.PersonKey = "k" },
		"two tickets of one operation":   func(v *store.Ticket) { v.Op = "op-1" },
		"called at no window":            func(v *store.Ticket) { v.State = queue.Called },
		"state that is none":             func(v *store.Ticket) { v.State = "lost" },
		"ticket of nobody known to rule": func(v *store.Ticket) { v.Origin = "friend" },
	} {
		v := ticket(2)
		change(&v)
		if err := put(v); !errors.Is(err, store.ErrChanged) {
			t.Errorf("%s: %v", what, err)
		}
	}
	must(t, put(ticket(2)))
}

func constraintsAreErrChanged(t *testing.T, s Suite) {
	db := s.open(t)
	must(t, db.Write(t.Context(), func(tx *store.Tx) error { return errors.Join(tx.PutTicket(ticket(1)), tx.PutTicket(ticket(2))) }))
	call := func(value int) error {
		v := ticket(value)
		v.State, v.Window, v.Version = queue.Called, "3", 2
		return db.Write(t.Context(), func(tx *store.Tx) error { return tx.UpdateTicket(v) })
	}
	must(t, call(1))
	if err := call(2); !errors.Is(err, store.ErrChanged) {
		t.Errorf("two tickets at a window: %v", err)
	}
	lost := func(tx *store.Tx) error {
		_, err := tx.AddEvent(store.Event{At: t0, Ticket: "nobody's", Kind: "call"})
		return err
	}
	if err := db.Write(t.Context(), lost); !errors.Is(err, store.ErrChanged) {
		t.Errorf("event of a ticket that is not there: %v", err)
	}
	if n := counted(t, db, store.EventSequence); n != 0 {
		t.Errorf("the refused event was counted as %d", n)
	}
}

func oldVersionCannotOverwrite(t *testing.T, s Suite) {
	db, v := s.open(t), ticket(1)
	must(t, db.Write(t.Context(), func(tx *store.Tx) error { return tx.PutTicket(v) }))
	v.State, v.Version = queue.Cancelled, 2
	update := func(tx *store.Tx) error { return tx.UpdateTicket(v) }
	must(t, db.Write(t.Context(), update))
	if err := db.Write(t.Context(), update); !errors.Is(err, store.ErrChanged) {
		t.Errorf("the same change again: %v", err)
	}
}

func anOp() store.Op {
	return store.Op{
		Envelope: operation.Envelope{ID: "1", Terminal: "012", Kind: operation.TicketIssue, BodySHA256: strings.Repeat("0", 64), Body: []byte{1}},
		Result:   operation.Result{ID: "1", Status: operation.Applied, Ticket: &operation.TicketAnswer{Number: "A001"}},
		LodgedAt: t0, ReceivedAt: t0.Add(time.Second),
	}
}

func operationsArePermanent(t *testing.T, s Suite) {
	p := s.New(t)
	db, o := p.Open(t), anOp()
	put := func(tx *store.Tx) error { return tx.PutOp(o) }
	must(t, db.Write(t.Context(), put))
	if err := db.Write(t.Context(), put); !errors.Is(err, store.ErrChanged) {
		t.Errorf("the same operation again: %v", err)
	}
	must(t, db.Read(t.Context(), func(tx *store.Tx) error {
		got, ok, err := tx.Op("1")
		if d := cmp.Diff(o, got); d != "" || !ok {
			t.Error(ok, d)
		}
		return err
	}))
	for _, q := range []string{"DELETE FROM op_log", "UPDATE op_log SET status = 'rejected'"} {
		if err := p.Exec(t, q); err == nil || !strings.Contains(err.Error(), "permanent") {
			t.Errorf("%s: %v", q, err)
		}
	}
}

// The statements of package store are run with values that a hall has: text of
// all scripts, times in milliseconds, empty and missing values.
func whatIsStoredComesBack(t *testing.T, s Suite) {
	db := s.open(t)
	full, bare := ticket(1), ticket(2)
	full.Service, full.PersonKey, full.DuplicateOf = "公司设立登记", strings.Repeat("f", 64), "B801"
	full.State, full.Window, full.Calls, full.CalledAt, full.AnnouncedAt = queue.Serving, "12", 3, t0.Add(time.Minute), t0.Add(2*time.Minute)
	full.EventSeq, full.AnnounceSeq = 1<<40, 1<<40-1
	lease := api.Lease{ID: "l", Day: day, Pool: "p", Prefix: "A", From: 800, To: 809}
	session := store.Session{TokenHash: "h", Window: "12", Clerk: "1001", StartedAt: t0}
	command := store.Command{ID: "c", Window: "12", Action: "next", Answer: []byte(`{"数":1}`)}
	booking := store.Booking{Op: "op-b", Receipt: "r-b", Item: "i", Slot: "s", Day: day, PersonKey: "k", State: store.Requested, Start: t0, At: t0}
	must(t, db.Write(t.Context(), func(tx *store.Tx) error {
		_, errBooking := tx.PutBooking(booking)
		_, errEvent := tx.AddEvent(store.Event{At: t0, Ticket: full.ID, Kind: "issue", From: "", To: queue.Waiting, Actor: "terminal 012"})
		return errors.Join(
			tx.PutTicket(full), tx.PutTicket(bare), errEvent, errBooking, tx.PutOp(anOp()), tx.Replace("old", "new", t0),
			tx.PutLeaseRequest("012", "1", day, t0), tx.PutLease("012", "1", lease, t0), tx.PutSession(session), tx.PutCommand(command, t0),
			tx.PutApplication(store.Application{Op: "1", Ref: "ref", Receipt: "r-a", Item: "i", PersonKey: "k", State: "received", At: t0.Add(time.Second)}),
			tx.CountTry("1001", 2, t0), tx.CountTry("1001", 2, t0), tx.CountTry("1002", 2, t0), tx.ForgetTries("1002"),
		)
	}))
	must(t, db.Read(t.Context(), func(tx *store.Tx) error {
		same(t, "ticket at window", full, some(tx.TicketAt("12")))
		same(t, "bare ticket", bare, some(tx.TicketOf("op-2")))
		same(t, "numbered", full, some(tx.TicketNumbered(day, "A001")))
		same(t, "of a person", []store.Ticket{full}, fine(tx.TicketsOf(full.PersonKey, "p", day)))
		same(t, "by state", []store.Ticket{bare}, fine(tx.Tickets(day, queue.Waiting)))
		same(t, "open", []store.Ticket{full, bare}, fine(tx.OpenBefore("2026-11-24")))
		same(t, "line", 1, len(fine(tx.Line(day))))
		same(t, "waiting", map[string]int{"p": 1}, fine(tx.Waiting(day)))
		same(t, "replaced", operation.ID("new"), some(tx.ReplacedBy("old")))
		same(t, "lease day", queue.Day(day), some(tx.LeaseDay("012", "1")))
		same(t, "leases", []api.Lease{lease}, fine(tx.Leases("012", "1")))
		same(t, "lease", lease, some(tx.Lease("l", "012")))
		same(t, "sessions", []store.Session{session}, fine(tx.Sessions()))
		same(t, "command", command, some(tx.Command("c")))
		same(t, "locked", t0, fine(tx.LockedUntil("1001")))
		same(t, "forgotten", time.Time{}, fine(tx.LockedUntil("1002")))
		same(t, "booking", booking, some(tx.BookingOf("op-b")))
		same(t, "has booking", true, fine(tx.HasBooking("k", "i", day)))
		cases := fine(tx.CasesOf("k"))
		same(t, "cases", []operation.Kind{operation.ApplicationSubmit, operation.AppointmentRequest}, []operation.Kind{cases[0].Kind, cases[1].Kind})
		same(t, "case", t0.UnixMilli(), fine(tx.CasesByReceipt("r-b"))[0].Start)
		return nil
	}))
	must(t, db.Write(t.Context(), func(tx *store.Tx) error {
		return errors.Join(tx.MoveBooking("op-b", "op-c", "r-c"), tx.EndSessions("12", t0.Add(time.Hour)))
	}))
	must(t, db.Read(t.Context(), func(tx *store.Tx) error {
		same(t, "moved", "r-c", some(tx.BookingOf("op-c")).Receipt)
		same(t, "ended", t0.Add(time.Hour), some(tx.Session("h")).EndedAt)
		return nil
	}))
}

// some is what a reading that must find something found; the zero value when
// it did not.
func some[T any](v T, ok bool, err error) T {
	var none T
	if err != nil || !ok {
		return none
	}
	return v
}

// fine is what a reading that cannot miss found; the zero value when it failed.
func fine[T any](v T, err error) T {
	var none T
	if err != nil {
		return none
	}
	return v
}

func same(t testing.TB, what string, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s: %s", what, d)
	}
}

// What comes from outside may hold characters that a database does not keep.
// They may be lost; they must not make an operation fail for ever, nor a
// question.
func textThatIsNoneDoesNoHarm(t *testing.T, s Suite) {
	db := s.open(t)
	v := ticket(1)
	v.Code, v.Lang, v.Service = "abc\x00def", "\xff\xfe", "'; DROP TABLE ticket; --"
	must(t, db.Write(t.Context(), func(tx *store.Tx) error { return tx.PutTicket(v) }))
	must(t, db.Read(t.Context(), func(tx *store.Tx) error {
		got, ok, err := tx.TicketNumbered(day, "A001")
		if !ok || got.Service != v.Service {
			t.Errorf("%v, %+v", ok, got)
		}
		_, ok, err2 := tx.TicketNumbered(day, "A\x00\xff")
		if ok {
			t.Error("a number that is none was found")
		}
		return errors.Join(err, err2)
	}))
}

// A program keeps running on the schema of a newer one, which only adds.
func newerSchemaIsLeftAlone(t *testing.T, s Suite) {
	p := s.New(t)
	old := p.Open(t)
	must(t, old.Write(t.Context(), func(tx *store.Tx) error { return tx.PutTicket(ticket(1)) }))
	must(t, p.Exec(t, "ALTER TABLE ticket ADD COLUMN from_the_future TEXT"))
	must(t, p.Exec(t, "INSERT INTO goose_db_version(version_id, is_applied) VALUES (99999, true)"))
	for _, db := range []store.Store{old, p.Open(t)} {
		must(t, db.Read(t.Context(), func(tx *store.Tx) error {
			same(t, "ticket", ticket(1), some(tx.TicketNumbered(day, "A001")))
			return nil
		}))
	}
}
