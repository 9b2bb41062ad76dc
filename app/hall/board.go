package hall

import (
	"cmp"
	"context"
	"crypto/subtle"
	"slices"
	"sync"
	"time"

	"hallway/app/hall/api"
	"hallway/app/hall/store"
	"hallway/app/operation"
	"hallway/app/text"
	"hallway/queue"
)

// maxMissed is how many missed numbers screens show.
const maxMissed = 12

// Board returns the whole state of the hall's screens.
func (h *Hall) Board(ctx context.Context) (api.Board, error) {
	now := h.Now()
	day, from := h.dayAt(now), h.since(now)
	b := api.Board{Day: string(day), Windows: []api.BoardEntry{}, Calls: []api.BoardCall{}, Missed: []string{}}
	err := h.Store.Read(ctx, func(tx *store.Tx) error {
		var err error
		if b.Seq, err = tx.LastOf(store.EventSequence); err != nil {
			return err
		}
		called, err := tx.Tickets(from, queue.Called)
		if err != nil {
			return err
		}
		serving, err := tx.Tickets(from, queue.Serving)
		if err != nil {
			return err
		}
		missed, err := tx.Tickets(from, queue.Missed)
		if err != nil {
			return err
		}
		sessions, err := tx.Sessions()
		if err != nil {
			return err
		}
		waiting, err := tx.Waiting(from)
		for _, n := range waiting {
			b.Waiting += n
		}
		for _, t := range missed[:min(len(missed), maxMissed)] {
			b.Missed = append(b.Missed, string(t.Number))
		}
		h.fillWindows(&b, append(called, serving...), sessions)
		return err
	})
	b.Time = h.Now().UnixMilli()
	return b, err
}

// A shownBoard is a board that many streams show. One of them reads it, the
// others wait for that one.
type shownBoard struct {
	mu    sync.Mutex
	until <-chan struct{} // closed when it is no longer true
	day   queue.Day
	board api.Board
}

// SharedBoard is Board for those who ask after every change: it is read once
// for all of them. What it lists must not be changed.
func (h *Hall) SharedBoard(ctx context.Context) (api.Board, error) {
	h.shown.mu.Lock()
	defer h.shown.mu.Unlock()
	if h.shown.fresh(h.dayAt(h.Now())) {
		b := h.shown.board
		b.Time = h.Now().UnixMilli()
		return b, nil
	}
	until, day := h.changed.wait(), h.dayAt(h.Now())
	b, err := h.Board(ctx)
	if err == nil {
		h.shown.until, h.shown.day, h.shown.board = until, day, b
	}
	return b, err
}

// fresh reports whether the board is still true on a day.
func (s *shownBoard) fresh(day queue.Day) bool {
	if s.until == nil || s.day != day {
		return false
	}
	select {
	case <-s.until:
		return false
	default:
		return true
	}
}

// fillWindows lists the windows with what is called there, and the calls with
// the newest announcement first.
func (h *Hall) fillWindows(b *api.Board, at []store.Ticket, sessions []store.Session) {
	number := map[string]string{}
	slices.SortFunc(at, func(x, y store.Ticket) int { return cmp.Compare(y.AnnounceSeq, x.AnnounceSeq) })
	for _, t := range at {
		number[string(t.Window)] = string(t.Number)
		b.Calls = append(b.Calls, api.BoardCall{
			Seq: t.AnnounceSeq, Number: string(t.Number), Window: string(t.Window), At: t.AnnouncedAt.UnixMilli(),
		})
	}
	for _, w := range h.windows {
		open := slices.ContainsFunc(sessions, func(s store.Session) bool { return string(s.Window) == w.ID })
		b.Windows = append(b.Windows, api.BoardEntry{Window: w.ID, Name: w.Name, Open: open, Number: number[w.ID]})
	}
}

// Waiting returns how many people wait, by pool. Every pool is named.
func (h *Hall) Waiting(ctx context.Context) (api.WaitingResponse, error) {
	r := api.WaitingResponse{Waiting: map[string]int{}}
	for id := range h.pools {
		r.Waiting[id] = 0
	}
	err := h.Store.Read(ctx, func(tx *store.Tx) error {
		waiting, err := tx.Waiting(h.since(h.Now()))
		for pool, n := range waiting {
			r.Waiting[pool] = n
		}
		return err
	})
	return r, err
}

// A Status is what a ticket's own page says. Nothing of it is personal.
type Status struct {
	Day         queue.Day
	Number      queue.Number
	State       queue.State
	Lang        text.Lang
	Pool        text.Local
	Area        text.Local
	Service     text.Local
	Window      queue.WindowID
	DuplicateOf queue.Number
	IssuedAt    time.Time
	Ahead       int
	Wait        queue.Wait
	AsOf        time.Time
	Zone        *time.Location
}

// TicketStatus returns how a ticket stands, for whoever has its code. A wrong
// code and a number that does not exist get the same refusal.
func (h *Hall) TicketStatus(ctx context.Context, day queue.Day, number queue.Number, code string) (Status, error) {
	var s Status
	err := h.Store.Read(ctx, func(tx *store.Tx) error {
		t, ok, err := tx.TicketNumbered(day, number)
		if err != nil {
			return err
		}
		if subtle.ConstantTimeCompare([]byte(code), []byte(t.Code)) != 1 || !ok || code == "" {
			return &operation.Refusal{Code: api.CodeNotFound}
		}
		pool := h.pools[string(t.Pool)]
		s = Status{
			Day: t.Day, Number: t.Number, State: t.State, Lang: text.Lang(t.Lang), Pool: pool.Name, Area: pool.Area,
			Service: h.items[t.Service].Name, Window: t.Window, DuplicateOf: t.DuplicateOf, IssuedAt: t.IssuedAt,
			AsOf: h.Now(), Zone: h.zone,
		}
		s.Ahead, s.Wait, err = h.estimate(tx, t)
		return err
	})
	return s, err
}
