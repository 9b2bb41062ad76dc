package store

import (
	"database/sql"
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
	EventSeq    int64        // of its last event
	AnnounceSeq int64        // of its last announcement
}

const ticketColumns = `ticket_id, op_id, terminal, day, pool, service, prefix, value, number, origin, state, lang, code,
	person_key, duplicate_of, issued_at, effective_at, win, called_at, announced_at, calls, version, event_seq, announce_seq`

func scanTicket(s scanner) (t Ticket, err error) {
	var person, duplicate sql.NullString
	var issued, effective, called, announced int64
	err = s.Scan(&t.ID, &t.Op, &t.Terminal, &t.Day, &t.Pool, &t.Service, &t.Prefix, &t.Value, &t.Number, &t.Origin, &t.State, &t.Lang, &t.Code,
		&person, &duplicate, &issued, &effective, &t.Window, &called, &announced, &t.Calls, &t.Version, &t.EventSeq, &t.AnnounceSeq)
	t.PersonKey, t.DuplicateOf = person.String, queue.Number(duplicate.String)
	t.IssuedAt, t.EffectiveAt, t.CalledAt, t.AnnouncedAt = at(issued), at(effective), at(called), at(announced)
	return t, err
}

// PutTicket stores a new ticket. It fails with ErrChanged when its number is
// taken or its person already waits in the pool.
func (tx *Tx) PutTicket(t Ticket) error {
	return tx.execOne("issue ticket", `
		INSERT INTO ticket(`+ticketColumns+`)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24)
		ON CONFLICT DO NOTHING`,
		t.ID, t.Op, t.Terminal, t.Day, t.Pool, t.Service, t.Prefix, t.Value, t.Number, t.Origin, t.State, t.Lang, t.Code,
		null(t.PersonKey), null(string(t.DuplicateOf)), ms(t.IssuedAt), ms(t.EffectiveAt), t.Window, ms(t.CalledAt), ms(t.AnnouncedAt),
		t.Calls, t.Version, t.EventSeq, t.AnnounceSeq)
}

// UpdateTicket stores what calling changes of a ticket. It fails with
// ErrChanged unless the stored version is the one before t's.
func (tx *Tx) UpdateTicket(t Ticket) error {
	return tx.execOne("change ticket", `
		UPDATE ticket SET state = ?2, win = ?3, called_at = ?4, announced_at = ?5, calls = ?6, version = ?7, event_seq = ?8, announce_seq = ?9
		WHERE ticket_id = ?1 AND version = ?7 - 1`,
		t.ID, t.State, t.Window, ms(t.CalledAt), ms(t.AnnouncedAt), t.Calls, t.Version, t.EventSeq, t.AnnounceSeq)
}

// TicketOf returns the ticket that an operation issued.
func (tx *Tx) TicketOf(op operation.ID) (Ticket, bool, error) {
	return one(tx, "read ticket", scanTicket, `SELECT `+ticketColumns+` FROM ticket WHERE op_id = ?1`, op)
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

// TicketsOf returns a person's tickets of a day in a pool that are not final.
func (tx *Tx) TicketsOf(personKey string, pool queue.PoolID, day queue.Day) ([]Ticket, error) {
	return all(tx, "read tickets of a person", scanTicket, `
		SELECT `+ticketColumns+` FROM ticket
		WHERE person_key = ?1 AND pool = ?2 AND day = ?3 AND state IN ('waiting', 'called', 'serving', 'missed')`, personKey, pool, day)
}

// Tickets returns a day's tickets in one state, those with the newest event
// first.
func (tx *Tx) Tickets(day queue.Day, s queue.State) ([]Ticket, error) {
	return all(tx, "read tickets", scanTicket,
		`SELECT `+ticketColumns+` FROM ticket WHERE day = ?1 AND state = ?2 ORDER BY event_seq DESC`, day, s)
}

// Line returns what the rules of picking need of a day's waiting tickets: id,
// pool, service, number and times. The other fields are zero. It is read for
// every number and every call, so it reads no more.
func (tx *Tx) Line(day queue.Day) ([]queue.Ticket, error) {
	return all(tx, "read line", func(s scanner) (queue.Ticket, error) {
		t := queue.Ticket{Day: day, State: queue.Waiting}
		var issued, effective int64
		err := s.Scan(&t.ID, &t.Pool, &t.Service, &t.Number, &issued, &effective)
		t.IssuedAt, t.EffectiveAt = at(issued), at(effective)
		return t, err
	}, `SELECT ticket_id, pool, service, number, issued_at, effective_at FROM ticket WHERE day = ?1 AND state = 'waiting'`, day)
}

// Waiting returns how many tickets of a day wait, by pool.
func (tx *Tx) Waiting(day queue.Day) (map[string]int, error) {
	type count struct {
		pool string
		n    int
	}
	rows, err := all(tx, "count waiting", func(s scanner) (c count, err error) {
		err = s.Scan(&c.pool, &c.n)
		return c, err
	}, `SELECT pool, count(*) FROM ticket WHERE day = ?1 AND state = 'waiting' GROUP BY pool`, day)
	waiting := make(map[string]int, len(rows))
	for _, r := range rows {
		waiting[r.pool] = r.n
	}
	return waiting, err
}

// OpenBefore returns the tickets of days before day that are not final.
func (tx *Tx) OpenBefore(day queue.Day) ([]Ticket, error) {
	return all(tx, "read open tickets", scanTicket, `
		SELECT `+ticketColumns+` FROM ticket WHERE day < ?1 AND state IN ('waiting', 'called', 'serving', 'missed')
		ORDER BY day, effective_at, ticket_id`, day)
}

// An Event is one thing that happened in the hall.
type Event struct {
	At      time.Time
	Ticket  queue.TicketID // "" for an event of a window
	Kind    string         // a queue.EventKind, "signin" or "signout"
	From    queue.State
	To      queue.State
	Window  queue.WindowID
	Actor   string // "terminal 012", "clerk 1001", "hall"
	Command string // id of the counter's command or of the operation
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
		INSERT INTO event(seq, at, ticket_id, kind, from_state, to_state, win, actor, command_id)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`,
		seq, ms(e.At), null(string(e.Ticket)), e.Kind, e.From, e.To, e.Window, e.Actor, e.Command)
}
