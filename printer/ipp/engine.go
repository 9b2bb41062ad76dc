package ipp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"hallway/devices"
	"hallway/printer"
	"hallway/printer/sheet"
)

// ProofCompleted is the proof of a sheet: the printer reported its job as
// completed.
const ProofCompleted = "ipp"

// Defaults of an engine.
const (
	defaultTimeout = 3 * time.Minute // a cold laser printer takes one to warm up
	defaultPoll    = time.Second
)

// An Engine prints documents on A4, one after the other, in the order in which
// Print is called.
type Engine struct {
	Client  *Client
	Journal printer.Journal  // nil: nothing is kept
	Timeout time.Duration    // of one job; 0 means 3 minutes
	Poll    time.Duration    // between two questions about a job; 0 means 1 second
	Now     func() time.Time // for the file's properties; nil means time.Now

	mu sync.Mutex
}

var _ printer.Printer = (*Engine)(nil)

// Print lays the document out on A4, sends it and waits for the end of its job.
//
// Done means that the printer reported the job as completed. NotDone means that
// the printer took nothing: it was at fault before, or could not be reached, or
// refused. Everything else is Unknown, also a job that the printer aborted: a
// page may have come out. The job's id is its name on the printer.
func (e *Engine) Print(ctx context.Context, j printer.Job) printer.Result {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := time.Now
	if e.Now != nil {
		now = e.Now
	}
	pdf, err := sheet.Document(j.Doc, sheet.Options{Title: j.Doc.Template, At: now()})
	if err != nil {
		return notDone(printer.ReasonDocument, err)
	}
	timeout := e.Timeout
	if timeout == 0 {
		timeout = defaultTimeout
	}
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if r := e.preflight(limited); r.Reason != printer.ReasonNone {
		return r
	}
	return e.journaled(ctx, j.ID, func() printer.Result {
		return e.send(ctx, limited, Sheet{Name: string(j.ID), PDF: pdf})
	})
}

func notDone(why printer.Reason, err error) printer.Result {
	return printer.Result{Outcome: devices.NotDone, Reason: why, Err: err}
}

// preflight asks the printer before anything is sent, because a spooler takes
// sheets for a printer without paper and prints them after the refill.
func (e *Engine) preflight(ctx context.Context) printer.Result {
	s, err := e.Client.Status(ctx)
	if err != nil {
		return notDone(silent(ctx, err), err)
	}
	if why := s.Fault(); why != printer.ReasonNone {
		return notDone(why, fmt.Errorf("%s: %w: %v %s", e.Client.uri, devices.ErrNotReady, s.Reasons, s.Message))
	}
	return printer.Result{}
}

// silent says why a question was not answered.
func silent(ctx context.Context, err error) printer.Reason {
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return printer.ReasonCanceled
	case errors.Is(err, devices.ErrNotReady), errors.Is(err, devices.ErrBusy):
		return printer.ReasonOffline
	case errors.Is(err, devices.ErrProtocol), errors.Is(err, devices.ErrDenied):
		return printer.ReasonBroken
	}
	return printer.ReasonSilent
}

// journaled runs send between intent and conclusion. The conclusion is stored
// although the caller's context may have ended.
func (e *Engine) journaled(ctx context.Context, id printer.JobID, send func() printer.Result) printer.Result {
	if e.Journal == nil {
		return send()
	}
	if err := e.Journal.Intend(ctx, id); err != nil {
		return notDone(printer.ReasonJournal, err)
	}
	r := send()
	if err := e.Journal.Conclude(context.WithoutCancel(ctx), id, r); err != nil {
		r.Err = errors.Join(r.Err, fmt.Errorf("journal: %w", err))
	}
	return r
}

func (e *Engine) send(caller, ctx context.Context, s Sheet) printer.Result {
	id, err := e.Client.Send(ctx, s)
	var refused *StatusError
	var dial *net.OpError
	switch {
	case err == nil:
		return e.follow(caller, ctx, id)
	case errors.As(err, &refused):
		return notDone(silent(caller, err), err)
	case errors.As(err, &dial) && dial.Op == "dial":
		return notDone(printer.ReasonSilent, err)
	}
	return printer.Result{Outcome: devices.Unknown, Reason: ended(caller, printer.ReasonSilent), Err: err}
}

// ended returns ReasonCanceled when the caller gave up, else why.
func ended(caller context.Context, why printer.Reason) printer.Reason {
	if caller.Err() != nil {
		return printer.ReasonCanceled
	}
	return why
}

// follow asks about a job until it ends. A question that fails is asked again:
// the sheet is with the printer, whatever the network does.
func (e *Engine) follow(caller, ctx context.Context, id int) printer.Result {
	poll := e.Poll
	if poll == 0 {
		poll = defaultPoll
	}
	var last error
	for {
		job, err := e.Client.Job(ctx, id)
		switch {
		case err != nil:
			last = err
		case job.State == JobCompleted:
			return printer.Result{Outcome: devices.Done, Proof: ProofCompleted}
		case job.State.Ended():
			return e.failed(ctx, id, job)
		default:
			last = fmt.Errorf("%s: job %d is %s: %v %s", e.Client.uri, id, job.State, job.Reasons, job.Message)
		}
		if devices.Pause(ctx, poll) != nil {
			r := printer.Result{Outcome: devices.Unknown, Reason: ended(caller, printer.ReasonNoProof), Err: last}
			if caller.Err() == nil {
				r.Reason = e.why(context.WithoutCancel(caller), r.Reason)
			}
			return r
		}
	}
}

// failed is a job that the printer or a person at the printer ended.
func (e *Engine) failed(ctx context.Context, id int, job Job) printer.Result {
	return printer.Result{
		Outcome: devices.Unknown, Reason: e.why(ctx, printer.ReasonBroken),
		Err: fmt.Errorf("%s: %w: job %d was %s: %v %s", e.Client.uri, devices.ErrNotReady, id, job.State, job.Reasons, job.Message),
	}
}

// lastQuestion bounds the question why a job failed.
const lastQuestion = 5 * time.Second

// why asks the printer for the cause and returns otherwise when it tells none.
func (e *Engine) why(ctx context.Context, otherwise printer.Reason) printer.Reason {
	ctx, cancel := context.WithTimeout(ctx, lastQuestion)
	defer cancel()
	s, err := e.Client.Status(ctx)
	if err != nil || s.Cause() == printer.ReasonNone {
		return otherwise
	}
	return s.Cause()
}
