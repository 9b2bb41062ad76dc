package storetest

import (
	"errors"
	"testing"
	"time"

	"hallway/app/hall/store"
	"hallway/queue"
)

// The statements about what happens to tickets and windows during a day.
func visitsComeBack(t *testing.T, s Suite) {
	db := s.open(t)
	minute := func(n int) time.Time { return t0.Add(time.Duration(n) * time.Minute) }
	done, gone, waits := ticket(1), ticket(2), ticket(3)
	done.State, done.StartedAt, done.EndedAt, done.EndedBy, done.Booking = queue.Finished, minute(5), minute(9), "clerk 1001", "b"
	gone.State, gone.EndedAt, gone.EndedBy = queue.Missed, minute(7), "clerk 1001"
	waits.Lane, waits.Target, waits.Avoid, waits.AvoidUntil, waits.Stops = queue.Priority, "3", "4", minute(30), []string{"x", "y"}
	waits.Promise, waits.Booking, waits.ReturnTo, waits.ReturnPool, waits.HoldUntil = queue.Wait{From: 5, To: 10}, "c", "7", "q", minute(60)
	waits.Rejoins, waits.Reprints, waits.Before = 1, 2, queue.Missed
	session := store.Session{TokenHash: "h", Window: "12", Clerk: "1001", StartedAt: t0}
	call := store.Event{At: minute(1), Ticket: done.ID, Kind: "call", From: queue.Waiting, To: queue.Called, Window: "12", Actor: "clerk 1001",
		Command: "cmd", Pool: "p", Service: "s", Reason: "理由", Pick: "guard"}
	must(t, db.Write(t.Context(), func(tx *store.Tx) error {
		_, err1 := tx.AddEvent(call)
		_, err2 := tx.AddEvent(store.Event{At: minute(2), Kind: "pause", Window: "12"})
		return errors.Join(err1, err2, tx.PutTicket(done), tx.PutTicket(gone), tx.PutTicket(waits), tx.PutSession(session), tx.SetPause(session, "lunch"),
			tx.PutEmergency(store.Emergency{Window: "12", Clerk: "1001", Since: t0}), tx.PutEmergency(store.Emergency{Window: "13", Clerk: "1001", Since: t0}),
			tx.EndEmergency("13"), tx.PutTurn(day, "p q", queue.Credit{-1, 2, 3}), tx.PutTurn(day, "p q", queue.Credit{4, -5, 6}))
	}))
	must(t, db.Read(t.Context(), func(tx *store.Tx) error {
		same(t, "day", []store.Ticket{done, gone, waits}, fine(tx.DayTickets(day)))
		same(t, "last ended", done, some(tx.LastEnded("clerk 1001", t0)))
		same(t, "ended", map[string]int{"finished": 1, "missed": 1}, fine(tx.Ended("clerk 1001", t0)))
		same(t, "issued", map[string]int{"A": 3}, fine(tx.Issued(day)))
		same(t, "booking has a ticket", true, fine(tx.TicketOfBooking("c")))
		same(t, "served", []queue.Sample{{At: minute(9), Took: 4 * time.Minute}}, fine(tx.Served("s", 5)))
		same(t, "turns", queue.Credits{"p q": {4, -5, 6}}, fine(tx.Turns(day)))
		same(t, "last at window", minute(2), fine(tx.LastAt("12")))
		same(t, "events", []store.Happening{{Event: call, Seq: 1}}, fine(tx.Events(t0, minute(2))))
		same(t, "pause", "lunch", some(tx.Session("h")).Pause)
		same(t, "emergencies", []store.Emergency{{Window: "12", Clerk: "1001", Since: t0}}, fine(tx.Emergencies()))
		same(t, "worked", true, fine(tx.WorkedDuring(t0, minute(1))))
		same(t, "worked before", false, fine(tx.WorkedDuring(minute(-9), minute(-1))))
		return nil
	}))
	waits.State, waits.Window, waits.Version, waits.Lane, waits.Pool, waits.Stops = queue.Called, "12", 2, queue.Normal, "r", nil
	must(t, db.Write(t.Context(), func(tx *store.Tx) error { return tx.UpdateTicket(waits) }))
	must(t, db.Read(t.Context(), func(tx *store.Tx) error {
		same(t, "changed", waits, some(tx.TicketAt("12")))
		return nil
	}))
}

// Holds keep a place for a while; the next taker gets what is over.
func holdsGiveTheirPlacesBack(t *testing.T, s Suite) {
	db, later := s.open(t), t0.Add(10*time.Minute)
	take := func(tx *store.Tx, staff bool, now time.Time) bool {
		return fine(tx.TakePlace(store.Slot{ID: "s", Item: "i", Day: day, Start: t0, End: later, Capacity: 4, Kept: 1}, staff, now))
	}
	must(t, db.Write(t.Context(), func(tx *store.Tx) error {
		for _, id := range []string{"h1", "h2", "h3"} {
			same(t, "place", true, take(tx, false, t0))
			must(t, tx.PutHold(id, "s", later))
		}
		same(t, "place that is kept", false, take(tx, false, t0))
		same(t, "kept place for the staff", true, take(tx, true, t0))
		must(t, tx.GivePlace("s"))
		same(t, "place given back", true, take(tx, false, t0))
		return errors.Join(tx.KeepHold("h1"), tx.EndHold("h2", t0))
	}))
	must(t, db.Write(t.Context(), func(tx *store.Tx) error {
		slots, until, err := tx.HeldSlots("h3", t0)
		same(t, "held", []string{"s"}, slots)
		same(t, "until", later, until)
		same(t, "free", map[string]int{"s": 1}, fine(tx.Free("i", day, t0)))
		same(t, "free later", map[string]int{"s": 2}, fine(tx.Free("i", day, later)))
		same(t, "place of an ended hold", true, take(tx, false, t0))
		same(t, "fourth place", false, take(tx, false, t0))
		same(t, "place of a hold that is over", true, take(tx, false, later))
		return err
	}))
}

