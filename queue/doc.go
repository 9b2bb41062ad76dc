// Package queue holds the rules of a hall: what states a ticket has and how it
// moves between them, how numbers are made, who is called next and how long
// the wait will be. It does no I/O, holds no clock and starts no goroutine:
// time comes in as a parameter, storage is the caller's.
//
// # Tickets
//
// A ticket is a row of the table of moves: [Apply] takes a ticket and an event
// and returns the ticket after it, or the same ticket and a reason. A number
// stays with its person through holds, transfers and the stops of a visit.
// The recorded events of a ticket give its times: see [Intervals].
//
// # Who is next
//
// A [Line] holds those who wait, by pool and lane. [Line.Pick] takes the next
// one for a window: whoever waited too long first, otherwise the lanes take
// turns by weight, and within a lane the earliest comes first. [Ahead] and
// [Estimate] let the same rule run ahead, so what a citizen is told is what
// will be called while nothing else happens.
package queue
