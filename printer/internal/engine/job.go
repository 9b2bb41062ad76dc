package engine

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"hallway/devices"
	"hallway/printer"
)

// Print sends one job and waits for the profile's proof. It never sends a byte
// of the job twice and never retries.
func (e *Engine) Print(ctx context.Context, j printer.Job) printer.Result {
	ticket, err := e.Dialect.Encode(j)
	if err != nil {
		return notDone(printer.ReasonDocument, err)
	}
	ctx, done, err := e.begin(ctx)
	if err != nil {
		return notDone(cause(err), err)
	}
	defer done()
	if r := e.preflight(ctx); r.Err != nil {
		return r
	}
	if e.Journal != nil {
		if err := e.Journal.Intend(ctx, j.ID); err != nil {
			return notDone(printer.ReasonJournal, err)
		}
	}
	r, scrap := e.run(ctx, j.ID, ticket)
	e.clean = r.Outcome == devices.Done || r.Outcome == devices.NotDone && e.clean && !scrap
	e.scrap = r.Outcome == devices.Unknown || scrap || r.Outcome == devices.NotDone && e.scrap
	if e.Journal != nil {
		// The end of the caller's patience is no reason to forget the outcome.
		store, cancel := context.WithTimeout(context.WithoutCancel(ctx), stallLimit)
		defer cancel()
		if err := e.Journal.Conclude(store, j.ID, r); err != nil {
			r.Err = errors.Join(r.Err, fmt.Errorf("store the outcome of the print job: %w", err))
		}
	}
	return r
}

func notDone(why printer.Reason, err error) printer.Result {
	return printer.Result{Outcome: devices.NotDone, Reason: why, Err: err}
}

func unknown(why printer.Reason, err error) printer.Result {
	return printer.Result{Outcome: devices.Unknown, Reason: why, Err: err}
}

// cause names the reason behind an error of the port or the context.
func cause(err error) printer.Reason {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return printer.ReasonCanceled
	}
	return printer.ReasonSilent
}

// preflight asks for faults before the first byte of the job. A printer
// without paper would keep the job and print it after the refill.
func (e *Engine) preflight(ctx context.Context) printer.Result {
	if !e.Profile.Status.Realtime {
		return printer.Result{}
	}
	conditions, err := e.status(ctx)
	if err != nil {
		return notDone(cause(err), fmt.Errorf("before the print job: %w", err))
	}
	if r := reason(conditions); r != printer.ReasonNone {
		return notDone(r, fmt.Errorf("printer reports %s before the print job: %w", r, devices.ErrNotReady))
	}
	return e.emptyMouth(ctx)
}

// step stores a step when the journal keeps them.
func (e *Engine) step(ctx context.Context, s printer.Step) error {
	l, ok := e.Journal.(printer.Ledger)
	if !ok {
		return nil
	}
	store, cancel := context.WithTimeout(context.WithoutCancel(ctx), stallLimit)
	defer cancel()
	if err := l.Step(store, s); err != nil {
		return fmt.Errorf("store that the print job is %s: %w", s.State, err)
	}
	return nil
}

// run sends the job's bytes in bounded chunks and then proves it. scrap reports
// that a job that is not done left something on the paper.
func (e *Engine) run(ctx context.Context, id printer.JobID, t Ticket) (r printer.Result, scrap bool) {
	job := t.bytes()
	s := printer.Step{Job: id, State: printer.StateSending, Sum: sha256.Sum256(job), Bytes: len(job)}
	if err := e.step(ctx, s); err != nil {
		return notDone(printer.ReasonJournal, err), false
	}
	w := &wait{engine: e, witness: e.Dialect.Witness(id), job: id, paper: e.Profile.Geometry.Length(t.Rows)}
	if _, err := w.send(ctx, e.recovery()); err != nil {
		e.whole = false
		return notDone(w.why(err), fmt.Errorf("clear the printer: %w", err)), false
	}
	if sent, err := w.send(ctx, job); err != nil {
		err = fmt.Errorf("after %d of %d bytes: %w", sent, len(job), err)
		if sent == 0 {
			return notDone(w.why(err), err), false
		}
		e.whole = false
		if w.clear(ctx, sent) && sent < len(t.Body) {
			return notDone(w.why(err), errors.Join(err, w.storing)), true
		}
		return unknown(w.why(err), errors.Join(err, w.storing)), true
	}
	w.step(ctx, printer.StateSent)
	w.record(ctx) // a fast printer has answered before the last byte was accepted
	r = w.prove(ctx, e.lineTime(len(job))+e.paperTime(t.Rows))
	if r.Outcome == devices.Unknown && w.fault != printer.ReasonNone {
		w.clear(ctx, len(job))
	}
	if r.Outcome == devices.Done && e.Profile.Presenter.Fitted() {
		e.mouth = id
		w.step(ctx, printer.StatePresented)
	}
	r.Err = errors.Join(r.Err, w.storing)
	return r, false
}

// bytes returns the whole job with the requests for its proof.
func (t Ticket) bytes() []byte {
	job := make([]byte, 0, len(t.Body)+len(t.Cut)+len(t.Mark[0])+len(t.Mark[1]))
	job = append(append(job, t.Body...), t.Mark[0]...)
	return append(append(job, t.Cut...), t.Mark[1]...)
}

// recovery ends a picture that an earlier, broken-off job may have left open,
// and cuts off its scrap. No byte of the new job is among these.
func (e *Engine) recovery() []byte {
	if e.clean {
		return nil
	}
	flush := append([]byte(nil), e.Flush...)
	if e.scrap {
		flush = append(flush, e.Scrap...)
	}
	return flush
}

// lineTime is how long n bytes of eight bits, start and stop take on the line.
func (e *Engine) lineTime(n int) time.Duration {
	return time.Duration(n) * 10 * time.Second / time.Duration(e.Profile.Link.Baud)
}

// paperTime is how long the paper moves for that many dots.
func (e *Engine) paperTime(rows int) time.Duration {
	g := e.Profile.Geometry
	seconds := float64(rows) * 25.4 / float64(g.DPI) / float64(g.Speed)
	return time.Duration(seconds * float64(time.Second))
}
