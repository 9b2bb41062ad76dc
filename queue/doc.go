// Package queue holds the rules of a hall: what states a ticket has and how it
// moves between them, how numbers are made, who is called next and how long
// the wait will be. It does no I/O, holds no clock and starts no goroutine:
// time comes in as a parameter, storage is the caller's.
package queue
