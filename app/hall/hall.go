package hall

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"hallway/app/config"
	"hallway/app/hall/api"
	"hallway/app/hall/catalogue"
	"hallway/app/hall/order"
	"hallway/app/hall/store"
	"hallway/app/hall/workday"
	"hallway/app/operation"
	"hallway/queue"
)

// Options are what a hall is made of. All are required.
type Options struct {
	Config    config.Hall
	Catalogue catalogue.Catalogue
	Store     store.Store
	Calendar  workday.Calendar
	Keys      Keys
	Now       func() time.Time
	NewID     func() operation.ID
	Random    io.Reader // for tokens
	Log       *slog.Logger
}

// A Hall is the authority of one hall. Its methods may be called by many
// goroutines.
type Hall struct {
	Options
	zone    *time.Location
	change  time.Duration // of the service day, after midnight
	hours   queue.Hours
	rules   queue.Rules
	policy  queue.Policy
	booking queue.BookingRules
	items   map[string]catalogue.Item
	pools   map[string]catalogue.Pool
	orders  order.Rules
	terms   api.OrderTerms     // of orders
	windows []catalogue.Window // by number
	changed signal
	shown   shownBoard
}

// New makes a hall out of its parts. Its clock counts whole milliseconds like
// its store, so that a time that was stored equals the one that was not yet.
func New(o Options) *Hall {
	clock := o.Now
	o.Now = func() time.Time { return clock().Truncate(time.Millisecond) }
	h := &Hall{
		Options: o,
		zone:    o.Config.Location(),
		change:  time.Duration(o.Config.DayChange) * time.Minute,
		hours:   queue.Hours{Open: time.Duration(o.Config.Open) * time.Minute, Close: time.Duration(o.Config.Close) * time.Minute},
		rules:   rulesOf(o.Config.Calling),
		policy:  policyOf(o.Config.Lanes, o.Config.Calling.RejoinBehind),
		booking: bookingRulesOf(o.Config.Booking, o.Config.Lanes),
		items:   map[string]catalogue.Item{},
		pools:   map[string]catalogue.Pool{},
		windows: slices.Clone(o.Catalogue.Windows),
	}
	h.orders = orderRules(o.Config.Orders, h.zone, o.Calendar)
	h.terms = h.orderTerms()
	for _, i := range o.Catalogue.Items {
		h.items[i.Code] = i
	}
	for _, p := range o.Catalogue.Pools {
		h.pools[p.ID] = p
	}
	slices.SortFunc(h.windows, func(a, b catalogue.Window) int { return byNumber(a.ID, b.ID) })
	return h
}

// byNumber orders the signs of windows: 2 before 10, numbers before names.
func byNumber(a, b string) int {
	m, errA := strconv.Atoi(a)
	n, errB := strconv.Atoi(b)
	if errA == nil && errB == nil {
		return cmp.Compare(m, n)
	}
	return cmp.Compare(a, b)
}

// Info tells a terminal about the hall.
func (h *Hall) Info() api.Hall {
	now := h.Now()
	day := h.dayAt(now)
	public := h.Keys.Seal.Public()
	return api.Hall{
		ID:        h.Config.ID,
		Name:      h.Config.Name,
		Zone:      h.Config.Zone,
		DayChange: int(h.Config.DayChange),
		Day:       string(day),
		NextDay:   string(day.AddDays(1)),
		Time:      now.UnixMilli(),
		PublicURL: strings.TrimRight(h.Config.PublicURL, "/"),
		Suite:     operation.SuiteHPKE1,
		KeyID:     public.ID(),
		PublicKey: public.Bytes(),
		Catalogue: h.Catalogue.Version,
		Orders:    h.terms,
	}
}

// dayAt returns the service day at t.
func (h *Hall) dayAt(t time.Time) queue.Day { return queue.ServiceDay(t, h.zone, h.change) }

// write runs f in a transaction and tells those who watch.
func (h *Hall) write(ctx context.Context, f func(*store.Tx) error) error {
	err := h.Store.Write(ctx, f)
	if err == nil {
		h.changed.fire()
	}
	return err
}

// Watch returns a channel that is closed at the next change of anything.
func (h *Hall) Watch() <-chan struct{} { return h.changed.wait() }

// move lets an event happen to a stored ticket.
func (h *Hall) move(tx *store.Tx, t store.Ticket, e queue.Event, command string) (store.Ticket, error) {
	return h.movePicked(tx, t, e, command, "")
}

// movePicked is move with the reason why the ticket was picked.
func (h *Hall) movePicked(tx *store.Tx, t store.Ticket, e queue.Event, command string, pick queue.PickReason) (store.Ticket, error) {
	now := h.Now()
	next := t
	var err error
	if next.Ticket, err = queue.Apply(t.Ticket, e, now, h.rules); err != nil {
		return t, err
	}
	window := next.Window
	if window == "" {
		window = e.Window
	}
	next.EventSeq, err = tx.AddEvent(store.Event{
		At: now, Ticket: t.ID, Kind: string(e.Kind), From: t.State, To: next.State, Window: window, Actor: e.Actor, Command: command,
		Pool: next.Pool, Service: next.Service, Reason: e.Reason, Pick: string(pick), Detail: detailOf(next.Ticket, e),
	})
	if err != nil {
		return t, err
	}
	switch e.Kind {
	case queue.Call, queue.CallChosen, queue.Recall:
		next.AnnounceSeq = next.EventSeq
	case queue.Issue:
		return next, tx.PutTicket(next)
	}
	return next, tx.UpdateTicket(next)
}

// refuse makes a refusal with a reason for the technician.
func refuse(code, reason string) error {
	return &operation.Refusal{Code: code, Err: errors.New(reason)}
}
