package store

import (
	"database/sql"
	"strings"
	"time"

	"hallway/app/operation"
	"hallway/queue"
)

// A Ticket is a ticket with what the hall knows beside its rules.
type Ticket struct {
	queue.Ticket
	Op          operation.ID // that issued it
	Terminal    string
	Prefix      string       // Number is Prefix and Value
	Value       int          //
	Code        string       // opens the status page
	PersonKey   string       // keyed hash of the citizen number; "" without a card
	DuplicateOf queue.Number // the same person's earlier ticket, when this one was not put in line
	Stops       []string     // item codes that the visit goes on to, in order
	Booking     operation.ID // of the booking that it serves; "" without one
	Promise     queue.Wait   // what the citizen was told when it was issued
	EventSeq    int64        // of its last event
	AnnounceSeq int64        // of its last announcement
}

const ticketColumns = `ticket_id, op_id, terminal, day, pool, service, prefix, value, number, origin, state, lang, code,
	person_key, duplicate_of, issued_at, effective_at, win, called_at, announced_at, calls, version, event_seq, announce_seq,
	lane, started_at, target, avoid, avoid_until, return_to, return_pool, hold_until, rejoins, reprints, state_before, ended_at,
	ended_by, stops, booking, wait_from, wait_to`

func scanTicket(s scanner) (t Ticket, err error) {
	var person, duplicate, booking sql.NullString
	var stops string
	var issued, effective, called, announced, started, avoid, hold, ended int64
	err = s.Scan(&t.ID, &t.Op, &t.Terminal, &t.Day, &t.Pool, &t.Service, &t.Prefix, &t.Value, &t.Number, &t.Origin, &t.State, &t.Lang, &t.Code,
		&person, &duplicate, &issued, &effective, &t.Window, &called, &announced, &t.Calls, &t.Version, &t.EventSeq, &t.AnnounceSeq,
		&t.Lane, &started, &t.Target, &t.Avoid, &avoid, &t.ReturnTo, &t.ReturnPool, &hold, &t.Rejoins, &t.Reprints, &t.Before, &ended,
		&t.EndedBy, &stops, &booking, &t.Promise.From, &t.Promise.To)
	t.PersonKey, t.DuplicateOf, t.Booking, t.Stops = person.String, queue.Number(duplicate.String), operation.ID(booking.String), words(stops)
	t.IssuedAt, t.EffectiveAt, t.CalledAt, t.AnnouncedAt = at(issued), at(effective), at(called), at(announced)
	t.StartedAt, t.AvoidUntil, t.HoldUntil, t.EndedAt = at(started), at(avoid), at(hold), at(ended)
	return t, err
}

// PutTicket stores a new ticket. It fails with ErrChanged when its number is
// taken, its person already waits in the pool or its booking has a ticket.
func (tx *Tx) PutTicket(t Ticket) error {
	if t.Lane == "" {
		t.Lane = queue.Normal
	}
	return tx.execOne("issue ticket", `
		INSERT INTO ticket(`+ticketColumns+`)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24,
			?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37, ?38, ?39, ?40, ?41)
		ON CONFLICT DO NOTHING`,
		t.ID, t.Op, t.Terminal, t.Day, t.Pool, t.Service, t.Prefix, t.Value, t.Number, t.Origin, t.State, t.Lang, t.Code,
		null(t.PersonKey), null(string(t.DuplicateOf)), ms(t.IssuedAt), ms(t.EffectiveAt), t.Window, ms(t.CalledAt), ms(t.AnnouncedAt),
		t.Calls, t.Version, t.EventSeq, t.AnnounceSeq,
		t.Lane, ms(t.StartedAt), t.Target, t.Avoid, ms(t.AvoidUntil), t.ReturnTo, t.ReturnPool, ms(t.HoldUntil), t.Rejoins, t.Reprints,
		t.Before, ms(t.EndedAt), t.EndedBy, strings.Join(t.Stops, " "), null(string(t.Booking)), t.Promise.From, t.Promise.To)
}

