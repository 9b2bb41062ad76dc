package hall

import (
	"errors"
	"time"

	"hallway/app/hall/catalogue"
	"hallway/app/hall/store"
	"hallway/app/operation"
	"hallway/queue"
)

// issue makes a number at once.
func (a *attempt) issue(b operation.TicketBody) error {
	item, ok := a.items[b.Service]
	if !ok {
		return refuse(operation.CodeUnknownService, "the catalogue has no item "+quoted(b.Service))
	}
	if item.NeedsCard && b.Holder == nil {
		return refuse(operation.CodeValidation, "the item needs an identity card")
	}
	if err := errors.Join(checkTicket(b), a.checkStops(b)); err != nil {
		return err
	}
	pool, day, person := a.pools[item.Pool], a.dayAt(a.now), a.Keys.personKey(b.Holder)
	if known, err := a.presentTicket(person, pool, day); err != nil || known != nil {
		return errors.Join(err, a.alreadyWaiting(known))
	}
	if err := a.mayIssue(pool, day); err != nil {
		return err
	}
	n, _, ok, err := a.tx.TakeNumbers(day, pool.Prefix, store.SeriesOnline, pool.First, pool.Last, 1)
	if err != nil {
		return err
	}
	if !ok {
		return refuse(operation.CodeRangeFull, "numbers of pool "+pool.ID+" are used up for today")
	}
	t := a.newTicket(b, pool, day, n)
	t.Number, t.Origin, t.IssuedAt = queue.FormatNumber(pool.Prefix, n, highest(pool)), queue.Online, a.now
	if err := a.place(&t, b); err != nil {
		return err
	}
	return a.putInLine(t)
}

// offline records a number that the terminal gave out of its lease. A number of
// a day that is over, or of a person who already waits, is recorded without
// being put in line.
func (a *attempt) offline(b operation.OfflineTicketBody) error {
	if err := checkTicket(b.TicketBody); err != nil {
		return err
	}
	prefix, n, err := queue.ParseNumber(queue.Number(b.Number))
	if err != nil {
		return refuse(operation.CodeValidation, err.Error())
	}
	lease, ok, err := a.tx.Lease(b.Lease, a.e.Terminal)
	if err != nil {
		return err
	}
	pool, hasPool := a.pools[lease.Pool]
	if !ok || !hasPool || lease.Day != b.Day || lease.Prefix != prefix || n < lease.From || n > lease.To {
		return refuse(operation.CodeValidation, "the number is not of a block leased to this terminal for that day")
	}
	day := queue.Day(b.Day)
	if _, taken, err := a.tx.TicketNumbered(day, queue.Number(b.Number)); err != nil || taken {
		return errors.Join(err, refuse(operation.CodeValidation, "the number was already given to somebody"))
	}
	from, _, err := queue.DayRange(day, a.zone, a.change)
	if err != nil {
		return refuse(operation.CodeValidation, err.Error())
	}
	t := a.newTicket(b.TicketBody, pool, day, n)
	t.Number, t.Origin = queue.Number(b.Number), queue.Offline
	t.IssuedAt = latest(a.lodged, from)
	t.EffectiveAt = t.IssuedAt
	return a.putOfflineInLine(t, pool)
}

// putOfflineInLine decides whether an offline ticket can still be called.
func (a *attempt) putOfflineInLine(t store.Ticket, pool catalogue.Pool) error {
	known, err := a.presentTicket(t.PersonKey, pool, t.Day)
	if err != nil {
		return err
	}
	if known != nil {
		t.DuplicateOf, t.PersonKey = known.Number, ""
	}
	if err := a.putInLine(t); err != nil {
		return err
	}
	issued, _, err := a.tx.TicketOf(a.e.ID)
	if err != nil {
		return err
	}
	switch {
	case known != nil:
		if _, err := a.move(a.tx, issued, queue.Event{Kind: queue.Cancel, Actor: a.actor(), Reason: "the person has another number"}, string(a.e.ID)); err != nil {
			return err
		}
		return a.alreadyWaiting(known)
	case t.Day < a.dayAt(a.now):
		_, err = a.move(a.tx, issued, queue.Event{Kind: queue.Expire, Actor: a.actor(), Reason: "arrived after its day"}, string(a.e.ID))
	}
	return err
}

// checkTicket checks the fields that every ticket has.
func checkTicket(b operation.TicketBody) error {
	if len(b.Code) != 8 {
		return refuse(operation.CodeValidation, "code does not have 8 characters")
	}
	if len(b.Service) > 64 || len(b.Lang) > 16 {
		return refuse(operation.CodeValidation, "service or lang is too long")
	}
	if b.Holder != nil {
		return checkHolder(*b.Holder)
	}
	return nil
}

// maxStops is the most services that a visit goes on to.
const maxStops = 8

