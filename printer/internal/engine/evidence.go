package engine

import (
	"errors"
	"fmt"

	"hallway/devices"
	"hallway/printer"
)

// faultReports is how many reports in a row must show a fault.
const faultReports = 2

// Evidence is what is known of a job whose bytes have all left.
type Evidence struct {
	Printed bool // all lines are on paper
	Cut     bool // the cut command was carried out
	Reached bool // the request behind the cut was answered; the paper may lag

	fault  printer.Reason // reported faultReports times in a row
	err    error          // the wait ended early
	last   printer.Reason // of the last report, "" when it was good
	inARow int            // reports that said last
}

// See weighs one full report of the printer's conditions: a fault is certain
// when it is reported several times in a row.
func (e *Evidence) See(conditions []devices.Condition) {
	r := reason(conditions)
	if r != e.last {
		e.last, e.inARow = r, 0
	}
	e.inARow++
	if r != printer.ReasonNone && e.inARow >= faultReports {
		e.fault = r
	}
}

// result weighs the evidence; proof names what Printed stands for.
func (e *Evidence) result(proof string) printer.Result {
	switch {
	case e.Printed && e.Cut:
		return printer.Result{Outcome: devices.Done, Reason: e.fault, Proof: proof}
	case e.Printed:
		return printer.Result{Outcome: devices.Done, Reason: e.fault, Proof: proof,
			Err: errors.New("the ticket is printed, the printer did not confirm the cut")}
	case e.fault != printer.ReasonNone:
		return unknown(e.fault, fmt.Errorf("printer reports %s during the print job", e.fault))
	case e.err != nil:
		return unknown(cause(e.err), fmt.Errorf("while waiting for the proof: %w", e.err))
	case e.Reached:
		return printer.Result{Outcome: devices.Done, Proof: proofStatus}
	case e.last != printer.ReasonNone: // reported once, by a printer that answers no more
		return unknown(e.last, fmt.Errorf("no proof in time, printer reported %s: %w", e.last, devices.ErrSilent))
	}
	return unknown(printer.ReasonNoProof, fmt.Errorf("no proof in time: %w", devices.ErrSilent))
}
