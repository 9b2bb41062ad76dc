package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hallway/devices"
	"hallway/printer"
)

// Time limits. A printer answers a real-time request within one line's print
// time, about 20 ms; half a second allows for a slow converter.
const (
	AnswerLimit = 500 * time.Millisecond
	InfoLimit   = 300 * time.Millisecond

	stallStep  = 500 * time.Millisecond
	stallLimit = 5 * time.Second // the printer's buffer may stay full that long
	hasty      = 300 * time.Millisecond
)

// Engine is one open printer. Its methods may be called from any goroutine;
// commands run one after the other.
type Engine struct {
	Config
	line  *Line
	ident devices.Identity
	turn  chan struct{} // holds one token: who has it may write

	// Guarded by turn:
	whole bool          // no command that was cut in two can be at the end of what was sent
	clean bool          // no byte of an unfinished job can be in the printer
	scrap bool          // the last job may have left half a ticket
	mouth printer.JobID // whose ticket was handed out last
}

var (
	_ devices.Device  = (*Engine)(nil)
	_ printer.Printer = (*Engine)(nil)
)

// Open asks for the printer's status and, when it is online, who it is. A
// printer with a profile without status is opened as it is. On an error the
// connection is closed.
func Open(ctx context.Context, conn devices.Conn, c Config) (*Engine, error) {
	if err := c.Profile.Validate(); err != nil {
		return nil, errors.Join(fmt.Errorf("printer profile: %w", err), conn.Close())
	}
	e := &Engine{Config: c, line: open(conn, c.Dialect.Splitter()), turn: make(chan struct{}, 1)}
	conditions, err := e.Check(ctx)
	if err != nil && !errors.Is(err, devices.ErrNoStatus) {
		return nil, errors.Join(fmt.Errorf("open printer: %w", err), e.Close())
	}
	if h, ok := c.Journal.(printer.History); ok {
		last, err := h.Last(ctx)
		e.scrap = err != nil || last == devices.Unknown
	}
	if reason(conditions) == printer.ReasonNone && c.Profile.Status.Realtime {
		e.greet(ctx)
	}
	return e, nil
}

func (e *Engine) greet(ctx context.Context) {
	ctx, done, err := e.begin(ctx)
	if err != nil {
		return
	}
	defer done()
	e.ident = e.Dialect.Greet(ctx, e.line)
}

// Identity says who answered; fields without an answer are "".
func (e *Engine) Identity() devices.Identity { return e.ident }

// Close ends a running command, closes the port and waits for the reader. It
// may be called twice.
func (e *Engine) Close() error { return e.line.close() }

// Check asks for the printer's conditions. It prints and feeds nothing. Codes
// are those of [printer.Reason] and "paper-low".
func (e *Engine) Check(ctx context.Context) ([]devices.Condition, error) {
	if !e.Profile.Status.Realtime {
		return nil, e.line.closedOr(devices.ErrNoStatus)
	}
	ctx, done, err := e.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	return e.status(ctx)
}

// leadIn ends the header of a command that was cut in two, so that the next
// request does not become its length: headers have fewer bytes, and lengths of
// zero end them. NUL does nothing at a command's place.
var leadIn = make([]byte, 16)

// status asks for the printer's conditions on a line that is in step.
func (e *Engine) status(ctx context.Context) ([]devices.Condition, error) {
	if !e.whole {
		if _, err := e.line.Write(ctx, leadIn, AnswerLimit); err != nil {
			return nil, fmt.Errorf("end a broken command: %w", err)
		}
		e.whole = true
	}
	return e.Dialect.Status(ctx, e.line)
}

// Raw sends bytes that are no job, such as a probe page, after the bytes that
// end a broken command. It neither asks before nor proves behind.
func (e *Engine) Raw(ctx context.Context, b []byte) error {
	ctx, done, err := e.begin(ctx)
	if err != nil {
		return err
	}
	defer done()
	w := &wait{engine: e, witness: e.Dialect.Witness("")}
	if _, err = w.send(ctx, e.recovery()); err == nil {
		_, err = w.send(ctx, b)
	}
	if e.clean = err == nil; !e.clean {
		e.whole, e.scrap = false, true
	}
	return err
}

// begin waits for the turn to write and joins ctx with the printer's life.
func (e *Engine) begin(ctx context.Context) (context.Context, func(), error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	select {
	case e.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	case <-e.line.life.Done():
		return nil, nil, devices.ErrClosed
	}
	joined, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(e.line.life, cancel)
	done := func() { stop(); cancel(); <-e.turn }
	if err := e.line.closedOr(nil); err != nil {
		done()
		return nil, nil, err
	}
	return joined, done, nil
}

// reason returns what the first fault of the conditions means for a job.
func reason(conditions []devices.Condition) printer.Reason {
	for _, c := range conditions {
		if c.Fault {
			return printer.Reason(c.Code)
		}
	}
	return printer.ReasonNone
}
