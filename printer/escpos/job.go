package escpos

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
func (p *Printer) Print(ctx context.Context, j printer.Job) printer.Result {
	ticket, err := prepare(j.Doc, p.profile)
	if err != nil {
		return notDone(printer.ReasonDocument, err)
	}
	ctx, done, err := p.begin(ctx)
	if err != nil {
		return notDone(cause(err), err)
	}
	defer done()
	if r := p.preflight(ctx); r.Err != nil {
		return r
	}
	if p.journal != nil {
		if err := p.journal.Intend(ctx, j.ID); err != nil {
			return notDone(printer.ReasonJournal, err)
		}
	}
	r := p.run(ctx, j.ID, ticket)
	p.clean = r.Outcome == devices.Done || r.Outcome == devices.NotDone && p.clean
	p.scrap = r.Outcome == devices.Unknown || r.Outcome == devices.NotDone && p.scrap
	if p.journal != nil {
		// The end of the caller's patience is no reason to forget the outcome.
		store, cancel := context.WithTimeout(context.WithoutCancel(ctx), stallLimit)
		defer cancel()
		if err := p.journal.Conclude(store, j.ID, r); err != nil {
			r.Err = errors.Join(r.Err, fmt.Errorf("store the outcome of the print job: %w", err))
		}
	}
	return r
}

func notDone(reason printer.Reason, err error) printer.Result {
	return printer.Result{Outcome: devices.NotDone, Reason: reason, Err: err}
}

func unknown(reason printer.Reason, err error) printer.Result {
	return printer.Result{Outcome: devices.Unknown, Reason: reason, Err: err}
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
func (p *Printer) preflight(ctx context.Context) printer.Result {
	if !p.profile.Status.Realtime {
		return printer.Result{}
	}
	conditions, err := p.status(ctx)
	if err != nil {
		return notDone(cause(err), fmt.Errorf("before the print job: %w", err))
	}
	if r := reason(conditions); r != printer.ReasonNone {
		return notDone(r, fmt.Errorf("printer reports %s before the print job: %w", r, devices.ErrNotReady))
	}
	return printer.Result{}
}

// run sends the job's bytes in bounded chunks and then proves it.
func (p *Printer) run(ctx context.Context, id printer.JobID, t encoded) printer.Result {
	w := &wait{printer: p}
	w.before, w.behind = markers(id)
	if _, err := w.send(ctx, p.recovery()); err != nil {
		return notDone(w.why(err), fmt.Errorf("clear the printer: %w", err))
	}
	job := append([]byte(nil), t.body...)
	switch p.profile.Proof {
	case printer.ProofProcessID:
		job = append(append(append(job, processID(w.before)...), t.cut...), processID(w.behind)...)
	case printer.ProofPaper:
		job = append(append(job, t.cut...), 0x1d, 'r', 1)
	default:
		job = append(job, t.cut...)
	}
	if sent, err := w.send(ctx, job); err != nil {
		err = fmt.Errorf("after %d of %d bytes: %w", sent, len(job), err)
		if sent == 0 {
			return notDone(w.why(err), err)
		}
		return unknown(w.why(err), err)
	}
	return w.prove(ctx, p.lineTime(len(job))+p.paperTime(t.rows))
}

// recovery ends a picture that an earlier, broken-off job may have left open
// with as many NUL bytes as it can still wait for, and cuts off its scrap. NUL
// does nothing at a command's place. No byte of the new job is among these.
func (p *Printer) recovery() []byte {
	if p.clean {
		return nil
	}
	flush := make([]byte, largestBand(p.profile)+16)
	if p.scrap {
		flush = append(flush, 0x1b, '@', '\n')
		flush = append(flush, (&encoder{profile: p.profile}).cut()...)
	}
	return flush
}

// lineTime is how long n bytes of eight bits, start and stop take on the line.
func (p *Printer) lineTime(n int) time.Duration {
	return time.Duration(n) * 10 * time.Second / time.Duration(p.profile.Link.Baud)
}

// paperTime is how long the paper moves for that many dots.
func (p *Printer) paperTime(rows int) time.Duration {
	g := p.profile.Geometry
	seconds := float64(rows) * 25.4 / float64(g.DPI) / float64(g.Speed)
	return time.Duration(seconds * float64(time.Second))
}

// markers returns two process ids of four characters each that belong to this
// job alone, so that a late answer to an earlier job proves nothing.
func markers(id printer.JobID) (before, behind string) {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	sum := sha256.Sum256([]byte(id))
	var name [3]byte
	for i := range name {
		name[i] = digits[int(sum[i])%len(digits)]
	}
	return string(name[:]) + "A", string(name[:]) + "B"
}

// processID is GS ( H function 48.
func processID(id string) []byte {
	return append([]byte{0x1d, '(', 'H', 6, 0, '0', '0'}, id...)
}
