// Package devices is the life cycle of everything that is plugged into a
// terminal: card reader, receipt printer, window display, keypad, scanner,
// rating box.
//
// A device has a [Kind], sits on a port that answers bytes through a [Conn],
// and is always in exactly one [State]. A [Supervisor] opens it, watches it,
// reopens it with growing pauses and runs commands on it one at a time, so no
// device can stop the program or another device. It looks for its port by
// itself and is told by [Supervisor.Plugged] what a watcher of ports sees. A
// [History] keeps what happened to all devices of a program; [Steady] keeps
// what does not last from a citizen's eyes. Package devices knows ports and life
// cycles; it knows nothing of receipts, cards, queues or screens.
//
// The folders below:
//
//	port                                what is plugged in, and which of it a configuration means
//	serialport hidport usbport lpport tcpport   one transport each
//	ff68                                frames of the counter bus, shared by the devices on it
//	keypad scanner rater                the inputs of a counter and a terminal
//	intake hidinput                     what inputs have in common: armed reading, HID reports
//	trace                               recording and playback, personal data masked
//	sim vusb                            what simulators need to stand in for hardware, up to virtual USB
//	devicestest                         what every driver must do
//
// What a person must be told follows from a device's [Health]: its [State], the
// codes of its [Condition] values, and the class of its error.
package devices
