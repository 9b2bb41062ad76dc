package printer

import (
	"context"
	"crypto/sha256"
)

// State is where a job stands between its acceptance and its end.
type State string

// The states of a job that an engine goes through. The last state before its
// result is the furthest that is proven.
const (
	StatePreflight State = "preflight" // status is asked, nothing of the job has left
	StateSending   State = "sending"   // its first byte is about to leave
	StateSent      State = "sent"      // all bytes have left
	StatePrinted   State = "printed"   // all lines are on paper
	StateCut       State = "cut"       // the paper is cut
	StateCleared   State = "cleared"   // the printer threw away what was not printed
	StatePresented State = "presented" // the ticket waits in the mouth
	StateTaken     State = "taken"     // the ticket was pulled out of the mouth
	StateRetracted State = "retracted" // nobody took it and it was drawn back
)

// Reasons that only printers with a mouth give.
const (
	ReasonLeft      Reason = "ticket-left" // it waits in the mouth and cannot be drawn back
	ReasonRetracted Reason = "retracted"   // it was drawn back; the number stays valid
)

// A Step is one arrow of a job's way.
type Step struct {
	Job    JobID
	State  State
	Reason Reason            // what holds the job up, "" for nothing
	Sum    [sha256.Size]byte // StateSending: SHA-256 of the job's bytes
	Bytes  int               // StateSending: how many; StateCleared: how many had left
	Paper  Micrometres       // StateSent and later: paper that the job takes
}

// A Ledger is a Journal that keeps every step of a job.
type Ledger interface {
	Journal
	// Step stores a step. An engine calls it between Intend and Conclude, and
	// for StateTaken and StateRetracted behind Conclude. StateSending is stored
	// durably before the first byte of the job leaves; its failure stops the job.
	Step(ctx context.Context, s Step) error
}
