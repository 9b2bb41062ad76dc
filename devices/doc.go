// Package devices is the life cycle of everything that is plugged into a
// terminal: card reader, receipt printer, window display, keypad.
//
// A device has a [Kind], sits on a port that answers bytes through a [Conn],
// and is always in exactly one [State]. A [Supervisor] opens it, watches it,
// reopens it with growing pauses and runs commands on it one at a time, so no
// device can stop the program or another device. Package devices knows ports
// and life cycles; it knows nothing of receipts, cards, queues or screens.
//
// The folders below hold one transport each (serialport, tcpport) and what
// chooses between them (port), the frames of the counter bus (ff68) with the
// inputs that speak it (keypad), what simulators need to stand in for hardware
// (sim), and the conformance suite that every driver passes (devicestest).
//
// What a person must be told follows from a device's [Health]: its [State], the
// codes of its [Condition] values, and the class of its error.
package devices
