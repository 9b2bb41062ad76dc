package store

import (
	"database/sql"
	"time"

	"hallway/app/hall/order"
	"hallway/app/operation"
)

// A HelpOrder is an order with what the hall knows beside its rules. What the
// citizen wrote stays sealed in the operation's envelope.
type HelpOrder struct {
	order.Order
	Number     string       // receipt number
	Op         operation.ID // that lodged it
	Terminal   string
	Subject    string // code, "" for none
	Wish       string // department that the citizen named, "" for none
	Lang       string
	PersonKey  string // keyed hash of the citizen number; "" without a card
	SecretHash string // keyed hash of the secret
	DueAt      time.Time
	Answer     []byte // sealed to the hall; nil before the first answer
	AnswerID   string // what it was sealed as
}

const orderColumns = `order_no, op_id, terminal, kind, subject, wish, lang, person_key, secret_hash, state, unit, registered_at, clock_at,
	days, extra, due_at, assigned_at, answered_at, closed_at, bounces, fixed, extended, again, late, urges, outcome, answer, answer_id, version`

func scanOrder(s scanner) (o HelpOrder, err error) {
	var person sql.NullString
	var registered, clock, due, assigned, answered, closed, fixed, extended, again, late int64
	err = s.Scan(&o.Number, &o.Op, &o.Terminal, &o.Kind, &o.Subject, &o.Wish, &o.Lang, &person, &o.SecretHash, &o.State, &o.Unit, &registered, &clock,
		&o.Days, &o.Extra, &due, &assigned, &answered, &closed, &o.Bounces, &fixed, &extended, &again, &late, &o.Urges, &o.Outcome, &o.Answer, &o.AnswerID, &o.Version)
	o.PersonKey = person.String
	o.RegisteredAt, o.ClockAt, o.DueAt, o.AssignedAt, o.AnsweredAt, o.ClosedAt = at(registered), at(clock), at(due), at(assigned), at(answered), at(closed)
	o.Fixed, o.Extended, o.Again, o.Late = fixed != 0, extended != 0, again != 0, late != 0
	return o, err
}

// bit stores a truth value.
func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// PutOrder stores a new order. It fails with ErrChanged when its number is
// taken.
func (tx *Tx) PutOrder(o HelpOrder) error {
	return tx.execOne("register order", `
		INSERT INTO help_order(`+orderColumns+`)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29)
		ON CONFLICT DO NOTHING`,
		o.Number, o.Op, o.Terminal, o.Kind, o.Subject, o.Wish, o.Lang, null(o.PersonKey), o.SecretHash, o.State, o.Unit, ms(o.RegisteredAt), ms(o.ClockAt),
		o.Days, o.Extra, ms(o.DueAt), ms(o.AssignedAt), ms(o.AnsweredAt), ms(o.ClosedAt), o.Bounces, bit(o.Fixed), bit(o.Extended), bit(o.Again), bit(o.Late),
		o.Urges, o.Outcome, o.Answer, o.AnswerID, o.Version)
}

// UpdateOrder stores what an event changed of an order. It fails with
// ErrChanged unless the stored version is the one before o's.
func (tx *Tx) UpdateOrder(o HelpOrder) error {
	return tx.execOne("change order", `
		UPDATE help_order SET state = ?2, unit = ?3, clock_at = ?4, extra = ?5, due_at = ?6, assigned_at = ?7, answered_at = ?8, closed_at = ?9,
			bounces = ?10, fixed = ?11, extended = ?12, again = ?13, late = ?14, urges = ?15, outcome = ?16, answer = ?17, answer_id = ?18, version = ?19
		WHERE order_no = ?1 AND version = ?19 - 1`,
		o.Number, o.State, o.Unit, ms(o.ClockAt), o.Extra, ms(o.DueAt), ms(o.AssignedAt), ms(o.AnsweredAt), ms(o.ClosedAt),
		o.Bounces, bit(o.Fixed), bit(o.Extended), bit(o.Again), bit(o.Late), o.Urges, o.Outcome, o.Answer, o.AnswerID, o.Version)
}

// Order returns the order with a number.
func (tx *Tx) Order(number string) (HelpOrder, bool, error) {
	return one(tx, "read order", scanOrder, `SELECT `+orderColumns+` FROM help_order WHERE order_no = ?1`, number)
}

// OrdersOf returns a person's orders, newest first, at most 20.
func (tx *Tx) OrdersOf(personKey string) ([]HelpOrder, error) {
	return all(tx, "read orders of a person", scanOrder,
		`SELECT `+orderColumns+` FROM help_order WHERE person_key = ?1 ORDER BY registered_at DESC LIMIT ?2`, personKey, maxCases)
}

// maxOrders is the most that one list of orders holds.
const maxOrders = 5000

// OpenOrders returns the orders that are neither closed nor withdrawn, by due
// time, at most 5,000; of one unit, or of all for "".
func (tx *Tx) OpenOrders(u order.Unit) ([]HelpOrder, error) {
	return all(tx, "read open orders", scanOrder, `
		SELECT `+orderColumns+` FROM help_order
		WHERE state NOT IN ('closed', 'withdrawn') AND (?1 = '' OR unit = ?1) ORDER BY due_at, order_no LIMIT ?2`, string(u), maxOrders)
}

// EndedOrders returns the orders that were closed or withdrawn, newest first,
// at most n; of one unit, or of all for "".
func (tx *Tx) EndedOrders(u order.Unit, n int) ([]HelpOrder, error) {
	return all(tx, "read ended orders", scanOrder, `
		SELECT `+orderColumns+` FROM help_order
		WHERE state IN ('closed', 'withdrawn') AND (?1 = '' OR unit = ?1) ORDER BY closed_at DESC, order_no LIMIT ?2`, string(u), n)
}

