package escpos

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
	proofSlack   = 3 * time.Second        // on top of line and paper time
	pollEvery    = 500 * time.Millisecond // status while waiting
	settle       = 300 * time.Millisecond // GS r answers up to one line early
	faultReports = 2                      // reports in a row that must show the fault
	proofGSH     = "gs-h"
	proofStatus  = "status"
)

// evidence is what is known of a job whose bytes have all left.
type evidence struct {
	printed bool           // all lines are on paper
	cut     bool           // the cut command was carried out
	reached bool           // GS r behind the cut answered
	fault   printer.Reason // reported faultReports times in a row
	err     error          // the wait ended early
}

// result weighs the evidence.
func (e evidence) result() printer.Result {
	switch {
	case e.printed && e.cut:
		return printer.Result{Outcome: devices.Done, Reason: e.fault, Proof: proofGSH}
	case e.printed:
		return printer.Result{Outcome: devices.Done, Reason: e.fault, Proof: proofGSH,
			Err: errors.New("the ticket is printed, the printer did not confirm the cut")}
	case e.fault != printer.ReasonNone:
		return unknown(e.fault, fmt.Errorf("printer reports %s during the print job", e.fault))
	case e.err != nil:
		return unknown(cause(e.err), fmt.Errorf("while waiting for the proof: %w", e.err))
	case e.reached:
		return printer.Result{Outcome: devices.Done, Proof: proofStatus}
	}
	return unknown(printer.ReasonNoProof, fmt.Errorf("no proof in time: %w", devices.ErrSilent))
}

// afterwards looks for a fault that the finished job left behind, such as a
// stuck cutter. It asks twice, because one answer that the line spoils must not
// turn a finished ticket into an unknown one.
func (p *Printer) afterwards(ctx context.Context) (printer.Reason, error) {
	conditions, err := p.status(ctx)
	if errors.Is(err, devices.ErrSilent) || errors.Is(err, devices.ErrProtocol) {
		conditions, err = p.status(ctx)
	}
	return reason(conditions), err
}

// wait sends a job and collects evidence from answers, from what the printer
// reports by itself and from status polls.
type wait struct {
	evidence
	printer        *Printer
	before, behind string // process ids of the two markers

	told   statusBits     // what the printer last said by itself
	tells  bool           // it said something
	bits   statusBits     // answers to the present poll
	seen   int            // how many of them
	last   printer.Reason // of the last report, "" when it was good
	inARow int            // reports that said last
}

// send writes b in the profile's chunks and returns how many bytes the port
// took. A printer that takes nothing for stallLimit, or that says why it takes
// nothing, ends it.
func (w *wait) send(ctx context.Context, b []byte) (sent int, err error) {
	var idle time.Duration
	for len(b) > 0 {
		chunk := b[:min(len(b), w.printer.profile.Link.Chunk)]
		limit := stallStep + w.printer.lineTime(len(chunk))
		n, err := w.printer.write(ctx, chunk, limit)
		sent, b = sent+n, b[n:]
		if err == nil {
			idle = 0
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

// why names the reason behind an error while bytes were sent.
func (w *wait) why(err error) printer.Reason {
	if w.last != printer.ReasonNone {
		return w.last
	}
	return cause(err)
}

// prove waits for the best evidence that the profile promises; limit is how
// long line and paper take.
func (w *wait) prove(ctx context.Context, limit time.Duration) printer.Result {
	switch w.printer.profile.Proof {
	case printer.ProofNone:
		return unknown(printer.ReasonNoProof, nil)
	case printer.ProofStatus: // only time tells that the paper stands still
		w.run(ctx, limit+settle)
		w.reached = true
	case printer.ProofPaper:
		w.run(ctx, limit+proofSlack)
		if w.reached {
			w.reached = false // so that the wait lasts; faults end it
			w.run(ctx, settle)
			w.reached = true
		}
	case printer.ProofProcessID:
		w.run(ctx, limit+proofSlack)
	}
	if w.err == nil && w.fault == printer.ReasonNone && (w.reached || w.cut) {
		w.fault, w.err = w.printer.afterwards(ctx)
	}
	return w.result()
}

// run returns when the proof is there, a fault is certain, the port or the
// caller ended, or the limit passed.
func (w *wait) run(ctx context.Context, limit time.Duration) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	for !w.cut && !w.reached && w.fault == printer.ReasonNone && w.err == nil {
		select {
		case r := <-w.printer.replies:
			w.take(r)
		case <-poll.C:
			w.poll(ctx)
		case <-timer.C:
			return
		case <-ctx.Done():
			w.err = w.printer.closedOr(ctx.Err())
		case <-w.printer.down:
			w.drain()
			w.err = w.printer.closedOr(w.printer.downErr)
		}
	}
}

// drain takes what arrived before the port ended.
func (w *wait) drain() {
	for {
		select {
		case r := <-w.printer.replies:
			w.take(r)
		default:
			return
		}
	}
}

// take weighs one answer.
func (w *wait) take(r reply) {
	switch r.kind {
	case replyBlock:
		switch string(r.data) {
		case "\x37\x22" + w.before:
			w.printed = true
		case "\x37\x22" + w.behind:
			// Epson sends only the latest id when the host was not ready: the
			// second proves the first.
			w.printed, w.cut = true, true
		}
	case replyByte:
		w.reached = w.reached || w.printer.profile.Proof == printer.ProofPaper
	case replyEOT:
		if w.seen == len(w.bits) {
			return // nobody asked
		}
		w.bits[w.seen] = r.data[0]
		if w.seen++; w.seen == len(w.bits) {
			w.see(w.bits)
		}
	case replyASB:
		w.told, w.tells = pushed(r.data), true
		w.see(w.told)
	}
}

// poll asks for all four status bytes at once. The job's bytes have all left,
// so nothing is cut in two. A printer whose buffer is full is asked again later.
// What the printer said by itself holds until it says something else.
func (w *wait) poll(ctx context.Context) {
	if w.tells {
		w.see(w.told)
	}
	w.seen = 0
	request := []byte{0x10, 0x04, 1, 0x10, 0x04, 2, 0x10, 0x04, 3, 0x10, 0x04, 4}
	_, err := w.printer.write(ctx, request, hasty)
	if err != nil && !errors.Is(err, devices.ErrSilent) {
		w.err = err
	}
}

// see makes a fault certain when it is reported several times in a row.
func (w *wait) see(bits statusBits) {
	r := reason(bits.conditions(w.printer.profile))
	if r != w.last {
		w.last, w.inARow = r, 0
	}
	w.inARow++
	if r != printer.ReasonNone && w.inARow >= faultReports {
		w.fault = r
	}
}
