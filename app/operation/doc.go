// Package operation is what a terminal submits and what the hall answers: the
// kinds of operation with their bodies, the [Envelope] that carries one over
// the wire, the [Result], receipt numbers, and sealing of bodies to the hall.
// Terminal and hall share it, so both ends mean the same thing.
//
// An operation gets its [ID] at the press of the button and keeps it for ever.
// It may be delivered any number of times; it takes effect once.
package operation