// The statements about bookings from wish to no-show.
func bookingsGoThroughTheirStates(t *testing.T, s Suite) {
	db, end := s.open(t), t0.Add(time.Hour)
	wish := store.Booking{Op: "o1", Receipt: "r1", Item: "i", Day: day, PersonKey: "k", State: store.Requested, Start: t0, End: end, At: t0, Persons: 4}
	second := store.Booking{Op: "o2", Receipt: "r2", Item: "j", Slot: "z", Slots: []string{"z"}, Day: day, PersonKey: "k", State: store.Booked, Start: t0, End: end, At: t0, Persons: 1}
	granted := wish
	granted.State, granted.Slot, granted.Slots, granted.End = store.Booked, "a", []string{"a", "b"}, end.Add(time.Hour)
	must(t, db.Write(t.Context(), func(tx *store.Tx) error {
		same(t, "wish", true, fine(tx.PutBooking(wish)))
		same(t, "second", true, fine(tx.PutBooking(second)))
		again := wish
		again.Op, again.Receipt = "o3", "r3"
		same(t, "same person, item and day", false, fine(tx.PutBooking(again)))
		return tx.GrantBooking("o1", []store.Slot{{ID: "a", Day: day, Start: t0}, {ID: "b", Day: day, End: granted.End}})
	}))
	must(t, db.Write(t.Context(), func(tx *store.Tx) error {
		same(t, "granted", granted, some(tx.BookingOf("o1")))
		same(t, "by receipt", granted, some(tx.BookingByReceipt("r1", "k")))
		same(t, "with receipt", second, some(tx.BookingWith("r2")))
		same(t, "for", granted, some(tx.BookedFor("k", "i", day)))
		same(t, "open", 2, fine(tx.OpenBookings("k", t0.Add(-time.Second))))
		same(t, "of the day", []store.Booking{granted, second}, fine(tx.BookingsOn(day, "")))
		same(t, "of the item", []store.Booking{second}, fine(tx.BookingsOn(day, "j")))
		same(t, "not used", []store.Booking{granted, second}, fine(tx.NotUsed(end)))
		return errors.Join(tx.EndBooking("o1", store.NoShow, "", false), tx.EndBooking("o2", store.NoShow, "停电", true))
	}))
	must(t, db.Write(t.Context(), func(tx *store.Tx) error {
		same(t, "no-shows", []time.Time{t0}, fine(tx.NoShows("k", t0)))
		if err := tx.EndBooking("o1", store.Cancelled, "", false); !errors.Is(err, store.ErrChanged) {
			t.Errorf("ended twice: %v", err)
		}
		return tx.Pardon("k", end, "leader", "宽免")
	}))
	must(t, db.Read(t.Context(), func(tx *store.Tx) error {
		same(t, "forgiven no-shows", []time.Time{}, fine(tx.NoShows("k", t0)))
		same(t, "reason", "停电", some(tx.BookingOf("o2")).Reason)
		return nil
	}))
}

// What a program of the first version writes, which may still run on another
// node while the schema is the newest.
const (
	oldTicket = `INSERT INTO ticket(ticket_id, op_id, terminal, day, pool, service, prefix, value, number, origin, state, lang, code, person_key,
		duplicate_of, issued_at, effective_at, win, called_at, announced_at, calls, version, event_seq, announce_seq)
		VALUES ('t9', 'o9', '012', '2026-11-23', 'p', 's', 'A', 9, 'A009', 'online', 'waiting', 'zh-Hans', 'abcd2345', NULL, NULL, 1000, 1000, '', 0, 0, 0, 1, 1, 0)`
	oldEvent = `INSERT INTO event(seq, at, ticket_id, kind, from_state, to_state, win, actor, command_id)
		VALUES (1, 1000, 't9', 'issue', '', 'waiting', '', 'terminal 012', 'op')`
	oldBooking = `INSERT INTO booking(op_id, receipt, item, slot_id, day, person_key, state, start_at, at)
		VALUES ('o9', 'r9', 'i', 's', '2026-11-23', 'k', 'booked', 1000, 1000)`
	oldSession = `INSERT INTO clerk_session(token_hash, win, clerk, started_at, ended_at) VALUES ('h9', '3', '1001', 1000, 0) ON CONFLICT DO NOTHING`
)

func versionBeforeCanWrite(t *testing.T, s Suite) {
	p := s.New(t)
	db := p.Open(t)
	for _, q := range []string{oldTicket, oldEvent, oldBooking, oldSession} {
		must(t, p.Exec(t, q))
	}
	must(t, db.Read(t.Context(), func(tx *store.Tx) error {
		same(t, "lane of an old ticket", queue.Normal, some(tx.TicketNumbered(day, "A009")).Lane)
		same(t, "old events", 1, len(fine(tx.Events(time.UnixMilli(0), t0))))
		same(t, "old booking", 1, some(tx.BookingOf("o9")).Persons)
		same(t, "old sign-in", "", some(tx.Session("h9")).Pause)
		return nil
	}))
}
