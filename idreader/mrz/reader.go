package mrz

import (
	"context"
	"log/slog"
	"time"

	"hallway/devices"
	"hallway/devices/intake"
	"hallway/idreader"
)

// Options say how a reader of zones sends. The zero Options suit all dialects
// that [Dialect] names.
type Options struct {
	Dialect Dialect
	// Gap is the silence that ends a swipe; 0 = 300 ms.
	Gap time.Duration
	// Arm and Disarm are sent when a document is wanted and when it is not any
	// more, for readers that wait for a command; empty = nothing. No command of
	// a maker is known: UNCONFIRMED.
	Arm, Disarm []byte
	// Today is the day against which births are read; nil = today's, local time.
	Today func() idreader.Date
	// Log gets lengths and outcomes, never zones; nil = nowhere.
	Log *slog.Logger
}

// An Event is one swipe. Type is idreader.Read for a document whose check
// digits all agree, and idreader.Failed with Fault for anything else that
// somebody swiped; Document is then present when there was a zone at all.
type Event struct {
	Type     idreader.EventType
	Document idreader.Secret[Document]
	Fault    idreader.Fault
}

// A Reader is an open reader of zones: a swipe slot or a camera. Its methods
// may be called from any goroutine.
type Reader struct {
	in *intake.Intake
	o  Options
}

var _ devices.Device = (*Reader)(nil)

// attempt is the length from which a line without a zone counts as a swipe
// that went wrong, and not as noise: half a line of the narrowest zone.
const attempt = 15

// Open listens to a reader on a serial or TCP port, which the Reader owns from
// now on.
func Open(conn devices.Conn, o Options) *Reader {
	if o.Today == nil {
		o.Today = func() idreader.Date { return idreader.DateOf(time.Now()) }
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Reader{o: o, in: intake.Open(conn, &swipe{data: make([]byte, 0, maxRaw+1)}, intake.Options{
		Name: "document reader", Gap: o.Gap, Arm: o.Arm, Disarm: o.Disarm, Log: o.Log,
	})}
}

// Identity is empty: these readers do not say who they are.
func (r *Reader) Identity() devices.Identity { return devices.Identity{} }

// Check returns the error of the port, or [devices.ErrNoStatus]: a reader that
// is silent may be one that nobody uses.
func (r *Reader) Check(ctx context.Context) ([]devices.Condition, error) {
	return nil, r.in.Check(ctx)
}

// Close closes the port and ends Poll. It may be called twice.
func (r *Reader) Close() error { return r.in.Close() }

// Poll reports each swipe once until ctx ends; then it returns nil. An error of
// package devices says that the reader itself failed. emit runs on Poll's
// goroutine.
func (r *Reader) Poll(ctx context.Context, emit func(Event)) error {
	return r.in.Poll(ctx, func(message []byte) {
		if e, ok := r.judge(message); ok {
			emit(e)
		}
	})
}

// judge makes the event of what was sent at once, or reports that it is noise.
// Readers that send a zone twice get one event, for the better one.
func (r *Reader) judge(message []byte) (Event, bool) {
	failed := Event{Type: idreader.Failed, Fault: idreader.FaultGarbled}
	tried := len(message) > maxRaw
	for _, p := range r.o.Dialect.pieces(message) {
		if p.zone == nil {
			tried = tried || p.noise >= attempt
			continue
		}
		tried = true
		d, err := Parse(p.zone, r.o.Today())
		switch {
		case err != nil:
		case d.Valid():
			return Event{Type: idreader.Read, Document: idreader.Conceal(d)}, true
		case !failed.Document.Present():
			failed.Document = idreader.Conceal(d)
		}
	}
	r.o.Log.Info("document is not read", "bytes", len(message), "tried", tried, "zone", failed.Document.Present())
	return failed, tried
}

// swipe gathers what comes until the line is silent.
type swipe struct{ data []byte }

// Feed takes bytes as they come. What is longer than every zone keeps one byte
// more than they have, so that it is seen to be none.
func (s *swipe) Feed(p []byte, _ func([]byte)) {
	s.data = append(s.data, p[:min(len(p), maxRaw+1-len(s.data))]...)
}

// Quiet ends the swipe.
func (s *swipe) Quiet(whole func([]byte)) {
	whole(s.data)
	clear(s.data)
	s.data = s.data[:0]
}

// Begun reports whether something came since the line was silent.
func (s *swipe) Begun() bool { return len(s.data) > 0 }
