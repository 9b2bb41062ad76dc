package idreader

import "context"

// EventType says what an armed reader noticed.
type EventType string

// What an armed reader notices, in the order of a good presentation.
const (
	Present EventType = "present" // a card lies in the field; reading has begun
	Read    EventType = "read"    // the card was read; Person is set
	Failed  EventType = "failed"  // the card could not be read; Fault says why
	Removed EventType = "removed" // the card left the field
)

// Fault says why a card could not be read, by what the citizen can do.
type Fault string

// The faults of a presentation.
const (
	FaultMoved   Fault = "moved"   // taken away or moved too early: lay it down again and wait
	FaultRefused Fault = "refused" // card or module refused: go to a window
	FaultKind    Fault = "kind"    // not a card that this reader reads
	FaultGarbled Fault = "garbled" // bytes damaged on the line after all retries
)

// An Event is one thing an armed reader noticed.
type Event struct {
	Type   EventType
	Person Secret[Person]
	Fault  Fault
	Kind   Kind // of the document, when Type is Read or the reader could tell; "" otherwise
}

// A Reader reads cards while it is armed.
type Reader interface {
	// Poll looks for cards until ctx ends, and reports each presentation once.
	// It returns nil when ctx ended, and an error of package devices when the
	// reader itself failed. emit is called on Poll's goroutine.
	Poll(ctx context.Context, emit func(Event)) error
}