// checkStops refuses a visit that goes on to what the hall does not offer.
func (a *attempt) checkStops(b operation.TicketBody) error {
	if len(b.Stops) > maxStops {
		return refuse(operation.CodeValidation, "a visit has at most 8 stops")
	}
	for _, code := range b.Stops {
		if _, ok := a.items[code]; !ok {
			return refuse(operation.CodeUnknownService, "the catalogue has no item "+quoted(code))
		}
	}
	return nil
}

// newTicket is a ticket of the operation before its number is known.
func (a *attempt) newTicket(b operation.TicketBody, pool catalogue.Pool, day queue.Day, n int) store.Ticket {
	return store.Ticket{
		Ticket: queue.Ticket{
			ID: queue.TicketID(a.NewID()), Day: day, Pool: queue.PoolID(pool.ID), Service: b.Service, Lang: b.Lang,
		},
		Op: a.e.ID, Terminal: a.e.Terminal, Prefix: pool.Prefix, Value: n, Code: b.Code, PersonKey: a.Keys.personKey(b.Holder),
		Stops: b.Stops,
	}
}

// presentTicket returns the ticket with which a person already waits or is
// served in a pool.
func (a *attempt) presentTicket(person string, pool catalogue.Pool, day queue.Day) (*store.Ticket, error) {
	if person == "" {
		return nil, nil
	}
	open, err := a.tx.TicketsOf(person, queue.PoolID(pool.ID), day)
	for _, t := range open {
		if t.State != queue.Missed {
			return &t, err
		}
	}
	return nil, err
}

// supersede gives up the tickets that a person missed for the new one.
func (a *attempt) supersede(t store.Ticket) error {
	if t.PersonKey == "" {
		return nil
	}
	open, err := a.tx.TicketsOf(t.PersonKey, t.Pool, t.Day)
	for _, old := range open {
		if old.State == queue.Missed {
			_, e := a.move(a.tx, old, queue.Event{Kind: queue.Cancel, Actor: a.actor(), Reason: "superseded"}, string(a.e.ID))
			err = errors.Join(err, e)
		}
	}
	return err
}

// alreadyWaiting refuses with the ticket that the person already has.
func (a *attempt) alreadyWaiting(known *store.Ticket) error {
	if known == nil {
		return nil
	}
	answer, err := a.answer(a.tx, *known)
	if err != nil {
		return err
	}
	a.result.Ticket = &answer
	return refuse(operation.CodeAlreadyWaiting, "the person already has number "+string(known.Number))
}

// putInLine stores a new ticket and answers with it. What the citizen is told
// of the wait is kept with it.
func (a *attempt) putInLine(t store.Ticket) error {
	if err := a.supersede(t); err != nil {
		return err
	}
	ahead, wait, err := a.forecast(a.tx, t.Ticket, a.now)
	if err != nil {
		return err
	}
	t.Promise = wait
	issued, err := a.move(a.tx, t, queue.Event{Kind: queue.Issue, Actor: a.actor()}, string(a.e.ID))
	if err != nil {
		return err
	}
	answer := answerOf(issued, ahead, wait)
	if !a.booked.IsZero() {
		answer.Booked, answer.Arrival = a.booked.UnixMilli(), string(a.arrival)
	}
	a.result.Ticket, a.result.ServerRef = &answer, string(t.ID)
	return nil
}

// voidTicketOf makes the ticket of a replaced operation worthless, unless its
// person is already being served.
func (a *attempt) voidTicketOf(op operation.ID) error {
	t, ok, err := a.tx.TicketOf(op)
	if err != nil || !ok {
		return err
	}
	_, err = a.move(a.tx, t, queue.Event{Kind: queue.Voided, Actor: a.actor(), Reason: "replaced"}, string(a.e.ID))
	if errors.Is(err, queue.ErrTransition) {
		a.Log.Warn("replaced ticket is left as it is", "number", t.Number, "state", t.State, "op", op)
		return nil
	}
	return err
}

// actor names the terminal in events.
func (a *attempt) actor() string { return "terminal " + a.e.Terminal }

// answer tells the terminal about a ticket that is there.
func (h *Hall) answer(tx *store.Tx, t store.Ticket) (operation.TicketAnswer, error) {
	ahead, wait, err := h.estimate(tx, t)
	return answerOf(t, ahead, wait), err
}

func answerOf(t store.Ticket, ahead int, wait queue.Wait) operation.TicketAnswer {
	return operation.TicketAnswer{
		ID: string(t.ID), Day: string(t.Day), Number: string(t.Number), Ahead: ahead,
		WaitFrom: wait.From, WaitTo: wait.To, IssuedAt: t.IssuedAt.UnixMilli(),
	}
}

// estimate returns how many people are ahead of a ticket, and its wait.
func (h *Hall) estimate(tx *store.Tx, t store.Ticket) (ahead int, wait queue.Wait, err error) {
	if t.State != queue.Waiting {
		return 0, queue.Wait{}, nil
	}
	return h.forecast(tx, t.Ticket, h.Now())
}

// highest is the largest number of a pool, which decides how many digits its
// numbers have.
func highest(p catalogue.Pool) int { return max(p.Last, p.OfflineTo) }

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
