package server

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"hallway/app/hall"
	"hallway/app/hall/api"
	"hallway/app/hall/pages"
	"hallway/app/operation"
)

// Limits of one request.
const (
	maxSmall   = 64 << 10         // body of everything but a delivery, bytes
	writeLimit = 30 * time.Second // for an answer to reach a slow reader; streams set their own
)

// closeEvery is how often the server looks for a day that ended. Nobody waits
// for it: yesterday's tickets are on no screen of today.
const closeEvery = time.Minute

// Options are what a server is made of. All but Beat are required.
type Options struct {
	Hall *hall.Hall
	Log  *slog.Logger
	Beat time.Duration // between boards of a stream when nothing happens; 0 = 5 s
}

// A Server answers requests to one hall.
type Server struct {
	hall    *hall.Hall
	intake  hall.Intake
	desk    *hall.Desk
	log     *slog.Logger
	beat    time.Duration
	tokens  []token
	handler http.Handler
	done    chan struct{} // closed when streams have to end
}

// A token is a terminal with the hash of what it proves itself by.
type token struct {
	terminal string
	hash     [sha256.Size]byte
}

// New makes a server.
func New(o Options) *Server {
	s := &Server{
		hall: o.Hall, intake: hall.Intake{Hall: o.Hall}, desk: hall.NewDesk(o.Hall),
		log: o.Log, beat: o.Beat, done: make(chan struct{}),
	}
	if s.beat == 0 {
		s.beat = 5 * time.Second
	}
	for _, t := range o.Hall.Config.Terminals {
		s.tokens = append(s.tokens, token{t.ID, sha256.Sum256([]byte(t.Token))})
	}
	mux := http.NewServeMux()
	s.register(mux)
	page := pages.New(o.Hall, o.Log)
	mux.Handle("GET "+api.PathBoard, page)
	mux.Handle("GET "+api.PathTicket+"/", page)
	mux.Handle("GET /{$}", http.RedirectHandler(api.PathBoard, http.StatusFound))
	mux.HandleFunc("/", notFound)
	s.handler = s.timed(mux)
	return s
}

// Handler answers requests.
func (s *Server) Handler() http.Handler { return s.handler }

// Run closes service days and bookings that ended and follows the other nodes
// of the hall until ctx ends, then ends all streams so that an http.Server can
// shut down.
func (s *Server) Run(ctx context.Context) {
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { s.hall.Follow(ctx) })
	defer close(s.done)
	tick := time.NewTicker(closeEvery)
	defer tick.Stop()
	for {
		if err := errors.Join(s.hall.CloseDays(ctx), s.hall.MissBookings(ctx), s.hall.CloseOrders(ctx)); err != nil && ctx.Err() == nil {
			s.log.Error("day not closed", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// timed bounds how long an answer may take to be read, and tells every client
// the hall's time.
func (s *Server) timed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// A writer that cannot be given a deadline is a test's recorder.
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(writeLimit))
		w.Header().Set("X-Hall-Time", strconv.FormatInt(s.hall.Now().UnixMilli(), 10))
		w.Header().Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, r)
	})
}

// register adds the interface to mux.
func (s *Server) register(mux *http.ServeMux) {
	c := huma.DefaultConfig("Hallway hall", "1")
	c.DocsPath, c.SchemasPath = "", "" // the documentation page would load scripts from elsewhere
	c.CreateHooks = nil                // no $schema fields in answers
	c.Transformers = []huma.Transformer{toProblem}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"terminal": {Type: "http", Scheme: "bearer", Description: "token of a terminal, from the hall's configuration"},
		"clerk":    {Type: "http", Scheme: "bearer", Description: "token of a sign-in"},
	}
	a := humago.New(mux, c)
	s.registerPublic(a)
	s.registerTerminal(a)
	s.registerCounter(a)
	s.registerEvents(a)
}

type terminalKey struct{}

// terminalOnly lets in requests with a terminal's token, before their body is
// read. Every token is compared, so that the time taken tells nothing.
func (s *Server) terminalOnly(a huma.API) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		given := sha256.Sum256([]byte(bearer(ctx.Header("Authorization"))))
		terminal := ""
		for _, t := range s.tokens {
			if subtle.ConstantTimeCompare(given[:], t.hash[:]) == 1 {
				terminal = t.terminal
			}
		}
		if terminal == "" {
			_ = huma.WriteErr(a, ctx, http.StatusUnauthorized, "the hall does not know this terminal's token")
			return
		}
		next(huma.WithValue(ctx, terminalKey{}, terminal))
	}
}

// terminalOf returns the terminal that terminalOnly let in.
func terminalOf(ctx context.Context) string {
	t, _ := ctx.Value(terminalKey{}).(string)
	return t
}

// bearer returns the token of an Authorization header.
func bearer(header string) string {
	t, ok := strings.CutPrefix(header, "Bearer ")
	if !ok {
		return ""
	}
	return t
}

// op describes one operation of the interface.
func op(method, path, id, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, MaxBodyBytes: maxSmall}
}

// maxBatch leaves room for the list around a full delivery.
const maxBatch = operation.MaxBatch + 1<<10
