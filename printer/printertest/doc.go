// Package printertest is what every printer driver must do, see [Run], and judges what printer drivers send, independently of them
// and of the simulated printers: [Tokens] frames a stream of ESC/POS bytes
// strictly, where an unknown byte is an error and not a guess, and [Journal]
// is a printer.Ledger in memory or in a file, which can refuse and which can
// end the program at any step.
package printertest
