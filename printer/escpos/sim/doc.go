// Package sim is a receipt printer without the printer: it reads the bytes of
// a line, draws the paper dot by dot, and answers as the manual says. It is
// strict: a byte that begins no command it knows, a command in the wrong place
// or a character outside its ROM is recorded in [Printer.Errors], never guessed.
//
// The paper runs from the head over the blade: a cut without feeding goes
// through what was printed a moment ago, a cover opened or a roll that ends
// stops the ticket in the middle, and what is still in the buffer is printed
// when the trouble is over, as real printers do.
//
// A strict client of somebody else, receiptio 2.1.2 of npm, was tried by hand
// against
//
//	kioskctl sim printer --model tm-t82iii --listen 127.0.0.1:9100
//
// and tm-t88vi, generic-cn-80, vkp80, star-escpos and star-line. It finds the
// language by itself, asks by DLE EOT, GS I and ESC ACK SOH, waits for automatic
// status before it prints and for GS r or ETB behind. It says online, success,
// coveropen, paperempty, also when the paper ends in the middle, error for a stuck
// blade or a hot head, success again when the fault is over, and offline for
// writer-only, which answers nothing. Not all agrees: of Star's bits it does not
// look at the head, and an offline printer without a cause is online to its query
// and offline to its print. It is no package of Debian, so no test runs it.
package sim
