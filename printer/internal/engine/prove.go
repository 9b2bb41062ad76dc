package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hallway/devices"
	"hallway/printer"
)

// Waiting for the proof.
const (
	proofSlack  = 3 * time.Second        // on top of line and paper time
	pollEvery   = 500 * time.Millisecond // status while waiting
	settle      = 300 * time.Millisecond // GS r answers up to one line early
	proofStatus = "status"
)

// proofNames is what a result calls the proofs that tell printed from sent.
var proofNames = map[printer.Proof]string{printer.ProofProcessID: "gs-h", printer.ProofETB: "etb"}

// wait sends a job and collects evidence from answers, from what the printer
// reports by itself and from status polls.
type wait struct {
	Evidence
	engine  *Engine
	witness Witness
	job     printer.JobID
	paper   printer.Micrometres
	storing error // of steps
	stored  printer.State
}

// send writes b in the profile's chunks and returns how many bytes the port
// took. A printer that takes nothing for stallLimit, or that says why it takes
// nothing, ends it.
func (w *wait) send(ctx context.Context, b []byte) (sent int, err error) {
	var idle time.Duration
	for len(b) > 0 {
		chunk := b[:min(len(b), w.engine.Profile.Link.Chunk)]
		limit := stallStep + w.engine.lineTime(len(chunk))
		began := time.Now()
		n, err := w.engine.line.Write(ctx, chunk, limit)
		sent, b = sent+n, b[n:]
		if err == nil {
			idle = 0
			err = w.pace(ctx, n, time.Since(began))
		}
		if err == nil && len(b) > 0 {
			err = w.stopped()
		}
		if err == nil {
			continue
		}
		if idle += limit; n > 0 {
			idle = 0
		}
		w.drain()
		if !errors.Is(err, devices.ErrSilent) || w.last != printer.ReasonNone || idle >= stallLimit {
			return sent, err
		}
	}
	return sent, nil
}

// stopped looks whether the printer reports a fault by itself while bytes are
// sent. It ends the sending only where the printer can throw its buffer away
// and say so; elsewhere the rest is sent, so that it does not hang in a picture.
func (w *wait) stopped() error {
	if w.engine.Profile.Recover.Clear != printer.ClearDC4 {
		return nil
	}
	w.drain()
	if w.last == printer.ReasonNone {
		return nil
	}
	return fmt.Errorf("printer reports %s: %w", w.last, devices.ErrNotReady)
}

// pace waits until n bytes have passed a cable without flow control.
func (w *wait) pace(ctx context.Context, n int, took time.Duration) error {
	percent := w.engine.Profile.Link.Pace
	if percent == 0 {
		return nil
	}
	return devices.Pause(ctx, w.engine.lineTime(n)*100/time.Duration(percent)-took)
}

// why names the reason behind an error while bytes were sent.
func (w *wait) why(err error) printer.Reason {
	if w.last != printer.ReasonNone {
		return w.last
	}
	return cause(err)
}

// clear throws the printer's buffer away after a fault, when it can, so that
// the rest of the job does not come out behind the refill.
func (w *wait) clear(ctx context.Context, sent int) bool {
	c, ok := w.engine.Dialect.(Clearer)
	if !ok || w.last == printer.ReasonNone || !c.Clear(ctx, w.engine.line, w.last) {
		return false
	}
	w.storing = errors.Join(w.storing, w.engine.step(ctx, printer.Step{
		Job: w.job, State: printer.StateCleared, Reason: w.last, Bytes: sent, Paper: w.paper}))
	return true
}

// step stores that the job has got further.
func (w *wait) step(ctx context.Context, s printer.State) {
	w.stored = s
	err := w.engine.step(ctx, printer.Step{Job: w.job, State: s, Reason: w.fault, Paper: w.paper})
	w.storing = errors.Join(w.storing, err)
}

// prove waits for the best evidence that the profile promises; limit is how
// long line and paper take.
func (w *wait) prove(ctx context.Context, limit time.Duration) printer.Result {
	proof := w.engine.Profile.Proof
	switch proof {
	case printer.ProofNone:
		return unknown(printer.ReasonNoProof, nil)
	case printer.ProofStatus: // only time tells that the paper stands still
		w.run(ctx, limit+settle)
		w.Reached = true
	case printer.ProofPaper:
		w.run(ctx, limit+proofSlack)
		if w.Reached {
			w.Reached = false // so that the wait lasts; faults end it
			w.run(ctx, settle)
			w.Reached = true
		}
	default:
		w.run(ctx, limit+proofSlack)
	}
	if w.err == nil && w.fault == printer.ReasonNone && (w.Reached || w.Cut) {
		w.fault, w.err = w.afterwards(ctx)
	}
	return w.result(proofNames[proof])
}

// afterwards looks for a fault that the finished job left behind, such as a
// stuck cutter. It asks twice, because one answer that the line spoils must not
// turn a finished ticket into an unknown one.
func (w *wait) afterwards(ctx context.Context) (printer.Reason, error) {
	e := w.engine
	conditions, err := e.Dialect.Status(ctx, e.line)
	if errors.Is(err, devices.ErrSilent) || errors.Is(err, devices.ErrProtocol) {
		conditions, err = e.Dialect.Status(ctx, e.line)
	}
	return reason(conditions), err
}

// run returns when the proof is there, a fault is certain, the port or the
// caller ended, or the limit passed.
func (w *wait) run(ctx context.Context, limit time.Duration) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	for !w.Cut && !w.Reached && w.fault == printer.ReasonNone && w.err == nil {
		select {
		case r := <-w.engine.line.replies:
			w.take(ctx, r)
		case <-poll.C:
			w.poll(ctx)
		case <-timer.C:
			return
		case <-ctx.Done():
			w.err = w.engine.line.closedOr(ctx.Err())
		case <-w.engine.line.down:
			w.drain()
			w.err = w.engine.line.closedOr(w.engine.line.downErr)
		}
	}
}

// take weighs an answer and stores what it proves.
func (w *wait) take(ctx context.Context, r Reply) {
	w.witness.Take(r, &w.Evidence)
	w.record(ctx)
}

// record stores what is proven of a job whose bytes have all left.
func (w *wait) record(ctx context.Context) {
	if w.Printed && w.stored == printer.StateSent {
		w.step(ctx, printer.StatePrinted)
	}
	if w.Cut && w.stored == printer.StatePrinted {
		w.step(ctx, printer.StateCut)
	}
}

// drain takes what arrived before the port ended.
func (w *wait) drain() {
	for {
		select {
		case r := <-w.engine.line.replies:
			w.witness.Take(r, &w.Evidence)
		default:
			return
		}
	}
}

// poll asks for the status. The job's bytes have all left, so nothing is cut in
// two. A printer whose buffer is full is asked again later.
func (w *wait) poll(ctx context.Context) {
	_, err := w.engine.line.Write(ctx, w.witness.Poll(&w.Evidence), hasty)
	if err != nil && !errors.Is(err, devices.ErrSilent) {
		w.err = err
	}
}
