package server

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/sse"

	"hallway/app/hall/api"
)

// eventsQuery says behind which event a stream goes on. The header is what a
// browser sends after a broken connection; it is newer than the query.
type eventsQuery struct {
	After       int64  `query:"after" minimum:"0"`
	LastEventID string `header:"Last-Event-ID"`
}

// after returns the last event that the client has, or -1.
func (q eventsQuery) after() int64 {
	if n, err := strconv.ParseInt(q.LastEventID, 10, 64); err == nil {
		return n
	}
	if q.After == 0 {
		return -1
	}
	return q.After
}

// registerEvents adds the stream of boards.
func (s *Server) registerEvents(a huma.API) {
	o := op(http.MethodGet, api.PathEvents, "events", "Boards as server-sent events, at every change and as a heartbeat")
	sse.Register(a, o, map[string]any{"message": api.Board{}}, func(ctx context.Context, q *eventsQuery, send sse.Sender) {
		s.stream(ctx, q.after(), send)
	})
}

// stream sends the present board when the client does not have it, again after
// every change, and again when nothing happened for a beat, so that a screen
// knows that its data is fresh. Boards are whole: one that is skipped because
// the next change came first is not missed.
func (s *Server) stream(ctx context.Context, after int64, send sse.Sender) {
	beat := time.NewTimer(s.beat)
	defer beat.Stop()
	due := false
	for {
		changed := s.hall.Watch()
		b, err := s.hall.SharedBoard(ctx)
		if err != nil {
			if ctx.Err() == nil {
				s.log.Error("board not read", "err", err)
			}
			return
		}
		if b.Seq != after || due {
			if send(sse.Message{ID: int(b.Seq), Data: b}) != nil {
				return
			}
			after, due = b.Seq, false
			beat.Reset(s.beat)
		}
		select {
		case <-ctx.Done():
			return
		case <-s.done:
			return
		case <-changed:
		case <-beat.C:
			due = true
		}
	}
}