// UpdateTicket stores what an event changes of a ticket. It fails with
// ErrChanged unless the stored version is the one before t's.
func (tx *Tx) UpdateTicket(t Ticket) error {
	if t.Lane == "" {
		t.Lane = queue.Normal
	}
	return tx.execOne("change ticket", `
		UPDATE ticket SET state = ?2, win = ?3, called_at = ?4, announced_at = ?5, calls = ?6, version = ?7, event_seq = ?8, announce_seq = ?9,
			pool = ?10, service = ?11, effective_at = ?12, lane = ?13, started_at = ?14, target = ?15, avoid = ?16, avoid_until = ?17,
			return_to = ?18, return_pool = ?19, hold_until = ?20, rejoins = ?21, reprints = ?22, state_before = ?23, ended_at = ?24,
			ended_by = ?25, stops = ?26
		WHERE ticket_id = ?1 AND version = ?7 - 1`,
		t.ID, t.State, t.Window, ms(t.CalledAt), ms(t.AnnouncedAt), t.Calls, t.Version, t.EventSeq, t.AnnounceSeq,
		t.Pool, t.Service, ms(t.EffectiveAt), t.Lane, ms(t.StartedAt), t.Target, t.Avoid, ms(t.AvoidUntil),
		t.ReturnTo, t.ReturnPool, ms(t.HoldUntil), t.Rejoins, t.Reprints, t.Before, ms(t.EndedAt), t.EndedBy, strings.Join(t.Stops, " "))
}

// TicketOf returns the ticket that an operation issued.
func (tx *Tx) TicketOf(op operation.ID) (Ticket, bool, error) {
	return one(tx, "read ticket", scanTicket, `SELECT `+ticketColumns+` FROM ticket WHERE op_id = ?1`, op)
}

// TicketOfBooking reports whether a booking has a ticket that can still be
// served or was.
func (tx *Tx) TicketOfBooking(op operation.ID) (bool, error) {
	_, ok, err := one(tx, "read ticket of booking", value[string],
		`SELECT ticket_id FROM ticket WHERE booking = ?1 AND state NOT IN ('cancelled', 'void', 'expired')`, op)
	return ok, err
}

// LastEnded returns the ticket that an actor finished, missed or cancelled
// last, if that was not before a time.
func (tx *Tx) LastEnded(actor string, since time.Time) (Ticket, bool, error) {
	return one(tx, "read last ticket", scanTicket, `SELECT `+ticketColumns+` FROM ticket
		WHERE ended_by = ?1 AND ended_at >= ?2 ORDER BY ended_at DESC LIMIT 1`,
		actor, ms(since))
}

// Ended returns how many tickets an actor ended since a time, by state.
func (tx *Tx) Ended(actor string, since time.Time) (map[string]int, error) {
	return tx.counts("count ended tickets", `SELECT state, count(*) FROM ticket WHERE ended_by = ?1 AND ended_at >= ?2 GROUP BY state`, actor, ms(since))
}

// TicketNumbered returns the ticket with a number of a day.
func (tx *Tx) TicketNumbered(day queue.Day, number queue.Number) (Ticket, bool, error) {
	return one(tx, "read ticket", scanTicket, `SELECT `+ticketColumns+` FROM ticket WHERE day = ?1 AND number = ?2`, day, number)
}

// TicketAt returns the ticket that is called or served at a window.
func (tx *Tx) TicketAt(w queue.WindowID) (Ticket, bool, error) {
	return one(tx, "read ticket at window", scanTicket,
		`SELECT `+ticketColumns+` FROM ticket WHERE win = ?1 AND state IN ('called', 'serving')`, w)
}

// open is the states out of which events lead.
const open = `('waiting', 'called', 'serving', 'on_hold', 'missed')`

// TicketsOf returns a person's tickets of a day in a pool that are not final.
func (tx *Tx) TicketsOf(personKey string, pool queue.PoolID, day queue.Day) ([]Ticket, error) {
	return all(tx, "read tickets of a person", scanTicket, `
		SELECT `+ticketColumns+` FROM ticket WHERE person_key = ?1 AND pool = ?2 AND day = ?3 AND state IN `+open, personKey, pool, day)
}

