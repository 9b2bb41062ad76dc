// Package sim is a receipt printer without the printer: it reads the bytes of
// a line, draws the paper dot by dot, and answers as the manual says. It is
// strict: a byte that begins no command it knows, a command in the wrong place
// or a character outside its ROM is recorded in [Printer.Errors], never guessed.
//
// The paper runs from the head over the blade: a cut without feeding goes
// through what was printed a moment ago, a cover opened or a roll that ends
// stops the ticket in the middle, and what is still in the buffer is printed
// when the trouble is over, as real printers do.
package sim
