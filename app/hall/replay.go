package hall

import (
	"encoding/json"
	"fmt"
	"time"

	"hallway/app/hall/store"
	"hallway/queue"
)

// A detail is what an event says beside the columns of its row. Times are UTC.
type detail struct {
	Number   queue.Number   `json:"number,omitempty"` // of Issue
	Day      queue.Day      `json:"day,omitempty"`    // of Issue
	Origin   queue.Origin   `json:"origin,omitempty"` // of Issue
	Lang     string         `json:"lang,omitempty"`   // of Issue
	Issued   time.Time      `json:"issued,omitzero"`  // of Issue
	Lane     queue.Lane     `json:"lane,omitempty"`
	Target   queue.WindowID `json:"target,omitempty"`
	ReturnTo queue.WindowID `json:"return_to,omitempty"`
	Until    time.Time      `json:"until,omitzero"`
	Place    time.Time      `json:"place,omitzero"`
	Leader   bool           `json:"leader,omitempty"`
}

// detailOf is the detail of an event that led to t.
func detailOf(t queue.Ticket, e queue.Event) string {
	d := detail{Target: e.Target, ReturnTo: e.ReturnTo, Until: e.Until.UTC(), Place: e.Place.UTC()}
	switch e.Kind {
	case queue.Issue:
		d = detail{Number: t.Number, Day: t.Day, Origin: t.Origin, Lang: t.Lang, Issued: t.IssuedAt.UTC(), Lane: t.Lane, Place: t.EffectiveAt.UTC()}
	case queue.Prioritise:
		d.Lane = e.Lane
	case queue.Undo:
		d.Leader = e.Leader
	}
	if d == (detail{}) {
		return ""
	}
	b, err := json.Marshal(d)
	if err != nil {
		return ""
	}
	return string(b)
}

// Replay lets recorded events, oldest first, happen again and returns the
// tickets that they lead to. It fails at the first event that the rules do not
// allow or that led elsewhere when it was recorded.
func (h *Hall) Replay(events []store.Happening) (map[queue.TicketID]queue.Ticket, error) {
	tickets := map[queue.TicketID]queue.Ticket{}
	for _, e := range events {
		if e.Ticket == "" {
			continue
		}
		next, err := h.again(tickets[e.Ticket], e)
		if err != nil {
			return tickets, fmt.Errorf("event %d, %s of ticket %s: %w", e.Seq, e.Kind, e.Ticket, err)
		}
		tickets[e.Ticket] = next
	}
	return tickets, nil
}

// again lets one event happen again.
func (h *Hall) again(t queue.Ticket, e store.Happening) (queue.Ticket, error) {
	var d detail
	if e.Detail != "" {
		if err := json.Unmarshal([]byte(e.Detail), &d); err != nil {
			return t, fmt.Errorf("detail: %w", err)
		}
	}
	if queue.EventKind(e.Kind) == queue.Issue {
		t = queue.Ticket{
			ID: e.Ticket, Day: d.Day, Pool: e.Pool, Service: e.Service, Number: d.Number, Origin: d.Origin, Lang: d.Lang, Lane: d.Lane,
			IssuedAt: d.Issued, EffectiveAt: d.Place,
		}
	}
	next, err := queue.Apply(t, eventOf(t, e, d), e.At, h.rules)
	if err == nil && (t.State != e.From || next.State != e.To || next.Pool != e.Pool || next.Service != e.Service) {
		err = fmt.Errorf("leads from %q to %q in pool %s, it was recorded from %q to %q in pool %s", t.State, next.State, next.Pool, e.From, e.To, e.Pool)
	}
	return next, err
}

// eventOf is the event that was recorded.
func eventOf(t queue.Ticket, e store.Happening, d detail) queue.Event {
	out := queue.Event{
		Kind: queue.EventKind(e.Kind), Window: e.Window, Actor: e.Actor, Leader: d.Leader, Reason: e.Reason, Target: d.Target,
		ReturnTo: d.ReturnTo, Lane: d.Lane, Until: d.Until, Place: d.Place,
	}
	switch out.Kind {
	case queue.Transfer, queue.ChangeItem:
		out.Pool, out.Service = e.Pool, e.Service
	case queue.Finish:
		if e.To == queue.Waiting && t.ReturnTo == "" {
			out.Pool, out.Service = e.Pool, e.Service
		}
	}
	return out
}