// Tickets returns the tickets in one state of the days from a day on, those
// with the newest event first.
func (tx *Tx) Tickets(from queue.Day, s queue.State) ([]Ticket, error) {
	return all(tx, "read tickets", scanTicket,
		`SELECT `+ticketColumns+` FROM ticket WHERE day >= ?1 AND state = ?2 ORDER BY event_seq DESC`, from, s)
}

// Line returns what the rules of picking need of the tickets that wait since a
// day: what tells them apart, pool, lane, times and windows. The other fields
// are zero. It is read for every number and every call, so it reads no more.
func (tx *Tx) Line(from queue.Day) ([]queue.Ticket, error) {
	return all(tx, "read line", func(s scanner) (queue.Ticket, error) {
		t := queue.Ticket{State: queue.Waiting}
		var issued, effective, avoid int64
		err := s.Scan(&t.ID, &t.Day, &t.Pool, &t.Service, &t.Number, &t.Lane, &issued, &effective, &t.Target, &t.Avoid, &avoid)
		t.IssuedAt, t.EffectiveAt, t.AvoidUntil = at(issued), at(effective), at(avoid)
		return t, err
	}, `SELECT ticket_id, day, pool, service, number, lane, issued_at, effective_at, target, avoid, avoid_until
		FROM ticket WHERE day >= ?1 AND state = 'waiting'`, from)
}

// Waiting returns how many tickets since a day wait, by pool.
func (tx *Tx) Waiting(from queue.Day) (map[string]int, error) {
	return tx.counts("count waiting", `SELECT pool, count(*) FROM ticket WHERE day >= ?1 AND state = 'waiting' GROUP BY pool`, from)
}

// Issued returns how many tickets of a day were issued, by pool of their
// number. Void ones do not count.
func (tx *Tx) Issued(day queue.Day) (map[string]int, error) {
	return tx.counts("count issued", `SELECT prefix, count(*) FROM ticket WHERE day = ?1 AND state <> 'void' GROUP BY prefix`, day)
}

// counts reads names with their numbers.
func (tx *Tx) counts(what, query string, args ...any) (map[string]int, error) {
	type count struct {
		name string
		n    int
	}
	rows, err := all(tx, what, func(s scanner) (c count, err error) {
		err = s.Scan(&c.name, &c.n)
		return c, err
	}, query, args...)
	found := make(map[string]int, len(rows))
	for _, r := range rows {
		found[r.name] = r.n
	}
	return found, err
}

// OpenBefore returns the tickets of days before day that are not final.
func (tx *Tx) OpenBefore(day queue.Day) ([]Ticket, error) {
	return all(tx, "read open tickets", scanTicket, `
		SELECT `+ticketColumns+` FROM ticket WHERE day < ?1 AND state IN `+open+` ORDER BY day, effective_at, ticket_id`, day)
}

// DayTickets returns every ticket of a day in the order of issue.
func (tx *Tx) DayTickets(day queue.Day) ([]Ticket, error) {
	return all(tx, "read tickets of a day", scanTicket,
		`SELECT `+ticketColumns+` FROM ticket WHERE day = ?1 ORDER BY issued_at, ticket_id`, day)
}

// Served returns the last n finished services of an item, newest first.
func (tx *Tx) Served(item string, n int) ([]queue.Sample, error) {
	return all(tx, "read services", func(s scanner) (queue.Sample, error) {
		var started, ended int64
		err := s.Scan(&started, &ended)
		return queue.Sample{At: at(ended), Took: at(ended).Sub(at(started))}, err
	}, `SELECT started_at, ended_at FROM ticket WHERE service = ?1 AND state = 'finished' AND started_at > 0 AND ended_by <> ''
		ORDER BY ended_at DESC LIMIT ?2`, item, n)
}

