package engine

import (
	"context"

	"hallway/devices"
	"hallway/printer"
)

// A Kind says what an answer is; the values are the dialect's own.
type Kind uint8

// Noise is a byte that begins no answer, in every dialect.
const Noise Kind = 0

// A Reply is one answer of a printer.
type Reply struct {
	Kind Kind
	Data []byte
}

// A Splitter cuts the byte stream of a printer into answers.
type Splitter interface {
	// Push takes bytes as they arrive and calls emit for each complete answer.
	Push(p []byte, emit func(Reply))
}

// A Ticket is a document as bytes, split where a proof may be asked for.
type Ticket struct {
	Body []byte    // from the reset to the last line
	Cut  []byte    // feed, cut and hand out
	Mark [2][]byte // asks for a proof: behind Body, behind Cut; nil where there is none
	Rows int       // dots of paper
}

// A Dialect is what differs between printer languages.
type Dialect interface {
	// Splitter returns a fresh one for a new connection.
	Splitter() Splitter
	// Encode lays a job out and turns it into bytes. It is pure.
	Encode(j printer.Job) (Ticket, error)
	// Status asks for the printer's conditions.
	Status(ctx context.Context, l *Line) ([]devices.Condition, error)
	// Greet asks who answers, and switches on what the printer reports by itself.
	Greet(ctx context.Context, l *Line) devices.Identity
	// Witness returns who weighs the answers during a job.
	Witness(id printer.JobID) Witness
}

// A Witness weighs the answers that come during one job.
type Witness interface {
	// Take weighs one answer.
	Take(r Reply, e *Evidence)
	// Poll returns a request for status that changes nothing.
	Poll(e *Evidence) []byte
}

// A Clearer is a Dialect that can throw away what the printer has not printed.
type Clearer interface {
	// Clear reports whether the printer confirmed that its buffer is empty.
	Clear(ctx context.Context, l *Line, why printer.Reason) bool
}

// Config is a printer to be opened.
type Config struct {
	Profile printer.Profile
	Dialect Dialect
	Journal printer.Journal // may be nil when nothing needs to be remembered
	Flush   []byte          // ends any command that a broken-off job may have left open
	Scrap   []byte          // marks and cuts off what such a job left on the paper
}
