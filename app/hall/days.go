package hall

import (
	"context"
	"errors"

	"hallway/app/hall/store"
	"hallway/queue"
)

// actorHall is the actor of what the hall does by itself.
const actorHall = "hall"

// carried is the reason with which a ticket makes room for its successor.
const carried = "carried to the next day"

// CloseDays ends what service days left open that nobody can be called from any
// more: tickets expire, except that a person at a window counts as served and
// that a ticket laid aside for longer goes on with a number of today; windows
// close.
func (h *Hall) CloseDays(ctx context.Context) error {
	now := h.Now()
	first := h.since(now)
	begin, _, err := queue.DayRange(first, h.zone, h.change)
	if err != nil {
		return err
	}
	return h.write(ctx, func(tx *store.Tx) error {
		open, err := tx.OpenBefore(first)
		if err != nil {
			return err
		}
		for _, t := range open {
			if err := h.closeTicket(tx, t); err != nil {
				return err
			}
		}
		sessions, err := tx.Sessions()
		if err != nil {
			return err
		}
		for _, s := range sessions {
			if s.StartedAt.Before(begin) {
				err = errors.Join(err, h.closeWindow(tx, s, actorHall, ""))
			}
		}
		return err
	})
}

// closeTicket ends one ticket of a day that is over.
func (h *Hall) closeTicket(tx *store.Tx, t store.Ticket) error {
	e := queue.Event{Kind: queue.Expire, Actor: actorHall}
	longer := t.State == queue.OnHold && t.HoldUntil.After(h.Now())
	switch {
	case t.State == queue.Serving:
		e.Kind = queue.AutoFinished
	case longer:
		e.Reason = carried
	}
	if _, err := h.move(tx, t, e, ""); err != nil || !longer {
		return err
	}
	return h.carry(tx, t)
}

// carry gives a ticket that was laid aside over the end of its day a number of
// today, with which it waits. The event of its issue names the operation of the
// old ticket.
func (h *Hall) carry(tx *store.Tx, old store.Ticket) error {
	pool, ok := h.pools[string(old.Pool)]
	if !ok {
		return nil
	}
	now := h.Now()
	day := h.dayAt(now)
	n, _, ok, err := tx.TakeNumbers(day, pool.Prefix, store.SeriesOnline, pool.First, pool.Last, 1)
	if err != nil || !ok {
		return err
	}
	t := old
	t.Ticket = queue.Ticket{
		ID: queue.TicketID(h.NewID()), Day: day, Pool: old.Pool, Service: old.Service, Lang: old.Lang, Lane: old.Lane,
		Number: queue.FormatNumber(pool.Prefix, n, highest(pool)), Origin: queue.Online, IssuedAt: now, EffectiveAt: now,
	}
	t.Op, t.Prefix, t.Value, t.Booking = h.NewID(), pool.Prefix, n, ""
	_, err = h.move(tx, t, queue.Event{Kind: queue.Issue, Actor: actorHall, Reason: carried}, string(old.Op))
	return err
}