// Turns returns what the lanes are owed on a day.
func (tx *Tx) Turns(day queue.Day) (queue.Credits, error) {
	type turn struct {
		pools  string
		credit queue.Credit
	}
	rows, err := all(tx, "read turns", func(s scanner) (t turn, err error) {
		err = s.Scan(&t.pools, &t.credit[0], &t.credit[1], &t.credit[2])
		return t, err
	}, `SELECT pools, priority, booked, normal FROM turn WHERE day = ?1`, day)
	found := make(queue.Credits, len(rows))
	for _, r := range rows {
		found[r.pools] = r.credit
	}
	return found, err
}

// PutTurn stores what the lanes of a set of pools are owed.
func (tx *Tx) PutTurn(day queue.Day, pools string, c queue.Credit) error {
	_, err := tx.exec("store turn", `
		INSERT INTO turn(day, pools, priority, booked, normal) VALUES (?1, ?2, ?3, ?4, ?5)
		ON CONFLICT(day, pools) DO UPDATE SET priority = ?3, booked = ?4, normal = ?5`, day, pools, c[0], c[1], c[2])
	return err
}

// LastAt returns when the last event of a window was; the zero time when it
// had none.
func (tx *Tx) LastAt(w queue.WindowID) (time.Time, error) {
	n, _, err := one(tx, "read last event of window", value[int64], `SELECT at FROM event WHERE win = ?1 ORDER BY seq DESC LIMIT 1`, w)
	return at(n), err
}

// An Event is one thing that happened in the hall.
type Event struct {
	At      time.Time
	Ticket  queue.TicketID // "" for an event of a window
	Kind    string         // a queue.EventKind, or what a window does, such as "signin"
	From    queue.State
	To      queue.State
	Window  queue.WindowID
	Actor   string       // "terminal 012", "clerk 1001", "hall"
	Command string       // id of the counter's command or of the operation
	Pool    queue.PoolID // where the ticket is after it
	Service string
	Reason  string // in the clerk's words, or one of a list
	Pick    string // queue.PickReason of a call
	Detail  string // what else the event said, as JSON; "" for nothing
}

// EventSequence is the name under which events are counted.
const EventSequence = "event"

// AddEvent stores e and returns its sequence number, which follows the order
// of commits without gaps.
func (tx *Tx) AddEvent(e Event) (int64, error) {
	seq, err := tx.NextOf(EventSequence)
	if err != nil {
		return 0, err
	}
	return seq, tx.execOne("store event", `
		INSERT INTO event(seq, at, ticket_id, kind, from_state, to_state, win, actor, command_id, pool, service, reason, pick, detail)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)`,
		seq, ms(e.At), null(string(e.Ticket)), e.Kind, e.From, e.To, e.Window, e.Actor, e.Command, e.Pool, e.Service, e.Reason, e.Pick, e.Detail)
}

// A Happening is an event as it was stored.
type Happening struct {
	Event
	Seq int64
}

// Entry is what the rules need of it.
func (h Happening) Entry() queue.Entry {
	return queue.Entry{At: h.At, Kind: queue.EventKind(h.Kind), From: h.From, To: h.To, Window: h.Window, Actor: h.Actor}
}

// Events returns what happened from a time until before another, in order.
func (tx *Tx) Events(from, to time.Time) ([]Happening, error) {
	return all(tx, "read events", func(s scanner) (h Happening, err error) {
		var when int64
		var ticket sql.NullString
		err = s.Scan(&h.Seq, &when, &ticket, &h.Kind, &h.From, &h.To, &h.Window, &h.Actor, &h.Command, &h.Pool, &h.Service, &h.Reason, &h.Pick, &h.Detail)
		h.At, h.Ticket = at(when), queue.TicketID(ticket.String)
		return h, err
	}, `SELECT seq, at, ticket_id, kind, from_state, to_state, win, actor, command_id, pool, service, reason, pick, detail
		FROM event WHERE at >= ?1 AND at < ?2 ORDER BY seq`, ms(from), ms(to))
}