// AnsweredOrders returns the answered orders that nobody has closed.
func (tx *Tx) AnsweredOrders() ([]HelpOrder, error) {
	return all(tx, "read answered orders", scanOrder,
		`SELECT `+orderColumns+` FROM help_order WHERE state = 'answered' ORDER BY answered_at, order_no LIMIT ?1`, maxOrders)
}

// An OrderEvent is one thing that happened to an order.
type OrderEvent struct {
	Seq     int64
	Number  string
	At      time.Time
	Kind    string // "register" or an order.EventKind
	From    order.State
	To      order.State
	Unit    order.Unit // that the event is counted for: the one that owned or got the order
	Role    order.Role
	Actor   string // "terminal 012", "clerk 1001", "hall"
	Note    []byte // reason or answer, sealed to the hall as Command; nil for none
	Command string // id of the operation or of the desk's command, unique
}

// AddOrderEvent stores e under the next sequence number. It fails with
// ErrChanged when its command was carried out before.
func (tx *Tx) AddOrderEvent(e OrderEvent) error {
	seq, err := tx.NextOf("order event")
	if err != nil {
		return err
	}
	return tx.execOne("store event of an order", `
		INSERT INTO help_order_event(seq, order_no, at, kind, from_state, to_state, unit, role, actor, note, command_id)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT DO NOTHING`,
		seq, e.Number, ms(e.At), e.Kind, e.From, e.To, e.Unit, e.Role, e.Actor, e.Note, e.Command)
}

const orderEventColumns = `seq, order_no, at, kind, from_state, to_state, unit, role, actor, note, command_id`

func scanOrderEvent(s scanner) (e OrderEvent, err error) {
	var when int64
	err = s.Scan(&e.Seq, &e.Number, &when, &e.Kind, &e.From, &e.To, &e.Unit, &e.Role, &e.Actor, &e.Note, &e.Command)
	e.At = at(when)
	return e, err
}

// OrderEvents returns what happened to an order, oldest first.
func (tx *Tx) OrderEvents(number string) ([]OrderEvent, error) {
	return all(tx, "read events of an order", scanOrderEvent,
		`SELECT `+orderEventColumns+` FROM help_order_event WHERE order_no = ?1 ORDER BY seq`, number)
}

// OrderCommand returns the event that a command brought about.
func (tx *Tx) OrderCommand(command string) (OrderEvent, bool, error) {
	return one(tx, "read event of an order", scanOrderEvent,
		`SELECT `+orderEventColumns+` FROM help_order_event WHERE command_id = ?1`, command)
}

// A UnitCount is how often something happened for a unit.
type UnitCount struct {
	Unit order.Unit
	Kind string
	N    int
}

func scanUnitCount(s scanner) (c UnitCount, err error) {
	err = s.Scan(&c.Unit, &c.Kind, &c.N)
	return c, err
}

// CountOrderEvents counts events by unit and kind from a time on.
func (tx *Tx) CountOrderEvents(from time.Time) ([]UnitCount, error) {
	return all(tx, "count events of orders", scanUnitCount, `
		SELECT unit, kind, count(*) FROM help_order_event WHERE at >= ?1 GROUP BY unit, kind ORDER BY unit, kind`, ms(from))
}

// CountLateAnswers counts by unit the orders whose answer came late, of those
// answered from a time on.
func (tx *Tx) CountLateAnswers(from time.Time) ([]UnitCount, error) {
	return all(tx, "count late answers", scanUnitCount, `
		SELECT unit, 'late', count(*) FROM help_order WHERE late = 1 AND answered_at >= ?1 GROUP BY unit ORDER BY unit`, ms(from))
}

// A StaffSession is a sign-in of a member of staff who stands at no window.
type StaffSession struct {
	TokenHash string // hex SHA-256 of the token
	Clerk     string
	StartedAt time.Time
	SeenAt    time.Time
	EndedAt   time.Time // zero while it lasts
}

// PutStaffSession begins a sign-in.
func (tx *Tx) PutStaffSession(s StaffSession) error {
	return tx.execOne("store sign-in", `
		INSERT INTO staff_session(token_hash, clerk, started_at, seen_at, ended_at) VALUES (?1, ?2, ?3, ?4, 0) ON CONFLICT DO NOTHING`,
		s.TokenHash, s.Clerk, ms(s.StartedAt), ms(s.SeenAt))
}

// StaffSession returns a sign-in, ended or not.
func (tx *Tx) StaffSession(tokenHash string) (StaffSession, bool, error) {
	return one(tx, "read sign-in", func(s scanner) (v StaffSession, err error) {
		var started, seen, ended int64
		err = s.Scan(&v.TokenHash, &v.Clerk, &started, &seen, &ended)
		v.StartedAt, v.SeenAt, v.EndedAt = at(started), at(seen), at(ended)
		return v, err
	}, `SELECT token_hash, clerk, started_at, seen_at, ended_at FROM staff_session WHERE token_hash = ?1`, tokenHash)
}

// SeeStaffSession notes that a sign-in is used.
func (tx *Tx) SeeStaffSession(tokenHash string, now time.Time) error {
	_, err := tx.exec("see sign-in", `UPDATE staff_session SET seen_at = ?2 WHERE token_hash = ?1 AND ended_at = 0`, tokenHash, ms(now))
	return err
}

// EndStaffSession ends a sign-in.
func (tx *Tx) EndStaffSession(tokenHash string, now time.Time) error {
	_, err := tx.exec("end sign-in", `UPDATE staff_session SET ended_at = ?2 WHERE token_hash = ?1 AND ended_at = 0`, tokenHash, ms(now))
	return err
}
